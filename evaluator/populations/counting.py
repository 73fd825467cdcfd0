"""Counting a population while it goes by: verdicts, gaps, missing data, rows; what a stopped run counted can be read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from evaluator.engines.columns.detail import SEPARATOR
from evaluator.model import Pack
from evaluator.populations.levels import words
from evaluator.populations.narrow import ABOUT, DECISIVE, GAPS, HIGH, LOW, QUESTIONS, shown

if TYPE_CHECKING:
    import polars as pl

WITHOUT = ""
"""Stands for the role of people who are judged for none."""


@attrs.define(kw_only=True)
class Counts:
    """How many rows were read, judged and rejected; verdicts by role; gaps as `role/criterion`; attributes that decide a verdict."""

    rows: int = 0
    judged: int = 0
    rejected: int = 0
    checked: int = 0
    verdicts: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    gaps: Counter[str] = attrs.field(factory=Counter)
    questions: Counter[str] = attrs.field(factory=Counter)
    reasons: Counter[str] = attrs.field(factory=Counter)

    def add(self, other: Counts) -> None:
        """Take in what another part of the population came to."""
        for name in ("rows", "judged", "rejected", "checked"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("verdicts", "gaps", "questions", "reasons"):
            getattr(self, name).update(getattr(other, name))

    def to_json(self) -> dict[str, Any]:
        """Return the counts as JSON can hold them."""
        found = attrs.asdict(self, recurse=False)
        return found | {"verdicts": [[*key, count] for key, count in self.verdicts.items()]}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Counts:
        """Read counts that were written as JSON."""
        verdicts = Counter({(role, verdict): count for role, verdict, count in found["verdicts"]})
        return cls(**found | {name: Counter(found[name]) for name in ("gaps", "questions", "reasons")} | {"verdicts": verdicts})


def count(found: pl.DataFrame, pack: Pack) -> Counts:
    """Count a chunk's narrow rows."""
    low, high = shown("v", LOW), shown("v", HIGH)
    counts = Counts(judged=found.height)
    for about, worse, better, number in found.group_by(ABOUT, low, high).len().iter_rows():
        role = WITHOUT if about is None else pack.judged_roles[about].id
        counts.verdicts[role, WITHOUT if about is None else words(pack.verdicts[worse], pack.verdicts[better])] += number
    for about, gaps, number in found.group_by(ABOUT, GAPS).len().iter_rows():
        _each(counts.gaps, (f"{pack.judged_roles[about].id}/{gap}" for gap in _ids(gaps)), number)
    for asked, decisive, number in found.group_by(QUESTIONS, DECISIVE).len().iter_rows():
        _each(counts.questions, _ids(asked)[: decisive or 0], number)
    return counts


def _ids(text: str | None) -> list[str]:
    return text.split(SEPARATOR) if text else []


def _each(counter: Counter[str], names: Iterable[str], number: int) -> None:
    for name in names:
        counter[name] += number
