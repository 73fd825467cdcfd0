"""Whether time, facts or rules moved somebody, worked out by hand for people of a small pack."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from evaluator.calibration.progress.analysis import Movement, PersonProgress, Progress
from evaluator.calibration.progress.attribution import Cause, attributed, mixtures
from evaluator.calibration.progress.explanations import Explanations
from evaluator.calibration.progress.reading import NoPopulation
from evaluator.calibration.progress.words import cause_words
from evaluator.core.model import Pack
from evaluator.reading.pack.pack import load_pack
from tests.calibration.progress.comparing import progress_of

OLD_DAY, NEW_DAY = datetime.date(2026, 3, 31), datetime.date(2026, 6, 30)
TIME, FACTS, RULES = Cause
FILES = {
    "pack.yaml": """
pack: quarters
title: Quarters
version: 1.0.0
effective: 2026-01-01
tracks:
  line: {title: Line}
verdicts:
  - {verdict: ready, when: {required_unmet: {at_most: 0}, score: {at_least: 0.5}}}
  - {verdict: nearly, when: {required_unmet: {at_most: 1}}}
  - {verdict: not yet}
""",
    "attributes.yaml": """
attributes:
  began: {title: Began, type: date, question: When did you begin?}
  years: {title: Years at work, type: number, unit: years, derive: {years_since: began}}
  reports: {title: Reports, type: integer, unit: people, question: How many report to you?}
  history:
    title: History
    type: records
    question: What did you do?
    fields:
      start: {type: date, precision: month}
      end: {type: date, precision: month}
  years_led: {title: Years led, type: number, unit: years, derive: {years: {records: history, from: start, to: end}}}
""",
    "moves.yaml": """
moves:
  - {from: junior, to: lead, kind: promotion, basis: judgement}
  - {from: lead, to: head, kind: promotion, basis: judgement}
""",
    "roles/junior.yaml": """
role: junior
title: Junior
track: line
rung: 1
criteria:
  - {id: begun, title: Has begun, kind: qualification, weight: 1, basis: judgement, when: {years: {at_least: 0}}}
""",
    "roles/lead.yaml": """
role: lead
title: Lead
track: line
rung: 2
criteria:
  - {id: experience, title: Five years, kind: qualification, required: true, weight: 2, basis: judgement, when: {years: {at_least: 5}}}
  - {id: leads, title: Leads, kind: step, required: true, weight: 2, basis: judgement, when: {reports: {at_least: 2}}}
""",
    "roles/head.yaml": """
role: head
title: Head
track: line
rung: 3
criteria:
  - {id: led, title: Led for a year, kind: step, required: true, weight: 1, basis: judgement, when: {years_led: {at_least: 1}}}
""",
}
LONG_AGO, SOON = "2010-01-01", "2021-05-15"
"""Five years are over long since; and between the two days."""


def write_rules(folder: Path, *edits: tuple[str, str, str]) -> Pack:
    """Write the pack, with some text exchanged in a file each, and read it."""
    for name, content in FILES.items():
        text = content.lstrip("\n")
        for file, before, after in edits:
            if file == name:
                assert before in text
                text = text.replace(before, after)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_pack(folder)


def write_people(path: Path, people: Mapping[str, Mapping[str, object]]) -> Path:
    """Write people as JSON Lines."""
    path.write_text("".join(json.dumps({"id": name, "role": "junior", **facts}) + "\n" for name, facts in people.items()), encoding="utf-8")
    return path


Facts = Mapping[str, object]


def moved(folder: Path, before: Facts, after: Facts, *edits: tuple[str, str, str]) -> tuple[Progress, PersonProgress]:
    """Return what became of one person whose facts and rules are others."""
    old = write_rules(folder / "old")
    new = write_rules(folder / "new", *edits) if edits else old
    files = (write_people(folder / "old.jsonl", {"a": before}), write_people(folder / "new.jsonl", {"a": after}))
    found = progress_of(files, (old, new), (OLD_DAY, NEW_DAY))
    (person,) = found.people
    return found, person


LOOSER = ("roles/lead.yaml", "reports: {at_least: 2}", "reports: {at_least: 1}")
STRICTER = ("roles/lead.yaml", "reports: {at_least: 2}", "reports: {at_least: 4}")
SHORTER = ("roles/lead.yaml", "years: {at_least: 5}", "years: {at_least: 4.8}")


@pytest.mark.parametrize(
    ("before", "after", "edits", "movement", "words"),
    [
        ({"began": SOON, "reports": 3}, {"began": SOON, "reports": 3}, (), Movement.BECAME_READY, "time"),
        ({"began": LONG_AGO, "reports": 1}, {"began": LONG_AGO, "reports": 2}, (), Movement.BECAME_READY, "facts"),
        ({"began": LONG_AGO, "reports": 2}, {"began": LONG_AGO, "reports": 1}, (), Movement.FELL_BACK, "facts"),
        ({"began": LONG_AGO, "reports": 2}, {"began": LONG_AGO}, (), Movement.NO_LONGER_CERTAIN, "facts"),
        ({"began": LONG_AGO, "reports": 1}, {"began": LONG_AGO, "reports": 1}, (LOOSER,), Movement.BECAME_READY, "rules"),
        ({"began": LONG_AGO, "reports": 3}, {"began": LONG_AGO, "reports": 3}, (STRICTER,), Movement.FELL_BACK, "rules"),
        ({"began": SOON, "reports": 1}, {"began": SOON, "reports": 2}, (), Movement.BECAME_READY, "time and facts together"),
        (
            {"began": LONG_AGO, "reports": 1},
            {"began": LONG_AGO, "reports": 2},
            (LOOSER,),
            Movement.BECAME_READY,
            "facts or rules, each of them alone",
        ),
        ({"began": SOON, "reports": 0}, {"began": SOON, "reports": 1}, (LOOSER,), Movement.BECAME_READY, "time, facts and rules together"),
        (
            {"began": SOON, "reports": 3},
            {"began": SOON, "reports": 3},
            (SHORTER,),
            Movement.BECAME_READY,
            "time or rules, each of them alone",
        ),
        ({"began": LONG_AGO}, {"began": LONG_AGO, "reports": 1}, (), Movement.WORSE, "facts"),
        ({"reports": 1}, {"began": LONG_AGO, "reports": 1}, (), Movement.BETTER, "facts"),
    ],
)
def test_what_moved_somebody(  # noqa: PLR0913, PLR0917 - two times, what is edited, and what comes of it
    tmp_path: Path, before: Facts, after: Facts, edits: tuple[tuple[str, str, str], ...], movement: Movement, words: str
) -> None:
    """Five years are over between the two days; two reports are asked for, and one or four by the other rules."""
    _, person = moved(tmp_path, before, after, *edits)
    (role,) = person.roles
    assert (role.role.id, role.movement, cause_words(role.verdict)) == ("lead", movement, words)


def test_what_cancels_out_is_told(tmp_path: Path) -> None:
    """Somebody whom facts make ready and rules bring back has the verdict of before, and steps that say so."""
    _, person = moved(tmp_path, {"began": LONG_AGO, "reports": 1}, {"began": LONG_AGO, "reports": 3}, STRICTER)
    (role,) = person.roles
    assert role.movement is None
    assert [(step.cause, str(step.before), str(step.after)) for step in role.verdict.steps or ()] == [
        (FACTS, "nearly", "ready"),
        (RULES, "ready", "nearly"),
    ]
    assert cause_words(role.verdict) == "came and went"


def test_criteria_and_facts_behind_a_change(tmp_path: Path) -> None:
    """A computed fact comes with the stated one behind it where that changed, and alone where only time passed."""
    progress, person = moved(tmp_path, {"began": "2021-05-15", "reports": 1}, {"began": "2019-05-15", "reports": 1})
    (change,) = Explanations(progress=progress).of([person])[person.number, "lead"]
    assert (change.cause, change.criterion.id, str(change.before), str(change.after)) == (TIME, "experience", "unmet", "met")
    assert [(fact.attribute.id, *fact.words) for fact in change.facts] == [("years", "4.83 years", "5.08 years")]
    progress, person = moved(tmp_path, {"began": "2023-05-15", "reports": 1}, {"began": "2019-05-15", "reports": 1})
    (change,) = Explanations(progress=progress).of([person])[person.number, "lead"]
    assert change.cause is FACTS
    assert [fact.attribute.id for fact in change.facts] == ["years", "began"]
    assert change.facts[1].words == ("2023-05-15", "2019-05-15")


def test_years_of_entries_that_run_on_grow_with_time(tmp_path: Path) -> None:
    """What is computed from lists of entries is computed again for the new day; no column holds the entries."""
    facts = {"role": "lead", "history": [{"start": "2025-06"}]}
    progress, person = moved(tmp_path, facts, facts)
    (role,) = person.roles
    assert (role.role.id, role.movement, cause_words(role.verdict)) == ("head", Movement.BECAME_READY, "time")
    (change,) = Explanations(progress=progress).of([person])[person.number, "head"]
    assert [(fact.attribute.id, *fact.words) for fact in change.facts] == [("years_led", "0.83 years", "1.08 years")]


def test_entries_of_profiles_in_a_folder_grow_with_time_too(tmp_path: Path) -> None:
    """Of files of their own as of rows of a table; what is stated beside them stays."""
    rules = write_rules(tmp_path / "rules")
    (tmp_path / "people").mkdir()
    for name, role in (("a", "lead"), ("b", "junior")):
        text = f"profile: {name}\nrole: {role}\nattributes:\n  began: {LONG_AGO}\n  reports: 1\n  history: [{{start: 2025-06}}]\n"
        (tmp_path / "people" / f"{name}.yaml").write_text(text, encoding="utf-8")
    found = progress_of((tmp_path / "people", tmp_path / "people"), (rules, rules), (OLD_DAY, NEW_DAY))
    assert [(person.id, one.movement, cause_words(one.verdict)) for person in found.changed for one in person.roles] == [
        ("a", Movement.BECAME_READY, "time")
    ]


def test_criterion_that_is_new_gone_or_counts_otherwise(tmp_path: Path) -> None:
    """By the rules; one whose state stays is told where it counts otherwise."""
    leads = "{id: leads, title: Leads, kind: step, required: true, weight: 2, basis: judgement, when: {reports: {at_least: 2}}}"
    other = "{id: other, title: Other, kind: step, weight: 1, basis: judgement, when: {reports: {at_least: 0}}}"
    heavier = (
        "roles/lead.yaml",
        "title: Five years, kind: qualification, required: true, weight: 2",
        "title: Five years, kind: qualification, weight: 3",
    )
    facts = {"began": LONG_AGO, "reports": 1}
    progress, person = moved(tmp_path, facts, facts, ("roles/lead.yaml", leads, other), heavier)
    changes = Explanations(progress=progress).of([person])[person.number, "lead"]
    found = {change.criterion.id: (str(change.before), str(change.after), change.counts_otherwise) for change in changes}
    assert found == {"experience": ("met", "met", True), "leads": ("unmet", "None", False), "other": ("None", "met", False)}
    assert {change.cause for change in changes} == {RULES}
    progress, person = moved(tmp_path, facts, facts, LOOSER)
    (change,) = Explanations(progress=progress).of([person])[person.number, "lead"]
    assert change.asks == ("reports are at least 2 people", "reports are at least 1 person")


def test_attribute_that_is_only_renamed_moves_nobody(tmp_path: Path) -> None:
    """Each population is read by either name."""
    old = write_rules(tmp_path / "old")
    renamed = [(name, "reports", "people_led") for name in ("attributes.yaml", "roles/lead.yaml")]
    new = write_rules(tmp_path / "new", *renamed)
    files = (
        write_people(tmp_path / "old.jsonl", {"a": {"began": LONG_AGO, "reports": 2}}),
        write_people(tmp_path / "new.jsonl", {"a": {"began": LONG_AGO, "people_led": 2}}),
    )
    found = progress_of(files, (old, new), (OLD_DAY, NEW_DAY))
    assert not found.changed
    assert found.not_told_apart == 0


def test_rows_that_one_pack_cannot_read_leave_the_causes_open(tmp_path: Path) -> None:
    """The change itself is told; what moved them is not guessed."""
    old = write_rules(tmp_path / "old", ("attributes.yaml", "unit: people,", "unit: people, range: {at_least: 0, at_most: 5},"))
    new = write_rules(tmp_path / "new", ("attributes.yaml", "unit: people,", "unit: people, range: {at_least: 0, at_most: 50},"))
    files = (
        write_people(tmp_path / "old.jsonl", {"a": {"began": LONG_AGO, "reports": 1}}),
        write_people(tmp_path / "new.jsonl", {"a": {"began": LONG_AGO, "reports": 20}}),
    )
    found = progress_of(files, (old, new), (OLD_DAY, NEW_DAY))
    (person,) = found.people
    assert person.roles[0].movement is Movement.BECAME_READY
    assert (person.roles[0].verdict.steps, person.roles[0].verdict.sets) == (None, None)
    assert cause_words(person.roles[0].verdict) == "not told apart"
    assert found.not_told_apart == 1


def test_who_is_new_left_rejected_or_promoted(tmp_path: Path) -> None:
    """A row that could not be judged then or cannot be now is neither new nor gone; the next role of who was promoted is another."""
    rules = write_rules(tmp_path / "rules")
    good = {"began": LONG_AGO, "reports": 2}
    bad = {"began": "soon"}
    files = (
        write_people(tmp_path / "old.jsonl", {"stays": good, "goes": good, "mended": bad, "spoilt": good, "never": bad, "promoted": good}),
        write_people(
            tmp_path / "new.jsonl",
            {"stays": good, "comes": good, "mended": good, "spoilt": bad, "never": bad, "promoted": {**good, "role": "lead"}},
        ),
    )
    found = progress_of(files, (rules, rules), (OLD_DAY, NEW_DAY))
    assert [person.id for person in found.people] == ["stays", "promoted"]
    assert [person.id for person in found.arrived] == ["comes"]
    assert [person.id for person in found.left] == ["goes"]
    assert [person.id for person in found.judged_again] == ["mended"]
    assert [person.id for person in found.no_longer_judged] == ["spoilt"]
    assert found.never_judged == 1
    assert "began" in str(found.judged_again[0].rejected)
    (promoted,) = found.changed
    assert (promoted.role_today.before, promoted.role_today.after) == ("junior", "lead")
    assert (promoted.next_role.before, promoted.next_role.after) == ("lead", "head")
    assert [one.role.id for one in promoted.roles] == ["head"]
    assert cause_words(promoted.role_today.attribution) == "facts"


def test_role_outside_the_pack_is_no_role(tmp_path: Path) -> None:
    """Somebody who goes there has another role today, and no next one."""
    _, person = moved(tmp_path, {"began": LONG_AGO, "reports": 2}, {"began": LONG_AGO, "reports": 2, "role": "Astronaut"})
    assert (person.role_today.before, person.role_today.after) == ("junior", None)
    assert (person.next_role.after, person.roles) == (None, ())


def test_rows_are_judged_for_their_own_days(tmp_path: Path) -> None:
    """Time is a cause only for those whose days are two."""
    rules = write_rules(tmp_path / "rules")
    facts = {"began": SOON, "reports": 2}
    files = (
        write_people(tmp_path / "old.jsonl", {"a": {**facts, "as_of": "2026-03-31"}, "b": {**facts, "as_of": "2026-06-30"}}),
        write_people(tmp_path / "new.jsonl", {"a": {**facts, "as_of": "2026-06-30"}, "b": {**facts, "as_of": "2026-06-30"}}),
    )
    found = progress_of(files, (rules, rules), (datetime.date(2030, 1, 1), datetime.date(2030, 1, 1)), own_days=True)
    assert found.old.undated == 0
    assert [(person.id, cause_words(person.roles[0].verdict)) for person in found.changed] == [("a", "time")]


def test_results_are_refused_with_what_to_name(tmp_path: Path) -> None:
    """Nothing tells why anybody moved where there are no facts."""
    rules = write_rules(tmp_path / "rules")
    people = write_people(tmp_path / "new.jsonl", {"a": {"began": LONG_AGO}})
    results = tmp_path / "old.csv"
    results.write_text(
        "id,name,role,next_role,verdict,verdict_worse,verdict_better,pack_hash\na,,junior,lead,ready,ready,ready,0\n", encoding="utf-8"
    )
    with pytest.raises(NoPopulation, match="holds verdicts that `evaluate` wrote") as problem:
        progress_of((results, people), (rules, rules), (OLD_DAY, NEW_DAY))
    assert "name the table or folder that it was made from" in str(problem.value.step)


def test_attribution_by_hand() -> None:
    """The steps go by the order of causes; the smallest sets do not."""
    found = dict.fromkeys(mixtures((TIME, FACTS, RULES)), "old")
    found |= dict.fromkeys(
        [frozenset(some) for some in ((RULES,), (FACTS, RULES), (TIME, RULES), (TIME, FACTS), (TIME, FACTS, RULES))], "new"
    )
    result = attributed(found, (TIME, FACTS, RULES))
    assert [(step.cause, step.before, step.after) for step in result.steps or ()] == [(FACTS, "old", "new")]
    assert result.sets == (frozenset({RULES}), frozenset({TIME, FACTS}))
    assert cause_words(result) == "rules alone or time and facts together"
    assert not result.together
    assert result.alone is None
