"""What is to be said of a person and a role: the table of all combinations, written by hand, and what it rests on."""

from __future__ import annotations

import datetime
import itertools
from fractions import Fraction

import attrs
import pytest

from evaluator.core.conditions import Condition
from evaluator.core.enums import MoveKind
from evaluator.core.expressions import Lookup, Reference
from evaluator.core.model import Band, Move, Pack, Profile
from evaluator.core.recommendation import Advice, Outlook, Recommendation, Relation, advice_on, outlook_of, recommend, stands_above, steps
from evaluator.core.results import Evaluation
from evaluator.core.values import Value
from evaluator.engines.readiness import evaluate
from tests.core.build import (
    AS_OF,
    all_of,
    any_of,
    at_least_of,
    attribute,
    bands,
    check,
    criterion,
    flag,
    move,
    none_of,
    pack,
    profile,
    role,
    simple_role,
)

FLAGS = [attribute(name, "flag") for name in ("a", "b", "c", "d", "open", "else")]
LEAD = role(
    "lead",
    criterion("one", flag("a"), required=True),
    criterion("two", flag("b"), required=True),
    criterion("three", flag("c")),
    criterion("four", flag("d")),
    track="people",
    rung=3,
)


def way(origin: str, to: str, kind: str = "promotion", when: Condition | None = None) -> Move:
    """Return a move of a kind."""
    return attrs.evolve(move(origin, to, when), kind=MoveKind(kind))


LEVEL = Lookup(of=Reference(attribute="points"), table="levels", rows={0: 0, 1: 1})
LOOKED_UP = [attribute("points"), attribute("level", derive=LEVEL)]
"""A level by points, to which the rules have no answer but for 0 and 1 point."""
BY_LEVEL = criterion("two", any_of(flag("b"), check("level", "at_least", 1)), required=True)
LADDER = pack(
    *FLAGS,
    *LOOKED_UP,
    roles=[
        attrs.evolve(LEAD, criteria=(LEAD.criteria[0], BY_LEVEL, *LEAD.criteria[2:])),
        simple_role("senior", flag("a"), track="people", rung=2),
        simple_role("expert", flag("a"), track="craft", rung=9),
        simple_role("chief", flag("a"), track="people", rung=4),
        simple_role("executive", flag("a"), track="company", rung=1),
        simple_role("artist", flag("a"), track="craft", rung=1),
    ],
    moves=[
        way("senior", "lead", when=flag("open")),
        way("expert", "lead", "lateral", when=flag("open")),
        way("lead", "executive"),
    ],
    tracks=["people", "craft", "company"],
)
OUTLOOKS: dict[str, dict[str, Value]] = {
    "best": {"a": True, "b": True, "c": True, "d": False},
    "open": {"a": True, "b": True},
    "between": {"a": True, "b": True, "c": False, "d": False},
    "last": {"a": False, "b": False, "c": False, "d": False, "points": 0},
    "never": {"a": False, "b": True, "c": False},
    "no answer": {"a": True, "b": False, "points": 7},
}
"""Facts for each outlook: 3 of 4; 2 to 4 of 4; 2 of 4; 0 of 4; 1 to 2 of 4 with a required one unmet; and a hole in a required one."""
TODAY: dict[str, tuple[str | None, dict[str, Value]]] = {
    "promotion, open": ("senior", {"open": True}),
    "promotion, unknown": ("senior", {}),
    "promotion, closed": ("senior", {"open": False}),
    "sideways, open": ("expert", {"open": True}),
    "sideways, unknown": ("expert", {}),
    "sideways, closed": ("expert", {"open": False}),
    "held": ("lead", {}),
    "down, same track": ("chief", {}),
    "down, by a promotion that led up": ("executive", {}),
    "no move": ("artist", {}),
    "no role": (None, {}),
}
SHORT = "wait; not yet; not yet, whatever the answers"
DOWN = "; ".join(["a step down"] * 6)
SETTLE = "the rules have no answer"
CLOSED = "; ".join(["the move is closed"] * 6)
TABLE = {
    "promotion, open": f"promote; ask; {SHORT}; {SETTLE}",
    "promotion, unknown": f"ask whether the move is open; ask; {SHORT}; {SETTLE}",
    "promotion, closed": CLOSED,
    "sideways, open": f"move; ask; {SHORT}; {SETTLE}",
    "sideways, unknown": f"ask whether the move is open; ask; {SHORT}; {SETTLE}",
    "sideways, closed": CLOSED,
    "held": f"confirm; ask; held and not met; held and not met; held and not met; {SETTLE}",
    "down, same track": DOWN,
    "down, by a promotion that led up": DOWN,
    "no move": "no move; no move; no move; not yet; not yet, whatever the answers; no move",
    "no role": "; ".join(["no role today"] * 6),
}
"""What is said, by how the role stands to today's.

The verdict is the best, may be the best, lies between, is the last, is never the best, or is kept from it by the rules.
"""
DEPARTS = {
    "promotion, open": "n/y ? y/n y/n y/n ?",
    "promotion, unknown": "? ? y/n y/n y/n ?",
    "promotion, closed": "y/n y/n y/n y/n y/n y/n",
    "sideways, open": "n/y ? y/n y/n y/n ?",
    "sideways, unknown": "? ? y/n y/n y/n ?",
    "sideways, closed": "y/n y/n y/n y/n y/n y/n",
    "held": "y/n y/n y/n y/n y/n y/n",
    "down, same track": "y/n y/n y/n y/n y/n y/n",
    "down, by a promotion that led up": "y/n y/n y/n y/n y/n y/n",
    "no move": "y/n y/n y/n y/n y/n y/n",
    "no role": "? ? y/n y/n y/n ?",
}
"""Whether it departs to promote, and not to: yes, no, or open."""
COMBINATIONS = [(today, place) for today in TODAY for place in range(len(OUTLOOKS))]


def judged(made: Pack, person: Profile, as_of: datetime.date = AS_OF) -> Evaluation:
    """Evaluate by the definition of meaning."""
    return evaluate(made, person, as_of=as_of, engine="reference")


def said(today: str, place: int, day: datetime.date | None = None) -> Recommendation:
    """Return what is said of one combination."""
    held, facts = TODAY[today]
    return recommend(judged(LADDER, profile(held, None, **list(OUTLOOKS.values())[place], **facts)), "lead", LADDER, day)


def test_the_tables_have_every_combination() -> None:
    """A row for each way to stand to a role, an entry for each outlook, and every word is used."""
    assert list(TABLE) == list(DEPARTS) == list(TODAY)
    assert {len(row.split("; ")) for row in TABLE.values()} == {len(row.split()) for row in DEPARTS.values()} == {len(Outlook)}
    assert {word for row in TABLE.values() for word in row.split("; ")} == {str(word) for word in Advice}
    assert {said(today, 0).relation for today in TODAY} == set(Relation)
    assert [said("held", place).outlook for place in range(len(OUTLOOKS))] == list(Outlook)


@pytest.mark.parametrize(("today", "place"), COMBINATIONS)
def test_what_is_said(today: str, place: int) -> None:
    """By the table above; a day that has not come changes no word of it, and is told apart."""
    found = said(today, place)
    assert str(found.advice) == TABLE[today].split("; ")[place]
    assert found.candidate is (today.startswith(("promotion", "sideways")) and not today.endswith("closed"))
    assert said(today, place, AS_OF) == found
    ahead = said(today, place, AS_OF - datetime.timedelta(days=1))
    assert ahead == attrs.evolve(found, projection=True)


@pytest.mark.parametrize(("today", "place"), COMBINATIONS)
def test_whether_a_decision_departs(today: str, place: int) -> None:
    """By the table above; of a day that has not come, no decision departs, but for promoting to the role held."""
    words = {True: "y", False: "n", None: "?"}
    found = said(today, place)
    both = [words[found.departs(promoted=promoted)] for promoted in (True, False)]
    assert (both[0] if both == ["?", "?"] else "/".join(both)) == DEPARTS[today].split()[place]
    ahead = attrs.evolve(found, projection=True)
    assert [ahead.departs(promoted=one) for one in (True, False)] == ([True, False] if today == "held" else [None, None])


FLAT = bands(all_met=check("unmet", "at_most", 0), some=check("met", "at_least", 1), none=None)
KNOWN = bands(sure=all_of(check("unknown", "at_most", 0), check("score", "at_least", Fraction(1, 2))), unsure=None)
BANDS = {"share": LADDER.bands, "counts": FLAT, "what is unknown": KNOWN}


@pytest.mark.parametrize("verdicts", BANDS.values(), ids=BANDS)
def test_ask_is_said_exactly_where_some_answers_make_it_the_best(verdicts: tuple[Band, ...], request: pytest.FixtureRequest) -> None:
    """By brute force over every state of four criteria, one of which may not apply: all answers to what is open are tried."""
    lead = attrs.evolve(LEAD, criteria=(*LEAD.criteria[:3], criterion("four", flag("d"), applies_when=flag("else"))))
    made = pack(*FLAGS, roles=[lead], verdicts=verdicts, tracks=["people"])
    names = ("a", "b", "c", "d", "else")
    for states in itertools.product((True, False, None), repeat=len(names)):
        known: dict[str, Value] = {name: state for name, state in zip(names, states, strict=True) if state is not None}
        missing = [name for name in names if name not in known]
        answers = [known | dict(zip(missing, one, strict=True)) for one in itertools.product((True, False), repeat=len(missing))]
        reached = {judged(made, profile(None, None, **one)).roles["lead"].verdict.low for one in answers}
        given = judged(made, profile(None, None, **known)).roles["lead"]
        found, best = outlook_of(given, made), verdicts[0].verdict
        assert (found is Outlook.BEST) is (str(given.verdict) == best), states
        assert (found in {Outlook.BEST, Outlook.OPEN}) is (best in reached), (states, reached)
        if "what is unknown" not in request.node.name:
            assert (found is Outlook.BEST) is (reached == {best}), (states, reached)


HOLED = (
    check("level", "at_least", 1),
    any_of(check("level", "at_least", 1), flag("b")),
    all_of(check("level", "at_least", 1), flag("b")),
    none_of(check("level", "at_least", 1), flag("b")),
    at_least_of(2, check("level", "at_least", 1), flag("b"), flag("c")),
)


@pytest.mark.slow
@pytest.mark.parametrize("when", HOLED)
@pytest.mark.parametrize("where", ["when", "applies_when", "both"])
@pytest.mark.parametrize("verdicts", BANDS.values(), ids=BANDS)
def test_nothing_is_asked_where_the_rules_keep_it_from_the_best(verdicts: tuple[Band, ...], when: Condition, where: str) -> None:
    """Ask is said exactly where some answers make it the best; where none do and the rules have no answer, they are to be settled."""
    holed = criterion(
        "holed", flag("d") if where == "applies_when" else when, applies_when=None if where == "when" else when, required=True
    )
    made = pack(*FLAGS, *LOOKED_UP, roles=[role("lead", LEAD.criteria[0], holed, track="people")], verdicts=verdicts, tracks=["people"])
    names, best = ("a", "b", "c", "d"), verdicts[0].verdict
    for states in itertools.product((True, False, None), repeat=len(names)):
        known: dict[str, Value] = {name: state for name, state in zip(names, states, strict=True) if state is not None}
        missing = [name for name in names if name not in known]
        answers = [known | dict(zip(missing, one, strict=True)) for one in itertools.product((True, False), repeat=len(missing))]
        reached = {judged(made, profile(None, None, points=7, **one)).roles["lead"].verdict.low for one in answers}
        given = judged(made, profile(None, None, points=7, **known)).roles["lead"]
        found = outlook_of(given, made)
        assert (found in {Outlook.BEST, Outlook.OPEN}) is (best in reached), (states, reached)
        assert found is not Outlook.NO_ANSWER or given.undefined
        assert bool(given.questions) or found is not Outlook.OPEN


def test_a_move_to_which_the_rules_have_no_answer_is_not_asked_about() -> None:
    """Whoever meets everything is told what keeps the move from being open; where the verdict is not the best, that counts first."""
    made = attrs.evolve(LADDER, moves=(way("senior", "lead", when=check("level", "at_least", 1)),))
    found = recommend(judged(made, profile("senior", None, a=True, b=True, c=True, points=7)), "lead", made)
    assert (found.outlook, found.advice, found.open) == (Outlook.BEST, Advice.NO_ANSWER, None)
    found = recommend(judged(made, profile("senior", None, a=True, b=True, c=True)), "lead", made)
    assert (found.outlook, found.advice, found.open) == (Outlook.BEST, Advice.ASK_FOR_MOVE, None)
    found = recommend(judged(made, profile("senior", None, a=True, b=True, c=False, d=False, points=7)), "lead", made)
    assert (found.outlook, found.advice) == (Outlook.BETWEEN, Advice.WAIT)


@pytest.mark.parametrize("outlook", Outlook)
@pytest.mark.parametrize("promoted", [True, False])
def test_no_role_today_leaves_open_only_what_hangs_on_it(outlook: Outlook, promoted: bool) -> None:  # noqa: FBT001 - both decisions
    """Whatever the role today may be, by whatever move: where all of it comes to the same, that is said, and else nothing."""
    ways = [(relation, open_) for relation in Relation if relation is not Relation.NO_ROLE for open_ in (True, None, False)]
    said = set()
    for relation, open_ in ways:
        advice = advice_on(relation, outlook, open_)
        said.add(Recommendation(relation=relation, outlook=outlook, advice=advice, open=open_).departs(promoted=promoted))
    found = Recommendation(relation=Relation.NO_ROLE, outlook=outlook, advice=Advice.NO_ROLE)
    assert found.departs(promoted=promoted) is (said.pop() if len(said) == 1 else None)


def ladder(*moves: Move, rungs: dict[str, tuple[str, int]]) -> Pack:
    """Return a pack of roles by track and rung, and moves."""
    roles = [simple_role(name, flag("a"), track=track, rung=rung) for name, (track, rung) in rungs.items()]
    return pack(*FLAGS, roles=roles, moves=moves, tracks=sorted({track for track, _ in rungs.values()}))


FLAT_RUNGS = {"x": ("left", 1), "y": ("right", 1), "z": ("right", 2)}


@pytest.mark.parametrize(
    ("made", "pair", "above"),
    [
        pytest.param(ladder(rungs={"x": ("t", 1), "y": ("t", 2)}), "yx", True, id="a higher rung"),
        pytest.param(ladder(rungs={"x": ("t", 1), "y": ("t", 2)}), "xy", False, id="a lower rung"),
        pytest.param(ladder(rungs={"x": ("t", 1), "y": ("t", 1)}), "xy", False, id="peers"),
        pytest.param(ladder(rungs={"x": ("left", 9), "y": ("right", 1)}), "xy", False, id="rungs of other tracks say nothing"),
        pytest.param(ladder(way("y", "x"), rungs=FLAT_RUNGS), "xy", True, id="promoted from there"),
        pytest.param(ladder(way("y", "z"), way("z", "x"), rungs=FLAT_RUNGS), "xy", True, id="promoted from there in two steps"),
        pytest.param(ladder(way("y", "x", "lateral"), rungs=FLAT_RUNGS), "xy", False, id="moved sideways from there"),
        pytest.param(ladder(way("y", "x"), way("x", "y", "lateral"), rungs=FLAT_RUNGS), "xy", True, id="a lateral move leads back down"),
        pytest.param(ladder(way("y", "x"), way("x", "y"), rungs=FLAT_RUNGS), "xy", False, id="promotions in a circle"),
        pytest.param(
            ladder(way("y", "x"), rungs={"x": ("t", 1), "y": ("t", 2)}),
            "yx",
            True,
            id="a promotion to a lower rung leads down",
        ),
        pytest.param(ladder(way("y", "x"), rungs={"x": ("t", 1), "y": ("t", 2)}), "xy", False, id="and from there up"),
    ],
)
def test_who_stands_above_a_role(made: Pack, pair: str, above: bool) -> None:  # noqa: FBT001 - a table
    """By rungs of one track, else by promotions; and nobody who stands above it can take a step to it."""
    today, there = pair
    assert stands_above(today, there, made) is above
    ways = [one for one in made.moves if (one.origin, one.to) == (today, there)]
    assert list(steps(today, there, made)) == ([] if above else ways)
    found = recommend(judged(made, profile(today, None, a=True)), there, made)
    assert (found.relation is Relation.DOWN) is above
    assert found.candidate is bool(ways and not above)


@pytest.mark.parametrize(
    ("moves", "facts", "expected"),
    [
        ([way("x", "y", "lateral"), way("x", "y")], {}, ("promotion", True)),
        ([way("x", "y", when=flag("open")), way("x", "y", "lateral")], {}, ("lateral", True)),
        ([way("x", "y", when=flag("open")), way("x", "y", "lateral")], {"open": True}, ("promotion", True)),
        ([way("x", "y", when=flag("open")), way("x", "y", "specialisation", when=flag("else"))], {"open": False}, ("specialisation", None)),
        ([way("x", "y", "specialisation", when=flag("open")), way("x", "y", when=flag("else"))], {}, ("promotion", None)),
        ([way("x", "y", when=flag("open"))], {"open": False}, ("promotion", False)),
    ],
)
def test_of_several_moves_the_most_open_one_counts(moves: list[Move], facts: dict[str, Value], expected: tuple[str, bool | None]) -> None:
    """Open before unknown before closed; of equally open ones a promotion; whatever their order in the file."""
    for order in (moves, moves[::-1]):
        made = ladder(*order, rungs=FLAT_RUNGS)
        found = recommend(judged(made, profile("x", None, a=True, **facts)), "y", made)
        assert found.move is not None
        assert (str(found.move.kind), found.open) == expected


def test_the_last_of_two_verdicts_and_a_best_one_that_nobody_misses() -> None:
    """A pack may have two verdicts, and a role no criterion that applies."""
    two = attrs.evolve(LADDER, bands=bands(yes=check("unmet", "at_most", 0), no=None))
    found = recommend(judged(two, profile("senior", None, open=True, a=True, b=True, c=True, d=False)), "lead", two)
    assert (found.outlook, found.advice) == (Outlook.LAST, Advice.NOT_YET)
    found = recommend(judged(two, profile("senior", None, open=True, a=True, b=True, c=True)), "lead", two)
    assert (found.outlook, found.advice) == (Outlook.OPEN, Advice.ASK)
