"""Thresholds that are off by a hundred: told where per cent are meant, with the number that is, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.diagnostics import Diagnostic
from tests.bad.overlay import BASE, found_in, laid_over

ROLE = (BASE / "roles/lead.yaml").read_text(encoding="utf-8")
ATTRIBUTES = """
  delivered: {title: Delivered, type: number, unit: percent, range: {at_least: 0, at_most: 100}, question: How much?}
  target: {title: Target, type: number, unit: percent, range: {at_least: 0, at_most: 100}, question: What target?}
  growth: {title: Growth, type: number, unit: "%", question: How much growth?}
  errors: {title: Errors, type: number, unit: percent, range: {at_least: 0, at_most: 5}, question: How many errors?}
  marks: {title: Marks, type: number, range: {at_least: 0, at_most: 100}, question: Which marks?}
  score: {title: Score, type: number, unit: points, range: {at_least: 0, at_most: 100}, question: How many points?}
  part: {title: Part, type: number, range: {at_least: 0, at_most: 1}, question: Which part?}
  skills: {title: Skills, type: number, derive: {share: [{budget_owner: true}, {strategy: {at_least: working}}]}}
  skills_in_percent: {title: Skills in per cent, type: number, derive: {product: [skills, 100]}}
  sprints:
    title: Sprints
    type: records
    question: Which sprints?
    fields:
      done: {type: number, unit: percent, range: {at_least: 0, at_most: 100}}
"""


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a function of rules
    """Return what is told of a criterion's condition, with more attributes beside those of the base, and tables."""

    def told(when: str, attributes: str = "", tables: str = "", pack: str = "") -> list[Diagnostic]:
        base = (BASE / "attributes.yaml").read_text(encoding="utf-8").replace("tables:\n", f"tables:\n{tables}")
        files = {
            "attributes.yaml": base + ATTRIBUTES + attributes,
            "roles/lead.yaml": ROLE.replace("    when:\n      reports: {at_least: 1}\n", f"    when: {when}\n", 1),
        }
        if pack:
            files["pack.yaml"] = (BASE / "pack.yaml").read_text(encoding="utf-8").replace("score: {at_least: 0.75}", pack)
        laid = laid_over(BASE, {name: text.encode() for name, text in files.items()}, tmp_path)
        codes = {"R301", "R302", "R303", "R307", "R308", "R313"}
        return [one for one in found_in(laid, (), monkeypatch) if one.code in codes or one.code < "R300"]

    return told


@pytest.mark.parametrize(
    ("when", "step"),
    [
        ("{delivered: {at_least: 0.8}}", "write 80 where 80 % is meant"),
        ("{delivered: {at_least: 0.125}}", "write 12.5 where 12.5 % is meant"),
        ("{delivered: {below: 0.5}, reports: {at_least: 1}}", "write 50 where 50 % is meant"),
        ("{growth: {above: 0.2}}", "write 20 where 20 % is meant"),
        ("{marks: {at_least: 0.9}}", "write 90 where 90 % is meant"),
        ("{skills_in_percent: {at_least: 0.8}}", "write 80 where 80 % is meant"),
        ("{any_of: [{reports: {at_least: 2}}, {none_of: [{delivered: {below: 0.7}}]}]}", "write 70 where 70 % is meant"),
        ("{at_least_of: {count: 1, of: [{reports: {at_least: 2}}, {target: {at_least: 0.6}}]}}", "write 60 where 60 % is meant"),
    ],
)
def test_a_percentage_that_is_held_against_a_part_of_one(found, when: str, step: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """Percentages by unit, by range and by computation are told, wherever the test stands, once, with the number that may be meant."""
    (told,) = found(when)
    assert told.code == "R313"
    assert told.help is not None
    assert told.help.startswith(f"{step}; where less than 1 % is, let the `range` of ")


@pytest.mark.parametrize(
    "when",
    [
        "{delivered: {at_least: 80}}",
        "{delivered: {at_least: 1}}",
        "{delivered: {above: 0}}",
        "{delivered: {at_least: 1.5}}",
        "{errors: {at_most: 0.5}}",
        "{score: {at_least: 0.5}}",
        "{part: {at_least: 0.5}}",
        "{skills: {at_least: 0.8}}",
        "{years: {at_least: 0.5}}",
        "{delivered: {at_least: {attribute: target}}}",
    ],
)
def test_what_may_be_meant_is_left_alone(found, when: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """Whole percentages, parts of 1, percentages of which the range says that they are small, and other units are no finding."""
    assert found(when) == []


@pytest.mark.parametrize(
    ("when", "code", "step"),
    [
        ("{skills: {at_least: 80}}", "R301", "write 0.8 where 80 % is meant: `skills` goes from 0 to 1"),
        ("{part: {above: 12.5}}", "R301", "write 0.125 where 12.5 % is meant: `part` goes from 0 to 1"),
        ("{skills: {below: 80}}", "R302", "write 0.8 where 80 % is meant: `skills` goes from 0 to 1"),
        (
            "{any_of: [{reports: {at_least: 1}}, {skills: {at_least: 80}}]}",
            "R307",
            "write 0.8 where 80 % is meant: `skills` goes from 0 to 1",
        ),
        ("{reports: {at_least: 1}, part: {at_most: 75}}", "R308", "write 0.75 where 75 % is meant: `part` goes from 0 to 1"),
        ("{part: {at_least: 101}}", "R301", "look at its thresholds, and the ranges in attributes.yaml"),
        ("{milestone: {at_least: 80}}", "R301", "look at its thresholds, and the ranges in attributes.yaml"),
    ],
)
def test_a_part_of_one_that_is_tested_in_percent(found, when: str, code: str, step: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """Nobody or everybody meets it, and the step is the number that is meant."""
    (told,) = found(when)
    assert (told.code, told.help) == (code, step)


def test_the_score_of_a_verdict_in_percent(found) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """A band that asks for a score of 75 is told what to write."""
    (told,) = found("{reports: {at_least: 1}}", pack="score: {at_least: 75}")
    assert (told.code, told.help) == ("R301", "write 0.75 where 75 % is meant: `score` goes from 0 to 1")


def test_percentages_in_entries_and_in_tables(found) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """Fields of entries are held to the same, and so are the bands in which a percentage is looked up."""
    attributes = """
  good_sprints: {title: Good sprints, type: integer, derive: {count: {records: sprints, where: {done: {at_least: 0.9}}}}}
  mark: {title: Mark, type: integer, derive: {lookup: {of: delivered, table: marks_of}}}
  fine: {title: Fine, type: integer, derive: {lookup: {of: part, table: marks_of_parts}}}
"""
    bands = "type: integer, bands: [{at_least: 0, below: 0.5, gives: 1}, {at_least: 0.5, gives: 2}]"
    tables = f"  marks_of: {{{bands}}}\n  marks_of_parts: {{{bands}}}\n"
    told = found("{good_sprints: {at_least: 1}, mark: {at_least: 2}, fine: {at_least: 2}}", attributes, tables)
    assert [one.code for one in told] == ["R313", "R313"]
    messages = sorted(one.message for one in told)
    assert messages[0].startswith("`done` is counted in per cent, and 0.9 is less")
    assert messages[1] == "the bands of `marks_of` end between 0 and 1, and what is looked up in it goes up to 100"


def test_a_percentage_compared_with_a_part_of_one(found) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """Two attributes of no unit, of which one goes to 1 and the other to 100, are told, either way round."""
    for when in ("{marks: {at_least: {attribute: skills}}}", "{skills: {below: {attribute: marks}}}"):
        (told,) = found(when)
        assert told.code == "R313"
        assert told.message == "`marks` goes up to 100 and is compared with `skills`, which goes from 0 to 1"
        assert told.help == "count both in per cent: an attribute that is computed as product: [skills, 100]"
