"""`decide` and what it records: who, what, why, and whether the panel departed from the verdict."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator._version import __version__
from evaluator.candidates.decisions.entry import Departed
from evaluator.candidates.decisions.problems import LogProblem
from evaluator.candidates.decisions.reading import read_log
from evaluator.candidates.decisions.recording import departure
from evaluator.candidates.decisions.snapshots import Snapshots, snapshot_text
from evaluator.candidates.decisions.storage import folder_of
from evaluator.cli.main import run
from evaluator.core.decisions import Choice
from evaluator.core.fingerprint import profile_hash
from evaluator.core.model import Profile
from evaluator.core.results import Verdict
from evaluator.report.json_documents import schema
from tests.candidates.decisions.logs import AS_OF, checked, decided, lines_of, made, pack, people
from tests.candidates.decisions.logs import evaluator as the_evaluator
from tests.clock.sitecustomize import NOW
from tests.product import PRODUCT

Capture = pytest.CaptureFixture[str]
SCHEMA = schema("decision")
SOFIA = str(PRODUCT / "profiles" / "sofia-marquez.yaml")
RULES = ("--rules", str(PRODUCT / "rules"))


def arguments(log: Path, *more: str, person: str = SOFIA, role: str = "product-director", choice: str = "promoted") -> list[str]:
    """Return the arguments of a decision."""
    return ["decide", person, role, "--decision", choice, "--reason", "Ready.", "--on", "2026-11-03", "--log", str(log), *RULES, *more]


@pytest.mark.parametrize(
    ("low", "high", "departed"),
    [
        ("ready", "ready", "no yes yes"),
        ("nearly", "nearly", "yes no no"),
        ("not yet", "nearly", "yes no no"),
        ("nearly", "ready", "undecided undecided undecided"),
    ],
)
def test_whether_a_decision_departed_by_the_first_rule(low: str, high: str, departed: str) -> None:
    """Promoted, deferred, declined: rule 1 went by the verdict alone, whatever role is held."""
    sofia = next(one for one in people() if one.id == "sofia-marquez")
    for role in ("product-director", "group-product-manager", "senior-product-manager"):
        evaluation = the_evaluator().evaluate(sofia)
        other = attrs.evolve(evaluation.roles[role], verdict=Verdict(low=low, high=high))
        changed = attrs.evolve(evaluation, roles={**evaluation.roles, role: other})
        found = [departure(choice, changed, role, pack(), 1) for choice in Choice]
        assert found == [Departed(word) for word in departed.split()]


@pytest.mark.parametrize(
    ("person_and_role", "departed", "words"),
    [
        ("hiroshi-tanaka group-product-manager", "yes no no", "promoted, and the role is a step down"),
        ("sofia-marquez group-product-manager", "yes no no", "promoted, and the role is held today"),
        ("hiroshi-tanaka product-director", "yes no no", "promoted, and the role is held today"),
        ("sofia-marquez product-director", "yes no no", "promoted, and not ready"),
        ("ada-lindqvist product-director", "no yes yes", "no"),
        ("ada-lindqvist head-of-product", "yes no no", "promoted, and no move of the ladder leads there"),
        ("mei-lin-tan product-director", "yes no no", "promoted, and not ready"),
        ("samuel-ortiz product-director", "yes no no", "promoted, and not ready"),
        ("jonas-weber product-director", "undecided undecided undecided", "the verdict is undecided, so no decision departs from it"),
    ],
)
def test_whether_a_decision_departs(tmp_path: Path, capfd: Capture, person_and_role: str, departed: str, words: str) -> None:
    """Promoted, deferred, declined: a step down, the role held and a role to which no move leads are no promotion."""
    person, role = person_and_role.split()
    found = next(one for one in people() if one.id == person)
    evaluation = the_evaluator().evaluate(found, as_of=AS_OF)
    assert [departure(choice, evaluation, role, pack()) for choice in Choice] == [Departed(word) for word in departed.split()]
    log = tmp_path / "panel.jsonl"
    assert run(arguments(log, "--as-of", AS_OF.isoformat(), person=str(PRODUCT / "profiles" / f"{person}.yaml"), role=role)) == 0
    assert words in " ".join(capfd.readouterr().out.split())
    assert json.loads(log.read_bytes())["departed_rule"] == 2
    assert read_log(log).faults == ()


def test_the_command_records_what_was_decided(tmp_path: Path) -> None:
    """Through the real command line: the record says all that the issue asks for, and its schema holds."""
    log = tmp_path / "panel.jsonl"
    reason = "Led the second line.\nHer “own” words: \"now\", 1 < 2 & 'so on'\t✓ \x1b[31m \x07 日本 \u202e"
    command = [sys.executable, "-m", "evaluator.cli.main", *arguments(log, "--reason", reason, "--by", "Inès Alba", "--by", "Ken Itō")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "yes: promoted, and not ready" in done.stdout
    assert "\x1b" not in done.stdout
    document = json.loads(log.read_bytes())
    jsonschema.validate(document, SCHEMA)
    sofia = next(one for one in people() if one.id == "sofia-marquez")
    result = the_evaluator().evaluate(sofia).roles["product-director"]
    assert document["reason"] == reason
    assert document["decided_by"] == ["Inès Alba", "Ken Itō"]
    assert (document["person"], document["role"], document["decision"], document["date"]) == (
        "sofia-marquez",
        "product-director",
        "promoted",
        "2026-11-03",
    )
    assert document["verdict"] == {"low": "nearly", "high": "nearly"}
    assert document["score"] == {"low": str(result.score.low), "high": str(result.score.high)}
    assert (document["as_of"], document["departed"], document["number"], document["previous"]) == ("2026-11-01", "yes", 1, None)
    assert (document["pack"], document["pack_version"], document["pack_hash"]) == (pack().name, pack().version, pack().content_hash)
    assert document["profile_hash"] == profile_hash(sofia)
    assert document["tool_version"] == __version__
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["recorded"])
    assert document["hash"] in done.stdout


def test_every_record_is_as_the_schema_says_and_the_schema_says_all(tmp_path: Path) -> None:
    """No key goes undescribed, and none is optional but what holds a verdict and the rule of departure, which records of the first lack."""
    for line in lines_of(made(tmp_path)):
        document = json.loads(line)
        jsonschema.validate(document, SCHEMA)
        assert sorted({*document, "held_by"}) == sorted(SCHEMA["properties"]) == sorted({*SCHEMA["required"], "departed_rule", "held_by"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["nobody.yaml"], "there is no such file"),
        (["product-directer"], "there is no role called `product-directer`"),
        (["chief-executive-officer"], "is never judged"),
        (["--reason", "  \n"], "the reason is empty"),
        (["--reason", "x" * 10_001], "longer than 10,000 characters"),
        (["--reason", "a\udcff"], "no UTF-8"),
        (["--by", ""], "a name is empty"),
        (["--on", "2999-01-01"], "has not come yet"),
        (["--on", "2026-11"], "names no day"),
        (["--decision", "fired"], "fired"),
        (["--corrects", "1"], "there is no record 1 to correct"),
        (["--person", "ada"], "nobody with the id or name `ada`"),
        (["people.parquet"], "is read in columns"),
        (["panel.txt"], "is no name for a log"),
    ],
)
def test_what_cannot_be_recorded_is_refused_before_anything_is_written(
    tmp_path: Path, capfd: Capture, change: Sequence[str], said: str
) -> None:
    """One sentence, exit code 2, and nothing in the folder."""
    log = tmp_path / "panel.jsonl"
    given = arguments(log, *change) if change[0].startswith("--") else arguments(log)
    if change[0].endswith((".yaml", ".parquet")):
        given[1] = str(tmp_path / change[0])
    elif change[0].startswith(("product", "chief")):
        given[2] = change[0]
    elif change[0] == "panel.txt":
        given[given.index("--log") + 1] = str(tmp_path / "panel.txt")
    assert run(given) == 2
    assert said in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_day_goes_by_what_is_told(tmp_path: Path) -> None:
    """As of: the option, else the profile, else the day of the decision; without a day, today's."""
    log = tmp_path / "panel.jsonl"
    plain = tmp_path / "jo.yaml"
    plain.write_text("profile: jo\nattributes:\n  mentees: 2\n")
    assert run(arguments(log, "--as-of", "2025-05-05")) == 0
    assert run(arguments(log, person=str(PRODUCT / "profiles" / "ada-lindqvist.yaml"))) == 0
    assert run(arguments(log, person=str(plain))) == 0
    given = arguments(log, person=str(plain), role="head-of-product")
    place = given.index("--on")
    assert run(given[:place] + given[place + 2 :]) == 0
    records = read_log(log).records
    assert [one.as_of.isoformat() for one in records[:3]] == ["2025-05-05", "2026-11-01", "2026-11-03"]
    assert records[3].date == records[3].as_of == NOW.date()


def test_a_decision_is_recorded_once_and_put_right_by_another(tmp_path: Path, capfd: Capture) -> None:
    """The same person, role and day again is refused, unless it says which record it corrects; that record stays."""
    log = tmp_path / "panel.jsonl"
    assert run(arguments(log)) == 0
    before = log.read_bytes()
    assert run(arguments(log, choice="deferred")) == 2
    assert "was decided on for `product-director` on 2026-11-03 already, in record 1" in capfd.readouterr().err
    assert run(arguments(log, "--corrects", "1", person=str(PRODUCT / "profiles" / "ada-lindqvist.yaml"))) == 2
    assert "record 1 is about `sofia-marquez`" in capfd.readouterr().err
    assert run(arguments(log, "--corrects", "1", choice="deferred")) == 0
    assert log.read_bytes().startswith(before)
    assert run(arguments(log, "--corrects", "1", choice="declined")) == 2
    assert "record 1 was corrected by record 2" in capfd.readouterr().err
    assert run(arguments(log, "--corrects", "2", choice="declined")) == 0
    assert [(one.number, one.corrects) for one in read_log(log).records] == [(1, None), (2, 1), (3, 2)]
    capfd.readouterr()
    assert run(["decisions", "list", str(log)]) == 0
    assert "promoted (corrected by 2)" in capfd.readouterr().out


def test_facts_and_rules_are_kept_once(tmp_path: Path) -> None:
    """Six decisions on three people: three profiles and one pack; what is kept is not for everybody to read."""
    log = made(tmp_path)
    folder = folder_of(log)
    assert folder.name == "panel.d"
    assert len(list((folder / "profiles").iterdir())) == 3
    assert len(list((folder / "packs").iterdir())) == 1
    for path in (log, folder, *folder.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO, path


def test_a_snapshot_that_was_altered_is_not_built_upon(tmp_path: Path) -> None:
    """Deciding on the same person again finds it, and refuses."""
    log = made(tmp_path, 1)
    path = next((folder_of(log) / "profiles").iterdir())
    path.write_bytes(path.read_bytes().replace(b"7.25", b"8.25"))
    assert path.read_bytes().count(b"8.25") or path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(LogProblem, match="was altered"):
        decided(log, people()[0], 5)
    assert len(lines_of(log)) == 1


def test_a_role_is_shown_by_the_title_it_had(tmp_path: Path, capsys: Capture) -> None:
    """From the rules kept beside the log, whatever ./rules says now; by its id where they are not as they were."""
    log = tmp_path / "panel.jsonl"
    record = decided(log, people()[0])
    snapshots = Snapshots(folder=folder_of(log))
    for verb in ("list", "replay"):
        assert run(["decisions", verb, str(log)]) == 0
        shown = capsys.readouterr().out
        assert "Product Director" in shown
        assert record.role not in shown
    assert snapshots.role_title(record.pack_snapshot, "../roles/product-director") == "../roles/product-director"
    assert snapshots.role_title("0" * 64, record.role) == record.role
    path = snapshots.pack(record.pack_snapshot) / "roles" / f"{record.role}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("title: Product Director", "title: Emperor"), encoding="utf-8")
    assert run(["decisions", "list", str(log)]) == 0
    shown = capsys.readouterr().out
    assert "Emperor" not in shown
    assert record.role in shown


@pytest.mark.parametrize("person", people(), ids=lambda person: person.id)
def test_every_sample_profile_is_kept_as_it_is(tmp_path: Path, person: Profile) -> None:
    """Attributes, history, evidence and groups come back, with the same hash; notes stay with whoever made them."""
    snapshots = Snapshots(folder=tmp_path)
    name = snapshots.keep_profile(snapshot_text(person, pack()))
    again = snapshots.read_profile(name, person.id, pack())
    assert profile_hash(again) == profile_hash(person)
    assert (again.name, again.notes, dict(again.groups)) == (person.name, None, dict(person.groups))


@pytest.mark.parametrize(
    ("keep", "told"),
    [
        ([], {}),
        (["--keep", "group:*"], {"sex": "female", "age band": "40s"}),
        (["--keep", "Group:SEX"], {"sex": "female"}),
        (["--keep", "group:age band"], {"age band": "40s"}),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("form", ["yaml", "csv"])
def test_groups_are_kept_beside_a_log_only_where_they_are_asked_for(
    tmp_path: Path, form: str, keep: list[str], told: dict[str, str]
) -> None:
    """No verdict rests on them; verification and replay confirm the record with and without."""
    person = tmp_path / f"jo.{form}"
    whole = "profile: jo\nname: Jo\nrole: product-manager\ngroups: {sex: female, age band: 40s}\nattributes: {mentees: 2}\n"
    row = "id,name,role,mentees,group:sex,group:age band\njo,Jo,Product Manager,2,female,40s\n"
    person.write_text(whole if form == "yaml" else row, encoding="utf-8")
    log = tmp_path / "panel.jsonl"
    chosen = [] if form == "yaml" else ["--person", "jo"]
    assert run(arguments(log, *chosen, *keep, person=str(person))) == 0
    record = read_log(log).records[0]
    kept = Snapshots(folder=folder_of(log)).read_profile(record.profile_snapshot, record.person, pack())
    assert dict(kept.groups) == told
    texts = b"".join(path.read_bytes() for path in folder_of(log).glob("profiles/*"))
    assert (b"female" in texts, b"40s" in texts) == ("sex" in told, "age band" in told)
    assert run(["decisions", "verify", str(log)]) == 0
    assert run(["decisions", "replay", str(log)]) == 0


def test_somebody_from_a_table_may_have_any_id(tmp_path: Path) -> None:
    """An id that no file could have is kept in the log, with the facts in the snapshot, and the groups that are asked for."""
    table = tmp_path / "people.csv"
    table.write_text("id,name,mentees,group:sex\n=p/1 ü,Jo,2,female\np2,Al,3,male\n")
    log = tmp_path / "panel.jsonl"
    assert run(arguments(log, "--person", "=p/1 ü", "--keep", "group:*", person=str(table))) == 0
    record = read_log(log).records[0]
    assert record.person == "=p/1 ü"
    kept = Snapshots(folder=folder_of(log)).read_profile(record.profile_snapshot, record.person, pack())
    assert (kept.id, kept.name, dict(kept.groups), kept.given["mentees"]) == ("=p/1 ü", "Jo", {"sex": "female"}, 2)
    assert checked(log).faults == ()


@settings(max_examples=40, deadline=None)
@given(
    reason=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
    by=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
)
def test_any_words_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, reason: str, by: str) -> None:
    """Line breaks, quotes, controls, NUL, anything that is Unicode."""
    log = tmp_path_factory.mktemp("words") / "panel.jsonl"
    decided(log, people()[0], 1, reason=reason, decided_by=(by,))
    found = checked(log)
    assert found.faults == ()
    assert (found.log.records[0].reason, found.log.records[0].decided_by) == (reason, (by,))
    assert len(lines_of(log)) == log.read_bytes().count(b"\n") == 1


def test_a_log_is_listed_also_where_it_is_broken(tmp_path: Path, capfd: Capture) -> None:
    """What can be trusted by itself is shown; the exit code is 1 and the next step named."""
    log = made(tmp_path, 3)
    log.write_bytes(log.read_bytes().replace(b"Alba", b"Blom", 1))
    assert run(["decisions", "list", str(log), "--format", "json"]) == 1
    out, err = capfd.readouterr()
    assert [one["number"] for one in json.loads(out)["records"]] == [2, 3]
    assert "decisions verify" in err
    assert run(["decisions", "list", str(tmp_path / "none.jsonl")]) == 2
    assert "there is no log" in capfd.readouterr().err
