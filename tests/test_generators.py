"""Every random generator draws every operator, since an operator that one of them never draws is held by none of its tests.

What a generator cannot draw stands in its exceptions with the reason; an exception that is drawn all the same fails too.
"""

from __future__ import annotations

import functools
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import assert_never

import attrs
import pytest
from hypothesis import given, settings

from evaluator.core.conditions import AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, person_attributes
from evaluator.core.expressions import (
    Calculation,
    Ceil,
    Clamp,
    Expression,
    Floor,
    Gather,
    Gathering,
    Half,
    Literal,
    Lookup,
    Missing,
    Reference,
    Round,
    Since,
    Stored,
    Tally,
    When,
    within,
)
from evaluator.core.model import Pack
from evaluator.core.operators import Operator
from evaluator.reading.pack.operators import EXPRESSION_OPERATORS
from evaluator.reading.pack.pack import load_pack
from tests.calibration import small_packs
from tests.candidates.plan import test_least
from tests.core import test_bounds
from tests.core.build import CONDITIONS_WITH_KNOWN
from tests.packs.lint import test_tables
from tests.strategies import random_pack
from tests.written_packs import made, write_pack

AGAINST_THE_PERSON = "records held against the person"
Parts = Iterator[Expression | Condition]


def parts_of(pack: Pack) -> Parts:
    """Yield every expression and condition of a pack, and all inside them."""
    for expression in pack.expressions():
        yield expression
        yield from inside(expression.conditions)
    for role in pack.judged_roles:
        for one in role.criteria:
            yield from inside([one.when, *([one.applies_when] if one.applies_when else []), *([one.almost] if one.almost else [])])
    yield from inside(move.when for move in pack.moves if move.when)


def inside(conditions: Iterable[Condition]) -> Parts:
    """Yield conditions and all inside them."""
    for condition in conditions:
        yield condition
        if not isinstance(condition, AttributeTest):
            yield from inside(condition.parts)


def inside_expression(expression: Expression) -> Parts:
    """Yield an expression and all inside it."""
    for part in within(expression):
        yield part
        yield from inside(part.conditions)


def words(part: Expression | Condition) -> Iterator[str]:  # noqa: C901, PLR0912 - a case for each operator
    """Yield what a part is called in rule files, and each way in which it can be written that means something else."""
    match part:
        case Literal():
            yield "a literal"
        case Reference():
            yield "attribute"
        case Calculation(operation=operation, weights=weights):
            yield "weighted_mean" if weights is not None else str(operation)
            yield from _missing(part.missing)
        case Floor():
            yield "floor"
        case Ceil():
            yield "ceil"
        case Clamp(lowest=lowest, highest=highest):
            yield "clamp"
            yield from [f"clamp without {end}" for end, limit in (("at_least", lowest), ("at_most", highest)) if limit is None]
        case Round(half=half, step=step):
            yield from ("round", f"round half {half}", "round to whole numbers" if step == 1 else "round to another step")
        case Lookup(bands=bands):
            yield from ("lookup", "lookup in bands" if bands else "lookup in rows")
        case When():
            yield "when"
            yield from _missing(part.missing)
        case Tally(share=share):
            yield "share" if share else "count"
            yield from _missing(part.missing)
        case Gather(gathering=gathering, where=where):
            yield f"{gathering} of records" if gathering in OF_BOTH else str(gathering)
            yield from ["years within"] if part.within_months else []
            yield "records where" if where else "all records"
            yield from [AGAINST_THE_PERSON] if person_attributes(part.conditions) else []
            yield from _missing(part.missing)
        case Since(unit=unit):
            yield f"{unit}_since"
        case Stored():
            raise TypeError("no file says this")
        case AllOf():
            yield "all_of"
        case AnyOf():
            yield "any_of"
        case NoneOf():
            yield "conditions none_of"
        case AtLeastOf(share=share):
            yield "at_least_of count" if share is None else "at_least_of share"
        case AttributeTest(operator=operator, other=other):
            yield f"test {operator}"
            if other is not None:
                yield "test against an attribute"
        case _:
            assert_never(part)


def _missing(missing: object) -> Iterator[str]:
    yield f"missing: {missing}" if isinstance(missing, Missing) else "missing: a number"


OF_BOTH = frozenset({Gathering.COUNT, Gathering.MEAN, Gathering.MIN, Gathering.MAX})
"""What gathers records by a word that stands for something else too."""
OF_RECORDS = frozenset(
    {
        *(f"{one} of records" if one in OF_BOTH else str(one) for one in Gathering),
        *("years within", "records where", "all records", AGAINST_THE_PERSON),
    }
)
OF_CONDITIONS = frozenset(
    {
        *(f"test {operator}" for operator in Operator),
        *("test against an attribute", "all_of", "any_of", "conditions none_of", "at_least_of count", "at_least_of share"),
    }
)
OF_EXPRESSIONS = frozenset(
    {
        *EXPRESSION_OPERATORS,
        *OF_RECORDS,
        *("a literal", "clamp without at_least", "clamp without at_most", "lookup in bands", "lookup in rows"),
        *(f"round half {half}" for half in Half),
        *("round to whole numbers", "round to another step"),
        *(f"missing: {missing}" for missing in Missing),
        "missing: a number",
    }
)


@attrs.frozen(kw_only=True)
class Generator:
    """A generator of tests: what one draw comes to, which tests live on it, and what it never draws, with the reason."""

    draw: Callable[[random.Random], Parts]
    draws: int = 400
    wanted: frozenset[str] = OF_EXPRESSIONS | OF_CONDITIONS
    exceptions: Mapping[str, str] = attrs.field(factory=dict)


def _written(chance: random.Random) -> Parts:
    with tempfile.TemporaryDirectory() as folder:
        yield from parts_of(load_pack(write_pack(made(str(chance.random()), 1), Path(folder))))


def _of_bounds(chance: random.Random) -> Parts:
    yield from inside_expression(test_bounds.random_gathering(chance))
    expressions, condition = test_bounds.random_parts(chance)
    for expression in expressions:
        yield from inside_expression(expression)
    yield from inside([condition])


def _of_possible_values(chance: random.Random) -> Parts:
    yield from inside_expression(test_tables.random_number(chance, 2))
    yield Lookup(of=Literal(value=0), table="outer", bands=test_tables.random_bands(chance))
    yield from test_tables.GATHERS


def _of_idle_parts(chance: random.Random) -> Parts:
    return inside([test_tables.random_condition(chance, (*test_tables.STATED, "made"), 2)])


GENERATORS: Mapping[str, Generator] = {
    "tests/strategies.py, of rules that read what is stated": Generator(draw=lambda chance: parts_of(random_pack(chance))),
    "tests/strategies.py, of rules that read what is computed": Generator(
        draw=lambda chance: parts_of(random_pack(chance, computed=True, language=2))
    ),
    "tests/written_packs.py": Generator(draw=_written),
    "tests/calibration/small_packs.py": Generator(
        draw=lambda chance: parts_of(small_packs.random_pack(chance)),
        exceptions=dict.fromkeys(OF_RECORDS, "lists have no end, so that not every profile can be tried; prove takes these to be anything"),
    ),
    "tests/core/test_bounds.py": Generator(
        draw=_of_bounds,
        exceptions={
            "test known": "answers make known what was not, so that such a test does not stay as it is",
            AGAINST_THE_PERSON: "tests/core/test_held_against_the_person.py draws them, with the answers of the person",
        },
    ),
    "tests/packs/lint/test_tables.py, of values": Generator(
        draw=_of_possible_values,
        exceptions={AGAINST_THE_PERSON: "lists are gone through without anybody whose they are; what they come to is never said exactly"},
    ),
    "tests/packs/lint/test_tables.py, of conditions": Generator(draw=_of_idle_parts, wanted=OF_CONDITIONS),
    "tests/candidates/plan/test_least.py": Generator(draw=lambda chance: parts_of(test_least.pack_of(chance))),
}


@functools.cache
def drawn(name: str) -> frozenset[str]:
    """Return the words of what a generator draws: of all draws, or where nothing is excepted of those until all words have come."""
    generator = GENERATORS[name]
    seen: set[str] = set()
    for seed in range(generator.draws):
        seen.update(word for part in generator.draw(random.Random(seed)) for word in words(part))
        if not generator.exceptions and seen >= generator.wanted:
            break
    return frozenset(seen)


@pytest.mark.parametrize("name", GENERATORS)
def test_every_operator_is_drawn(name: str) -> None:
    """Each that is missing is named, and each exception that is none any more."""
    generator = GENERATORS[name]
    lacking = generator.wanted - drawn(name) - set(generator.exceptions)
    assert not lacking, f"{name} never draws {sorted(lacking)}"
    needless = set(generator.exceptions) & drawn(name)
    assert not needless, f"{name} draws {sorted(needless)}, which its exceptions say it does not"
    assert set(generator.exceptions) <= generator.wanted


def test_every_operator_of_conditions_is_drawn_by_hypothesis() -> None:
    """The strategies of conditions in tests/core/build.py draw each operator too."""
    seen: set[str] = set()

    @settings(max_examples=400, deadline=None, database=None)
    @given(CONDITIONS_WITH_KNOWN)
    def collect(condition: Condition) -> None:
        seen.update(word for part in inside([condition]) for word in words(part))

    collect()
    assert seen == OF_CONDITIONS
