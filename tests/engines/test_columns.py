"""The columns engine says what the reference says, to the last gap and question, wherever it is not in doubt."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

import attrs
import narwhals as nw
import polars as pl
import pytest

from evaluator.core.conditions import attributes_read, truth
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.results import Evaluation, RoleResult
from evaluator.core.values import tidy
from evaluator.diagnostics import Span
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.gaps import Gaps, gaps_column, holders
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import Plan, held, plan, side
from evaluator.engines.columns.questions import Questions, decisive_column, questions_column, undefined_column
from evaluator.engines.columns.truths import undecided
from evaluator.engines.readiness import Evaluator
from evaluator.populations.loading import load_people
from evaluator.reading.pack.pack import load_pack
from tests.product import PRODUCT
from tests.slow import mostly_slow
from tests.strategies import random_as_of, random_pack, random_profile

PACKS, COMPUTED, PEOPLE = 40, 15, 20
MOST_IN_DOUBT = 0.35
"""Random packs are full of numbers that differ in their last digit."""
Row = Mapping[str, object]


def _judged(pack: Pack, people: list[Person]) -> pl.DataFrame:
    with speaking(pl):
        compiled = plan(pack)
        frame = compiled.run(frame_of(pack, people).lazy())
        for role in pack.judged_roles:
            if role.id in pack.waiting_roles:  # the reference is asked for its gaps and questions
                continue
            frame = Questions(plan=compiled, role=role).add(Gaps(plan=compiled, role=role).add(frame))
            frame = frame.with_columns(holders(compiled, role).alias(f"held by {role.id}"))  # type: ignore[arg-type]
    return frame.collect()


def _of_role(pack: Pack, result: RoleResult, row: Row) -> Iterator[tuple[str, object, object]]:
    """Yield what is compared of one role: its name, what the columns say, and what the reference says."""
    role = result.role
    for which in ("low", "high"):
        place, weight, met = (row[side(role, what, which)] for what in "vwm")
        assert isinstance(place, int)
        assert isinstance(weight, int)
        assert isinstance(met, int)
        yield f"verdict {which}", pack.verdicts_of(role)[place], getattr(result.verdict, which)
        score = getattr(result.score, which)
        yield f"score {which}", met * score.denominator, weight * score.numerator
    for one in result.criteria:
        yield one.criterion.key, row[f"c.{one.criterion.key}"], one.held
    if gaps_column(role) not in row:
        return
    yield "gaps", row[gaps_column(role)], ", ".join(gap.criterion.id for gap in result.gaps)
    yield "held by", row[f"held by {role.id}"], ", ".join(holder.criterion.id for holder in result.held_by)
    yield "questions", row[questions_column(role)], ", ".join(question.attribute for question in result.questions)
    undefined = ", ".join(one.undefined.attribute for one in result.undefined)
    yield "undefined", row[undefined_column(role)], undefined
    yield "decisive", row[decisive_column(role)], sum(question.decisive for question in result.questions)


def _differences(pack: Pack, evaluation: Evaluation, row: Row) -> list[str]:
    found = [(f"{name} of {result.role.id}", *pair) for result in evaluation.roles.values() for name, *pair in _of_role(pack, result, row)]
    for what, listed in (("standing", "roles"), ("perhaps", "perhaps")):
        named = {role for standing in evaluation.standings for role in getattr(standing, listed)}
        found += [(f"{what} {role}", row[f"{what}.{role}"], role in named) for role in evaluation.roles]
    place = row["next"]
    best = pack.moves[place].key if isinstance(place, int) else None
    found.append(("next role", best, evaluation.next_roles[0].move.key if evaluation.next_roles else None))
    return [f"{name}: {columns!r}, and the reference says {reference!r}" for name, columns, reference in found if columns != reference]


@pytest.mark.parametrize(
    ("seed", "computed"),
    [
        pytest.param(seed, computed, marks=[pytest.mark.soak] if seed >= many * 3 // 10 else [pytest.mark.slow] * (seed >= many // 10))
        for computed, many in ((False, PACKS), (True, COMPUTED))
        for seed in range(many)
    ],
)
def test_random_packs_and_people_come_out_as_in_the_reference(seed: int, computed: bool) -> None:  # noqa: FBT001 - two kinds of packs
    """Verdicts, scores, gaps, questions, what has no result, standings and next roles are equal on every row that is not in doubt."""
    chance = random.Random(seed)
    pack = random_pack(chance, computed=computed)
    people = [Person(profile=random_profile(chance, pack), as_of=random_as_of(chance)) for _ in range(PEOPLE)]
    reference = Evaluator(pack, engine="reference")
    certain = [(person, row) for person, row in zip(people, _judged(pack, people).iter_rows(named=True), strict=True) if not row["doubt"]]
    for person, row in certain:
        assert not _differences(pack, reference.evaluate(person.profile, as_of=person.as_of), row)


@pytest.mark.parametrize("seed", mostly_slow(range(20), quick=3, ordinary=8))
def test_questions_about_caps_come_out_as_in_the_reference(seed: int) -> None:
    """Caps and policies in packs that know nothing of bounds, so that columns work out themselves which answers decide."""
    chance = random.Random(seed)
    pack = attrs.evolve(random_pack(chance, language=2), language=1)
    people = [Person(profile=random_profile(chance, pack), as_of=random_as_of(chance)) for _ in range(PEOPLE)]
    reference = Evaluator(pack, engine="reference")
    for person, row in zip(people, _judged(pack, people).iter_rows(named=True), strict=True):
        assert row["doubt"] or not _differences(pack, reference.evaluate(person.profile, as_of=person.as_of), row)


def test_random_people_meet_what_has_no_result() -> None:
    """Tables without an entry, divisors of 0 and lists without a latest entry keep criteria of random people unknown often enough."""
    found: Counter[str] = Counter()
    enough = {"Lookup": 20, "Calculation": 2, "Gather": 2}
    for seed in range(200):
        if all(found[name] >= least for name, least in enough.items()):
            break
        chance = random.Random(seed)
        pack = random_pack(chance, computed=True)
        reference = Evaluator(pack, engine="reference")
        for person in [random_profile(chance, pack) for _ in range(12)]:
            roles = reference.evaluate(person, as_of=random_as_of(chance)).roles.values()
            found.update(type(one.undefined.operator).__name__ for result in roles for one in result.undefined)
    assert all(found[name] >= least for name, least in enough.items()), found


def test_doubt_is_the_exception() -> None:
    """Most rows of random packs are certain, so that the test above tests something."""
    certain = total = 0
    for seed in range(10):
        chance = random.Random(seed)
        pack = random_pack(chance)
        people = [Person(profile=random_profile(chance, pack), as_of=random_as_of(chance)) for _ in range(PEOPLE)]
        with speaking(pl):
            doubts = plan(pack).run(frame_of(pack, people).lazy()).collect()["doubt"]
        certain += int((~doubts).sum())
        total += len(people)
    assert certain / total > 1 - MOST_IN_DOUBT


@pytest.mark.slow
def test_the_sample_people_come_out_as_in_the_reference() -> None:
    """The 200 people of people.csv and the sample profiles are judged alike, and next to nobody is in doubt."""
    pack = load_pack(PRODUCT / "rules")
    day = datetime.date(2026, 11, 1)
    people = [Person(profile=one, as_of=day) for one in load_people([PRODUCT / "profiles", PRODUCT / "profiles" / "people.csv"], pack)]
    reference = Evaluator(pack, engine="reference")
    frame = _judged(pack, people)
    assert int(frame["doubt"].sum()) <= len(people) // 50
    for person, row in zip(people, frame.iter_rows(named=True), strict=True):
        assert row["doubt"] or not _differences(pack, reference.evaluate(person.profile, as_of=day), row), person.profile.id


@pytest.mark.parametrize("seed", mostly_slow(range(10), quick=2, ordinary=5))
def test_questions_about_decided_rows_need_not_ask_what_moves_a_verdict(seed: int) -> None:
    """Where both sides of a verdict agree, the shorter way to questions lists the same, and none is decisive."""
    chance = random.Random(seed)
    pack = random_pack(chance)
    people = [Person(profile=random_profile(chance, pack), as_of=random_as_of(chance)) for _ in range(PEOPLE)]
    with speaking(pl):
        compiled = plan(pack)
        frame = compiled.run(frame_of(pack, people).lazy()).collect()
        for role in pack.judged_roles:
            decided = frame.lazy().filter(pl.col(side(role, "v", "low")) == pl.col(side(role, "v", "high")))
            whole, short = (Questions(plan=compiled, role=role, undecided=way).add(decided).collect() for way in (True, False))
            assert short[questions_column(role)].to_list() == whole[questions_column(role)].to_list()
            assert short[decisive_column(role)].sum() == 0


def test_computed_numbers_that_meet_a_threshold_exactly_are_not_in_doubt() -> None:
    """A saving of 30 percent is 30 percent, whatever floats make of one minus seven tenths; the reference says the same."""
    pack = load_pack(PRODUCT / "rules")
    pairs = [(now, before) for before in range(1, 60) for now in range(before + 1)]
    given = [{"cycle_time_now": Fraction(now, 2), "cycle_time_before": Fraction(before, 2)} for now, before in pairs]
    span = Span.whole_file("made.yaml")
    day = datetime.date(2026, 11, 1)
    people = [
        Person(profile=Profile(id=f"p{place}", role=None, given={name: tidy(value) for name, value in one.items()}, span=span), as_of=day)
        for place, one in enumerate(given)
    ]
    reading = [
        criterion
        for role in pack.judged_roles
        for criterion in role.criteria
        if "cycle_time_reduction" in attributes_read([criterion.when])
    ]
    with speaking(pl):
        compiled = plan(pack)
        frame = compiled.criteria(compiled.derive(frame_of(pack, people).lazy())).collect()
    assert reading
    assert not frame["doubt"].any()
    for place, person in enumerate(people):
        facts = complete(pack, person.profile, day).facts
        assert [frame[held(one)][place] for one in reading] == [truth(one.when, facts) for one in reading]


@pytest.mark.parametrize("seed", mostly_slow([2, 0, 1, 3], quick=1, ordinary=2))
def test_narwhals_says_what_polars_says(seed: int) -> None:
    """The same expressions in the words of narwhals, lazily over Polars and over DuckDB, give the same columns."""
    duckdb = pytest.importorskip("duckdb")
    chance = random.Random(1000 + seed)
    pack = random_pack(chance)
    people = [Person(profile=random_profile(chance, pack), as_of=random_as_of(chance)) for _ in range(PEOPLE)]
    encoded = frame_of(pack, people)
    with speaking(pl):
        expected = plan(pack).run(encoded.lazy()).collect()
    compiled: Plan = plan(pack)
    lazily = compiled.run(nw.from_native(encoded.lazy())).collect().to_native()
    relation = nw.from_native(duckdb.sql("select * from encoded"))
    in_duckdb = compiled.run(relation).collect("polars").to_native()
    wanted = [name for name in expected.columns if name.startswith(("v.", "m.", "w.", "standing.", "perhaps.", "next", "doubt"))]
    for frame in (lazily, in_duckdb):
        ordered = frame.sort("id") if frame.columns else frame
        assert ordered.select(pl.col(wanted).cast(pl.Int64)).equals(expected.sort("id").select(pl.col(wanted).cast(pl.Int64)))


@pytest.mark.parametrize(
    ("apart", "parts", "expected"),
    [
        (Fraction(1, 10**10), 10**10, True),  # two different numbers of ten milliard parts: rounding could decide
        (Fraction(0), 10**10, True),
        (Fraction(1, 10**10), 100, False),  # two numbers in hundredths that are so near are one
        (Fraction(1, 100), 10**10, False),  # nowhere near
        (Fraction(1, 10**10), None, True),
    ],
)
def test_near_numbers_are_in_doubt_unless_their_parts_lie_further_apart(apart: Fraction, parts: int | None, expected: bool) -> None:  # noqa: FBT001 - a truth
    """Their difference is a multiple of one over twice their parts, or nothing."""
    one, other = 1.0 + float(apart), 1.0
    with speaking(pl):
        found = undecided(pl.lit(one), pl.lit(other), None if parts is None else pl.lit(float(parts)))  # type: ignore[arg-type]
        assert pl.select(found).item() is expected
