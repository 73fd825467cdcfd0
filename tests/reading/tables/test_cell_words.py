"""What people write into cells: what has one reading is read, alike in every format; what has two is refused, and both are named."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from evaluator.diagnostics import Problems
from evaluator.reading.tables import Options
from evaluator.reading.tables.cell_values import CellReader
from evaluator.reading.tables.csv_profiles import read_table
from evaluator.reading.tables.model import Misfit
from tests.populations.people_pack import PACK, read
from tests.reading.tables.workbooks import write_workbook

FORMATS = ["csv", "jsonl", "parquet", "xlsx"]


def written(format_: str, column: str, cell: str, folder: Path) -> Path:
    """Write a table of one person with a text in a column."""
    path = folder / f"p.{format_}"
    if format_ == "csv":
        path.write_text(f'id,{column}\nada,"{cell}"\n')
    elif format_ == "jsonl":
        path.write_text(json.dumps({"id": "ada", column: cell}) + "\n")
    elif format_ == "parquet":
        pl.DataFrame({"id": ["ada"], column: [cell]}).write_parquet(path)
    else:
        write_workbook(path, {"People": [["id", column], ["ada", cell]]})
    return path


SAID = [
    *[("years", word, None) for word in ("N/A", "n/a", "NULL", "NaN", "-", "–", "k. A.", "#NV", "#N/A", "unknown", "nicht bekannt", "?")],
    *[("skill", word, None) for word in ("N/A", "Not specified", "-")],
    *[("owner", word, None) for word in ("n/a", "keine Angabe")],
    *[("since", word, None) for word in ("-", "unbekannt", "TBD")],
    *[("work", word, None) for word in ("null", "non renseigné")],
    *[("knowledge", word, None) for word in ("N/A", ";", "unknown")],
    *[("owner", word, True) for word in ("yes", "Y", "ja", "oui", "WAHR", "VRAI", "1", "True", " Yes ")],
    *[("owner", word, False) for word in ("no", "N", "nein", "Non", "FALSCH", "faux", "0", "FALSE")],
    *[("skill", word, 2) for word in ("Expert", "EXPERT", " expert ")],
    *[("work", word, 0) for word in ("Craft", "CRAFT")],
    *[("since", word, 2024_05_17) for word in ("17.05.2024", "17/05/2024", "05/17/2024", "17-5-2024", "20240517", "2024-05-17 00:00:00")],
    ("since", "2024-05-17T00:00:00.000", 2024_05_17),
    ("since", "05.05.2024", 2024_05_05),
    ("month", "05/2024", 2024_05_01),
    ("years", "7.300000000000001", 7.300000000000001),
    ("years", "5.000000000000000", 5.0),
    ("reports", "6.0", 6.0),
]


@pytest.mark.parametrize(("column", "cell", "expected"), SAID)
def test_what_has_one_reading_is_read_in_every_format(column: str, cell: str, expected: object, tmp_path: Path) -> None:
    """Words for what is missing, yes and no, capitals, days in numbers, and zeros that say nothing."""
    kinds = {"skill": ["none", "working", "expert"]}
    if column == "skill" and expected is not None:
        expected = PACK.attributes["skill"].type.options.index(kinds["skill"][2])
    for format_ in FORMATS:
        found = read(written(format_, column, cell, tmp_path))
        assert not found.rejected, format_
        assert found.column(f"a.{column}") == [expected], format_


def test_sets_ignore_capitals_too(tmp_path: Path) -> None:
    """And words for what is missing are no members; none is the empty set."""
    for cell, members in (("Pricing; DATA", [True, False, True]), ("None", [False] * 3), ("pricing;", [True, False, False])):
        found = read(written("csv", "knowledge", cell, tmp_path))
        assert [found.column(f"a.knowledge.{index}")[0] for index in range(3)] == members or found.rejected == ()


AMBIGUOUS = [
    ("years", "1,234", {}, ("1234", "1.234")),
    ("years", "-1,250", {}, ("-1250", "-1.25")),
    ("years", "12,500", {}, ("12500", "12.5")),
    ("reports", "1,000", {}, ("1000", "1")),
    ("years", "1.234", {"dots_unclear": True}, ("1234",)),
    ("reports", "1.000", {"dots_unclear": True}, ("1000",)),
    ("since", "03/04/2026", {}, ("2026-04-03", "2026-03-04")),
    ("since", "3.4.2026", {}, ("2026-04-03", "2026-03-04")),
    ("since", "12-11-2025", {}, ("2025-11-12", "2025-12-11")),
]


@pytest.mark.parametrize(("column", "cell", "options", "readings"), AMBIGUOUS)
def test_what_has_two_readings_is_refused_and_both_are_named(
    column: str, cell: str, options: dict[str, object], readings: tuple[str, ...]
) -> None:
    """And each of them, written as the message says, is read as what it stands for."""
    reader = CellReader(pack=PACK, **options)  # type: ignore[arg-type]
    attribute = PACK.attributes[column]
    found = reader.attribute(attribute, cell)
    assert isinstance(found, Misfit)
    assert "can be read" in found.reason
    for reading in readings:
        assert re.search(rf"(?<![\d.]){re.escape(reading)}(?!\d|,\d)", found.reason), found.reason
        assert (
            not isinstance(read_again := reader.attribute(attribute, reading), Misfit)
            or "outside" in read_again.reason
            or (reading == "1.234" and "dots_unclear" in options)
        )


WRONG = [
    ("years", "3,5", {}, 3.5),
    ("years", "1234,567", {}, None),
    ("years", "0,125", {}, 0.125),
    ("years", "1,234.5", {}, None),
    ("reports", "1,250", {}, None),
    ("years", "1,250", {}, None),
    ("since", "03/04/2026", {}, None),
    ("skill", "exprt", {}, 2),
    ("work", "eithr", {}, 2),
    ("since", "2024-05-17 12:30", {}, None),
]


@pytest.mark.parametrize(("column", "cell", "options", "_expected"), WRONG)
def test_a_rewrite_that_is_proposed_is_taken(column: str, cell: str, options: dict[str, object], _expected: object) -> None:
    """Every help line of a reader of cells that proposes one, followed, is read without another word, or is out of range."""
    reader = CellReader(pack=PACK, **options)  # type: ignore[arg-type]
    found = reader.attribute(PACK.attributes[column], cell)
    assert isinstance(found, Misfit)
    help_line = found.reason.partition("; ")[2]
    proposed = re.findall(r"`([^`]+)`|(?:: |write |or |and )(-?[0-9].*?)(?= or |, | if |$)", help_line)
    assert proposed, help_line
    for rewrite in (one or other for one, other in proposed):
        again = reader.attribute(PACK.attributes[column], rewrite)
        assert not isinstance(again, Misfit) or "outside" in again.reason, (help_line, rewrite)


@pytest.mark.parametrize(
    ("options", "cell", "expected"),
    [
        (Options(decimal=","), "1,25", 1.25),
        (Options(decimal=","), "1,250", 1.25),
        (Options(decimal="."), "1.250", 1.25),
        (Options(), "1.25", 1.25),
        (Options(), "0.125", 0.125),
    ],
)
def test_a_sign_that_is_named_is_heeded_where_semicolons_separate(options: Options, cell: str, expected: float, tmp_path: Path) -> None:
    """So is what can be nothing else; read quickly, row by row and as profiles."""
    (tmp_path / "p.csv").write_text(f"id;years\nada;{cell}\n")
    assert read(tmp_path / "p.csv", options=options).column("a.years") == [expected]
    people = list(read_table((tmp_path / "p.csv").read_bytes(), "p.csv", PACK, Problems(), options))
    assert [float(Fraction(str(one.given["years"]))) for one in people] == [expected]


@pytest.mark.parametrize("cell", ["1.234", "12.500", "-1.250", "999.000"])
def test_a_dot_that_may_separate_thousands_is_refused_where_semicolons_separate(cell: str, tmp_path: Path) -> None:
    """The comma often is the decimal sign there."""
    (tmp_path / "p.csv").write_text(f"id;years\nada;{cell}\nben;3.5\n")
    found = read(tmp_path / "p.csv")
    assert found.ids == ["ben"]
    assert "can be read in two ways" in found.rejected[0].reason
    assert "--decimal ." in found.rejected[0].reason


@pytest.mark.parametrize(("dates", "expected"), [("dmy", 2026_04_03), ("mdy", 2026_03_04)])
def test_the_order_of_days_that_is_named_is_heeded(dates: str, expected: int, tmp_path: Path) -> None:
    """And what is no day in that order is refused."""
    (tmp_path / "p.csv").write_text("id,since\nada,03/04/2026\nben,13/13/2026\n")
    found = read(tmp_path / "p.csv", options=Options(dates=dates))
    assert found.column("a.since") == [expected]
    assert [one.row for one in found.rejected] == [2]


def test_a_word_of_the_attribute_is_no_word_for_missing() -> None:
    """`none` of a scale is its lowest rank, and `no` of a flag is false."""
    reader = CellReader(pack=PACK)
    assert reader.attribute(PACK.attributes["skill"], "None") == 0
    assert reader.attribute(PACK.attributes["owner"], "no") is False
    assert reader.role("N/A") is None
    assert reader.role("Team lead") == "lead"


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "cell", ["pricing, Research", "Pricing / research", "pricing;research|data", "pricing & data", "research und Data", "pricing,research,"]
)
def test_members_of_a_set_that_are_no_options_but_joined_ones_are_refused_with_what_to_write(
    cell: str, format_: str, tmp_path: Path
) -> None:
    """And what the message says to write is read, as the members that the cell names."""
    found = read(written(format_, "knowledge", cell, tmp_path))
    assert len(found.rejected) == 1
    reason = found.rejected[0].reason
    assert "is not separated by semicolons" in reason
    advised = reason.rpartition("; write ")[2]
    value = CellReader(pack=PACK).attribute(PACK.attributes["knowledge"], advised)
    assert value == {word for word in ("pricing", "research", "data") if word in cell.lower()}


def test_a_member_that_is_none_of_the_options_is_not_taken_for_joined_ones() -> None:
    """Where one part is no option, nobody can say what the others are."""
    misfit = CellReader(pack=PACK).attribute(PACK.attributes["knowledge"], "pricing, law")
    assert isinstance(misfit, Misfit)
    assert "`pricing, law` is none of the options" in misfit.reason
