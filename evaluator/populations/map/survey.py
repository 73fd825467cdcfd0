"""A table as it stands: its columns by name, and the texts in each with how often they come, whatever they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import attrs

from evaluator.core.groups import is_group_fact
from evaluator.core.model import Pack
from evaluator.diagnostics import EvaluatorError, Problems
from evaluator.reading.tables.as_it_stands import has_named_columns, look_through
from evaluator.reading.tables.cell_values import states_something
from evaluator.reading.tables.columns import ColumnMap
from evaluator.reading.tables.model import Options, Raw, Rejected, first_reasons, raw_name
from evaluator.reading.tables.native_types import texts_of
from evaluator.reading.tables.population import Book
from evaluator.reading.tables.sources import files_under

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


@attrs.define(kw_only=True)
class _Counts:
    """Counts the texts of the rows that it is shown."""

    texts: dict[int, Counter[str]] = attrs.field(factory=dict)
    empty: Counter[int] = attrs.field(factory=Counter)
    crowded: set[int] = attrs.field(factory=set)
    rows: int = 0
    unread: list[Rejected] = attrs.field(factory=list)

    def add(self, raw: Raw, columns: ColumnMap) -> None:
        """Count the texts of some rows."""
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
    files = files_under(path, problems)
    if len(files) > 1:
        raise SurveyProblem(f"{path} is a folder of {len(files)} tables", f"name one of them, such as {files[0].path}")
    if not files:
        return None
    if not has_named_columns(files[0]):
        raise SurveyProblem(
            f"{path} names what it states by keys, and a mapping is proposed for a table with a row of names",
            "name a CSV file, a workbook or a Parquet file",
        )
    counts = _Counts()
    looked = look_through(files[0], pack, options, problems, counts.add, find_header=options.header_row is None)
    if looked is None:
        return None
    table, header_row = looked
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
    return Survey(path=files[0].path, columns=columns, rows=counts.rows, unread=counts.unread, sheet=sheet, header_row=header_row)
