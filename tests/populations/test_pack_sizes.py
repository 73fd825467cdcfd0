"""Populations under large packs: the work is counted, in expressions and in roles judged one by one, and memory has a limit."""

from __future__ import annotations

import itertools
import random
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import attrs
import polars as pl
import pytest

from evaluator.cli.main import run
from evaluator.core.enums import Prefer
from evaluator.core.expressions import Calculation, Clamp, Expression, Floor, Half, Lookup, Operation, Reference, Round, TableBand
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile, TieBreaker
from evaluator.engines.columns import language as x
from evaluator.engines.columns.decode import decoded
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.language import Of, speaking
from evaluator.engines.columns.plan import plan
from evaluator.engines.readiness import Evaluator
from evaluator.populations import result_codes
from evaluator.populations.judging import Judge
from evaluator.populations.request import Level, Request
from evaluator.populations.result_codes import narrowed
from evaluator.reading.pack.pack import load_pack
from tests.cases import small_pack
from tests.core.build import attribute, check, criterion
from tests.drawing import SPAN
from tests.populations.people_pack import AS_OF
from tests.sized_pack import Size, write_pack, write_people

MEMORY = 3_000_000_000
"""The address space that a command may have, of which Polars sets a part aside that it never touches."""
WORDS = ("col", "lit", "when", "min_horizontal", "max_horizontal", "concat_str", "coalesce")


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def evaluated(folder: Path, people: Path, *options: str) -> str:
    """Run `evaluate` with little memory, and return what it prints."""
    command = [sys.executable, "-m", "evaluator", "evaluate", str(people), "--rules", str(folder), "--as-of", "2026-11-01", *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limited)
    assert run.returncode == 0, run.stderr
    return run.stdout


def made(folder: Path, size: Size) -> Pack:
    return load_pack(write_pack(folder, size))


def people(size: Size, count: int) -> list[Person]:
    """Return people for a sized pack, each with a role of today and one value in twenty missing."""
    chance = random.Random(5)
    given = [{f"a{place}": chance.randint(0, 5) for place in range(size.attributes) if chance.random() >= 0.05} for _ in range(count)]
    roles = [f"r{chance.randrange(size.roles)}" for _ in given]
    profiles = [
        Profile(id=f"p{place}", role=role, given=one, span=SPAN) for place, (role, one) in enumerate(zip(roles, given, strict=True))
    ]
    return [Person(profile=profile, as_of=AS_OF) for profile in profiles]


class Counting(ModuleType):
    """The words of Polars, counted as they are said."""

    def __init__(self) -> None:
        super().__init__("polars")
        self.said = 0

    def __getattr__(self, name: str) -> Any:
        if name in WORDS:
            self.said += 1
        return getattr(pl, name)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """Count the words that are said of results, too."""
    words = Counting()
    monkeypatch.setattr(result_codes, "pl", words)
    return words


def words_of(pack: Pack, size: Size, level: Level, counting: Counting) -> int:
    """Return how many words the query of a pack takes."""
    frame = frame_of(pack, people(size, 3)).lazy()
    before = counting.said
    narrowed(plan(pack), frame, Request(level=level))
    return counting.said - before


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("tracks", [10, 1], ids=["ten tracks", "one track"])
def test_a_query_grows_with_the_pack_and_not_with_its_square(tmp_path: Path, level: Level, tracks: int, counting: Counting) -> None:
    """Three times the roles are about three times the words, on one track as on many."""
    sizes = [Size(roles=roles, tracks=tracks, criteria=4, attributes=20) for roles in (20, 60)]
    small, large = (words_of(made(tmp_path / str(size.roles), size), size, level, counting) for size in sizes)
    assert small > 0
    assert large < 3.3 * small


def read_by(expression: Expression) -> Pack:
    """Return a pack whose one criterion reads what an expression over twenty numbers comes to."""
    attributes = {f"a{place}": attribute(f"a{place}", "integer") for place in range(20)}
    attributes["d"] = attribute("d", derive=expression, given=False)
    return small_pack(attributes, (criterion("c", check("d", "at_least", 2), role="role"),))


def bands(of: Expression, count: int) -> Lookup:
    """Return a table of so many bands over 0 to 5, each of which gives its place."""
    ends = [None, *(Fraction(5 * place, count) for place in range(1, count)), None]
    stretches = [
        TableBand(lowest=low, includes_lowest=True, highest=high, includes_highest=False, gives=place)
        for place, (low, high) in enumerate(itertools.pairwise(ends))
    ]
    return Lookup(of=of, table="t", bands=tuple(stretches))


NUMBERS = tuple(Reference(attribute=f"a{place}") for place in range(20))
MEAN = Calculation(operation=Operation.MEAN, parts=NUMBERS)
DERIVED: dict[str, Callable[[int], Expression]] = {
    "a table on a mean": lambda count: bands(MEAN, count),
    "on a mean of means": lambda count: bands(Calculation(operation=Operation.MEAN, parts=(MEAN, MEAN)), count),
    "on a floor": lambda count: bands(Floor(of=MEAN), count),
    "on a number that is rounded": lambda count: bands(Round(of=MEAN, step=Fraction(1, 2), half=Half.UP), count),
    "on a mean of tables": lambda count: bands(
        Calculation(operation=Operation.MEAN, parts=tuple(bands(one, count // 2) for one in NUMBERS)), count
    ),
    "on a table": lambda count: bands(bands(MEAN, count), count),
    "on a table on a table": lambda count: bands(bands(bands(MEAN, count), count), count),
    "on a ratio": lambda count: bands(Calculation(operation=Operation.RATIO, parts=(MEAN, Clamp(of=MEAN, lowest=1, highest=4))), count),
}


def derived_words(pack: Pack, size: int) -> tuple[int, pl.LazyFrame]:
    """Return how many words it takes to derive what a pack derives, spelled out as they are planned, and the query."""
    chance = random.Random(size)
    facts = [{f"a{place}": chance.randint(0, 5) for place in range(20) if chance.random() < 0.98} for _ in range(200)]
    persons = [Person(profile=Profile(id=f"p{place}", given=one, span=SPAN), as_of=AS_OF) for place, one in enumerate(facts)]
    with speaking(pl):
        query: pl.LazyFrame = plan(pack).derive(frame_of(pack, persons).lazy())
    return query.explain(optimized=False).count("when("), query


@pytest.mark.parametrize("derived", DERIVED.values(), ids=DERIVED)
def test_tables_cost_as_much_as_they_have_bands(derived: Callable[[int], Expression]) -> None:
    """Four times the bands take about four times the words, whatever is looked up in them, and every person gets the reference's value."""
    small, _ = derived_words(read_by(derived(10)), 10)
    pack = read_by(derived(40))
    large, query = derived_words(pack, 40)
    assert large < 4.5 * small
    found = query.collect()
    unmade = found.with_columns(pl.lit(None, pl.Float64).alias("a.d"))
    for person, value, doubt in zip(decoded(pack, unmade), found["a.d"], found["doubt"], strict=True):
        expected = complete(pack, person.profile, AS_OF).facts.get("d")
        assert doubt or value == (None if expected is None else float(expected))


def calls(arguments: Sequence[str]) -> int:
    """Return how many functions of Python a command calls."""
    count = 0

    def counted(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    try:
        code = run(arguments)
    finally:
        sys.setprofile(None)
    assert code == 0
    return count


COMMANDS = {
    "evaluate": "evaluate {people} --rules {rules} --as-of 2026-11-01",
    "people": "evaluate {people} --rules {rules} --as-of 2026-11-01 --level people",
    "roles": "evaluate {people} --rules {rules} --as-of 2026-11-01 --level roles",
    "criteria": "evaluate {people} --rules {rules} --as-of 2026-11-01 --level criteria",
    "lint": "lint {rules}",
    "diff": "diff {rules} {rules} --on {people} --as-of 2026-11-01",
    "graph": "graph --rules {rules}",
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_grows_with_the_pack_and_not_with_its_square(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of 20, 40 and 80 roles the second step adds twice the calls of the first, and a square would add four times as many."""
    monkeypatch.setenv("COLUMNS", "80")
    arguments = []
    for roles in (20, 40, 80):
        size = Size(roles=roles, criteria=4, attributes=20)
        rules = write_pack(tmp_path / f"{roles}", size)
        paths = {"rules": str(rules), "people": str(write_people(tmp_path / f"{roles}.csv", size, 10, roles=True))}
        arguments.append([word.format_map(paths) for word in command.split()])
    run(arguments[0])  # what is imported and compiled once
    small, middle, large = map(calls, arguments)
    capsys.readouterr()
    assert middle > small
    assert large - middle < 2.6 * (middle - small)


def test_what_no_rule_reads_is_not_computed() -> None:
    """Thirty tables that nothing reads add nothing to the query; one that a tie-breaker reads is there."""
    lone = read_by(bands(MEAN, 10))
    more = {f"d{place}": attribute(f"d{place}", derive=bands(MEAN, 10), given=False) for place in range(30)}
    larger = attrs.evolve(lone, attributes={**lone.attributes, **more})
    assert derived_words(larger, 10)[0] == derived_words(lone, 10)[0]
    ranked = attrs.evolve(larger, tie_breakers=(TieBreaker(attribute="d3", prefer=Prefer.HIGH, span=SPAN),))
    assert derived_words(ranked, 10)[0] == pytest.approx(2 * derived_words(lone, 10)[0], rel=0.2)


def test_forty_bands_on_a_mean_by_the_command(tmp_path: Path) -> None:
    """The verb itself, in little memory, with a second engine that agrees."""
    size = Size(roles=1, tracks=1, attributes=10, bands=40)
    table = write_people(tmp_path / "people.csv", size, 500, roles=False)
    folder = write_pack(tmp_path / "rules", size)
    told = evaluated(folder, table, "--role", "r0", "--check", "100", "-o", str(tmp_path / "verdicts.csv"))
    assert re.search(r"Checked +100 people", told)


def test_a_choice_of_hundreds_is_not_hundreds_deep() -> None:
    """Each value is found, anything else gives nothing, and the choice is as deep as halving makes it."""
    with speaking(pl):
        cases: list[Any] = [(place, x.lit(place * 10)) for place in range(0, 600, 2)]
        choice: Any = x.chosen(x.col("place"), cases, x.nothing(Of.WHOLE))
        empty: Any = x.chosen(x.col("place"), [], x.nothing(Of.WHOLE))
    frame = pl.DataFrame({"place": [*range(-1, 601), None]})
    expected = [place * 10 if place is not None and 0 <= place < 600 and place % 2 == 0 else None for place in frame["place"]]
    assert frame.select(choice).to_series().to_list() == expected
    assert frame.select(empty.alias("none")).to_series().null_count() in {1, frame.height}
    assert depth(str(choice)) < 60


def depth(text: str) -> int:
    """Return how deep brackets stand inside each other."""
    deepest = now = 0
    for letter in text:
        now += (letter in "([") - (letter in ")]")
        deepest = max(deepest, now)
    return deepest


@contextmanager
def roles_judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Count the roles of every evaluation of one person."""
    found: list[int] = []
    evaluate = Evaluator.evaluate

    def counted(self: Evaluator, profile: Profile, *, as_of: Any = None, only: Collection[str] | None = None) -> Any:
        evaluation = evaluate(self, profile, as_of=as_of, only=only)
        found.append(len(evaluation.roles))
        return evaluation

    with monkeypatch.context() as patch:
        patch.setattr(Evaluator, "evaluate", counted)
        yield found


@pytest.mark.parametrize("level", list(Level))
def test_few_people_of_a_role_are_judged_one_by_one_for_that_role_alone(
    tmp_path: Path, level: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a pack of many roles hardly anybody shares a next role: that must not judge everybody for every role again."""
    size = Size(roles=40, tracks=4, criteria=4, attributes=20)
    pack, persons = made(tmp_path, size), people(size, 150)
    judge = Judge(pack=pack, request=Request(level=level))
    frame = frame_of(pack, persons)
    with roles_judged(monkeypatch) as found:
        judged = judge.judge(frame)
    assert found
    assert sum(found) <= len(persons)
    assert judged.rows() == judge.answered(frame, Evaluator(pack, engine="reference")).rows()


def test_roles_of_few_and_of_many_people_are_put_together_in_order(tmp_path: Path) -> None:
    """Some roles have queries, others are asked of the reference, some people have no next role: each row says what is its own."""
    size = Size(roles=12, tracks=3, criteria=4, attributes=12)
    pack, persons = made(tmp_path, size), people(size, 200)
    persons += [attrs.evolve(one, profile=attrs.evolve(one.profile, role="r1")) for one in persons[:120]]
    frame = frame_of(pack, persons)
    judge = Judge(pack=pack, request=Request(), few=25)
    assert judge.judge(frame).rows() == judge.answered(frame, judge.second).rows()


@pytest.mark.slow
def test_two_hundred_roles_and_two_thousand_people_with_roles_of_today(tmp_path: Path) -> None:
    """A pack of 1,800 criteria judges 2,000 people in little memory, and a second engine agrees on some of them."""
    size = Size(roles=200, criteria=9)
    table = write_people(tmp_path / "people.csv", size, 2000)
    target = tmp_path / "verdicts.parquet"
    told = evaluated(write_pack(tmp_path / "rules", size), table, "--check", "10", "-o", str(target))
    assert re.search(r"Checked +10 people", told)
    results = pl.read_parquet(target)
    assert results.height == 2000
    tops = {f"r{role}" for role in range(190, 200)}
    assert all((row["next_role"] is None) == (row["role"] in tops) for row in results.iter_rows(named=True))
