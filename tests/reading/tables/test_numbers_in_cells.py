"""Numbers as people write them in tables: what can be read in two ways is told with both, and whatever the help proposes is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evaluator.reading.tables import Options
from tests.core.build import attribute, pack, simple_role
from tests.populations.people_pack import Read, read

NUMBERS = pack(attribute("n", "integer"), attribute("x"), attribute("month", "date", precision="month"), roles=[simple_role("junior")])
DOT, COMMA = Options(), Options(decimal=",")


def table(folder: Path, column: str, text: str, options: Options, mark: str = ",") -> Read:
    """Read one cell of a table."""
    path = folder / "p.csv"
    path.write_text(f'id{mark}{column}\na{mark}"{text}"\n', encoding="utf-8")
    return read(path, options=options, of=NUMBERS)


ADVICE = [
    ("n", "1,000", DOT, "can be read in two ways", "write 1000 if the comma stands between thousands, and 1 if before decimals"),
    ("n", "1,250", DOT, "is no plain number", "write 1250, with nothing between thousands"),
    ("x", "1,250", DOT, "can be read in two ways", "write 1250 if the comma stands between thousands, and 1.25 if before decimals"),
    ("x", "-1,234,567.5", DOT, "is no plain number", "write -1234567.5, with nothing between thousands and a dot before decimals"),
    ("x", "1 250", DOT, "is no plain number", "write 1250, with nothing between thousands and a dot before decimals"),
    ("x", "1.250,5", DOT, "is no plain number", "write 1250.5, with nothing between thousands and a dot before decimals"),
    ("x", "7,5", DOT, "is no plain number", "write the decimal point as a dot: 7.5, or say --decimal , where a comma is the decimal sign"),
    ("n", "1,000", COMMA, "can be read in two ways", "write 1000 if the comma stands between thousands, and 1 if before decimals"),
    ("n", "1,250", COMMA, "is no plain number", "write 1250, with nothing between thousands"),
    ("x", "1.250", COMMA, "decimal sign is a comma", "write 1250 if the dot stands between thousands, and 1,25 if before decimals"),
    ("x", "1.250,5", COMMA, "decimal sign is a comma", "write 1250,5, with nothing between thousands and a comma before decimals"),
    ("x", "1,250.5", COMMA, "decimal sign is a comma", "write 1250,5, with nothing between thousands and a comma before decimals"),
    ("x", "7.5", COMMA, "decimal sign is a comma", "write the decimal point as a comma: 7,5"),
    ("x", "87,5 %", COMMA, "decimal sign is a comma", "write the number alone, in the attribute's own unit"),
    ("x", "about 7", COMMA, "decimal sign is a comma", "write digits, with a comma before decimals, such as 7,5"),
]


@pytest.mark.parametrize(("column", "text", "options", "message", "step"), ADVICE)
def test_what_a_help_line_proposes_is_read(  # noqa: PLR0913, PLR0917 - a case
    tmp_path: Path, column: str, text: str, options: Options, message: str, step: str
) -> None:
    """Each number that the help names is taken when it is written in place of the other, and says what the help says."""
    found = table(tmp_path, column, text, options)
    (reason,) = [one.reason for one in found.rejected]
    assert reason.startswith(f"`{text}` ")
    assert message in reason
    assert reason.endswith(f"; {step}")
    assert found.rejected[0].text == text
    mark = "," if options.decimal == "," else "."
    for proposed in re.findall(rf"-?[0-9]+(?:\{mark}[0-9]+)?", step):
        again = table(tmp_path, column, proposed, options)
        assert again.column(f"a.{column}") == [float(proposed.replace(",", "."))]


@pytest.mark.parametrize(("text", "number"), [("1,250", 1.25), ("1,000", 1.0), ("7,5", 7.5), ("-0,25", -0.25)])
def test_a_decimal_comma_that_was_declared_is_one(tmp_path: Path, text: str, number: float) -> None:
    """Whoever says --decimal , has said how 1,250 is meant."""
    assert table(tmp_path, "x", text, COMMA, mark=";").column("a.x") == [number]


@pytest.mark.parametrize("text", ["1.234", "12.500", "999.999", "-1.000"])
@pytest.mark.parametrize("column", ["n", "x"])
def test_thousands_or_decimals_of_a_table_with_semicolons(tmp_path: Path, text: str, column: str) -> None:
    """Tables with semicolons come from where the comma is the decimal sign: 1.234 there is 1234, or it is not."""
    (reason,) = [one.reason for one in table(tmp_path, column, text, DOT, mark=";").rejected]
    plain = text.replace(".", "")
    assert reason.startswith(f"`{text}` can be read in two ways in a table with semicolons")
    assert reason.endswith(f"write {plain} if the dot stands between thousands; if before decimals, say so with --decimal .")
    assert table(tmp_path, column, plain, DOT, mark=";").column(f"a.{column}") == [float(plain)]
    if column == "x":
        assert table(tmp_path, column, text, Options(decimal="."), mark=";").column("a.x") == [float(text)]


@pytest.mark.parametrize("text", ["1.5", "0.875", "1234.567", "1.2345", "12.50", "7"])
def test_one_reading_is_read_in_a_table_with_semicolons(tmp_path: Path, text: str) -> None:
    """No thousands are written so."""
    assert table(tmp_path, "x", text, DOT, mark=";").column("a.x") == [float(text)]


@pytest.mark.parametrize("text", ["7.300000000000001", "0.30000000000000004", "5.000000000000000", "123456789.12345679"])
def test_floats_of_programs_are_read_as_in_parquet(tmp_path: Path, text: str) -> None:
    """What a program writes of a sum into CSV is the number that it keeps in Parquet."""
    import polars as pl

    pl.DataFrame({"id": ["a"], "x": [float(text)]}).write_parquet(tmp_path / "p.parquet")
    both = [table(tmp_path, "x", text, DOT), read(tmp_path / "p.parquet", of=NUMBERS)]
    assert [one.column("a.x") for one in both] == [[float(text)]] * 2


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("03/04/2026", "write 2026-04-03 if the day stands first, and 2026-03-04 if the month does"),
        ("31.11.2026", "write it as 2024-05-17"),
        ("soon", "write 2024-05, 2024-05-17 or May 2024"),
    ],
)
def test_a_date_that_the_help_proposes_is_read(tmp_path: Path, text: str, step: str) -> None:
    """A date as precise as is asked, and each reading of one that has two."""
    assert table(tmp_path, "month", text, DOT).rejected[0].reason.partition("; ")[2].startswith(step)
    for proposed in re.findall(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?|May [0-9]{4}", step):
        assert table(tmp_path, "month", proposed, DOT).rejected == []
