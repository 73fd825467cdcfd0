"""Recorded decisions as a backtest reads them: a table of decisions, and the facts they were taken on as a population."""

from __future__ import annotations

import json
from collections.abc import Iterable

import attrs

from evaluator.candidates.decisions.entry import Record
from evaluator.candidates.profile.drafting.draft import draft_of
from evaluator.candidates.profile.drafting.writing import profile_text
from evaluator.core.model import Pack, Profile
from evaluator.core.spreadsheets import guarded
from evaluator.reading.decisions import ALSO, NEEDED
from evaluator.report.plain_values import Json, plain
from evaluator.report.words import verdict_words

COLUMNS = (*NEEDED, *ALSO)
_QUOTED = frozenset(',"\r\n')


def exported_csv(records: Iterable[Record]) -> str:
    """Return decisions as CSV; a cell that a spreadsheet would run begins with an apostrophe, which the reader of decisions takes off."""
    rows = ([guarded(str(value)) for value in exported(record).values()] for record in records)
    return "".join(f"{','.join(map(_cell, row))}\n" for row in (list(COLUMNS), *rows))


def exported_lines(records: Iterable[Record]) -> str:
    """Return decisions as JSON Lines."""
    return "".join(f"{json.dumps(exported(record), ensure_ascii=False)}\n" for record in records)


def exported(record: Record) -> dict[str, str | int]:
    """Return a decision by the columns of a file of decisions."""
    said: dict[str, str | int] = {
        "person": record.person,
        "role": record.role,
        "decision": str(record.decision),
        "date": record.date.isoformat(),
        "profile": record.profile,
        "reason": record.reason,
        "number": record.number,
        "verdict": verdict_words(record.verdict),
        "pack": record.pack,
        "pack_version": record.pack_version,
        "pack_hash": record.pack_hash,
        "profile_hash": record.profile_hash,
        "departed": str(record.departed),
    }
    return {name: said[name] for name in COLUMNS}


def facts_yaml(record: Record, profile: Profile, pack: Pack) -> str:
    """Return the facts behind a decision as a profile, under the id that the decision names.

    Notes that a snapshot of an older version holds are left out.
    """
    return profile_text(draft_of(attrs.evolve(profile, id=record.profile, notes=None)), pack)


def facts_line(record: Record, profile: Profile, pack: Pack) -> str:
    """Return the facts behind a decision as a line of JSON, under the id that the decision names."""
    said: dict[str, Json] = {"profile": record.profile, "name": profile.name, "role": profile.role}
    said["as_of"] = None if profile.as_of is None else profile.as_of.isoformat()
    said["attributes"] = {name: plain(pack.attributes[name], value) for name, value in profile.given.items()}
    said["groups"] = dict(profile.groups)
    return json.dumps({name: value for name, value in said.items() if value not in (None, {})}, ensure_ascii=False) + "\n"


def _cell(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if _QUOTED.intersection(text) else text
