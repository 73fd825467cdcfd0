"""A population means what a table of profiles means: cell by cell, message by message, whichever way it is read."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluator.core.model import Profile
from evaluator.diagnostics import Problems
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.reading.tables import Options
from evaluator.reading.tables import csv_table as csvtable
from evaluator.reading.tables.csv_profiles import read_table
from evaluator.reading.tables.model import sentence
from tests.populations.people_pack import AS_OF, PACK, Read, read
from tests.slow import mostly_soaked

CELLS = {
    "role": ["", "junior", "lead", "Team Lead", "team  LEAD", "boss", " junior "],
    "years": [
        "",
        "3",
        "3.5",
        "0",
        "60",
        "-0",
        "007",
        "60.0",
        " 4 ",
        "7 years",
        "3,5",
        "1e1",
        "61",
        "-1",
        ".5",
        "5.",
        "+5",
        "NaN",
        "inf",
        "0.1234567",
        "12345678.1234567",
        "0.00000000000001",
        "\u00a05",
        "٣",
    ],
    "reports": ["", "0", "12", "500", "501", "2.5", "3.0", "1_000", "12345678901234567890", "true"],
    "owner": ["", "true", "False", "TRUE", "yes", "0", " true"],
    "skill": ["", "none", "working", "expert", "Expert", " working", "exprt"],
    "work": ["", "craft", "either", "both", "craft;people"],
    "knowledge": [
        "",
        "none",
        "pricing",
        "pricing;data",
        "data; pricing",
        "data;data",
        "magic",
        ";",
        "pricing;",
        "none;data",
        "research;data;pricing",
    ],
    "since": [
        "",
        "2024-05-17",
        "2024-02-29",
        "2023-02-29",
        "1899-12-31",
        "2024-5-7",
        "May 2024",
        "17.05.2024",
        "2024-05-17 ",
        "9999-12-31",
    ],
    "month": ["", "2024", "2024-05", "2024-05-17", "May 2024", "Mai 2024", "2024-13"],
    "worked": ["", "", "3.25", "x"],
    "only_computed": ["", "", "", "1"],
    "history": ["", "", "", "2020"],
    "name": ["", "Ada", "Lovelace, A.", 'Ada "Ace" L.', "Ada\nL.", "  Zoë ", "=1+2"],
}


def table(chance: random.Random, rows: int) -> list[dict[str, str]]:
    """Return random rows; most cells are good ones."""
    made = []
    for number in range(rows):
        row = {"id": chance.choice(["", " "]) if chance.random() < 0.05 else f"p{number}"}
        for name, cells in CELLS.items():
            row[name] = chance.choice(cells) if chance.random() < 0.3 else cells[chance.randrange(3)]
        made.append(row)
    return made


def as_csv(rows: list[dict[str, str]], chance: random.Random) -> str:
    """Write rows as CSV, quoted one way or another."""
    out = io.StringIO()
    quoting = chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
    writer = csv.DictWriter(
        out, ["id", *CELLS], delimiter=chance.choice(",;\t"), quoting=quoting, lineterminator=chance.choice(["\n", "\r\n"])
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def expected(text: str) -> tuple[dict[str, Profile], set[tuple[int, str]]]:
    """Read a table as profiles: those that can be used, and line and sentence of everything else."""
    problems = Problems()
    people = {one.id: one for one in read_table(text.encode(), "p.csv", PACK, problems)}
    return people, {(found.span.line, sentence(found.message, found.help)) for found in problems.errors}


def reasons(found: Read) -> set[str]:
    """Return what is said of rows, as a table of profiles says it: of a row without an id nothing else."""
    nameless = {one.row for one in found.rejected if one.code == "D105"}
    return {one.reason for one in found.rejected if one.code == "D105" or one.row not in nameless}


def agree(found: Read, people: dict[str, Profile]) -> None:
    """See that the rows are those of the profiles."""
    assert found.ids == list(people)
    if not people:
        return
    wanted = frame_of(PACK, [Person(profile=one, as_of=AS_OF) for one in people.values()])
    for name in wanted.columns:
        assert found.column(name) == wanted[name].to_list(), name
    assert found.column("name") == [one.name for one in people.values()]


@pytest.mark.slow
@pytest.mark.parametrize("seed", mostly_soaked(range(60), ordinary=24))
def test_a_table_is_read_as_a_table_of_profiles_is(seed: int, tmp_path: Path) -> None:
    """The same rows, the same values, the same sentences."""
    chance = random.Random(seed)
    text = as_csv(table(chance, 60), chance)
    (tmp_path / "p.csv").write_bytes(text.encode())
    people, wrong = expected(text)
    found = read(tmp_path / "p.csv", chunk_rows=chance.choice([7, 500_000]))
    agree(found, people)
    rows = {one.line for one in found.rejected}
    # Where a cell holds line ends, a profile's place is the cell's line, a row's the line where it begins.
    assert {reason for _, reason in wrong} == reasons(found)
    assert len(rows) + len(people) == found.rows


@pytest.mark.parametrize("seed", mostly_soaked(range(30), ordinary=15))
def test_the_quick_and_the_careful_reader_agree(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refusing every block to the quick reader changes nothing."""
    chance = random.Random(seed)
    text = as_csv(table(chance, 40), chance)
    torn = chance.random() < 0.5
    if torn:
        place = chance.randrange(len(text.splitlines()[0]), len(text))
        text = text[:place] + chance.choice(['"', ",", "\n", "\x00", "\r", '""', "\n\n"]) + text[place:]
    (tmp_path / "p.csv").write_bytes(text.encode())
    quick = read(tmp_path / "p.csv", chunk_rows=11)
    monkeypatch.setattr(csvtable, "fast_frame", lambda *_: None)
    careful = read(tmp_path / "p.csv", chunk_rows=500_000)
    assert quick.ids == careful.ids
    assert [(one.row, one.line, one.column, one.text, one.reason) for one in quick.rejected] == [
        (one.row, one.line, one.column, one.text, one.reason) for one in careful.rejected
    ]
    for name in ("row", "line", "name", "a.years", "a.knowledge.1", "role"):
        assert quick.column(name) == careful.column(name)


@pytest.mark.parametrize("seed", mostly_soaked(range(20), ordinary=10))
def test_json_lines_say_what_a_table_says(seed: int, tmp_path: Path) -> None:
    """Texts, numbers and lists of JSON are read as the cells that say so."""
    chance = random.Random(seed)
    rows = [row for row in table(chance, 50) if row["id"].strip()]
    (tmp_path / "p.jsonl").write_text(
        "".join(json.dumps(dict(_json(row, chance)), ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    people, wrong = expected(as_csv(rows, chance))
    found = read(tmp_path / "p.jsonl")
    agree(found, people)
    assert {reason for _, reason in wrong} == reasons(found)


def _json(row: dict[str, str], chance: random.Random) -> Iterator[tuple[str, object]]:
    for name, cell in row.items():
        if name in {"years", "reports"} and cell in {"3", "3.5", "0", "12", "500", "2.5", "61", "-1"} and chance.random() < 0.8:
            yield name, json.loads(cell)
        elif name == "owner" and cell == "true":
            yield name, True
        elif name == "knowledge" and cell in {"none", "pricing", "pricing;data", "data;data", "magic"}:
            yield name, [] if cell == "none" else cell.split(";")
        elif cell or chance.random() < 0.5:
            yield name, cell or None


@pytest.mark.parametrize("seed", mostly_soaked(range(20), ordinary=10))
def test_parquet_says_what_a_table_says(seed: int, tmp_path: Path) -> None:
    """Typed columns are read as the cells that say so; columns of text as cells."""
    import polars as pl

    chance = random.Random(seed)
    rows = [row for row in table(chance, 50) if row["id"].strip()]
    typed = {"years": pl.Float64, "reports": chance.choice([pl.Int32, pl.Float64, pl.Decimal(20, 2)]), "owner": pl.Boolean}
    for row in rows:
        row.update(
            years=chance.choice(["", "3.5", "0", "61", "0.1"]),
            reports=chance.choice(["", "3", "501"]),
            owner=chance.choice(["", "true", "false"]),
        )
        row.update(since=chance.choice(["", "2024-05-17"]))
    frame = pl.DataFrame({name: [row[name] or None for row in rows] for name in rows[0]})
    numbers = [pl.col(name).cast(dtype) for name, dtype in typed.items() if name != "owner"]
    since = pl.col("since").str.to_date() if chance.random() < 0.5 else pl.col("since").str.to_datetime()
    frame = frame.with_columns(*numbers, pl.col("owner") == "true", since, pl.col("skill").cast(pl.Categorical))
    frame.write_parquet(tmp_path / "p.parquet", row_group_size=13)
    people, wrong = expected(as_csv(rows, chance))
    found = read(tmp_path / "p.parquet", chunk_rows=chance.choice([9, 500]))
    agree(found, people)
    assert {reason for _, reason in wrong} == reasons(found)


def test_records_of_json_lines_are_gathered_as_those_of_profiles_are(tmp_path: Path) -> None:
    """What is computed from entries is computed where the entries are."""
    lines = [
        {"id": "ada", "history": [{"start": "2020-01", "end": "2021-12"}, {"start": "2021-06"}]},
        {"id": "ben", "history": []},
        {"id": "cleo", "history": [{"start": "2020-01", "end": "2020-12"}], "worked": 9},
        {"id": "dora"},
    ]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = read(tmp_path / "p.jsonl")
    assert found.column("a.history") == [True, True, True, None]
    assert found.column("a.worked") == [pytest.approx(83 / 12), 0.0, 9.0, None]


def test_decimal_commas_are_the_dots_of_others(tmp_path: Path) -> None:
    """The sign changes how numbers are written, and nothing else."""
    (tmp_path / "dot.csv").write_text("id;years;reports\na;3.5;1\nb;;2\nc;-0.5;1\n")
    (tmp_path / "comma.csv").write_text("id;years;reports\na;3,5;1\nb;;2\nc;-0,5;1\n")
    dot, comma = read(tmp_path / "dot.csv"), read(tmp_path / "comma.csv", options=Options(decimal=","))
    assert dot.ids == comma.ids == ["a", "b"]
    assert dot.column("a.years") == comma.column("a.years") == [3.5, None]
