"""Caps and policies under rule tests: what of them is covered, and which small changes of them are noticed."""

from __future__ import annotations

from pathlib import Path

from evaluator.packs.examples.branches import Part
from evaluator.packs.examples.coverage import coverage
from evaluator.packs.examples.coverage_report import branch_words
from evaluator.packs.examples.examples import example
from evaluator.packs.examples.mutant_status import Fate, MutantResult
from evaluator.packs.examples.mutants import mutants
from evaluator.packs.examples.mutation import mutate
from evaluator.packs.examples.mutation_runner import Bench
from tests.packs.examples.small import PACK, criterion, outcomes, write_pack

GATED = [
    criterion("years", "{years: {at_least: 8}}"),
    "  - {id: large, title: Large, kind: step, caps_at: nearly, when: {large: true}, basis: judgement}\n",
]
POLICY = "policies:\n  - {id: skilled, title: Skilled, kind: step, caps_at: not yet, when: {skill: {at_least: some}}, basis: judgement}\n"
EDITION = PACK.replace("version: 1.0.0\n", "version: 1.0.0\nlanguage: 2\n").replace(
    "  - verdict: not yet\n", "  - verdict: nearly\n    when: {required_unmet: {at_most: 1}}\n  - verdict: not yet\n"
)
MET = "  - name: all\n    attributes: {years: 8, large: true, skill: some}\n    expect: {verdict: ready}\n"
HELD = "  - name: held\n    attributes: {years: 8, large: false, skill: some}\n    expect: {verdict: nearly}\n"
BARRED = "  - name: barred\n    attributes: {years: 8, large: true, skill: none}\n    expect: {verdict: not yet}\n"


def gated(folder: Path, *tests: str, policy: str = "") -> Path:
    """Write a pack of the second edition with a role that asks for years, capped by size, and perhaps with a policy for all roles."""
    write_pack(folder, GATED, "tests:\n" + "".join(tests))
    (folder / "pack.yaml").write_text(EDITION + policy, encoding="utf-8")
    if policy:
        other = "role: senior\ntitle: Senior\ntrack: craft\nrung: 3\ncriteria:\n" + criterion("years", "{years: {at_least: 9}}")
        (folder / "roles/senior.yaml").write_text(other, encoding="utf-8")
    return folder


def open_caps(folder: Path) -> list[str]:
    """Return the caps that no rule test shows at work."""
    pack, found = outcomes(folder)
    return [branch_words(one.branch) for one in coverage(pack, found).open if one.branch.part is Part.CAP]


def judged(folder: Path, part: str) -> list[MutantResult]:
    """Return the mutants of one key of criteria."""
    pack, found = outcomes(folder)
    return [one for one in mutate(pack, found) if one.mutant.part == part]


def words(results: list[MutantResult], fate: Fate) -> set[str]:
    return {f"{one.mutant.subject}: {one.mutant.was} → {one.mutant.now}" for one in results if one.fate is fate}


def test_a_cap_is_covered_by_a_verdict_that_it_holds(tmp_path: Path) -> None:
    """An example in which it is unmet and something else gives as bad a verdict does not show it."""
    assert open_caps(gated(tmp_path, MET)) == ["lead/large, caps_at: holds the verdict at nearly"]
    below = "  - name: low\n    attributes: {years: 2, large: false}\n    expect: {verdict: nearly}\n"
    assert open_caps(gated(tmp_path, MET, below)) == ["lead/large, caps_at: holds the verdict at nearly"]
    assert open_caps(gated(tmp_path, MET, HELD)) == []


def test_every_other_verdict_and_no_cap_are_mutants(tmp_path: Path) -> None:
    """Without an example that it holds, nobody notices; the one that shows it kills both, and gives way to none."""
    unseen = judged(gated(tmp_path, MET), "caps_at")
    both = {"lead/large: caps_at: nearly → caps_at: not yet", "lead/large: caps_at: nearly → nothing"}
    assert words(unseen, Fate.SURVIVED) == both
    assert words(judged(gated(tmp_path, MET, HELD), "caps_at"), Fate.KILLED) == both


def test_what_has_no_weight_has_no_mutant_of_its_counting(tmp_path: Path) -> None:
    """A criterion that only caps is neither required nor weighs."""
    pack, _ = outcomes(gated(tmp_path, MET))
    assert {one.part for one in mutants(pack) if one.subject == "lead/large"} == {"when", "caps_at"}


def test_an_example_for_a_surviving_cap_comes_out_and_notices_it(tmp_path: Path) -> None:
    """Pasted into the file, the example that is printed passes, and kills its mutant."""
    folder = gated(tmp_path, MET)
    pack, _ = outcomes(folder)
    path = folder / "tests" / "lead.yaml"
    before = path.read_text(encoding="utf-8")
    for one in judged(folder, "caps_at"):
        assert one.witness is not None
        path.write_text(before + example(pack, one.mutant, one.witness), encoding="utf-8")
        _, more = outcomes(folder)
        assert more[-1].passed, more[-1].mismatches
        assert Bench(outcomes=more[-1:]).killer(one.mutant) is more[-1].test
        path.write_text(before, encoding="utf-8")


def test_a_policy_is_changed_once_for_all_its_roles(tmp_path: Path) -> None:
    """Its mutants touch every role that it holds for, stand at its one place, and are killed by an example of one of them."""
    folder = gated(tmp_path, MET, HELD, policy=POLICY)
    pack, _ = outcomes(folder)
    mine = [one for one in mutants(pack) if one.subject == "policies.skilled"]
    assert {one.roles for one in mine} == {("lead", "senior")}
    assert {one.span.path for one in mine} == {str(folder / "pack.yaml")}
    caps = {"policies.skilled: caps_at: not yet → caps_at: nearly", "policies.skilled: caps_at: not yet → nothing"}
    assert words(judged(folder, "caps_at"), Fate.SURVIVED) == caps
    assert caps <= words(judged(gated(folder, MET, HELD, BARRED, policy=POLICY), "caps_at"), Fate.KILLED)


def test_mutants_of_one_role_hold_the_policies_that_hold_for_it(tmp_path: Path) -> None:
    """With roles named, a policy is changed where it holds for one of them."""
    pack, _ = outcomes(gated(tmp_path, MET, policy=POLICY))
    assert any(one.subject == "policies.skilled" for one in mutants(pack, ("senior",)))
    some, _ = outcomes(gated(tmp_path, MET, policy=POLICY.replace("basis: judgement}", "basis: judgement, roles: [lead]}")))
    assert not any(one.subject == "policies.skilled" for one in mutants(some, ("senior",)))
