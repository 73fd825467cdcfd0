"""Whatever counts decisions counts those in force, and what was corrected apart from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluator.candidates.decisions.reading import read_log
from evaluator.candidates.decisions.recording import in_force
from evaluator.cli.main import run
from evaluator.core.decisions import Choice
from evaluator.diagnostics import Problems
from evaluator.reading.decisions import read_decisions
from tests.candidates.decisions.logs import decided, pack, people
from tests.product import PRODUCT

Capture = pytest.CaptureFixture[str]


def corrected(folder: Path) -> Path:
    """Make the log of four whose third record, a promotion against the verdict, was withdrawn: in force are 2 deferred, 1 promoted."""
    log = folder / "panel.jsonl"
    by_name = {one.id: one for one in people()}
    decided(log, by_name["ada-lindqvist"], 1, decision=Choice.PROMOTED)
    decided(log, by_name["marco-silva"], 2, decision=Choice.DEFERRED)
    decided(log, by_name["mei-lin-tan"], 3, decision=Choice.PROMOTED)
    decided(log, by_name["mei-lin-tan"], 3, decision=Choice.DEFERRED, corrects=3)
    return log


def listed(log: Path, capfd: Capture, *more: str) -> str:
    """Return what the list of a log says."""
    capfd.readouterr()
    run(["decisions", "list", str(log), *more])
    return capfd.readouterr().out


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_counts_are_of_what_is_in_force(tmp_path: Path, capfd: Capture, form: str) -> None:
    """Three in force, none departed, one corrected and counted apart."""
    said = " ".join(listed(corrected(tmp_path), capfd, "--format", form).replace("**", "").split())
    for words in (
        "In force",
        "3: 2 deferred and 1 promoted",
        "0 of 3 decisions depart from the recommendation",
        "1 record, counted nowhere above",
    ):
        assert words in said
    assert "promoted (corrected by 4)" in said


def test_json_has_every_record_and_counts_those_in_force(tmp_path: Path, capfd: Capture) -> None:
    """Records as the log has them, with their hashes untouched."""
    log = corrected(tmp_path)
    said = json.loads(listed(log, capfd, "--format", "json"))
    assert [one["hash"] for one in said["records"]] == [one.hash for one in read_log(log).records]
    assert (said["in_force"], said["corrected"]) == ([1, 2, 4], [{"number": 3, "by": 4}])
    decisions = {"promoted": 1, "deferred": 2, "declined": 0}
    assert said["counts"] == {"in_force": 3, "decisions": decisions, "departed": 0, "corrected": 1, "not_trusted": 0}


def test_a_correction_of_a_correction_leaves_one(tmp_path: Path, capfd: Capture) -> None:
    """Of three records on one decision the last is in force."""
    log = corrected(tmp_path)
    mei = next(one for one in people() if one.id == "mei-lin-tan")
    decided(log, mei, 3, decision=Choice.DECLINED, corrects=4)
    assert [one.number for one in in_force(read_log(log))] == [1, 2, 5]
    said = listed(log, capfd)
    assert "3: 1 declined, 1 deferred and 1 promoted" in said
    assert "2 records, counted nowhere above" in said


def test_a_correction_that_departs_counts_as_one(tmp_path: Path, capfd: Capture) -> None:
    """A deferral that was recorded by mistake, and was a promotion against the verdict."""
    log, mei = corrected(tmp_path), next(one for one in people() if one.id == "mei-lin-tan")
    decided(log, mei, 3, decision=Choice.PROMOTED, corrects=4)
    assert json.loads(listed(log, capfd, "--format", "json"))["counts"]["departed"] == 1
    assert "1 of 3 decisions departs from the recommendation" in listed(log, capfd)


def test_lines_that_cannot_be_trusted_are_counted_apart(tmp_path: Path, capfd: Capture) -> None:
    """An altered line and torn bytes: two lines that no count has."""
    log = corrected(tmp_path)
    log.write_bytes(log.read_bytes().replace(b"panel saw", b"PANEL saw", 1) + b"half")
    said = listed(log, capfd)
    assert "2: 2 deferred" in said
    assert "2 lines that cannot be trusted" in said


def test_verification_and_replay_say_how_many_were_corrected(tmp_path: Path, capfd: Capture) -> None:
    """They look at every record: what was corrected is told beside."""
    log = corrected(tmp_path)
    assert run(["decisions", "verify", str(log)]) == 0
    assert "4 (1 of them corrected by a later one)" in capfd.readouterr().out
    assert run(["decisions", "verify", str(log), "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out)["in_force"] == 3
    assert run(["decisions", "replay", str(log)]) == 0
    assert "1 of them by a later record" in capfd.readouterr().out
    assert run(["decisions", "replay", str(log), "--format", "json"]) == 0
    assert [one["corrected_by"] for one in json.loads(capfd.readouterr().out)["records"]] == [None, None, 4, None]


def test_the_log_itself_read_as_decisions_gives_what_its_export_gives(tmp_path: Path) -> None:
    """A backtest that is given the log counts no decision that was withdrawn, and says which it left out."""
    log, table = corrected(tmp_path), tmp_path / "decisions.csv"
    assert run(["decisions", "export", str(log), "-o", str(table)]) == 0
    problems = Problems()
    read = read_decisions(str(log), pack(), problems)
    exported = read_decisions(str(table), pack(), Problems())
    assert [(one.person, one.decision) for one in read] == [(one.person, one.decision) for one in exported]
    assert [(found.code, found.span.line) for found in problems] == [("D202", 3)]
    assert not problems.errors


def test_backtest_counts_what_is_in_force(tmp_path: Path, capfd: Capture) -> None:
    """Three decisions on the role, by the log and by the export alike."""
    log, table = corrected(tmp_path), tmp_path / "decisions.csv"
    facts = tmp_path / "facts"
    assert run(["decisions", "export", str(log), "-o", str(table), "--profiles", str(facts)]) == 0
    said = []
    for decisions in (table, log):
        capfd.readouterr()
        given = ["--on", str(facts), "--rules", str(PRODUCT / "rules"), "--format", "json"]
        assert run(["backtest", "--decisions", str(decisions), *given]) == 0
        said.append(capfd.readouterr().out)
    assert said[0] == said[1]
    assert len(list(facts.iterdir())) == 3


@pytest.mark.parametrize("verb", ["list", "verify", "replay", "export"])
def test_the_log_is_named_either_way(tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """As an argument, with --log as `decide` has it, by default, or both alike; two different ones are refused."""
    log = corrected(tmp_path)
    monkeypatch.chdir(tmp_path)
    said = []
    for named in ([str(log)], ["--log", str(log)], [str(log), "--log", str(log)]):
        assert run(["decisions", verb, *named]) == 0
        said.append(capfd.readouterr().out)
    assert said[0] == said[1] == said[2] != ""
    assert run(["decisions", verb, str(log), "--log", "other.jsonl"]) == 2
    assert "two logs are named" in capfd.readouterr().err
    assert run(["decisions", verb]) == 2
    assert "decisions.log.jsonl" in capfd.readouterr().err


def test_repair_takes_the_log_either_way(tmp_path: Path, capfd: Capture) -> None:
    """Repair is one of them."""
    log = corrected(tmp_path)
    assert run(["decisions", "repair", "--log", str(log)]) == 0
    assert "nothing was changed" in capfd.readouterr().out
