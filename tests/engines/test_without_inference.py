"""Where durable_rules is left out, as on Windows, the reference judges instead: with the same verdicts, and said wherever it counts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from evaluator import evaluate, load_pack, load_profile
from evaluator.cli.main import run
from evaluator.engines import installed
from tests.product import PROFILES, RULES

NOTE = "note: durable_rules is not on this machine, so the engine reference judges, which defines what rules mean\n"
Capture = pytest.CaptureFixture[str]


def take_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine's module not be there."""
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)


@pytest.fixture(name="windows")
def _windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with Windows, and without durable_rules."""
    take_out(monkeypatch)
    monkeypatch.setattr(installed, "PLATFORM", "win32")


def judged(capsys: Capture, *words: str) -> tuple[list[dict[str, object]], str]:
    """Return what profiles are judged to be, and what is said beside it."""
    assert run(["evaluate", *words, "--as-of", "2026-11-01", "--format", "jsonl"]) == 0
    said = capsys.readouterr()
    return [json.loads(line) for line in said.out.splitlines()], said.err


@pytest.mark.usefixtures("windows")
def test_profiles_are_judged_by_the_reference_and_it_is_said_once(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything but the engine's name is as inference has it."""
    found, said = judged(capsys, str(PROFILES))
    assert said.count(NOTE) == 1
    assert {one["provenance"]["engine"] for one in found} == {"reference"}  # type: ignore[index]
    monkeypatch.undo()
    elsewhere, said = judged(capsys, str(PROFILES))
    assert NOTE not in said
    assert {one["provenance"].pop("engine") for one in elsewhere} == {"inference"}  # type: ignore[index]
    for one in (*found, *elsewhere):
        one["provenance"].pop("engine", None)  # type: ignore[attr-defined]
        one.pop("fired", None)
    assert found == elsewhere


@pytest.mark.usefixtures("windows")
def test_a_table_is_judged_again_by_the_reference(tmp_path: Path, capsys: Capture) -> None:
    """The second opinion is never left out, and never the first engine's own."""
    table = str(PROFILES / "people.csv")
    assert run(["evaluate", table, "--as-of", "2026-11-01", "-o", str(tmp_path / "out.csv"), "--check", "20"]) == 0
    said = capsys.readouterr()
    assert "Checked    20 people judged again by reference, no difference" in said.out
    assert NOTE not in said.err


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    "verb", [["explain", "sofia-marquez.yaml", "product-director"], ["whatif", "sofia-marquez.yaml", "--set", "product_management_years=9"]]
)
def test_other_verbs_say_it_too(verb: list[str], capsys: Capture) -> None:
    """And name the engine where they name the tool."""
    name, profile, *rest = verb
    assert run([name, str(PROFILES / profile), *rest]) == 0
    assert capsys.readouterr().err.count(NOTE) == 1
    assert run([name, str(PROFILES / profile), *rest, "--engine", "reference"]) == 0
    assert NOTE not in capsys.readouterr().err


@pytest.mark.usefixtures("windows")
def test_the_library_says_it_in_the_provenance() -> None:
    """Without anything on a screen."""
    pack = load_pack(RULES)
    assert evaluate(pack, load_profile(PROFILES / "sofia-marquez.yaml", pack)).provenance.engine == "reference"


@pytest.mark.usefixtures("windows")
def test_inference_that_is_asked_for_is_missing(capsys: Capture) -> None:
    """With what it needs, and what to use until then."""
    assert run(["evaluate", str(PROFILES / "sofia-marquez.yaml"), "--engine", "inference"]) == 2
    said = capsys.readouterr().err
    assert "the inference engine can't be imported" in said
    assert "use --engine reference" in said
    assert NOTE not in said


def test_elsewhere_its_lack_is_an_error(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a dependency there, and an installation without it is broken."""
    take_out(monkeypatch)
    assert run(["evaluate", str(PROFILES / "sofia-marquez.yaml")]) == 2
    assert "the inference engine can't be imported" in capsys.readouterr().err


def test_a_decision_made_elsewhere_is_replayed(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the reference, which says the same."""
    log = str(tmp_path / "log.jsonl")
    words = [str(PROFILES / "sofia-marquez.yaml"), "product-director", "--decision", "deferred", "--by", "Panel"]
    assert run(["decide", *words, "--reason", "one gap", "--log", log]) == 0
    take_out(monkeypatch)
    monkeypatch.setattr(installed, "PLATFORM", "win32")
    capsys.readouterr()
    assert run(["decisions", "replay", log]) == 0, capsys.readouterr()
