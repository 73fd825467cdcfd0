"""Number formats of spreadsheets: what a reader of a sheet sees of a number.

What is expected is what Excel's own documentation of number formats says is shown, with what is only rounded away put back.
"""

from __future__ import annotations

import pytest

from evaluator.reading.tables.number_formats import FormatProblem, amount, built_in, shown

TEXTS = [
    (42, "00000", "00042"),
    (10023, "00000000", "00010023"),
    (0, "000", "000"),
    (-7, "000", "-007"),
    (-7, "000;(000)", "(007)"),
    (1234567, "0000", "1234567"),
    (42, '"E-"0000', "E-0042"),
    (12, "\\P00", "P12"),
    (12, "[Red]000", "012"),
    (123456789, "000-00-0000", "123-45-6789"),
    (12345678, "00\\.00\\.0000", "12.34.5678"),
    (3, "00_)", "03"),
    (3, "*x00", "03"),
    (1, '"yes";;"no"', "yes"),
    (0, '"yes";;"no"', "no"),
    (2, '[=1]"m";[=2]"f"', "f"),
    (12, "General", "12"),
    (12, "@", "12"),
    (4, 'General" yrs"', "4 yrs"),
    (1250000, "#,##0", "1250000"),
    (5, "0.00", "5"),
    (0.1 + 0.2, "General", "0.3"),
    (7.300000000000001, "General", "7.3"),
    (-0.0, "General", "0"),
    (45418, "yyyy-mm-dd", "2024-05-06"),
    (0.875, "0.0%", "87.5%"),
]
AMOUNTS = [
    (0.875, "0.0%", "87.5%"),
    (0.9, "0%", "90%"),
    (0.07, "0%", "7%"),
    (0.29, "0%", "29%"),
    (1.15, "0 %", "115%"),
    (-0.05, "0%;[Red]-0%", "-5%"),
    (0.9, built_in(9), "90%"),
    (87.5, '0.0" %"', "87.5"),
    (87.5, "0.0\\%", "87.5"),
    (42, "00000", "42"),
    (3.96, "0", "3.96"),
    (5, '0" years"', "5"),
    (12500, "#,##0.00 [$€-407]", "12500"),
    (0, '#,##0;-#,##0;"-"', "0"),
    (0, built_in(41), "0"),
    (0.5, "# ?/?", "0.5"),
    (1234.5, "0.00E+00", "1234.5"),
    (1e300, "General", "1e+300"),
    (45418, built_in(14), "2024-05-06"),
    (45418, "[$-409]mmmm d, yyyy;@", "2024-05-06"),
    (45418, "[$-F800]dddd, mmmm dd, yyyy", "2024-05-06"),
    (45418, "mmm-yy", "2024-05"),
    (45418, "yyyy", "2024"),
    (45418.5, "yyyy-mm-dd", "2024-05-06"),
    (45418.5, "yyyy-mm-dd hh:mm", "2024-05-06 12:00:00"),
    (45418.0, "yyyy-mm-dd hh:mm:ss", "2024-05-06"),
    (45417.99999999, "yyyy-mm-dd hh:mm", "2024-05-06"),
    (59, "yyyy-mm-dd", "1900-02-28"),
    (61, "yyyy-mm-dd", "1900-03-01"),
    (0.5, "h:mm", "12:00:00"),
    (1.5, "[h]:mm", "36:00:00"),
]
UNCLEAR = [
    (12500, '0.0,"k"', "leaves out thousands"),
    (1250000, "0,,", "leaves out thousands"),
    (5, ";;;", "hides it"),
    (0, "0;-0;;@", "hides it"),
    (0, '0;-0;"n/a"', "shows “n/a”"),
    (45418, "d-mmm", "without its year"),
    (60, "yyyy-mm-dd", "its number is none"),
    (-1, "yyyy-mm-dd", "its number is none"),
    (2958466, "yyyy-mm-dd", "its number is none"),
    (45418, "ggge", "another calendar"),
]


@pytest.mark.parametrize(("value", "code", "text"), TEXTS)
def test_a_number_that_is_used_as_text_is_what_is_shown(value: float, code: str, text: str) -> None:
    """Zeros and signs that a format adds belong to an id."""
    assert shown(float(value), code) == text


@pytest.mark.parametrize(("value", "code", "text"), AMOUNTS)
def test_a_number_counts_for_what_it_is_shown_as(value: float, code: str, text: str) -> None:
    """Per cent are per cent, days are days, and digits that are only rounded away are kept."""
    assert amount(float(value), code) == text


@pytest.mark.parametrize(("value", "code", "words"), UNCLEAR)
def test_what_is_not_shown_is_not_guessed(value: float, code: str, words: str) -> None:
    """Where a reader sees another number, a word or nothing, that is said."""
    with pytest.raises(FormatProblem) as problem:
        amount(float(value), code)
    assert words in problem.value.message


def test_days_can_be_counted_from_1904() -> None:
    """The same number is another day in a workbook of old Macs: day 0 is the first of January 1904."""
    assert amount(0.0, "yyyy-mm-dd", since_1904=True) == "1904-01-01"
    assert amount(43956.0, "yyyy-mm-dd", since_1904=True) == amount(45418.0, "yyyy-mm-dd")


def test_an_id_of_which_digits_are_hidden_is_none() -> None:
    """42.5 shown as 00043 is neither."""
    with pytest.raises(FormatProblem, match="shows a whole number"):
        shown(42.5, "00000")
