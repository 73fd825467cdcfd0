"""Small packs whose every profile can be listed, random ones among them, for the tests of proofs."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import Condition, truth
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Half,
    Literal,
    Lookup,
    Missing,
    Operation,
    Reference,
    Round,
    Since,
    TableBand,
    Tally,
    TimeUnit,
    When,
)
from evaluator.core.model import Band, Criterion, Expectation, Pack
from evaluator.core.results import Evaluation
from evaluator.core.values import Kind, Number, Value, ValueType
from evaluator.engines.readiness import Evaluator
from tests.core.build import (
    AS_OF,
    DEFAULT_BANDS,
    WORDS,
    all_of,
    any_of,
    at_least_of,
    at_least_share_of,
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
)

RANGES: Mapping[str, Sequence[Value]] = {
    "x": (0, 1, 2, 3),
    "y": (0, 1, 2, 3),
    "f": (False, True),
    "word": ("a", "b", "c"),
    "tags": tuple(frozenset(some) for size in range(3) for some in itertools.combinations("pq", size)),
}
"""Every value of every attribute that a profile can state, but a day, which stands in some packs instead of tags."""
DAYS = tuple(
    tuple(first + datetime.timedelta(days=number) for number in range(3))
    for first in (datetime.date(2026, 9, 30), datetime.date(2026, 10, 24), datetime.date(2026, 10, 31), datetime.date(2026, 12, 1))
)
"""Three days in a row, some of which turn a month, a week or the day judged for, 1 November."""


Days = Sequence[datetime.date] | None


def whole(name: str, low: int = 0, high: int = 3) -> Attribute:
    """Return a whole number of a range."""
    return Attribute(id=name, title=name, type=ValueType(kind=Kind.INTEGER, lowest=low, highest=high), span=attribute("a").span)


def stated(days: Sequence[datetime.date] = ()) -> list[Attribute]:
    """Return the attributes of RANGES, or with some days, a day in place of tags."""
    tags = attribute("tags", "set", options=("p", "q"))
    return [
        whole("x"),
        whole("y"),
        attribute("f", "flag"),
        attribute("word", "choice", options=("a", "b", "c")),
        attrs.evolve(attribute("day", "date"), type=ValueType(kind=Kind.DATE, lowest=days[0], highest=days[-1])) if days else tags,
    ]


def values_of(made: Pack) -> dict[str, Sequence[Value]]:
    """Return every value of every attribute that a profile can state of a pack."""
    found: dict[str, Sequence[Value]] = {name: values for name, values in RANGES.items() if name in made.attributes}
    return (
        found | {"day": next(days for days in DAYS if days[0] == made.attributes["day"].type.lowest)} if "day" in made.attributes else found
    )


def everybody(made: Pack, missing: Sequence[str] = ()) -> Iterator[dict[str, Value]]:
    """Yield every profile that states all, or all but some of what may be missing."""
    choices = [
        [(name, value) for value in values] + ([(name, None)] if name in missing else []) for name, values in values_of(made).items()
    ]
    for row in itertools.product(*choices):
        yield {name: value for name, value in row if value is not None}


def evaluations(made: Pack, missing: Sequence[str] = ()) -> list[tuple[dict[str, Value], Evaluation]]:
    """Evaluate everybody by the reference engine."""
    evaluator = Evaluator(made, engine="reference")
    found = [(given, evaluator.evaluate(profile(**given), as_of=AS_OF)) for given in everybody(made, missing)]
    return [(given, one) for given, one in found if all(truth(each.expect, one.facts) is not False for each in made.plausible)]


def random_pack(chance: random.Random) -> Pack:
    """Return a pack of two roles, one above the other."""
    days = chance.choice((None, chance.choice(DAYS)))
    derived = [attribute("d", "number", derive=_expression(chance, days))]
    roles = [
        role(
            name,
            *(
                criterion(
                    f"c{place}",
                    _condition(chance, chance.choice((0, 1, 1, 2)), days),
                    role=name,
                    required=chance.random() < 0.4,
                    weight=chance.choice((1, 2, 3)),
                    applies_when=_condition(chance, 0, days) if chance.random() < 0.3 else None,
                )
                for place in range(chance.randint(1, 3))
            ),
            rung=rung,
        )
        for rung, name in enumerate(("junior", "senior"), 1)
    ]
    made = pack(*stated(days or ()), *derived, roles=roles, moves=[move("junior", "senior")], verdicts=_bands(chance))
    expected = check("x", "at_most", other="y") if chance.random() < 0.5 else _condition(chance, 1, days)
    plausible = (Expectation(expect=expected, otherwise="odd", span=made.bands[0].span),) if chance.random() < 0.3 else ()
    return _with_caps(_with_verdicts_of_tracks(attrs.evolve(made, plausible=plausible), chance), chance)


_WORDS_OF_TRACKS = (
    ("able", "close", "far"),
    ("able", "no"),
    ("ready", "not yet", "nearly"),
    ("best", "good", "fair", "poor", "worst"),
)


def _with_verdicts_of_tracks(made: Pack, chance: random.Random) -> Pack:
    """Return a third of the packs with verdicts of a track's own, and the senior role perhaps on another track; all else as without."""
    state = chance.getstate()
    if chance.random() < 1 / 3:
        other = random.Random(chance.randrange(10**9))
        if other.random() < 1 / 2:
            made = attrs.evolve(made, roles={**made.roles, "senior": attrs.evolve(made.roles["senior"], track="management")})
        named = other.choice((["craft"], ["management"], ["craft", "management"]))
        tracks = tuple(attrs.evolve(track, bands=_other_bands(other)) if track.id in named else track for track in made.tracks)
        made = attrs.evolve(made, language=2, tracks=tracks)
    chance.setstate(state)
    return made


def _other_bands(chance: random.Random) -> tuple[Band, ...]:
    names, conditions = chance.choice(_WORDS_OF_TRACKS), [band.when for band in (*_bands(chance), *_bands(chance)) if band.when]
    return tuple(
        attrs.evolve(made_band, verdict=name, when=when)
        for made_band, name, when in zip(DEFAULT_BANDS * 2, names, [*conditions[: len(names) - 1], None], strict=False)
    )


def _with_caps(made: Pack, chance: random.Random) -> Pack:
    """Return every other pack with criteria that cap, with a weight or without one."""
    if chance.random() < 0.5:
        return made

    def capping(one: Criterion) -> Criterion:
        if chance.random() < 0.5:
            return one
        cap = attrs.evolve(one, caps_at=chance.choice(made.verdicts_of(made.roles[one.role])[1:]))
        return cap if chance.random() < 0.4 else attrs.evolve(cap, required=False, weight=0)

    roles = {name: attrs.evolve(role, criteria=tuple(map(capping, role.criteria))) for name, role in made.roles.items()}
    return attrs.evolve(made, language=2, roles=roles)


_STANDS_IN: tuple[Missing | Number, ...] = (Missing.UNKNOWN, Missing.UNKNOWN, Missing.SKIP, 0, 1)


def _expression(chance: random.Random, days: Days) -> Expression:
    """Return what a day counts for in a pack with days, else something of two numbers, often rounded, held inside bounds or looked up."""
    if days:
        unit = chance.choice(list(TimeUnit))
        near = {TimeUnit.DAYS: (AS_OF - days[1]).days - 1, TimeUnit.WEEKS: (AS_OF - days[1]).days // 7}.get(unit, 0)
        return Calculation(operation=Operation.DIFFERENCE, parts=(Since(of="day", unit=unit), Literal(value=near)))
    x, y = Reference(attribute="x"), Reference(attribute="y")
    missing = chance.choice(_STANDS_IN)
    first: Expression = Calculation(operation=chance.choice(list(Operation)), parts=(x, y), missing=missing)
    tests = tuple(_test(chance, None, derived=False) for _ in range(2))
    several: tuple[Expression, ...] = (
        first,
        When(branches=((tests[0], Literal(value=chance.randint(0, 3))),), otherwise=x, missing=chance.choice(_STANDS_IN[:3])),  # type: ignore[arg-type]
        Tally(conditions=tests, share=chance.random() < 0.5, missing=missing),
        Calculation(operation=Operation.MEAN, parts=(x, y), weights=chance.choice(((1, 2), (3, -1))), missing=missing),
    )
    ends: tuple[Number | None, Number | None] = chance.choice(((None, 2), (1, None), (1, 2)))
    of = Calculation(operation=Operation.DIFFERENCE, parts=(first, Literal(value=chance.choice((0, 1, Fraction(3, 2))))))
    over: tuple[Expression, ...] = (
        Floor(of=of),
        Ceil(of=of),
        Clamp(of=of, lowest=ends[0], highest=ends[1]),
        Round(of=of, step=chance.choice((1, 2, Fraction(1, 2))), half=chance.choice(list(Half))),
        Lookup(of=x, table="rows", rows={key: chance.choice((0, 1, 2, 3)) for key in range(chance.choice((3, 4, 4)))}),
        Lookup(of=of, table="bands", bands=_table_bands(chance)),
    )
    return chance.choice(several) if chance.random() < 0.4 else chance.choice(over)


def _table_bands(chance: random.Random) -> tuple[TableBand, ...]:
    gives, closed = [chance.choice((0, 1, 2, 3)) for _ in range(3)], chance.random() < 0.5
    ends = (None, chance.choice((0, 1)), 2, None)
    return tuple(
        TableBand(lowest=low, includes_lowest=low is not None and not closed, highest=high, includes_highest=closed, gives=give)
        for (low, high), give in zip(itertools.pairwise(ends), gives, strict=True)
    )[: chance.choice((2, 3, 3))]


def _test(chance: random.Random, days: Days, *, derived: bool = True) -> Condition:
    comparison = chance.choice(("at_least", "at_most", "above", "below", "is", "is_not"))
    number = chance.choice((0, 1, 2, 3))
    tags = frozenset(chance.sample("pq", chance.randint(1, 2)))
    found = [
        check("x", comparison, number),
        check("y", chance.choice(("at_least", "at_least", comparison)), number),
        check("x", comparison, other="y"),
        flag("f", chance.random() < 0.8),
        check("word", chance.choice(("one_of", "none_of")), frozenset(chance.sample("abc", 2))),
        check("day", comparison, chance.choice(days))
        if days
        else check("tags", chance.choice(("includes_all", "includes_any", "includes_none")), tags)
        if chance.random() < 0.8
        else check("tags", "includes", frozenset(chance.choice("pq"))),
    ]
    if derived:
        found += [
            check("d", comparison, chance.choice((0, 1, 2, 3, Fraction(1, 2)))),
            check(chance.choice("xd"), "known", chance.random() < 0.5),
        ]
    return chance.choice(found)


def _condition(chance: random.Random, depth: int, days: Days) -> Condition:
    if depth == 0:
        return _test(chance, days)
    parts = [_condition(chance, depth - 1, days) for _ in range(chance.randint(1, 3))]
    counted = chance.choice((at_least_of, at_least_share_of))(chance.randint(1, len(parts)), *parts)
    return chance.choice((all_of(*parts), any_of(*parts), none_of(*parts), counted))


def _bands(chance: random.Random) -> tuple[Band, ...]:
    odd = bands(
        ready=check(chance.choice(("unmet", "met", "applicable", "unknown", "required_unmet")), chance.choice(("at_most", "at_least")), 1),
        nearly=check("score", chance.choice(("at_least", "above", "is")), chance.choice((Fraction(1, 2), Fraction(1, 3), 1))),
        not_yet=None,
    )
    return chance.choice((DEFAULT_BANDS, DEFAULT_BANDS, odd))


def pack_for_conditions() -> Pack:
    """Return a pack with the attributes that the random conditions of the core's tests read."""
    return pack(
        whole("x", -1, 5),
        whole("y", -1, 5),
        Attribute(id="z", title="z", type=ValueType(kind=Kind.NUMBER, lowest=-1, highest=5), span=attribute("a").span),
        attribute("ready", "flag"),
        attribute("sure", "flag"),
        attribute("word", "choice", options=WORDS),
        attribute("skills", "set", options=WORDS),
        roles=[role("lead", criterion("one", flag("ready")))],
    )


def facts_for_conditions(names: Sequence[str]) -> Iterator[dict[str, Value]]:
    """Yield one profile of each sort that whole numbers as literals can tell apart, of those attributes."""
    sets = [frozenset(some) for size in range(4) for some in itertools.combinations(WORDS, size)]
    values: dict[str, Sequence[Value]] = {
        **dict.fromkeys("xy", range(-1, 6)),
        "z": [Fraction(value, 2) for value in range(-2, 11)],
        **dict.fromkeys(("ready", "sure"), (False, True)),
        "word": WORDS,
        "skills": sets,
    }
    for row in itertools.product(*(values[name] for name in names)):
        yield dict(zip(names, row, strict=True))
