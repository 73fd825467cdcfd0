"""Random packs and profiles, well typed and full of edges, for tests that hold the engines against each other.

Every generator is a function of a `random.Random`: seeded, it is fast enough for a soak; drawn by Hypothesis, it shrinks.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial

import attrs
from hypothesis import strategies as st

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import AllOf, AttributeTest, Condition, leaves
from evaluator.core.current_role import types_implied, with_todays_role
from evaluator.core.dates import Precision, truncate
from evaluator.core.enums import Basis, CriterionKind, MoveKind
from evaluator.core.model import EDITIONS, Band, Criterion, Move, Pack, Policy, Profile, Role, Track
from evaluator.core.operators import COMPARISONS, Operator
from evaluator.core.ready_for import flag_of, with_ready_for
from evaluator.core.tally import TALLY_TYPES
from evaluator.core.values import MOST_DIGITS, NUMERIC, Atom, Kind, Number, Value, ValueType, tidy
from evaluator.reading.pack.roles import with_policies
from tests.drawing import NUMBERS, SPAN, alike, random_condition, random_type, random_value
from tests.expressions import derivation

PLAIN_KINDS = (Kind.NUMBER, Kind.INTEGER, Kind.SCALE, Kind.FLAG, Kind.DATE, Kind.CHOICE, Kind.SET)
FINE_WEIGHTS = (Fraction("33.3"), Fraction("33.4"), Fraction("33.333"), Fraction("0.001"))
"""Weights as percentages: as whole numbers they add up to more than a thousand."""
_NUDGES = (0, 0, 0, 1, -1, Fraction(1, 1000), Fraction(-1, 1000))


def packs() -> st.SearchStrategy[Pack]:
    """Return packs of one to six roles, with attributes of every kind, derived ones among them."""
    return st.builds(random_pack, _chances())


def profiles(pack: Pack) -> st.SearchStrategy[Profile]:
    """Return profiles for a pack, with values missing, equal to what its conditions ask for or just beside it."""
    return st.builds(lambda chance: random_profile(chance, pack), _chances())


def as_of_dates() -> st.SearchStrategy[datetime.date]:
    """Return the dates at which a profile is evaluated."""
    return st.dates(datetime.date(2023, 1, 1), datetime.date(2027, 12, 31))


def random_as_of(chance: random.Random) -> datetime.date:
    """Return a date at which a profile is evaluated."""
    return datetime.date(2023, 1, 1) + datetime.timedelta(days=chance.randrange(1800))


def _chances() -> st.SearchStrategy[random.Random]:
    return st.randoms(use_true_random=False)


def random_pack(chance: random.Random, *, computed: bool = False, language: int | None = None) -> Pack:
    """Return a pack, of either edition where none is named; where it is `computed`, its rules read computed attributes and little else."""
    return _random_pack(chance, computed=computed, language=language)


def _random_pack(chance: random.Random, *, computed: bool, language: int | None) -> Pack:
    edition = language or chance.choice(EDITIONS)
    ids = [f"role-{place}" for place in range(chance.randint(1, 6))]
    without = [
        (f"{part}-{place}", part) for place, part in enumerate(("entry", "held_only", "entry")) if edition > 1 and chance.random() < 0.3
    ]
    beyond = ["beyond"] if chance.random() < 0.3 else []
    tracks = tuple(
        Track(id=name, title=name.title(), cumulative=edition > 1 and chance.random() < 0.4, span=SPAN)
        for name in ("management", "craft")[: chance.randint(1, 2)]
    )
    names = [*ids, *(name for name, _ in without), *beyond]
    today = types_implied(names, [track.id for track in tracks]) if edition > 1 else {}
    attributes = random_attributes(chance, least=4 if computed else 0, most=8 if computed else 4, implied=today)
    if edition > 1:
        attributes = {name: _ranged(chance, attribute) for name, attribute in attributes.items()}
    read = [name for name, one in attributes.items() if not computed or one.derivation or chance.random() < 0.2]
    types = {name: attributes[name].type for name in read} | today
    flags = {flag_of(name): ValueType(kind=Kind.FLAG) for name in ids} if edition > 1 and chance.random() < 0.5 else {}
    before = [dict(list(flags.items())[:place]) for place in range(len(ids))]
    roles = [_role(chance, name, tracks, types | some) for name, some in zip(ids, before, strict=True)]
    roles = [attrs.evolve(role, interim=chance.random() < 0.15) for role in roles] if edition > 1 else roles
    if edition > 1:
        roles = [attrs.evolve(role, order=(None, 2, 1)[len(role.criteria) % 3]) for role in roles]
    roles += [_unasking(chance, name, part, tracks) for name, part in without]
    roles += [Role(id=name, title="Beyond", track=tracks[0].id, rung=9, destination=True, span=SPAN) for name in beyond]
    pack = Pack(
        name="random",
        title="Random",
        version="1.0.0",
        language=edition,
        effective=datetime.date(2026, 1, 1),
        bands=_bands(chance),
        tracks=tracks,
        attributes=attributes,
        documents={},
        roles={role.id: role for role in roles},
        moves=_moves(chance, roles, types | flags, edition),
        content_hash="0" * 16,
        folder="rules",
    )
    pack = with_caps(chance, with_verdicts_of_tracks(chance, pack), types)
    return with_ready_for(with_todays_role(pack, SPAN), SPAN) if edition > 1 else pack


_WORDS_OF_TRACKS = (
    ("promotable", "close", "no"),
    ("promotable", "not yet"),
    ("ready", "not yet", 'nearly "there"', "no"),
    ("ready", 'nearly "there"', "not yet"),
    ("exceeds", "meets", "nears", "develops", "starts"),
    ("everybody",),
)
"""Verdicts of tracks: other words, the same ones, the same in other places, many, and one alone."""


def with_verdicts_of_tracks(chance: random.Random, pack: Pack) -> Pack:
    """Return every other pack of the second edition with tracks that have verdicts of their own; what is drawn after it stays the same."""
    state = chance.getstate()
    if pack.language > 1 and chance.random() < 1 / 2:
        other = random.Random(chance.randrange(10**9))
        tracks = tuple(
            attrs.evolve(track, bands=_bands(other, other.choice(_WORDS_OF_TRACKS))) if other.random() < 2 / 3 else track
            for track in pack.tracks
        )
        pack = attrs.evolve(pack, tracks=tracks)
    chance.setstate(state)
    return pack


def with_caps(chance: random.Random, pack: Pack, types: Mapping[str, ValueType]) -> Pack:
    """Return two in three packs of the second edition with caps and policies: criteria that cap, with a weight or without one.

    What is drawn after it is what would be drawn without it, so that people stay the same.
    """
    state = chance.getstate()
    if pack.language > 1 and chance.random() < 2 / 3:
        roles = {
            name: attrs.evolve(role, criteria=tuple(_capping(chance, one, pack.verdicts_of(role)[1:]) for one in role.criteria))
            for name, role in pack.roles.items()
        }
        policies = _policies(chance, pack, types) if chance.random() < 0.5 else ()
        roles = {name: with_policies(role, policies) for name, role in roles.items()}
        pack = attrs.evolve(pack, roles=roles, policies=policies)
    chance.setstate(state)
    return pack


def _capping(chance: random.Random, criterion: Criterion, caps: Sequence[str]) -> Criterion:
    if chance.random() < 0.6 or not caps:
        return criterion
    capping = attrs.evolve(criterion, caps_at=chance.choice(caps))
    return capping if chance.random() < 0.4 else attrs.evolve(capping, required=False, weight=0)


def _policies(chance: random.Random, pack: Pack, types: Mapping[str, ValueType]) -> tuple[Policy, ...]:
    """Return policies for every judged role, for the tracks of some, or for roles by name."""
    found: list[Policy] = []
    for place in range(chance.randint(1, 2)):
        some = [role for role in pack.judged_roles if chance.random() < 0.5]
        tracks, roles = tuple(dict.fromkeys(role.track for role in some)), tuple(role.id for role in some)
        policy = Policy(criterion=attrs.evolve(_criterion(chance, "", f"policy-{place}", types), policy=True))
        policy = chance.choice(
            (
                policy,
                attrs.evolve(policy, tracks=tracks),
                attrs.evolve(policy, roles=roles),
                attrs.evolve(policy, tracks=tracks, roles=roles),
            )
        )
        scales = [pack.verdicts_of(role)[1:] for role in pack.judged_roles if policy.holds_for(role)] or [pack.verdicts[1:]]
        common = [verdict for verdict in scales[0] if all(verdict in scale for scale in scales)]
        found.append(attrs.evolve(policy, criterion=_capping(chance, policy.criterion, common)))
    return tuple(found)


def random_attributes(
    chance: random.Random, *, least: int = 0, most: int = 4, implied: Mapping[str, ValueType] | None = None
) -> dict[str, Attribute]:
    """Return stated attributes of any kind, then derived ones that read those before them, so many of them at least and at most.

    Some of them read what is implied too.
    """
    found: dict[str, Attribute] = {}
    for place in range(chance.randint(3, 10)):
        found[f"stated_{place}"] = _stated(chance, f"stated_{place}")
    for place in range(chance.randint(least, most)):
        types = {name: attribute.type for name, attribute in found.items()}
        types |= dict(implied or {}) if chance.random() < 0.3 else {}
        kind, derived = derivation(chance, types, partial(random_condition, chance, types, 1))
        found[f"derived_{place}"] = Attribute(
            id=f"derived_{place}", title="Derived", type=kind, derivation=derived, may_be_given=chance.random() < 0.3, span=SPAN
        )
    return found


def _stated(chance: random.Random, name: str) -> Attribute:
    if chance.random() < 0.1:
        return Attribute(id=name, title=name, type=ValueType(kind=Kind.RECORDS, fields=_fields(chance)), span=SPAN)
    found = random_type(chance, chance.choice(PLAIN_KINDS))
    default = random_value(chance, found) if chance.random() < 0.15 else None
    absent_means = None if isinstance(default, tuple) else default
    return Attribute(id=name, title=name, type=found, absent_means=absent_means, span=SPAN)


def _ranged(chance: random.Random, attribute: Attribute) -> Attribute:
    """Return an attribute, of stated numbers most with a range, whose ends may be left out of it."""
    type_ = attribute.type
    if type_.kind not in NUMERIC or attribute.derivation is not None or attribute.implied or chance.random() < 0.3:
        return attribute
    low, high = chance.choice((None, 0, 0, 0, 1, -1)), chance.choice((None, 3, 8, 8, Fraction(5, 2)))
    is_open = [type_.kind is Kind.NUMBER and end is not None and chance.random() < 0.4 for end in (low, high)]
    high = 2 if type_.kind is Kind.INTEGER and high == Fraction(5, 2) else high
    narrowed = attrs.evolve(type_, lowest=low, highest=high, lowest_open=is_open[0], highest_open=is_open[1])
    fits = attribute.absent_means is None or not narrowed.outside(attribute.absent_means)  # type: ignore[arg-type]  # a number
    return attrs.evolve(attribute, type=narrowed) if fits else attribute


def _fields(chance: random.Random) -> dict[str, ValueType]:
    month = ValueType(kind=Kind.DATE, precision=Precision.MONTH)
    kinds = {"what": Kind.TEXT, "sort": Kind.CHOICE, "size": Kind.NUMBER}
    part = ValueType(kind=Kind.NUMBER, lowest=0, highest=1)
    return {"start": month, "end": month} | {name: random_type(chance, kind) for name, kind in kinds.items()} | {"part": part}


def _role(chance: random.Random, name: str, tracks: Sequence[Track], types: Mapping[str, ValueType]) -> Role:
    criteria = tuple(_criterion(chance, name, f"criterion-{place}", types) for place in range(chance.randint(1, 5)))
    rung = chance.randint(1, 4)
    return Role(id=name, title=name.title(), track=chance.choice(tracks).id, rung=rung, criteria=criteria, span=SPAN)


def _unasking(chance: random.Random, name: str, part: str, tracks: Sequence[Track]) -> Role:
    """Return a role without criteria that people hold."""
    return Role(id=name, title=name.title(), track=chance.choice(tracks).id, rung=chance.randint(0, 4), span=SPAN, **{part: True})


def _criterion(chance: random.Random, role: str, name: str, types: Mapping[str, ValueType]) -> Criterion:
    return Criterion(
        id=name,
        role=role,
        title=name.title(),
        kind=chance.choice(list(CriterionKind)),
        required=chance.random() < 0.4,
        weight=chance.choice((1, 2, 3, Fraction(1, 2), Fraction(1, 3)) if chance.random() < 0.9 else FINE_WEIGHTS),
        when=random_condition(chance, types, chance.choice((0, 1, 2, 2, 3))),
        applies_when=random_condition(chance, types, chance.randint(0, 2)) if chance.random() < 0.2 else None,
        almost=random_condition(chance, types, chance.randint(0, 1)) if chance.random() < 0.3 else None,
        basis=Basis.JUDGEMENT,
        span=SPAN,
    )


def _bands(chance: random.Random, words: Sequence[str] = ()) -> tuple[Band, ...]:
    names = words or ("ready", 'nearly "there"', "not yet")[: chance.randint(1, 3)]
    conditions = [_band_condition(chance) for _ in names[1:]]
    return tuple(Band(verdict=name, when=when, span=SPAN) for name, when in zip(names, [*conditions, None], strict=True))


def _band_condition(chance: random.Random) -> Condition:
    score = AttributeTest(attribute="score", operator=Operator.AT_LEAST, value=chance.choice(NUMBERS[6:10]), span=SPAN)
    counted = AttributeTest(attribute="required_unmet", operator=Operator.AT_MOST, value=chance.randint(0, 2), span=SPAN)
    few = {name: TALLY_TYPES[name] for name in ("met", "unmet", "unknown", "applicable", "skill_met", "required_unknown", "score")}
    return chance.choice((score, AllOf(parts=(score, counted), span=SPAN), random_condition(chance, few, 2)))


def _moves(chance: random.Random, roles: Sequence[Role], types: Mapping[str, ValueType], edition: int) -> tuple[Move, ...]:
    kinds = [kind for kind in MoveKind if kind is not MoveKind.DEMOTION]
    into = [role for role in roles if not (role.entry or role.held_only)]
    pairs = [(one.id, other.id) for one in roles if not one.destination for other in into if one is not other]
    found = tuple(
        Move(
            origin=origin,
            to=to,
            kind=chance.choice(kinds),
            when=random_condition(chance, types, chance.randint(0, 2)) if chance.random() < 0.7 else None,
            basis=Basis.JUDGEMENT,
            span=SPAN,
        )
        for origin, to in pairs
        if chance.random() < 0.4
    )
    down = (attrs.evolve(move, kind=MoveKind.DEMOTION) if edition > 1 and place % 4 == 3 else move for place, move in enumerate(found))
    return tuple(down)


def random_profile(chance: random.Random, pack: Pack) -> Profile:
    """Return a profile for the pack."""
    asked = _asked(pack)
    missing = chance.choice((0.0, 0.1, 0.3, 0.7))
    given: dict[str, Value] = {}
    for name, attribute in pack.attributes.items():
        if attribute.may_be_given and not attribute.implied and chance.random() >= missing:
            twins = [given[other] for other in given if alike(attribute.type, pack.attributes[other].type)]
            value = _given(chance, attribute.type, asked.get(name, []), twins)
            outside = isinstance(value, int | Fraction) and attribute.kind in NUMERIC and attribute.type.outside(value)
            given[name] = attribute.type.near_lowest() if outside else value
    role = chance.choice([None, *(role.id for role in pack.roles.values() if not role.destination)])
    return Profile(id="random", role=role, other_role="Chef" if role is None and chance.random() < 0.3 else None, given=given, span=SPAN)


def _given(chance: random.Random, found: ValueType, asked: Sequence[Atom], twins: Sequence[Value]) -> Value:
    if twins and found.kind in NUMERIC | {Kind.DATE, Kind.SCALE} and chance.random() < 0.2:
        twin = chance.choice(twins)
        edge = found.kind is Kind.NUMBER and isinstance(twin, int | Fraction) and chance.random() < 0.4
        return _within(chance.choice(at_the_edge(twin)) if edge else twin, found)  # type: ignore[arg-type]
    if asked and chance.random() < 0.7:
        return _within(_beside(chance, chance.choice(asked)), found)
    return random_value(chance, found)


def _beside(chance: random.Random, literal: Atom) -> Value:
    if isinstance(literal, datetime.date):
        return literal + datetime.timedelta(days=chance.choice((0, 0, 1, -1)))
    if isinstance(literal, bool | str):
        return literal
    return chance.choice(at_the_edge(literal)) if chance.random() < 0.3 else literal + chance.choice(_NUDGES)


def at_the_edge(literal: Number) -> tuple[Number, ...]:
    """Return the numbers nearest to one that can be stated: one more and one less in the last of fifteen digits."""
    whole = len(str(abs(int(literal)))) if abs(literal) >= 1 else 0
    step = Fraction(1, 10 ** (MOST_DIGITS - whole)) if whole <= MOST_DIGITS else 1
    beside = [Fraction(literal) + step, Fraction(literal) - step]
    return tuple(tidy(number) for number in beside if (number / step).denominator == 1 and abs(number / step) < 10**MOST_DIGITS) or (
        literal,
    )


def _within(value: Value, found: ValueType) -> Value:
    """Bring a value that lies beside one of the type's back into the type."""
    if isinstance(value, datetime.date):
        return truncate(value, found.precision)
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        whole = value if found.kind is Kind.NUMBER else value.__floor__()
        return min(max(int(whole), 0), len(found.options) - 1) if found.kind is Kind.SCALE else tidy(whole)
    return value


def _asked(pack: Pack) -> dict[str, list[Atom]]:
    """Return the literals that the pack's rules compare each attribute with."""
    found: dict[str, list[Atom]] = {}
    for test in (test for condition in conditions(pack) for test in leaves(condition)):
        if test.operator in COMPARISONS and test.other is None and not isinstance(test.value, frozenset | None):
            found.setdefault(test.attribute, []).append(test.value)
    return found


def conditions(pack: Pack) -> Iterable[Condition]:
    """Yield every condition over attributes in the pack's roles and moves."""
    for role in pack.judged_roles:
        for criterion in role.criteria:
            yield criterion.when
            if criterion.applies_when is not None:
                yield criterion.applies_when
    yield from (move.when for move in pack.moves if move.when is not None)


def verdicts_of(pack: Pack, role: str | None) -> int:
    """Return how many answers one evaluation of a profile in that role takes: truths of criteria, verdicts on both sides, moves."""
    truths = sum(1 + (criterion.applies_when is not None) for one in pack.judged_roles for criterion in one.criteria)
    return truths + 2 * len(pack.judged_roles) + len(() if role is None else pack.moves_from(role))
