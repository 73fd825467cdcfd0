"""Nothing that was asked for, and nobody who was left out, goes without a word: kept columns, and causes of rejection."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.calibration.small import write_pack

Capture = pytest.CaptureFixture[str]
DAY = ("--rules", "rules", "--as-of", "2026-11-01")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the small pack, and two people with a column that is none of its attributes."""
    write_pack(tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("id,role,years,reports,level,hrbp\na,junior,4,3,good,Zara\nb,junior,2,0,,Zara\n", encoding="utf-8")


@pytest.mark.parametrize("keep", [("--keep", "hrbp"), ("--keep-all",)], ids=" ".join)
@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_columns_are_not_kept_where_none_are_shown(form: str, keep: tuple[str, ...], capsys: Capture) -> None:
    """It is refused, with the formats that can."""
    assert run(["evaluate", "people.csv", *DAY, *keep, "--format", form]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"error: {keep[0]} carries columns into rows of data" in shown.err
    assert "help: write csv, jsonl, parquet, xlsx or html\n" in shown.err


@pytest.mark.parametrize("keep", [("--keep", "hrbp"), ("--keep-all",)], ids=" ".join)
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_columns_are_kept_in_rows(form: str, keep: tuple[str, ...], capsys: Capture) -> None:
    """One for each person."""
    assert run(["evaluate", "people.csv", *DAY, *keep, "--format", form]) == 0
    assert capsys.readouterr().out.count("Zara") == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evaluate", "--keep", "hrbp", "-o", "a.csv"], "--keep names the column `hrbp`, and profiles have no columns"),
        (["report", "--by", "hrbp", "-o", "a.html"], "--by names the column `hrbp`, and profiles have no columns"),
        (["evaluate", "--header-row", "2", "-o", "a.csv"], "no table has its columns named in a row"),
        (["evaluate", "--sheet", "Two", "-o", "a.csv"], "no workbook is read"),
    ],
)
def test_a_table_beside_profiles_makes_no_columns_of_theirs(words: list[str], said: str, capsys: Capture) -> None:
    """A folder of profiles is read by them alone, whatever else lies in it."""
    Path("folder").mkdir()
    Path("folder", "a.yaml").write_text("profile: a\nrole: junior\nattributes: {years: 4}\n", encoding="utf-8")
    for name in ("people.csv", "people.xlsx"):
        Path("folder", name).write_bytes(Path("people.csv").read_bytes())
    verb, *rest = words
    assert run([verb, "folder", *DAY, *rest]) == 2
    assert said in capsys.readouterr().err
    assert not Path(rest[-1]).exists()


def test_standard_input_is_named_in_words(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """And by no sign of the command line."""
    with Path("people.csv").open("w+b") as file:
        file.write(b"id,years\na,many\n")
        file.seek(0)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(file))
        assert run(["report", "-", *DAY, "-o", "a.html"]) == 2
    assert "nobody can be judged by the only row of standard input" in capsys.readouterr().err


def test_causes_of_rejection_add_up(capsys: Capture) -> None:
    """Those that are not named are counted, so that the numbers come to as many as there are reasons."""
    rows = ["id,role,years,reports,level", "a,junior,4,3,good", *[f"y{n},junior,x,3,good" for n in range(4)]]
    rows += [*[f"r{n},junior,4,x,good" for n in range(3)], *[f"l{n},junior,4,3,wonderful" for n in range(2)]]
    rows += ["long,junior,4,3,good,more", ",junior,4,3,good", "a,junior,4,3,good"]
    Path("people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert run(["evaluate", "people.csv", *DAY, "-o", "out.csv"]) == 1
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Rejected"))
    assert [int(number) for number in re.findall(r"\((\d+)\)", line)] == [4, 3, 2, 1, 1, 1]
    assert "each with its reason in out.csv.rejected.csv" in line
    reasons = Path("out.csv.rejected.csv").read_text(encoding="utf-8").splitlines()
    assert len(reasons) == 1 + 4 + 3 + 2 + 3
