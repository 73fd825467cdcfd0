"""Runs that nobody watches: what is said and noted down, what has to hold for results to be taken, and the summary for a program."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import types
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from jsonschema import Draft202012Validator

from evaluator.cli import messages
from evaluator.cli.main import run
from evaluator.populations.acceptance import MostRejected
from evaluator.report.json_documents import schema
from tests.clock.sitecustomize import NOW
from tests.populations.runs import write_rules

Capture = pytest.CaptureFixture[str]
TABLE = "id,role,years,reports,Cost center\na,manager,9,2,17\nb,manager,3,1,\nc,manager,many,x,\nd,manager,4,y,N/A\n"
"""Two of four rows cannot be judged: c for two cells, d for one."""
MORE = ("--as-of", "2026-11-01", "--seed", "1", "--check", "0")
TIME = NOW.isoformat(timespec="seconds")


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    (tmp_path / "people.csv").write_text(TABLE)
    (tmp_path / "out.csv").write_text("of last time\n")
    return tmp_path


def evaluate(*more: str, people: str = "people.csv", out: str = "out.csv") -> int:
    return run(["evaluate", people, "-o", out, *MORE, *more])


def stays() -> bool:
    return Path("out.csv").read_text() == "of last time\n"


@pytest.mark.parametrize(
    ("text", "rejected", "rows", "holds"),
    [
        ("2", 2, 4, True),
        ("1", 2, 4, False),
        ("0", 0, 4, True),
        ("50%", 2, 4, True),
        ("49.9 %", 2, 4, False),
        ("0.1%", 1, 1000, True),
        ("0.1%", 1, 999, False),
        ("0%", 0, 0, True),
    ],
)
def test_the_limit_is_held_exactly(text: str, rejected: int, rows: int, holds: bool) -> None:  # noqa: FBT001 - the outcome
    """A share is of the rows that were read; as many as the limit says are no more than it says."""
    most = MostRejected.parsed(text)
    assert most is not None
    assert most.holds(rejected, rows) is holds


@pytest.mark.parametrize("text", ["", "many", "-1", "1.5", "1e3", "101%", "1 % of rows", "٣"])
def test_a_limit_that_is_none_is_refused(text: str, place: Path, capfd: Capture) -> None:  # noqa: ARG001
    """Nothing is run for it."""
    assert evaluate(f"--max-rejected={text}") == 2
    assert "write it as 20 or 1%" in capfd.readouterr().err
    assert stays()


@pytest.mark.usefixtures("place")
def test_rows_within_the_limit_are_no_failure(capfd: Capture) -> None:
    """The exit code is 0 then, and 1 without the limit, as ever."""
    assert evaluate() == 1
    assert evaluate("--max-rejected", "2") == 0
    assert "✓ --max-rejected 2: 2 of 4 rows are rejected (50 %)" in capfd.readouterr().out
    assert not stays()


@pytest.mark.usefixtures("place")
def test_beyond_the_limit_the_results_of_last_time_stay(capfd: Capture) -> None:
    """Rejected rows are written, as they are what has to be mended."""
    assert evaluate("--max-rejected", "49.9%") == 1
    said = capfd.readouterr().err
    assert "what was asked of the run does not hold; out.csv stays as it was" in said
    assert "--max-rejected 49.9%: 2 of 4 rows are rejected (50 %), which is more" in said
    assert stays()
    assert len(Path("out.csv.rejected.csv").read_text().splitlines()) == 4


@pytest.mark.usefixtures("place")
def test_beyond_the_limit_nothing_goes_to_standard_output(capfd: Capture) -> None:
    """Whoever reads the pipe gets nothing, and not half of it."""
    assert run(["evaluate", "people.csv", "--format", "csv", *MORE, "--max-rejected", "1"]) == 1
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("engine", ["columns", "duckdb"])
@pytest.mark.usefixtures("place")
def test_a_required_column_is_known_by_each_of_its_names(engine: str) -> None:
    """By the header's words or the pack's, whatever the case; one that is no attribute is read for that, and goes into no result."""
    required = [word for name in ("years", "Years", "role", "cost  CENTER") for word in ("--require", name)]
    assert evaluate(*required, "--max-rejected", "2", "--engine", engine) == 0
    assert "ost" not in Path("out.csv").read_text().splitlines()[0]


@pytest.mark.usefixtures("place")
def test_a_required_column_is_required_of_a_table_in_a_database(capfd: Capture) -> None:
    """What it holds is counted there too."""
    base = duckdb.connect("base.duckdb")
    base.execute("create table people as select 'a' as id, 'manager' as role, 9.0 as years, null::varchar as shoe")
    base.close()
    assert evaluate("--require", "years", "--engine", "duckdb", people="base.duckdb::people") == 0
    assert evaluate("--require", "shoe", "--engine", "duckdb", people="base.duckdb::people") == 2
    assert "`shoe` holds nothing for any of 1 person" in capfd.readouterr().err


@pytest.mark.parametrize("name", ["level", "Shoe size"])
def test_without_a_required_column_nothing_is_written(name: str, place: Path, capfd: Capture) -> None:
    """Be it an attribute of the pack or no such thing; with several files, each has to have it."""
    (place / "more.csv").write_text(f"id,role,years,{name}\nz,manager,3,\n")
    for people in (["people.csv"], ["more.csv", "people.csv"]):
        assert run(["evaluate", *people, "-o", "out.csv", *MORE, "--require", name, "--summary", "run.json"]) == 2
        assert f"--require names the column `{name}`, which the table has not" in capfd.readouterr().err
    assert stays()
    assert not Path("out.csv.rejected.csv").exists()
    assert not Path("run.json").exists()


def test_a_required_column_has_to_hold_something(place: Path, capfd: Capture) -> None:
    """For somebody who is judged; else no results, no rejected rows, and a summary that says so."""
    text = TABLE.replace(",9,", ",,").replace(",3,", ",N/A,").replace(",17", ",-")
    (place / "people.csv").write_text(text)
    assert evaluate("--require", "years", "--require", "Cost center", "--require", "reports", "--summary", "run.json") == 2
    assert "error: `years` and `Cost center` hold nothing for any of 2 people, and --require asks for it; out.csv stays as it was" in (
        capfd.readouterr().err
    )
    assert stays()
    assert not Path("out.csv.rejected.csv").exists()
    told = json.loads(Path("run.json").read_text())
    assert (told["exit_code"], told["results_written"]) == (2, False)
    assert told["refused"].startswith("`years` and `Cost center` hold nothing")


def test_facts_of_groups_cannot_be_required(place: Path, capfd: Capture) -> None:  # noqa: ARG001
    """No run reads them, so that none can say what they hold."""
    assert evaluate("--require", "group:sex") == 2
    assert "asks for a fact of people's groups" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("table", "warning"),
    [
        (TABLE, "2 of 4 rows are rejected (50 %)"),
        ("id,role,years\na,manager,3\nb,Baker,3\n", "1 person has a role that the pack does not have: Baker (1)"),
        ("id,role,years,hat\na,manager,3,7\n", "people.csv: the column `hat` is no attribute of the pack and is not read"),
    ],
)
def test_warnings_are_failures_where_that_is_asked_for(table: str, warning: str, place: Path, capfd: Capture) -> None:
    """Each by name; without --strict the same run is taken."""
    (place / "people.csv").write_text(table)
    assert evaluate("--strict", "--keep", "Cost center" if "Cost" in table else "id") == 1
    assert f"  --strict: {warning}\n" in capfd.readouterr().err
    assert stays()
    evaluate()
    assert not stays()


def test_the_implausible_are_warnings(place: Path, capfd: Capture) -> None:
    """What the pack does not expect of attributes together."""
    odd = "plausible:\n  - {expect: {years: {at_most: 40}}, otherwise: more years than anybody works}\n"
    with (place / "rules" / "attributes.yaml").open("a") as file:
        file.write(odd)
    (place / "people.csv").write_text("id,role,years\na,manager,41\nb,manager,4\n")
    assert evaluate("--strict") == 1
    assert "--strict: 1 person is hardly plausible: more years than anybody works" in capfd.readouterr().err


def test_a_run_without_warnings_is_strictly_good(place: Path, capfd: Capture) -> None:
    """And says so; rejected rows that a limit lets pass are no warning."""
    (place / "people.csv").write_text("id,role,years\na,manager,3\nb,manager,x\n")
    assert evaluate("--strict", "--max-rejected", "1") == 0
    assert "✓ --strict: no warnings" in capfd.readouterr().out


def test_the_summary_has_every_count(place: Path) -> None:
    """Worked out by hand from the table; it fits its schema, and pins down what was read."""
    assert evaluate("--summary", "run.json", "--role", "director") == 1
    told = json.loads((place / "run.json").read_text())
    Draft202012Validator(schema("run")).validate(told)
    assert told["rows"] == {"read": 4, "judged": 2, "rejected": 2, "left_out": 0, "left_out_as_unknown": 0}
    causes = [(one["code"], one["column"], one["rows"]) for one in told["causes"]]
    assert causes == [("P102", "reports", 2), ("P102", "years", 1)]
    assert [(one["role"], one["people"]) for one in told["verdicts"]] == [("director", 2)]
    assert sum(told["verdicts"][0]["verdicts"].values()) == 2
    assert told["gaps"]["director/years"] == 1
    assert told["inputs"] == [
        {"path": "people.csv", "bytes": len(TABLE), "sha256": hashlib.sha256(TABLE.encode()).hexdigest(), "query": None},
    ]
    assert (told["exit_code"], told["results"], told["results_written"]) == (1, "out.csv", True)
    assert told["rejected_rows"] == "out.csv.rejected.csv"
    assert told["begun"] == told["ended"] == TIME
    assert told["provenance"]["engine"] == "columns"
    assert [one["code"] for one in told["findings"]] == ["D201"]
    assert (place / "run.json").stat().st_mode & 0o777 == 0o600


def test_the_summary_of_a_folder_can_be_checked_by_hand(place: Path) -> None:
    """By the lines that `sha256sum *` prints of its profiles."""
    (place / "people").mkdir()
    for name in ("b", "a"):
        (place / "people" / f"{name}.yaml").write_text(f"profile: {name}\nrole: manager\nattributes: {{years: 3}}\n")
    assert evaluate("--summary", "run.json", people="people") == 0
    lines = "".join(f"{hashlib.sha256((place / 'people' / name).read_bytes()).hexdigest()}  {name}\n" for name in ("a.yaml", "b.yaml"))
    (one,) = json.loads((place / "run.json").read_text())["inputs"]
    assert one["sha256"] == hashlib.sha256(lines.encode()).hexdigest()


@pytest.mark.usefixtures("place")
def test_a_quiet_run_says_nothing_but_what_is_missing(capfd: Capture) -> None:
    """Of a good run nothing at all; where rows are left out, and none was allowed, that is said in a line."""
    assert evaluate("-q", "--max-rejected", "2") == 0
    assert capfd.readouterr() == ("", "")
    assert evaluate("--quiet") == 1
    assert capfd.readouterr() == ("", "2 of 4 rows are rejected, each with its reason in out.csv.rejected.csv\n")


@pytest.mark.parametrize(
    "verb", ["rank people.csv --role director", "impact --on people.csv --role director --among everyone", "evaluate a.yaml"]
)
def test_quiet_verbs_still_give_their_result(verb: str, place: Path, capfd: Capture) -> None:
    """Only what stands beside it is left out; the next run in this process says everything again."""
    (place / "people.csv").write_text("id,role,years,group:sex\na,manager,3,f\nb,Baker,3,m\n")
    (place / "a.yaml").write_text("profile: a\nrole: manager\nattributes: {years: 3}\n")
    run([*verb.split(), "--format", "csv" if not verb.startswith("impact") else "json"])
    loud = capfd.readouterr()
    run([*verb.split(), "--format", "csv" if not verb.startswith("impact") else "json", "-q"])
    quiet = capfd.readouterr()
    assert quiet.out == loud.out != ""
    assert quiet.err == ""
    assert loud.err != ""


def test_warnings_are_left_out_and_errors_are_not(place: Path, capfd: Capture) -> None:
    """Of findings of both kinds the errors alone are shown; the log has all."""
    (place / "people.csv").write_text("id,role,years,hat\na,manager,3,7\n")
    (place / "broken.csv").write_text("name\nx\n")
    assert run(["evaluate", "people.csv", "broken.csv", "-o", "out.csv", *MORE, "-q", "--log", "run.log"]) == 1
    said = capfd.readouterr().err
    assert "D105" in said
    assert "D201" not in said
    log = Path("run.log").read_text()
    assert "D105" in log
    assert "D201" in log


def test_the_log_has_what_was_said_with_its_time(place: Path, capfd: Capture) -> None:
    """It is added to, in a file for its owner alone; results are no part of it."""
    assert evaluate("--log", "run.log") == 1
    shown = capfd.readouterr().out
    first = (place / "run.log").read_text()
    words = [line.removeprefix(f"{TIME} ") for line in first.splitlines()]
    assert all(line.startswith(f"{TIME} ") for line in first.splitlines())
    assert words[0] == f"begun: evaluator evaluate people.csv -o out.csv {' '.join(MORE)} --log run.log"
    assert words[-1] == "ended: exit code 1"
    assert [line for line in shown.splitlines() if line.strip()] == [line for line in words[1:-1] if line in shown]
    assert run(["evaluate", "people.csv", "--role", "directr", "--log", "run.log"]) == 2
    both = (place / "run.log").read_text()
    assert both.startswith(first)
    assert "there is no role called `directr`" in both
    assert both.endswith("ended: exit code 2\n")
    assert (place / "run.log").stat().st_mode & 0o777 == 0o600


def test_the_log_has_no_passwords(place: Path) -> None:
    """Of an address, all is left out that could name a user, a password or a server."""
    assert run(["evaluate", "postgresql://ada:se@cret@host/people", "--log", "run.log", "-o", "x.csv"]) == 2
    first = (place / "run.log").read_text().splitlines()[0]
    assert "'postgresql://…'" in first
    assert not any(word in first for word in ("ada", "se@cret", "host"))


def test_results_on_standard_output_are_no_part_of_the_log(place: Path, capfd: Capture) -> None:
    """A log is kept for long, and people's verdicts are not for it."""
    (place / "people.csv").write_text("id,role,years,name\na,manager,3,Zyxname\n")
    assert run(["evaluate", "people.csv", "--format", "csv", *MORE, "--log", "run.log"]) == 0
    assert "Zyxname" in capfd.readouterr().out
    assert "Zyxname" not in (place / "run.log").read_text()


@pytest.mark.parametrize("log", ["people.csv", "rules/attributes.yaml", "nowhere/run.log", "rules", "-", "/dev/null"])
def test_a_log_that_cannot_be_one_is_refused(log: str, place: Path, capfd: Capture) -> None:  # noqa: ARG001
    """Before a byte is added to anything."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert evaluate("--log", log) == 2
    assert capfd.readouterr().err.startswith("error: ")
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


@pytest.mark.usefixtures("place")
def test_a_log_on_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """The run ends in a sentence, and not in a silence."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", "run.log")

    monkeypatch.setattr(messages, "os", types.SimpleNamespace(**{**vars(os), "write": full}))
    assert evaluate("--log", "run.log") == 2
    said = capfd.readouterr().err
    assert said.startswith("error: run.log: no space left on device")
    assert "make room there" in said
    assert stays()


@pytest.mark.parametrize("make", [lambda: ("json",), lambda: ("markdown",)], ids=["json", "markdown"])
def test_what_is_written_of_a_few_is_no_run(make: Callable[[], tuple[str]], place: Path, capfd: Capture) -> None:  # noqa: ARG001
    """The options say what they are for."""
    assert run(["evaluate", "people.csv", "--format", *make(), "--strict"]) == 2
    assert re.search("written of a few people at a time", capfd.readouterr().err)


@pytest.mark.usefixtures("place")
def test_a_run_that_goes_on_requires_the_same(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """What was counted before is only good for what was asked before."""
    from evaluator.populations.evaluate import runner

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(runner, "write", stopped)
        assert evaluate("--require", "years") == 130
    assert evaluate("--require", "reports", "--resume") == 2
    assert "--require was years and is reports now" in capfd.readouterr().err
    assert evaluate("--require", "years", "--resume", "--max-rejected", "2") == 0
