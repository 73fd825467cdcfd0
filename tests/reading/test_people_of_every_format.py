"""`load_people`, `profile check` and the verbs for one person read every format that `evaluate` reads, and say the same of it."""

from __future__ import annotations

import gzip
import io
import json
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from evaluator.diagnostics import Problems
from evaluator.reading.profile.people import read_people
from evaluator.reading.tables.model import Options
from tests.populations.people_pack import PACK
from tests.reading.tables.old_books import label, number, old_book, records
from tests.reading.tables.open_books import cells as one_row
from tests.reading.tables.open_books import ods, table
from tests.reading.tables.workbooks import write_workbook

ROWS = [
    {"id": "ada", "name": "Ada", "role": "junior", "years": "3.5", "knowledge": "pricing;data", "since": "2024-05-17", "group:sex": "f"},
    {"id": "ben", "name": "Ben", "role": "", "years": "seven", "knowledge": "", "since": "", "group:sex": ""},
    {"id": "cleo", "name": "", "role": "Team Lead", "years": "N/A", "knowledge": "none", "since": "17.05.2024", "group:sex": ""},
]
NAMES = list(ROWS[0])


def written(name: str, folder: Path) -> Path:
    """Write the rows in the format of a name."""
    path = folder / name
    csv = "".join(",".join(row) + "\n" for row in (NAMES, *([row[key] for key in NAMES] for row in ROWS)))
    lines = "".join(json.dumps({key: text for key, text in row.items() if text}) + "\n" for row in ROWS)
    if name == "folder":
        path.mkdir()
        (path / "people.csv").write_text(csv)
    elif name.endswith(".parquet"):
        pl.DataFrame(ROWS).write_parquet(path)
    elif name.endswith(".xlsx"):
        write_workbook(path, {"People": [NAMES, *([row[key] or None for key in NAMES] for row in ROWS)]})
    elif name.endswith(".xls"):
        cells = [
            label(at, column, text) for at, row in enumerate([NAMES, *(row.values() for row in ROWS)]) for column, text in enumerate(row)
        ]
        path.write_bytes(old_book(records(cells)))
    elif name.endswith(".ods"):
        path.write_bytes(ods(table(*(one_row(*row) for row in (NAMES, *(row.values() for row in ROWS))))))
    else:
        content = {"csv": csv, "jsonl": lines, "json": f"[{','.join(lines.splitlines())}]"}[name.split(".")[1]]
        path.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    return path


Capture = pytest.CaptureFixture[str]
FORMATS = ["p.csv", "p.jsonl", "p.json", "p.parquet", "p.xlsx", "p.xls", "p.ods", "p.csv.gz", "p.jsonl.gz", "folder"]


@pytest.mark.parametrize("name", FORMATS)
def test_people_are_the_same_from_every_format(name: str, tmp_path: Path) -> None:
    """Ids, names, roles, facts and groups, and the row that cannot be used."""
    problems = Problems()
    people = read_people([written(name, tmp_path)], PACK, problems)
    assert [(one.id, one.name, one.role, dict(one.groups)) for one in people] == [
        ("ada", "Ada", "junior", {"sex": "f"}),
        ("cleo", None, "lead", {}),
    ]
    expected = read_people([written("again.csv", tmp_path)], PACK, Problems())
    assert [dict(one.given) for one in people] == [dict(one.given) for one in expected]
    assert [(found.code, found.message) for found in problems.errors] == [("P102", "`seven` is no plain number, and `years` is a number")]


@pytest.mark.parametrize("name", FORMATS)
def test_standard_input_is_read_like_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes through it; only a folder cannot."""
    path = written(name, tmp_path)
    data = (path / "people.csv").read_bytes() if path.is_dir() else path.read_bytes()
    monkeypatch.setattr("evaluator.reading.tables.sources.standard_input", lambda: io.BytesIO(data))
    problems = Problems()
    assert [one.id for one in read_people(["-"], PACK, problems)] == ["ada", "cleo"]
    assert len(problems.errors) == 1


def test_records_are_kept_where_a_format_has_them(tmp_path: Path) -> None:
    """JSON holds lists of entries, and what is computed from them is computed anew on the day that is asked for."""
    (tmp_path / "p.jsonl").write_text('{"id": "ada", "history": [{"start": "2020-01", "end": "2021-12"}], "years": 3}\n')
    (ada,) = read_people([tmp_path / "p.jsonl"], PACK, Problems())
    assert set(ada.given) == {"history", "years"}
    assert len(ada.given["history"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["p.jsonl", "p.parquet", "p.xlsx"])
@pytest.mark.parametrize("verb", [["profile", "check"], ["evaluate"], ["explain"]])
def test_verbs_read_what_evaluate_reads(name: str, verb: list[str], tmp_path: Path, capfd: Capture) -> None:
    """And name the row that cannot be used, as CSV has it."""
    from evaluator.cli.main import run

    rows = [{"id": "ada", "role": "Product Manager", "work_years": 3}, {"id": "ben", "role": "Product Manager", "work_years": -3}]
    path = tmp_path / name
    if name == "p.jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif name == "p.parquet":
        pl.DataFrame(rows).write_parquet(path)
    else:
        write_workbook(path, {"People": [list(rows[0]), *(list(row.values()) for row in rows)]})
    more = ["product-director", "--person", "ada"] if verb == ["explain"] else []
    assert run([*verb, str(path), *more, "--rules", "rules"]) == (0 if verb == ["explain"] else 1)
    assert "-3 years is outside" in "".join(capfd.readouterr())


@pytest.mark.parametrize("name", ["p.csv", "p.jsonl"])
def test_who_is_left_out_is_not_said_to_be_missing(name: str, tmp_path: Path, capfd: Capture) -> None:
    """Where rows cannot be used, somebody who is asked for may stand in one of them."""
    from evaluator.cli.main import run

    lines = {"p.csv": "id,work_years\nada,3\nben,-3\n", "p.jsonl": '{"id": "ada", "work_years": 3}\n{"id": "ben", "work_years": -3}\n'}
    (tmp_path / name).write_text(lines[name])
    assert run(["explain", str(tmp_path / name), "product-director", "--person", "ben", "--rules", "rules"]) == 2
    said = capfd.readouterr().err
    assert "outside" in said
    assert "holds nobody with the id or name `ben` among those whose rows can be used" in said
    assert run(["explain", str(tmp_path / name), "product-director", "--person", "ada", "--rules", "rules"]) == 0


def typed(name: str, folder: Path) -> Path:
    """Write two people whose years are a number and a text with a comma, in a format that tells the two apart."""
    path = folder / name
    rows: list[list[str | float]] = [["id", "years"], ["ada", 3.5], ["ben", "4,25"]]
    if name.endswith(".xlsx"):
        return write_workbook(path, {"People": rows})
    if name.endswith(".xls"):
        texts = [label(at, column, text) for at, row in enumerate(rows) for column, text in enumerate(row) if isinstance(text, str)]
        path.write_bytes(old_book(records([*texts[:3], number(1, 1, 3.5), *texts[3:]])))
    elif name.endswith(".ods"):
        cell = '<table:table-cell office:value-type="float" office:value="3.5"/>'
        path.write_bytes(ods(table(one_row("id", "years"), one_row("ada", cell), one_row("ben", "4,25"))))
    else:
        lines = [json.dumps(dict(zip(["id", "years"], row, strict=True))) for row in rows[1:]]
        path.write_text(f"[{','.join(lines)}]" if name.endswith(".json") else "\n".join(lines))
    return path


@pytest.mark.parametrize("name", ["p.xlsx", "p.xls", "p.ods", "p.jsonl", "p.json"])
def test_a_number_of_its_file_has_no_decimal_sign_to_be_wrong(name: str, tmp_path: Path) -> None:
    """That a comma is the decimal sign says how texts are written, and both are read."""
    problems = Problems()
    people = read_people([typed(name, tmp_path)], PACK, problems, Options(decimal=","))
    assert not problems.errors
    assert {one.id: one.given["years"] for one in people} == {"ada": Fraction(7, 2), "ben": Fraction(17, 4)}
