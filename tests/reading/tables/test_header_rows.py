"""The names of columns may stand below a title: the message says in which row, and following it reads the table."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.reading.tables import Options
from tests.populations.people_pack import read
from tests.product import PRODUCT
from tests.reading.tables.old_books import label, old_book, records
from tests.reading.tables.open_books import cells, ods, table
from tests.reading.tables.workbooks import write_workbook

Capture = pytest.CaptureFixture[str]
ROWS = [["Headcount report"], [], ["as of", "1 November"], ["id", "name", "years"], ["ada", "Ada", "3.5"], ["ben", "Ben", "99"]]
Write = Callable[[Path, Sequence[Sequence[str]]], None]


def of_text(sign: str, encoding: str = "utf-8") -> Write:
    """Return what writes rows as text."""
    return lambda path, rows: _bytes(path, "".join(f"{sign.join(row)}\n" for row in rows).encode(encoding))


def _bytes(path: Path, data: bytes) -> None:
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def _xlsx(path: Path, rows: Sequence[Sequence[str]]) -> None:
    write_workbook(path, {"People": rows}, merged=["A1:C1"])


def _xls(path: Path, rows: Sequence[Sequence[str]]) -> None:
    path.write_bytes(old_book(records([label(at, column, text) for at, row in enumerate(rows) for column, text in enumerate(row)])))


def _ods(path: Path, rows: Sequence[Sequence[str]]) -> None:
    path.write_bytes(ods(table(*(cells(*row) for row in rows))))


KINDS: dict[str, Write] = {
    "p.csv": of_text(","),
    "semicolons.csv": of_text(";"),
    "p.tsv": of_text("\t"),
    "utf16.csv": of_text(",", "utf-16"),
    "p.csv.gz": of_text(","),
    "text.xls": of_text("\t"),
    "p.xlsx": _xlsx,
    "p.xls": _xls,
    "p.ods": _ods,
}


@pytest.mark.parametrize("name", KINDS)
def test_the_advice_is_right_when_followed(name: str, tmp_path: Path) -> None:
    """Row numbers are those of the file, before and after."""
    KINDS[name](tmp_path / name, ROWS)
    refused = read(tmp_path / name)
    (found,) = refused.problems.errors
    assert found.message == "row 1 was taken for the header, and row 4 looks like it: the first names no column `id`"
    assert found.span.line == 1
    named = re.search(r"--header-row (\d+)", found.help or "")
    assert named is not None
    followed = read(tmp_path / name, options=Options(header_row=int(named[1])))
    assert (followed.ids, followed.column("a.years"), followed.column("line")) == (["ada"], [3.5], [5])
    assert [(one.row, one.line, one.column) for one in followed.rejected] == [(2, 6, "years")]


@pytest.mark.parametrize(
    "above", [[["Name of the report"]], [["name"]], [['"not closed']], [["a", "b", "c"]], [[""], ["x"], [""]], [["sep=,"], ["x"]]]
)
def test_whatever_stands_above_is_not_read(above: list[list[str]], tmp_path: Path) -> None:
    """Quotes, separators and words of the pack."""
    of_text(",")(tmp_path / "p.csv", [*above, *ROWS[3:5]])
    assert read(tmp_path / "p.csv").ids == []
    assert read(tmp_path / "p.csv", options=Options(header_row=len(above) + 1)).ids == ["ada"]


@pytest.mark.parametrize("name", ["p.csv", "p.xlsx", "p.xls", "p.ods"])
@pytest.mark.parametrize(
    ("row", "said"), [(2, "row 2 holds nothing"), (90, "row 90 holds nothing"), (3, "row 3 was taken for the header, and row 4")]
)
def test_a_row_that_is_no_header_is_told(name: str, row: int, said: str, tmp_path: Path) -> None:
    """An empty one, one behind the last, and another line of the title."""
    KINDS[name](tmp_path / name, ROWS)
    found = read(tmp_path / name, options=Options(header_row=row))
    assert (found.ids, len(found.messages)) == ([], 1)
    assert said in found.messages[0]


def test_a_header_without_ids_is_proposed_too(tmp_path: Path) -> None:
    """It names several things that columns say; once it is read, the column that is missing is told."""
    of_text(",")(tmp_path / "p.csv", [["Report"], ["name", "role", "years"], ["Ada", "junior", "3"]])
    assert "row 2 looks like it" in read(tmp_path / "p.csv").messages[0]
    assert read(tmp_path / "p.csv", options=Options(header_row=2)).messages == ["D105 the table has no column `id`"]
    assert read(tmp_path / "p.csv", options=Options(header_row=2, mapping={"name": "id"})).ids == ["Ada"]


def test_no_row_of_data_is_taken_for_a_header(tmp_path: Path) -> None:
    """Where no row looks like one, the message is as ever."""
    of_text(",")(tmp_path / "p.csv", [["Employee", "years"], ["ada", "3"], ["ben", "4"]])
    assert read(tmp_path / "p.csv").messages == ["D105 the table has no column `id`"]


def test_the_sheet_whose_row_names_ids_is_meant(tmp_path: Path) -> None:
    """Beside a sheet of notes with a first row of its own."""
    write_workbook(tmp_path / "p.xlsx", {"Notes": [["read me"], ["x"]], "People": [["Report"], ["id", "years"], ["ada", "3"]]})
    assert read(tmp_path / "p.xlsx", options=Options(header_row=2)).ids == ["ada"]


TABLE = "Report\n\nid,name,role,work_years\nada,Ada,product-manager,9\nben,Ben,product-manager,4\n"
DECISIONS = "Decisions\nperson,role,decision,date\nada,product-director,promoted,2025-01-01\nben,product-director,declined,2025-01-01\n"
VERBS = [
    ["evaluate", "p.csv"],
    *(["evaluate", "p.csv", "--engine", engine, "-o", "out.csv"] for engine in ("columns", "duckdb", "inference", "reference")),
    ["rank", "p.csv", "--role", "product-director"],
    ["explain", "p.csv", "product-director", "--person", "ada"],
    ["case", "p.csv", "product-director", "--person", "ada"],
    ["compare", "p.csv", "--role", "product-director"],
    ["plan", "p.csv", "product-director", "--person", "ada"],
    ["whatif", "p.csv", "--role", "product-director", "--person", "ada", "--set", "work_years=12"],
    ["profile", "check", "p.csv"],
    ["impact", "--on", "p.csv", "--role", "product-director", "--among", "everyone"],
    ["sweep", "product-director", "verdicts.ready.score.at_least", "--on", "p.csv"],
    ["diff", "RULES", "RULES", "--on", "p.csv"],
]


@pytest.mark.parametrize(
    "verb",
    [pytest.param(verb, marks=[pytest.mark.slow] if "duckdb" in verb else []) for verb in VERBS],
    ids=[" ".join(verb[:2] + verb[-2:-1]) for verb in VERBS],
)
def test_every_verb_that_reads_a_table_takes_the_option(
    verb: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    """Without it the row is proposed, with it the people are read."""
    rules = str(PRODUCT / "rules")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.csv").write_text(TABLE)
    if "duckdb" in verb:
        pytest.importorskip("duckdb")
    more = [] if verb[0] == "diff" else ["--rules", rules]
    more += [] if verb[0] == "profile" else ["--as-of", "2026-11-01"]
    asked = [rules if word == "RULES" else word for word in verb]
    assert run([*asked, *more]) == (1 if verb[0] == "profile" else 2)
    assert "--header-row 3" in "".join(capfd.readouterr())
    run([*asked, *more, "--header-row", "3"])
    said = "".join(capfd.readouterr())
    assert "header" not in said
    assert "no such option" not in said.lower()


def test_decisions_have_a_header_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """Where people are profiles, the row is that of the decisions."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.csv").write_text(DECISIONS.replace("ada,", "sofia-marquez,").replace("ben,", "nobody,"))
    command = [
        "backtest",
        "--decisions",
        "d.csv",
        "--on",
        str(PRODUCT / "profiles" / "sofia-marquez.yaml"),
        "--rules",
        str(PRODUCT / "rules"),
        "--no-search",
    ]
    assert run(command) == 2
    assert "row 1 was taken for the header, and row 2 looks like it" in capfd.readouterr().err
    run([*command, "--header-row", "2"])
    assert "header" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("name", ["p.jsonl", "p.parquet", "p.yaml"])
def test_what_has_no_such_row_refuses_the_option(name: str, tmp_path: Path, capfd: Capture) -> None:
    """It would be heeded by nobody."""
    (tmp_path / name).write_text('{"id": "ada"}\n')
    assert run(["evaluate", str(tmp_path / name), "--header-row", "2"]) == 2
    assert "no table has its columns named in a row" in capfd.readouterr().err
