"""People whose entries are gone once they are rows come out as with their entries: also what is known of these in part."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import attrs
import polars as pl
import pytest

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import known_in_part
from evaluator.core.expressions import Calculation, Clamp, Derivation, Expression, Gathering, Literal, Operation, Reference
from evaluator.core.model import Band, Criterion, Pack, Profile
from evaluator.core.operators import Operator
from evaluator.core.results import RoleResult
from evaluator.core.values import Atom, Kind, Value, ValueType
from evaluator.engines.columns.decode import closed_to_records, decoded
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import plan
from evaluator.engines.readiness import Evaluator
from evaluator.engines.rule_layers import EngineProblem
from tests.cases import criterion, small_pack
from tests.core.build import AS_OF, check
from tests.core.test_bounds import FIELDS, JOBS, LEAD, gather, month
from tests.drawing import SPAN

NUMBER = ValueType(kind=Kind.NUMBER)
SIZES, SORTS = (-1, 0, 1, 2), ("lead", "member")
GATHERED: Mapping[str, tuple[ValueType, Expression]] = {
    "led": (NUMBER, gather(Gathering.COUNT, LEAD)),
    "total": (NUMBER, gather(Gathering.TOTAL, LEAD, "size")),
    "sorts": (NUMBER, gather(Gathering.COUNT_DISTINCT, None, "sort")),
    "years": (NUMBER, gather(Gathering.YEARS, LEAD)),
    "last_size": (FIELDS["size"], gather(Gathering.LATEST, LEAD, "size")),
    "last_sort": (FIELDS["sort"], gather(Gathering.LATEST, None, "sort")),
    "first_size": (FIELDS["size"], gather(Gathering.EARLIEST, LEAD, "size")),
    "mean_size": (NUMBER, gather(Gathering.MEAN, LEAD, "size")),
    "least_size": (FIELDS["size"], gather(Gathering.MIN, None, "size")),
    "greatest_size": (FIELDS["size"], gather(Gathering.MAX, LEAD, "size")),
    "some": (NUMBER, Clamp(of=Reference(attribute="total"), lowest=0, highest=1)),
}


BANDS = (
    Band(verdict="ready", when=check("unmet", "at_most", 0), span=SPAN),
    Band(verdict="nearly", when=check("unmet", "at_most", 1), span=SPAN),
    Band(verdict="not yet", when=None, span=SPAN),
)


def _attribute(name: str, type_: ValueType, expression: Expression | None) -> Attribute:
    derivation = None if expression is None else Derivation(expression=expression, span=SPAN)
    return Attribute(id=name, title=name, type=type_, derivation=derivation, may_be_given=expression is None, span=SPAN)


def _pack_of(criteria: Sequence[Criterion], more: Mapping[str, Attribute] | None = None) -> Pack:
    attributes = {"jobs": _attribute("jobs", JOBS, None), "other": _attribute("other", NUMBER, None)}
    attributes |= {name: _attribute(name, *made) for name, made in GATHERED.items()}
    attributes |= more or {}
    return attrs.evolve(small_pack(attributes, tuple(criteria)), bands=BANDS, language=2)


def _random_pack(chance: random.Random) -> Pack:
    criteria: list[Criterion] = []
    for index, name in enumerate((*GATHERED, "other")):
        how = Operator.IS if name == "last_sort" else chance.choice((Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE))
        value: Atom = chance.choice(SORTS) if name == "last_sort" else chance.choice((0, 1, 2))
        criteria.append(criterion(f"c{index}", check(name, how, value)))
    chance.shuffle(criteria)
    return _pack_of(criteria[: chance.randint(1, 4)])


def _given(chance: random.Random) -> dict[str, Value]:
    jobs: list[Mapping[str, Atom]] = []
    for start in chance.sample(range(1, 7), chance.randint(0, 3)):
        job: dict[str, Atom] = {"on": month(start), "until": month(start + chance.randint(0, 5))}
        job |= {"size": chance.choice(SIZES)} if chance.random() < 0.6 else {}
        job |= {"sort": chance.choice(SORTS)} if chance.random() < 0.6 else {}
        jobs.append(job)
    given: dict[str, Value] = {"other": 1} if chance.random() < 0.5 else {}
    return given | ({"jobs": tuple(jobs)} if chance.random() < 0.9 else {})


def _said(result: RoleResult) -> Sequence[object]:
    gaps = [(gap.criterion.id, gap.relative, [(need.between, need.distance) for need in gap.needs]) for gap in result.gaps]
    asked = [(question.attribute, question.decisive) for question in result.questions]
    return (result.verdict, result.score, [one.state for one in result.criteria], gaps, asked, [one.criteria for one in result.undefined])


def test_rows_without_their_entries_say_what_profiles_with_them_say() -> None:
    """Verdicts, gaps with both ends, and which questions can change a verdict, of what was computed from entries before they were gone."""
    chance = random.Random(11)
    in_part = 0
    for _ in range(60):
        pack = _random_pack(chance)
        people = [Person(profile=Profile(id=f"p{place}", given=_given(chance), span=SPAN), as_of=AS_OF) for place in range(10)]
        whole, closed = (Evaluator(one, engine="reference") for one in (pack, closed_to_records(pack)))
        for person, row in zip(people, decoded(pack, frame_of(pack, people)), strict=True):
            expected, found = (one.evaluate(who.profile, as_of=AS_OF) for one, who in ((whole, person), (closed, row)))
            assert _said(found.roles["role"]) == _said(expected.roles["role"])
            in_part += any(known_in_part(expected.facts, name) is not None for name in GATHERED)
    assert in_part > 100


LEADS = criterion("led", check("led", "at_least", 1))


def test_a_row_that_is_known_in_part_by_its_entries_is_in_doubt() -> None:
    """Columns hold no bounds of entries: the reference is asked."""
    pack = _pack_of([LEADS])
    given: list[dict[str, Value]] = [{"jobs": ({"sort": "lead"},)}, {"jobs": ({},)}]
    people = [Person(profile=Profile(id=str(place), given=one, span=SPAN), as_of=AS_OF) for place, one in enumerate(given)]
    with speaking(pl):
        judged = plan(pack).run(frame_of(pack, people).lazy())
    assert judged.collect()["doubt"].to_list() == [False, True]


@pytest.mark.parametrize("compiled", [closed_to_records, plan])
def test_what_reads_records_and_others_at_once_is_refused_by_name(compiled: Callable[[Pack], object]) -> None:
    """Its bounds would hang on entries that are gone; with nothing but the records in it, it is taken."""
    counted = gather(Gathering.COUNT, LEAD)
    other = Reference(attribute="other")
    for part, refused in ((Literal(value=1), False), (other, True)):
        expression = Calculation(operation=Operation.SUM, parts=(counted, part))
        pack = _pack_of([LEADS], {"mixed": _attribute("mixed", NUMBER, expression)})
        if refused:
            with pytest.raises(EngineProblem, match="`mixed` is computed from records and from other attributes at once"):
                compiled(pack)
        else:
            assert compiled(pack)
