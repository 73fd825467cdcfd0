"""Evaluations: roles, standings, next roles, what lies beyond, marks of assumptions and where a result comes from."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction

import pytest

from evaluator import _version
from evaluator.core.expressions import Calculation, Operation, Reference, Since, TimeUnit
from evaluator.core.fingerprint import profile_hash
from evaluator.core.model import Pack, Profile
from evaluator.core.results import Evaluation, Standing, State
from evaluator.core.values import Value
from evaluator.engines.readiness import Evaluator, evaluate, standings
from evaluator.engines.reference import ReferenceEngine
from evaluator.engines.rule_layers import CRITERIA, MOVES, THE_MOVE, VERDICTS, EngineProblem, applies_key
from tests.core.build import (
    AS_OF,
    SPAN,
    all_of,
    any_of,
    attribute,
    bands,
    check,
    criterion,
    day,
    flag,
    judged,
    move,
    pack,
    profile,
    role,
    simple_role,
)

FLAGS = [attribute(name, "flag") for name in "abcdef"]


def run(made: Pack, person: Profile, as_of: datetime.date | None = AS_OF) -> Evaluation:
    """Evaluate by the definition of meaning."""
    return evaluate(made, person, as_of=as_of, engine="reference")


LADDER = pack(
    attribute("years", unit="years"),
    attribute("reports", "integer", unit="people"),
    attribute("skill", "scale", absent_means=0),
    attribute("big", "flag"),
    attribute("total", derive=Calculation(operation=Operation.SUM, parts=(Reference(attribute="years"), Reference(attribute="skill")))),
    roles=[
        role(
            "lead",
            criterion("experience", check("years", "at_least", 8), required=True, weight=3, kind="qualification"),
            criterion("team", check("reports", "at_least", 2), required=True, weight=2, kind="step"),
            criterion("skilled", check("total", "at_least", 10), weight=1),
            criterion("scale", check("reports", "at_least", 5), weight=4, applies_when=flag("big")),
        ),
    ],
)


@pytest.mark.parametrize(
    ("given", "states", "verdict", "scores", "gaps", "questions"),
    [
        (
            {"years": 9, "reports": 3, "skill": 1, "big": False},
            ["met", "met", "met", "not applicable"],
            "ready",
            (1, 1),
            [],
            [],
        ),
        (
            {"years": 9, "reports": 3, "big": True},
            ["met", "met", "unmet", "unmet"],
            "nearly",
            (Fraction(5, 10), Fraction(5, 10)),
            ["scale", "skilled"],
            [],
        ),
        (
            {"years": 9, "big": False},
            ["met", "unknown", "unmet", "not applicable"],
            "undecided: nearly to ready",
            (Fraction(3, 6), Fraction(5, 6)),
            ["skilled"],
            ["reports"],
        ),
        (
            {"years": 9, "reports": 3},
            ["met", "met", "unmet", "unknown"],
            "undecided: nearly to ready",
            (Fraction(5, 10), Fraction(5, 6)),
            ["skilled"],
            ["big"],
        ),
        (
            {"years": 1, "reports": 0, "big": False},
            ["unmet", "unmet", "unmet", "not applicable"],
            "not yet",
            (0, 0),
            ["experience", "team", "skilled"],
            [],
        ),
        (
            {},
            ["unknown", "unknown", "unknown", "unknown"],
            "undecided: not yet to ready",
            (0, 1),
            [],
            ["reports", "years", "big"],
        ),
    ],
)
def test_a_role_is_judged(  # noqa: PLR0913, PLR0917 - a table
    given: dict[str, Value],
    states: list[str],
    verdict: str,
    scores: tuple[Fraction, Fraction],
    gaps: list[str],
    questions: list[str],
) -> None:
    """Criteria, both sides of score and verdict, gaps in order and questions in order, worked out by hand."""
    found = run(LADDER, profile(**given)).roles["lead"]
    assert [one.state for one in found.criteria] == states
    assert str(found.verdict) == verdict
    assert (found.score.low, found.score.high) == scores
    assert [gap.criterion.id for gap in found.gaps] == gaps
    assert [question.attribute for question in found.questions] == questions


def test_the_tally_shown_is_that_of_the_worse_side() -> None:
    """The counts of a role are those behind the worse side of its verdict."""
    found = run(LADDER, profile(years=9, big=False)).roles["lead"]
    assert (found.tally["met"], found.tally["unmet"], found.tally["unknown"], found.tally["applicable"]) == (1, 2, 1, 3)


def test_criteria_say_what_they_assume() -> None:
    """A criterion names the attributes it reads whose value is the pack's assumption, or rests on one."""
    found = run(LADDER, profile(years=9, reports=3, big=False))
    assert found.assumed == {"skill", "total"}
    assert {one.criterion.id: one.assumed for one in found.roles["lead"].criteria} == {
        "experience": (),
        "team": (),
        "skilled": ("total",),
        "scale": (),
    }
    assert found.facts["skill"] == 0
    stated = run(LADDER, profile(years=9, reports=3, big=False, skill=0))
    assert stated.assumed == frozenset()
    assert all(one.assumed == () for one in stated.roles["lead"].criteria)


def test_an_assumption_behind_whether_a_criterion_applies_is_marked() -> None:
    """An applies-when that reads an assumed value marks its criterion too, each attribute once."""
    made = pack(
        attribute("a", "flag", absent_means=True),
        attribute("b", "flag"),
        roles=[role("lead", criterion("one", any_of(flag("b"), flag("a")), applies_when=flag("a")), criterion("two", flag("b")))],
    )
    first, second = run(made, profile(b=True)).roles["lead"].criteria
    assert (first.assumed, second.assumed) == (("a",), ())


@pytest.mark.parametrize(
    ("facts", "roles", "perhaps"),
    [
        ({"a": True, "b": True, "c": True}, ("top",), ()),
        ({"a": True, "b": True, "c": False}, ("middle", "peer"), ()),
        ({"a": True, "b": False, "c": False}, ("low",), ()),
        ({"a": False, "b": False, "c": False}, (), ()),
        ({"a": True, "b": True}, ("middle", "peer"), ("top",)),
        ({"a": True, "c": False}, ("low",), ("middle", "peer")),
        ({"a": True, "c": True}, ("top",), ()),
        ({"b": True, "c": False}, ("middle", "peer"), ()),
        ({"a": True}, ("low",), ("middle", "peer", "top")),
        ({"b": False, "c": False}, (), ("low",)),
        ({}, (), ("low", "middle", "peer", "top")),
    ],
)
def test_the_standing_is_the_highest_rung_that_is_ready(facts: dict[str, Value], roles: tuple[str, ...], perhaps: tuple[str, ...]) -> None:
    """Of a track, all roles of the highest ready rung stand, and those above that may be ready, once more is known."""
    made = pack(
        *FLAGS,
        roles=[
            simple_role("top", flag("c"), rung=3),
            simple_role("peer", flag("b"), rung=2),
            simple_role("middle", flag("b"), rung=2),
            simple_role("low", flag("a"), rung=1),
        ],
    )
    assert run(made, profile(**facts)).standings == (Standing(track="craft", roles=roles, perhaps=perhaps),)


def test_nearly_is_no_standing() -> None:
    """A role whose verdict is nearly is neither a standing nor perhaps one."""
    made = pack(*FLAGS, roles=[role("lead", criterion("one", flag("a")), criterion("two", flag("b")))])
    found = run(made, profile(a=True, b=False))
    assert str(found.roles["lead"].verdict) == "nearly"
    assert found.standings == (Standing(track="craft", roles=(), perhaps=()),)


def test_every_track_with_judged_roles_has_a_standing() -> None:
    """Tracks stand in the pack's order; one that has destinations alone has no standing."""
    made = pack(
        *FLAGS,
        roles=[simple_role("boss", flag("a"), track="management"), simple_role("expert", flag("b")), role("board", track="beyond")],
        tracks=("management", "beyond", "craft"),
    )
    found = run(made, profile(a=True, b=False))
    assert [(one.track, one.roles) for one in found.standings] == [("management", ("boss",)), ("craft", ())]
    assert standings(made, found.roles) == found.standings


def test_judged_roles_are_ordered_by_track_rung_and_id() -> None:
    """Roles come by the pack's tracks, then from low to high, then by id; destinations are never judged."""
    made = pack(
        *FLAGS,
        roles=[
            simple_role("d", flag("a"), track="management", rung=1),
            simple_role("c", flag("a"), rung=2),
            simple_role("b", flag("a"), rung=1),
            simple_role("a", flag("a"), rung=2),
            role("board", track="management", rung=9),
        ],
    )
    assert list(run(made, profile()).roles) == ["b", "a", "c", "d"]


NEXT = pack(
    *FLAGS,
    roles=[
        simple_role("today", flag("a")),
        simple_role("ready", flag("a"), flag("a")),
        simple_role("ready-too", flag("a")),
        simple_role("nearly-high", flag("a"), flag("a"), flag("b")),
        simple_role("nearly-low", flag("a"), flag("b")),
        simple_role("maybe", flag("a"), flag("f")),
        simple_role("not-yet", flag("b")),
        role("board"),
    ],
    moves=[
        move("today", "not-yet"),
        move("today", "nearly-low"),
        move("today", "board", flag("f")),
        move("today", "maybe"),
        move("today", "nearly-high"),
        move("today", "ready-too", flag("a")),
        move("today", "ready", all_of(flag("e"), flag("f"))),
        move("ready", "board"),
        move("today", "today", flag("b")),
    ],
)


def test_next_roles_are_ranked_by_verdict_then_score_then_file() -> None:
    """The moves out of today's role whose condition isn't unmet, the best verdict first, then the best score, then the file's order."""
    found = run(NEXT, profile("today", a=True, b=False))
    assert [(one.role.id, str(one.result.verdict) if one.result else "") for one in found.next_roles] == [
        ("ready-too", "ready"),
        ("ready", "ready"),
        ("maybe", "undecided: nearly to ready"),
        ("nearly-high", "nearly"),
        ("nearly-low", "nearly"),
        ("not-yet", "not yet"),
    ]
    assert found.role is not None
    assert found.role.id == "today"


def test_undecided_roles_are_ranked_by_their_worse_side() -> None:
    """Where a verdict or a score is open, its worse side ranks first and the better side only among equals."""
    whens = {
        "open": [flag("f"), flag("f")],
        "nearly": [flag("a"), flag("b")],
        "low-wide": [flag("a"), flag("f"), flag("b"), flag("f"), flag("f")],
        "higher": [flag("a"), flag("f"), flag("b"), flag("b")],
        "low-narrow": [flag("a"), flag("f"), flag("b"), flag("b"), flag("b")],
    }
    made = pack(
        *FLAGS,
        roles=[simple_role("today", flag("a")), *(simple_role(name, *parts, required=False) for name, parts in whens.items())],
        moves=[move("today", name) for name in ("low-narrow", "open", "low-wide", "higher", "nearly")],
        verdicts=bands(ready=check("score", "at_least", 1), nearly=check("score", "at_least", Fraction(1, 2)), not_yet=None),
    )
    found = run(made, profile("today", a=True, b=False)).next_roles
    scores = [(one.role.id, one.result.score.low, one.result.score.high) for one in found if one.result]
    assert scores == [
        ("nearly", Fraction(1, 2), Fraction(1, 2)),
        ("open", 0, 1),
        ("higher", Fraction(1, 4), Fraction(1, 2)),
        ("low-wide", Fraction(1, 5), Fraction(4, 5)),
        ("low-narrow", Fraction(1, 5), Fraction(2, 5)),
    ]


def test_the_condition_of_a_move_is_met_or_asked_for() -> None:
    """A move that is open says whether its condition holds, and what would settle it where that is unknown."""
    found = {one.role.id: one for one in run(NEXT, profile("today", a=True, b=False)).next_roles}
    assert (found["ready-too"].holds, found["ready-too"].asks) == (True, ())
    assert (found["not-yet"].holds, found["not-yet"].asks) == (True, ())
    assert (found["ready"].holds, found["ready"].asks) == (None, ("e", "f"))


@pytest.mark.parametrize(
    ("facts", "beyond", "closed"),
    [
        ({"a": True, "b": False}, ["board"], ["today->today"]),
        ({"a": True, "b": True}, ["board"], []),
        ({"a": True, "b": False, "f": False}, [], ["today->board", "today->ready", "today->today"]),
        ({"a": False, "e": False}, ["board"], ["today->ready-too", "today->ready"]),
    ],
)
def test_closed_moves_and_what_lies_beyond(facts: dict[str, Value], beyond: list[str], closed: list[str]) -> None:
    """A destination is named without being judged; a move whose condition is unmet is closed, in the order of the file."""
    found = run(NEXT, profile("today", **facts))
    assert [one.role.id for one in found.beyond] == beyond
    assert all(one.result is None for one in found.beyond)
    assert [one.key for one in found.closed] == closed
    assert not {one.move.key for one in (*found.next_roles, *found.beyond)} & set(closed)


@pytest.mark.parametrize("today", [None, "board", "not-yet"])
def test_without_moves_there_is_nothing_next(today: str | None) -> None:
    """A person whose role is not stated, or has no way out, has no next roles; every role is judged all the same."""
    found = run(NEXT, profile(today, a=True))
    assert (found.next_roles, found.beyond, found.closed) == ((), (), ())
    assert len(found.roles) == 7


def test_a_move_asks_for_what_a_derived_attribute_is_computed_from() -> None:
    """Where a move hangs on a derived attribute, its inputs are asked for."""
    made = pack(
        attribute("since", "date"),
        attribute("tenure", derive=Since(of="since", unit=TimeUnit.MONTHS)),
        attribute("a", "flag"),
        roles=[simple_role("today", flag("a")), simple_role("next", flag("a"))],
        moves=[move("today", "next", check("tenure", "at_least", 12))],
    )
    (only,) = run(made, profile("today")).next_roles
    assert only.asks == ("since",)
    assert run(made, profile("today", since=day("2025-11-01"))).next_roles[0].holds is True
    assert run(made, profile("today", since=day("2025-11-02"))).next_roles == ()


def test_an_evaluation_needs_a_date() -> None:
    """The clock is never read: without an as-of date there is no evaluation."""
    with pytest.raises(ValueError, match="needs an as-of date"):
        evaluate(LADDER, profile(years=9), engine="reference")


@pytest.mark.parametrize(
    ("stated", "asked_for", "used"),
    [(None, "2026-11-01", "2026-11-01"), ("2025-01-01", None, "2025-01-01"), ("2025-01-01", "2026-11-01", "2026-11-01")],
)
def test_the_date_asked_for_wins_over_the_profiles_own(stated: str | None, asked_for: str | None, used: str) -> None:
    """The as-of date is the one passed, else the profile's, and is the date everything is computed at."""
    made = pack(attribute("since", "date"), attribute("months", derive=Since(of="since", unit=TimeUnit.MONTHS)), roles=[])
    person = profile(None, None if stated is None else day(stated), since=day("2024-01-01"))
    found = run(made, person, None if asked_for is None else day(asked_for))
    assert found.provenance.as_of == day(used)
    assert found.facts["months"] == {"2026-11-01": 34, "2025-01-01": 12}[used]


def test_a_result_says_where_it_comes_from() -> None:
    """Every result carries the pack's name, version and hash, the profile's hash, the date, the tool's version and the engine."""
    person = profile(years=9)
    found = run(LADDER, person).provenance
    assert (found.pack, found.pack_version, found.pack_hash) == ("made-up", "1.2.3", "0123456789abcdef")
    assert (found.profile_hash, found.as_of) == (profile_hash(person), AS_OF)
    assert (found.tool_version, found.engine) == (_version.__version__, "reference")


def test_the_same_again_is_the_same() -> None:
    """An evaluator keeps nothing from one profile to the next."""
    evaluator = Evaluator(NEXT, engine="reference")
    people: Sequence[Profile] = [profile("today", a=True, b=False), profile(), profile("ready", f=True)]
    first = [evaluator.evaluate(person, as_of=AS_OF) for person in people]
    assert [evaluator.evaluate(person, as_of=AS_OF) for person in reversed(people)] == first[::-1]
    assert first == [run(NEXT, person) for person in people]


def test_a_profiles_hash_is_that_of_what_can_change_a_result() -> None:
    """What is stated changes the hash and its order doesn't; an integer, a fraction and a word are told apart."""
    hashes = [
        profile_hash(one)
        for one in (
            profile(a=1, b=2),
            profile("lead", a=1, b=2),
            profile(a=1),
            profile(a=True, b=2),
            profile(a=Fraction(1, 2), b=2),
            profile(a="1", b=2),
            profile(None, AS_OF, a=1, b=2),
        )
    ]
    assert len(set(hashes)) == len(hashes)
    assert profile_hash(profile(b=2, a=1)) == hashes[0]
    assert profile_hash(Profile(id="ada", name="Ada", given={"a": 1, "b": 2}, groups={"sex": "female"}, notes="!", span=SPAN)) == hashes[0]


def test_an_engine_that_is_not_there_is_named() -> None:
    """A wrong engine is an error that lists the right ones."""
    with pytest.raises(EngineProblem, match="there is no engine called `magic`") as caught:
        Evaluator(LADDER, engine="magic")
    assert caught.value.step is not None
    assert "reference" in caught.value.step


def test_the_reference_engine_answers_what_it_is_asked() -> None:
    """The engine answers for the rules asked about alone, in every layer; of the moves only for the one in question."""
    engine = ReferenceEngine(NEXT)
    assert engine.judge(CRITERIA, {"a": True}, ["today/c0", "maybe/c1"]).truths == {"today/c0": True, "maybe/c1": None}
    assert engine.judge(VERDICTS, {"required_unmet": 0, "score": Fraction(1, 2)}, ["ready", "nearly", "not yet"]).truths == {
        "ready": False,
        "nearly": True,
        "not yet": True,
    }
    both = ["today->board", "today->ready-too"]
    assert engine.judge(MOVES, {"a": True, "f": True, THE_MOVE: "today->board"}, both).truths == {"today->board": True}
    applies = ReferenceEngine(LADDER).judge(CRITERIA, {"big": True}, [applies_key("lead/scale")])
    assert applies.truths == {"lead/scale/applies": True}


@pytest.mark.parametrize("name", ["head-of-product", "Head of Product", "HEAD OF PRODUCT", "  product  head "])
def test_a_role_is_found_by_any_of_its_names(name: str) -> None:
    """A role answers to its id, its title and its other names, whatever the case and the spaces."""
    made = pack(roles=[role("head-of-product", title="Head of Product", also=("Product Head",)), role("lead")])
    found = made.find_role(name)
    assert found is not None
    assert found.id == "head-of-product"
    assert made.find_role("Head") is None


def test_a_criterion_that_does_not_apply_leaves_every_count() -> None:
    """A required criterion that does not apply is no obstacle and no help."""
    one = criterion("one", flag("a"), required=True)
    other = criterion("other", flag("b"), required=True, weight=9, applies_when=flag("c"))
    made = pack(*FLAGS, roles=[role("lead", one, other)])
    found = run(made, profile(a=True, b=False, c=False)).roles["lead"]
    assert str(found.verdict) == "ready"
    assert (found.score.low, found.score.high) == (Fraction(1), Fraction(1))
    assert found.tally["required_applicable"] == 1
    assert judged(other, {"c": False}).state is State.NOT_APPLICABLE
