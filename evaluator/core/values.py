"""Values: the types an attribute can have, how text becomes a value and how a value is shown."""

from __future__ import annotations

import datetime
import enum
import math
import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from evaluator.core.dates import GENERAL_STEP, DateProblem, Precision, last_day, parse_date, show_date, truncate
from evaluator.diagnostics import EvaluatorError, did_you_mean

Number = int | Fraction
Atom = int | Fraction | bool | str | datetime.date
Record = Mapping[str, "Atom | PartialDate"]
"""An entry of a list: field to value, with nothing for what is missing."""
Value = Atom | frozenset[str] | tuple[Record, ...]
Facts = Mapping[str, Value]
"""What is known of one profile: attribute to value, with nothing for what is missing. A scale's value is its rank from 0."""

MOST_DIGITS = 15
_MOST_DECIMALS = 30
ITS_OWN_UNIT = "write the number alone, in the attribute's own unit"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


_DATE_STEPS = {Precision.MONTH: "write 2024-05, 2024-05-17 or May 2024", Precision.DAY: "write 2024-05-17 or 17 May 2024"}


class Kind(enum.StrEnum):
    """The type of a value, by its word in attributes.yaml."""

    NUMBER = "number"
    INTEGER = "integer"
    DATE = "date"
    SCALE = "scale"
    CHOICE = "choice"
    SET = "set"
    FLAG = "flag"
    RECORDS = "records"
    TEXT = "text"

    @property
    def one(self) -> str:
        """One of them in words: a number, an integer, a list of entries."""
        return {"integer": "an integer", "records": "a list of entries", "text": "text"}.get(self, f"a {self}")


@attrs.frozen(kw_only=True)
class PartialDate:
    """A date of an entry of which less is known than its field asks: the year alone, say, or with no day at all, only that there is one."""

    day: datetime.date | None = None
    precision: Precision = Precision.YEAR

    @property
    def bounds(self) -> tuple[datetime.date, datetime.date] | None:
        """The first and the last day that it can be, where anything is known of it."""
        return None if self.day is None else (self.day, last_day(self.day, self.precision))

    def __str__(self) -> str:
        """Write it as it stands in a profile."""
        return UNKNOWN if self.day is None else show_date(self.day, self.precision)


UNKNOWN = "unknown"
"""What stands for a date of an entry that nobody knows, where leaving it out would say something: an end left out goes on."""


def certain(record: Record) -> dict[str, Atom]:
    """Return the fields of an entry that are wholly known."""
    return {name: value for name, value in record.items() if not isinstance(value, PartialDate)}


def day_bounds(value: object) -> tuple[datetime.date, datetime.date] | None:
    """Return the first and the last day that a date of an entry can be, or None where nothing is known of it."""
    if isinstance(value, PartialDate):
        return value.bounds
    return (value, value) if isinstance(value, datetime.date) else None


NUMERIC = frozenset({Kind.NUMBER, Kind.INTEGER})
ORDERED = frozenset({Kind.NUMBER, Kind.INTEGER, Kind.DATE, Kind.SCALE})


class ValueProblem(EvaluatorError, ValueError):
    """A text is no value of the type; carries one lower-case sentence and a next step."""

    def __init__(self, message: str, step: str | None = None, *, out_of_range: bool = False) -> None:
        super().__init__(message, step)
        self.out_of_range = out_of_range


@attrs.frozen(kw_only=True)
class ValueType:
    """A type with all that narrows it: options (of a choice, set or scale, lowest first), unit, precision and range.

    Both ends of the range are in it, but for those of numbers that are said to be open; whole numbers and dates have closed ends alone.
    `declared_in` names what declares the options, so that options of one name are told apart.
    """

    kind: Kind
    options: tuple[str, ...] = ()
    unit: str | None = None
    precision: Precision = Precision.DAY
    lowest: Number | datetime.date | None = None
    highest: Number | datetime.date | None = None
    lowest_open: bool = False
    highest_open: bool = False
    fields: Mapping[str, ValueType] = attrs.field(factory=dict, hash=False)
    declared_in: str = attrs.field(default="", eq=False, repr=False)

    def parse(self, text: str) -> Atom:
        """Read one value of this type from text; for a set, one member. Raises ValueProblem."""
        return _PARSERS[self.kind](self, text)

    def read(self, text: str) -> Atom:
        """Read one value and hold it against the range; raises ValueProblem."""
        value = self.parse(text)
        if self.outside(value):
            raise ValueProblem(self.outside_words(self.show(value)), out_of_range=True)
        return value

    def read_partly(self, text: str) -> Atom | PartialDate:
        """Read one value as `read` does; a date may also be less exact than asked, or `unknown`."""
        if self.kind is not Kind.DATE:
            return self.read(text)
        if text == UNKNOWN:
            return PartialDate()
        try:
            day, precision = parse_date(text)
        except DateProblem:
            return self.read(text)
        if not precision.coarser_than(self.precision):
            return self.read(text)
        partial_date = PartialDate(day=day, precision=precision)
        if self.outside(last_day(day, precision)) and self.outside(day):
            raise ValueProblem(self.outside_words(str(partial_date)), out_of_range=True)
        return partial_date

    def outside(self, value: Atom) -> bool:
        """Whether an ordered value lies outside the declared range."""
        low, high = self.lowest, self.highest
        below = low is not None and (value < low or (self.lowest_open and value == low))  # type: ignore[operator]
        return below or (high is not None and (value > high or (self.highest_open and value == high)))  # type: ignore[operator]

    def comparisons(self) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
        """Return how what is in the range compares with its lowest and with its highest end."""
        return (operator.gt if self.lowest_open else operator.ge, operator.lt if self.highest_open else operator.le)

    @property
    def ranged(self) -> bool:
        """Whether the range has an end at all."""
        return self.lowest is not None or self.highest is not None

    def near_lowest(self) -> Number:
        """Return the lowest number of the range; where its end is open, a plain one near it, and without a lowest end 0 or below."""
        low, high = (Fraction(end) if isinstance(end, int | Fraction) else None for end in (self.lowest, self.highest))
        if low is None:
            return 0 if not self.outside(0) else tidy(Fraction(math.ceil(high or 0) - 1))
        tried = (low, Fraction(math.floor(low) + 1), (low + (low + 1 if high is None else high)) / 2)
        return next(number for number in map(tidy, tried) if not self.outside(number))

    def outside_words(self, shown: str) -> str:
        """Say that a value, as it is shown, is not in the range."""
        return f"{shown} is {'not' if self.lowest_open or self.highest_open else 'outside'} {self.range_words()}"

    def range_words(self) -> str:
        """Return the range in words, such as `0 to 60 years`, or `above 0 and at most 60 years` where an end is not in it."""
        low = "" if self.lowest is None else self.show(self.lowest, unit=False)
        high = "" if self.highest is None else self.show(self.highest, unit=False)
        unit = f" {self.unit}" if self.unit else ""
        if self.lowest_open or self.highest_open:
            ends = [f"{'above' if self.lowest_open else 'at least'} {low}"] if low else []
            ends += [f"{'below' if self.highest_open else 'at most'} {high}"] if high else []
            return f"{' and '.join(ends)}{unit}"
        if low and high:
            return f"{low} to {high}{unit}"
        return f"{low}{unit} or more" if low else f"{high}{unit} or less"

    def show(self, value: Value, *, unit: bool = True) -> str:  # noqa: PLR0911 - one line a kind of value
        """Show a value to a person: scales by label, numbers rounded to two places, with the unit where asked."""
        if isinstance(value, tuple):
            return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
        if isinstance(value, frozenset):
            return ", ".join(member for member in self.options if member in value) or "none"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime.date):
            return show_date(value, self.precision)
        if self.kind is Kind.SCALE and isinstance(value, int):
            return self.options[value]
        if isinstance(value, str):
            return value
        return with_unit(value, self.unit) if unit else show_number(value)


def show_number(value: Number) -> str:
    """Show a number rounded half up to two places, without trailing zeros: 7.5, 8, 0.33."""
    cents = math.floor(abs(Fraction(value)) * 100 + Fraction(1, 2))
    whole, rest = divmod(cents, 100)
    decimals = f"{rest:02d}".rstrip("0")
    sign = "-" if value < 0 and cents else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def decimal_places(value: Number) -> int | None:
    """Return how many places a number takes as a decimal, None where it has no end."""
    rest, powers = value.denominator, []
    for factor in (2, 5):
        powers.append(0)
        while rest % factor == 0:
            rest, powers[-1] = rest // factor, powers[-1] + 1
    return max(powers) if rest == 1 else None


def decimal_text(value: Number) -> str:
    """Write a number exactly: 8, 7.5, -0.25; one that no decimal can say as a fraction, 2/3."""
    places = decimal_places(value)
    if not places:
        return str(value if places is None else value.numerator)
    digits = str(abs(int(value * 10**places))).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def with_unit(value: Number, unit: str | None) -> str:
    """Show a number with its unit, in the singular for exactly one: 1 year, 2.5 years, 3 people."""
    if not unit:
        return show_number(value)
    text = show_number(value)
    return f"{text} {singular(unit) if text == '1' else unit}"


_IRREGULAR = {"people": "person", "children": "child", "criteria": "criterion"}


def singular(unit: str) -> str:
    """Return a plural word for one of them, as far as English is regular: year, person, category."""
    if (word := unit.casefold()) in _IRREGULAR:
        return _IRREGULAR[word]
    if len(unit) <= 2 or word.endswith("series"):  # noqa: PLR2004 - such as ms
        return unit
    if word.endswith(("ches", "shes", "sses", "xes")):
        return unit[:-2]
    return f"{unit[:-3]}y" if unit.endswith("ies") else unit.removesuffix("s")


def tidy(value: Number) -> Number:
    """Return a whole number as an int, any other as it is."""
    return value.numerator if value.denominator == 1 else value


def parse_number(text: str) -> Number:
    """Read a plain decimal number exactly; raises ValueProblem."""
    plain = text.strip(" ")
    if not _NUMBER.fullmatch(plain):
        raise ValueProblem(f"`{clip(text)}` is no plain number", _number_step(plain))
    if not _is_exact(plain):
        raise ValueProblem(f"`{clip(text)}` has more than {MOST_DIGITS} digits", "round it, or choose a larger unit")
    return tidy(Fraction(plain))


def _is_exact(plain: str) -> bool:
    """Whether a number has no more digits than are kept, or is what programs write for a float, such as 7.300000000000001."""
    whole, _, rest = plain.lstrip("-").partition(".")
    whole, rest = whole.lstrip("0"), rest.rstrip("0")
    if len((whole + rest).lstrip("0")) <= MOST_DIGITS:
        return True
    short = len(whole) <= MOST_DIGITS and len(rest) <= _MOST_DECIMALS
    return short and Fraction(repr(float(plain))) == Fraction(plain)


def clip(text: str, most: int = 40) -> str:
    """Cut a text for use inside a message, with line breaks made visible."""
    shown = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    shown = "".join(letter if letter.isprintable() else "?" for letter in shown)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


_GAP = "[ '\u2019\u00a0\u2009\u202f]"


def grouped_number(text: str, sign: str) -> str | None:
    """Return a number with one sign before its last three digits as it is read with that sign between thousands; else None.

    `sign` is the decimal sign; the text has the other one, as `1,234` where that is a dot, so that both readings are possible.
    """
    other = "," if sign == "." else "[.]"
    return re.sub("[.,]", "", text) if re.fullmatch(f"-?[1-9][0-9]{{0,2}}{other}[0-9]{{3}}", text) else None


def shortened(text: str) -> str:
    """Return a decimal without the zeros at its end: 1.000 is 1."""
    return re.sub("[.,]?0*$", "", text) if re.search("[.,]", text) else text


def plain_number(text: str, sign: str) -> str | None:
    """Return a number that is written with separators of thousands, and can be read in one way alone, without them; else None."""
    for mark, point in (((",", "[.]"), ("[.]", ",")), ((",", "[.]"), ("[.]", ",")))[sign == ","]:
        groups = f"-?[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})"
        if re.fullmatch(f"(?:{groups}+{point}[0-9]+|{groups}{{2,}})", text):
            plain = re.sub(mark, "", text)
            return re.sub("[.,]", sign, plain)
    if re.fullmatch(f"-?[1-9][0-9]{{0,2}}(?:{_GAP}[0-9]{{3}})+(?:[.,][0-9]+)?", text):
        return re.sub("[.,]", sign, re.sub(_GAP, "", text))
    return None


_DIGITS = "write digits, with a dot before decimals, such as 7.5"


def _number_step(text: str) -> str:
    grouped = grouped_number(text, ".")
    if grouped is not None:
        return f"write {grouped} if the comma stands between thousands, and {shortened(text.replace(',', '.'))} if before decimals"
    plain = plain_number(text, ".")
    if plain is not None:
        return f"write {plain}, with nothing between thousands and a dot before decimals"
    if re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        return f"write the decimal point as a dot: {text.replace(',', '.')}"
    if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?\s*(?:[^\W\d_]\D*|%)", text):
        return ITS_OWN_UNIT
    return _DIGITS


def _parse_integer(_: ValueType, text: str) -> Atom:
    try:
        value = parse_number(text)
    except ValueProblem as problem:
        if re.fullmatch(r" *-?[0-9]+,[0-9]{1,2} *", text):
            raise ValueProblem(f"`{clip(text)}` is no whole number", "leave out the decimals") from None
        if problem.step != _DIGITS:
            raise
        raise ValueProblem(problem.message, "write digits alone, such as 7") from None
    if not isinstance(value, int):
        raise ValueProblem(f"`{clip(text)}` is no whole number", "leave out the decimals")
    return value


def _parse_flag(_: ValueType, text: str) -> Atom:
    if text in {"true", "True", "TRUE"}:
        return True
    if text in {"false", "False", "FALSE"}:
        return False
    step = {"yes": "write true", "no": "write false", "on": "write true", "off": "write false"}.get(text.lower())
    raise ValueProblem(f"`{clip(text)}` is neither true nor false", step)


def _parse_option(expected: ValueType, text: str) -> Atom:
    if text not in expected.options:
        listed = ", ".join(f"`{option}`" for option in expected.options[:12]) + (", …" if len(expected.options) > 12 else "")  # noqa: PLR2004 - as many as fit a line
        raise ValueProblem(f"`{clip(text)}` is none of the options", did_you_mean(text, expected.options) or f"use one of {listed}")
    return expected.options.index(text) if expected.kind is Kind.SCALE else text


def _parse_date(expected: ValueType, text: str) -> Atom:
    try:
        day, precision = parse_date(text)
    except DateProblem as problem:
        step = _DATE_STEPS.get(expected.precision, GENERAL_STEP) if problem.step == GENERAL_STEP else problem.step
        raise ValueProblem(problem.message, step) from None
    if precision.coarser_than(expected.precision):
        raise ValueProblem(f"`{clip(text)}` names no {expected.precision}", f"write it as {expected.precision.example}")
    return truncate(day, expected.precision)


def _parse_text(_: ValueType, text: str) -> Atom:
    return text


def _parse_records(_: ValueType, text: str) -> Atom:
    raise ValueProblem(f"`{clip(text)}` is no list of entries", "write a list with one mapping an entry")


_PARSERS = {
    Kind.NUMBER: lambda _, text: parse_number(text),
    Kind.INTEGER: _parse_integer,
    Kind.DATE: _parse_date,
    Kind.SCALE: _parse_option,
    Kind.CHOICE: _parse_option,
    Kind.SET: _parse_option,
    Kind.FLAG: _parse_flag,
    Kind.RECORDS: _parse_records,
    Kind.TEXT: _parse_text,
}
