"""A pack with an attribute of every kind, and how a population is read with it."""

from __future__ import annotations

import datetime
from pathlib import Path

import attrs

from evaluator.core.expressions import Derivation, Gather, Gathering
from evaluator.core.model import Pack
from evaluator.core.values import Kind, ValueType
from evaluator.diagnostics import Problems, Span
from evaluator.reading.tables import Chunk, Options, Rejected, open_population
from tests.core.build import attribute, check, pack, role, simple_role, value_type

AS_OF = datetime.date(2026, 11, 1)
_SPAN = Span.whole_file("made-up.yaml")
HISTORY = ValueType(
    kind=Kind.RECORDS,
    fields={"start": value_type("date", precision="month"), "end": value_type("date", precision="month"), "title": value_type("text")},
)


def every_kind() -> Pack:
    """Return the pack."""
    years = attrs.evolve(value_type("number", unit="years"), lowest=0, highest=60)
    reports = attrs.evolve(value_type("integer", unit="people"), lowest=0, highest=500)
    covered = Gather(gathering=Gathering.YEARS, records="history", start="start", end="end")
    return pack(
        attrs.evolve(attribute("years"), type=years, also=("experience", "years of work")),
        attrs.evolve(attribute("reports", "integer"), type=reports),
        attribute("owner", "flag"),
        attribute("skill", "scale"),
        attribute("work", "choice", options=["craft", "people", "either"]),
        attribute("knowledge", "set", options=["pricing", "research", "data"]),
        attribute("since", "date"),
        attribute("month", "date", precision="month"),
        attrs.evolve(attribute("history", "records"), type=HISTORY),
        attrs.evolve(attribute("worked", derive=None), derivation=Derivation(expression=covered, span=_SPAN)),
        attrs.evolve(attribute("only_computed", derive=None), derivation=Derivation(expression=covered, span=_SPAN), may_be_given=False),
        roles=[simple_role("junior", check("years", "at_least", 2)), role("lead", title="Team Lead")],
    )


PACK = every_kind()


@attrs.frozen(kw_only=True)
class Read:
    """What became of a population."""

    chunks: tuple[Chunk, ...]
    problems: Problems

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(chunk.rows for chunk in self.chunks)

    @property
    def ids(self) -> list[str]:
        """The ids of the rows that were read."""
        return [name for chunk in self.chunks for name in chunk.frame["id"]]

    @property
    def rejected(self) -> list[Rejected]:
        """Everything that was put aside."""
        return [one for chunk in self.chunks for one in chunk.rejected]

    @property
    def messages(self) -> list[str]:
        """What is said of the file as a whole."""
        return [f"{found.code} {found.message}" for found in self.problems]

    def column(self, name: str) -> list[object]:
        """Return the values of a column of the rows that were read."""
        return [value for chunk in self.chunks for value in chunk.frame[name].to_list()]


def read(*paths: Path | str, options: Options | None = None, chunk_rows: int = 500_000, as_of_wins: bool = False, of: Pack = PACK) -> Read:
    """Read a population, and see that every row ended somewhere."""
    problems = Problems()
    population = open_population(
        paths, of, options or Options(), as_of=AS_OF, as_of_wins=as_of_wins, chunk_rows=chunk_rows, problems=problems
    )
    chunks = tuple(population)
    for chunk in chunks:
        assert chunk.rows == chunk.frame.height + len({one.row for one in chunk.rejected})
        assert chunk.kept.height in {chunk.frame.height, 0}
        assert tuple(chunk.kept.columns) == population.kept_columns
    for said in [*(found.message for found in problems), *(one.reason for one in (one for chunk in chunks for one in chunk.rejected))]:
        assert "Traceback" not in said
        assert "\n" not in said
        assert said[0] in "`-'" or not said[0].isupper(), said
    return Read(chunks=chunks, problems=problems)
