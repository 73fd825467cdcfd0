"""A ranking as a table of candidates, with what it rests on below."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from evaluator._version import __version__
from evaluator.core.attributes import Attribute
from evaluator.core.days import ManyDays
from evaluator.core.model import Pack, Role, TieBreaker
from evaluator.core.ranking import ranking_keys
from evaluator.core.values import Kind, Value
from evaluator.report.blocks import Block, Fact, Facts, Heading, Paragraph
from evaluator.report.days import population_days, projected
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, NOTICE, Style, counted, joined, some

if TYPE_CHECKING:
    from evaluator.populations.rank.ranking import Breaker, Ranking

_GAPS_SHOWN = 3
_PER_CENT = 100


def ranking_page(  # noqa: PLR0913, PLR0917 - what a ranking rests on
    ranking: Ranking, breakers: Sequence[Breaker], pack: Pack, role: Role, made: Mapping[str, str], days: ManyDays
) -> tuple[Block, ...]:
    """Return the candidates in order, with ranks that those who are level share; `made` says as of when, by what and among whom."""
    from evaluator.populations.levels import reported_columns_of

    names = reported_columns_of(pack)
    reported = {one.id: pair for one, *pair in zip(pack.reported, names[::2], names[1::2], strict=True)}
    ties = {breaker.attribute.id: breaker.attribute for breaker in breakers}
    shown = [*ties.values(), *(one for one in pack.reported if one.id not in ties)]
    columns = [(one, one.id in ties, reported.get(one.id, [one.id])) for one in shown]
    headers = ("Rank", "Name", "Role today", "Verdict", "Score", *(one.title for one in shown), "Gaps")
    rows = tuple(_row(row, pack, columns) for row in ranking.candidates.iter_rows(named=True))
    facts = Facts(tuple(_facts(ranking, breakers, pack, made, days)))
    return (
        Heading(projected(f"{'Candidates' if made['among'] == 'candidates' else 'Everybody,'} for {role.title}", days), level=2),
        Table(headers=headers, rows=rows),
        facts,
        Paragraph(NOTICE, style=Style.FAINT),
    )


def nobody_words(ranking: Ranking, role: Role, among: str) -> tuple[str, str]:
    """Say that there is nobody to rank, why, and what to do about it."""
    people = sum(ranking.left_out.values())
    if not people or among != "candidates":
        return "there is nobody to rank", "mend the rows that were rejected" if ranking.rejected else "name a table with one person a row"
    why = f"{role.title} would be a step for nobody of {people_words(people)}: {_left_out_words(ranking)}"
    return why, "`--among everyone` ranks everybody"


def _left_out_words(ranking: Ranking) -> str:
    counts = {str(reason): number for reason, number in ranking.left_out.items()}
    return joined([_left_out(reason, counts[reason]) for reason in _REASONS if reason in counts])


def _row(row: Mapping[str, Any], pack: Pack, columns: Iterable[tuple[Attribute, bool, Sequence[str]]]) -> tuple[Cell, ...]:
    today = NOTHING if row["role"] is None else pack.roles[row["role"]].title
    gaps = some(row["gaps"].split(", "), _GAPS_SHOWN) if row["gaps"] else NOTHING
    facts = [_fact(attribute, *(row[name] for name in names), unit=not is_tie) for attribute, is_tie, names in columns]
    texts = (str(row["rank"]), row["name"] or row["id"], today, row["verdict"], _score(row["score_worse"], row["score_better"]))
    return tuple(Cell(text) for text in (*texts, *facts, gaps))


def _fact(attribute: Attribute, value: Value | float | None, between: str | None = None, *, unit: bool) -> str:
    """Show what broke a tie, or what the pack reports of a candidate: its value, else what that lies between where this is known."""
    if value is None:
        return between or NOTHING
    number = Fraction(repr(value)) if isinstance(value, float) else value
    return number if isinstance(number, str) else attribute.type.show(number, unit=unit)


def _first(breaker: Breaker) -> str:
    """Say which values come first."""
    words = {Kind.DATE: ("later", "earlier"), Kind.FLAG: ("yes", "no")}.get(breaker.attribute.kind, ("more", "less"))
    return words[not breaker.high]


def _score(worse: float, better: float) -> str:
    low, high = (int(side * _PER_CENT + 1e-6) for side in (worse, better))
    return f"{low} %" if low == high else f"{low}–{high} %"


_REASONS = {
    "holds it today": ("holds the role today", "hold the role today"),
    "stands above it": ("stands above it", "stand above it"),
    "the move there is closed": ("to whom the ladder’s move is closed", "to whom the ladder’s move is closed"),
    "no move leads there": ("to whom no move of the ladder leads there", "to whom no move of the ladder leads there"),
    "no role today is stated": ("without a role today", "without a role today"),
}


def _left_out(reason: str, number: int) -> str:
    return f"{number:,} {_REASONS[reason][number != 1]}"


def _open(ranking: Ranking) -> str:
    """Say whose place hangs on what is not known: places go by what is."""
    told = []
    if ranking.open:
        told.append(f"{ranking.open:,} of those shown could come up")
    if ranking.below:
        told.append(f"{ranking.below:,} not shown could come before the last one shown")
    return f"places go by what is known; with answers to open questions {joined(told)}"


def _facts(ranking: Ranking, breakers: Sequence[Breaker], pack: Pack, made: Mapping[str, str], days: ManyDays) -> Iterator[Fact]:
    rejected = f", {counted(ranking.rejected, 'row')} left out that cannot be judged" if ranking.rejected else ""
    yield Fact("Considered", people_words(ranking.judged) + (" for whom it is a step" if made["among"] == "candidates" else "") + rejected)
    if ranking.chosen is not None:
        yield Fact("Where", ranking.chosen.words)
    left_out = sum(ranking.left_out.values())
    if left_out:
        yield Fact("Left out", f"{people_words(left_out)}: {_left_out_words(ranking)}")
    if ranking.beyond:
        yield Fact("Level", f"{ranking.beyond:,} more share the last rank shown", style=Style.OPEN)
    if ranking.open or ranking.below:
        yield Fact("Open", _open(ranking), style=Style.OPEN)
    ties = {breaker.attribute.id: f"{breaker.attribute.title} ({_first(breaker)} first)" for breaker in breakers}
    keys = [ties.get(key.attribute, "") if isinstance(key, TieBreaker) else str(key) for key in ranking_keys(pack)]
    yield Fact("Order", ", ".join(filter(None, keys)) + ("; who is level, by name" if pack.ranking else ""))
    yield Fact("Pack", pack_words(pack))
    yield from population_days(datetime.date.fromisoformat(made["as_of"]), days)
    yield Fact("Tool", f"evaluator {__version__}, {made['engine']} engine")
