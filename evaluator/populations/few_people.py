"""A small table of any format, read as a population is and shown as profiles are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import attrs

from evaluator.cli.clock import today
from evaluator.cli.options import Setting
from evaluator.cli.output import Output, columns_of, painter, write_error
from evaluator.cli.tables import Tables
from evaluator.core.model import Pack, Profile
from evaluator.populations.evaluate.report import rejected_rows
from evaluator.populations.evaluate.run_command import nobody
from evaluator.populations.judging_options import JudgingOptions
from evaluator.reading.profile.profile import DAYS
from evaluator.report.documents import text

if TYPE_CHECKING:
    from evaluator.reading.tables import Rejected

_AT_ONCE = 10_000


def few_of(path: str, pack: Pack, setting: Setting, tables: Tables) -> tuple[tuple[Profile, ...], bool]:
    """Return the profiles of one table's rows, as `few` does."""
    return few(JudgingOptions(paths=[path], pack=pack, role=None, setting=setting, tables=tables, output=Output(format="table")))


def few(asked: JudgingOptions) -> tuple[tuple[Profile, ...], bool]:
    """Return the profiles of a table's rows, and whether none was left out; those that were are told on standard error.

    Raises Unusable where there is nobody.
    """
    from evaluator.engines.columns.decode import decoded, with_records

    people, complete = asked.opened(_AT_ONCE, asked.setting.as_of or today())
    profiles: list[Profile] = []
    rejected: list[Rejected] = []
    for chunk in attrs.evolve(people, keeps_records=True):
        rejected += chunk.rejected
        for row, person in zip(chunk.frame["row"], decoded(asked.pack, chunk.frame), strict=True):
            profiles.append(_placed(with_records(asked.pack, person, chunk.records.get(row, {})), chunk.path))
    if rejected:
        write_error(text(rejected_rows(rejected), columns=columns_of(sys.stderr), paint=painter(sys.stderr)) + "\n")
    if not profiles:
        raise nobody(asked.paths, len({(one.path, one.row) for one in rejected}))
    return tuple(profiles), complete and not rejected


def _placed(profile: Profile, path: str) -> Profile:
    """Return a profile that knows where its row stands: the file, and the line or row."""
    span = attrs.evolve(profile.span, path=path)
    return attrs.evolve(profile, span=span, places=dict.fromkeys(DAYS, span))
