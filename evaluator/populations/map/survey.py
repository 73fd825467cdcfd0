"""A table as it stands: its columns by name, and the texts in each with how often they come, whatever they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import attrs

from evaluator.core.groups import is_group_fact
from evaluator.core.model import Pack
from evaluator.diagnostics import EvaluatorError, Problems
from evaluator.reading.tables.as_it_stands import has_named_columns, is_utf8, look_through
from evaluator.reading.tables.cell_values import states_something
from evaluator.reading.tables.columns import ColumnMap
from evaluator.reading.tables.likely_columns import likely_ids
from evaluator.reading.tables.model import Options, Raw, Rejected, first_reasons, raw_name
from evaluator.reading.tables.native_types import texts_of
from evaluator.reading.tables.population import Book
from evaluator.reading.tables.sources import files_under

_WESTERN = "windows-1252"
"""What programs on Windows write in western Europe and America, where it is no UTF-8."""
MOST_TEXTS = 20_000
"""Different texts of a column that are counted; of a column with more, the rest is known to be there and is not looked at."""


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
    unread: Sequence[Rejected] = ()
    """Why rows could not be told into cells of text, a reason a row: nothing of them is counted."""
    header_row: int | None = None
    sheet: str | None = None
    labels_below: bool = False
    """Whether the columns are named there a second time, by what people call them, below the keys of a system."""
    encoding: str | None = None
    """The encoding by which it was read, where its bytes are no UTF-8 and nobody named one."""


@attrs.define(kw_only=True)
class _Counts:
    """Counts the texts of the rows that it is shown."""

    texts: dict[int, Counter[str]] = attrs.field(factory=dict)
    empty: Counter[int] = attrs.field(factory=Counter)
    crowded: set[int] = attrs.field(factory=set)
    rows: int = 0
    unread: list[Rejected] = attrs.field(factory=list)
    first: dict[int, str] = attrs.field(factory=dict)
    """The texts of the first row, by column, and where it stands."""
    first_line: int = 0

    def add(self, raw: Raw, columns: ColumnMap) -> None:
        """Count the texts of some rows."""
        if not self.first and raw.frame.height:
            self.first = {index: str(texts_of(raw.frame[raw_name(index)].head(1))[0]).strip() for index in columns.used}
            self.first_line = 0 if raw.lines is None else int(raw.lines[0])
        self.rows += raw.rows
        self.unread += first_reasons(raw.rejected)
        for index in columns.used:
            counter = self.texts.setdefault(index, Counter())
            for text, count in texts_of(raw.frame[raw_name(index)]).str.strip_chars().value_counts().iter_rows():
                if not text:
                    self.empty[index] += count
                elif text in counter or len(counter) < MOST_TEXTS:
                    counter[text] += count
                else:
                    self.crowded.add(index)


def survey(path: str, pack: Pack, options: Options, problems: Problems) -> Survey | None:
    """Read a table and count what stands in it; None, and problems, where it cannot be read.

    Of facts of people's groups nothing is counted. Raises SurveyProblem for what has no columns with names of their own.
    """
    files = files_under(path, problems, options.query)
    if len(files) > 1:
        raise SurveyProblem(f"{path} is a folder of {len(files)} tables", f"name one of them, such as {files[0].path}")
    if not files:
        return None
    if not has_named_columns(files[0]):
        raise SurveyProblem(
            f"{path} names what it states by keys, and a mapping is proposed for a table with a row of names",
            "name a CSV file, a workbook or a Parquet file",
        )
    file, encoding = files[0], None
    if options.encoding is None and not is_utf8(file):
        encoding = _WESTERN
        options = attrs.evolve(options, encoding=encoding)
    counts = _Counts()
    looked = look_through(file, pack, options, problems, counts.add, find_header=options.header_row is None)
    if looked is None:
        return None
    table, header_row = looked
    labels_below = options.header_row is None and _are_labels(counts.first, table.columns.header)
    if labels_below:
        row = counts.first_line or (header_row or 1) + 1
        counts = _Counts()
        looked = look_through(file, pack, attrs.evolve(options, header_row=row), problems, counts.add)
        if looked is None:
            return None
        table, header_row = looked[0], row
    columns = [
        Column(
            name=name.strip(),
            texts={} if is_group_fact(name) else counts.texts.get(index, Counter()),
            empty=counts.empty[index],
            crowded=index in counts.crowded,
        )
        for index, name in enumerate(table.columns.header)
        if name.strip()
    ]
    sheet = table.sheet if isinstance(table, Book) and len(table.sheets) > 1 else None
    return Survey(
        path=file.path,
        columns=columns,
        rows=counts.rows,
        unread=counts.unread,
        sheet=sheet,
        header_row=header_row,
        labels_below=labels_below,
        encoding=encoding,
    )


def _are_labels(first: Mapping[int, str], header: Sequence[str]) -> bool:
    """Whether the first row names the columns once more: under a name for ids stands another one, as no id is called."""
    return any(likely_ids([header[index]]) and likely_ids([text]) for index, text in first.items())
