"""People of a file of CSV or Parquet judged in DuckDB: the file is read as by every engine, and what was read is what DuckDB judges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from evaluator.core.files import scratch
from evaluator.core.model import Pack
from evaluator.engines.columns import language as x
from evaluator.engines.columns.codec import names_of
from evaluator.engines.columns.derived import AS_OF, OWN_DAYS
from evaluator.engines.columns.plan import DOUBT, JUDGED_FOR, ROLE, plan
from evaluator.engines.columns.stages import Stages, truths
from evaluator.populations.databases.duckdb_table import judging
from evaluator.populations.databases.given_columns import ID, NAME
from evaluator.populations.databases.people import as_stated, judged_columns
from evaluator.reading.tables import Chunk, Population
from evaluator.reading.tables.sources import File

_OWN = (ID, NAME, ROLE, AS_OF, *OWN_DAYS, DOUBT, "row", "line")


@attrs.frozen(kw_only=True)
class FilePeople:
    """The people of a file; each iteration has them read and judged anew, all of them in one query."""

    pack: Pack
    population: Population
    scratch: Path | None

    @property
    def options(self) -> Any:  # noqa: ANN401 - as every population has them
        """How the table is read."""
        return self.population.options

    @property
    def as_of_wins(self) -> bool:
        """Whether a day that was given comes before a row's own."""
        return self.population.as_of_wins

    @property
    def kept_types(self) -> Mapping[str, pl.DataType]:
        """The types of columns that are carried through and are no text."""
        return self.population.kept_types

    @property
    def kept_columns(self) -> tuple[str, ...]:
        """The columns of every chunk's `kept`."""
        return self.population.kept_columns

    @property
    def files(self) -> tuple[File, ...]:
        """The file that it is read from."""
        return self.population.files

    @property
    def looked_at(self) -> frozenset[str]:
        """Those of `kept_columns` that go into no result."""
        return self.population.looked_at

    @property
    def headers(self) -> tuple[str, ...]:
        """The columns of the table."""
        return self.population.headers

    @property
    def total_rows(self) -> int | None:
        """How many rows there are, or about how many."""
        return self.population.total_rows

    @property
    def sources(self) -> tuple[Any, ...]:
        """What pins down the table's content."""
        return self.population.sources

    def names(self, own: str) -> bool:
        """Whether a column of the table is one of a profile's own, such as the role."""
        return self.population.names(own)

    @property
    def _own(self) -> tuple[str, ...]:
        return _OWN if self.population.options.role_column is None else (*_OWN, JUDGED_FOR)

    def __iter__(self) -> Iterator[Chunk]:
        with scratch(self.scratch) as folder:
            chunks = [self._put_aside(chunk, folder / f"read-{number:06d}") for number, chunk in enumerate(self.population)]
            if not chunks:
                return
            self._judge(sorted(folder.glob("read-*.parquet")), folder)
            judged = pl.scan_parquet(folder / "judged.parquet", glob=False)
            start = 0
            for chunk in chunks:
                frame = judged.slice(start, chunk.height).collect()
                start += chunk.height
                yield chunk.back(frame.select(*self._own, *judged_columns(self.pack)))

    def _put_aside(self, chunk: Chunk, path: Path) -> _Aside:
        chunk.frame.write_parquet(path.with_name(f"{path.name}.parquet"), compression="lz4")
        chunk.kept.write_ipc(path.with_suffix(".kept"))
        without = attrs.evolve(chunk, frame=chunk.frame.clear(), kept=chunk.kept.clear())
        return _Aside(place=path, height=chunk.frame.height, chunk=without)

    def _judge(self, files: Sequence[Path], folder: Path) -> None:
        """Have everybody judged by one query, in the order of the rows."""
        facts = [name for attribute in self.pack.attributes.values() for name in names_of(attribute)]
        stages = Stages(plan=plan(self.pack), own=(*self._own, *map(as_stated, facts), *truths(self.pack.judged_roles)))

        def build(frame: Any) -> Any:  # noqa: ANN401 - a frame in DuckDB's words
            return stages.judged(frame.with_columns(*(x.col(name).alias(as_stated(name)) for name in facts)))

        judging(files).run(build, folder)


@attrs.frozen(kw_only=True)
class _Aside:
    """A chunk while DuckDB judges: what of it waits in files, and which rows were left out."""

    place: Path
    height: int
    chunk: Chunk

    def back(self, frame: pl.DataFrame) -> Chunk:
        """Return the chunk with the answers beside its facts."""
        kept = pl.read_ipc(self.place.with_suffix(".kept"))
        return attrs.evolve(self.chunk, frame=frame, kept=kept)
