"""One-line builders of conditions, attributes, roles, packs and profiles for the tests of the core."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from fractions import Fraction

from hypothesis import strategies as st

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, Truth, truth
from evaluator.core.dates import Precision
from evaluator.core.enums import Basis, CriterionKind, MoveKind
from evaluator.core.expressions import Derivation, Expression
from evaluator.core.model import Band, Criterion, Move, Pack, Profile, Role, Track
from evaluator.core.operators import Operator
from evaluator.core.results import CriterionResult
from evaluator.core.values import Atom, Facts, Kind, Number, Value, ValueType
from evaluator.diagnostics import Span

SPAN = Span.whole_file("made-up.yaml")
AS_OF = datetime.date(2026, 11, 1)
SKILL_LEVEL = ("none", "awareness", "working", "practitioner", "expert")
LETTERS: dict[str, Truth] = {"m": True, "u": False, "?": None}
"""The letters of the truth tables: met, unmet, unknown."""


def day(text: str) -> datetime.date:
    """Return a date from its ISO form."""
    return datetime.date.fromisoformat(text)


def check(attribute: str, operator: str, value: Atom | frozenset[Atom] | None = None, *, other: str | None = None) -> AttributeTest:
    """Return a test of one attribute."""
    return AttributeTest(attribute=attribute, operator=Operator(operator), value=value, other=other, span=SPAN)


def flag(attribute: str, value: bool = True) -> AttributeTest:  # noqa: FBT001, FBT002 - as in a rule file
    """Return a flag's bare true or false."""
    return check(attribute, "is", value)


def all_of(*parts: Condition) -> AllOf:
    """Return an all-of."""
    return AllOf(parts=parts, span=SPAN)


def any_of(*parts: Condition) -> AnyOf:
    """Return an any-of."""
    return AnyOf(parts=parts, span=SPAN)


def none_of(*parts: Condition) -> NoneOf:
    """Return a none-of."""
    return NoneOf(parts=parts, span=SPAN)


def at_least_of(count: int, *parts: Condition) -> AtLeastOf:
    """Return an at-least-of."""
    return AtLeastOf(count=count, parts=parts, span=SPAN)


def at_least_share_of(count: int, *parts: Condition) -> AtLeastOf:
    """Return an at-least-of that says as a share how many parts it takes."""
    return AtLeastOf(count=count, share=Fraction(2 * count - 1, 2 * len(parts)), parts=parts, span=SPAN)


def value_type(kind: str, *, options: Iterable[str] = (), unit: str | None = None, precision: str = "day") -> ValueType:
    """Return a type; a scale without options is the scale of skill levels."""
    given = tuple(options) or (SKILL_LEVEL if kind == "scale" else ())
    return ValueType(kind=Kind(kind), options=given, unit=unit, precision=Precision(precision))


def attribute(  # noqa: PLR0913 - what an attribute or a criterion may say
    name: str,
    kind: str = "number",
    *,
    unit: str | None = None,
    options: Iterable[str] = (),
    precision: str = "day",
    derive: Expression | None = None,
    given: bool | None = None,
    absent_means: Atom | frozenset[str] | None = None,
) -> Attribute:
    """Return an attribute; a derived one may be given only where `given` says so."""
    return Attribute(
        id=name,
        title=name,
        type=value_type(kind, options=options, unit=unit, precision=precision),
        absent_means=absent_means,
        derivation=None if derive is None else Derivation(expression=derive, span=SPAN),
        may_be_given=derive is None if given is None else given,
        span=SPAN,
    )


def vocabulary(*attributes: Attribute) -> dict[str, Attribute]:
    """Attributes by name, in order."""
    return {found.id: found for found in attributes}


def criterion(  # noqa: PLR0913 - what an attribute or a criterion may say
    name: str,
    when: Condition,
    *,
    role: str = "lead",
    kind: str = "skill",
    required: bool = False,
    weight: Number = 1,
    applies_when: Condition | None = None,
    almost: Condition | None = None,
) -> Criterion:
    """Return a criterion."""
    return Criterion(
        id=name,
        role=role,
        title=name,
        kind=CriterionKind(kind),
        required=required,
        weight=weight,
        when=when,
        applies_when=applies_when,
        almost=almost,
        basis=Basis.JUDGEMENT,
        span=SPAN,
    )


def result(applies: Truth, held: Truth, *, kind: str = "skill", required: bool = False, weight: Number = 1) -> CriterionResult:
    """Return a criterion that came out as told."""
    return CriterionResult(criterion=criterion("one", flag("any"), kind=kind, required=required, weight=weight), applies=applies, held=held)


def judged(one: Criterion, facts: Facts) -> CriterionResult:
    """Return a criterion judged by the definition of truth."""
    applies = True if one.applies_when is None else truth(one.applies_when, facts)
    return CriterionResult(criterion=one, applies=applies, held=truth(one.when, facts))


def role(
    name: str, *criteria: Criterion, track: str = "craft", rung: int = 1, title: str | None = None, also: tuple[str, ...] = ()
) -> Role:
    """Return a role; one without criteria is a destination."""
    return Role(id=name, title=title or name, also=also, track=track, rung=rung, destination=not criteria, criteria=criteria, span=SPAN)


def simple_role(name: str, *whens: Condition, track: str = "craft", rung: int = 1, required: bool = True) -> Role:
    """Return a role with one criterion for each condition, of weight 1."""
    made = (criterion(f"c{number}", when, role=name, required=required) for number, when in enumerate(whens))
    return role(name, *made, track=track, rung=rung)


def move(origin: str, to: str, when: Condition | None = None) -> Move:
    """Return a move."""
    return Move(origin=origin, to=to, kind=MoveKind.PROMOTION, when=when, basis=Basis.JUDGEMENT, span=SPAN)


def bands(**conditions: Condition | None) -> tuple[Band, ...]:
    """Verdict bands, best first; an underscore in a verdict is a space."""
    return tuple(Band(verdict=name.replace("_", " "), when=when, span=SPAN) for name, when in conditions.items())


DEFAULT_BANDS = bands(
    ready=all_of(check("required_unmet", "at_most", 0), check("score", "at_least", Fraction(3, 4))),
    nearly=all_of(check("required_unmet", "at_most", 1), check("score", "at_least", Fraction(1, 2))),
    not_yet=None,
)
"""The bands of the default pack, as docs/rule-language.md prints them."""


def pack(
    *attributes: Attribute,
    roles: Iterable[Role] = (),
    moves: Iterable[Move] = (),
    verdicts: tuple[Band, ...] = DEFAULT_BANDS,
    tracks: Iterable[str] = ("craft", "management"),
) -> Pack:
    """Return a pack."""
    return Pack(
        name="made-up",
        title="Made up",
        version="1.2.3",
        effective=AS_OF,
        bands=verdicts,
        tracks=tuple(Track(id=name, title=name, span=SPAN) for name in tracks),
        attributes=vocabulary(*attributes),
        documents={},
        roles={found.id: found for found in roles},
        moves=tuple(moves),
        content_hash="0123456789abcdef",
        folder="made-up",
    )


def profile(today: str | None = None, as_of: datetime.date | None = None, /, **given: Value) -> Profile:
    """Return a profile: today's role, its own as-of date, and what is stated."""
    return Profile(id="ada", role=today, as_of=as_of, given=given, span=SPAN)


NUMBERS = st.integers(0, 4)
WORDS = ("design", "pricing", "research")
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "x": NUMBERS,
    "y": NUMBERS,
    "z": NUMBERS.map(lambda value: Fraction(value, 2)),
    "ready": st.booleans(),
    "sure": st.booleans(),
    "word": st.sampled_from(WORDS),
    "skills": st.frozensets(st.sampled_from(WORDS)),
}
"""Attributes of random conditions: three numbers, two flags, a choice and a set."""

_COMPARISONS = ("at_least", "at_most", "above", "below", "is", "is_not")
_WORD_SETS = st.frozensets(st.sampled_from(WORDS), min_size=1)

_tests = st.one_of(
    st.builds(check, st.sampled_from(("x", "y", "z")), st.sampled_from(_COMPARISONS), NUMBERS),
    st.builds(lambda left, word, right: check(left, word, other=right), st.just("x"), st.sampled_from(_COMPARISONS), st.just("y")),
    st.builds(flag, st.sampled_from(("ready", "sure")), st.booleans()),
    st.builds(check, st.just("word"), st.sampled_from(("is", "is_not")), st.sampled_from(WORDS)),
    st.builds(check, st.just("word"), st.sampled_from(("one_of", "none_of")), _WORD_SETS),
    st.builds(check, st.just("skills"), st.sampled_from(("includes_all", "includes_any", "includes_none")), _WORD_SETS),
    st.builds(check, st.just("skills"), st.just("includes"), st.sampled_from(WORDS).map(lambda word: frozenset({word}))),
)
_known = st.builds(check, st.sampled_from(sorted(VALUES)), st.just("known"), st.booleans())


def _grown(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=4)
    ways = st.sampled_from((at_least_of, at_least_share_of))
    counted = several.flatmap(lambda found: st.builds(lambda way, count: way(count, *found), ways, st.integers(1, len(found))))
    return st.one_of(
        several.map(lambda found: all_of(*found)),
        several.map(lambda found: any_of(*found)),
        several.map(lambda found: none_of(*found)),
        counted,
    )


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(_tests, _grown, max_leaves=8)
"""Random conditions without any `known`."""
CONDITIONS_WITH_KNOWN: st.SearchStrategy[Condition] = st.recursive(st.one_of(_tests, _known), _grown, max_leaves=8)
FACTS: st.SearchStrategy[Facts] = st.fixed_dictionaries({}, optional=VALUES)
"""Random facts, any of them missing."""
EVERYTHING: st.SearchStrategy[Facts] = st.fixed_dictionaries(VALUES)
"""Random facts, none of them missing."""
