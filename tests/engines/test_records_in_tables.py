"""People whose entries are gone once they are rows come out as with their entries: also what is known of these in part."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import attrs
import polars as pl
import pytest

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import known_in_part
from evaluator.core.conditions import OF_PERSON, AttributeTest
from evaluator.core.expressions import Calculation, Clamp, Derivation, Expression, Gathering, Missing, Operation, Reference
from evaluator.core.model import Band, Criterion, Pack, Profile
from evaluator.core.operators import Operator
from evaluator.core.results import RoleResult
from evaluator.core.values import Atom, Kind, Value, ValueType
from evaluator.engines.columns.decode import closed_to_records, decoded
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import plan
from evaluator.engines.readiness import Evaluator
from tests.cases import criterion, small_pack
from tests.core.build import AS_OF, check
from tests.core.test_bounds import FIELDS, JOBS, LEAD, gather, month
from tests.drawing import SPAN
from tests.slow import mostly_slow

NUMBER = ValueType(kind=Kind.NUMBER)
OTHER = ValueType(kind=Kind.NUMBER, lowest=0, highest=3)
SIZES, SORTS = (-1, 0, 1, 2), ("lead", "member")


def held_against(field: str, how: str, name: str) -> AttributeTest:
    """Return a test of a field of entries against an attribute of the person."""
    return AttributeTest(attribute=field, operator=Operator(how), other=OF_PERSON + name, span=SPAN)


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
COUNTED = gather(Gathering.COUNT, LEAD)
BY_THE_PERSON: Mapping[str, tuple[ValueType, Expression]] = {
    "mixed": (NUMBER, Calculation(operation=Operation.SUM, parts=(COUNTED, Reference(attribute="other")))),
    "at_most_other": (NUMBER, Calculation(operation=Operation.MIN, parts=(COUNTED, Reference(attribute="other")))),
    "skipping": (NUMBER, Calculation(operation=Operation.SUM, parts=(COUNTED, Reference(attribute="other")), missing=Missing.SKIP)),
    "as_large": (NUMBER, gather(Gathering.COUNT, held_against("size", "at_least", "other"))),
    "as_sorted": (NUMBER, gather(Gathering.COUNT, held_against("sort", "is", "favourite"))),
    "larger": (NUMBER, gather(Gathering.TOTAL, held_against("size", "above", "doubled"), "size")),
}


BANDS = (
    Band(verdict="ready", when=check("unmet", "at_most", 0), span=SPAN),
    Band(verdict="nearly", when=check("unmet", "at_most", 1), span=SPAN),
    Band(verdict="not yet", when=None, span=SPAN),
)


def _attribute(name: str, type_: ValueType, expression: Expression | None) -> Attribute:
    derivation = None if expression is None else Derivation(expression=expression, span=SPAN)
    return Attribute(id=name, title=name, type=type_, derivation=derivation, may_be_given=expression is None, span=SPAN)


def _pack_of(criteria: Sequence[Criterion], *, by_the_person: bool = False) -> Pack:
    twice = Calculation(operation=Operation.SUM, parts=(Reference(attribute="other"), Reference(attribute="other")))
    attributes = {"jobs": _attribute("jobs", JOBS, None), "other": _attribute("other", OTHER, None)}
    attributes |= {"favourite": _attribute("favourite", FIELDS["sort"], None), "doubled": _attribute("doubled", NUMBER, twice)}
    attributes |= {name: _attribute(name, *made) for name, made in {**GATHERED, **(BY_THE_PERSON if by_the_person else {})}.items()}
    return attrs.evolve(small_pack(attributes, tuple(criteria)), bands=BANDS, language=2)


def _random_pack(chance: random.Random, *, by_the_person: bool) -> Pack:
    criteria: list[Criterion] = []
    for index, name in enumerate((*(BY_THE_PERSON if by_the_person else {}), *GATHERED, "other")):
        how = Operator.IS if name == "last_sort" else chance.choice((Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE))
        value: Atom = chance.choice(SORTS) if name == "last_sort" else chance.choice((0, 1, 2))
        criteria.append(criterion(f"c{index}", check(name, how, value)))
    first, others = criteria[: len(BY_THE_PERSON) if by_the_person else 0], criteria
    chance.shuffle(first)
    chance.shuffle(others)
    chosen = [*first[:2], *others[: chance.randint(1, 3)]]
    return _pack_of(list({one.id: one for one in chosen}.values()), by_the_person=by_the_person)


def _given(chance: random.Random) -> dict[str, Value]:
    jobs: list[Mapping[str, Atom]] = []
    for start in chance.sample(range(1, 7), chance.randint(0, 3)):
        job: dict[str, Atom] = {"on": month(start), "until": month(start + chance.randint(0, 5))}
        job |= {"size": chance.choice(SIZES)} if chance.random() < 0.6 else {}
        job |= {"sort": chance.choice(SORTS)} if chance.random() < 0.6 else {}
        jobs.append(job)
    given: dict[str, Value] = {"other": 1} if chance.random() < 0.5 else {}
    given |= {"favourite": "lead"} if chance.random() < 0.5 else {}
    return given | ({"jobs": tuple(jobs)} if chance.random() < 0.9 else {})


def _said(result: RoleResult) -> Sequence[object]:
    gaps = [(gap.criterion.id, gap.relative, [(need.between, need.distance) for need in gap.needs]) for gap in result.gaps]
    asked = [(question.attribute, question.decisive) for question in result.questions]
    return (result.verdict, result.score, [one.state for one in result.criteria], gaps, asked, [one.criteria for one in result.undefined])


@pytest.mark.parametrize(
    ("seed", "by_the_person"), mostly_slow([(11, False), (11, True), *((seed, False) for seed in (12, 13, 14))], quick=1)
)
def test_rows_without_their_entries_say_what_profiles_with_them_say(seed: int, by_the_person: bool) -> None:  # noqa: FBT001 - two kinds of packs
    """Verdicts, gaps with both ends, and which questions can change a verdict, of what was computed from entries before they were gone."""
    chance = random.Random(seed)
    in_part = 0
    for _ in range(15):
        pack = _random_pack(chance, by_the_person=by_the_person)
        people = [Person(profile=Profile(id=f"p{place}", given=_given(chance), span=SPAN), as_of=AS_OF) for place in range(10)]
        whole, closed = (Evaluator(one, engine="reference") for one in (pack, closed_to_records(pack)))
        for person, row in zip(people, decoded(pack, frame_of(pack, people)), strict=True):
            expected, found = (one.evaluate(who.profile, as_of=AS_OF) for one, who in ((whole, person), (closed, row)))
            assert _said(found.roles["role"]) == _said(expected.roles["role"])
            in_part += any(known_in_part(expected.facts, name) is not None for name in GATHERED)
    assert in_part > (40 if by_the_person else 25)


LEADS = criterion("led", check("led", "at_least", 1))


def test_a_row_that_is_known_in_part_by_its_entries_is_in_doubt() -> None:
    """Columns hold no bounds of entries: the reference is asked."""
    pack = _pack_of([LEADS])
    given: list[dict[str, Value]] = [{"jobs": ({"sort": "lead"},)}, {"jobs": ({},)}]
    people = [Person(profile=Profile(id=str(place), given=one, span=SPAN), as_of=AS_OF) for place, one in enumerate(given)]
    with speaking(pl):
        judged = plan(pack).run(frame_of(pack, people).lazy())
    assert judged.collect()["doubt"].to_list() == [False, True]


def test_what_reads_records_and_others_at_once_is_judged_in_columns_as_by_the_reference() -> None:
    """Rows that are certain in columns say what the reference says; where bounds of entries and of the person meet, they are in doubt."""
    chance = random.Random(12)
    certain = 0
    for _ in range(6):
        pack = _random_pack(chance, by_the_person=True)
        people = [Person(profile=Profile(id=f"p{place}", given=_given(chance), span=SPAN), as_of=AS_OF) for place in range(20)]
        reference = Evaluator(pack, engine="reference")
        with speaking(pl):
            rows = plan(pack).run(frame_of(pack, people).lazy()).collect()
        for person, row in zip(people, rows.iter_rows(named=True), strict=True):
            result = reference.evaluate(person.profile, as_of=AS_OF).roles["role"]
            if not row["doubt"]:
                low, high = (pack.verdicts[row[f"v.role.{which}"]] for which in ("low", "high"))
                assert (low, high) == (result.verdict.low, result.verdict.high)
                certain += 1
    assert certain > 15
