"""Coverage counts what the rule tests decide, both ways, and lists the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.packs.examples.coverage import coverage
from tests.packs.examples.small import ATTRIBUTES, criterion, outcomes, write_pack

EITHER = criterion("either", "{any_of: [{years: {at_least: 8}}, {skill: {at_least: much}}]}", more="almost: {years: {at_least: 6}}")


def _open(folder: Path) -> set[tuple[str, str]]:
    pack, found = outcomes(folder)
    return {(one.branch.words, one.missing) for one in coverage(pack, found).open}


def _tests(*tests: tuple[str, str]) -> str:
    return "tests:\n" + "".join(f"  - name: t\n    attributes: {given}\n    expect: {expect}\n" for given, expect in tests)


def test_a_branch_counts_only_where_it_mattered(tmp_path: Path) -> None:
    """Beside enough years, skill makes no difference: its test is not decided by being looked at."""
    tests = _tests(("{years: 9, skill: none}", "{verdict: ready}"), ("{years: 5, skill: none}", "{verdict: not yet, almost: []}"))
    assert _open(write_pack(tmp_path, [EITHER], tests)) == {
        ("skill: {at_least: much}", "never met"),
        ("years: {at_least: 6}", "never met"),
    }


def test_everything_decided_is_full_coverage(tmp_path: Path) -> None:
    """Four examples decide each test of an any-of and of what counts as close."""
    tests = _tests(
        ("{years: 9, skill: none}", "{verdict: ready}"),
        ("{years: 5, skill: none}", "{verdict: not yet, almost: []}"),
        ("{years: 5, skill: much}", "{verdict: ready}"),
        ("{years: 7, skill: none}", "{almost: [either]}"),
    )
    assert _open(write_pack(tmp_path, [EITHER], tests)) == set()


def test_a_test_that_looks_at_one_criterion_decides_no_other(tmp_path: Path) -> None:
    """An expectation on states looks at the criteria it names, and at no verdict."""
    criteria = [criterion("years", "{years: {at_least: 8}}"), criterion("large", "{large: true}")]
    tests = _tests(("{years: 9, large: true}", "{met: [years]}"), ("{years: 1, large: false}", "{unmet: [years]}"))
    found = _open(write_pack(tmp_path, criteria, tests))
    assert ("large", "never decided") in found
    assert ("years", "never decided") not in found
    assert {missing for words, missing in found if words == "the verdict itself"} == {"never taken"}


TABLE = """\
tables:
  points: {type: integer, bands: [{below: 5, gives: 1}, {at_least: 5, gives: 2}]}
"""
POINTS = "  points: {title: Points, type: integer, derive: {lookup: {of: years, table: points}}}\n"


def test_bands_of_tables_have_to_be_reached(tmp_path: Path) -> None:
    """The band that no example falls into is listed."""
    tests = _tests(("{years: 9}", "{verdict: ready}"), ("{}", "{questions: [years]}"))
    folder = write_pack(tmp_path, [criterion("points", "{points: {at_least: 2}}")], tests, attributes=TABLE + ATTRIBUTES + POINTS)
    assert ("table points of Years, band 1, which gives 1", "never taken") in _open(folder)
    assert ("table points of Years, band 2, which gives 2", "never taken") not in _open(folder)


OTHERS = "  more: {title: More, type: integer, range: {at_least: 0}, question: How many more?}\n"


@pytest.mark.parametrize(
    ("sum_of", "told"),
    [
        ("[{lookup: {of: years, table: points}}, {lookup: {of: more, table: points}}]", {" of Years", " of More"}),
        ("[{lookup: {of: {sum: [years, 1]}, table: points}}, {lookup: {of: {sum: [more, 1]}, table: points}}]", {"", "2"}),
    ],
)
def test_two_lookups_in_one_table_are_told_apart(tmp_path: Path, sum_of: str, told: set[str]) -> None:
    """Each row of each lookup is a line of its own, also where what is looked up has no name."""
    points = f"  points: {{title: Points, type: integer, derive: {{sum: {sum_of}}}}}\n"
    attributes = TABLE + ATTRIBUTES + OTHERS + points
    folder = write_pack(
        tmp_path, [criterion("points", "{points: {at_least: 2}}")], _tests(("{}", "{questions: [years]}")), attributes=attributes
    )
    lines = {words for words, _ in _open(folder) if words.startswith("table")}
    assert len(lines) == 4
    assert all(any(word in line for line in lines) for word in told)
