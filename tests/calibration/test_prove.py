"""`prove` from the outside: what it says of edited packs, its formats, its exit codes, and z3 that is not installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.product import ROOT, RULES

Capture = pytest.CaptureFixture[str]
AS_OF = ["--as-of", "2026-11-01"]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a copy of the default pack."""
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def edit(rules: Path, role: str, old: str, new: str) -> None:
    """Change one line of a role."""
    path = rules / "roles" / f"{role}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def asked(capsys: Capture, rules: Path, *arguments: str) -> tuple[int, str]:
    """Run the verb on a pack; return its exit code and what it printed."""
    code = run(["prove", *arguments, "--rules", str(rules), *AS_OF])
    return code, capsys.readouterr().out


def test_a_count_of_what_is_ruled_out_beside_it(rules: Path, capsys: Capture) -> None:
    """All five departments and yet not sales, which lint cannot see, can never be; the line is named and the exit code is 1."""
    together = "core_departments: {at_least: 5}\n      departments: {includes_none: [sales]}"
    edit(rules, "senior-product-operations-manager", "core_departments: {at_least: 3}", together)
    assert run(["lint", "--rules", str(rules)]) == 0
    capsys.readouterr()
    code, shown = asked(capsys, rules, "senior-product-operations-manager", "--only", "criteria")
    assert code == 1
    assert "✗ “Has led an initiative with three core departments” can never be met\n" in shown
    assert "cannot hold together: at least 5 core departments worked with; departments worked with do not include sales" in shown
    assert re.search(r"senior-product-operations-manager\.yaml:\d+:\d+\n", shown)


def test_an_upper_limit_on_what_gets_better(rules: Path, capsys: Capture) -> None:
    """Two examples differ in one attribute alone, and the second is judged lower."""
    edit(rules, "senior-product-manager", "mentees: {at_least: 1}", "mentees: {at_least: 1, at_most: 4}")
    code, shown = asked(capsys, rules, "senior-product-manager", "--only", "direction", "--format", "json")
    assert code == 1
    (found,) = json.loads(shown)["findings"]
    before, after = (example["attributes"] for example in found["examples"])
    assert found["attribute"] == "mentees"
    assert {name for name in before if before[name] != after[name]} == {"mentees"}
    assert (before["mentees"], after["mentees"]) == (1, 5) or before["mentees"] <= 4 < after["mentees"]
    assert [example["verdicts"]["senior-product-manager"]["low"] for example in found["examples"]] != ["ready", "ready"]


def test_a_criterion_that_adds_nothing(rules: Path, capsys: Capture) -> None:
    """Both are named, with what it means for the score; as it stops nobody, the exit code is 0 unless it is asked for."""
    edit(rules, "senior-product-manager", "products_launched: {at_least: 2}", "product_management_years: {at_least: 2}")
    code, shown = asked(capsys, rules, "senior-product-manager", "--only", "implied")
    assert code == 0
    assert "whoever meets “Four years in product management roles” meets “Has launched two products or major releases” as well" in shown
    assert "for the score: missing the second means missing both, so one gap costs 4 of 12" in shown
    assert "Asked          1 pair of criteria of which one could imply the other\n" in shown
    assert "criteria that nobody or everybody meets" not in shown
    assert asked(capsys, rules, "senior-product-manager", "--only", "implied", "--fail-on", "implied")[0] == 1


def test_the_printed_example_is_a_profile_that_evaluates_as_said(rules: Path, tmp_path: Path, capsys: Capture) -> None:
    """What stands in braces can follow `attributes:` in a profile."""
    code, shown = asked(capsys, rules, "senior-product-manager", "--only", "order", "--fail-on", "order")
    assert code == 1
    attributes = re.search(r"example \(.*?\): (\{.*\})", shown)
    assert attributes is not None
    person = tmp_path / "example.yaml"
    person.write_text(f"profile: example\nas_of: 2026-11-01\nattributes: {attributes[1]}\n", encoding="utf-8")
    run(["evaluate", str(person), "--all-roles", "--rules", str(rules), "--format", "json"])
    roles = {one["role"]: one["verdict"] for one in json.loads(capsys.readouterr().out)["roles"]}
    assert roles["senior-product-manager"]["low"] == "ready"
    assert roles["product-manager"]["high"] != "ready"


def test_the_default_pack_has_no_contradictions(capsys: Capture) -> None:
    """Nobody's criteria are out of reach or a gift, no better value costs a verdict, every verdict can be got, nothing stays open."""
    code, shown = asked(capsys, ROOT / "rules", "--only", "criteria", "--only", "implied", "--only", "direction", "--only", "bands")
    assert code == 0
    assert "\nNo findings.\n" in shown
    assert "0 findings, 0 not decided" in shown


def test_the_command_line_itself_and_the_same_bytes_twice() -> None:
    """A run in a process of its own prints the same whatever the hash seed."""
    command = [sys.executable, "-m", "evaluator", "prove", "product-manager", *AS_OF, "--format", "markdown"]
    shown = [
        subprocess.run(command, env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}, capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2")
    ]
    assert shown[0] == shown[1]
    assert shown[0].startswith("# What follows from the rules: Product careers\n")
    assert shown[0].endswith("This informs a decision that people take; it does not take the decision.\n")


def without_z3(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the verb where z3 cannot be imported."""
    script = "import sys; sys.modules['z3'] = None; from evaluator.cli.main import run; sys.exit(run(sys.argv[1:]))"
    return subprocess.run([sys.executable, "-c", script, "prove", *arguments], capture_output=True, text=True, check=False)


def test_where_z3_is_missing_one_sentence_says_so() -> None:
    """Exit code 2, and the command that installs it."""
    ran = without_z3("product-manager", *AS_OF)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "error: proofs over whole roles need z3, which is not installed\n"
        "help: install it with: pip install 'promotion-readiness-evaluator[prove]'\n"
    )


def test_what_plain_reasoning_decides_needs_no_z3() -> None:
    """Criteria over stated attributes are decided without it."""
    ran = without_z3("associate-product-manager", "--only", "criteria", "--only", "implied", *AS_OF)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "No findings." in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chief-executive-officer"], "`chief-executive-officer` lies beyond the ladder and is never judged"),
        (["--only", "luck"], "'luck'"),
        (["--seconds", "0"], "0"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, capsys: Capture) -> None:
    """Exit code 2, with a sentence."""
    assert run(["prove", *arguments]) == 2
    assert message.replace("'", "`") in capsys.readouterr().err


def test_what_fails_no_run_has_a_mark_of_its_own(rules: Path, capsys: Capture) -> None:
    """A finding is crossed where it fails the run; the last facts say what fails it."""
    _, shown = asked(capsys, rules, "senior-product-manager", "--only", "order")
    assert "! somebody can be ready for it" in shown
    assert "✗" not in shown
    assert "Fails the run  nothing; what is marked ! does not, as --fail-on leaves out `order`" in " ".join(shown.split("\n"))
    _, shown = asked(capsys, rules, "senior-product-manager", "--only", "order", "--fail-on", "order")
    assert "✗ somebody can be ready for it" in shown
    assert "Fails the run  1 finding of `order`" in shown
