"""Counting a population while it goes by: verdicts, gaps, missing data, rows; what a stopped run counted can be read again."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from typing import Any

import attrs
import polars as pl

from evaluator.core.dates import day_of
from evaluator.core.days import ManyDays
from evaluator.core.model import Pack
from evaluator.engines.columns.derived import AS_OF
from evaluator.populations.levels import facts_day, words
from evaluator.populations.name_codes import gap_letters, question_words, undefined_words
from evaluator.populations.result_codes import ABOUT, DECISIVE, GAPS, HIGH, LOW, QUESTIONS, UNDEFINED, shown

WITHOUT = ""
"""Stands for the role of people who are judged for none."""
_NAMED = ("gaps", "questions", "undefined", "reasons", "implausible", "unjudged", "stated", "other_roles", "held", "unread")
"""What is counted by name."""


@attrs.define(kw_only=True)
class PopulationCounts:
    """How many rows were read, judged and rejected; verdicts by role; gaps as `role/criterion`; what decides a verdict; oddities; days.

    `unjudged` says why people are judged for no next role, `stated` of how many people each attribute is known from the data. What has
    no result is counted by its letter. `other_roles` are those that people hold and the pack does not have. `held` says of how many people
    each column that has to hold something does. `left_out` are those whom a condition does not take, `unknown` those of them of whom it is
    not known whether they meet it.

    `unread` are the cells that cannot be read and count as unknown, by column.

    Days are pairs of the day judged for and the day that the facts are of, as numbers of days.
    """

    rows: int = 0
    judged: int = 0
    rejected: int = 0
    checked: int = 0
    left_out: int = 0
    unknown: int = 0
    verdicts: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    gaps: Counter[str] = attrs.field(factory=Counter)
    questions: Counter[str] = attrs.field(factory=Counter)
    undefined: Counter[str] = attrs.field(factory=Counter)
    reasons: Counter[str] = attrs.field(factory=Counter)
    implausible: Counter[str] = attrs.field(factory=Counter)
    unjudged: Counter[str] = attrs.field(factory=Counter)
    stated: Counter[str] = attrs.field(factory=Counter)
    other_roles: Counter[str] = attrs.field(factory=Counter)
    held: Counter[str] = attrs.field(factory=Counter)
    unread: Counter[str] = attrs.field(factory=Counter)
    days: Counter[tuple[int, int | None]] = attrs.field(factory=Counter)

    def add(self, other: PopulationCounts) -> None:
        """Take in what another part of the population came to."""
        for name in ("rows", "judged", "rejected", "checked", "left_out", "unknown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("verdicts", "days", *_NAMED):
            getattr(self, name).update(getattr(other, name))

    def to_json(self) -> dict[str, Any]:
        """Return the counts as JSON can hold them."""
        fields = attrs.asdict(self, recurse=False)
        return fields | {name: [[*key, count] for key, count in getattr(self, name).items()] for name in ("verdicts", "days")}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> PopulationCounts:
        """Read counts that were written as JSON."""
        verdicts = Counter({(role, verdict): count for role, verdict, count in fields["verdicts"]})
        days = Counter({(judged, facts): count for judged, facts, count in fields["days"]})
        return cls(**fields | {name: Counter(fields[name]) for name in _NAMED} | {"verdicts": verdicts, "days": days})


def count_days(frame: pl.DataFrame) -> Counter[tuple[int, int | None]]:
    """Count the days of a frame's people: the one judged for and the one that the facts are of."""
    counted = frame.group_by(pl.col(AS_OF).alias("judged"), facts_day().alias("facts")).len()
    return Counter({(judged, facts): number for judged, facts, number in counted.iter_rows()})


def many_days(counted: Mapping[tuple[int, int | None], int], pack: Pack, today: datetime.date) -> ManyDays:
    """Return counted days as those of a population, seen from today."""
    pairs = Counter({(day_of(judged), None if facts is None else day_of(facts)): number for (judged, facts), number in counted.items()})
    return ManyDays(pairs=pairs, today=today, limit=pack.facts_stale_after_months)


def count(frame: pl.DataFrame, pack: Pack) -> PopulationCounts:
    """Count a chunk's narrow rows."""
    low, high = shown("v", LOW), shown("v", HIGH)
    counts = PopulationCounts(judged=frame.height)
    for about, worse, better, number in frame.group_by(ABOUT, low, high).len().iter_rows():
        if about is None:
            counts.verdicts[WITHOUT, WITHOUT] += number
            continue
        role = pack.judged_roles[about]
        verdicts = pack.verdicts_of(role)
        counts.verdicts[role.id, words(verdicts[worse], verdicts[better])] += number
    gaps = {letter: key for key, letter in gap_letters(pack).items()}
    counts.gaps.update(_each(frame[GAPS], gaps))
    counts.questions.update(_each(frame.select(pl.col(QUESTIONS).str.head(pl.col(DECISIVE))).to_series(), question_words(pack)))
    counts.undefined.update(_each(frame[UNDEFINED], {letter: letter for letter in undefined_words(pack)}))
    return counts


def _each(letters: pl.Series, names: Mapping[str, str]) -> dict[str, int]:
    """Count each letter of texts, by the name that it stands for."""
    once = letters.alias("all").value_counts(name="many").filter(pl.col("all") != "")
    each = once.select(pl.col("all").str.split(""), "many").explode("all").group_by("all").agg(pl.col("many").sum())
    return {names[letter]: number for letter, number in each.iter_rows()}
