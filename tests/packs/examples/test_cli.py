"""`evaluator test` on the real command line: outcomes, coverage, mutants and the limits for CI."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.packs.examples import mutation
from evaluator.packs.examples.coverage import coverage
from evaluator.packs.examples.mutant_status import Fates
from evaluator.packs.examples.mutants import mutants
from tests.packs.examples.small import criterion, outcomes, write_pack
from tests.product import ROOT

YEARS = criterion("years", "{years: {at_least: 8}}")
TESTS = (
    "tests:\n"
    "  - name: long\n    attributes: {years: 20}\n    expect: {verdict: ready}\n"
    "  - name: short\n    attributes: {years: 7}\n    expect: {verdict: not yet}\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a pack whose examples leave two mutants alive."""
    write_pack(tmp_path / "p", [YEARS], TESTS)
    return tmp_path


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evaluator", "test", "--rules", "p", "--engine", "reference", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_mutants_as_a_whole(folder: Path) -> None:
    """The report of a run with two survivors, to the letter."""
    ran = _run(folder, "--mutate", "--fail-under", "90")
    assert (
        ran.stdout
        == """\
p/roles/lead.yaml:10:12: survived: lead/years, when: years: {at_least: 8} → years: {above: 8}
   with the change: verdict not yet, score 0, gaps [years]; as it stands, in p/tests/lead.yaml:
  - name: years hangs on years at_least 8, not years above 8
    attributes: {years: 8}
    expect:
      verdict: ready
      score: 1
      gaps: []

p/roles/lead.yaml:10:12: survived: lead/years, when: years: {at_least: 8} → years: {at_least: 9}
   with the change: verdict not yet, score 0, gaps [years]; as it stands, in p/tests/lead.yaml:
  - name: years hangs on years at_least 8, not years at_least 9
    attributes: {years: 8}
    expect:
      verdict: ready
      score: 1
      gaps: []

role             mutants    killed    survived    equivalent    share killed
---------------  ---------  --------  ----------  ------------  --------------
lead             5          2         2           1             50 %
the pack itself  2          2         0           0             100 %

2 passed, 0 failed
pack: Small 1.0.0, p
coverage: 4 of 4 branches decided, 100 %
7 mutants: 4 killed, 2 survived, 1 equivalent; 66 % killed
the share of mutants killed, 66 %, is below 90 %
"""
    )
    assert (ran.returncode, ran.stderr) == (1, "")


def test_mutants_of_one_role_leave_the_rest(folder: Path) -> None:
    """Which is said, as is how to have the rest changed too."""
    last = _run(folder, "lead", "--mutate").stdout.splitlines()[-1]
    assert last.startswith("moves, verdicts and derived attributes were left as they are")
    assert "were left as they are" not in _run(folder, "--mutate").stdout
    assert "were left as they are" not in _run(folder, "lead").stdout


@pytest.mark.parametrize(("arguments", "code"), [(("--mutate", "--fail-under", "66"), 0), (("--fail-under", "100"), 0), (("--mutate",), 0)])
def test_a_limit_that_is_reached_is_no_failure(folder: Path, arguments: tuple[str, ...], code: int) -> None:
    """Exactly the share is enough, and survivors alone are no failure."""
    assert _run(folder, *arguments).returncode == code


def test_json_holds_the_same(folder: Path) -> None:
    """Counts, survivors and examples as data."""
    found = json.loads(_run(folder, "lead", "--mutate", "--coverage", "--format", "json").stdout)
    assert (found["passed"], found["roles"], found["below"]) == (2, {"lead": {"passed": 2, "failed": 0}}, [])
    assert found["coverage"] == {"branches": 1, "decided": 1, "percent": 100, "missing": []}
    assert [found["mutation"][key] for key in ("mutants", "killed", "survived", "equivalent")] == [5, 2, 2, 1]
    survivor = found["mutation"]["survivors"][0]
    assert (survivor["path"], survivor["line"], survivor["now"]) == ("p/roles/lead.yaml", 10, "years: {above: 8}")
    assert survivor["as_it_stands"]["verdict"] == "ready"
    assert survivor["with_the_change"]["verdict"] == "not yet"


def test_mutants_wait_for_examples_that_pass(folder: Path) -> None:
    """A failing example is reported, and nothing is changed."""
    path = folder / "p" / "tests" / "lead.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("verdict: ready", "verdict: not yet"), encoding="utf-8")
    ran = _run(folder, "--mutate")
    assert ran.returncode == 1
    assert "no mutants were made" in ran.stdout
    assert json.loads(_run(folder, "--mutate", "--format", "json").stdout)["mutation"] is None


def test_a_share_that_is_none_is_wrong_usage(folder: Path) -> None:
    """The limit is a percentage."""
    ran = _run(folder, "--fail-under", "101")
    assert ran.returncode == 2
    assert "--fail-under" in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.soak)], ids=["one of seven", "all"])
def test_the_shipped_pack_passes_decides_every_branch_and_kills_nine_mutants_of_ten(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the project promises of its own rules; of its mutants, which lie in the order of the files, one of seven in every run."""
    monkeypatch.setattr(mutation, "mutants", lambda pack, roles: itertools.islice(mutants(pack, roles), 0, None, step))
    pack, found = outcomes(ROOT / "rules")
    assert all(one.passed for one in found)
    assert not coverage(pack, found).open
    judged = tuple(mutation.mutate(pack, found))
    fates = Fates.of(judged)
    assert fates.share * 100 >= 90, fates
    assert len(judged) * step > 2000
