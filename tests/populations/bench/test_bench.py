"""bench: who is ready now and in some years by what time alone brings, worked out by hand, and by the reference over random packs."""

from __future__ import annotations

import csv
import datetime
import io
import json
import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from python_calamine import CalamineWorkbook

from evaluator.candidates.plan.analysis import Planner
from evaluator.cli.main import run
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.recommendation import Outlook, outlook_of, recommend
from evaluator.core.results import Evaluation
from evaluator.core.values import Kind, Value
from evaluator.diagnostics import Problems
from evaluator.engines.readiness import Evaluator
from evaluator.populations.bench.analysis import Bench, Candidate, bench
from evaluator.populations.bench.projection import Projection
from evaluator.populations.bench.readiness import Among
from evaluator.populations.held import held
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.people import read_people
from evaluator.reading.tables import Options, open_population
from tests.calibration.progress.test_progress_at_random import parts_of
from tests.populations.bench.bakery_pack import AS_OF, LATELY, LONG_AGO, write_people, write_rules
from tests.written_packs import Made, Plain, made, write_pack, written

Capture = pytest.CaptureFixture[str]
Facts = Mapping[str, object]


def bench_of(people: Path, pack: Pack, day: datetime.date, among: Among = Among.CANDIDATES, engine: str = "columns") -> Bench:
    """Return the benches of a file."""
    population = open_population([people], pack, Options(), as_of=day, as_of_wins=True, problems=Problems())
    found = held(population, pack)
    return bench(found, Projection(people=found, day=day, today=day), among, engine)


def on(found: Bench, role: str) -> dict[str, Candidate]:
    """Return who is on the bench of a role, or of whom that is open, by id."""
    one = next(one for one in found.roles if one.role.id == role)
    return {found.id(candidate.place): candidate for candidate in one.candidates}


@pytest.fixture(name="bakery", scope="module")
def _bakery(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_rules(tmp_path_factory.mktemp("rules")))


MASTER = {"role": "baker", "years": 12, "leads": True, "certified": LATELY}


@pytest.mark.parametrize(
    ("role", "facts", "ready_in"),
    [
        ("baker", {"role": "apprentice", "years": 3}, 0),
        ("baker", {"role": "apprentice", "years": 2.5}, 1),
        ("baker", {"years": 2}, 1),  # whoever states no role is an apprentice
        ("baker", {"role": "apprentice", "years": 1}, 2),
        ("baker", {"role": "apprentice", "years": 0}, 3),
        ("baker", {"role": "seller", "years": 2, "doughs": 2}, None),  # no year at the oven for who is in the shop
        ("baker", {"role": "seller", "years": 3, "doughs": 2}, 0),
        ("baker", {"role": "baker", "years": 9}, None),  # the role is held
        ("baker", {"role": "apprentice", "years": 2.5, "gathered": "2026-06-01"}, 1),
        ("baker", {"role": "apprentice", "years": 0, "gathered": "2025-11-01"}, 2),  # four years on in three
        ("master", MASTER, 0),
        ("master", {**MASTER, "years": 9}, 1),
        ("master", {**MASTER, "leads": False}, None),
        ("master", {**MASTER, "years": 8, "certified": LONG_AGO}, None),  # the certificate is too old by then
        ("master", {**MASTER, "role": "seller", "doughs": 4}, 0),
        ("master", {**MASTER, "role": "seller", "doughs": 3}, None),  # the move opens in two years, and the certificate is gone
        ("stand-in", {"role": "baker", "leads": True}, 0),
    ],
)
def test_readiness_comes_by_time_alone(tmp_path: Path, bakery: Pack, role: str, facts: Facts, ready_in: int | None) -> None:
    """Years on the tracks that bring them, from the day of the facts on, and whole doughs; nothing that has to be done."""
    found = bench_of(write_people(tmp_path / "people.jsonl", {"ada": facts}), bakery, AS_OF)
    candidate = on(found, role).get("ada")
    assert (None if candidate is None else candidate.ready_in) == ready_in
    assert candidate is None or candidate.open is None


SERVED = [{"start": "2020-01", "end": "2023-12"}]
SERVES = [{"start": "2024-01"}]


@pytest.mark.parametrize(
    ("facts", "ready_in"),
    [
        ({"role": "seller", "service": SERVED}, 1),  # four years, and a year more for who is in the shop
        ({"role": "seller", "service": SERVES}, 3),  # 35 months by November: the same whether counted by the day or by what a year brings
        ({"role": "baker", "service": SERVES}, 3),  # the position goes on, and is counted by the day
        ({"role": "baker", "service": SERVED}, None),
        ({"role": "seller", "service": SERVED, "service_years": 2}, 3),  # what is stated counts
        ({"role": "baker", "service": SERVES, "service_years": 4}, None),
    ],
)
def test_what_is_computed_from_entries_grows_too(tmp_path: Path, bakery: Pack, facts: Facts, ready_in: int | None) -> None:
    """By what the pack says that a year brings, counted from the day judged for; else as positions go on."""
    found = bench_of(write_people(tmp_path / "people.jsonl", {"ada": facts, "ben": {"role": "seller"}}), bakery, AS_OF, Among.EVERYONE)
    candidate = on(found, "manager").get("ada")
    assert (None if candidate is None else candidate.ready_in) == ready_in
    assert on(found, "manager")["ben"].open is not None


def test_who_is_ready_by_what_is_dated_falls_off(tmp_path: Path, bakery: Pack) -> None:
    """A certificate that holds for seven months more is gone in a year, one of last month in two; and a move may close."""
    people = {
        "soon": {**MASTER, "certified": LONG_AGO},
        "later": MASTER,
        "comes-and-goes": {**MASTER, "years": 9},
        "learns": {"role": "seller", "years": 3, "doughs": 3},
    }
    found = bench_of(write_people(tmp_path / "people.jsonl", people), bakery, AS_OF)
    masters = on(found, "master")
    lapses = {name: (one.ready_in, one.lapse and (one.lapse.years, one.lapse.sure, one.lapse.move_closes)) for name, one in masters.items()}
    assert lapses == {"soon": (0, (1, True, False)), "later": (0, (2, True, False)), "comes-and-goes": (1, (2, True, False))}
    assert {criterion.id for one in masters.values() if one.lapse for criterion in one.lapse.criteria} == {"certificate"}
    lapse = on(found, "baker")["learns"].lapse
    assert lapse is not None
    assert (lapse.years, lapse.sure, lapse.criteria, lapse.move_closes) == (2, True, (), True)  # four doughs by then
    assert next(one.ready for one in found.roles if one.role.id == "master") == (2, 2, 0, 0)


@pytest.mark.parametrize(
    ("facts", "ready_in", "open_in", "decisive", "of_move"),
    [
        ({**MASTER, "leads": None}, None, 0, ("leads",), ()),
        ({**MASTER, "years": 9, "leads": None}, None, 1, ("leads",), ()),
        ({**MASTER, "years": None}, None, 0, ("years",), ()),  # what is not known stays unknown in every year
        ({**MASTER, "leads": None, "years": None}, None, 0, ("years", "leads"), ()),
        ({**MASTER, "role": "seller"}, None, 0, (), ("doughs",)),  # ready, and it is not known whether the move is open
        ({**MASTER, "years": 6, "leads": None}, None, None, (), ()),
        ({**MASTER, "leads": None, "certified": "2024-01-01"}, None, None, (), ()),
    ],
)
def test_undecided_people_are_told_with_what_would_settle_it(  # noqa: PLR0913, PLR0917 - one case
    tmp_path: Path,
    bakery: Pack,
    facts: Facts,
    ready_in: int | None,
    open_in: int | None,
    decisive: tuple[str, ...],
    of_move: tuple[str, ...],
) -> None:
    """Never counted as off the bench where an answer could put them on it; and never shown where none could."""
    stated = {name: value for name, value in facts.items() if value is not None}
    candidate = on(bench_of(write_people(tmp_path / "people.jsonl", {"ada": stated}), bakery, AS_OF), "master").get("ada")
    if open_in is None:
        assert candidate is None
        return
    assert candidate is not None
    assert candidate.open is not None
    assert (candidate.ready_in, candidate.open.years) == (ready_in, open_in)
    assert (candidate.open.decisive, candidate.open.of_move) == (decisive, of_move)
    assert not candidate.open.others


PEOPLE: Mapping[str, Facts] = {
    "ada": {"name": "Ada", **MASTER},
    "ben": {"name": "Ben", "role": "baker", "years": 5, "leads": False},
    "cy": {"name": "Cy", "role": "apprentice", "years": 1},
    "dee": {"name": "Dee", "role": "apprentice", "years": 0},
    "eve": {"name": "Eve", "role": "apprentice"},
    "flo": {"name": "Flo", "role": "owner"},
    "gus": {"name": "Gus", "role": "seller", "years": 0, "doughs": 9},
}


def _run(folder: Path, *more: str) -> int:
    rules, people = write_rules(folder / "rules"), write_people(folder / "people.jsonl", PEOPLE)
    return run(["bench", str(people), "--rules", str(rules), "--as-of", str(AS_OF), *more])


def test_the_report_names_thin_benches_and_what_is_assumed(tmp_path: Path, capsys: Capture) -> None:
    """Roles with nobody, single points of failure, people on several benches, and roles that have no bench at all."""
    assert _run(tmp_path) == 0
    shown = capsys.readouterr().out
    flat = " ".join(shown.split())
    assert "3 of 7 people are on the bench of some role" in flat
    assert "Of 4 roles that moves lead to, 1 has nobody, and 2 have exactly one person ready now." in flat
    assert "Ada (ada), Baker is the only one for 2 roles at once:" in flat
    assert "Ada (ada), Baker: Acting master now, Master baker now" in flat
    assert "✗ Shop manager (0 hold it today; 1 undecided)" in flat
    assert "Ready in 1–2 years (1)" in flat
    assert "Cy (cy), Apprentice: in 2 years" in flat
    assert "Ready in 3 years (1) → Dee (dee), Apprentice" in flat
    assert "Eve (eve), Apprentice: perhaps now · ask Years at the oven" in flat
    assert "no longer in 2 years: A certificate of the last two years" in flat
    assert "No move of the ladder leads to Seller" in flat
    assert "Owner is held only and asks for nothing" in flat
    assert "Years at the oven (1 year on Oven); Doughs mastered (0.5 doughs)" in flat
    assert "This informs a decision that people take" in flat


def test_formats_hold_the_same_people(tmp_path: Path, capsys: Capture) -> None:
    """JSON, CSV and the workbook name the same people on the same benches."""
    _run(tmp_path, "--format", "json")
    document = json.loads(capsys.readouterr().out)
    expected = [(one["role"], who["id"], who["bench"]) for one in document["roles"] for who in one["candidates"]]
    assert ("baker", "cy", "ready in 1–2 years") in expected
    assert document["single_points_of_failure"] == [{"id": "ada", "name": "Ada", "roles": ["stand-in", "master"]}]
    assert [one["id"] for one in document["on_several_benches"]] == ["ada"]
    _run(tmp_path, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["bench_role"], row["id"], row["bench"]) for row in rows] == expected
    _run(tmp_path, "-o", str(tmp_path / "bench.xlsx"))
    book = CalamineWorkbook.from_path(str(tmp_path / "bench.xlsx"))
    assert book.sheet_names == ["Benches", "People", "Single points of failure", "On several benches", "About"]
    assert [row[1] for row in book.get_sheet_by_name("People").to_python()[1:]] == [name for _, name, _ in expected]


def test_lists_are_cut_unless_everybody_is_asked_for(tmp_path: Path, capsys: Capture) -> None:
    """Ten of a list, and how many more there are."""
    rules = write_rules(tmp_path / "rules")
    people = {f"p{number:02}": {"role": "apprentice", "years": 5} for number in range(14)}
    command = ["bench", str(write_people(tmp_path / "people.jsonl", people)), "--rules", str(rules), "--as-of", str(AS_OF)]
    run(command)
    shown = capsys.readouterr().out
    assert "p09, Apprentice" in shown
    assert "p10, Apprentice" not in shown
    assert "and 4 more; --all names everybody" in shown
    run([*command, "--all"])
    assert "p13, Apprentice" in capsys.readouterr().out


def test_everybody_may_be_asked_about_but_holders(tmp_path: Path, capsys: Capture) -> None:
    """With --among everyone no move has to lead there; who holds a role is nobody's successor to it."""
    _run(tmp_path, "--among", "everyone", "--format", "json")
    document = json.loads(capsys.readouterr().out)
    benches = {one["role"]: [who["id"] for who in one["candidates"]] for one in document["roles"]}
    assert benches["baker"] == ["cy", "dee", "eve", "flo"]
    assert benches["master"] == ["ada", "eve", "flo"]
    assert benches["seller"] == ["ada", "ben", "cy", "dee", "eve", "flo"]


def test_people_are_chosen_by_columns_of_the_table_alone(tmp_path: Path, capsys: Capture) -> None:
    """A verdict is one of many here, so that nobody can be chosen by it."""
    assert _run(tmp_path, "--where", "role = 'apprentice'", "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["people"] == 3
    assert document["where"]["taken"] == 3
    assert _run(tmp_path, "--where", "verdict = 'ready'") == 2
    assert "people are chosen before anybody is judged" in capsys.readouterr().err


def test_rows_that_cannot_be_judged_are_told(tmp_path: Path, capsys: Capture) -> None:
    """They end in exit code 1, and the report counts them."""
    rules, table = write_rules(tmp_path / "rules"), tmp_path / "people.csv"
    table.write_text("id,role,years\nada,apprentice,3\nben,apprentice,many\n", encoding="utf-8")
    assert run(["bench", str(table), "--rules", str(rules), "--as-of", str(AS_OF)]) == 1
    told = capsys.readouterr()
    assert "1 of 2 rows cannot be judged and is left out" in told.err
    assert "1 row left out that cannot be judged" in told.out


# Over random packs and people, against the reference engine and years added by hand.

SEEDS = tuple(f"bench/{number}" for number in (4, 11, 15, 16, 23))
YEARS = range(4)


def with_growth(chance: random.Random, pack: Made) -> Made:
    """Return a pack that says of some numbers what a year brings of them."""
    files = dict(pack.files)
    attributes = parts_of(files["attributes.yaml"])
    tracks = list(parts_of(files["pack.yaml"])["tracks"])
    for attribute in attributes["attributes"].values():
        statable = "derive" not in attribute or attribute.get("may_be_given")
        if attribute["type"] in {"number", "integer"} and statable and chance.random() < 0.6:
            brings: dict[str, Any] = {"per_year": Plain(chance.choice(["1", "0.5", "2", "0.333"]))}
            if chance.random() < 0.4:
                brings["in_tracks"] = chance.sample(tracks, 1)
            attribute["accrues"] = brings
    files["attributes.yaml"] = written(attributes)
    return Made(files=files, people=pack.people, as_of=pack.as_of, with_records=pack.with_records)


def in_years(profile: Profile, pack: Pack, day: datetime.date, years: int) -> tuple[Profile, datetime.date]:
    """Return somebody in some years, and that day: every number of which it is said has grown by whole months."""
    if not years:
        return profile, day
    facts = complete(pack, profile, day).facts
    held_ = pack.role_held(profile)
    grown: dict[str, Value] = {}
    for name, attribute in pack.attributes.items():
        value, accrues = facts.get(name), attribute.accrues
        if accrues is None or not isinstance(value, int | Fraction):
            continue
        if accrues.in_tracks and (held_ is None or pack.roles[held_].track not in accrues.in_tracks):
            continue
        since = profile.gathered if name in profile.given and profile.gathered is not None else day
        months = (day.year + years - since.year) * 12 + day.month - since.month - (day.day < since.day)
        number = value + Fraction(accrues.per_year) * months / 12
        high = attribute.type.highest
        if isinstance(high, int | Fraction):
            number = min(number, Fraction(high))
        grown[name] = number.__floor__() if attribute.kind is Kind.INTEGER else number
    return attrs.evolve(profile, given={**profile.given, **grown}), day.replace(year=day.year + years)


def by_reference(profile: Profile, pack: Pack, day: datetime.date, evaluator: Evaluator) -> list[Evaluation]:
    """Judge somebody today and in each year."""
    return [evaluator.evaluate(one, as_of=on_) for one, on_ in (in_years(profile, pack, day, years) for years in YEARS)]


def expected(evaluations: list[Evaluation], role: str, pack: Pack, among: Among) -> tuple[int | None, int | None, int | None] | None:
    """Return when somebody is ready, from when on that is open before it, and when they no longer are; None off the bench."""
    sure, perhaps = [], []
    for evaluation in evaluations:
        said = recommend(evaluation, role, pack)
        candidate, opened = said.candidate, said.open
        if among is Among.EVERYONE:
            candidate = opened = evaluation.role is None or evaluation.role.id != role
        outlook = outlook_of(evaluation.roles[role], pack)
        sure.append(candidate and opened is True and outlook is Outlook.BEST)
        perhaps.append(candidate and not sure[-1] and outlook in {Outlook.BEST, Outlook.OPEN, Outlook.NO_ANSWER})
    ready_in, open_in = (some.index(True) if True in some else None for some in (sure, perhaps))
    if ready_in is None and open_in is None:
        return None
    ends = None if ready_in is None else next((year for year in YEARS if year > ready_in and not sure[year]), None)
    return ready_in, (None if ready_in is not None and open_in is not None and open_in > ready_in else open_in), ends


def benches(found: Bench) -> Iterator[tuple[str, str, Candidate]]:
    """Yield everybody on every bench."""
    return ((one.role.id, found.id(candidate.place), candidate) for one in found.roles for candidate in one.candidates)


def compare(people: Path, pack: Pack, day: datetime.date, among: Among) -> Bench:
    """Hold the benches of a file against everybody judged by the reference in every year, one by one."""
    found, evaluator = bench_of(people, pack, day, among), Evaluator(pack, engine="reference")
    judged = {one.id: by_reference(one, pack, day, evaluator) for one in read_people([str(people)], pack, Problems())}
    wanted = {
        (role.id, name): told
        for role in pack.judged_roles
        for name, evaluations in judged.items()
        if (told := expected(evaluations, role.id, pack, among)) is not None
    }
    assert wanted
    assert {
        (role, name): (one.ready_in, one.open and one.open.years, one.lapse and one.lapse.years) for role, name, one in benches(found)
    } == wanted
    for role, name, one in benches(found):
        if one.open is not None:
            result = judged[name][one.open.years].roles[role]
            assert [*one.open.decisive, *one.open.others] == [question.attribute for question in result.questions]
            assert len(one.open.decisive) == sum(question.decisive for question in result.questions)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_benches_are_those_of_the_reference(seed: str, tmp_path: Path) -> None:
    """With what grows added by hand; and what would settle it are its questions."""
    chance = random.Random(seed)
    files = with_growth(chance, made(seed, 25))
    pack, people = load_pack(write_pack(files, tmp_path / "rules")), tmp_path / "people.jsonl"
    people.write_text("\n".join(files.people) + "\n", encoding="utf-8")
    compare(people, pack, files.as_of, chance.choice(list(Among)))


@pytest.mark.parametrize("among", Among)
def test_benches_of_many_bakers_are_those_of_the_reference(tmp_path: Path, bakery: Pack, among: Among) -> None:
    """Facts of several days, values around every threshold, some unknown: of each way to come, to go and to be undecided there is one."""
    chance = random.Random(f"bakery/{among}")
    draw: Mapping[str, list[object]] = {
        "role": ["apprentice", "baker", "baker", "master", "seller", "owner", None],
        "years": [0, 0.25, 1.75, 2, 2.916, 3, 7, 7.5, 8, 9.5, 10, 39.5, None],
        "doughs": [0, 2, 3, 4, None],
        "leads": [True, True, False, None],
        "certified": [LATELY, LONG_AGO, "2025-11-15", "2023-01-01", None],
        "service": [SERVED, SERVES, None],
        "service_years": [None, None, 1, 4.5],
        "gathered": [None, "2026-10-02", "2025-12-15", "2024-11-01"],
    }
    people = {}
    for number in range(140):
        drawn = {name: chance.choice(values) for name, values in draw.items()}
        people[f"p{number}"] = {name: value for name, value in drawn.items() if value is not None}
    found = list(benches(compare(write_people(tmp_path / "people.jsonl", people), bakery, AS_OF, among)))
    assert {one.ready_in for _, _, one in found} == {None, 0, 1, 2, 3}
    assert {one.open.years for _, _, one in found if one.open is not None} >= {0, 1}
    assert {one.lapse.years for _, _, one in found if one.lapse is not None} >= {1, 2}


def test_a_plan_waits_for_the_same_years(tmp_path: Path, bakery: Pack) -> None:
    """Whoever is ready in some years has a plan of no effort, by the end of that year and not by that of the one before."""
    facts = [{**MASTER, "certified": "2026-11-01", "years": years} for years in (8.2, 8.9, 9, 9.5)]
    facts += [{"role": "apprentice", "years": years} for years in (0, 0.5, 1, 1.9, 2.1)]
    facts += [{"years": 1}]  # an apprentice, who does not have to say so
    facts += [{"role": "seller", "service": SERVED}, {"role": "seller", "service": SERVES}]
    path = write_people(tmp_path / "people.jsonl", {f"p{number}": one for number, one in enumerate(facts)})
    profiles = {one.id: one for one in read_people([str(path)], bakery, Problems())}
    waiting = [(role, name, one.ready_in) for role, name, one in benches(bench_of(path, bakery, AS_OF)) if one.ready_in]
    assert len(waiting) == len(facts) - 2  # a certificate of today is too old once 8.9 years are ten
    for role, name, years in waiting:
        plan = Planner(pack=bakery, profile=profiles[name], role=bakery.roles[role], as_of=AS_OF).plan().best
        assert plan is not None
        assert plan.effort == 0
        assert AS_OF.replace(year=AS_OF.year + years - 1) < plan.ready_on <= AS_OF.replace(year=AS_OF.year + years)


def test_other_engines_fill_the_same_benches(tmp_path: Path, bakery: Pack) -> None:
    """The engine that is asked for judges, and comes to the same."""
    people = write_people(tmp_path / "people.jsonl", PEOPLE)
    first, *others = (list(benches(bench_of(people, bakery, AS_OF, engine=engine))) for engine in ("columns", "reference", "inference"))
    assert first
    assert others == [first, first]
