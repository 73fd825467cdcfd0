"""Whatever a verdict or a move hangs on can be asked: in the interview, and among the open questions of reports."""

from __future__ import annotations

import json
import re
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.candidates.profile.drafting.interview import Interview
from evaluator.core.conditions import attributes_read
from evaluator.core.model import Profile
from evaluator.core.questions import assumptions, further_questions
from evaluator.core.results import State
from evaluator.diagnostics import Span
from evaluator.engines.readiness import Evaluator
from evaluator.populations.loading import load_people
from tests.candidates.profile.exports import Ran
from tests.candidates.profile.packs import AS_OF, pack
from tests.product import PRODUCT

EVALUATOR = Evaluator(pack(), engine="reference")
RULES = ["--rules", str(PRODUCT / "rules"), "--as-of", "2026-11-01"]
PEOPLE = {one.id: one for one in (*load_people(str(PRODUCT / "profiles"), pack()),) if one.role}
ROLES = [role.id for role in pack().judged_roles]
ASSUMED = [name for name, attribute in pack().attributes.items() if attribute.absent_means is not None]


def without(person: Profile, *names: str) -> Profile:
    """Return a person of whom some attributes are not stated."""
    return attrs.evolve(person, given={name: value for name, value in person.given.items() if name not in names})


def asked_of(person: Profile, role: str | None, *, everything: bool = False) -> dict[str, bool]:
    """Return what an interview asks where nobody knows any answer, and whether each takes the place of an assumption."""
    ahead = None if role is None else pack().roles[role]
    base = attrs.evolve(person, name=person.name or "Ada")
    held = Interview(evaluator=EVALUATOR, base=base, ahead=ahead, as_of=AS_OF, everything=everything)
    found: dict[str, bool] = {}
    while (key := held.next_key()) is not None:
        found |= {ask.attribute.id: ask.assumed for ask in held.asks()[:1]}
        held.take(key, None)
    return found


@pytest.mark.parametrize("everything", [False, True])
def test_what_the_move_to_a_role_hangs_on_is_asked_for_that_role(everything: bool) -> None:  # noqa: FBT001 - a table
    """Also where the verdict is decided: whether it matters is for the move to say."""
    person = without(PEOPLE["mei-lin-tan"], "preferred_work")
    assert "preferred_work" in asked_of(person, "product-director", everything=everything)
    assert "preferred_work" in asked_of(person, None, everything=everything)
    assert "preferred_work" not in asked_of(PEOPLE["mei-lin-tan"], "product-director", everything=everything)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(PEOPLE)), st.sampled_from(ROLES), st.sets(st.sampled_from(sorted(pack().attributes)), max_size=6))
def test_every_attribute_that_keeps_a_move_open_is_asked(name: str, role: str, left_out: set[str]) -> None:
    """For every person and role: each attribute that a move there reads and nobody stated, unless another move is open anyway."""
    person = without(PEOPLE[name], *left_out)
    evaluation = EVALUATOR.evaluate(person, as_of=AS_OF)
    moves = [one for one in evaluation.next_roles if one.role.id == role]
    wanted = {ask for one in moves for ask in one.asks} if all(one.holds is None for one in moves) else set()
    assert {one.attribute for one in further_questions(evaluation, role, pack()) if one.move} == wanted
    assert wanted <= asked_of(person, role).keys()


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(sorted(PEOPLE)), st.sampled_from(ROLES))
def test_with_all_every_assumption_that_a_criterion_rests_on_is_asked(name: str, role: str) -> None:
    """And without it, where the verdict would be open if the pack assumed nothing; all of them come last."""
    person = without(PEOPLE[name], *ASSUMED)
    result = EVALUATOR.evaluate(person, as_of=AS_OF)
    rests = {ask for one in result.roles[role].criteria for ask in assumptions(one, result, pack())}
    found = asked_of(person, role, everything=True)
    assert rests <= found.keys()
    assert {name for name, assumed in found.items() if assumed} <= set(ASSUMED)
    order = list(found.values())
    assert order == sorted(order)


def test_an_assumption_rests_on_nothing_where_the_rest_decides() -> None:
    """An any-of that is met by what is stated does not rest on what is assumed beside it, and one that is not does."""
    person = without(PEOPLE["mei-lin-tan"], "thought_leadership", "mentees")
    for mentees, rests in ((2, False), (1, True)):
        stated = attrs.evolve(person, given={**person.given, "mentees": mentees})
        evaluation = EVALUATOR.evaluate(stated, as_of=AS_OF)
        (found,) = (
            one for one in evaluation.roles["product-director"].criteria if "thought_leadership" in attributes_read([one.criterion.when])
        )
        assert "thought_leadership" in found.assumed
        assert bool(assumptions(found, evaluation, pack())) is rests
        assert found.state is (State.UNMET if rests else State.MET)


def test_an_answer_takes_the_place_of_an_assumption() -> None:
    """The interview asks for what the pack assumes none of; the answer counts, and nothing is assumed any more."""
    person = Profile(id="ada", name="Ada", role="group-product-manager", given={}, span=Span.whole_file(""))
    held = Interview(evaluator=EVALUATOR, base=person, ahead=pack().roles["product-director"], as_of=AS_OF, everything=True)
    while (key := held.next_key()) != "thought_leadership":
        assert key is not None
        held.take(key, None)
    (before,) = (one for one in held.evaluation().roles["product-director"].criteria if "thought_leadership" in one.assumed)
    held.take("thought_leadership", "talks")
    after = next(one for one in held.evaluation().roles["product-director"].criteria if one.criterion == before.criterion)
    assert (after.state, after.assumed) == (State.MET, ())
    assert held.profile().given["thought_leadership"] == {"talks"}


@pytest.fixture(name="person")
def _person(tmp_path: Path) -> str:
    """Return the file of a product manager who states neither what work she prefers nor what she has shared in public."""
    text = (PRODUCT / "profiles" / "mei-lin-tan.yaml").read_text(encoding="utf-8")
    path = tmp_path / "mei-lin-tan.yaml"
    path.write_text(re.sub(r"(?m)^  (preferred_work|thought_leadership):.*\n", "", text), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("verb", ["explain", "case"])
def test_reports_ask_what_the_move_hangs_on_and_what_is_assumed(verb: str, person: str) -> None:
    """Among the questions, with what hangs on each; a gap that rests on an assumption says so, with the question."""
    text = " ".join(Ran(verb, person, "product-director", *RULES).out.split())
    preferred = pack().attributes["preferred_work"].question
    shared = pack().attributes["thought_leadership"].question
    assert f"? {preferred} (decides whether the move is open)" in text
    assert "for: the move from Product Manager to Product Director" in text
    assert f"? {shared} (takes the place of what the pack assumes)" in text
    assert f"“Views shared in public” is not stated, and the pack assumes none; to be asked: {shared}" in text


def test_a_gap_that_is_stated_rests_on_no_assumption(person: str) -> None:
    """Nothing is said of an assumption where the profile says none."""
    path = Path(person)
    path.write_text(path.read_text(encoding="utf-8").replace("attributes:\n", "attributes:\n  thought_leadership: []\n"), encoding="utf-8")
    text = Ran("explain", person, "product-director", *RULES).out
    assert "the pack assumes" not in text


def test_a_move_that_is_settled_is_no_question(person: str) -> None:
    """And neither is one to a role that no move leads to."""
    for role, settled in (("senior-product-manager", True), ("chief-executive-officer", True), ("product-director", False)):
        text = Ran("explain", person, role, *RULES).out
        assert ("decides whether the move is open" not in text) is settled, role


def test_evaluate_says_for_whom_the_move_may_be_closed(person: str) -> None:
    """Below the table, and not for those whose move is settled."""
    text = " ".join(Ran("evaluate", person, "--role", "product-director", *RULES).out.split())
    assert "whether the move there is open hangs on “Preferred work”, which is not stated: Mei Lin Tan" in text
    other = Ran("evaluate", str(PRODUCT / "profiles" / "mei-lin-tan.yaml"), "--role", "product-director", *RULES).out
    assert "whether the move" not in other


def test_the_json_of_an_explanation_has_them_too(person: str) -> None:
    """With the move, or the criteria that rest on an assumption."""
    document = json.loads(Ran("explain", person, "product-director", "--format", "json", *RULES).out)
    found = {one["attribute"]: (one["move"], one["assumed_in"]) for one in document["further_questions"]}
    assert found["preferred_work"] == ({"from": "product-manager", "to": "product-director"}, [])
    move, criteria = found["thought_leadership"]
    assert move is None
    assert len(criteria) == 1
