"""bench --seats: seats stand beside readiness, and never move it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import polars as pl
import pytest

from evaluator.cli.main import run
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.populations.bench.seats import RoleSeats, Shortage, seats_of
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.seats import read_seats
from tests.populations.bench.bakery_pack import AS_OF, LATELY, write_people, write_rules
from tests.populations.bench.test_bench import bench_of

Capture = pytest.CaptureFixture[str]
PEOPLE = {
    "ada": {"role": "apprentice", "years": 4},
    "ben": {"role": "apprentice", "years": 2},
    "cy": {"role": "baker", "years": 20},
    "dee": {"role": "baker", "years": 12, "leads": True, "certified": LATELY},
}
"""For baker one is ready now and one in a year; for master one, for two years less a month."""


@pytest.fixture(name="bakery", scope="module")
def _bakery(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_rules(tmp_path_factory.mktemp("rules")))


def day(text: str) -> datetime.date:
    """Read a day."""
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("table", "role", "expected"),
    [
        ("role,seats\nbaker,2\n", "baker", (2, [], None)),  # two hold it
        ("role,seats\nBaker,3\n", "baker", (3, ["2026-11-01"], None)),  # and one is ready
        ("role,seats\nbaker,4\n", "baker", (4, ["2026-11-01"] * 2, ("2026-11-01", 2, 1))),
        ("role,holder\nbaker,Cy\nbaker,\n", "baker", (2, ["2026-11-01"], None)),
        ("role,holder,leaving\nbaker,Cy,2027-06-30\nbaker,Dee,2027-06-30\n", "baker", (2, ["2027-06-30"] * 2, ("2027-06-30", 2, 1))),
        ("role,holder,leaving\nbaker,Cy,2027-11-01\nbaker,Dee,2028-01-01\n", "baker", (2, ["2027-11-01", "2028-01-01"], None)),
        ("role,holder,due\nbaker,Cy,2020-01-01\n", "baker", (1, ["2026-11-01"], None)),  # overdue is free today
        ("role,due\nmaster,2028-10-31\n", "master", (1, ["2028-10-31"], None)),
        ("role,due\nmaster,2028-11-01\n", "master", (1, ["2028-11-01"], ("2028-11-01", 1, 0))),  # the certificate is too old by then
    ],
)
def test_seats_come_free_beside_who_is_ready(
    tmp_path: Path, bakery: Pack, table: str, role: str, expected: tuple[int, list[str], tuple[str, int, int] | None]
) -> None:
    """Worked out by hand; the last day looked at before a seat comes free says who is ready for it."""
    (tmp_path / "seats.csv").write_text(table, encoding="utf-8")
    found = bench_of(write_people(tmp_path / "people.jsonl", PEOPLE), bakery, AS_OF)
    seats = seats_of(read_seats(str(tmp_path / "seats.csv"), bakery, Problems()), found.roles, AS_OF)
    number, free, short = expected
    assert seats == {
        role: RoleSeats(
            seats=number,
            free=tuple(map(day, free)),
            short=None if short is None else Shortage(on=day(short[0]), free=short[1], ready=short[2]),
        )
    }


@pytest.mark.parametrize(
    ("row", "place", "message"),
    [
        ("chef,Ada,1,", "2:1", "`chef` is no role of the pack"),
        (",Ada,1,", "2:1", "the seat says no role"),
        ("baker,,many,", "2:8", "`many` is no number of seats"),
        ("baker,,0,", "2:8", "`0` is no number of seats"),
        ("baker,Ada,2,", "2:11", "one person holds one seat, and this row has 2"),
        ("baker,Ada,1,soon", "2:13", "`soon` is no date"),
        ("baker,Ada,1,2027-06", "2:13", "`2027-06` names no day"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_place(tmp_path: Path, bakery: Pack, row: str, place: str, message: str) -> None:
    """To the column, and the other rows are read."""
    path = tmp_path / "seats.csv"
    path.write_text(f"role,holder,seats,leaving\n{row}\nmaster,Eve,,\n", encoding="utf-8")
    problems = Problems()
    assert [seat.role for seat in read_seats(str(path), bakery, problems)] == ["master"]
    (error,) = problems.errors
    assert (error.code, f"{error.span.line}:{error.span.column}", error.message) == ("D107", place, message)
    assert error.help


def test_every_format_holds_the_same_seats(tmp_path: Path, bakery: Pack) -> None:
    """CSV, JSON Lines, a workbook and Parquet."""
    rows = [{"role": "baker", "holder": "Cy", "leaving": "2027-06-30"}, {"role": "Master baker", "holder": None, "leaving": None}]
    frame = pl.DataFrame(rows)
    frame.write_csv(tmp_path / "a.csv")
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_excel(tmp_path / "a.xlsx")
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for ending in ("csv", "parquet", "xlsx", "jsonl"):
        problems = Problems()
        found = read_seats(str(tmp_path / f"a.{ending}"), bakery, problems)
        assert [(seat.role, seat.holder, seat.free_on) for seat in found] == [("baker", "Cy", day("2027-06-30")), ("master", None, None)]
        assert not problems.errors


def _run(folder: Path, seats: str, *more: str) -> int:
    rules, people = write_rules(folder / "rules"), write_people(folder / "people.jsonl", PEOPLE)
    (folder / "seats.csv").write_text(seats, encoding="utf-8")
    command = ["bench", str(people), "--rules", str(rules), "--as-of", str(AS_OF), "--seats", str(folder / "seats.csv")]
    return run([*command, *more])


def test_the_report_has_seats_beside_the_benches(tmp_path: Path, capsys: Capture) -> None:
    """And where a seat comes free for which nobody is ready; candidates are the same as without seats."""
    seats = "role,holder,leaving\nbaker,Cy,2027-06-30\nbaker,Dee,2027-06-30\nmaster,,\nseller,Flo,\n"
    assert _run(tmp_path, seats) == 0
    flat = " ".join(capsys.readouterr().out.split())
    assert "Seats without a successor (1)" in flat
    assert "Baker: 2 seats are free by 2027-06-30, and 1 person is ready by then" in flat
    assert _run(tmp_path, seats, "--format", "json") == 0
    with_seats = json.loads(capsys.readouterr().out)
    run(["bench", str(tmp_path / "people.jsonl"), "--rules", str(tmp_path / "rules"), "--as-of", str(AS_OF), "--format", "json"])
    without = json.loads(capsys.readouterr().out)
    found = {one["role"]: one.pop("seats") for one in with_seats["roles"]}
    assert {one.pop("seats") for one in without["roles"]} == {None}
    assert with_seats == without
    assert found["baker"] == {
        "seats": 2,
        "free": ["2027-06-30", "2027-06-30"],
        "short": {"on": "2027-06-30", "free": 2, "ready": 1},
    }
    assert found["master"] == {"seats": 1, "free": ["2026-11-01"], "short": None}


def test_seats_that_cannot_be_used_end_in_exit_code_1(tmp_path: Path, capsys: Capture) -> None:
    """The report is there for the others; a table that is none is refused."""
    assert _run(tmp_path, "role,seats\nbaker,many\nmaster,1\n") == 1
    told = capsys.readouterr()
    assert "seats.csv:2:7: error D107" in told.err
    assert "Seats" in told.out
    assert _run(tmp_path, "place,number\nbaker,1\n") == 2
    assert "seats need a column `role`" in capsys.readouterr().err
