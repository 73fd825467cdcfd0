"""Frames of Polars and of pandas: read cell by cell as tables are, and judged to the last digit, with gaps, questions and reasons."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import narwhals as nw
import polars as pl

from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack
from evaluator.core.text import first_words
from evaluator.core.values import Kind, clip
from evaluator.engines.columns import from_columns as natural
from evaluator.engines.columns.from_columns import FrameProblem, Source
from evaluator.engines.columns.plan import DOUBT
from evaluator.engines.columns.truths import column
from evaluator.populations.databases.given_columns import INVALID, free_name
from evaluator.populations.judging import Judge
from evaluator.populations.levels import names, reported_columns_of, tidy
from evaluator.populations.request import Level, Request
from evaluator.populations.result_codes import HIGH, LOW, STEPS, shown
from evaluator.populations.result_frames import in_words
from evaluator.reading.tables.cell_values import CellReader
from evaluator.reading.tables.columns import ColumnMap
from evaluator.reading.tables.meanings import DAYS, ID, NAME, ROLE
from evaluator.reading.tables.model import Chunk, Raw, Rejected, raw_name
from evaluator.reading.tables.native_types import texts_of
from evaluator.reading.tables.rows import Door

if TYPE_CHECKING:
    import pandas as pd

REASON = "reason"
_NEVER = frozenset({"row", "as_of", "projection_to", "facts_as_of", "pack", "pack_version", "pack_hash"})
"""Columns of results that are the same for everybody who is in one frame."""
_SHOWN = 3
_MOST_WEIGHT = 1_000_000


@attrs.define(kw_only=True)
class _FrameDoor(Door):
    """Reads rows, and leaves it to whoever made a frame that an id stands in it once."""

    def finished(self, chunk: Chunk) -> Chunk:
        """Return the chunk as it is."""
        return chunk


@attrs.frozen(slots=False, kw_only=True)
class FrameInMemory:
    """What is asked of a frame: by which pack, what its columns say, which are carried along, the day, and the role for everybody."""

    pack: Pack
    said: Mapping[str, Source]
    kept: Collection[str]
    as_of: datetime.date
    role: str | None

    def judged(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the results of everybody, in the order of the frame."""
        parts = [self._part(part, self._door()) for part in frame.iter_slices(Level.PEOPLE.chunk_rows)]
        return pl.concat(parts) if parts else self._part(frame, self._door())

    def lazily(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Return the same of a frame that is worked out when it is asked for."""
        schema = self.judged(pl.DataFrame(schema=frame.collect_schema())).schema
        return frame.map_batches(self.judged, schema=schema, projection_pushdown=False, predicate_pushdown=False, slice_pushdown=False)

    def check(self) -> None:
        """Raise FrameProblem where a column has a type that nothing of its attribute can be read from; texts are read cell by cell."""
        for attribute in self.pack.attributes.values():
            if (source := self.said.get(column(attribute.id))) is not None:
                natural.taken(attribute, attrs.evolve(source, dtype=nw.Unknown()) if _is_read(attribute, source) else source)
        if ROLE in self.said:
            natural.role_name(self.said[ROLE])

    def _door(self) -> Door:
        return _FrameDoor(pack=self.pack, reader=CellReader(pack=self.pack), as_of=self.as_of, as_of_wins=True, chooses=True)

    @cached_property
    def _judge(self) -> Judge:
        return Judge(pack=self.pack, request=Request(role=self.role))

    @cached_property
    def _shown(self) -> tuple[str, ...]:
        """The columns of the results: those that files have of people, but for what is the same for everybody."""
        reported = reported_columns_of(self.pack) if self.pack.reported else ()
        own = [name for name in names(self.pack, self._judge.request) if name not in {*_NEVER, *reported}]
        return tuple(name for name in (*own, *reported) if name != NAME or NAME in self.said)

    def _columns(self, header: Sequence[str]) -> ColumnMap:
        places = {name: header.index(source.name) for name, source in self.said.items()}
        attributes = {one.id: places[column(one.id)] for one in self.pack.attributes.values() if column(one.id) in places}
        own = {name: places[name] for name in (ID, NAME, ROLE, *DAYS) if name in places}
        return ColumnMap(header=tuple(header), own=own, attributes=attributes, groups={}, kept={})

    def _part(self, frame: pl.DataFrame, door: Door) -> pl.DataFrame:
        columns = self._columns(frame.columns)
        raw = Raw(
            frame=frame.select(pl.col(frame.columns[place]).alias(raw_name(place)) for place in columns.used),
            numbers=pl.int_range(1, frame.height + 1, eager=True),
            lines=None,
            rows=frame.height,
        )
        chunk = door.chunk(raw, columns, "")
        reasons = self._reasons(chunk, columns)
        people = chunk.frame.filter(~pl.col("row").is_in(list(chunk.other_role_of)))
        results = self._results(people)
        ids = {**dict(chunk.frame.select("row", ID).iter_rows()), **{one.row: one.id for one in chunk.rejected}}
        rows = raw.numbers.to_list()
        beside = {
            ID: pl.Series([ids.get(row) for row in rows], dtype=pl.String),
            NAME: self._names(raw, columns),
            DOUBT: pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(rows)),
            INVALID: pl.Series([reasons.get(row, (None, None))[0] for row in rows], dtype=pl.String),
            REASON: pl.Series([reasons.get(row, (None, None))[1] for row in rows], dtype=pl.String),
        }
        base = pl.DataFrame({"row": raw.numbers, **{f"own.{name}": series for name, series in beside.items()}})
        joined = base.join(results, on="row", how="left", maintain_order="left")
        shown = {name: pl.col(f"own.{name}" if name in beside else name) for name in (*self._shown, DOUBT, INVALID, REASON)}
        results = joined.select(expression.alias(name) for name, expression in shown.items())
        for name in self.kept:
            results = results.with_columns(frame[name].alias(free_name(name, results.columns)))
        return results

    def _names(self, raw: Raw, columns: ColumnMap) -> pl.Series:
        if NAME not in columns.own:
            return pl.Series([None], dtype=pl.String).new_from_index(0, raw.rows)
        texts = texts_of(raw.frame[raw_name(columns.own[NAME])]).str.strip_chars()
        return texts.set(texts == "", None)

    def _results(self, people: pl.DataFrame) -> pl.DataFrame:
        """Return what is found of people, with scores as they are and every word as text."""
        found = self._judge.judge(people)
        told = tidy(people, found, self.pack, self._judge.request, pl.DataFrame())
        scores = {"score_worse": LOW, "score_better": HIGH}
        exact = [_scores(found[shown("s", which)]).alias(name) for name, which in scores.items()]
        return in_words(told).with_columns(*exact, people["row"].cast(pl.Int64).alias("row"))

    def _reasons(self, chunk: Chunk, columns: ColumnMap) -> Mapping[int, tuple[str, str]]:
        """Return the first column of each row that cannot be judged and what is wrong there: the role comes last."""
        places = {name.strip(): place for place, name in reversed([*enumerate(columns.header)])}
        role = columns.own.get(ROLE)
        found: dict[int, list[tuple[bool, int, str]]] = {}
        for row, place, reason in self._wrong(chunk, places, columns):
            found.setdefault(row, []).append((place == role, place, reason))
        firsts = {row: min(wrong) for row, wrong in found.items()}
        return {row: (columns.header[place], reason) for row, (_, place, reason) in firsts.items()}

    def _wrong(self, chunk: Chunk, places: Mapping[str, int], columns: ColumnMap) -> Iterator[tuple[int, int, str]]:
        one: Rejected
        for one in chunk.rejected:
            yield one.row, columns.own[ID] if one.column is None else places[one.column], one.reason
        for row, text in chunk.other_role_of.items():
            yield row, columns.own[ROLE], f"the pack has no role called `{clip(text)}`; use a role's id or title, or leave the cell empty"


def _scores(steps: pl.Series) -> pl.Series:
    """Return scores as the floats next to them: each is the only fraction of weights that is rounded down to so many steps."""
    found = {number: _score(number) for number in steps.unique().drop_nulls().to_list()}
    return steps.replace_strict(list(found), list(found.values()), default=None, return_dtype=pl.Float64)


def _score(steps: int) -> float:
    near = Fraction(steps, STEPS).limit_denominator(_MOST_WEIGHT)
    return float(near if near.numerator * STEPS // near.denominator == steps else Fraction(steps, STEPS))


def _is_read(attribute: Attribute, source: Source) -> bool:
    """Whether a column is read cell by cell whatever its attribute is: texts, and times of days for dates."""
    return isinstance(source.dtype, nw.String) or (attribute.kind is Kind.DATE and isinstance(source.dtype, nw.Datetime))


def from_pandas(frame: pd.DataFrame) -> pl.DataFrame:
    """Return a frame of pandas as one of Polars; raises FrameProblem where a column cannot tell what is missing from what is no number."""
    unclear = [f"`{clip(str(name))}`" for name, dtype in frame.dtypes.items() if not _tells_missing(dtype)]
    if unclear:
        message = f"pandas keeps {first_words(unclear, _SHOWN)} on NumPy, which cannot tell what is missing from what is no number"
        raise FrameProblem(message, 'pass frame.convert_dtypes(dtype_backend="pyarrow"), and look at its empty cells')
    return pl.from_pandas(frame)


def to_pandas(frame: pl.DataFrame, index: Any) -> pd.DataFrame:  # noqa: ANN401 - whatever index the frame had
    """Return results as a frame of pandas with Arrow's types, by the index of the frame that came in."""
    answered = frame.to_pandas(use_pyarrow_extension_array=True)
    answered.index = index
    return answered


def _tells_missing(dtype: Any) -> bool:  # noqa: ANN401 - a type of pandas or of NumPy
    """Whether a column tells missing cells apart: types of pandas do; of NumPy's those of days, and those in which nothing is missing."""
    return hasattr(dtype, "na_value") or dtype.kind in {"b", "i", "u", "M"}
