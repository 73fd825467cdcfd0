"""What columns takes of a Parquet file, so does DuckDB: types, ids, places and reasons, to the byte."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from evaluator.cli.main import run
from tests.populations.runs import AS_OF, write_rules

duckdb = pytest.importorskip("duckdb", reason="needs the extra duckdb")
pa = pytest.importorskip("pyarrow")
papq = pytest.importorskip("pyarrow.parquet")
Capture = pytest.CaptureFixture[str]


def ids(count: int) -> Any:
    """Return the ids of some people."""
    return pa.array([f"p{number}" for number in range(count)])


def mgr(count: int) -> Any:
    """Return the role of some people."""
    return pa.array(["manager"] * count)


def t(**columns: Any) -> Any:
    """Return a table."""
    return pa.table(columns)


moment = datetime.datetime
"""Moments without a zone, as most tables have them."""
TABLES = {
    "decimal": t(id=ids(3), role=mgr(3), years=pa.array([Decimal("6.10"), Decimal("60.01"), None], pa.decimal128(10, 2))),
    "decimal38": t(id=ids(2), role=mgr(2), years=pa.array([Decimal("6.1"), Decimal("0.3")], pa.decimal128(38, 20))),
    "decimal256": t(id=ids(2), role=mgr(2), years=pa.array([Decimal("6.1"), Decimal("0.3")], pa.decimal256(50, 10))),
    "float32": t(id=ids(3), role=mgr(3), years=pa.array([0.1, 6.5, 0.3], pa.float32())),
    "float16": t(id=ids(2), role=mgr(2), years=pa.array([6.5, 0.5], pa.float16())),
    "nan": t(id=ids(4), role=mgr(4), years=pa.array([float("nan"), float("inf"), -0.0, None])),
    "bigint": t(id=ids(3), role=mgr(3), reports=pa.array([2**53 + 1, -(2**63), 5], pa.int64())),
    "uint64": t(id=ids(2), role=mgr(2), reports=pa.array([2**64 - 1, 5], pa.uint64())),
    "int8": t(id=ids(2), role=mgr(2), reports=pa.array([127, -1], pa.int8())),
    "intfloat": t(id=ids(3), role=mgr(3), reports=pa.array([6.0, 6.5, 1e300])),
    "intyears": t(id=ids(3), role=mgr(3), years=pa.array([6, 61, None], pa.int32())),
    "boolid": t(id=pa.array([True, False]), role=mgr(2), years=pa.array([1.0, 2.0])),
    "intid": t(id=pa.array([1, 2, 2**53 + 1]), role=mgr(3), years=pa.array([1.0, 2.0, 3.0])),
    "uintid": t(id=pa.array([1, 2**64 - 1], pa.uint64()), role=mgr(2), years=pa.array([1.0, 2.0])),
    "floatid": t(id=pa.array([1.0, 2.0, 2.5]), role=mgr(3), years=pa.array([1.0, 2.0, 3.0])),
    "floatidbig": t(id=pa.array([1e15, 1e16, 1e22, 0.1]), role=mgr(4), years=pa.array([1.0] * 4)),
    "nanid": t(id=pa.array([float("nan"), 1.0, float("inf")]), role=mgr(3), years=pa.array([1.0] * 3)),
    "decid": t(id=pa.array([Decimal("1.00"), Decimal("2.50")], pa.decimal128(10, 2)), role=mgr(2), years=pa.array([1.0, 2.0])),
    "decid0": t(id=pa.array([Decimal(1), Decimal(2)], pa.decimal128(10, 0)), role=mgr(2), years=pa.array([1.0, 2.0])),
    "dateid": t(id=pa.array([datetime.date(2024, 1, 1), datetime.date(2024, 1, 2)]), role=mgr(2), years=pa.array([1.0, 2.0])),
    "tsid": t(id=pa.array([moment(2024, 1, 1, 5), moment(2024, 1, 2)]), role=mgr(2), years=pa.array([1.0, 2.0])),
    "timeid": t(id=pa.array([datetime.time(5), datetime.time(6)]), role=mgr(2), years=pa.array([1.0, 2.0])),
    "binid": t(id=pa.array([b"a", b"\xff"]), role=mgr(2), years=pa.array([1.0, 2.0])),
    "dictid": t(id=pa.array(["a", "b"]).dictionary_encode(), role=mgr(2).dictionary_encode(), years=pa.array([1.0, 2.0])),
    "listid": t(id=pa.array([["a"], ["b"]]), role=mgr(2), years=pa.array([1.0, 2.0])),
    "structid": t(id=pa.array([{"x": 1}, {"x": 2}]), role=mgr(2), years=pa.array([1.0, 2.0])),
    "nullid": t(id=pa.array(["a", None, "", "  ", "b "]), role=mgr(5), years=pa.array([1.0] * 5)),
    "nulcharid": t(id=pa.array(["a\0", "b\x1b", "c\u202e", "d\n"]), role=mgr(4), years=pa.array([1.0] * 4)),
    "dupid": t(id=pa.array(["a", "a", " a"]), role=mgr(3), years=pa.array([1.0, 2.0, 3.0])),
    "nulltype": t(id=ids(2), role=mgr(2), years=pa.nulls(2)),
    "textyears": t(id=ids(6), role=mgr(6), years=pa.array(["6", "6.5", "x", "", None, "7,5"])),
    "textowns": t(id=ids(4), role=mgr(4), owns=pa.array(["true", "yes", "no", "x"])),
    "intowns": t(id=ids(3), role=mgr(3), owns=pa.array([0, 1, 2])),
    "boolowns": t(id=ids(3), role=mgr(3), owns=pa.array([True, False, None])),
    "textareas": t(id=ids(4), role=mgr(4), areas=pa.array(["pricing; research", "none", "x", ""])),
    "listareas": t(id=ids(5), role=mgr(5), areas=pa.array([["pricing"], [], None, ["pricing", "pricing"], ["x"]])),
    "listnull": t(id=ids(2), role=mgr(2), areas=pa.array([["pricing", None], [None]])),
    "listareasfold": t(id=ids(2), role=mgr(2), areas=pa.array([["Pricing"], [" research "]])),
    "largelist": t(id=ids(2), role=mgr(2), areas=pa.array([["pricing"], ["research"]], pa.large_list(pa.string()))),
    "fixedlist": t(id=ids(2), role=mgr(2), areas=pa.array([["pricing"], ["research"]], pa.list_(pa.string(), 1))),
    "dictareas": t(id=ids(2), role=mgr(2), areas=pa.array(["pricing", "none"]).dictionary_encode()),
    "level": t(id=ids(5), role=mgr(5), level=pa.array(["some", "Good", " good ", "x", None])),
    "dictlevel": t(id=ids(3), role=mgr(3), level=pa.array(["some", "good", "x"]).dictionary_encode()),
    "intlevel": t(id=ids(3), role=mgr(3), level=pa.array([0, 1, 2])),
    "boollevel": t(id=ids(2), role=mgr(2), level=pa.array([True, False])),
    "structyears": t(id=ids(2), role=mgr(2), years=pa.array([{"a": 1.0}, {"a": 2.0}])),
    "listyears": t(id=ids(2), role=mgr(2), years=pa.array([[1.0], [2.0]])),
    "mapyears": t(id=ids(2), role=mgr(2), years=pa.array([[("a", 1.0)], [("b", 2.0)]], pa.map_(pa.string(), pa.float64()))),
    "binyears": t(id=ids(2), role=mgr(2), years=pa.array([b"6", b"7"])),
    "dateyears": t(id=ids(2), role=mgr(2), years=pa.array([datetime.date(2024, 1, 1), None])),
    "durationyears": t(id=ids(2), role=mgr(2), years=pa.array([datetime.timedelta(days=1), None])),
    "roles": t(id=ids(6), role=pa.array(["Manager", "manager ", "nobody", "", None, "director"]), years=pa.array([1.0] * 6)),
    "introle": t(id=ids(2), role=pa.array([1, 2]), years=pa.array([1.0] * 2)),
    "listrole": t(id=ids(2), role=pa.array([["manager"], ["x"]]), years=pa.array([1.0] * 2)),
    "name": t(id=ids(3), name=pa.array(["Ada\n", "=1+1", None]), role=mgr(3), years=pa.array([1.0] * 3)),
    "intname": t(id=ids(2), name=pa.array([1, 2]), role=mgr(2), years=pa.array([1.0] * 2)),
    "asof": t(
        id=ids(3), role=mgr(3), as_of=pa.array([datetime.date(2025, 1, 1), None, datetime.date(3025, 1, 1)]), years=pa.array([1.0] * 3)
    ),
    "asoftext": t(id=ids(3), role=mgr(3), as_of=pa.array(["2025-01-01", "x", ""]), years=pa.array([1.0] * 3)),
    "asofts": t(id=ids(2), role=mgr(2), as_of=pa.array([moment(2025, 1, 1), moment(2025, 1, 1, 5)]), years=pa.array([1.0] * 2)),
    "gathered": t(
        id=ids(2), role=mgr(2), gathered=pa.array([datetime.date(2025, 1, 1), datetime.date(1, 1, 1)]), years=pa.array([1.0] * 2)
    ),
    "group": t(id=ids(2), role=mgr(2), years=pa.array([1.0] * 2), **{"group:sex": pa.array(["f", "m"])}),
    "unknowncol": t(id=ids(2), role=mgr(2), years=pa.array([1.0] * 2), team=pa.array(["x", "y"])),
    "nearcol": t(id=ids(2), role=mgr(2), yeers=pa.array([1.0] * 2)),
    "case": t(ID=ids(2), Role=mgr(2), YEARS=pa.array([1.0] * 2)),
    "twice": t(id=ids(2), role=mgr(2), years=pa.array([1.0] * 2), Years=pa.array([1.0] * 2)),
    "noid": t(role=mgr(2), years=pa.array([1.0] * 2)),
    "empty": t(id=pa.array([], pa.string()), role=pa.array([], pa.string()), years=pa.array([], pa.float64())),
    "digits17": t(id=ids(4), role=mgr(4), years=pa.array([0.1 + 0.2, 7.300000000000001, 1 / 3, 59.99999999999999])),
    "bigfloat": t(id=ids(2), role=mgr(2), reports=pa.array([1e15, 123456789012345678.0])),
    "extra": t(id=ids(2), role=mgr(2), years=pa.array([1.0] * 2), only=pa.array([1, 2])),
}


@pytest.mark.parametrize("name", TABLES)
def test_engines_take_the_same_of_a_parquet_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Results, rejected rows and the exit code are those of the columns engine."""
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    papq.write_table(TABLES[name], "people.parquet")
    came = {}
    for engine in ("columns", "duckdb"):
        code = run(
            [
                "evaluate",
                "people.parquet",
                "--engine",
                engine,
                "-o",
                f"{engine}.csv",
                "--role",
                "director",
                "--check",
                "0",
                "--as-of",
                str(AS_OF),
            ]
        )
        out, rejected = Path(f"{engine}.csv"), Path(f"{engine}.csv.rejected.csv")
        said = capsys.readouterr().err.replace(engine, "")
        came[engine] = (code, out.read_bytes() if out.exists() else b"", rejected.read_bytes() if rejected.exists() else b"", said)
    assert came["columns"] == came["duckdb"]


def test_lists_of_entries_are_refused_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """No cell holds them, whichever engine judges; who has none is judged."""
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    fields = "{people: {type: integer}, start: {type: date, precision: month}, end: {type: date, precision: month}}"
    with Path("rules/attributes.yaml").open("a") as rules:
        rules.write(f"  jobs: {{title: Jobs, type: records, question: Which?, fields: {fields}}}\n")
        rules.write("  led: {title: Led, type: number, unit: people, derive: {total: {records: jobs, field: people}, missing: skip}}\n")
    with Path("rules/roles/director.yaml").open("a") as role:
        role.write("  - {id: lead, title: Leads, kind: skill, required: true, weight: 50, when: {led: {at_least: 3}}, basis: judgement}\n")
    jobs = [[{"people": 2, "start": "2020-01"}, {"people": 1, "start": "2021-01"}], [], [{"people": None, "start": "2020-01"}], None]
    papq.write_table(pa.table({"id": ids(4), "role": mgr(4), "years": [9.0] * 4, "jobs": jobs}), "people.parquet")
    for engine in ("columns", "duckdb"):
        run(["evaluate", "people.parquet", "--engine", engine, "-o", f"{engine}.csv", "--role", "director", "--as-of", str(AS_OF)])
    capsys.readouterr()
    assert Path("columns.csv").read_bytes() == Path("duckdb.csv").read_bytes()
    rejected = [Path(f"{engine}.csv.rejected.csv").read_text() for engine in ("columns", "duckdb")]
    assert rejected[0] == rejected[1]
    assert rejected[0].count("is a list of entries, which no cell can hold") == 2
