"""Values: exact numbers, every type read from text, and what a person is shown."""

from __future__ import annotations

import re
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.core.dates import Precision
from evaluator.core.values import (
    Kind,
    Number,
    Value,
    ValueProblem,
    ValueType,
    clip,
    decimal_text,
    parse_number,
    show_number,
    tidy,
    with_unit,
)
from tests.core.build import day, value_type


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("7.5", Fraction(15, 2)),
        ("-3", -3),
        ("-0.25", Fraction(-1, 4)),
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        (" 8 ", 8),
        ("3.0", 3),
        ("0.1", Fraction(1, 10)),
        ("123456789012345", 123456789012345),
        ("-123456789012345", -123456789012345),
        ("0.000000000000001", Fraction(1, 10**15)),
        ("000000000000000000001", 1),
    ],
)
def test_a_plain_number_is_read_exactly(text: str, number: Number) -> None:
    """A plain decimal number becomes the exact value it writes, a whole one an int."""
    found = parse_number(text)
    assert found == number
    assert type(found) is type(number)


def test_tenths_add_up() -> None:
    """A tenth and two tenths are exactly three tenths."""
    assert parse_number("0.1") + parse_number("0.2") == parse_number("0.3")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", "+5", "--5", "7.", ".5", "1.2.3", "1 000", "1_000", "1'000", "NaN", "nan", "inf", "-inf", "Infinity",
        "1e5", "1E-3", "0x10",
        "٣", "７", "²", "½", "7\n", "\t7", "\u00a07", "−7", "twelve", "7,5", "7 years", "seven",
    ],
)  # fmt: skip
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    """Exponents, separators, signs, words, NaN, infinities and digits of other scripts are no numbers, and a next step is named."""
    with pytest.raises(ValueProblem, match="is no plain number") as caught:
        parse_number(text)
    assert caught.value.step
    assert not caught.value.out_of_range


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("7,5", "write the decimal point as a dot: 7.5"),
        ("-7,5", "write the decimal point as a dot: -7.5"),
        ("7 years", "write the number alone, in the attribute's own unit"),
        ("7.5h", "write the number alone, in the attribute's own unit"),
        ("3 Jahre", "write the number alone, in the attribute's own unit"),
        ("about seven", "write digits, with a dot before decimals, such as 7.5"),
        ("", "write digits, with a dot before decimals, such as 7.5"),
        ("1e5", "write digits, with a dot before decimals, such as 7.5"),
        ("0x10", "write digits, with a dot before decimals, such as 7.5"),
        ("2 years 6 months", "write digits, with a dot before decimals, such as 7.5"),
        ("1_000", "write digits, with a dot before decimals, such as 7.5"),
    ],
)
def test_the_next_step_fits_the_mistake(text: str, step: str) -> None:
    """The next step repeats a number only where it is plain what was meant; a number in another unit is never offered."""
    with pytest.raises(ValueProblem) as caught:
        parse_number(text)
    assert caught.value.step == step


@pytest.mark.parametrize(
    "text", ["7.300000000000001", "12345678.12345678", "0.30000000000000004", "-0.1", "5.000000000000000", "1.50000000000000000000"]
)
def test_what_programs_write_of_a_float_is_read_exactly(text: str) -> None:
    """Sums written by programs have up to seventeen digits; they are the numbers that the same floats are in other formats."""
    assert parse_number(text) == Fraction(text) == Fraction(repr(float(text)))


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("1,000", "write 1000 if the comma stands between thousands, and 1 if before decimals"),
        ("1,250", "write 1250 if the comma stands between thousands, and 1.25 if before decimals"),
        ("-12,345", "write -12345 if the comma stands between thousands, and -12.345 if before decimals"),
        ("1,234,567", "write 1234567, with nothing between thousands and a dot before decimals"),
        ("1,234.5", "write 1234.5, with nothing between thousands and a dot before decimals"),
        ("1.234,5", "write 1234.5, with nothing between thousands and a dot before decimals"),
        ("1 234", "write 1234, with nothing between thousands and a dot before decimals"),
        ("1\u202f234,5", "write 1234.5, with nothing between thousands and a dot before decimals"),
        ("1’234.50", "write 1234.50, with nothing between thousands and a dot before decimals"),
        ("0,875", "write the decimal point as a dot: 0.875"),
        ("87.5%", "write the number alone, in the attribute's own unit"),
    ],
)
def test_every_number_that_the_help_names_is_read(text: str, step: str) -> None:
    """A number that can be read in two ways is told with both; whatever the help proposes is right when it is followed."""
    with pytest.raises(ValueProblem) as caught:
        parse_number(text)
    assert caught.value.step == step
    for proposed in re.findall(r"-?[0-9][0-9.]*[0-9]|[0-9]", step):
        parse_number(proposed)


@pytest.mark.parametrize(
    "text", ["1234567890123456", "-1234567890123456", "12345678.12345679123", "1000000000000000", "0.10000000000000001"]
)
def test_sixteen_digits_are_refused(text: str) -> None:
    """More than fifteen digits can't be held by every engine, so they are refused, unless they are just what is written of a float."""
    with pytest.raises(ValueProblem, match="more than 15 digits") as caught:
        parse_number(text)
    assert caught.value.step == "round it, or choose a larger unit"


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_every_decimal_is_read_as_the_fraction_it_writes(digits: int, places: int) -> None:
    """Digits with a dot before the last n of them are the digits over ten to the n."""
    sign, body = ("-" if digits < 0 else ""), f"{abs(digits):0{places + 1}d}"
    text = f"{sign}{body[: len(body) - places]}.{body[len(body) - places :]}" if places else f"{sign}{body}"
    assert parse_number(text) == Fraction(digits, 10**places)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "7.5", Fraction(15, 2)),
        ("integer", "7", 7),
        ("integer", "7.0", 7),
        ("flag", "true", True),
        ("flag", "True", True),
        ("flag", "FALSE", False),
        ("flag", "false", False),
        ("scale", "none", 0),
        ("scale", "expert", 4),
        ("choice", "craft", "craft"),
        ("set", "people", "people"),
        ("date", "2024-05-17", day("2024-05-17")),
        ("text", "7,5 years & more", "7,5 years & more"),
        ("text", "", ""),
    ],
)
def test_every_type_reads_its_values(kind: str, text: str, value: Value) -> None:
    """A text of the type becomes its value; a scale's word becomes its rank from 0."""
    options = ("craft", "people") if kind in {"choice", "set"} else ()
    found = value_type(kind, options=options).read(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "message", "step"),
    [
        ("integer", "7.5", "`7.5` is no whole number", "leave out the decimals"),
        ("integer", "seven", "`seven` is no plain number", "write digits alone, such as 7"),
        ("integer", "7,5", "`7,5` is no whole number", "leave out the decimals"),
        ("flag", "yes", "`yes` is neither true nor false", "write true"),
        ("flag", "No", "`No` is neither true nor false", "write false"),
        ("flag", "on", "`on` is neither true nor false", "write true"),
        ("flag", "off", "`off` is neither true nor false", "write false"),
        ("flag", "1", "`1` is neither true nor false", None),
        ("flag", "tRUE", "`tRUE` is neither true nor false", None),
        ("choice", "crafts", "`crafts` is none of the options", "did you mean `craft`?"),
        ("choice", "zzz", "`zzz` is none of the options", "use one of `craft`, `people`"),
        ("choice", "Craft", "`Craft` is none of the options", "did you mean `craft`?"),
        ("set", "", "`` is none of the options", "use one of `craft`, `people`"),
        ("scale", "3", "`3` is none of the options", "use one of `none`, `awareness`, `working`, `practitioner`, `expert`"),
        ("scale", "experts", "`experts` is none of the options", "did you mean `expert`?"),
        ("date", "tomorrow", "`tomorrow` is no date", "write 2024-05-17 or 17 May 2024"),
        ("date", "2024-05", "`2024-05` names no day", "write it as 2024-05-17"),
        ("records", "a job", "`a job` is no list of entries", "write a list with one mapping an entry"),
    ],
)
def test_a_text_of_another_type_is_refused(kind: str, text: str, message: str, step: str | None) -> None:
    """What is no value of the type is refused by name, with the next step where there is one."""
    options = ("craft", "people") if kind in {"choice", "set"} else ()
    with pytest.raises(ValueProblem) as caught:
        value_type(kind, options=options).parse(text)
    assert (caught.value.message, caught.value.step) == (message, step)


def test_a_long_list_of_options_is_cut_after_twelve() -> None:
    """A next step names at most twelve options and shows that there are more."""
    with pytest.raises(ValueProblem) as caught:
        value_type("choice", options=[f"option-{letter}" for letter in "abcdefghijklm"]).parse("???")
    assert caught.value.step is not None
    assert caught.value.step.endswith("`option-l`, …")


@pytest.mark.parametrize(
    ("precision", "text", "value"),
    [
        ("day", "2024-05-17", "2024-05-17"),
        ("month", "2024-05-17", "2024-05-01"),
        ("month", "2024-05", "2024-05-01"),
        ("month", "May 2024", "2024-05-01"),
        ("year", "2024-05-17", "2024-01-01"),
        ("year", "May 2024", "2024-01-01"),
        ("year", "2024", "2024-01-01"),
    ],
)
def test_a_date_is_kept_at_the_precision_of_its_attribute(precision: str, text: str, value: str) -> None:
    """What a date says beyond its attribute's precision is left off."""
    assert value_type("date", precision=precision).read(text) == day(value)


@pytest.mark.parametrize(
    ("precision", "text", "message", "step"),
    [
        ("day", "May 2024", "`May 2024` names no day", "write it as 2024-05-17"),
        ("day", "2024", "`2024` names no day", "write it as 2024-05-17"),
        ("month", "2024", "`2024` names no month", "write it as 2024-05"),
    ],
)
def test_a_date_less_precise_than_asked_is_refused(precision: str, text: str, message: str, step: str) -> None:
    """A date has to be at least as precise as its attribute asks."""
    with pytest.raises(ValueProblem) as caught:
        value_type("date", precision=precision).read(text)
    assert (caught.value.message, caught.value.step) == (message, step)


YEARS = ValueType(kind=Kind.NUMBER, unit="years", lowest=0, highest=60)


@pytest.mark.parametrize("text", ["0.001", "60", "1", "0.000001"])
def test_an_open_end_is_left_out_of_a_range_and_all_above_it_is_in(text: str) -> None:
    """What lies above an open end is inside, however near it is."""
    assert attrs.evolve(YEARS, lowest_open=True).read(text) == Fraction(text)


_ENDS = (None, Fraction(-11, 2), -1, 0, Fraction(1, 10), 1, 60)


@pytest.mark.parametrize(("low", "high"), [(low, high) for low in _ENDS for high in _ENDS if low is None or high is None or low < high])
@pytest.mark.parametrize("ends", [(False, False), (True, False), (False, True), (True, True)])
def test_a_number_near_the_lowest_end_is_in_the_range(low: Fraction | None, high: Fraction | None, ends: tuple[bool, bool]) -> None:
    """It is inside whatever the ends are, and the lowest number itself where that is inside."""
    type_ = ValueType(kind=Kind.NUMBER, lowest=low, highest=high, lowest_open=ends[0], highest_open=ends[1])
    assert not type_.outside(type_.near_lowest())
    assert type_.near_lowest() == low or low is None or ends[0]


@pytest.mark.parametrize("text", ["0", "60", "59.99"])
def test_a_range_is_inclusive(text: str) -> None:
    """Both ends of a range are inside it."""
    assert YEARS.read(text) == Fraction(text)


@pytest.mark.parametrize(
    ("expected", "text", "message"),
    [
        (YEARS, "-1", "-1 years is outside 0 to 60 years"),
        (YEARS, "60.01", "60.01 years is outside 0 to 60 years"),
        (attrs.evolve(YEARS, highest=None), "-0.5", "-0.5 years is outside 0 years or more"),
        (attrs.evolve(YEARS, lowest=None), "61", "61 years is outside 60 years or less"),
        (attrs.evolve(YEARS, unit=None), "61", "61 is outside 0 to 60"),
        (attrs.evolve(YEARS, lowest_open=True), "0", "0 years is not above 0 and at most 60 years"),
        (attrs.evolve(YEARS, lowest_open=True), "0.0", "0 years is not above 0 and at most 60 years"),
        (attrs.evolve(YEARS, lowest_open=True), "-1", "-1 years is not above 0 and at most 60 years"),
        (attrs.evolve(YEARS, lowest_open=True, highest=None), "0", "0 years is not above 0 years"),
        (attrs.evolve(YEARS, highest_open=True), "60", "60 years is not at least 0 and below 60 years"),
        (attrs.evolve(YEARS, highest_open=True, lowest=None), "61", "61 years is not below 60 years"),
        (attrs.evolve(YEARS, lowest_open=True, highest_open=True, unit=None), "60", "60 is not above 0 and below 60"),
        (
            ValueType(kind=Kind.DATE, precision=Precision.MONTH, lowest=day("2000-01-01"), highest=day("2030-12-01")),
            "Dec 1999",
            "1999-12 is outside 2000-01 to 2030-12",
        ),
        (ValueType(kind=Kind.DATE, precision=Precision.YEAR, highest=day("2030-01-01")), "2031", "2031 is outside 2030 or less"),
    ],
)
def test_a_value_outside_the_range_is_refused(expected: ValueType, text: str, message: str) -> None:
    """A value outside the range is refused with the range in words, and marked as such."""
    with pytest.raises(ValueProblem) as caught:
        expected.read(text)
    assert (caught.value.message, caught.value.out_of_range) == (message, True)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0"),
        (8, "8"),
        (-3, "-3"),
        (Fraction(15, 2), "7.5"),
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
        (Fraction("2.005"), "2.01"),
        (Fraction("2.004"), "2"),
        (Fraction("0.995"), "1"),
        (Fraction("0.005"), "0.01"),
        (Fraction("0.0049"), "0"),
        (Fraction("-0.004"), "0"),
        (Fraction("-0.005"), "-0.01"),
        (Fraction("-2.005"), "-2.01"),
        (Fraction("10.10"), "10.1"),
        (Fraction("10.05"), "10.05"),
        (Fraction(100), "100"),
        (1_000_000, "1000000"),
    ],
)
def test_a_number_is_shown_to_two_places(number: Number, shown: str) -> None:
    """Numbers are rounded half away from zero to two places, without trailing zeros and without a minus before nothing."""
    assert show_number(number) == shown


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        (1, "years", "1 year"),
        (2, "years", "2 years"),
        (0, "years", "0 years"),
        (Fraction(1), "years", "1 year"),
        (Fraction(5, 2), "years", "2.5 years"),
        (Fraction(1, 2), "years", "0.5 years"),
        (-1, "years", "-1 years"),
        (1, "people", "1 person"),
        (3, "people", "3 people"),
        (1, "entries", "1 entry"),
        (1, "EUR", "1 EUR"),
        (7, None, "7"),
        (7, "", "7"),
    ],
)
def test_a_unit_is_singular_for_exactly_one(number: Number, unit: str | None, shown: str) -> None:
    """Exactly one has the singular, everything else the plural."""
    assert with_unit(number, unit) == shown


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("number", Fraction(15, 2), "7.5 years"),
        ("integer", 1, "1 year"),
        ("scale", 0, "none"),
        ("scale", 4, "expert"),
        ("flag", True, "yes"),
        ("flag", False, "no"),
        ("choice", "people", "people"),
        ("text", "Head of Product", "Head of Product"),
        ("set", frozenset({"people", "craft"}), "craft, people"),
        ("set", frozenset(), "none"),
        ("date", day("2024-05-17"), "2024-05-17"),
        ("records", (), "0 entries"),
        ("records", ({"title": "Lead"},), "1 entry"),
        ("records", ({}, {}), "2 entries"),
    ],
)
def test_every_type_shows_its_values(kind: str, value: Value, shown: str) -> None:
    """A person sees labels, words, units and dates; the members of a set stand in the order of the file."""
    options = ("craft", "people") if kind in {"choice", "set"} else ()
    assert value_type(kind, options=options, unit="years").show(value) == shown


def test_a_value_can_be_shown_without_its_unit() -> None:
    """The unit can be left off where a heading names it already."""
    assert value_type("number", unit="years").show(8, unit=False) == "8"


@pytest.mark.parametrize(("precision", "shown"), [("day", "2024-05-01"), ("month", "2024-05"), ("year", "2024")])
def test_a_date_is_shown_at_its_precision(precision: str, shown: str) -> None:
    """A date is shown no more exactly than it is known."""
    assert value_type("date", precision=precision).show(day("2024-05-01")) == shown


@pytest.mark.parametrize(("number", "neat"), [(Fraction(4, 2), 2), (Fraction(5, 2), Fraction(5, 2)), (3, 3)])
def test_a_whole_fraction_becomes_an_int(number: Number, neat: Number) -> None:
    """A whole number is an int, any other stays a fraction."""
    assert tidy(number) == neat
    assert type(tidy(number)) is type(neat)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("short", "short"), ("a\nb\tc\rd", "a\\nb\\tc\\rd"), ("a\x1b[31mb", "a?[31mb"), ("x" * 40, "x" * 40), ("x" * 41, "x" * 39 + "…")],
)
def test_a_text_inside_a_message_is_made_harmless(text: str, shown: str) -> None:
    """Line breaks are made visible, control characters hidden, and long texts cut."""
    assert clip(text) == shown


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (8, "8"),
        (-8, "-8"),
        (0, "0"),
        (Fraction(15, 2), "7.5"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction("0.1"), "0.1"),
        (Fraction("-0.05"), "-0.05"),
        (Fraction("0.30000000000000004"), "0.30000000000000004"),
        (Fraction("123456789012345.5"), "123456789012345.5"),
        (Fraction(1, 10**18), "0.000000000000000001"),
        (Fraction(2, 3), "2/3"),
        (Fraction(-7, 6), "-7/6"),
        (Fraction(16, 2), "8"),
    ],
)
def test_a_number_is_written_exactly(number: Number, text: str) -> None:
    """To the last digit where it has one, as a fraction where no decimal can say it; a float would lose some of these."""
    assert decimal_text(number) == text
