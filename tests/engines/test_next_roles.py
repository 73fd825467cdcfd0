"""The order of next roles: what edition 2 promises, key by key, the same in columns as in the reference, and edition 1 as it was."""

from __future__ import annotations

import random
from fractions import Fraction

import attrs
import polars as pl
import pytest

from evaluator.core.enums import MoveKind
from evaluator.core.model import Move, Pack, Role
from evaluator.engines.columns.encode import Person
from evaluator.engines.readiness import Evaluator
from evaluator.populations.judging import Judge
from evaluator.populations.levels import tidy
from evaluator.populations.request import Level, Request
from tests.core.build import AS_OF, SPAN, attribute, criterion, flag, move, pack, profile, role
from tests.populations.runs import frame_with_rows
from tests.slow import mostly_slow
from tests.strategies import random_as_of, random_pack, random_profile

FLAGS = [attribute(name, "flag") for name in "mu"]
STATED = {"m": True, "u": False}
"""`m` is met and `u` unmet; nothing is known of `q`."""
READY, NEARLY, NOT_YET = "m", "mu", "uu"
"""Criteria by letter, all required: all of them met, one of two, none."""


def _role(  # noqa: PLR0913 - what tells next roles apart
    name: str, letters: str, *, rung: int, track: str = "craft", order: int | None = None, extra: str = ""
) -> Role:
    criteria = [criterion(f"c{place}", flag(letter), role=name, required=True) for place, letter in enumerate(letters)]
    criteria += [criterion(f"x{place}", flag(letter), role=name, weight=Fraction(1, 10)) for place, letter in enumerate(extra)]
    return attrs.evolve(role(name, *criteria, track=track, rung=rung), order=order)


def _move(to: str, kind: MoveKind = MoveKind.PROMOTION) -> Move:
    return Move(origin="today", to=to, kind=kind, basis=move("a", "b").basis, span=SPAN)


LATERAL = MoveKind.LATERAL
CASES: dict[str, tuple[list[Role], list[Move], list[str], list[str]]] = {
    "a better verdict comes before a higher rung": (
        [_role("high", NEARLY, rung=5), _role("low", READY, rung=2)],
        [_move("high"), _move("low")],
        ["low", "high"],
        ["low", "high"],
    ),
    "a higher rung comes before a better score": (
        [_role("high", READY, rung=5, extra="u"), _role("low", READY, rung=2)],
        [_move("low"), _move("high")],
        ["high", "low"],
        ["low", "high"],
    ),
    "the last of the verdicts too": (
        [_role("high", NOT_YET, rung=5), _role("low", NOT_YET, rung=2)],
        [_move("low"), _move("high")],
        ["high", "low"],
        ["low", "high"],
    ),
    "a move sideways is not on the way up, whatever its rung": (
        [_role("aside", READY, rung=9, track="management"), _role("up", READY, rung=2)],
        [_move("aside", LATERAL), _move("up")],
        ["up", "aside"],
        ["aside", "up"],
    ),
    "a move of another kind up the same track is on the way up": (
        [_role("top", READY, rung=9), _role("up", READY, rung=2)],
        [_move("up"), _move("top", LATERAL)],
        ["top", "up"],
        ["up", "top"],
    ),
    "sideways the score decides": (
        [_role("worse", READY, rung=9, track="management", extra="u"), _role("better", READY, rung=2, track="management")],
        [_move("worse", LATERAL), _move("better", LATERAL)],
        ["better", "worse"],
        ["better", "worse"],
    ),
    "a better score comes before a lower order": (
        [_role("first", READY, rung=2, order=1, extra="u"), _role("second", READY, rung=2, order=2)],
        [_move("first"), _move("second")],
        ["second", "first"],
        ["second", "first"],
    ),
    "a lower order comes before the file's": (
        [_role("b", READY, rung=2, order=2), _role("none", READY, rung=2), _role("a", READY, rung=2, order=1)],
        [_move("none"), _move("b"), _move("a")],
        ["a", "b", "none"],
        ["none", "b", "a"],
    ),
    "a demotion is no next role, whatever its verdict": (
        [_role("down", READY, rung=0), _role("aside", NOT_YET, rung=1, track="management")],
        [_move("down", MoveKind.DEMOTION), _move("aside", LATERAL)],
        ["aside"],
        ["aside"],
    ),
    "the file decides last": (
        [_role("b", READY, rung=2), _role("a", READY, rung=2), _role("c", READY, rung=2, order=0), _role("d", READY, rung=2, order=0)],
        [_move("b"), _move("d"), _move("a"), _move("c")],
        ["d", "c", "b", "a"],
        ["b", "d", "a", "c"],
    ),
}
"""Roles, moves in the order of the file, and the order of next roles in edition 2 and in edition 1, by hand."""


def _pack(roles: list[Role], moves: list[Move], language: int) -> Pack:
    known = [role if language > 1 else attrs.evolve(role, order=None) for role in roles]
    made = pack(*FLAGS, roles=[_role("today", READY, rung=1), *known], moves=moves)
    return attrs.evolve(made, language=language)


def _next(made: Pack, people: list[Person], engine: str) -> list[list[str]]:
    """Return everybody's next roles in order, by the ranks that a table of people has."""
    request = Request(level=Level.ROLES, engine=engine)
    frame = frame_with_rows(made, people)
    table = tidy(frame, Judge(pack=made, request=request).judge(frame), made, request, pl.DataFrame())
    ranked = table.drop_nulls("next_rank").sort("row", "next_rank")
    return [ranked.filter(pl.col("row") == row)["judged_role"].to_list() for row in range(1, len(people) + 1)]


@pytest.mark.parametrize("language", [2, 1])
@pytest.mark.parametrize("name", CASES)
def test_next_roles_are_ranked_by_verdict_rung_score_order_and_file(name: str, language: int) -> None:
    """Every key decides where all before it are equal; in edition 1 the verdict, the score and the file do."""
    roles, moves, second, first = CASES[name]
    made = _pack(roles, moves, language)
    person = profile("today", **STATED)
    expected = second if language > 1 else first
    found = Evaluator(made, engine="reference").evaluate(person, as_of=AS_OF).next_roles
    assert [one.role.id for one in found] == expected
    assert _next(made, [Person(profile=person, as_of=AS_OF)], "columns") == [expected]


def test_peers_are_listed_by_their_order() -> None:
    """Those without one last, then by id; in every list of judged roles."""
    roles = [_role("c", READY, rung=2, order=1), _role("a", READY, rung=2), _role("b", READY, rung=2, order=2), _role("d", READY, rung=1)]
    made = _pack(roles, [], 2)
    assert [one.id for one in made.judged_roles] == ["d", "today", "c", "b", "a"]
    standings = Evaluator(made, engine="reference").evaluate(profile("today", **STATED), as_of=AS_OF).standings
    assert [one.roles for one in standings] == [("c", "b", "a")]


@pytest.mark.parametrize("seed", mostly_slow(range(12), quick=3, ordinary=7))
@pytest.mark.parametrize("language", [2, 1])
def test_columns_rank_all_next_roles_of_random_packs_as_the_reference_does(language: int, seed: int) -> None:
    """Not the best alone: every rank of everybody."""
    chance = random.Random(seed)
    made = random_pack(chance)
    while len(made.moves) < 4 or made.language != language:
        made = random_pack(chance)
    people = [Person(profile=random_profile(chance, made), as_of=random_as_of(chance)) for _ in range(15)]
    assert _next(made, people, "columns") == _next(made, people, "reference")
