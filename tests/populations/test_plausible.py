"""What a pack expects of attributes together: warned of in profiles, counted in populations, changing nothing."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.core.conditions import truth
from evaluator.core.facts import complete
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.populations.evaluate.sanity_checks import implausible
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.pack.plausible import report_implausible
from evaluator.reading.profile.people import read_people
from tests.populations.runs import AS_OF, write_rules
from tests.strategies import random_profile

Capture = pytest.CaptureFixture[str]
EXPECTED = """
  since: {title: Since, type: date, question: Since when?}
  months: {title: Months here, type: integer, unit: months, derive: {months_since: since}}
  lead_years: {title: Years of leading, type: number, unit: years, question: How long have you led?}
plausible:
  - {expect: {lead_years: {at_most: {attribute: years}}}, otherwise: more years of leading than in all}
  - expect:
      any_of:
        - reports: {at_most: 0}
        - lead_years: {above: 0}
    otherwise: leads people and has never led
  - {expect: {months: {at_least: 0}}, otherwise: starts in the future}
"""
PEOPLE = """\
id,years,lead_years,reports,since
a,3,4,0,2026-11-02
b,3,3,2,2026-11-01
c,,4,1,2027-02-01
d,3,0,1,2020-01-01
e,3,3.5,,
"""


@pytest.fixture(name="pack", scope="module")
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    rules = write_rules(tmp_path_factory.mktemp("rules"))
    with (rules / "attributes.yaml").open("a", encoding="utf-8") as stream:
        stream.write(EXPECTED.lstrip("\n"))
    return load_pack(rules)


def test_a_table_is_warned_of_row_by_row_and_read(pack: Pack, tmp_path: Path) -> None:
    """By hand: a leads longer than she works; c starts in three months; d leads somebody and never has; unknown is never odd."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    problems = Problems()
    people = read_people([tmp_path / "people.csv"], pack, problems)
    for person in people:
        report_implausible(pack, person, AS_OF, {}, problems)
    assert [one.id for one in people] == list("abcde")
    assert [(found.code, found.span.line, found.message) for found in problems] == [
        ("P203", 2, "more years of leading than in all: `lead_years` is 4 years, `years` is 3 years"),
        ("P203", 4, "starts in the future: `months` is -3 months"),
        ("P203", 5, "leads people and has never led: `reports` is 1 person, `lead_years` is 0 years"),
        ("P203", 6, "more years of leading than in all: `lead_years` is 3.5 years, `years` is 3 years"),
    ]


def test_a_profile_with_a_day_is_warned_of_where_it_says_so(pack: Pack, tmp_path: Path) -> None:
    """The place is that of the first attribute that was stated; the profile is usable."""
    (tmp_path / "ada.yaml").write_text("profile: ada\nas_of: 2026-11-01\nattributes:\n  years: 3\n  lead_years: 4\n", encoding="utf-8")
    problems = Problems()
    assert len(read_people([tmp_path / "ada.yaml"], pack, problems)) == 1
    (found,) = problems
    assert (found.code, found.span.line, found.span.column) == ("P203", 5, 3)
    assert found.related[0].span.path.endswith("attributes.yaml")


@pytest.mark.parametrize("seed", range(5))
def test_columns_count_what_the_definition_says(pack: Pack, seed: int) -> None:
    """On random people, as many as the reference finds."""
    chance = random.Random(seed)
    people = [Person(profile=random_profile(chance, pack), as_of=AS_OF) for _ in range(300)]
    wanted: Counter[str] = Counter()
    for person in people:
        facts = complete(pack, person.profile, AS_OF).facts
        wanted.update(one.otherwise for one in pack.plausible if truth(one.expect, facts) is False)
    assert wanted
    assert implausible(frame_of(pack, people), pack) == wanted


def test_a_run_counts_them_and_rejects_nobody(pack: Pack, tmp_path: Path, capsys: Capture) -> None:
    """The summary lists what is odd with how many people; a run that is gone on from counts the same."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    shared = [
        "evaluate",
        str(tmp_path / "people.csv"),
        "--rules",
        pack.folder,
        "--role",
        "director",
        "--as-of",
        str(AS_OF),
        "-o",
        str(tmp_path / "out.csv"),
    ]
    assert run([*shared, "--chunk-rows", "2"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "More years of leading than in all 2 Leads people and has never led 1 Starts in the future 1" in said
    assert "5 judged + 0 rejected" in said


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("plausible: yes", "R103"),
        ("plausible:\n  - {expect: {years: {at_least: 1}}}", "R102"),
        ("plausible:\n  - {expect: {yeers: {at_least: 1}}, otherwise: odd}", "R201"),
        ("plausible:\n  - {expect: {sex: {is: male}}, otherwise: odd}", "R403"),
        ("plausible:\n  - {expect: {years: {at_least: 0}}, otherwise: odd}", "R302"),
        ("plausible:\n  - {expect: {years: {at_least: 61}}, otherwise: odd}", "R301"),
    ],
)
def test_an_expectation_that_cannot_be_is_told_once(written: str, code: str, tmp_path: Path, capsys: Capture) -> None:
    """Shape, names, group facts and what can never or always be are found as in conditions anywhere."""
    rules = write_rules(tmp_path / "rules")
    with (rules / "attributes.yaml").open("a", encoding="utf-8") as stream:
        stream.write(written + "\n")
    run(["lint", "--rules", str(rules), "--format", "json"])
    said = capsys.readouterr().out
    assert said.count(f'"code": "{code}"') == 1
