"""Profiles: what is stated, what is unknown, and what is said of differences."""

from __future__ import annotations

import datetime
import functools
from fractions import Fraction

import pytest

from evaluator.core.model import Pack, Profile
from evaluator.diagnostics import Problems
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.profile import profile_in
from tests.bad.overlay import BASE


@functools.cache
def pack() -> Pack:
    """Return the pack with an attribute of every type."""
    return load_pack(BASE)


def read(body: str) -> tuple[Profile | None, Problems]:
    """Read a profile with the given attributes and other lines."""
    problems = Problems()
    return profile_in(f"profile: ada\n{body}", "ada.yaml", pack(), problems), problems


def given(lines: str) -> dict[str, object]:
    """Return what a profile with the given lines under attributes states."""
    profile, problems = read(f"attributes:\n{lines}")
    assert list(problems) == []
    assert profile is not None
    return dict(profile.given)


@pytest.mark.parametrize("empty", ["years:", "years: ~", "years: null", ""])
def test_an_empty_value_is_unknown(empty: str) -> None:
    """What is left empty is left out, not zero."""
    assert given(f"  {empty}\n  reports: 2\n") == {"reports": 2}


def test_attributes_may_be_left_out_altogether() -> None:
    """A profile of nothing but a name says nothing."""
    profile, problems = read("attributes:\n")
    assert profile is not None
    assert dict(profile.given) == {}
    assert list(problems) == []


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("years: 4.5", Fraction(9, 2)),
        ("years: 010", 10),
        ("years: '7'", 7),
        ("reports: 0", 0),
        ("hired: 2024-03", datetime.date(2024, 3, 1)),
        ("hired: 2024-03-17", datetime.date(2024, 3, 1)),
        ("hired: Mar 2024", datetime.date(2024, 3, 1)),
        ("strategy: none", 0),
        ("strategy: expert", 2),
        ("preferred_work: people", "people"),
        ("knowledge: []", frozenset()),
        ("knowledge: [design, pricing]", frozenset({"design", "pricing"})),
        ("budget_owner: true", True),
        ("budget_owner: False", False),
        ("history: []", ()),
        ("history: [{title: Analyst, start: 2022-01, end: }]", ({"title": "Analyst", "start": datetime.date(2022, 1, 1)},)),
    ],
)
def test_a_value_is_read_by_its_type(line: str, value: object) -> None:
    """Every type reads its own values, exactly."""
    assert list(given(f"  {line}\n").values()) == [value]


@pytest.mark.parametrize("name", ["lead", "Lead", "LEAD", "Team Lead", "team  lead"])
def test_a_role_has_several_names(name: str) -> None:
    """Today's role is found by id, title or another name, whatever the case."""
    profile, problems = read(f"role: {name}\n")
    assert list(problems) == []
    assert profile is not None
    assert profile.role == "lead"


HISTORY = "attributes:\n  years_in_jobs: {}\n  history:\n    - {{start: 2024-01, end: 2024-12}}\n"


def test_a_stated_value_that_differs_is_told_and_counts() -> None:
    """What is stated wins over what would be computed, with a warning."""
    profile, problems = read("as_of: 2026-11-01\n" + HISTORY.format(3))
    assert [found.code for found in problems] == ["P201"]
    assert profile is not None
    assert profile.given["years_in_jobs"] == 3


def test_a_stated_value_that_agrees_is_no_matter() -> None:
    """Stating what would be computed is fine."""
    _, problems = read("as_of: 2026-11-01\n" + HISTORY.format(1))
    assert list(problems) == []


def test_without_a_date_nothing_is_computed_on_reading() -> None:
    """Where the profile names no date, differences are left to whoever knows it."""
    _, problems = read(HISTORY.format(3))
    assert list(problems) == []


def test_a_profile_with_a_key_twice_is_not_used() -> None:
    """An error in the YAML itself makes a profile unusable as well."""
    profile, problems = read("name: Ada\nname: Eva\n")
    assert profile is None
    assert [found.code for found in problems] == ["R007"]


def test_group_facts_are_kept_apart() -> None:
    """Facts of a group are read, and are no attributes."""
    profile, _ = read("groups: {sex: female, age_band: 30-39}\nattributes:\n  years: 1\n")
    assert profile is not None
    assert dict(profile.groups) == {"sex": "female", "age_band": "30-39"}
    assert set(profile.given) == {"years"}


def test_all_mistakes_are_found_at_once() -> None:
    """One wrong line hides none of the others."""
    _, problems = read("role: Ceo\nattributes:\n  years: many\n  reports: -1\n  yeers: 1\n  total_points: 3\n")
    assert [found.code for found in problems] == ["P105", "P102", "P103", "P101", "P104"]


@pytest.mark.parametrize("written", ["Design, pricing", "[Design/pricing]", "Design", "[design, 'Design and pricing']"])
def test_what_to_write_in_place_of_members_in_one_text_is_read(written: str) -> None:
    """The advice is followed as it stands."""
    _, problems = read(f"attributes:\n  knowledge: {written}\n")
    (problem,) = problems
    assert problem.help is not None
    advised = problem.help.removeprefix("write ").removeprefix("name each on its own: ").strip("[]")
    profile, problems = read(f"attributes:\n  knowledge: [{advised}]\n")
    assert not list(problems)
    assert profile is not None
    assert profile.given["knowledge"] == frozenset({"design", "pricing"} if "pricing" in written else {"design"})
