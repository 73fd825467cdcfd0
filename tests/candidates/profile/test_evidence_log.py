"""profile evidence: an item is added to the log beside the profile, from which nothing is taken, and read wherever evidence is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.core.fingerprint import profile_hash
from evaluator.reading.profile.profile import load_profile
from tests.candidates.profile.exports import Ran
from tests.candidates.profile.packs import pack
from tests.product import PRODUCT

PROFILE = """profile: ada
name: Ada Lindqvist
role: senior-product-manager
attributes:
  coaching: practitioner
  mentees: 3
evidence:
  coaching:
    - {what: Feedback of the team, when: 2026-04, confirmed_by: Team lead}
"""
RULES = ["--rules", str(PRODUCT / "rules"), "--as-of", "2026-11-02"]


@pytest.fixture
def ada(tmp_path: Path) -> Path:
    path = tmp_path / "ada.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def add(path: Path, *words: str) -> Ran:
    return Ran("profile", "evidence", "add", str(path), *words, *RULES)


def test_an_item_is_a_line_and_the_lines_before_it_stay(ada: Path) -> None:
    """The profile's own file is not touched, the log is for its owner alone, and the day on which it was added stands in it."""
    log = ada.with_name("ada.evidence.jsonl")
    ran = add(
        ada, "coaching", "--what", "Review of the  programme", "--when", "Sept. 2026", "--confirmed-by", "People team", "--by", "Ines"
    )
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{log}: evidence for “Coaching”: Review of the programme (2026-09)\n"
    first = log.read_bytes()
    assert json.loads(first) == {
        "attribute": "coaching",
        "what": "Review of the programme",
        "when": "2026-09",
        "confirmed_by": "People team",
        "added": "2026-11-28",
        "by": "Ines",
    }
    assert log.stat().st_mode & 0o777 == 0o600
    assert add(ada, "People Mentored", "--text", "Notes", "--link", "https://example.org/notes").code == 0
    assert log.read_bytes().startswith(first)
    assert len(log.read_bytes().splitlines()) == 2
    assert ada.read_text(encoding="utf-8") == PROFILE


def test_it_is_read_with_the_profile(ada: Path) -> None:
    """By explain and case, with its age and marks; the profile's hash covers it, and no verdict moves."""
    before = profile_hash(load_profile(ada, pack()))
    judged = ["evaluate", str(ada), "--role", "group-product-manager", *RULES]
    verdict = Ran(*judged).out.splitlines()[:3]
    add(ada, "coaching", "--what", "Old review", "--when", "2023-01", "--source", "People team")
    found = load_profile(ada, pack())
    assert [item.what for item in found.evidence["coaching"]] == ["Feedback of the team", "Old review"]
    assert profile_hash(found) != before
    assert Ran(*judged).out.splitlines()[:3] == verdict
    for verb in ("explain", "case"):
        told = Ran(verb, str(ada), "product-director", *RULES).out
        assert "Old review (2023-01, old), confirmed by People team" in told
    folder = Ran("evaluate", str(ada.parent), "--role", "group-product-manager", *RULES)
    assert folder.out.splitlines()[:3] == verdict


def test_it_is_listed_with_its_age_and_what_nothing_carries(ada: Path) -> None:
    """The latest first; of a month the last day counts."""
    add(ada, "coaching", "--what", "Old review", "--when", "2023-01", "--source", "People team")
    add(ada, "leadership", "--what", "Retreat")
    told = Ran("profile", "evidence", "list", str(ada), *RULES).out
    assert [line.split("  ")[0] for line in told.splitlines()[5:8]] == ["Leadership", "Coaching", ""]
    assert "6 months" in told
    assert "45 months, old" in told
    assert "1 claim rests on no evidence: “People mentored”." in told
    assert "There is evidence for “Leadership”, and the profile says nothing of it." in told
    one = Ran("profile", "evidence", "list", str(ada), "Coaching", *RULES).out
    assert "Retreat" not in one
    assert "Feedback of the team" in one


@pytest.mark.parametrize(
    ("words", "message", "step"),
    [
        (["coching", "--what", "x"], "no attribute called `coching`", "did you mean `coaching`?"),
        (["coaching", "--what", "x", "--when", "soon"], "`soon` is no date", "write 2024"),
        (["coaching", "--what", "x", "--when", "2027-01"], "has not come yet", "add it once it is there"),
        (["coaching", "--what", "x", "--link", "javascript:alert(1)"], "is no link that can be followed safely", "https://"),
        (["coaching", "--what", " "], "the evidence says nothing", "--what"),
        (["coaching"], "--what", ""),
        (
            ["coaching", "--what", "Feedback of the team", "--when", "2026-04", "--source", "Team lead"],
            "has this evidence for “Coaching” already",
            "nothing has to be added",
        ),
    ],
)
def test_what_cannot_be_evidence_is_refused(ada: Path, words: list[str], message: str, step: str) -> None:
    """In a sentence with a next step, and no log is begun."""
    ran = add(ada, *words)
    assert ran.code == 2
    assert message in ran.err
    assert step in ran.err
    assert not ada.with_name("ada.evidence.jsonl").exists()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"attribute": "coaching"', "a line of evidence has to be an object of JSON"),
        ('["coaching"]', "a line of evidence has to be an object of JSON"),
        ('{"attribute": "coaching"}', "needs the key `what`"),
        ('{"attribute": "cooching", "what": "x"}', "no attribute called `cooching`"),
        ('{"attribute": "coaching", "what": "x", "link": "file:///etc"}', "is no link"),
        ('{"attribute": "coaching", "what": "x", "what": "y"}', "`what` stands twice"),
        ('{"attribute": "coaching", "what": "x", "says": "y"}', "no key `says`"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_its_place(ada: Path, line: str, message: str) -> None:
    """Nothing of a log is left out silently."""
    add(ada, "mentees", "--what", "Notes")
    log = ada.with_name("ada.evidence.jsonl")
    log.write_bytes(log.read_bytes() + line.encode() + b"\n")
    ran = Ran("explain", str(ada), "product-director", *RULES)
    assert ran.code == 2
    assert f"{log}:2:" in ran.err
    assert message in ran.err
    assert add(ada, "mentees", "--what", "More").code == 2


def test_a_last_line_without_its_end_is_ended_first(ada: Path) -> None:
    """As some editors leave it: the new item does not run into it."""
    log = ada.with_name("ada.evidence.jsonl")
    log.write_text('{"attribute": "coaching", "what": "x"}', encoding="utf-8")
    assert add(ada, "mentees", "--what", "Notes").code == 0
    assert [json.loads(line)["what"] for line in log.read_text(encoding="utf-8").splitlines()] == ["x", "Notes"]


def test_people_who_add_at_once_lose_nothing(ada: Path) -> None:
    """Each waits for the other."""
    words = [sys.executable, "-m", "evaluator", "profile", "evidence", "add", str(ada), "mentees", *RULES, "--what"]
    running = [subprocess.Popen([*words, f"Notes {number}"], stdout=subprocess.DEVNULL) for number in range(3)]
    assert [one.wait() for one in running] == [0, 0, 0]
    lines = ada.with_name("ada.evidence.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["what"] for line in lines) == ["Notes 0", "Notes 1", "Notes 2"]


def test_a_rename_follows_into_the_log(tmp_path: Path) -> None:
    """The name of the attribute is exchanged there with the profile's, byte by byte."""
    shutil.copytree(PRODUCT / "rules", tmp_path / "rules")
    path = tmp_path / "ada.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    log = tmp_path / "ada.evidence.jsonl"
    log.write_text('{"attribute": "mentees",  "what": "mentees say so"}\n', encoding="utf-8")
    ran = Ran("rename", "attribute", "mentees", "people_mentored", "--rules", str(tmp_path / "rules"), "--in", str(path))
    assert ran.code == 0, ran.err
    assert log.read_text(encoding="utf-8") == '{"attribute": "people_mentored",  "what": "mentees say so"}\n'
    assert "people_mentored: 3" in path.read_text(encoding="utf-8")
