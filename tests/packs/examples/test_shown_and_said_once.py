"""Worked examples of what results show, of demotions, and mutants of what is said at one place and read at others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from pathlib import Path

import attrs
import pytest

from evaluator.cli.main import run as run_verb
from evaluator.core.conditions import AllOf, AttributeTest
from evaluator.core.expressions import Gather, Gathering, TableBand
from evaluator.core.operators import Operator
from evaluator.core.trial_values import MOST_ENTRIES, entries
from evaluator.core.values import Kind, ValueType
from evaluator.diagnostics import Problems
from evaluator.packs.examples import Outcome, run
from evaluator.packs.examples.coverage import coverage
from evaluator.packs.examples.derivation_mutants import bands_fit
from evaluator.packs.examples.mutant_status import Fate, MutantResult
from evaluator.packs.examples.mutants import Mutant, mutants
from evaluator.packs.examples.mutation import mutate
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.ruletests import read_rule_tests
from tests.core.build import AS_OF, SPAN

PACK = """\
pack: shown
title: Shown
version: 1.0.0
language: 2
effective: 2026-01-01
tracks:
  craft: {title: Craft}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}}
  - verdict: not yet
conditions:
  skilled: {when: {skill: {at_least: some}, large: true}}
"""
ATTRIBUTES = """\
scales:
  level: [none, some, much]
tables:
  step_by_points:
    type: integer
    bands: [{at_least: 0, below: 3, gives: 1}, {at_least: 3, below: 6, gives: 2}, {at_least: 6, gives: 3}]
attributes:
  a: {title: A, type: integer, unit: points, range: {at_least: 0, at_most: 5}, question: A?}
  b: {title: B, type: integer, unit: points, range: {at_least: 0, at_most: 5}, question: B?}
  skill: {title: Skill, type: scale, scale: level, question: How much skill?}
  large: {title: Large, type: flag, question: Is it large?}
  points: {title: Points, type: integer, unit: points, report: true, derive: {sum: [a, b]}}
  step: {title: Step, type: integer, report: true, derive: {lookup: {of: points, table: step_by_points}}}
  mean_points: {title: Mean, type: number, report: true, derive: {mean: [a, b, 0]}}
  kind: {title: Kind, type: choice, options: [small, tall, wide], report: true,
    derive: {when: [{if: {large: true}, then: tall}, {otherwise: small}]}}
  hidden: {title: Hidden, type: integer, derive: {sum: [a, 1]}}
"""
ROLE = "role: {id}\ntitle: {title}\ntrack: craft\nrung: {rung}\ncriteria:\n{criteria}"
CRITERION = "  - {{id: {id}, title: {id}, kind: skill, required: true, basis: judgement, advice: Learn., when: {when}}}\n"
BASE = "{role: lead, attributes: {a: 3, b: 2, skill: some, large: true}}"
MOVES = """\
moves:
  - {from: lead, to: head, kind: promotion, basis: judgement}
  - {from: lead, to: clerk, kind: demotion, basis: judgement, when: {large: false}}
"""


def written(folder: Path, tests: str) -> Path:
    """Write a pack with the roles clerk, lead and head, and the worked examples of lead."""
    files = {
        "pack.yaml": PACK,
        "attributes.yaml": ATTRIBUTES,
        "moves.yaml": MOVES,
        "roles/clerk.yaml": ROLE.format(
            id="clerk", title="Clerk", rung=1, criteria=CRITERION.format(id="some", when="{skill: {at_least: some}}")
        ),
        "roles/lead.yaml": ROLE.format(
            id="lead", title="Lead", rung=2, criteria=CRITERION.format(id="skilled", when="{condition: skilled}")
        ),
        "roles/head.yaml": ROLE.format(
            id="head", title="Head", rung=3, criteria=CRITERION.format(id="skilled", when="{condition: skilled, hidden: {at_least: 2}}")
        ),
        "tests/lead.yaml": f"role: lead\nas_of: 2026-11-01\nbase: {BASE}\ntests:\n{tests}",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def outcomes(folder: Path) -> list[Outcome]:
    """Return what came of the worked examples."""
    pack = load_pack(folder)
    problems = Problems()
    tests = read_rule_tests(pack, problems)
    assert not problems.errors, [one.message for one in problems.errors]
    return list(run(pack, tests, engine="reference"))


KNOWN = "attributes: {a: 3, b: 2}, "
EXPECTED = {
    "a whole number": (KNOWN, "points: 5"),
    "of a table": (KNOWN, "step: 2"),
    "a fraction without an end": (KNOWN, "mean_points: 5/3"),
    "an option": (KNOWN, "kind: tall"),
    "bounds": ("without: [b], ", "points: {between: [3, 8]}"),
    "bounds by both ends": ("without: [b], ", "points: {at_least: 3, at_most: 8}"),
    "bounds of a table": ("without: [b], ", "step: {between: [2, 3]}"),
    "some options": ("without: [large], ", "kind: {one_of: [small, tall]}"),
    "several at once": ("without: [b], ", "points: {between: [3, 8]}, kind: tall"),
}


@pytest.mark.parametrize(("given", "reported"), EXPECTED.values(), ids=EXPECTED)
def test_what_results_show_is_expected(given: str, reported: str, tmp_path: Path) -> None:
    """Values, bounds and options come out as they are written."""
    (one,) = outcomes(written(tmp_path, f"  - {{name: One, {given}expect: {{reported: {{{reported}}}}}}}\n"))
    assert one.passed, one.mismatches


MISSED = {
    "a value": (KNOWN, "points: 4", "points: 4 points", "points: 5 points"),
    "a value of what is known in part": ("without: [b], ", "points: 5", "points: 5 points", "points: 3 to 8 points"),
    "other bounds": ("without: [b], ", "points: {between: [3, 7]}", "points: 3 to 7 points", "points: 3 to 8 points"),
    "bounds of what is known": (KNOWN, "points: {between: [3, 8]}", "points: 3 to 8 points", "points: 5 points"),
    "nothing known": (KNOWN, "kind: {known: false}", "kind: unknown", "kind: tall"),
    "an open end": (
        "without: [b], ",
        "points: {above: 2, at_most: 8}",
        "points: more than 2 and at most 8 points",
        "points: 3 to 8 points",
    ),
}


@pytest.mark.parametrize(("given", "reported", "expected", "found"), MISSED.values(), ids=MISSED)
def test_what_results_show_otherwise_is_told(given: str, reported: str, expected: str, found: str, tmp_path: Path) -> None:
    """A mismatch says both in words."""
    (one,) = outcomes(written(tmp_path, f"  - {{name: One, {given}expect: {{reported: {{{reported}}}}}}}\n"))
    assert [(miss.what, miss.expected, miss.found) for miss in one.mismatches] == [("reported", expected, found)]


REFUSED = {
    "not shown": ("hidden: 4", "R201", "results do not show it: say `report: true` where it is computed"),
    "misspelt": ("pionts: 4", "R201", "did you mean `points`?"),
    "stated": ("a: 4", "R201", "name a computed attribute with `report: true`"),
    "another type": ("points: many", "R204", None),
    "no option": ("kind: huge", "R204", None),
    "ends the wrong way round": ("points: {between: [8, 3]}", "R204", "write the lower one first"),
    "three ends": ("points: {between: [1, 2, 3]}", "R104", None),
    "ends of a choice": ("kind: {at_least: small}", "R104", None),
    "options of a number": ("points: {one_of: [1, 2]}", "R104", None),
    "two lower ends": ("points: {at_least: 1, above: 0}", "R104", None),
    "known to be known": ("points: {known: true}", "R104", None),
    "another key": ("points: {around: 4}", "R101", None),
    "nothing": ("points: ~", "R103", None),
}


@pytest.mark.parametrize(("reported", "code", "step"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_expected_is_refused(reported: str, code: str, step: str | None, tmp_path: Path) -> None:
    """Each mistake is told at its place, and lint ends with 1."""
    folder = written(tmp_path, f"  - {{name: One, expect: {{reported: {{{reported}}}}}}}\n")
    problems = Problems()
    read_rule_tests(load_pack(folder), problems)
    (error,) = problems.errors
    assert error.code == code
    assert error.span.path.endswith("tests/lead.yaml")
    assert step is None or error.help == step
    assert run_verb(["lint", str(folder)]) == 1


def test_demotions_are_expected_and_cover_their_moves(tmp_path: Path) -> None:
    """A worked example says where open demotions lead; what it decides of their conditions is covered, and by next roles it is not."""
    tests = "  - {name: Large, expect: {demotions: []}}\n  - {name: Small, attributes: {large: false}, expect: {demotions: [clerk]}}\n"
    for key, full in (("demotions", True), ("next_roles", False)):
        folder = written(
            tmp_path / key,
            tests if full else tests.replace("demotions: [clerk]", "next_roles: [head]").replace("demotions: []", "next_roles: [head]"),
        )
        run_outcomes = outcomes(folder)
        assert all(one.passed for one in run_outcomes)
        (branch,) = [one for one in coverage(load_pack(folder), run_outcomes).branches if one.branch.subject == "lead->clerk"]
        assert branch.full is full
        fates = {one.fate for one in judged(folder) if one.mutant.subject == "lead->clerk"}
        assert fates == ({Fate.KILLED} if full else {Fate.SURVIVED})
    (one,) = outcomes(written(tmp_path / "missed", "  - {name: Large, expect: {demotions: [clerk]}}\n"))
    assert [(miss.what, miss.missing) for miss in one.mismatches] == [("demotions", ("clerk",))]


def judged(folder: Path) -> list[MutantResult]:
    """Return what became of the mutants of a pack."""
    return list(mutate(load_pack(folder), outcomes(folder)))


def of(results: Sequence[MutantResult], subject: str) -> list[MutantResult]:
    """Return the mutants of one thing."""
    return [one for one in results if one.mutant.subject == subject]


def test_a_shown_attribute_is_covered_and_mutated(tmp_path: Path) -> None:
    """Without a worked example of it, its changes survive with one that would notice; with it, they are noticed."""
    bare = written(tmp_path / "bare", "  - {name: One, expect: {verdict: ready}}\n")
    survivors = [one for one in of(judged(bare), "points") if one.fate is Fate.SURVIVED]
    assert [one.mutant.now for one in survivors] == ["mean"]
    assert survivors[0].witness is not None
    assert survivors[0].witness.differences == ("reported",)
    tables = [one for one in coverage(load_pack(bare), outcomes(bare)).open if one.branch.subject == "step"]
    assert len(tables) == 3
    shown = "".join(
        f"  - {{name: With {a} and {b}, attributes: {{a: {a}, b: {b}}}, expect: {{reported: {{points: {a + b}, step: {step}}}}}}}\n"
        for a, b, step in ((0, 0, 1), (2, 0, 1), (3, 0, 2), (5, 0, 2), (5, 1, 3), (5, 5, 3))
    )
    full = written(tmp_path / "full", shown)
    assert not [one for one in coverage(load_pack(full), outcomes(full)).open if one.branch.subject in {"points", "step"}]
    assert not [one.mutant.now for name in ("points", "step") for one in of(judged(full), name) if one.fate is Fate.SURVIVED]


def test_the_example_for_a_survivor_passes_and_notices_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed for a survivor can be pasted: it passes as the rules stand, and the change is noticed then."""
    text = "  - {name: One, expect: {verdict: ready}}\n"
    folder = written(tmp_path, text)
    run_verb(["test", str(folder), "--mutate"])
    shown = capsys.readouterr().out
    pasted = "".join(f"{line}\n" for line in shown.split("points, derive: sum → mean")[1].split("\n\n")[0].split("\n")[2:])
    assert "reported: {points: 5" in pasted
    (folder / "tests/lead.yaml").write_text((folder / "tests/lead.yaml").read_text() + pasted)
    assert [one.passed for one in outcomes(folder)] == [True, True]
    assert {one.fate for one in of(judged(folder), "points")} == {Fate.KILLED}


def test_a_named_condition_is_changed_once(tmp_path: Path) -> None:
    """What two roles use by its name is changed where it is declared, for both; its uses have no changes of their own."""
    folder = written(tmp_path, "  - {name: One, expect: {verdict: ready}}\n")
    made = list(mutants(load_pack(folder)))
    assert not [one for one in made if one.subject == "lead/skilled" and one.part == "when"]
    changed = [one for one in made if one.subject == "conditions.skilled"]
    assert {one.now for one in changed} >= {"skill: {at_least: none}", "skill: {at_least: much}", "large: false", "any_of"}
    assert len(changed) == len({(one.span, one.now) for one in changed})
    assert {one.roles for one in changed} == {("lead", "head")}
    assert [one.was for one in made if one.subject == "head/skilled" and one.now == "nothing"] == [
        "condition: skilled",
        "hidden: {at_least: 2}",
    ]
    other = next(one for one in changed if one.now == "large: false").pack
    assert other.roles["lead"].criteria[0].when != load_pack(folder).roles["lead"].criteria[0].when
    results = of(judged(folder), "conditions.skilled")
    assert {one.fate for one in results} == {Fate.KILLED, Fate.SURVIVED}
    assert all(one.witness is not None for one in results if one.fate is Fate.SURVIVED)


def test_no_change_makes_bands_overlap(tmp_path: Path) -> None:
    """Every changed table could be written as it is: the border of two bands moves for both, and none is let in twice."""
    folder = written(tmp_path, "  - {name: One, expect: {verdict: ready}}\n")
    changed = [one for one in mutants(load_pack(folder)) if one.subject == "step" and "gives" not in one.was]
    lower = ["1..3 3..6 6..", "-1..3 3..6 6..", "0<..3 3..6 6.."]
    borders = ["0..2 2..6 6..", "0..4 4..6 6..", "0..=3 3<..6 6..", "0..3 3..5 5..", "0..3 3..7 7..", "0..3 3..=6 6<.."]
    assert sorted(_bands(one) for one in changed) == sorted([*lower, *borders])


def test_bands_that_leave_a_gap_or_hold_nothing() -> None:
    """An end that meets no other band moves alone; nothing is changed to what no table may say."""
    one, two = (TableBand(lowest=low, includes_lowest=True, highest=high, includes_highest=True, gives=1) for low, high in ((0, 2), (4, 4)))
    assert bands_fit([one, two])
    assert not bands_fit([one, attrs.evolve(two, lowest=2)])
    assert not bands_fit([one, attrs.evolve(two, includes_lowest=False)])
    assert not bands_fit([one, attrs.evolve(two, lowest=5)])
    assert not bands_fit([attrs.evolve(one, highest=None, includes_highest=False), two])


def test_entries_are_tried_in_every_pair_of_values_and_no_more_than_so_many() -> None:
    """Of many fields, each value of one comes beside each of every other, in no more entries than are bounded."""
    fields = {f"f{number}": ValueType(kind=Kind.CHOICE, options=("a", "b", "c")) for number in range(5)}
    type_ = ValueType(kind=Kind.RECORDS, fields=fields)
    tests = [AttributeTest(attribute=name, operator=Operator.IS, value="a", span=SPAN) for name in fields]
    gather = Gather(gathering=Gathering.COUNT, records="r", where=AllOf(parts=tuple(tests), span=SPAN))
    tried = [value[0] for value in entries(type_, [(gather, frozenset())], AS_OF, most=MOST_ENTRIES) if len(value) == 1]
    assert 60 < len(tried) <= 120
    for one, other in combinations(fields, 2):
        assert {(record[one], record[other]) for record in tried} == set(product("abc", repeat=2))
    assert tried == [value[0] for value in entries(type_, [(gather, frozenset())], AS_OF, most=MOST_ENTRIES) if len(value) == 1]


def _bands(mutant: Mutant) -> str:
    derivation = mutant.pack.attributes["step"].derivation
    assert derivation is not None
    return " ".join(
        f"{band.lowest}{'' if band.includes_lowest else '<'}..{'=' * band.includes_highest}{'' if band.highest is None else band.highest}"
        for band in derivation.expression.bands  # type: ignore[union-attr]
    )
