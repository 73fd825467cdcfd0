"""People held in memory and judged in bulk come to what the definition says of each of them."""

from __future__ import annotations

import datetime
import shutil
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from evaluator.calibration.judged import judged
from evaluator.calibration.people import People, gathered
from evaluator.core.conditions import AttributeTest
from evaluator.core.model import Pack
from evaluator.core.operators import Operator
from evaluator.diagnostics import Problems, Span
from evaluator.engines.columns.decode import closed_to_records
from evaluator.engines.readiness import Evaluator
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population
from tests.product import PRODUCT

DAY = datetime.date(2026, 11, 1)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(PRODUCT / "rules")


def people_in(path: Path, pack: Pack) -> People:
    return gathered(open_population([path], pack, Options(), as_of=DAY, problems=Problems()), pack)


@pytest.fixture(scope="module")
def people(pack: Pack) -> People:
    return people_in(PRODUCT / "profiles" / "people.csv", pack)


def test_everybody_is_judged_as_by_the_definition(pack: Pack, people: People) -> None:
    """Verdicts of every role and the truth of every criterion equal the reference's, person by person."""
    found, reference = judged(people, pack), Evaluator(closed_to_records(pack), engine="reference")
    for place in range(people.height):
        evaluation = reference.evaluate(people.profile(place), as_of=DAY)
        for role in pack.judged_roles:
            result = evaluation.roles[role.id]
            sides = [pack.verdicts[found.verdict(role, which)[place]] for which in ("low", "high")]
            assert sides == [result.verdict.low, result.verdict.high]
            for one in result.criteria:
                held, applies = found.states(one.criterion)
                assert held[place] is one.held
                assert (True if applies is None else applies[place]) is one.applies


def test_candidates_are_those_with_an_open_move(pack: Pack, people: People) -> None:
    """Somebody is a candidate for a role where an evaluation names it as a next role."""
    reference = Evaluator(closed_to_records(pack), engine="reference")
    ahead = [{move.role.id for move in reference.evaluate(people.profile(place), as_of=DAY).next_roles} for place in range(people.height)]
    for role in pack.judged_roles:
        assert people.candidates(role).to_list() == [role.id in roles for roles in ahead]


def test_rounding_decides_nothing(tmp_path: Path) -> None:
    """A quotient on the threshold meets it, whatever floats make of it."""
    rules = tmp_path / "rules"
    shutil.copytree(PRODUCT / "rules", rules)
    path = rules / "attributes.yaml"
    hit = "\nattributes:\n  hit:\n    title: Hit\n    type: number\n    derive:\n      ratio: [outcome_achieved, outcome_target]\n"
    path.write_text(path.read_text(encoding="utf-8").replace("\nattributes:\n", hit, 1), encoding="utf-8")
    pack, table = load_pack(rules), tmp_path / "people.csv"
    rows = [(target / 10, numerator * target / 100) for target in range(1, 200) for numerator in (3, 7, 9)]
    table.write_text("id,outcome_target,outcome_achieved\n" + "".join(f"p{i},{a:.1f},{b:.2f}\n" for i, (a, b) in enumerate(rows)), "utf-8")
    for need in (3, 7, 9):
        test = AttributeTest(attribute="hit", operator=Operator.AT_LEAST, value=Fraction(need, 10), span=Span.whole_file("x"))
        assert people_in(table, pack).truth(test).to_list() == [numerator >= need for _ in range(1, 200) for numerator in (3, 7, 9)]


def test_nobody_is_no_failure(tmp_path: Path, pack: Pack) -> None:
    """A table of no rows is judged, and nobody is in it."""
    table = tmp_path / "people.csv"
    table.write_text("id,PM years\n", encoding="utf-8")
    assert judged(people_in(table, pack), pack).sides.height == 0


def test_people_are_judged_by_the_attributes_they_were_read_with(pack: Pack, people: People) -> None:
    """A pack with other attributes is refused."""
    fewer = attrs.evolve(pack, attributes=dict(list(pack.attributes.items())[:3]))
    with pytest.raises(ValueError, match="attributes of the pack"):
        judged(people, fewer)
