"""profile answer: asks what is open in the third person, saves every answer as it is given, and says at the end what changed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.core.facts import complete
from evaluator.engines.readiness import Evaluator
from evaluator.reading.profile.profile import load_profile
from evaluator.report.third_person import about_somebody
from tests.candidates.profile.exports import Ran
from tests.candidates.profile.packs import AS_OF, pack
from tests.product import PRODUCT

PROFILE = """profile: ada   # the id
name: Ada Lindqvist
role: senior-product-manager
attributes:
  product_management_years: 6   # from the file
  # skills follow
  leadership: practitioner
"""
RULES = ["--rules", str(PRODUCT / "rules"), "--as-of", "2026-11-02"]
ROLE = "group-product-manager"


@pytest.fixture
def ada(tmp_path: Path) -> Path:
    path = tmp_path / "ada.yaml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def answer(path: Path, given: str, *words: str) -> Ran:
    return Ran("profile", "answer", str(path), *words, *RULES, given=given)


def test_an_answer_is_written_with_its_evidence(ada: Path) -> None:
    """Into the file, of which all else stays, and into the log; the verdict before and after is told."""
    ran = answer(ada, "practitioner\nReview of the team; 2026-09; People team\n\ndone\n", ROLE)
    assert ran.code == 0
    assert "How well can they coach people" in ran.err
    assert "none: has not done this yet" in ran.err
    assert ada.read_text(encoding="utf-8") == f"{PROFILE}  coaching: practitioner\n"
    log = json.loads(ada.with_name("ada.evidence.jsonl").read_text(encoding="utf-8"))
    assert (log["attribute"], log["what"], log["when"], log["confirmed_by"]) == ("coaching", "Review of the team", "2026-09", "People team")
    first, second = ran.out.splitlines()
    assert first == f"wrote 1 answer into {ada}, and 1 item of evidence"
    assert second.startswith("Group Product Manager: ")
    assert " → " in second or " stays " in second


def test_only_what_is_open_is_asked_the_decisive_first(ada: Path) -> None:
    """What the profile states is not asked, what was answered is not asked again by the next run, and the order is that of explain."""
    asked = answer(ada, "", ROLE).err
    assert "give a team direction" not in asked
    first = asked.split("\n\n")[1].splitlines()[0]
    result = Evaluator(pack(), engine="reference").evaluate(load_profile(ada, pack()), as_of=AS_OF).roles[ROLE]
    decisive = [question.attribute for question in result.questions if question.decisive]
    assert first == about_somebody(pack().attributes[decisive[0]].question or "")
    answer(ada, "working\n\ndone\n", ROLE)
    assert first not in answer(ada, "", ROLE).err


def test_the_person_is_asked_in_the_second_person(ada: Path) -> None:
    """With --self, and without evidence where nobody wants to be asked for it."""
    ran = answer(ada, "working\ndone\n", ROLE, "--self", "--no-evidence")
    assert "How well can you coach people" in ran.err
    assert "What shows it?" not in ran.err
    assert len(load_profile(ada, pack()).given) == 3
    assert not ada.with_name("ada.evidence.jsonl").exists()


def test_back_puts_the_file_back_byte_for_byte(ada: Path) -> None:
    """Also where nothing was known before; and what nobody knows changes nothing."""
    ran = answer(ada, "expert\n\nback\ndunno\nkeine Ahnung\ndone\n", ROLE)
    assert ada.read_text(encoding="utf-8") == PROFILE
    assert ran.out == "nothing was answered, and nothing was written\n"
    assert ran.err.count("How well can they coach people") == 2


def test_wrong_answers_and_evidence_are_asked_again(ada: Path) -> None:
    """Each with what is wrong, and nothing of them is written."""
    ran = answer(ada, "gut\nworking\nPlan; 2029\nPlan; nonsense://x\nPlan; a; b\nPlan; May 2026\ndone\n", ROLE)
    for words in (
        "`gut` is none of the options",
        "2029 has not come yet",
        "is no link that can be followed safely",
        "is one part too many",
    ):
        assert words in ran.err
    lines = ada.with_name("ada.evidence.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["when"] for line in lines] == ["2026-05"]
    ran = answer(ada, "gut\n", ROLE)
    assert ran.code == 1
    assert "the last answer, `gut`, was refused" in ran.err


def test_what_an_import_could_not_match_is_asked_for(tmp_path: Path) -> None:
    """A position whose title the pack does not know: what it was, before anything else."""
    path = tmp_path / "jana.yaml"
    made = Ran("profile", "import", "linkedin", str(PRODUCT / "profiles" / "exports" / "linkedin"), "-o", str(path), *RULES)
    assert made.code == 0, made.err
    assert "product_management_years: unknown" in made.err
    before = path.read_text(encoding="utf-8")
    ran = answer(path, "sales force\nproduct\ndone\n", ROLE)
    assert "Product Wizard, Kováč & Sons” (2018-01 to 2019-12): what is its function?" in ran.err
    assert "`sales force` is none of the options" in ran.err
    end = "      end: 2019-12\n"
    assert path.read_text(encoding="utf-8") == before.replace(end, f"{end}      function: product\n")
    facts = complete(pack(), load_profile(path, pack()), AS_OF).facts
    assert "product_management_years" in facts


def test_whoever_is_killed_loses_nothing(ada: Path) -> None:
    """The first answer stands in the file before the second is given."""
    words = [sys.executable, "-m", "evaluator", "profile", "answer", str(ada), ROLE, "--no-evidence", "--rules", str(PRODUCT / "rules")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as running:
        assert running.stdin is not None
        assert running.stderr is not None
        running.stdin.write(b"working\n")
        running.stdin.flush()
        seen = b""
        while seen.count(b"\n> ") < 2:
            seen += os.read(running.stderr.fileno(), 4096)
        running.send_signal(signal.SIGKILL)
    assert ada.read_text(encoding="utf-8") == f"{PROFILE}  coaching: working\n"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("How many people report directly to you today?", "How many people report directly to them today?"),
        ("What strategy have you set yourself?", "What strategy have they set themselves?"),
        ("You're on your own, and yours is it?", "They're on their own, and theirs is it?"),
        (
            "Which areas do you know so well that others ask you about them?",
            "Which areas do they know so well that others ask them about them?",
        ),
        ("Was it as planned before you improved it?", "Was it as planned before they improved it?"),
        ("Would either suit you?", "Would either suit them?"),
        ("Who are you?", "Who are they?"),
        ("Youth and young people", "Youth and young people"),
        ("Wie viele Jahre haben Sie gearbeitet?", "Wie viele Jahre haben Sie gearbeitet?"),
    ],
)
def test_a_question_is_turned_to_the_third_person(asked: str, told: str) -> None:
    """As subject and as object, with capitals and apostrophes; words that only look like it stay."""
    assert about_somebody(asked) == told


def test_no_question_of_the_pack_keeps_the_second_person() -> None:
    """Whatever is asked of somebody else speaks of them."""
    for attribute in pack().attributes.values():
        assert " you" not in f" {about_somebody(attribute.question or '')}".casefold().replace(" young", "")
