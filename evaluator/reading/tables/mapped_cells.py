"""What a mapping file says of cells: words of a source become those of the pack, before they are read as all cells are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.text import fold_name, fold_spaces
from evaluator.core.values import NUMERIC, Kind
from evaluator.diagnostics import Span
from evaluator.reading.pack.shapes import Located
from evaluator.reading.profile.profile import meant_option

Meant = Callable[[str], str]
_SPACES = re.compile("[ \u00a0\u2009\u202f]")
_MEMBERS = ";"
_FRACTION = re.compile(r"-?[0-9]+([.,][0-9]+)?")


@attrs.frozen(kw_only=True)
class CellRules:
    """What is said of cells, of one column or of all: what words stand for, None for what is missing, and how numbers are written."""

    values: Mapping[str, Located[str | None]] = attrs.field(factory=dict)
    dates: str | None = None
    thousands: str | None = None
    fractions: bool = False
    separator: str | None = None
    places: Mapping[str, Span] = attrs.field(factory=dict)
    """Where each of these is said."""


_NO_RULES = CellRules()
_PLACES = frozenset({"span", "places", "texts", "constant_names"})


@attrs.frozen(kw_only=True)
class TableMapping:
    """How the tables of a source are read. Columns are named as they are there, `cells` by what their names fold to, words by that too.

    A column, a word or a title that stands for None is not read, says that nothing is known, or is the title of no role of the pack.
    """

    columns: Mapping[str, Located[str | None]] = attrs.field(factory=dict)
    cells: Mapping[str, CellRules] = attrs.field(factory=dict)
    every: CellRules = _NO_RULES
    flags: Mapping[str, str] = attrs.field(factory=dict)
    roles: Mapping[str, Located[str | None]] = attrs.field(factory=dict)
    constants: Mapping[str, Located[str]] = attrs.field(factory=dict)
    constant_names: Mapping[str, Span] = attrs.field(factory=dict)
    """Where the names of what holds for everybody stand."""
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    decimal: str | None = None
    dates: str | None = None
    texts: Mapping[str, str] = attrs.field(factory=dict, eq=False)
    """The file's text, by its path, to quote from."""

    @property
    def names_alone(self) -> bool:
        """Whether it says no more than which column is which."""
        return attrs.evolve(self, columns={}) == TableMapping()

    @property
    def told(self) -> str:
        """All that it says, in one text, whatever the places; empty where it says nothing."""
        return "" if self == TableMapping() else repr(attrs.asdict(self, recurse=True, filter=lambda field, _: field.name not in _PLACES))

    @property
    def unread(self) -> frozenset[str]:
        """The columns that are not to be read, by what their names fold to."""
        return frozenset(fold_name(column) for column, target in self.columns.items() if target.value is None)

    @property
    def outside(self) -> frozenset[str]:
        """The titles that are said to be no role of the pack."""
        return frozenset(title for title, role in self.roles.items() if role.value is None)

    def rules_of(self, column: str) -> CellRules:
        """Return what is said of the cells of a column alone."""
        return self.cells.get(fold_name(column), _NO_RULES)

    def dates_of(self, column: str, otherwise: str | None) -> str | None:
        """Return the order of days in a column's numbers."""
        return self.rules_of(column).dates or otherwise

    def role(self) -> Meant | None:
        """Return how the texts of today's role are meant; None where they are meant as they stand."""
        missing = [word for word, target in self.every.values.items() if target.value is None]
        named = {**dict.fromkeys(missing, ""), **{title: role.value for title, role in self.roles.items() if role.value}}
        return (lambda text: named.get(fold_spaces(text), text)) if named else None

    def cell(self, column: str, attribute: Attribute | None, decimal: str) -> Meant | None:
        """Return how the texts of a column's cells are meant; None where they are meant as they stand."""
        own, every = self.rules_of(column), self.every
        words = {**self._flags(attribute), **_shared(every, attribute), **_texts(own, attribute, decimal)}
        kind = None if attribute is None else attribute.kind
        steps: list[Meant] = []
        if kind is Kind.SET and (words or own.separator):
            steps.append(_Members(words=words, separator=own.separator))
        elif words:
            steps.append(lambda text: words.get(fold_spaces(text), text))
        thousands = own.thousands or every.thousands
        if kind in NUMERIC and thousands:
            steps.append(_Grouped(thousands=thousands, decimal=decimal))
        if kind in NUMERIC and own.fractions:
            steps.append(lambda text: _per_cent(text, decimal))
        return _chained(steps) if steps else None

    def _flags(self, attribute: Attribute | None) -> Mapping[str, str]:
        return self.flags if attribute is not None and attribute.kind is Kind.FLAG else {}


def has_option(attribute: Attribute, word: str) -> bool:
    """Whether a word is an option of an attribute, however it is written."""
    return meant_option(attribute.type, word) in attribute.type.options


def _shared(rules: CellRules, attribute: Attribute | None) -> dict[str, str]:
    """Return what words of all columns stand for in one: options that its attribute has; a word of its own stands for itself."""
    if attribute is None:
        return {word: "" for word, target in rules.values.items() if target.value is None}
    return {
        word: target.value or ""
        for word, target in rules.values.items()
        if target.value is None or (has_option(attribute, target.value) and not has_option(attribute, word))
    }


def _texts(rules: CellRules, attribute: Attribute | None, decimal: str) -> dict[str, str]:
    """Return what words stand for as the table would have it."""
    numeric = attribute is not None and attribute.kind in NUMERIC
    told = {word: target.value or "" for word, target in rules.values.items()}
    return {word: text.replace(".", decimal) for word, text in told.items()} if numeric else told


def _chained(steps: list[Meant]) -> Meant:
    def meant(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return meant


@attrs.frozen(kw_only=True)
class _Members:
    """Reads the several options of a cell, each for itself."""

    words: Mapping[str, str]
    separator: str | None

    def __call__(self, text: str) -> str:
        if (whole := self.words.get(fold_spaces(text))) is not None:
            return whole
        members = [member.strip() for member in text.split(self.separator or _MEMBERS)]
        said = [self.words.get(fold_spaces(member), member) for member in members if member]
        return _MEMBERS.join(dict.fromkeys(member for member in said if member))


@attrs.frozen(kw_only=True)
class _Grouped:
    """Takes out what stands between the thousands of a number, where it stands nowhere else; leaves every other text as it is."""

    thousands: str
    decimal: str

    def __call__(self, text: str) -> str:
        plain = _SPACES.sub(" ", text.strip()).replace("’", "'")
        sign = re.escape("'" if self.thousands == "’" else self.thousands)
        if re.fullmatch(rf"-?[0-9]{{1,3}}(?:{sign}[0-9]{{3}})+(?:{re.escape(self.decimal)}[0-9]+)?\s*%?", plain):
            return re.sub(sign, "", plain) if self.thousands != " " else re.sub(r"(?<=[0-9]) (?=[0-9])", "", plain)
        return text


def _per_cent(text: str, decimal: str) -> str:
    """Return a fraction as per cent; what says per cent already, or is no number, as it is."""
    written = text.strip()
    if not _FRACTION.fullmatch(written) or (decimal == "." and "," in written) or (decimal == "," and "." in written):
        return text
    times = Decimal(written.replace(",", ".")).scaleb(2).normalize()
    return f"{times:f}".replace(".", decimal)
