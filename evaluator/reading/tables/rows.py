"""Raw rows → a chunk: every cell read, every row that cannot be used put aside with all that is wrong with it."""

from __future__ import annotations

import bisect
import datetime
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from evaluator.core.dates import day_number
from evaluator.core.model import Pack
from evaluator.core.values import clip
from evaluator.engines.columns.codec import cells_of, dtypes_of, names_of
from evaluator.engines.columns.derived import AS_OF as DAY
from evaluator.engines.columns.derived import OWN_DAYS
from evaluator.engines.columns.plan import DOUBT, JUDGED_FOR
from evaluator.engines.columns.truths import column
from evaluator.reading.tables.builtin_columns import SPACES, day_caster, id_caster, judged_role_caster, role_caster, text_caster
from evaluator.reading.tables.cell_values import CellReader, is_missing, states_something
from evaluator.reading.tables.cells import Caster, Outcome, attribute_caster
from evaluator.reading.tables.columns import ColumnMap
from evaluator.reading.tables.from_records import gather
from evaluator.reading.tables.ids import SeenIds
from evaluator.reading.tables.mapped_cells import Meant, TableMapping
from evaluator.reading.tables.mapping import Constants
from evaluator.reading.tables.meanings import AS_OF, DAYS, GROUP, ID, NAME, ROLE
from evaluator.reading.tables.model import Chunk, Misfit, Raw, Rejected, raw_name, rejected
from evaluator.reading.tables.native_types import texts_of

if TYPE_CHECKING:
    import polars as pl

Bad = Mapping[int, Sequence[tuple[str | None, str, Misfit]]]
"""What is wrong with rows, by place in the frame: the column, its text and why it cannot be used."""


@attrs.define(kw_only=True)
class Door:
    """What all chunks of a run share: the pack, how cells are read, the as-of date and the ids so far."""

    pack: Pack
    reader: CellReader
    as_of: datetime.date
    as_of_wins: bool
    kept_columns: tuple[str, ...] = ()
    keeps_records: bool = False
    source: TableMapping = attrs.field(factory=TableMapping)
    constants: Constants = attrs.field(factory=Constants)
    chooses: bool = False
    """Whether people are chosen by a condition, so that of each row it has to be known what is counted of it."""
    names_roles: bool = False
    """Whether a column names the role that each person is judged for."""
    skips_bad_cells: bool = False
    """Whether a cell that cannot be read costs only itself, of attributes and of today's role, and not its row."""
    seen: SeenIds = attrs.field(factory=SeenIds)
    _begun: list[tuple[int, str]] = attrs.field(factory=list, init=False)
    _rows: int = attrs.field(default=0, init=False)

    def begin(self, path: str) -> None:
        """Begin with a file: its rows are counted from 1 again."""
        self._begun.append((self._rows, path))

    def chunk(self, raw: Raw, columns: ColumnMap, path: str) -> Chunk:
        """Read the cells of raw rows."""
        reader = attrs.evolve(self.reader, dots_unclear=True) if columns.dots_unclear else self.reader
        as_written, raw = raw, self._meant(raw, columns)
        casters = [*self._own(raw, columns), *self._attributes(raw, columns, reader)]
        texts = self._beside(raw, columns)
        expressions = [expression for caster in (*casters, *texts) if not caster.by_text for expression in caster.asked()]
        answered = raw.frame.lazy().select(expressions).collect()
        outcomes = [caster.outcome(raw.frame, None if caster.by_text else answered) for caster in (*casters, *texts)]
        labels = self._labels(columns)
        bad = {position: list(wrong) for position, wrong in raw.bad.items()}
        for caster, outcome in zip((*casters, *texts), outcomes, strict=True):
            for index, (text, misfit) in outcome.bad.items():
                written = self._written(as_written, raw, caster.source, index, text)
                bad.setdefault(index, []).append((labels[caster.source], written, misfit))
        values = {series.name: series for outcome in outcomes[: len(casters)] for series in outcome.values}
        skipped = self._skipped(bad, columns)
        values |= self._unknown(values, skipped, columns)
        values |= self._constants(raw.frame.height)
        if ROLE in self.pack.attributes:
            values[column(ROLE)] = self._roles_today(raw, columns, values.get(ROLE))
        chunk = self._finish(raw, values, _kept(texts, outcomes[len(casters) :], self.kept_columns, raw.frame.height), bad, path)
        others = self._other_roles(raw, columns, values, bad)
        rejected_rows = {one.row for one in chunk.rejected}
        unread = tuple(one for one in _rejections(raw, values[ID], skipped, path) if one.row not in rejected_rows)
        chunk = attrs.evolve(chunk, unread=unread)
        return attrs.evolve(chunk, other_roles=Counter(others.values()), other_role_of=others if self.chooses else {})

    def _skipped(self, bad: dict[int, list[tuple[str | None, str, Misfit]]], columns: ColumnMap) -> Bad:
        """Take out of what is wrong the rows that are judged all the same, and return it of them."""
        if not self.skips_bad_cells:
            return {}
        may_be = {columns.header[place].strip() for place in self._may_be_unknown(columns).values()}
        return {index: bad.pop(index) for index, wrong in [*bad.items()] if all(label in may_be for label, _, _ in wrong)}

    def _may_be_unknown(self, columns: ColumnMap) -> Mapping[str, int]:
        return {**columns.attributes, **({ROLE: columns.own[ROLE]} if ROLE in columns.own else {})}

    def _unknown(self, values: Mapping[str, pl.Series], skipped: Bad, columns: ColumnMap) -> dict[str, pl.Series]:
        """Return the columns in which cells that cannot be read are unknown."""
        places: dict[str, list[int]] = {}
        for index, wrong in skipped.items():
            for label, _, _ in wrong:
                places.setdefault(label or "", []).append(index)
        found: dict[str, pl.Series] = {}
        for name, place in self._may_be_unknown(columns).items():
            rows = places.get(columns.header[place].strip(), [])
            for held in ((ROLE,) if name == ROLE else names_of(self.pack.attributes[name])) if rows else ():
                found[held] = values[held].scatter(rows, None)
        return found

    def _meant(self, raw: Raw, columns: ColumnMap) -> Raw:
        """Return rows whose cells say what a mapping says they stand for; lists and structures stay as they are."""
        import polars as pl

        meant: dict[int, Meant | None] = {}
        for name, index in columns.attributes.items():
            meant[index] = self.source.cell(columns.header[index], self.pack.attributes[name], self.reader.decimal)
        for own, index in columns.own.items():
            if own not in {ID, NAME}:
                meant[index] = self.source.role() if own == ROLE else self.source.cell(columns.header[index], None, self.reader.decimal)
        if columns.role_column is not None:
            meant.setdefault(columns.role_column, self.source.role())
        replaced = self._names(raw, columns)
        for index, read in meant.items():
            cells = raw.frame[raw_name(index)]
            if read is not None and not cells.dtype.is_nested():
                texts = texts_of(cells)
                said = {text: read(text) for text in texts.unique().to_list()}
                if any(text != other for text, other in said.items()):
                    replaced.append(texts.replace_strict(list(said), list(said.values()), return_dtype=pl.String).alias(cells.name))
        return attrs.evolve(raw, frame=raw.frame.with_columns(replaced)) if replaced else raw

    def _names(self, raw: Raw, columns: ColumnMap) -> list[pl.Series]:
        """Return the column of names put together from their parts, where several columns hold them."""
        import polars as pl

        if not columns.names:
            return []
        parts = [texts_of(raw.frame[raw_name(index)]).str.strip_chars(SPACES) for index in columns.names]
        whole = pl.DataFrame([part.alias(str(place)) for place, part in enumerate(parts)])
        said = whole.select(pl.concat_str(pl.all().replace("", None), separator=" ", ignore_nulls=True)).to_series()
        return [said.alias(raw_name(columns.own[NAME]))]

    def _written(self, as_written: Raw, meant: Raw, source: str, index: int, text: str) -> str:
        """Return the text of a cell as the table has it, where a mapping has another one read in its place."""
        if as_written is meant or as_written.frame[source].dtype.is_nested():
            return text
        return str(texts_of(as_written.frame[source].slice(index, 1))[0])

    def _constants(self, height: int) -> dict[str, pl.Series]:
        """Return the columns of what holds for everybody."""
        import polars as pl

        said = self.constants
        values = {name: _same(day_number(day), pl.Int32, height) for name, day in said.days.items()}
        if said.role is not None:
            values[ROLE] = _same(list(self.pack.roles).index(said.role), pl.Int16, height)
        for name, value in said.attributes.items():
            attribute = self.pack.attributes[name]
            for cell, column_name, dtype in zip(cells_of(attribute, value), names_of(attribute), dtypes_of(attribute), strict=True):
                values[column_name] = pl.Series([cell], dtype=dtype).new_from_index(0, height)
        return values

    def _labels(self, columns: ColumnMap) -> Mapping[str, str]:
        return {raw_name(index): name.strip() for index, name in enumerate(columns.header)}

    def _own(self, raw: Raw, columns: ColumnMap) -> Iterator[Caster]:
        schema = raw.frame.schema
        sources = {name: raw_name(index) for name, index in columns.own.items()}
        yield id_caster(sources[ID], schema[sources[ID]])
        if NAME in sources:
            yield text_caster(sources[NAME], NAME, schema[sources[NAME]])
        if ROLE in sources:
            yield role_caster(sources[ROLE], schema[sources[ROLE]], self.pack, self.reader)
        if columns.role_column is not None:
            place = raw_name(columns.role_column)
            yield judged_role_caster(place, schema[place], self.pack, self.reader)
        for name in DAYS:
            if name in sources:
                dates = self.source.dates_of(columns.header[columns.own[name]], self.reader.dates)
                yield day_caster(sources[name], name, schema[sources[name]], attrs.evolve(self.reader, dates=dates))

    def _attributes(self, raw: Raw, columns: ColumnMap, reader: CellReader) -> Iterator[Caster]:
        for name, attribute in columns.attributes.items():
            source = raw_name(attribute)
            dated = attrs.evolve(reader, dates=self.source.dates_of(columns.header[attribute], reader.dates))
            yield attribute_caster(self.pack.attributes[name], source, raw.frame.schema[source], dated)

    def _beside(self, raw: Raw, columns: ColumnMap) -> list[Caster]:
        """Return how group facts and what is carried through are read; a prefix keeps their names apart from the engine's."""
        beside = [(GROUP + name, index, True) for name, index in columns.groups.items()]
        beside += [(name, index, False) for name, index in columns.kept.items()]
        schema = raw.frame.schema
        casters = [text_caster(raw_name(index), f"+{name}", schema[raw_name(index)], strip=strip) for name, index, strip in beside]
        return [
            _without_empty(caster, schema[caster.source]) if group else caster
            for caster, (_, _, group) in zip(casters, beside, strict=True)
        ]

    def _finish(self, raw: Raw, values: dict[str, pl.Series], kept: pl.DataFrame, bad: Bad, path: str) -> Chunk:
        frame = self._frame(raw, values)
        left_out = [*raw.rejected, *_rejections(raw, values[ID], bad, path)]
        if bad:
            frame, kept = _without(frame, bad), _without(kept, bad)
        records = {raw.numbers[index]: record for index, record in raw.records.items() if index not in bad}
        frame = gather(self.pack, frame, records)
        beside = records if self.keeps_records else {}
        return self.finished(Chunk(frame=frame, kept=kept, rejected=tuple(left_out), rows=raw.rows, path=path, records=beside))

    def _other_roles(self, raw: Raw, columns: ColumnMap, values: Mapping[str, pl.Series], bad: Bad) -> Mapping[int, str]:
        """Return the roles that are stated and are none of the pack's, of rows that can be used, by row."""
        if ROLE not in columns.own or not values[ROLE].null_count():
            return {}
        places = [place for place in values[ROLE].is_null().arg_true().to_list() if place not in bad]
        stated = texts_of(raw.frame[raw_name(columns.own[ROLE])].gather(places))
        numbers = raw.numbers.gather(places).to_list()
        texts = ((number, text.strip()) for number, text in zip(numbers, stated, strict=True))
        return {number: text for number, text in texts if text and not is_missing(text)}

    def _roles_today(self, raw: Raw, columns: ColumnMap, read: pl.Series | None) -> pl.Series:
        """Return the places of the roles that people hold: the one stated, else the pack's entry role; nothing for another one."""
        import polars as pl

        dtype, entry, height = dtypes_of(self.pack.attributes[ROLE])[0], self.pack.entry_role, raw.frame.height
        places: list[int | None] = [None] * height if read is None else read.to_list()
        if entry is not None:
            texts = texts_of(raw.frame[raw_name(columns.own[ROLE])]) if ROLE in columns.own else [""] * height
            holds = list(self.pack.roles).index(entry.id)
            pairs = zip(places, texts, strict=True)
            places = [holds if place is None and not states_something(text) else place for place, text in pairs]
        return pl.Series(column(ROLE), places, dtype=dtype)

    def finished(self, chunk: Chunk) -> Chunk:
        """Put rows aside whose id came before, and count the rows."""
        frame, kept = chunk.frame, chunk.kept
        again = self.seen.repeated(frame[ID], frame["row"] + (self._begun[-1][0] if self._begun else 0))
        self._rows += chunk.rows
        left_out = [*chunk.rejected, *self._repeats(frame, again, chunk.path)]
        if again:
            frame, kept = _without(frame, again), _without(kept, again)
        return attrs.evolve(chunk, frame=frame, kept=kept, rejected=tuple(sorted(left_out, key=lambda one: one.row)))

    def _repeats(self, frame: pl.DataFrame, again: Mapping[int, int], path: str) -> Iterator[Rejected]:
        if not again:
            return
        places = sorted(again)
        found = frame.select("id", "row", "line")[places]
        for index, (name, row, line) in zip(places, found.iter_rows(), strict=True):
            where = self._where(again[index], path)
            reason = f"the id `{clip(name)}` stands in {where} already; give each row an id of its own"
            yield rejected("D104", reason, row=row, line=line, column="id", text=name, id_=name, path=path)

    def _where(self, number: int, path: str) -> str:
        """Say where a row is, counted over all files: within its own file, which is named where it is another."""
        begun = [*self._begun] or [(0, path)]
        start, other = begun[bisect.bisect_left(begun, number, key=lambda one: one[0]) - 1]
        return f"row {number - start:,}" + ("" if other == path else f" of {other}")

    def _frame(self, raw: Raw, values: Mapping[str, pl.Series]) -> pl.DataFrame:
        import polars as pl

        height, day = raw.frame.height, day_number(self.as_of)
        stated = values.get(AS_OF)
        days = _same(day, pl.Int32, height) if stated is None or self.as_of_wins else stated.fill_null(day)
        own = {name: values.get(words, _same(None, pl.Int32, height)) for name, words in zip(OWN_DAYS, DAYS, strict=True)}
        wanted = {ID: values[ID], DAY: days, **own, ROLE: values.get(ROLE, _same(None, pl.Int16, height))}
        for attribute in self.pack.attributes.values():
            for name, dtype in zip(names_of(attribute), dtypes_of(attribute), strict=True):
                wanted[name] = values[name] if name in values else _same(None, dtype, height)
        wanted[DOUBT] = _same(False, pl.Boolean, height)  # noqa: FBT003 - nobody is in doubt yet
        wanted["row"] = raw.numbers.cast(pl.Int64)
        wanted["line"] = _same(None, pl.Int64, height) if raw.lines is None else raw.lines.cast(pl.Int64)
        wanted[NAME] = values.get(NAME, _same(None, pl.String, height))
        if self.names_roles:
            wanted[JUDGED_FOR] = values.get(JUDGED_FOR, _same(None, pl.Int16, height))
        return pl.DataFrame(wanted)


def _same(value: bool | int | None, dtype: type[pl.DataType], height: int) -> pl.Series:  # noqa: FBT001 - what every row holds
    import polars as pl

    return pl.Series([value], dtype=dtype).new_from_index(0, height)


def _kept(casters: Sequence[Caster], outcomes: Sequence[Outcome], wanted: tuple[str, ...], height: int) -> pl.DataFrame:
    import polars as pl

    there = {caster.names[0][1:]: outcome.values[0] for caster, outcome in zip(casters, outcomes, strict=True)}
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    return pl.DataFrame({name: there.get(name, empty) for name in wanted})


def _without_empty(caster: Caster, dtype: pl.DataType) -> Caster:
    """Take an empty list for no answer."""
    import polars as pl

    return attrs.evolve(caster, doubtful=pl.col(caster.source).list.len() > 0) if dtype == pl.List else caster


def _rejections(raw: Raw, ids: pl.Series, bad: Bad, path: str) -> Iterator[Rejected]:
    places = sorted(bad)
    numbers, names = raw.numbers.gather(places).to_list(), ids.gather(places).to_list()
    lines = [None] * len(places) if raw.lines is None else raw.lines.gather(places).to_list()
    for index, number, line, name in zip(places, numbers, lines, names, strict=True):
        for label, text, misfit in bad[index]:
            yield rejected(misfit.code, misfit.reason, row=number, line=line, column=label, text=text, id_=name, path=path)


def _without(frame: pl.DataFrame, places: Collection[int]) -> pl.DataFrame:
    import polars as pl

    return frame.filter(~pl.int_range(pl.len()).is_in(sorted(places))) if frame.width else frame
