"""People judged where their data lies: a database runs the expressions, and what it found comes back chunk by chunk.

It answers for every person with the facts as stated, the truth of every criterion, verdicts, standings and the best next move.
Rows in doubt, gaps, questions, the second opinion and the files are the work of the population run, as for any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import attrs
import narwhals as nw
import polars as pl

from evaluator.core.files import scratch
from evaluator.core.model import Pack
from evaluator.engines.columns import language as x
from evaluator.engines.columns.codec import dtypes_of, names_of
from evaluator.engines.columns.derived import AS_OF, OWN_DAYS
from evaluator.engines.columns.plan import DOUBT, ROLE, plan, side
from evaluator.engines.columns.stages import NEXT, SIDES, Stages, standing, truths
from evaluator.engines.columns.without_records import without_records
from evaluator.populations.databases.given_columns import ID, NAME, OFFENDING, Stated, carried
from evaluator.populations.databases.rejected_rows import Refusals
from evaluator.reading.tables import Chunk
from evaluator.reading.tables.builtin_columns import as_text
from evaluator.reading.tables.native_types import native_type


class Database(Protocol):
    """An engine that holds a table of people, and can run expressions over it."""

    @property
    def ordered(self) -> bool:
        """Whether rows come back in the order of the table."""

    def schema(self) -> nw.Schema:
        """Return the columns of the table, and their types."""

    def run(self, build: Callable[[Any], Any], folder: Path) -> None:
        """Build expressions over the table, run them, and write what comes out as Parquet files into a folder.

        Raises PopulationProblem where that fails.
        """


@attrs.frozen(kw_only=True)
class DatabasePeople:
    """The people of a table in a database; each iteration has them judged anew.

    `scratch` is where what was found waits to be read, a temporary folder where it is None.
    """

    pack: Pack
    database: Database
    stated: Stated
    kept: Mapping[str, str]
    """The columns carried along: the name in the results, and the one in the table."""
    scratch: Path | None
    chunk_rows: int
    options: Any
    as_of_wins: bool
    path: str
    headers: tuple[str, ...] = ()
    looked_at: frozenset[str] = frozenset()
    """Those of `kept` that go into no result."""
    total_rows: int | None = None
    kept_types: dict[str, pl.DataType] = attrs.field(factory=dict)
    """The types of the columns carried along, known once some rows were read."""
    sources: tuple[Any, ...] = ()

    @property
    def kept_columns(self) -> tuple[str, ...]:
        """The columns of every chunk's `kept`."""
        return tuple(self.kept)

    def names(self, own: str) -> bool:
        """Whether a column of the table is one of a profile's own, such as the role."""
        return own in self.stated.said

    def __iter__(self) -> Iterator[Chunk]:
        with scratch(self.scratch) as folder:
            judged = folder / "judged"
            judged.mkdir()
            self._judge(judged)
            yield from self._chunks(sorted(judged.glob("*.parquet")))

    def _judge(self, folder: Path) -> None:
        """Have everybody judged; the answers are Parquet files."""
        closed = without_records(self.pack)
        facts = [name for attribute in self.pack.attributes.values() for name in names_of(attribute)]
        own = (*self.stated.own, OFFENDING, *map(as_stated, facts), *truths(self.pack.judged_roles))
        stages = Stages(plan=plan(closed), own=own)

        def build(frame: Any) -> Any:  # noqa: ANN401 - a frame in whichever words
            stated = self.stated.facts(frame, offending=True)
            return stages.judged(stated.with_columns(*(x.col(name).alias(as_stated(name)) for name in facts)))

        self.database.run(build, folder)

    def _chunks(self, files: list[Path]) -> Iterator[Chunk]:
        found = pl.scan_parquet(files, glob=False).with_row_index("row", offset=1)
        total = found.select(pl.len()).collect().item()
        refusals = Refusals.of(self.pack, self.stated, found, path=self.path, ordered=self.database.ordered)
        for start in range(0, max(total, 1), self.chunk_rows):
            yield self._chunk(found.slice(start, self.chunk_rows).collect(), refusals)

    def _chunk(self, found: pl.DataFrame, refusals: Refusals) -> Chunk:
        good, rejected, others = refusals.part(found)
        schema = good.schema
        native = {name: native_type(schema[carried(index)]) for index, name in enumerate(self.kept)}
        self.kept_types.update({name: dtype for name, dtype in native.items() if dtype is not None})
        kept = [as_text(pl.col(carried(index)), schema[carried(index)]).alias(name) for index, name in enumerate(self.kept)]
        frame = good.select(*self._columns())
        return Chunk(frame=frame, kept=good.select(*kept), rejected=rejected, rows=found.height, path=self.path, other_roles=others)

    def _columns(self) -> Iterator[pl.Expr]:
        """Yield the columns of a chunk: those of a person, the facts, and what the database came to."""
        yield from (pl.col(ID), *(pl.col(name).cast(pl.Int32) for name in (AS_OF, *OWN_DAYS)), pl.col(ROLE).cast(pl.Int16))
        yield from (pl.col(DOUBT).fill_null(value=False), pl.col("row").cast(pl.Int64), pl.lit(None, pl.Int64).alias("line"))
        yield pl.col(NAME) if NAME in self.stated.said else pl.lit(None, pl.String).alias(NAME)
        yield from judged_columns(self.pack)


def judged_columns(pack: Pack) -> Iterator[pl.Expr]:
    """Yield the columns of the facts as they were stated, and of what a database came to."""
    for attribute in pack.attributes.values():
        for name, dtype in zip(names_of(attribute), dtypes_of(attribute), strict=True):
            yield pl.col(as_stated(name)).cast(dtype).alias(name)
    yield from (pl.col(name) for name in truths(pack.judged_roles))
    for role in pack.judged_roles:
        yield from (pl.col(side(role, what, which)).cast(pl.Int8 if what == "v" else pl.Int32) for what in "vmw" for which in SIDES)
        yield pl.col(standing(role))
    yield pl.col(NEXT).cast(pl.Int16)


def as_stated(name: str) -> str:
    """Name the column that keeps a fact as it was stated, before anything was assumed or computed."""
    return f"s.{name}"
