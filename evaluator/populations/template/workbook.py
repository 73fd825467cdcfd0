"""A workbook to fill in, a row a person: a column for each attribute, with choices to pick from, and what each question means beside it."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack
from evaluator.core.values import NUMERIC, Kind
from evaluator.populations.evaluate.excel_file import new_book
from evaluator.reading.tables.meanings import ID, NAME, ROLE
from evaluator.report.attributes import attributes_asked, option_lines, type_words

_FIRST_DAY, _LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
_MOST_TITLE, _MOST_MESSAGE = 32, 255
_MOST_NOTE = 1_000
_OWN = {
    ID: "An id that nobody else has, such as a personnel number. Every row needs one.",
    NAME: "The person's name. It may be left out.",
    ROLE: "The role that the person holds today; left out, there is no next role.",
}
_WIDTH = 18
_SHOWN = (("Column", 30), ("Question", 45), ("What goes there", 45), ("What the answers mean", 80))
"""The columns of the questions, with their widths in letters."""
_LINE = 15
"""Points that a line of text is high."""
_QUESTIONS, _PEOPLE, _LISTS = "Questions", "People", "Lists"
_YES_NO = ("yes", "no")


@attrs.frozen(kw_only=True)
class Template:
    """What is asked for: the pack, its attributes in the order of their columns, and for how many people there is room with choices."""

    pack: Pack
    attributes: tuple[Attribute, ...]
    rows: int

    @classmethod
    def of(cls, pack: Pack, roles: Sequence[str], rows: int) -> Template:
        """Ask for what the criteria of some roles rest on, or of all roles that are judged; lists of entries fit into no cell."""
        asked: dict[str, Attribute] = {}
        for role in pack.judged_roles:
            if not roles or role.id in roles:
                asked |= {attribute.id: attribute for attribute in attributes_asked(pack, role)}
        fitting = [one for one in pack.attributes.values() if one.id in asked and one.may_be_given and one.kind is not Kind.RECORDS]
        themes = {theme: place for place, theme in enumerate(dict.fromkeys(one.theme for one in fitting))}
        return cls(pack=pack, attributes=tuple(sorted(fitting, key=lambda one: themes[one.theme])), rows=rows)

    def left_out(self, roles: Sequence[str]) -> tuple[Attribute, ...]:
        """Return what is asked for as well and fits into no cell: lists of entries."""
        asked = [one for role in self.pack.judged_roles if not roles or role.id in roles for one in attributes_asked(self.pack, role)]
        return tuple({one.id: one for one in asked if one.kind is Kind.RECORDS}.values())

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return (*_OWN, *(attribute.title for attribute in self.attributes))

    def workbook(self) -> bytes:
        """Return the workbook."""
        packed = io.BytesIO()
        with new_book(packed) as book:
            people = book.add_worksheet(_PEOPLE)
            _questions(book, book.add_worksheet(_QUESTIONS), self)
            lists = _Lists(page=book.add_worksheet(_LISTS))
            lists.page.hide()
            _people(book, people, self, lists)
        return packed.getvalue()


@attrs.define(kw_only=True)
class _Lists:
    """Choices for cells, each list in a column of a hidden sheet: in the rule of a cell itself, there is too little room."""

    page: Any
    _places: dict[tuple[str, ...], str] = attrs.field(factory=dict, init=False)

    def source(self, words: Iterable[str]) -> str:
        """Return where a list of choices stands."""
        listed = tuple(words)
        if listed not in self._places:
            place = len(self._places)
            for row, word in enumerate(listed):
                self.page.write_string(row, place, word)
            letter = _letters(place)
            self._places[listed] = f"={_LISTS}!${letter}$1:${letter}${len(listed)}"
        return self._places[listed]


def _letters(place: int) -> str:
    """Return the letters of a column by its place from 0."""
    text, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        text = chr(ord("A") + letter) + text
    return text


def _people(book: Any, page: Any, template: Template, lists: _Lists) -> None:  # noqa: ANN401 - the library has no types
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    as_text, as_day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    page.freeze_panes(1, 2)
    page.set_row(0, 3 * _LINE)
    page.set_landscape()
    page.repeat_rows(0)
    page.repeat_columns(0, 1)
    for place, (name, says) in enumerate(_OWN.items()):
        page.write_string(0, place, name, bold)
        page.write_comment(0, place, says, {"x_scale": 2})
        page.set_column(place, place, _WIDTH, as_text)
    titles = [role.title for role in template.pack.roles.values()]
    page.data_validation(1, 2, template.rows, 2, {"validate": "list", "source": lists.source(titles), "error_type": "warning"})
    for place, attribute in enumerate(template.attributes, len(_OWN)):
        page.write_string(0, place, attribute.title, bold)
        page.write_comment(0, place, "\n".join(_explained(attribute))[:_MOST_NOTE], {"x_scale": 3, "y_scale": 2})
        page.set_column(place, place, _WIDTH, as_day if attribute.kind is Kind.DATE else None)
        page.data_validation(1, place, template.rows, place, _rule(attribute, lists))


def _rule(attribute: Attribute, lists: _Lists) -> dict[str, Any]:
    """Return what a cell of an attribute takes, and what is said to whoever fills it in."""
    type_ = attribute.type
    message = "; ".join([attribute.question or attribute.title, _how(attribute)])
    said = {"input_title": attribute.title[:_MOST_TITLE], "input_message": _cut(message), "error_title": "This cannot be read"}
    refused = {**said, "error_message": _cut(f"Here goes {_how(attribute)}; leave it empty where it is not known.")}
    if attribute.kind in {Kind.SCALE, Kind.CHOICE}:
        return {**refused, "validate": "list", "source": lists.source(type_.options)}
    if attribute.kind is Kind.FLAG:
        return {**refused, "validate": "list", "source": lists.source(_YES_NO)}
    if attribute.kind in NUMERIC and type_.ranged:
        kind = {"validate": "integer" if attribute.kind is Kind.INTEGER else "decimal"}
        return {**refused, **kind, **_between(attribute)}
    if attribute.kind is Kind.DATE:
        low, high = type_.lowest or _FIRST_DAY, type_.highest or _LAST_DAY
        return {**refused, "validate": "date", "criteria": "between", "minimum": low, "maximum": high}
    return {**said, "validate": "any"}


def _between(attribute: Attribute) -> dict[str, Any]:
    """Return the range of a number as a rule; an end that is not in it is left to the reading."""
    low, high = attribute.type.lowest, attribute.type.highest
    ends = {name: float(end) for name, end in (("minimum", low), ("maximum", high)) if end is not None}  # type: ignore[arg-type]
    if len(ends) > 1:
        return {"criteria": "between", **ends}
    return {"criteria": ">=" if "minimum" in ends else "<=", "value": next(iter(ends.values()))}


def _how(attribute: Attribute) -> str:
    if attribute.kind is Kind.SET:
        return f"any of {'; '.join(attribute.type.options)}, with semicolons between them, or none"
    if attribute.kind is Kind.FLAG:
        return "yes or no"
    return type_words(attribute.type)


def _explained(attribute: Attribute) -> list[str]:
    """Return what is asked, how it is answered and what the answers mean, a line each."""
    return [*([attribute.question] if attribute.question else []), _how(attribute), *option_lines(attribute)]


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_MESSAGE else text[: _MOST_MESSAGE - 1] + "…"


def _lines(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of so many letters."""
    return sum(max(1, -(-len(line) // (width - 2))) for line in text.split("\n"))


def _questions(book: Any, page: Any, template: Template) -> None:  # noqa: ANN401 - as above
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for place, (name, width) in enumerate(_SHOWN):
        page.write_string(0, place, name, bold)
        page.set_column(place, place, width)
    rows = [(name, says, "", "") for name, says in _OWN.items()]
    rows += [(one.title, one.question or "", _how(one), "\n".join(option_lines(one))) for one in template.attributes]
    for at, cells in enumerate(rows, 1):
        page.set_row(at, _LINE * max(_lines(text, width) for text, (_, width) in zip(cells, _SHOWN, strict=True)))
        for place, text in enumerate(cells):
            page.write_string(at, place, text, wrapped)
