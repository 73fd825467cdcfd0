"""A report of a population as one workbook: a sheet to read first, everybody with filters, gaps and questions row by row, and the rest."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from evaluator.diagnostics.errors import PopulationProblem
from evaluator.populations.evaluate.excel_file import MOST_LETTERS, MOST_ROWS, new_book
from evaluator.populations.report.figures import Amount, Distribution, Figures, Person, Verdict, shown_text
from evaluator.report.text import visible
from evaluator.report.words import NOTICE, sentence_case

if TYPE_CHECKING:
    from evaluator.report.blocks import Fact

_LOOKS: Mapping[str, tuple[str, str, str]] = {
    "ready": ("#006B60", "#FFFFFF", "#006B60"),
    "nearly": ("#E3AD45", "#1D2127", "#955300"),
    "notyet": ("#ECD7D9", "#1D2127", "#6E1029"),
    "undecided": ("#D9D4F5", "#1D2127", "#4A3BB0"),
    "none": ("#F5F4F0", "#585F69", "#767D87"),
}
"""Of each look of a verdict: what it is filled with, the colour of words on that, and of edges."""
_QUIET = "#585F69"
_LINE = 16
"""Points that a line of text is high."""
_BAR, _AROUND = 24, 110
"""Pixels of a bar of a chart, and of what stands around all bars."""
_FIRST, _CHART_AT = 44, 8
_WIDEST = 32
_SHOWN = 3
"""So many gaps and questions stand beside a person."""
_NUMBERS = frozenset({"people", "People", "Of", "Rows", "Ready"})
Value = str | int | float | None


@attrs.frozen(kw_only=True)
class Column:
    """A column of a sheet: its heading, its width in letters, whether its texts are broken into lines, and whether it is in per cent."""

    title: str
    width: int
    wrapped: bool = False
    percent: bool = False


def report_workbook(figures: Figures, rests: Sequence[Fact], *, title: str, days: str) -> bytes:
    """Return the workbook; `rests` is what it rests on, and `days` what is to be known of the days that it speaks of."""
    packed = io.BytesIO()
    with new_book(packed, title=title, comments=NOTICE, in_order=True) as book:
        sheets = _Sheets(book=book, title=title)
        _Summary(sheets=sheets, figures=figures).write(days)
        sheets.table("People", _people_columns(figures), _people(figures))
        sheets.table("Gaps", _detail_columns(figures, ("Gap", 60)), _details([(one, one.gaps) for one in figures.people]))
        asked = [(one, one.questions) for one in figures.people]
        sheets.table("To ask", _detail_columns(figures, ("What to ask", 60)), _details(asked))
        if figures.rejected.height:
            sheets.table("Rows left out", _LEFT_OUT, _left_out(figures))
        about = (Column(title="What this rests on", width=22), Column(title="It says", width=110, wrapped=True))
        sheets.table("About", about, [*((fact.label, fact.text) for fact in rests), ("Note", NOTICE)], filtered=False)
    return packed.getvalue()


@attrs.frozen(kw_only=True, slots=False)
class _Sheets:
    """Adds sheets to a workbook that look alike and print alike."""

    book: Any
    title: str

    def look(self, **values: object) -> Any:  # noqa: ANN401 - the library has no types
        """Return a format."""
        return self.book.add_format({"valign": "top", **values})

    def of(self, verdict: Verdict, **values: object) -> Any:  # noqa: ANN401 - as above
        """Return the format of a verdict's word."""
        fill, ink, edge = _LOOKS[verdict.look]
        return self.look(bg_color=fill, font_color=ink, bold=verdict.look == "ready", left=1, left_color=edge, **values)

    def sheet(self, name: str) -> Any:  # noqa: ANN401 - as above
        """Add a sheet that prints on its side, as wide as a page, with its name and the number of the page."""
        page = self.book.add_worksheet(name)
        page.set_landscape()
        page.set_paper(9)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L&8{NOTICE}&C&8{name}&R&8&P / &N")
        page.hide_gridlines(2)
        return page

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Value | Verdict]], *, filtered: bool = True) -> None:
        """Add a sheet with a table: its heading stays in sight and is repeated on paper, and every column has a filter."""
        page = self.sheet(name)
        page.freeze_panes(1, 1)
        page.repeat_rows(0)
        head = self.look(bold=True, bottom=1, text_wrap=True, valign="bottom", align="left")
        plain, wrapped, percent = self.look(align="left"), self.look(text_wrap=True, align="left", indent=1), self.look(num_format="0 %")
        looks = [percent if column.percent else wrapped if column.wrapped else plain for column in columns]
        verdicts: dict[Verdict, Any] = {}
        page.set_row(0, _LINE * max(-(-len(column.title) // max(column.width - 1, 1)) for column in columns) + 3)
        for place, column in enumerate(columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, column.title, head)
        number = 0
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS:
                message = f"an Excel sheet holds {MOST_ROWS:,} rows, and `{name}` would have more"
                raise PopulationProblem(message, "choose fewer people with --where")
            page.set_row(number, _LINE * _lines(row, columns))
            for place, value in enumerate(row):
                if isinstance(value, Verdict):
                    look = verdicts.get(value) or verdicts.setdefault(value, self.of(value))
                    page.write_string(number, place, value.word, look)
                elif isinstance(value, str):
                    page.write_string(number, place, _fitting(value), looks[place])
                elif value is not None:
                    page.write_number(number, place, value, looks[place])
        if filtered:
            page.autofilter(0, 0, max(number, 1), len(columns) - 1)


def _fitting(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= MOST_LETTERS else f"{shown[: MOST_LETTERS - 1]}…"


def _lines(row: Sequence[Value | Verdict], columns: Sequence[Column]) -> int:
    """Return how many lines the texts of a row take that are broken."""
    texts = [(str(value), column.width) for value, column in zip(row, columns, strict=True) if column.wrapped and value is not None]
    return max((min(-(-len(text) // max(width - 2, 1)), 20) for text, width in texts), default=1) or 1


def _who(figures: Figures) -> list[Column]:
    kept = [Column(title=name, width=_kept_width(figures, place), wrapped=True) for place, name in enumerate(figures.kept)]
    names = max((len(person.name) for person in figures.people), default=0)
    ids = max((len(person.id) for person in figures.people), default=0)
    return [Column(title="Name", width=_width(names), wrapped=True), Column(title="Id", width=_width(ids), wrapped=True), *kept]


def _width(letters: int) -> int:
    return min(max(letters + 3, 10), _WIDEST)


def _kept_width(figures: Figures, place: int) -> int:
    return _width(max(len(figures.kept[place]), *(len(shown_text(person.kept[place])) for person in figures.people)))


def _roles(figures: Figures) -> list[Column]:
    longest = max((len(role.title) for role in figures.pack.roles.values()), default=0)
    return [
        Column(title="Role today", width=_width(longest), wrapped=True),
        Column(title="Judged for" if figures.role else "Next role", width=_width(longest), wrapped=True),
    ]


def _people_columns(figures: Figures) -> list[Column]:
    return [
        *_who(figures),
        *_roles(figures),
        Column(title="Verdict", width=12),
        Column(title="At best", width=12),
        Column(title="Score at worst", width=8, percent=True),
        Column(title="Score at best", width=8, percent=True),
        Column(title="How many gaps", width=9),
        Column(title="Gaps", width=48, wrapped=True),
        Column(title="To ask", width=32, wrapped=True),
        Column(title="Row", width=7),
    ]


def _named(person: Person) -> list[Value]:
    role, judged = person.role, person.judged_for
    return [
        person.name,
        person.id,
        *map(_kept, person.kept),
        None if role is None else role.title,
        None if judged is None else judged.title,
    ]


def _kept(value: object) -> Value:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else shown_text(value) or None


def _people(figures: Figures) -> Iterator[Sequence[Value | Verdict]]:
    for person in figures.people:
        low, high = person.scores or (None, None)
        yield [
            *_named(person),
            person.verdict,
            person.better or None,
            None if low is None else low / 100,
            None if high is None else high / 100,
            len(person.gaps),
            _first(person.gaps),
            _first(person.questions),
            person.row,
        ]


def _first(texts: Sequence[str]) -> str | None:
    """Return the first texts in one cell; a sheet of their own has them all."""
    more = len(texts) - _SHOWN
    return "; ".join([*texts[:_SHOWN], *([f"and {more} more"] if more > 0 else [])]) or None


def _detail_columns(figures: Figures, what: tuple[str, int]) -> list[Column]:
    title, width = what
    return [*_who(figures), *_roles(figures), Column(title="Verdict", width=14), Column(title=title, width=width, wrapped=True)]


def _details(each: Sequence[tuple[Person, tuple[str, ...]]]) -> Iterator[Sequence[Value | Verdict]]:
    for person, told in each:
        start = _named(person)
        yield from ([*start, person.verdict, one] for one in told)


_LEFT_OUT = (
    Column(title="Row", width=8),
    Column(title="Line", width=8),
    Column(title="Id", width=14),
    Column(title="Column", width=24),
    Column(title="What stands there", width=30, wrapped=True),
    Column(title="Why it cannot be used", width=80, wrapped=True),
    Column(title="Code", width=8),
    Column(title="File", width=30),
)


def _left_out(figures: Figures) -> Iterator[Sequence[Value]]:
    for one in figures.left_out():
        yield (one.row, one.line, one.id, one.column, one.text or None, one.reason, one.code, one.path)


@attrs.frozen(kw_only=True, slots=False)
class _Summary:
    """The first sheet: the sentence, then tables with a chart beside each."""

    sheets: _Sheets
    figures: Figures

    def write(self, days: str) -> None:
        """Write it, row by row from the top."""
        figures = self.figures
        page = self.sheets.sheet("Summary")
        page.set_column(0, 0, _FIRST)
        page.set_column(1, _CHART_AT - 2, 11)
        page.set_column(_CHART_AT - 1, _CHART_AT - 1, 3)
        page.write_string(0, 0, self.sheets.title, self.sheets.look(font_color=_QUIET))
        page.set_row(1, 28)
        page.write_string(1, 0, figures.headline, self.sheets.look(bold=True, font_size=18))
        at = 2
        for note in (days, NOTICE):
            if note:
                page.write_string(at, 0, note, self.sheets.look(font_color=_QUIET))
                at += 1
        for heading, found in self._distributions():
            at = self._distribution(page, at + 1, heading, found)
        at = self._ladder(page, at + 1)
        at = self._amounts(page, at + 1, "What holds most people back", ("Criterion", "People", "Of", "Role"), figures.gaps)
        at = self._amounts(page, at + 1, "Which facts to ask for", ("Fact", "People", "", "Question"), figures.questions)
        if figures.causes:
            at = self._heading(page, at + 1, "Rows that could not be judged", ("Column", "Code", "Rows"))
            for cause in figures.causes:
                self._named(page, at, cause.column or "the whole row")
                page.write_string(at, 1, cause.code, self.sheets.look())
                page.write_number(at, 2, cause.rows, self._number)
                at += 1

    @property
    def _number(self) -> Any:  # noqa: ANN401 - as above
        return self.sheets.look(num_format="#,##0")

    def _named(self, page: Any, at: int, name: str) -> None:  # noqa: ANN401 - as above
        """Begin a row with its name, in as many lines as that takes."""
        page.set_row(at, _LINE * -(-len(name) // (_FIRST - 2)))
        page.write_string(at, 0, visible(name), self.sheets.look(text_wrap=True, align="left"))

    def _distributions(self) -> Iterator[tuple[str, Distribution]]:
        for found in self.figures.by_role:
            yield "How they stand, by role", found
        for found in self.figures.by_columns:
            yield f"How they stand, by {visible(found.about)}", found

    def _heading(self, page: Any, at: int, heading: str, columns: Sequence[str | Verdict]) -> int:  # noqa: ANN401 - as above
        page.set_row(at, 24)
        page.write_string(at, 0, heading, self.sheets.look(bold=True, font_size=13, valign="bottom"))
        head = self.sheets.look(font_color=_QUIET, bottom=1)
        numbers = self.sheets.look(font_color=_QUIET, bottom=1, align="right")
        for place, column in enumerate(columns):
            if isinstance(column, Verdict):
                page.write_string(at + 1, place, column.word, self.sheets.of(column, align="right"))
            else:
                page.write_string(at + 1, place, visible(column), numbers if column in _NUMBERS else head)
        return at + 2

    def _distribution(self, page: Any, at: int, heading: str, found: Distribution) -> int:  # noqa: ANN401 - as above
        top = at
        at = self._heading(page, at, heading, [found.about, *found.verdicts, "people"])
        first, strong = at, self.sheets.look(bold=True, num_format="#,##0")
        for one in found.rows:
            self._named(page, at, one.name)
            for place, verdict in enumerate(found.verdicts, 1):
                if number := one.verdicts.get(verdict, 0):
                    page.write_number(at, place, number, self._number)
            page.write_number(at, len(found.verdicts) + 1, one.people, strong)
            at += 1
        page.write_string(at, 0, "all", strong)
        for place, verdict in enumerate(found.verdicts, 1):
            page.write_number(at, place, sum(one.verdicts.get(verdict, 0) for one in found.rows), strong)
        page.write_number(at, len(found.verdicts) + 1, sum(one.people for one in found.rows), strong)
        chart = self._chart(heading, found.verdicts, first, at - 1)
        page.insert_chart(top, _CHART_AT, chart, {"description": f"{heading}: a bar for each row of the table beside it"})
        return max(at + 1, top + -(-(_AROUND + _BAR * len(found.rows)) // 20))

    def _chart(self, heading: str, verdicts: Sequence[Verdict], first: int, last: int) -> Any:  # noqa: ANN401 - as above
        chart = self.sheets.book.add_chart({"type": "bar", "subtype": "stacked"})
        for place, verdict in enumerate(verdicts, 1):
            fill, _, edge = _LOOKS[verdict.look]
            look = {"fill": {"color": fill}}
            if verdict.look == "undecided":
                look = {"pattern": {"pattern": "percent_30", "fg_color": edge, "bg_color": fill}}
            series = {
                "name": ["Summary", first - 1, place],
                "categories": ["Summary", first, 0, last, 0],
                "values": ["Summary", first, place, last, place],
                "border": {"color": edge, "width": 0.75},
                "gap": 60,
            }
            chart.add_series(series | look)
        chart.set_title({"name": heading, "name_font": {"size": 11, "bold": False}, "overlay": False})
        chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "line": {"none": True}, "major_tick_mark": "none"})
        chart.set_x_axis({"num_font": {"size": 9}, "major_gridlines": {"visible": True, "line": {"color": "#DCD9D2"}}, "min": 0})
        chart.set_legend({"position": "top", "font": {"size": 9}})
        chart.set_size({"width": 600, "height": _AROUND + _BAR * (last - first + 1)})
        return chart

    def _ladder(self, page: Any, at: int) -> int:  # noqa: ANN401 - as above
        at = self._heading(page, at, "Where people stand today", ("Role", "People", sentence_case(self.figures.best)))
        for track, rungs in self.figures.ladder:
            page.write_string(at, 0, track.title, self.sheets.look(font_color=_QUIET))
            at += 1
            for rung in rungs:
                page.write_string(at, 0, rung.title, self.sheets.look(indent=1))
                for place, number in enumerate((rung.people, rung.ready), 1):
                    if number:
                        page.write_number(at, place, number, self._number)
                at += 1
        return at

    def _amounts(self, page: Any, at: int, heading: str, columns: Sequence[str], found: Sequence[Amount]) -> int:  # noqa: ANN401 - as above
        at = self._heading(page, at, heading, columns)
        for one in found:
            self._named(page, at, one.title)
            page.write_number(at, 1, one.people, self._number)
            if one.of:
                page.write_number(at, 2, one.of, self._number)
            page.write_string(at, 3, one.below, self.sheets.look(font_color=_QUIET))
            at += 1
        if not found:
            page.write_string(at, 0, "none", self.sheets.look(font_color=_QUIET))
            at += 1
        return at
