"""A made pack of 15 roles by 8 criteria over 30 attributes, and made people for any pack; the same on every run."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AllOf, AnyOf, AttributeTest, Condition, leaves
from evaluator.core.dates import Precision, truncate
from evaluator.core.enums import Basis, CriterionKind, MoveKind
from evaluator.core.model import Band, Criterion, Move, Pack, Profile, Role, Track
from evaluator.core.operators import OPERATORS, Operator
from evaluator.core.values import NUMERIC, Atom, Kind, Value, ValueType, tidy
from evaluator.diagnostics import Span
from evaluator.engines.rule_layers import CRITERIA, MOVES, layers

SEED = 2028
AS_OF = datetime.date(2026, 11, 1)
MISSING = 0.05
TRACKS, RUNGS, CRITERIA_A_ROLE = 3, 5, 8
_SPAN = Span.whole_file("made.yaml")
_LETTERS = tuple("abcdef")
_KINDS = {Kind.NUMBER: 8, Kind.INTEGER: 8, Kind.SCALE: 8, Kind.FLAG: 2, Kind.CHOICE: 2, Kind.SET: 2}
"""How many attributes of each kind the made pack has: 30 in all."""
_TESTED = tuple(operator for operator in Operator if operator is not Operator.KNOWN)


def made_pack(bands: tuple[Band, ...]) -> Pack:
    """Return the made pack, with the verdict bands of another one."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    types = {f"{kind}_{place}": _type(kind) for kind, count in _KINDS.items() for place in range(count)}
    roles = [_role(chance, f"track-{track}", rung, types) for track in range(TRACKS) for rung in range(RUNGS)]
    return Pack(
        name="made",
        title="Made",
        version="1.0.0",
        effective=AS_OF,
        bands=bands,
        tracks=tuple(Track(id=f"track-{track}", title=f"Track {track}", span=_SPAN) for track in range(TRACKS)),
        attributes={name: Attribute(id=name, title=name, type=found, span=_SPAN) for name, found in types.items()},
        documents={},
        roles={role.id: role for role in roles},
        moves=tuple(_move(low, high) for low in roles for high in roles if high.track == low.track and high.rung == low.rung + 1),
        content_hash="0" * 16,
        folder="made",
    )


def _type(kind: Kind) -> ValueType:
    return ValueType(kind=kind, options=_LETTERS if kind in {Kind.SCALE, Kind.CHOICE, Kind.SET} else ())


def _role(chance: random.Random, track: str, rung: int, types: Mapping[str, ValueType]) -> Role:
    name = f"{track}-{rung}"
    criteria = tuple(_criterion(chance, name, place, types) for place in range(CRITERIA_A_ROLE))
    return Role(id=name, title=name, track=track, rung=rung, criteria=criteria, span=_SPAN)


def _move(low: Role, high: Role) -> Move:
    return Move(origin=low.id, to=high.id, kind=MoveKind.PROMOTION, basis=Basis.JUDGEMENT, span=_SPAN)


def _criterion(chance: random.Random, role: str, place: int, types: Mapping[str, ValueType]) -> Criterion:
    return Criterion(
        id=f"criterion-{place}",
        role=role,
        title=f"Criterion {place}",
        kind=list(CriterionKind)[place % len(CriterionKind)],
        required=place < CRITERIA_A_ROLE // 4,
        weight=chance.randint(1, 3),
        when=_condition(chance, types),
        basis=Basis.JUDGEMENT,
        span=_SPAN,
    )


def _condition(chance: random.Random, types: Mapping[str, ValueType]) -> Condition:
    """Return a single test six times out of ten, else a pair of which both or one must hold."""
    tests = tuple(_test(chance, name, types[name]) for name in chance.sample(list(types), 2))
    share = chance.random()
    return tests[0] if share < 0.6 else (AllOf if share < 0.85 else AnyOf)(parts=tests, span=_SPAN)  # noqa: PLR2004 - shares of a whole


def _test(chance: random.Random, name: str, found: ValueType) -> AttributeTest:
    if found.kind in NUMERIC | {Kind.SCALE}:
        operator = chance.choice((Operator.AT_LEAST, Operator.AT_LEAST, Operator.AT_LEAST, Operator.AT_MOST))
        return AttributeTest(attribute=name, operator=operator, value=chance.randint(1, 4), span=_SPAN)
    if found.kind is Kind.FLAG:
        return AttributeTest(attribute=name, operator=Operator.IS, value=True, span=_SPAN)
    operator = chance.choice([one for one in _TESTED if one in OPERATORS[found.kind]])
    several = operator not in {Operator.IS, Operator.IS_NOT, Operator.INCLUDES}
    members = chance.sample(found.options, 2 if several else 1)
    alone = operator in {Operator.IS, Operator.IS_NOT}
    return AttributeTest(attribute=name, operator=operator, value=members[0] if alone else frozenset(members), span=_SPAN)


def made_people(pack: Pack, count: int) -> tuple[Profile, ...]:
    """Return people for a pack: values close to what its rules ask for, one in twenty missing, derived ones left to be computed."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    asked = _asked(pack)
    roles = [role.id for role in pack.judged_roles]
    stated = [attribute for attribute in pack.attributes.values() if attribute.derivation is None]
    return tuple(
        Profile(
            id=f"person-{place}",
            role=chance.choice(roles),
            given={one.id: _value(chance, one.type, asked.get(one.id, ())) for one in stated if chance.random() >= MISSING},
            span=_SPAN,
        )
        for place in range(count)
    )


def _asked(pack: Pack) -> dict[str, list[int | Fraction]]:
    """Return the numbers that the pack's rules compare each attribute with."""
    found: dict[str, list[int | Fraction]] = {}
    rules = [rule for layer in layers(pack) if layer.name in {CRITERIA, MOVES} for rule in layer.rules]
    for test in (test for rule in rules for test in leaves(rule.condition)):
        if isinstance(test.value, int | Fraction):
            found.setdefault(test.attribute, []).append(test.value)
    return found


def _value(chance: random.Random, found: ValueType, asked: Sequence[int | Fraction]) -> Value:
    if found.kind is Kind.SET:
        return frozenset(option for option in found.options if chance.random() < 0.5)  # noqa: PLR2004 - a coin
    if found.kind is Kind.RECORDS:
        return tuple(_record(chance, found) for _ in range(chance.randint(1, 4)))
    return _atom(chance, found, asked)


def _record(chance: random.Random, found: ValueType) -> dict[str, Atom]:
    """Return one entry, with its dates in the order of the fields, so that it ends after it starts."""
    entry = {name: _atom(chance, field, ()) for name, field in found.fields.items()}
    dates = sorted(value for value in entry.values() if isinstance(value, datetime.date))
    return entry | dict(zip([name for name, value in entry.items() if isinstance(value, datetime.date)], dates, strict=True))


def _atom(chance: random.Random, found: ValueType, asked: Sequence[int | Fraction]) -> Atom:
    if found.kind is Kind.FLAG:
        return chance.choice((True, False))
    if found.kind is Kind.SCALE:
        return chance.randrange(len(found.options))
    if found.kind is Kind.DATE:
        day = AS_OF - datetime.timedelta(days=chance.randrange(3000))
        return truncate(day, found.precision if found.precision is not Precision.DAY else Precision.MONTH)
    if found.kind in NUMERIC:
        step = Fraction(1, 2) if found.kind is Kind.NUMBER else 1
        return tidy(max(Fraction(0), chance.choice(asked or (3,)) + step * chance.randint(-2, 2)))
    return chance.choice(found.options or _LETTERS)
