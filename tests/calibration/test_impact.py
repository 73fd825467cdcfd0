"""Impact on groups: counts as the definition has them, what drives a disparity, the city law's tables, and who may read groups."""

from __future__ import annotations

import datetime
from collections import Counter
from fractions import Fraction
from pathlib import Path

import attrs
import pytest

from evaluator.calibration.disclosure import Rule
from evaluator.calibration.impact.assessing import Impact, impact
from evaluator.calibration.impact.groups import Words, dimensions
from evaluator.calibration.impact.measures import compared
from evaluator.calibration.impact.request import Among, ImpactRequest, Law
from evaluator.calibration.impact.words import published, ratio_words
from evaluator.calibration.people import People, gathered
from evaluator.calibration.statistics import Counts
from evaluator.core.conditions import AllOf
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Problems
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.engines.columns.decode import closed_to_records
from evaluator.engines.readiness import Evaluator
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population
from tests.calibration.small import write_pack
from tests.product import PRODUCT

DAY = datetime.date(2026, 11, 1)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(PRODUCT / "rules")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_pack(tmp_path_factory.mktemp("pack")))


def read(path: Path, pack: Pack) -> People:
    return gathered(open_population([path], pack, Options(groups=True), as_of=DAY, problems=Problems()), pack)


def table(folder: Path, pack: Pack, rows: list[str], header: str = "id,role,years,reports,level,group:sex,group:ethnicity") -> People:
    path = folder / "people.csv"
    path.write_text("\n".join([header, *(f"p{place},{row}" for place, row in enumerate(rows))]) + "\n", encoding="utf-8")
    return read(path, pack)


@pytest.fixture(scope="module")
def people(pack: Pack) -> People:
    return read(PRODUCT / "profiles" / "people.csv", pack)


@pytest.fixture(scope="module")
def evaluations(pack: Pack, people: People) -> list[Evaluation]:
    reference = Evaluator(closed_to_records(pack), engine="reference")
    return [reference.evaluate(people.profile(place), as_of=DAY) for place in range(people.height)]


@pytest.fixture(scope="module")
def assessed(people: People) -> Impact:
    return impact(people, ImpactRequest(rule=ALL, by=("sex", "sex+ethnicity")))


@pytest.mark.slow
def test_counts_are_those_of_the_definition(assessed: Impact, people: People, evaluations: list[Evaluation]) -> None:
    """For every role and group: who has an open move there, and whose verdict is ready, with unknowns at their worst and best."""
    sexes = people.groups["sex"].to_list()
    for pool in assessed.roles:
        considered, low, high = Counter[str](), Counter[str](), Counter[str]()
        for sex, evaluation in zip(sexes, evaluations, strict=True):
            found = next((one for one in evaluation.next_roles if one.role is pool.role), None)
            if sex is not None and found is not None and found.result is not None:
                considered[sex] += 1
                low[sex] += found.result.verdict.low == "ready"
                high[sex] += found.result.verdict.high == "ready"
        outcome = pool.outcomes[0]
        assert {one.name: (one.counts.selected, one.counts.considered) for one in outcome.worse.groups} == {
            sex: (low[sex], considered[sex]) for sex in considered
        }
        assert {one.name: one.counts.selected for one in outcome.better.groups} == {sex: high[sex] for sex in considered}
        assert outcome.undecided == {sex: high[sex] - low[sex] for sex in considered}


def test_everybody_counts_once_for_the_next_step(assessed: Impact, people: People, evaluations: list[Evaluation]) -> None:
    """Whoever is ready for at least one next role is selected, however many there are."""
    assert assessed.together is not None
    next_ones = [[one.result for one in found.next_roles if one.result is not None] for found in evaluations]
    ready = [any(one.verdict.low == "ready" for one in found) for found in next_ones]
    assert (assessed.together.considered, assessed.together.selected) == (sum(map(bool, next_ones)), sum(ready))
    pairs = zip(people.groups["sex"].to_list(), people.groups["ethnicity"].to_list(), ready, next_ones, strict=True)
    crossed = Counter(f"{sex}, {ethnicity}" for sex, ethnicity, _, found in pairs if sex and ethnicity and found)
    assert {one.name: one.counts.considered for one in assessed.together.outcomes[1].worse.groups} == crossed


SOAK = [pytest.param(role, marks=pytest.mark.soak) for role in ("senior-product-manager", "product-operations-manager")]


@pytest.mark.slow
@pytest.mark.parametrize("role", ["product-director", *SOAK])
def test_what_a_criterion_explains_is_what_the_definition_says_without_it(
    role: str, pack: Pack, people: People, evaluations: list[Evaluation]
) -> None:
    """Each criterion's own counts, and verdicts if everybody met it, equal those of the reference and of a pack without that test."""
    found = impact(people, ImpactRequest(rule=ALL, roles=(pack.roles[role],), by=("sex",), among=Among.EVERYONE)).roles[0].outcomes[0]
    sexes, profiles = people.groups["sex"].to_list(), [people.profile(index) for index in range(people.height)]
    assert {driver.criterion.id for driver in found.drivers} == {one.id for one in pack.roles[role].criteria}
    for driver in found.drivers:
        met, applies, selected = Counter[str](), Counter[str](), Counter[str]()
        judged = _without(pack, role, driver.criterion.id)
        for sex, profile, evaluation in zip(sexes, profiles, evaluations, strict=True):
            if sex is None:
                continue
            state = next(one for one in evaluation.roles[role].criteria if one.criterion.id == driver.criterion.id)
            applies[sex] += state.applies is not False
            met[sex] += state.applies is True and state.held is True
            selected[sex] += judged.evaluate(profile, as_of=DAY, only=[role]).roles[role].verdict.low == "ready"
        assert {one.name: (one.counts.selected, one.counts.considered) for one in driver.met.groups} == {
            sex: (met[sex], applies[sex]) for sex in applies if applies[sex]
        }
        assert {one.name: one.counts.selected for one in driver.without.groups} == dict(selected)


def _without(pack: Pack, role: str, criterion: str) -> Evaluator:
    """Return the reference on a pack in which one criterion of a role asks nothing."""
    found = pack.roles[role]
    criteria = tuple(attrs.evolve(one, when=AllOf(parts=(), span=one.span)) if one.id == criterion else one for one in found.criteria)
    changed = attrs.evolve(closed_to_records(pack), roles={**pack.roles, role: attrs.evolve(found, criteria=criteria)}, moves=())
    return Evaluator(changed, engine="reference")


def test_the_worst_hit_group_is_named_with_its_cause(tmp_path: Path, small: Pack) -> None:
    """Women lack reports, men do not: leaving out that criterion makes the ratio 1, leaving out another changes nothing."""
    rows = [*["junior,6,3,good,m,x"] * 8, *["junior,1,3,good,m,x"] * 2, *["junior,6,3,good,f,x"] * 3, *["junior,6,0,good,f,x"] * 7]
    found = impact(table(tmp_path, small, rows), ImpactRequest(rule=ALL, by=("sex",))).roles[0].outcomes[0]
    worst, first, second = found.worse.worst_hit, *found.drivers[:2]
    assert worst is not None
    assert (worst.name, worst.ratio, worst.shortfall) == ("f", Fraction(3, 8), Fraction(5, 2))
    assert (first.criterion.id, first.without.ratio("f"), first.without.best) == ("leads", 1, "f")
    assert first.change == Fraction(5, 8)
    assert second.criterion.id in {"experience", "skill"}
    assert second.change is not None
    assert second.change <= 0
    applies = next(one for one in found.drivers if one.criterion.id == "skill")
    assert (applies.not_applicable, applies.met.group("f").counts) == (7, Counts(3, 3))


def test_what_is_unknown_is_shown_on_both_sides(tmp_path: Path, small: Pack) -> None:
    """Two of the women have not said how many reports they have: at worst the ratio is a half, at best 1."""
    rows = [*["junior,6,3,good,m,x"] * 4, *["junior,6,3,good,f,x"] * 2, *["junior,6,,good,f,x"] * 2]
    outcome = impact(table(tmp_path, small, rows), ImpactRequest(rule=ALL, by=("sex",))).roles[0].outcomes[0]
    assert (outcome.worse.ratio("f"), outcome.better.ratio("f"), outcome.undecided) == (Fraction(1, 2), 1, {"f": 2, "m": 0})


def test_nearly_can_be_enough(tmp_path: Path, small: Pack) -> None:
    """With `nearly` as the verdict that is enough, who lacks one required criterion is selected too."""
    people = table(tmp_path, small, ["junior,6,3,good,m,x", "junior,1,3,good,m,x", "junior,1,0,none,m,x"])
    assert [impact(people, ImpactRequest(rule=ALL, by=("sex",), selected=place)).roles[0].selected for place in (0, 1)] == [1, 2]


def test_who_is_considered(tmp_path: Path, small: Pack) -> None:
    """Candidates are those to whom a move is open; everyone is everyone, and then no next step is counted."""
    people = table(tmp_path, small, ["junior,6,3,good,m,x", "lead,6,3,good,m,x", ",6,3,good,f,x"])
    candidates, everyone = (impact(people, ImpactRequest(rule=ALL, by=("sex",), among=among)) for among in Among)
    assert [one.considered for one in candidates.pools] == [1, 1]
    assert everyone.together is None
    assert [(one.role and one.role.id, one.considered) for one in everyone.pools] == [("junior", 3), ("lead", 3)]


def test_groups_are_told_apart_and_unknown_ones_left_out(tmp_path: Path, small: Pack) -> None:
    """Spellings count as one group, words that say nothing as unknown, and a cross of groups is unknown where one is."""
    groups = ["Female,A", "Female,A", "female ,A", "FEMALE,b", "male,Prefer not to say", "N/A,A", ",b", "secret,b"]
    people = table(tmp_path, small, [f"junior,6,3,good,{one}" for one in groups])
    sex, ethnicity, both = dimensions(people, ["SEX", "group:ethnicity", "sex + ethnicity"], words=Words(silent=("Secret",)))
    assert Counter(sex.labels.to_list()) == {"Female": 4, "male": 1, None: 3}
    assert list(sex.merged.values()) == [("Female", "FEMALE", "female")]
    assert dict(sex.silent) == {"N/A": 1, "secret": 1}
    assert Counter(ethnicity.labels.to_list()) == {"A": 4, "b": 3, None: 1}
    assert Counter(both.labels.to_list()) == {"Female, A": 3, "Female, b": 1, None: 4}
    assert (both.name, both.asked) == ("sex × ethnicity", "sex+ethnicity")
    assert [one.name for one in dimensions(people, [])] == ["sex", "ethnicity"]


def test_groups_that_cannot_be_told_apart(tmp_path: Path, small: Pack) -> None:
    """No group fact at all, a column that is not there, and one with a value for nearly everybody are sentences with a next step."""
    with pytest.raises(PopulationProblem, match="nothing is known of anybody's group"):
        dimensions(table(tmp_path, small, ["junior,6"], "id,role,years"), ["sex"])
    people = table(tmp_path, small, [f"junior,6,3,good,f,{place}" for place in range(61)])
    with pytest.raises(PopulationProblem, match="61 different values"):
        dimensions(people, ["ethnicity"])
    with pytest.raises(PopulationProblem, match="no group column `sexx`") as raised:
        dimensions(people, ["sexx+ethnicity"])
    assert raised.value.step == "did you mean `sex`?"


def test_comparing_is_with_the_highest_rate_and_the_larger_of_equal_ones() -> None:
    """A small group with an equal rate is not what others are held against; a group left out is never."""
    counts = {"a": Counts(1, 2), "b": Counts(10, 20), "c": Counts(8, 20), "d": Counts(1, 1)}
    found = compared(counts, left_out=["d"])
    assert (found.best, [one.name for one in found.groups]) == ("b", ["d", "b", "a", "c"])
    assert [found.ratio(name) for name in "abcd"] == [1, 1, Fraction(4, 5), None]
    assert not found.group("c").below_four_fifths
    assert found.group("c").few is False
    assert found.group("a").few is True
    assert compared({"a": Counts(0, 3), "b": Counts(0, 4)}).best is None
    assert compared({}).groups == ()


def test_significance_goes_by_fisher_where_numbers_are_small() -> None:
    """3 of 3 against 0 of 4: Z says 2.6, Fisher's 0.029 decides; 4 of 4 against 1 of 4 has Z 2.2 and 0.14, and is not significant."""
    assert compared({"a": Counts(3, 3), "b": Counts(0, 4)}).group("b").significant
    small = compared({"a": Counts(4, 4), "b": Counts(1, 4)}).group("b")
    assert small.z is not None
    assert small.z > 1.96
    assert not small.significant
    assert compared({"a": Counts(60, 100), "b": Counts(45, 100)}).group("b").significant


def test_a_ratio_never_looks_as_if_it_reached_four_fifths() -> None:
    """Two digits, or as many as show the side; the city law's tables always have two."""
    assert [ratio_words(Fraction(*one)) for one in ((4, 5), (7999, 10000), (79_999, 100_000), (799_999, 10**6), (1, 3))] == [
        "0.80", "0.7999", "0.79999", "just under 0.8", "0.33",
    ]  # fmt: skip
    assert published(Fraction(7999, 10000)) == "0.80"
    assert published(None) == "undefined"


ALL = Rule(exact=True, smallest=1)
"""Everything is told, of groups of one too."""
SELECTED, DECLINED = "junior,6,3,good", "junior,1,0,none"
LAW = Law(sex="sex", ethnicity="ethnicity")


@pytest.mark.parametrize(
    "official",
    [
        {"one": (412, 797, "1.00"), "two": (204, 408, "0.97"), "three": (170, 390, "0.84")},
        {"a": (18, 28, "1.00"), "b": (15, 40, "0.58"), "c": (16, 32, "0.78"), "d": (5, 8, "0.97"), "e": (10, 24, "0.65")},
    ],
)
def test_the_city_laws_official_rows_come_out_as_published(official: dict[str, tuple[int, int, str]], tmp_path: Path, small: Pack) -> None:
    """People made to the rule's example tables, judged by rules, come to its published ratios: large ones as they are, small by --exact."""
    rows = [
        f"{facts},m,{name}"
        for name, (yes, number, _) in official.items()
        for facts, times in ((SELECTED, yes), (DECLINED, number - yes))
        for _ in range(times)
    ]
    rule = Rule() if len(rows) > 1_000 else ALL
    found = impact(table(tmp_path, small, rows), ImpactRequest(rule=rule, law=LAW)).roles[0]
    assert found.law is not None
    assert found.law.selection[1].held is False
    shown = {
        one.name: (one.counts.selected, one.counts.considered, published(one.ratio)) for one in found.law.selection[1].comparison.groups
    }
    assert shown == official


def test_the_law_leaves_out_the_unknown_and_counts_them(tmp_path: Path, small: Pack) -> None:
    """Three tables each, of people whose category is known; how many are not is told."""
    rows = [f"{SELECTED},m,a", f"{DECLINED},f,a", f"{SELECTED},,a", f"{DECLINED},f,", f"{DECLINED},,"]
    law = impact(table(tmp_path, small, rows), ImpactRequest(rule=ALL, law=LAW)).roles[0].law
    assert law is not None
    assert [(one.title, one.beside) for one in law.selection] == [("sex", 2), ("race/ethnicity", 2), ("sex and race/ethnicity", 3)]
    assert [one.name for one in law.selection[2].comparison.groups] == ["m, a", "f, a"]


def test_small_categories_leave_the_laws_ratios_only_for_a_reason(tmp_path: Path, small: Pack) -> None:
    """One of 51 is under 2 %, one of 50 is not; with a reason the former stays in the table without a ratio, and is compared with none."""
    rows = [*[f"{SELECTED},m,a"] * 25, *[f"{DECLINED},m,a"] * 25, f"{SELECTED},x,b"]
    people = table(tmp_path, small, rows)
    without, reasoned = (
        impact(people, ImpactRequest(rule=ALL, law=attrs.evolve(LAW, reason=why))).roles[0].law for why in (None, "one person")
    )
    assert without is not None
    assert reasoned is not None
    assert [one.comparison.ratio("m") for one in (without.selection[0], reasoned.selection[0])] == [Fraction(1, 2), 1]
    assert (without.selection[0].small, without.selection[0].left_out, reasoned.selection[0].left_out) == (("x",), (), ("x",))
    assert [one.name for one in reasoned.selection[0].comparison.groups] == ["x", "m"]
    enough = impact(table(tmp_path, small, rows[1:]), ImpactRequest(rule=ALL, law=attrs.evolve(LAW, reason="why"))).roles[0].law
    assert enough is not None
    assert enough.selection[0].small == ()


def test_the_scoring_rate_is_strictly_above_the_median_of_everybody(tmp_path: Path, small: Pack) -> None:
    """Scores 1, 1, 0.8, 0.4, 0 with one of unknown sex: the median, 0.8, counts them too and is not above itself."""
    rows = ["junior,6,3,good,m,a", "junior,6,3,good,f,a", "junior,6,3,none,m,a", "junior,6,1,none,f,a", "junior,1,1,none,,a"]
    law = impact(table(tmp_path, small, rows), ImpactRequest(rule=ALL, law=LAW)).roles[0].law
    assert law is not None
    assert law.median == pytest.approx(0.8)
    found = law.scoring[0].comparison
    assert {one.name: (one.counts, one.ratio) for one in found.groups} == {"m": (Counts(1, 2), 1), "f": (Counts(1, 2), 1)}


def test_equal_scores_have_no_scoring_ratio(tmp_path: Path, small: Pack) -> None:
    """Where everybody scores the same nobody is above the median, and every ratio is undefined."""
    law = impact(table(tmp_path, small, [f"{SELECTED},m,a", f"{SELECTED},f,a"]), ImpactRequest(rule=ALL, law=LAW)).roles[0].law
    assert law is not None
    assert [published(one.ratio) for one in law.scoring[0].comparison.groups] == ["undefined", "undefined"]


def test_nobody_is_no_failure(tmp_path: Path, small: Pack) -> None:
    """A table without rows, and people without an open move, come to a report without pools."""
    assert impact(table(tmp_path, small, []), ImpactRequest(rule=ALL, law=LAW)).pools == ()
    assert impact(table(tmp_path, small, ["lead,6,3,good,m,x"]), ImpactRequest(rule=ALL)).pools == ()
    found = impact(table(tmp_path, small, []), ImpactRequest(rule=ALL, roles=(small.roles["lead"],), law=LAW))
    assert [(one.considered, one.outcomes[0].worse.groups) for one in found.pools] == [(0, ())]
    assert found.roles[0].law is not None
    assert found.roles[0].law.median is None
