"""What is offered in place of a name that is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.core.attributes import Attribute
from evaluator.diagnostics import did_you_mean
from evaluator.reading.pack.pack import load_pack
from evaluator.report.changed_values import change_words
from tests.product import PRODUCT

RULES = str(PRODUCT / "rules")
SOFIA = str(PRODUCT / "profiles" / "sofia-marquez.yaml")
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("senior-pm", "senior-product-manager"),
        ("Sr. product_manager", "senior-product-manager"),
        ("spm", "senior-product-manager"),
        ("DoPO", "director-of-product-operations"),
        ("vp product", "chief-product-officer"),
        ("product-manger", "product-manager"),
    ],
)
def test_a_role_is_offered_by_its_id(name: str, role: str, capsys: Capture) -> None:
    """By the words of its names in any writing, by their initials, or by what is spelt nearly so; a name that fits is taken."""
    code = run(["set", name, "nothing.weight", "1", "--rules", RULES])
    error = capsys.readouterr().err
    assert code == 2
    assert f"did you mean `{role}`" in error or f"`{role}` has no threshold" in error


def test_what_fits_no_role_is_told_in_a_line_with_judged_roles_alone(capsys: Capture) -> None:
    """The first roles of the ladder, how many more there are, and what draws them; no role that is never judged."""
    assert run(["prove", "wizard", "--rules", RULES]) == 2
    step = capsys.readouterr().err.splitlines()[-1]
    assert step.startswith("help: the roles are associate-product-manager, product-manager, senior-product-manager,")
    assert step.endswith(" and 11 more; `evaluator graph` draws them all")
    assert "chief-executive-officer" not in step


def test_two_writings_of_one_name_are_offered_once() -> None:
    """They differ in case, hyphens or underscores alone; the second place goes to another name."""
    known = ["product_management_years", "product management years", "people_management_years"]
    assert did_you_mean("product_managment_years", known) == "did you mean `product_management_years`?"
    assert did_you_mean("programme-manger", ["programme-manager", "Programme Manager"]) == "did you mean `programme-manager`?"
    assert did_you_mean("nothing like it", known[:1]) is None


def _knowledge() -> Attribute:
    return load_pack(RULES).attributes["knowledge"]


def test_a_long_set_is_a_count_and_its_first_members() -> None:
    """What joins and leaves is told in full; a set of four is short enough."""
    members = _knowledge().type.options[:7]
    before, after = change_words(_knowledge(), frozenset(members), frozenset(members[1:]))
    first = ", ".join(one.replace("-", " ") for one in members[:3])
    assert (before, after) == (f"7: {first}, +4", f"no longer {members[0].replace('-', ' ')}")
    four, _ = change_words(_knowledge(), frozenset(members[:4]), frozenset(members))
    assert four.startswith(first)
    assert ":" not in four


def test_whatif_keeps_the_table_narrow(capsys: Capture) -> None:
    """Seven areas of knowledge in the Before cell are a count and three names."""
    assert run(["whatif", SOFIA, "--set", "knowledge+=pricing", "--rules", RULES]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Knowledge areas"))
    assert "7: " in line
    assert ", +4" in line
    assert line.endswith("also pricing")
    assert len(line) <= 100


def test_a_criterion_that_is_gone_is_told_in_its_examples(tmp_path: Path, capsys: Capture) -> None:
    """With what to do about it."""
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    path = rules / "tests" / "product-director.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("gaps: [product-experience", "gaps: [zzz", 1), encoding="utf-8")
    assert run(["lint", "--rules", str(rules)]) == 1
    shown = capsys.readouterr()
    assert "R212" in shown.out
    assert "help: take it out of the example" in shown.out
    assert "not checked yet" not in shown.err


def test_lint_says_that_rule_tests_wait_for_the_pack(tmp_path: Path, capsys: Capture) -> None:
    """Where a file of the pack has errors, its worked examples cannot be held against it."""
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    path = rules / "moves.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("to: product-manager", "to: product-manger", 1), encoding="utf-8")
    assert run(["lint", "--rules", str(rules)]) == 1
    assert "note: rule tests were not checked yet against the pack: mend its errors first, and lint again" in capsys.readouterr().err
