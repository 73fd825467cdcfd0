"""What was recorded comes out again: as a backtest reads it, and as the same verdict."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.candidates.decisions.canonical import digest
from evaluator.candidates.decisions.entry import Departed, Record
from evaluator.candidates.decisions.export import exported_csv
from evaluator.candidates.decisions.reading import read_log
from evaluator.candidates.decisions.storage import folder_of
from evaluator.cli.main import run
from evaluator.core.fingerprint import profile_hash
from evaluator.core.results import Score, Verdict
from evaluator.core.spreadsheets import FORMULA_STARTS, restored
from evaluator.diagnostics import Problems
from evaluator.populations.loading import load_people
from evaluator.reading.decisions import read_decisions
from tests.candidates.decisions.logs import checked, decided, files_beside, forged, made, pack, people
from tests.product import PRODUCT

Capture = pytest.CaptureFixture[str]
WORDS = st.text(st.characters(exclude_categories=["Cs"]))


def ours(*arguments: str, where: Path) -> subprocess.CompletedProcess[str]:
    """Run the real command line in a folder."""
    command = [sys.executable, "-m", "evaluator.cli.main", *arguments]
    return subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a folder with copies of the default pack and the sample profiles."""
    shutil.copytree(PRODUCT / "rules", tmp_path / "rules")
    shutil.copytree(PRODUCT / "profiles", tmp_path / "profiles")
    return tmp_path


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Return a record to change."""
    return decided(tmp_path_factory.mktemp("one") / "panel.jsonl", people()[0])


STEERING = {chr(code) for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


@settings(max_examples=300, deadline=None)
@given(cell=st.one_of(WORDS, st.text("'=+-@\t\r\n1.5a;|\" \x1b\x85\u202e＝<U+01B>")))
def test_a_cell_made_harmless_is_restored_exactly(record: Record, cell: str) -> None:
    """No cell of an export begins as a formula does, unless it is a plain number; the reader gets back what was there."""
    text = exported_csv([attrs.evolve(record, reason=cell)])
    written = next(csv.DictReader(io.StringIO(text, newline="")))["reason"]
    assert restored(written) == cell
    assert not STEERING.intersection(written)
    plain = cell.lstrip("+-").replace(".", "", 1)
    assert not written.startswith(FORMULA_STARTS) or (plain.isascii() and plain.isdigit())


def test_the_export_of_every_sample_profile_is_read_as_it_was_decided(tmp_path: Path) -> None:
    """As CSV and as JSON Lines, through the reader that `backtest` uses, without a finding; facts under the ids that it names."""
    log = tmp_path / "panel.jsonl"
    records = [decided(log, person, number, reason="=1+1\n\"quoted\", 'so'\r–") for number, person in enumerate(people())]
    for name in ("decisions.csv", "decisions.jsonl"):
        asked = ["--profiles", str(tmp_path / "facts"), "--keep", "group:*"]
        assert run(["decisions", "export", str(log), "-o", str(tmp_path / name), *asked]) == 0
        problems = Problems()
        read = read_decisions(str(tmp_path / name), pack(), problems)
        assert str(problems) == "no findings"
        assert [(one.person, one.profile, one.role, one.decision, one.date) for one in read] == [
            (one.person, one.profile, one.role, one.decision, one.date) for one in records
        ]
    facts = {one.id: one for one in load_people(tmp_path / "facts", pack())}
    for record, person in zip(records, people(), strict=True):
        found = facts[record.profile]
        assert profile_hash(attrs.evolve(found, id=person.id)) == profile_hash(person)
        assert (found.name, found.notes, dict(found.groups)) == (person.name, None, dict(person.groups))
    assert len(facts) == len(people())


@pytest.mark.slow
def test_facts_as_json_lines_judge_as_facts_as_profiles_do(tmp_path: Path, capfd: Capture) -> None:
    """The same verdicts and the same groups, whichever way they were exported; of three days, as facts are read for each of them."""
    log = tmp_path / "panel.jsonl"
    for number, person in enumerate(people()):
        decided(log, person, number * 3 // len(people()))
    said = []
    for facts in ("facts", "facts.jsonl"):
        asked = ["--profiles", str(tmp_path / facts), "--keep", "GROUP:*"]
        assert run(["decisions", "export", str(log), "-o", str(tmp_path / "d.csv"), "--force", *asked]) == 0
        rules = ["--rules", str(PRODUCT / "rules"), "--format", "json"]
        where = ["--on", str(tmp_path / facts)]
        assert run(["backtest", "--decisions", str(tmp_path / "d.csv"), *where, *rules]) == 0
        tested = capfd.readouterr().out
        assert run(["impact", *where, *rules, "--as-of", "2026-11-01", "--role", "product-director", "--exact"]) in {0, 1}
        said.append((tested, json.loads(capfd.readouterr().out.replace(str(tmp_path / facts), "facts"))))
    assert said[0] == said[1]
    assert "female" in json.dumps(said[0][1])


@pytest.mark.parametrize(("keep", "told"), [([], {}), (["--keep", "group:SEX"], {"sex"}), (["--keep", "group:age"], set())])
def test_facts_of_groups_are_exported_where_they_are_named(tmp_path: Path, keep: list[str], told: set[str]) -> None:
    """Neither as profiles nor as lines without being asked for, and no others than those."""
    log = tmp_path / "panel.jsonl"
    person = next(one for one in people() if {"sex", "ethnicity"} <= set(one.groups))
    decided(log, person, 0)
    for facts in ("facts", "facts.jsonl"):
        assert run(["decisions", "export", str(log), "-o", str(tmp_path / f"{facts}.csv"), "--profiles", str(tmp_path / facts), *keep]) == 0
    (profile,) = load_people(tmp_path / "facts", pack())
    line = json.loads((tmp_path / "facts.jsonl").read_text(encoding="utf-8"))
    assert set(profile.groups) == set(line.get("groups", {})) == set(told)


def test_an_export_writes_over_nothing_and_leaves_out_what_was_corrected(tmp_path: Path, capfd: Capture) -> None:
    """Once more into the same folder is fine, other facts under a name that is there are not; the log itself is no target."""
    log = made(tmp_path, 2)
    decided(log, people()[0], 0, corrects=1, reason="Read again.")
    facts = tmp_path / "facts"
    for _ in range(2):
        assert run(["decisions", "export", str(log), "--profiles", str(facts)]) == 0
        out, err = capfd.readouterr()
        assert [row["number"] for row in csv.DictReader(io.StringIO(out))] == ["2", "3"]
        assert "1 record left out: corrected by a later one" in err
    one = next(facts.iterdir())
    one.write_text("profile: other\n")
    assert run(["decisions", "export", str(log), "--profiles", str(facts)]) == 2
    assert one.read_text() == "profile: other\n"
    assert run(["decisions", "export", str(log), "-o", str(log)]) == 2
    assert checked(log).faults == ()


def test_what_was_altered_is_not_exported(tmp_path: Path, capfd: Capture) -> None:
    """A broken log gives nothing; facts that are gone are named, and the rest is given with exit code 1."""
    log = made(tmp_path, 3)
    kept = sorted((folder_of(log) / "profiles").iterdir())
    kept[0].unlink()
    assert run(["decisions", "export", str(log), "--profiles", str(tmp_path / "facts.jsonl")]) == 1
    out, err = capfd.readouterr()
    assert len(out.splitlines()) == 4
    assert str(kept[0]) in err
    assert len((tmp_path / "facts.jsonl").read_text().splitlines()) == 2
    log.write_bytes(log.read_bytes()[:-1])
    assert run(["decisions", "export", str(log), "-o", str(tmp_path / "d.csv")]) == 2
    assert not (tmp_path / "d.csv").exists()


def test_replay_confirms_every_sample_profile_for_every_role_it_was_decided_for(tmp_path: Path, capfd: Capture) -> None:
    """Verdict, score and hashes come out as recorded."""
    log = tmp_path / "panel.jsonl"
    roles = [role.id for role in pack().judged_roles]
    for number, person in enumerate(people()):
        decided(log, person, number, role=roles[number % len(roles)])
    assert run(["decisions", "replay", str(log), "--format", "json"]) == 0
    found = json.loads(capfd.readouterr().out)["records"]
    assert [one["confirmed"] for one in found] == [True] * len(people())


@pytest.mark.slow
def test_replay_goes_by_the_rules_and_facts_of_then(work: Path) -> None:
    """Through the real command line: the work tree's pack and profile are edited, and the verdict recorded is still confirmed."""
    said = ["--decision", "deferred", "--reason", "Nine months short.", "--on", "2026-11-03"]
    assert ours("decide", "profiles/sofia-marquez.yaml", "product-director", *said, where=work).returncode == 0
    edit = ["set", "product-director", "product-experience.product_management_years.at_least", "7"]
    assert ours(*edit, where=work).returncode == 0
    now = ours("evaluate", "profiles/sofia-marquez.yaml", "--role", "product-director", where=work)
    assert "ready" in now.stdout
    shutil.rmtree(work / "profiles")
    replayed = ours("decisions", "replay", where=work)
    assert (replayed.returncode, replayed.stderr) == (0, "")
    assert "1 of 1 record confirmed" in replayed.stdout
    assert "nearly" in replayed.stdout


def test_replay_shows_what_comes_out_otherwise(tmp_path: Path, capfd: Capture) -> None:
    """A log whose verdict, score, departure and version were forged to its end verifies, and does not replay."""
    log = made(tmp_path, 3)
    other = {"verdict": Verdict(low="ready", high="ready"), "score": Score(low=Fraction(1), high=Fraction(1)), "tool_version": "0.0.9"}
    forged(log, 2, lambda one: attrs.evolve(one, **other), rest=True)
    assert checked(log).faults == ()
    assert run(["decisions", "replay", str(log)]) == 1
    out = capfd.readouterr().out
    assert "2 of 3 records confirmed" in out
    assert "Verdict: ready was recorded, and now it is" in out
    assert "Score: 1 was recorded" in out
    assert "by another version of the tool: 2" in out
    assert run(["decisions", "replay", str(log), "--number", "1", "--number", "3"]) == 0
    assert run(["decisions", "replay", str(log), "--number", "4"]) == 2


def test_another_version_of_the_tool_alone_is_no_difference(tmp_path: Path, capfd: Capture) -> None:
    """It is told, and the record confirmed."""
    log = made(tmp_path, 1)
    forged(log, 1, lambda one: attrs.evolve(one, tool_version="0.0.9"), rest=True)
    assert run(["decisions", "replay", str(log)]) == 0
    assert "by another version of the tool: 1" in capfd.readouterr().out


def test_replay_finds_what_was_done_to_facts_and_rules(tmp_path: Path, capfd: Capture) -> None:
    """Each file that a record rests on, altered: the record is not confirmed, and the file is named."""
    log = made(tmp_path, 1)
    for path in files_beside(log):
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        assert run(["decisions", "replay", str(log)]) == 1
        assert str(path) in capfd.readouterr().out
        path.write_bytes(content)
    assert run(["decisions", "replay", str(log)]) == 0


def test_facts_that_do_not_fit_the_rules_any_more_are_told(tmp_path: Path, capfd: Capture) -> None:
    """Snapshots that are sound by themselves, and that this tool cannot read: exit code 1, in a sentence."""
    log = made(tmp_path, 1)
    content = b"profile: person\nattributes:\n  no_such_attribute: 3\n"
    (folder_of(log) / "profiles" / f"{digest(content)}.yaml").write_bytes(content)
    forged(log, 1, lambda one: attrs.evolve(one, profile_snapshot=digest(content)), rest=True)
    assert run(["decisions", "replay", str(log)]) == 1
    assert "cannot read what was kept" in capfd.readouterr().out
    assert read_log(log).faults == ()


def test_ids_that_a_spreadsheet_would_run_are_read_as_they_are(tmp_path: Path) -> None:
    """People called like formulas, and like a formula made harmless: the table has none that runs, and the reader has them back."""
    log, names = tmp_path / "panel.jsonl", ["=1+1", "@ada", "-p1", "'=x", "''-x", "-7", "'plain"]
    for number, name in enumerate(names):
        decided(log, attrs.evolve(people()[0], id=name), number)
    assert run(["decisions", "export", str(log), "-o", str(tmp_path / "decisions.csv")]) == 0
    rows = (tmp_path / "decisions.csv").read_text(encoding="utf-8").splitlines()
    assert [row.partition(",")[0] for row in rows[1:]] == ["'=1+1", "'@ada", "'-p1", "''=x", "'''-x", "-7", "'plain"]
    assert [one.person for one in read_decisions(str(tmp_path / "decisions.csv"), pack(), Problems())] == names


FIRST_RULE = (
    b'{"as_of":"2026-11-01","corrects":null,"date":"2026-11-03","decided_by":["Ines Alba"],"decision":"promoted","departed":"no",'
    b'"engine":"inference","format":"evaluator/decision","hash":"0f52b8218bb616080a38307d06b18c93ac9ecde082a7994494f7aa644c9b7698",'
    b'"number":1,"pack":"product-careers","pack_hash":"57f4262063b242a2",'
    b'"pack_snapshot":"2ec5d70c9ba5e80872f84d2f58e0e283d8ee1fcab6b1deabf0deefa3d1ca089f","pack_version":"1.0.0",'
    b'"person":"hiroshi-tanaka","previous":null,"profile":"facts-b6426ffb60283f35","profile_hash":"c2c6e3494db49ef6",'
    b'"profile_snapshot":"b6426ffb60283f35104ca920fb70b463ccc81cd693d51252309cba689c8ba931","reason":"As the panel saw it.",'
    b'"recorded":"2026-11-28T15:49:19Z","role":"group-product-manager","score":{"high":"1","low":"1"},"tool_version":"0.1.0",'
    b'"verdict":{"high":"ready","low":"ready"},"version":1}'
)
"""A record as the tool wrote it before departures went by the recommendation."""


def test_a_record_of_the_first_rule_is_sound_to_the_byte(tmp_path: Path) -> None:
    """It says nothing of a rule, and means the first."""
    log = tmp_path / "panel.jsonl"
    log.write_bytes(FIRST_RULE + b"\n")
    found = read_log(log)
    assert found.faults == ()
    assert (found.records[0].departed_rule, found.records[0].line) == (1, FIRST_RULE)


@pytest.mark.parametrize(
    ("rule", "departed", "confirmed"),
    [(1, "no", True), (1, "yes", False), (2, "yes", True), (2, "no", False), (3, "yes", False)],
)
def test_a_departure_is_replayed_by_the_rule_it_was_worked_out_by(
    tmp_path: Path,
    capfd: Capture,
    rule: int,
    departed: str,
    confirmed: bool,  # noqa: FBT001 - a table
) -> None:
    """Promoted to the role below: by the first rule no departure, by the second one; a rule that is not known yet is told."""
    log = tmp_path / "panel.jsonl"
    hiroshi = next(one for one in people() if one.id == "hiroshi-tanaka")
    decided(log, hiroshi, role="group-product-manager")
    forged(log, 1, lambda one: attrs.evolve(one, departed=Departed(departed), departed_rule=rule), rest=True)
    assert checked(log).faults == ()
    assert run(["decisions", "replay", str(log)]) == (0 if confirmed else 1)
    shown = " ".join(capfd.readouterr().out.split())
    assert ("by rule 3, and this version of the tool knows rules 1 to 2" in shown) is (rule == 3)
