"""What is told by group, and what is held back: played as somebody who tries to find out whose group is which."""

from __future__ import annotations

import itertools
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import attrs
import polars as pl
import pytest

from evaluator.calibration import disclosure
from evaluator.calibration.diff.analysis import diff
from evaluator.calibration.diff.groups import ByGroup
from evaluator.calibration.diff.people import both
from evaluator.calibration.diff.report import DiffOptions
from evaluator.calibration.diff.to_json import diff_json
from evaluator.calibration.disclosure import Disclosure, Rule, Selection, Why, disclosures
from evaluator.calibration.impact.assessing import impact
from evaluator.calibration.impact.groups import Dimension, crossed, dimensions
from evaluator.calibration.impact.report import ImpactContext
from evaluator.calibration.impact.request import ImpactRequest, Pools
from evaluator.calibration.impact.to_json import impact_json
from evaluator.calibration.people import People
from evaluator.calibration.sweep.analysis import Sweeper, judged_by
from evaluator.calibration.sweep.data import sweep_json
from evaluator.calibration.sweep.report import SweepContext
from evaluator.calibration.sweep.values import usual_values
from evaluator.cli.main import run
from evaluator.core.model import Pack, Role
from evaluator.packs.other_values import with_value
from evaluator.packs.thresholds import Setting, Threshold, find, thresholds
from evaluator.reading.pack.pack import load_pack
from tests.calibration.attack import Attacker, bits, without_groups
from tests.calibration.diffing import DAY, people_of
from tests.calibration.small import write_pack
from tests.product import PRODUCT, RULES

PEOPLE = PRODUCT / "profiles" / "people.csv"
BY = ("sex", "ethnicity", "age_band")
GOOD, BAD = "junior,6,3,good", "junior,1,0,none"
SMALL_ROLE = "product-operations-manager"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(name="pack", scope="module")
def _pack() -> Pack:
    return load_pack(RULES)


@pytest.fixture(name="people", scope="module")
def _people(pack: Pack) -> People:
    return people_of(pack)


# The attack over all thresholds of the sample


def sliders(pack: Pack, role: Role, people: People) -> Iterator[tuple[Threshold, Role, Sequence[Setting]]]:
    """Yield every threshold of a role with whom it moves and its usual values."""
    for one in thresholds(pack, role):
        subject = judged_by(pack, role, [one])
        if not one.lists and not subject.destination:
            yield one, subject, usual_values(one, people)


@attrs.frozen(kw_only=True)
class Attack:
    """Every report of some verbs, made at every value of every threshold of some roles, or of the first `most` of each."""

    people: People
    pack: Pack
    roles: Sequence[Role]
    verbs: Sequence[str]
    most: int | None = None

    def told(self, rule: Rule) -> dict[tuple[int, str], str]:
        """Return whose groups follow from all of these reports."""
        attacker = Attacker()
        for role in self.roles:
            for threshold, subject, values in itertools.islice(sliders(self.pack, role, self.people), self.most):
                if "sweep" in self.verbs:
                    sweeper = Sweeper(people=self.people, groups=dimensions(self.people, BY), rule=rule)
                    sweep(attacker, sweeper, self.pack, (role, threshold, values))
                for value in values:
                    self._at(attacker, with_value(self.pack, find(self.pack, role, threshold.path), value), subject, rule)
        return attacker.told()

    def _at(self, attacker: Attacker, changed: Pack, subject: Role, rule: Rule) -> None:
        if "impact" in self.verbs:
            asked = ImpactRequest(roles=(changed.roles[subject.id],), by=BY, rule=rule)
            told = impact_json(impact(attrs.evolve(self.people, pack=changed), asked), ImpactContext(sources=(), as_of=DAY))
            attacker.impact(told, without_groups(self.people, changed), asked)
        if "diff" in self.verbs:
            compared(attacker, self.people, (self.pack, changed), rule)


def sweep(attacker: Attacker, sweeper: Sweeper, pack: Pack, what: tuple[Role, Threshold, Sequence[Setting]]) -> None:
    """Have a sweep made; whom its points are about follows from verdicts."""
    role, threshold, values = what
    found, sets = sweeper.sweep(pack, role, [threshold], [values]), []
    for value in values:
        changed = with_value(pack, find(pack, role, threshold.path), value)
        asked = ImpactRequest(roles=(changed.roles[found.subject.id],))
        pool = next(Pools(people=without_groups(sweeper.people, changed), asked=asked).each())
        sets.append((bits(pool.who), bits(pool.low)))
    attacker.sweep(sweep_json(found, SweepContext(as_of=DAY, rules="rules")), sets)


def compared(attacker: Attacker, people: People, packs: tuple[Pack, Pack], rule: Rule) -> None:
    """Have two packs compared; whom each role is about follows from verdicts."""
    found = diff(*packs, both(*packs, people, None), by_group=ByGroup(rule=rule))
    assert found.people is not None
    sets = {}
    for one in found.people.roles:
        if one.before is not None and one.after is not None:
            ready = (bits_of(one.rows.filter(codes == 0)) for codes in (one.before, one.after))
            sets[one.role.id] = (bits_of(one.rows), *ready)
    attacker.diff(diff_json(found, DiffOptions(as_of=DAY)), {role: (who, *rest) for role, (who, *rest) in sets.items()})


def bits_of(places: pl.Series) -> int:
    return sum(1 << place for place in places.to_list())


def right(told: dict[tuple[int, str], str], people: People) -> bool:
    """Whether all that somebody claims to know is so."""
    labels = {name: one.labels for one in dimensions(people, BY) for name in (one.asked, one.name)}
    return all(labels[dimension][place] == group for (place, dimension), group in told.items())


VERBS = ("impact", "sweep", "diff")
SOME = 4
ALL = Rule(exact=True, smallest=1)


@pytest.mark.slow
def test_no_report_at_any_value_of_a_role_tells_anybodys_group(people: People, pack: Pack) -> None:
    """Some thresholds of one role at their usual values, by every verb that counts groups: the small edition of the attack below."""
    assert Attack(people=people, pack=pack, roles=[pack.roles[SMALL_ROLE]], verbs=VERBS, most=SOME).told(Rule()) == {}


@pytest.mark.soak
def test_no_report_at_any_value_of_any_threshold_tells_anybodys_group(people: People, pack: Pack) -> None:
    """The whole sample pack: thousands of settings, single reports and every pair of them."""
    assert Attack(people=people, pack=pack, roles=pack.judged_roles, verbs=VERBS).told(Rule()) == {}


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_the_attack_finds_people_where_nothing_is_held_back(people: People, pack: Pack, verb: str) -> None:
    """By each verb alone, and never wrongly; so it would see it if the rule failed."""
    told = Attack(people=people, pack=pack, roles=[pack.roles[SMALL_ROLE]], verbs=[verb], most=SOME).told(ALL)
    assert len({place for place, _ in told}) >= 3
    assert right(told, people)


def test_holding_back_small_numbers_alone_would_not_do(people: People, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """With small numbers held back, but everything told of however few people, or with the rule taken out, the attack succeeds."""
    monkeypatch.setattr(Rule, "holds_back", lambda _self, _considered: False)
    monkeypatch.setattr(disclosure, "_enough", lambda _number, _part: True)
    told = Attack(people=people, pack=pack, roles=[pack.roles[SMALL_ROLE]], verbs=["sweep"], most=SOME).told(Rule(smallest=5))
    assert told
    assert right(told, people)


@pytest.mark.soak
def test_before_the_rule_the_attack_finds_many(people: People, pack: Pack) -> None:
    """From sweeps alone, over all thresholds: at least the 32 people for whom two values of one slider are enough."""
    told = Attack(people=people, pack=pack, roles=pack.judged_roles, verbs=["sweep"]).told(ALL)
    assert len({place for place, _ in told}) >= 32
    assert right(told, people)


# Below the size from which numbers are told, no report hangs on anybody's group


def shuffled(folder: Path, seed: int) -> Path:
    """Write the sample again with everybody's groups changed around, each column by itself, so that only their totals are the same."""
    frame = pl.read_csv(PEOPLE, infer_schema=False)
    chance = random.Random(seed)
    for name in [column for column in frame.columns if column.startswith("group:")]:
        cells = frame[name].to_list()
        chance.shuffle(cells)
        frame = frame.with_columns(pl.Series(name, cells, dtype=pl.String))
    folder.mkdir()
    frame.write_csv(folder / "people.csv")
    return folder


REPORTS = [
    ("impact", "--by", "sex,ethnicity,sex+ethnicity"),
    ("impact", "--role", "product-director", "--law", "nyc144"),
    ("impact", "--role", "product-director", "--among", "everyone", "--selected", "nearly"),
    ("impact", "--by", "age_band", "--fail-if", "age_band ratio < 0.9", "--allow-untested"),
    ("sweep", "product-director", "product-experience.product_management_years.at_least", "--by", "sex,ethnicity,age_band"),
    ("sweep", "product-director", "verdicts.ready.score.at_least", "--by", "sex", "--among", "everyone"),
    ("diff", str(RULES), "other", "--by-group"),
    ("diff", str(RULES), "other"),
]
FORMATS = {"impact": ("json", "html"), "sweep": ("json", "csv", "html"), "diff": ("json", "markdown")}
FIRST = [next(one for one in REPORTS if one[0] == verb) for verb in FORMATS]
"""The reports that are looked at in every format."""


@pytest.mark.slow
@pytest.mark.parametrize("asked", REPORTS, ids=" ".join)
def test_a_report_is_the_same_whoever_belongs_to_which_group(
    asked: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Every byte: so nothing can be worked out from it, nor from any number of such reports."""
    other = tmp_path / "other"
    shutil.copytree(RULES, other)
    role = other / "roles" / "product-director.yaml"
    role.write_text(role.read_text(encoding="utf-8").replace("direct_reports: {at_least: 2}", "direct_reports: {at_least: 4}"), "utf-8")
    shown: list[list[str]] = []
    for seed in (1, 2):
        folder = shuffled(tmp_path / str(seed), seed)
        monkeypatch.chdir(folder)
        arguments = [str(other) if one == "other" else one for one in asked]
        rules = [] if asked[0] == "diff" else ["--rules", str(RULES)]
        made = []
        for form in FORMATS[asked[0]] if asked in FIRST else ("json",):
            assert run([*arguments, "--on", "people.csv", "--as-of", "2026-11-01", *rules, "--format", form]) == 0
            made.append(capsys.readouterr().out)
        shown.append(made)
    assert shown[0] == shown[1]
    assert all(shown[0])


@pytest.mark.slow
def test_groups_and_names_are_never_in_one_report(tmp_path: Path, capsys: Capture) -> None:
    """With --by-group nobody is named, in no format, also where everything is told; without it no group is read."""
    other = tmp_path / "other"
    shutil.copytree(RULES, other)
    role = other / "roles" / "product-director.yaml"
    role.write_text(role.read_text(encoding="utf-8").replace("direct_reports: {at_least: 2}", "direct_reports: {at_least: 4}"), "utf-8")
    base = ["diff", str(RULES), str(other), "--on", str(PEOPLE), "--as-of", "2026-11-01"]
    names = set(pl.read_csv(PEOPLE, infer_schema=False)["name"].drop_nulls())
    for form in ("text", "json", "markdown"):
        assert run([*base, "--format", form, "--by-group", "--exact"]) == 0
        counted = capsys.readouterr().out
        assert not [name for name in names if name in counted]
        assert not re.search(r"\bp\d{3}\b", counted)
        assert "female" in counted
        assert run([*base, "--format", form]) == 0
        named = capsys.readouterr().out
        assert "Leila Lemaire" in named
        assert "female" not in named
    assert run([*base, "--by-group", "--all"]) == 2
    assert run([*base, "--exact"]) == 2
    assert run(["diff", str(RULES), str(other), "--by-group"]) == 2


# Above it: the parts into which the sets that one report tells cut the people


def made_up(chance: random.Random, people: int) -> tuple[Dimension, ...]:
    """Return a sex and an ethnicity of people, some unknown, and both crossed."""
    sex = [chance.choice(["f", "m", "m", "x" if chance.random() < 0.05 else "f", None]) for _ in range(people)]
    ethnicity = [chance.choice([*"aaabbc", None]) for _ in range(people)]
    single = [
        Dimension(columns=(name,), labels=pl.Series(labels, dtype=pl.String), merged={}, silent={})
        for name, labels in (("sex", sex), ("ethnicity", ethnicity))
    ]
    return (*single, crossed(single))


def some_of(chance: random.Random, people: int, share: float) -> pl.Series:
    return pl.Series([chance.random() < share for _ in range(people)], dtype=pl.Boolean)


def reported(chance: random.Random, by: Sequence[Dimension], rule: Rule) -> list[tuple[Dimension, Selection, tuple[pl.Series, ...]]]:
    """Tell what may be told of a chain of sets that differ by ever fewer people, as settings do; return each with the sets it is of."""
    people = len(by[0].labels)
    told: list[tuple[Dimension, Selection, tuple[pl.Series, ...]]] = []
    accounts = disclosures(rule, by)
    for _ in range(3):
        who, yes = some_of(chance, people, 0.9), some_of(chance, people, 0.4)
        for account in accounts.values():
            base = account.selection(who, yes & who)
            if base.names:
                told.append((account.dimension, base, (who, yes & who)))
            for share in (0.5, 0.9, 0.98, 0.995):
                further = yes & who & some_of(chance, people, share)
                found = account.more(base, who, further)
                if found is not None:
                    told.append((account.dimension, attrs.evolve(base, comparison=found), (who, further)))
    return told


def parts_of(sets: Sequence[pl.Series]) -> list[list[int]]:
    """Return the people of each part into which sets cut them, but of the part that is in none."""
    places: dict[tuple[bool, ...], list[int]] = {}
    for place, inside in enumerate(zip(*sets, strict=True)):
        places.setdefault(inside, []).append(place)
    return [people for inside, people in places.items() if any(inside)]


@pytest.mark.parametrize("seed", range(12))
def test_each_part_of_one_report_has_people_in_and_out_of_every_group_told(seed: int) -> None:
    """Counted here from the sets themselves: at least five of the group and five others in each; numbers told are the true ones."""
    chance = random.Random(seed)
    by = made_up(chance, chance.choice([150, 600, 2_000]))
    told = reported(chance, by, Rule(pool=100, smallest=chance.choice([5, 10, 30])))
    assert told
    for dimension in by:
        mine = [one for one in told if one[0] is dimension]
        labels = dimension.labels.to_list()
        for group in {name for _, found, _ in mine for name in found.names}:
            sets = [one for _, found, of in mine if group in found.names for one in of]
            for part in parts_of(sets):
                number = sum(labels[place] == group for place in part)
                assert 5 <= number <= len(part) - 5
        for _, found, (who, yes) in mine:
            for group in found.comparison.groups:
                inside = [labels[place] == group.name for place in range(len(labels))]
                assert group.counts.considered == sum(a and b for a, b in zip(inside, who, strict=True))
                assert group.counts.selected == sum(a and b for a, b in zip(inside, yes, strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_what_is_held_back_is_not_what_is_left_of_a_sum(seed: int) -> None:
    """Of all who are selected, of each sex and of each ethnicity, less those told: five or more are left wherever a group is held back."""
    chance = random.Random(100 + seed)
    by = made_up(chance, chance.choice([150, 400, 900]))
    for dimension, found, (who, yes) in reported(chance, by, Rule(pool=100, smallest=5)):
        hidden = [one.name for one in found.hidden]
        labels = dimension.labels.to_list()
        lines = [list(range(len(labels)))]
        for single in dimension.crossed:
            cells = single.labels.to_list()
            lines += [[place for place, cell in enumerate(cells) if cell == value] for value in set(cells) - {None}]
        for line, of in itertools.product(lines, (yes, who & ~yes)):
            inside = of.to_list()
            left = [place for place in line if inside[place] and labels[place] not in found.names]
            told = any(inside[place] and labels[place] in found.names for place in line)
            if told and any(labels[place] in hidden for place in left):
                assert len(left) >= 5


def test_without_the_size_of_parts_the_property_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every part is taken for large enough, some is not: the test above would see it."""
    monkeypatch.setattr(disclosure, "_enough", lambda _number, _part: True)
    chance = random.Random(1)
    by = made_up(chance, 600)
    told = [one for one in reported(chance, by, Rule(pool=100, smallest=5)) if one[0] is by[0] and "f" in one[1].names]
    labels = by[0].labels.to_list()
    parts = parts_of([one for _, _, of in told for one in of])
    assert any(not 5 <= sum(labels[place] == "f" for place in part) <= len(part) - 5 for part in parts)


# What a reader sees of it


def write(folder: Path, numbers: dict[str, tuple[int, int]], unknown: tuple[int, int] = (0, 0)) -> None:
    """Write people of whom so many of so many are ready, by sex."""
    rows = [f"{facts},{name},a" for name, (yes, of) in {**numbers, "": unknown}.items() for facts in [GOOD] * yes + [BAD] * (of - yes)]
    lines = ["id,role,years,reports,level,group:sex,group:ethnicity", *(f"p{place},{row}" for place, row in enumerate(rows))]
    (folder / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_pack(tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told_of(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert run(["impact", "--on", "people.csv", "--by", "sex", "--role", "lead", "--as-of", "2026-11-01", *arguments]) == code
    return capsys.readouterr().out


def row(text: str, name: str) -> list[str]:
    line = next(one for one in text.splitlines() if one.startswith(f"{name} "))
    return re.split(r" {2,}", line.strip())


def test_numbers_of_large_groups_are_exact(folder: Path, capsys: Capture) -> None:
    """As they always were: counts, rate, ratio and tests; nothing says that anything is held back."""
    write(folder, {"f": (150, 600), "m": (200, 600)})
    shown = told_of(capsys)
    assert row(shown, "f")[:3] == ["f", "150 of 600", "25.0 % (22–29)"]
    assert row(shown, "f")[3].startswith("0.75 (")
    assert "held back" not in shown
    assert "150 of 600" in told_of(capsys, "--fail-if", "sex ratio < 0.8", code=1)


def test_few_are_told_as_fewer_than_five_and_what_follows_for_the_ratio(folder: Path, capsys: Capture) -> None:
    """Three of 800 are fewer than five, so the ratio is 0.01 at most; a limit is broken by that, and no message tells the number."""
    write(folder, {"f": (3, 800), "m": (300, 700), "x": (200, 400)}, unknown=(20, 40))
    shown = told_of(capsys, "--fail-if", "sex ratio < 0.8", code=1)
    assert row(shown, "f") == ["f", "fewer than 5 of 800", "–", "at most 0.01", "under", "–", "–", "–"]
    assert "f has at most 0.01 in Lead (fewer than 5 of 800)" in " ".join(shown.split())
    assert "3 of 800" not in shown
    data = json.loads(told_of(capsys, "--format", "json"))
    by = data["pools"][0]["by"][0]
    assert by["groups_held_back"] == [{"group": "f", "considered": 800, "why": str(Why.FEW), "ratio_at_most": pytest.approx(0.01)}]
    assert [one["group"] for one in by["undecided_as_not_selected"]["groups"]] == ["x", "m"]


def test_a_number_that_would_follow_from_a_sum_is_held_back_too(folder: Path, capsys: Capture) -> None:
    """Nobody's group is unknown, so all who are ready less two groups are the third: a second one is held back with it."""
    write(folder, {"f": (3, 800), "m": (300, 700), "x": (200, 400)})
    shown = told_of(capsys)
    assert row(shown, "x")[1] == "held back of 400"
    assert "200 of 400" not in shown
    assert "300 of 700" in shown


@pytest.mark.parametrize("numbers", [{"f": (3, 700), "m": (300, 700)}, {"f": (700, 700), "m": (300, 700)}, {"f": (0, 700), "m": (9, 700)}])
def test_of_two_groups_neither_is_told_where_one_is_held_back(folder: Path, capsys: Capture, numbers: dict[str, tuple[int, int]]) -> None:
    """Three, all and none tell as much as each other, and each is what is left of the whole."""
    write(folder, numbers)
    shown = told_of(capsys)
    assert "of 700" in shown
    assert not [one for yes, of in numbers.values() for one in [f"{yes} of {of}"] if one in shown]


def test_too_few_people_tell_nothing_and_test_nothing(folder: Path, capsys: Capture) -> None:
    """One fewer than a thousand: the limit is not tested, held back as too small, which can be let pass; --exact tells and tests."""
    write(folder, {"f": (50, 499), "m": (200, 500)})
    limit = ("--fail-if", "sex ratio < 0.8")
    shown = " ".join(told_of(capsys, *limit, code=2).split())
    assert "not tested, as numbers by group are held back as too small in Lead" in shown
    assert "50 of 499" not in shown
    told_of(capsys, *limit, "--allow-untested")
    shown = told_of(capsys, *limit, "--exact", code=1)
    assert "50 of 499" in shown
    assert "for those who may see facts of people's groups" in " ".join(shown.split())
    shown = " ".join(told_of(capsys, "--smallest-pool", "900").split())
    assert "told from 900 people on, and not from 1,000" in shown
    assert "50 of 499" in shown


def test_small_groups_are_neither_told_nor_compared_with(folder: Path, capsys: Capture) -> None:
    """One person has the highest rate there can be; by default that is nobody's measure, and the person is in no row."""
    write(folder, {"f": (300, 700), "m": (400, 700), "x": (1, 1)})
    shown = told_of(capsys)
    assert "each ratio is to m, the highest rate\n" in shown
    assert "1 group of too few people is in no row" in shown
    assert not [line for line in shown.splitlines() if line.startswith("x ")]
    exact = told_of(capsys, "--exact")
    assert "each ratio is to m, the highest rate of the groups that are large enough" in exact
    assert row(exact, "x")[3] == "–"
    assert run(["impact", "--on", "people.csv", "--smallest", "4", "--as-of", "2026-11-01"]) == 2
    assert run(["impact", "--on", "people.csv", "--smallest", "5", "--as-of", "2026-11-01"]) == 0


def test_a_criterions_row_is_about_the_group_that_is_worst_hit(capsys: Capture) -> None:
    """All of a row: who meets it, what it is held against and what would be without it; what hits others harder is named below."""
    command = ["impact", "--on", str(PEOPLE), "--by", "sex", "--role", "senior-product-manager", "--exact", "--as-of", "2026-11-01"]
    assert run([*command, "--rules", str(RULES)]) == 0
    shown = capsys.readouterr().out
    table = shown[shown.index("Which criterion, by sex") :].splitlines()
    start = next(place for place, line in enumerate(table) if line.startswith("Criterion")) + 2
    rows = list(itertools.takewhile(str.strip, table[start:]))
    assert len(rows) == 6
    assert {re.split(r" {2,}", line)[1] for line in rows} == {"female"}
    assert not [line for line in rows if "non-binary" in line]
    assert "Without it: female's ratio" in shown


def test_a_sweep_tells_values_that_differ_by_enough_people(folder: Path, capsys: Capture) -> None:
    """Two thousand people with years of every size: at coarse steps each value is told, at fine ones only some, and none wrongly."""
    chance = random.Random(3)
    rows = [f"p{n},junior,{chance.randrange(0, 1000) / 100},3,good,{chance.choice('fm')},a" for n in range(2_000)]
    (folder / "people.csv").write_text("\n".join(["id,role,years,reports,level,group:sex,group:ethnicity", *rows]) + "\n", "utf-8")
    base = ["sweep", "lead", "experience.years.at_least", "--on", "people.csv", "--as-of", "2026-11-01", "--by", "sex", "--format", "json"]

    def points(values: str, *more: str) -> list[dict[str, object]]:
        assert run([*base, "--values", values, *more]) == 0
        return list(json.loads(capsys.readouterr().out)["points"])

    coarse = points("3..8/1")
    assert all(one["groups"]["sex"] for one in coarse)  # type: ignore[index]
    fine, true = points("4.9..5.1/0.01"), points("4.9..5.1/0.01", "--exact")
    told = [one for one in fine if one["groups"]["sex"]]  # type: ignore[index]
    assert 0 < len(told) < len(fine)
    assert all(one["groups_held_back"]["sex"] is True for one in fine if one not in told)  # type: ignore[index]
    for one, exact in zip(fine, true, strict=True):
        if one in told:
            assert one["groups"] == exact["groups"]


def test_the_same_sets_can_always_be_told_again() -> None:
    """A set that was told cuts nothing further; one that differs by one person is held back, and so is one that differs by nine."""
    labels = pl.Series(["f", "m"] * 50)
    account = Disclosure(
        rule=Rule(pool=100),
        dimension=Dimension(columns=("sex",), labels=labels, merged={}, silent={}),
        parts=disclosure.Parts.of(100),
    )
    everybody = pl.Series([True] * 100)
    half = pl.Series([place < 50 for place in range(100)])
    base = account.selection(everybody, half)
    assert Counter(base.names) == Counter(["f", "m"])
    assert account.more(base, everybody, half) is not None
    verdicts = [account.more(base, everybody, pl.Series([place < 50 + more for place in range(100)])) for more in (1, 2, 9, 10)]
    assert [found is not None for found in verdicts] == [False, False, False, True]
    assert base.comparison.group("f").rate == Fraction(1, 2)
