"""A table as it stands: its columns by name, and the texts in each with how often they come, whatever they mean."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

import attrs
import polars as pl

from evaluator.core.groups import is_group_fact
from evaluator.core.model import Pack
from evaluator.diagnostics import EvaluatorError, Problems
from evaluator.reading.tables.cell_values import CellReader, states_something
from evaluator.reading.tables.columns import ColumnMap, HeaderBelow, Vocabulary, vocabulary
from evaluator.reading.tables.formats import JSON, JSON_LINES, PROFILE, format_of
from evaluator.reading.tables.likely_columns import likely_ids, likely_maps
from evaluator.reading.tables.meanings import ID
from evaluator.reading.tables.model import Chunk, Options, Raw, raw_name
from evaluator.reading.tables.native_types import texts_of
from evaluator.reading.tables.population import Book
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File, files_under, opener

MOST_TEXTS = 20_000
"""Different texts of a column that are counted; of a column with more, the rest is known to be there and is not looked at."""
_CHUNK = 200_000
_ANY_DAY = datetime.date(2000, 1, 1)


class SurveyProblem(EvaluatorError):
    """A table cannot be surveyed; carries one lower-case sentence and a next step."""


@attrs.frozen(kw_only=True)
class Column:
    """A column: its name, the texts in it with how many rows have each, and how many rows are empty there."""

    name: str
    texts: Mapping[str, int]
    empty: int
    crowded: bool = False
    """Whether there are more different texts than were counted."""

    @property
    def stating(self) -> Mapping[str, int]:
        """The texts that are no word for what is missing, whatever the column is."""
        return {text: rows for text, rows in self.texts.items() if states_something(text)}


@attrs.frozen(kw_only=True)
class Survey:
    """What a table holds. `header_row` is where its columns are named, if that is not the first row that holds anything."""

    path: str
    columns: Sequence[Column]
    rows: int
    header_row: int | None = None
    sheet: str | None = None


@attrs.frozen(kw_only=True)
class _Words(Vocabulary):
    """Knows headers by what other systems call things, too, and takes every column as it stands."""

    as_it_stands: bool = True

    def names_ids(self, cells: Sequence[str]) -> bool:
        """Whether one of a row's cells is likely to say that a column holds ids."""
        return any(self.meaning(cell) == ID for cell in cells) or bool(likely_ids(cells))

    def may_be_header(self, cells: Sequence[str]) -> bool:
        """Whether a row is likely to be a header: it says several things that a column can say."""
        said = {meaning for cell in cells if (meaning := self.meaning(cell)) is not None} | {*likely_maps(cells, self.names).values()}
        return self.names_ids(cells) or len(said) > 1


@attrs.define(kw_only=True)
class _Counting(Door):
    """Counts the texts of the cells that it is given."""

    counts: dict[int, Counter[str]] = attrs.field(factory=dict)
    empty: Counter[int] = attrs.field(factory=Counter)
    crowded: set[int] = attrs.field(factory=set)
    rows: int = 0

    def chunk(self, raw: Raw, columns: ColumnMap, path: str) -> Chunk:
        """Count the texts of some rows."""
        self.rows += raw.rows
        for index in columns.used:
            texts = texts_of(raw.frame[raw_name(index)]).str.strip_chars()
            counter = self.counts.setdefault(index, Counter())
            for text, count in texts.value_counts().iter_rows():
                if not text:
                    self.empty[index] += count
                elif text in counter or len(counter) < MOST_TEXTS:
                    counter[text] += count
                else:
                    self.crowded.add(index)
        nothing = pl.DataFrame()
        return Chunk(frame=nothing, kept=nothing, rejected=(), rows=raw.rows, path=path)


def survey(path: str, pack: Pack, options: Options, problems: Problems) -> Survey | None:
    """Read a table and count what stands in it; None, and problems, where it cannot be read.

    Of facts of people's groups nothing is counted. Raises SurveyProblem for what has no columns with names of their own.
    """
    files = files_under(path, problems)
    if len(files) != 1:
        if files:
            raise SurveyProblem(f"{path} is a folder of {len(files)} tables", f"name one of them, such as {files[0].path}")
        return None
    file = files[0]
    if file.place.is_dir() or format_of(file.place, file.path) in {PROFILE, JSON, JSON_LINES}:
        raise SurveyProblem(
            f"{path} names what it states by keys, and a mapping is proposed for a table with a row of names",
            "name a CSV file, a workbook or a Parquet file",
        )
    plain = vocabulary(pack, options, problems)
    words = _Words(**{field.name: getattr(plain, field.name) for field in attrs.fields(Vocabulary) if field.name != "as_it_stands"})
    try:
        return _surveyed(file, Asking(pack=pack, words=words, options=options, chunk_rows=_CHUNK, problems=problems))
    except HeaderBelow as below:
        options = attrs.evolve(options, header_row=below.row)
        found = _surveyed(file, Asking(pack=pack, words=words, options=options, chunk_rows=_CHUNK, problems=problems))
        return None if found is None else attrs.evolve(found, header_row=below.row)


def _surveyed(file: File, asking: Asking) -> Survey | None:
    table = opener(file)(file, asking)
    if table is None:
        return None
    reader = CellReader(pack=asking.pack, decimal=asking.options.sign)
    door = _Counting(pack=asking.pack, reader=reader, as_of=_ANY_DAY, as_of_wins=False)
    door.begin(file.path)
    for _ in table.chunks(door):
        pass
    header = table.columns.header
    columns = [
        Column(
            name=name.strip(),
            texts={} if is_group_fact(name) else door.counts.get(index, Counter()),
            empty=door.empty[index],
            crowded=index in door.crowded,
        )
        for index, name in enumerate(header)
        if name.strip()
    ]
    sheet = table.sheet if isinstance(table, Book) and len(table.sheets) > 1 else None
    return Survey(path=file.path, columns=columns, rows=door.rows, sheet=sheet)
