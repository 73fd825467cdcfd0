"""A ranking as a table of candidates, with what it rests on below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evaluator._version import __version__
from evaluator.model import Pack, Role
from evaluator.report.blocks import Block, Fact, Facts, Heading, Paragraph
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, NOTICE, Style, some

if TYPE_CHECKING:
    from evaluator.populations.ranking import Breaker, Ranking

_GAPS_SHOWN = 3
_PER_CENT = 100


def ranking_page(ranking: Ranking, breakers: Sequence[Breaker], pack: Pack, role: Role, made: Mapping[str, str]) -> tuple[Block, ...]:
    """Return the candidates in order, with ranks that those who are level share."""
    ties = [one.attribute for one in breakers]
    headers = ("Rank", "Name", "Role today", "Verdict", "Score", *(one.title for one in ties), "Gaps")
    rows = tuple(_row(row, pack, [one.id for one in ties]) for row in ranking.candidates.iter_rows(named=True))
    facts = Facts(tuple(_facts(ranking, breakers, pack, made)))
    return (
        Heading(f"Candidates for {role.title}", level=2),
        Table(headers=headers, rows=rows),
        facts,
        Paragraph(NOTICE, style=Style.FAINT),
    )


def _row(row: Mapping[str, Any], pack: Pack, ties: list[str]) -> tuple[Cell, ...]:
    today = NOTHING if row["role"] is None else pack.roles[row["role"]].title
    gaps = some(row["gaps"].split(", "), _GAPS_SHOWN) if row["gaps"] else NOTHING
    broken = [Cell(NOTHING if row[name] is None else str(row[name])) for name in ties]
    texts = (str(row["rank"]), row["name"] or row["id"], today, row["verdict"], _score(row["score_worse"], row["score_better"]))
    return (*(Cell(text) for text in texts), *broken, Cell(gaps))


def _score(worse: float, better: float) -> str:
    low, high = (int(side * _PER_CENT + 1e-6) for side in (worse, better))
    return f"{low} %" if low == high else f"{low}–{high} %"


def _facts(ranking: Ranking, breakers: Sequence[Breaker], pack: Pack, made: Mapping[str, str]) -> Iterator[Fact]:
    holders = f", {people_words(ranking.holders)} who hold the role today left out" if ranking.holders else ""
    rejected = f", {ranking.rejected:,} rows rejected" if ranking.rejected else ""
    yield Fact("Considered", people_words(ranking.judged) + holders + rejected)
    if ranking.beyond:
        yield Fact("Level", f"{ranking.beyond:,} more share the last rank shown", style=Style.OPEN)
    ties = [f"{one.attribute.title} ({'more' if one.high else 'less'} first)" for one in breakers]
    yield Fact("Order", ", ".join(["verdict", "score", *ties]))
    yield Fact("Pack", pack_words(pack))
    yield Fact("As of", f"{made['as_of']}, where a row has no day of its own")
    yield Fact("Tool", f"evaluator {__version__}, {made['engine']} engine")
