"""Every operator of derived attributes: how it is written, what is read, and what it comes to."""

from __future__ import annotations

import datetime
import functools
import re
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

from evaluator.core.attributes import Attribute
from evaluator.core.derive import derived
from evaluator.core.expressions import Expression, Stored, within
from evaluator.core.values import Facts, Value
from evaluator.diagnostics import Problems
from evaluator.reading.pack.attributes import read_attributes
from evaluator.reading.pack.operators import EXPRESSION_OPERATORS
from evaluator.reading.yaml.nodes import parse_yaml

AS_OF = datetime.date(2026, 11, 1)
DOCS = Path(__file__).parents[2] / "docs/rule-language.md"
VOCABULARY = """\
scales:
  level: [low, middle, high]
tables:
  points:
    rows: {0: 0, 1: 5, 2: 8}
  letters:
    type: choice
    options: [a, b]
    rows: {low: a, middle: b, high: b}
  grade:
    type: scale
    scale: level
    bands:
      - {below: 2, gives: low}
      - {at_least: 2, at_most: 4, gives: middle}
      - {above: 5, gives: high}
attributes:
  x: {title: X, type: integer, question: x?}
  y: {title: Y, type: number, question: y?}
  gone: {title: Gone, type: number, question: g?}
  heavy: {title: Heavy, type: number, range: {at_least: 0}, question: h?}
  ready: {title: Ready, type: flag, question: r?}
  level: {title: Level, type: scale, scale: level, question: l?}
  day: {title: Day, type: date, question: d?}
  jobs:
    title: Jobs
    type: records
    question: j?
    fields:
      name: {type: text}
      kind: {type: choice, options: [product, sales]}
      people: {type: integer}
      share: {type: number, range: {at_least: 0, at_most: 1}}
      start: {type: date, precision: month}
      end: {type: date, precision: month}
"""


def month(text: str) -> datetime.date:
    """Return the first day of a month."""
    return datetime.date.fromisoformat(f"{text}-01")


FACTS: Facts = {
    "x": 2,
    "y": Fraction(7, 2),
    "heavy": 3,
    "ready": True,
    "level": 1,
    "day": datetime.date(2024, 5, 17),
    "jobs": (
        {"name": "first", "kind": "sales", "people": 2, "start": month("2020-01"), "end": month("2020-12")},
        {"name": "second", "kind": "product", "people": 3, "start": month("2020-07"), "end": month("2021-06")},
        {"name": "third", "kind": "product", "start": month("2026-01")},
    ),
}


def read(derive: str, kind: str = "type: number") -> tuple[Attribute | None, Problems]:
    """Read an attribute that is derived as written."""
    problems = Problems()
    node = parse_yaml(f"{VOCABULARY}  made:\n    title: Made\n    {kind}\n    derive: {derive}\n", "attributes.yaml", problems)
    return (None if node is None else read_attributes(node, problems, {}).attributes.get("made")), problems


def worth(derive: str, kind: str = "type: number") -> Value | None:
    """Return what an attribute that is derived as written comes to."""
    attribute, problems = read(derive, kind)
    assert [found.message for found in problems] == []
    assert attribute is not None
    assert attribute.derivation is not None
    expression: Expression = attribute.derivation.expression
    return derived(expression, FACTS, AS_OF)


INTEGER = "type: integer"
NUMBERS = [
    ("5", 5),
    ("x", 2),
    ("{attribute: x}", 2),
    ("{sum: [x, y, 1]}", Fraction(13, 2)),
    ("{sum: [x, gone]}", None),
    ("{sum: [x, gone], missing: skip}", 2),
    ("{sum: [x, gone], missing: 10}", 12),
    ("{sum: [x, gone], missing: unknown}", None),
    ("{product: [x, y]}", 7),
    ("{mean: [x, y]}", Fraction(11, 4)),
    ("{min: [x, y]}", 2),
    ("{max: [x, y]}", Fraction(7, 2)),
    ("{difference: [y, x]}", Fraction(3, 2)),
    ("{ratio: [x, y]}", Fraction(4, 7)),
    ("{ratio: [x, 0]}", None),
    ("{weighted_mean: [{of: x, weight: 3}, {of: y, weight: 1}]}", Fraction(19, 8)),
    ("{weighted_mean: [{of: x, weight: heavy}, {of: y, weight: 1}]}", Fraction(19, 8)),
    ("{weighted_mean: [{of: x, weight: {attribute: heavy}}, {of: y, weight: {floor: 1.5}}]}", Fraction(19, 8)),
    ("{weighted_mean: [{of: x, weight: heavy}, {of: gone, weight: 1}]}", None),
    ("{weighted_mean: [{of: x, weight: {difference: [heavy, 3]}}, {of: y, weight: {difference: [3, heavy]}}]}", None),
    ("{floor: y}", 3),
    ("{ceil: y}", 4),
    ("{ceil: {difference: [0, y]}}", -3),
    ("{ceil: x}", 2),
    ("{clamp: {of: y, at_most: 3}}", 3),
    ("{clamp: {of: x, at_least: 2.5, at_most: 9}}", Fraction(5, 2)),
    ("{round: {of: y}}", 4),
    ("{round: {of: 2.5, half: even}}", 2),
    ("{round: {of: 2.3, to: 0.5}}", Fraction(5, 2)),
    ("{lookup: {of: x, table: points}}", 8),
    ("{lookup: {of: {sum: [x, 1]}, table: points}}", None),
    ("{sum: {lookup: {of: [x, 1, 0], table: points}}}", 13),
    ("{sum: [y, {lookup: {of: [x, 1], table: points}}, 1]}", Fraction(35, 2)),
    ("{mean: {lookup: {of: [x, 1], table: points}}}", Fraction(13, 2)),
    ("{max: [{lookup: {of: [1, 0], table: points}}, {lookup: {of: x, table: points}}]}", 8),
    ("{min: {lookup: {of: [x], table: points}}}", 8),
    ("{product: {lookup: {of: [{sum: [x, -1]}, x], table: points}}}", 40),
    ("{sum: {lookup: {of: [x, gone], table: points}}, missing: skip}", 8),
    ("{sum: {lookup: {of: [x, gone], table: points}}}", None),
    ("{when: [{if: {x: {at_least: 2}}, then: 1}, {otherwise: y}]}", 1),
    ("{when: [{if: {x: {above: 2}}, then: 1}, {otherwise: y}]}", Fraction(7, 2)),
    ("{when: [{if: {gone: {above: 2}}, then: 1}, {otherwise: y}]}", None),
    ("{when: [{if: {gone: {above: 2}}, then: 1}, {otherwise: y}], missing: skip}", Fraction(7, 2)),
    ("{mean: {records: jobs, field: people}, missing: skip}", Fraction(5, 2)),
    ("{count: {records: jobs, by: start, within: 12 months}}", 1),
    ("{years: {records: jobs, from: start, to: end, weight: share}, missing: 0.5}", Fraction(12 + 12 + 11, 24)),
    ("{years: {records: jobs, from: start, to: end, weight: share}, missing: skip}", None),
    ("{total: {records: jobs, field: people, weight: share}, missing: skip}", None),
    ("{count: {records: jobs, by: start, last: 2, of_which: {kind: {is: product}}}}", 2),
    ("{count: {records: jobs, by: start, last: 3, where: {people: {known: true}}, of_which: {kind: {is: product}}}}", 1),
    ("{total: {records: jobs, field: people, by: start, last: 2}, missing: 1}", 4),
    ("{mean: {records: jobs, field: people, by: start, last: 2}, missing: skip}", Fraction(5, 2)),
    ("{count_distinct: {records: jobs, field: kind, by: start, last: 2}}", 1),
    ("{latest: {records: jobs, by: start, field: people, nth: 2}}", 3),
    ("{earliest: {records: jobs, by: start, field: people, nth: 2, within: 80 months}, missing: 9}", 9),
    ("{count: {records: jobs, where: {start: {within: 80 months}}}}", 2),
    ("{count: {records: jobs, where: {start: {within: 6 years, at_least: 2021-01}}}}", 1),
    ("{count: {records: jobs, where: {none_of: [{start: {within: 1 year}}]}}}", 2),
    ("{total: {records: jobs, field: people, by: end, within: 6 years}, missing: skip}", 5),
    ("{max: {records: jobs, field: people, by: start, within: 7 years, where: {kind: {is: product}}}, missing: skip}", 3),
    ("{latest: {records: jobs, by: start, field: people, within: 1 month}}", None),
    ("{years: {records: jobs, from: start, to: end, within: 1 year}}", Fraction(11, 12)),
    ("{min: {records: jobs, field: people}, missing: 0}", 0),
    ("{max: {records: jobs, field: people, where: {kind: {is: sales}}}}", 2),
    ("{earliest: {records: jobs, by: start, field: people}}", 2),
    ("{earliest: {records: jobs, by: start, field: people, where: {kind: {is: product}}}}", 3),
    ("{count: [{x: {at_least: 2}}, {ready: true}, {y: {above: 9}}]}", 2),
    ("{share: [{x: {at_least: 2}}, {ready: false}]}", Fraction(1, 2)),
    ("{share: [{x: {at_least: 2}}, {gone: {above: 1}}], missing: 0}", Fraction(1, 2)),
    ("{count: {records: jobs}}", 3),
    ("{count: {records: jobs, where: {kind: {is: product}}}}", 2),
    ("{count_distinct: {records: jobs, field: kind}}", 2),
    ("{total: {records: jobs, field: people}, missing: skip}", 5),
    ("{total: {records: jobs, field: people}}", None),
    ("{latest: {records: jobs, by: start, field: people}, missing: skip}", 3),
    ("{years: {records: jobs, from: start, to: end}}", Fraction(29, 12)),
    ("{years: {records: jobs, from: start, to: end, where: {kind: {is: sales}}}}", 1),
    ("{years_since: day}", Fraction(29, 12)),
    ("{months_since: day}", 29),
    ("{weeks_since: day}", 128),
    ("{days_since: day}", 898),
]


@pytest.mark.parametrize(("derive", "value"), NUMBERS, ids=[derive for derive, _ in NUMBERS])
def test_a_number_is_derived_as_written(derive: str, value: Value | None) -> None:
    """Every operator is read from its YAML, and comes to what it says."""
    assert worth(derive) == value


@pytest.mark.parametrize(
    ("derive", "kind", "value"),
    [
        ("{lookup: {of: level, table: letters}}", "{type: choice, options: [a, b]}", "b"),
        ("{lookup: {of: y, table: grade}}", "{type: scale, scale: level}", 1),
        ("{lookup: {of: 4.5, table: grade}}", "{type: scale, scale: level}", None),
        ("{when: [{if: {ready: true}, then: high}, {otherwise: low}]}", "{type: scale, scale: level}", 2),
        ("{when: [{if: {ready: false}, then: high}, {otherwise: {attribute: level}}]}", "{type: scale, scale: level}", 1),
        ("{when: [{if: {x: {above: 1}}, then: true}, {otherwise: false}]}", "{type: flag}", True),
        ("{latest: {records: jobs, field: start}}", "{type: date, precision: month}", month("2026-01")),
        ("{latest: {records: jobs, field: start, within: 12 months}}", "{type: date, precision: month}", month("2026-01")),
        ("{latest: {records: jobs, by: start, field: kind}}", "{type: choice, options: [product, sales]}", "product"),
        ("{earliest: {records: jobs, by: start, field: kind}}", "{type: choice, options: [product, sales]}", "sales"),
        ("{min: {records: jobs, field: start}}", "{type: date, precision: month}", month("2020-01")),
        ("{max: {records: jobs, field: end}, missing: skip}", "{type: date, precision: month}", month("2021-06")),
    ],
)
def test_other_types_are_derived_as_written(derive: str, kind: str, value: Value | None) -> None:
    """Scales, choices, flags and dates are derived as well."""
    lines = (
        kind.strip("{}")
        .replace(", scale:", "\n    scale:")
        .replace(", options:", "\n    options:")
        .replace(", precision:", "\n    precision:")
    )
    assert worth(derive, lines) == value


@pytest.mark.parametrize(
    "whole",
    [
        "{sum: [x, 1]}",
        "{floor: y}",
        "{ceil: y}",
        "{round: {of: y}}",
        "{count: [{ready: true}]}",
        "{months_since: day}",
        "{clamp: {of: x, at_least: 1}}",
    ],
)
def test_a_whole_number_is_known_to_be_one(whole: str) -> None:
    """Operators that yield whole numbers may make an integer."""
    assert isinstance(worth(whole, INTEGER), int)


@pytest.mark.parametrize(
    ("derive", "code"),
    [
        ("{sum: [x, level]}", "R211"),
        ("{weighted_mean: [{of: x, weight: x}]}", "R211"),
        ("{weighted_mean: [{of: x, weight: level}]}", "R211"),
        ("{weighted_mean: [{of: x, weight: nowhere}]}", "R201"),
        ("{weighted_mean: [{of: x, weight: heavy}], missing: skip}", "R101"),
        ("{weighted_mean: [{of: x, weight: 0}]}", "R104"),
        ("{weighted_mean: [{of: x, weight: -2}]}", "R104"),
        ("{sum: []}", "R103"),
        ("{sum: x}", "R103"),
        ("{sum: [x], floor: y}", "R103"),
        ("{summ: [x]}", "R207"),
        ("{difference: [x]}", "R103"),
        ("{lookup: {of: x, table: nowhere}}", "R207"),
        ("{lookup: {of: [x, 1], table: points}}", "R103"),
        ("{floor: {lookup: {of: [x], table: points}}}", "R103"),
        ("{sum: [{floor: {lookup: {of: [x], table: points}}}, 1]}", "R103"),
        ("{difference: {lookup: {of: [x, 1], table: points}}}", "R103"),
        ("{ratio: [{lookup: {of: [x, 1], table: points}}, 2]}", "R103"),
        ("{sum: {lookup: {of: [], table: points}}}", "R105"),
        ("{sum: {lookup: {of: [x, 1], table: nowhere}}}", "R207"),
        ("{sum: {lookup: {of: [x, nowhere], table: points}}}", "R201"),
        ("{sum: {lookup: {of: [x, level], table: points}}}", "R204"),
        ("{sum: {lookup: {of: [[x]], table: points}}}", "R103"),
        ("{sum: {lookup: {of: [x, 1], table: points, in: 3}}}", "R101"),
        ("{lookup: {of: level, table: points}}", "R204"),
        ("{lookup: {of: level, table: grade}}", "R211"),
        ("{total: [x]}", "R103"),
        ("{total: {records: [jobs], field: people}}", "R103"),
        ("{total: {records: jobs, field: [people]}}", "R103"),
        ("{total: {records: jobs, field: kind}}", "R211"),
        ("{total: {records: x, field: people}}", "R211"),
        ("{total: {records: jobs, field: peple}}", "R207"),
        ("{latest: {records: jobs, field: people}}", "R102"),
        ("{latest: {records: jobs, by: people, field: people}}", "R211"),
        ("{latest: {records: jobs, by: start, field: people}, missing: often}", "R104"),
        ("{years: {records: jobs, from: start, to: end}, missing: 0}", "R104"),
        ("{mean: {records: jobs, field: kind}}", "R211"),
        ("{mean: {records: jobs, field: start}}", "R211"),
        ("{min: {records: jobs, field: kind}}", "R211"),
        ("{max: {records: jobs, field: name}}", "R211"),
        ("{max: {records: jobs}}", "R102"),
        ("{max: {records: x, field: people}}", "R211"),
        ("{mean: {records: jobs, field: poeple}}", "R207"),
        ("{sum: {records: jobs, field: people}}", "R103"),
        ("{earliest: {records: jobs, field: people}}", "R102"),
        ("{earliest: {records: jobs, by: people, field: people}}", "R211"),
        ("{first: {records: jobs, by: start, field: people}}", "R207"),
        ("{count: {records: jobs, within: 12 months}}", "R102"),
        ("{years: {records: jobs, from: start, to: end, weight: people}}", "R211"),
        ("{years: {records: jobs, from: start, to: end, weight: kind}}", "R211"),
        ("{years: {records: jobs, from: start, to: end, weight: part}}", "R207"),
        ("{years: {records: jobs, from: start, to: end, weight: share}, missing: 2}", "R104"),
        ("{years: {records: jobs, from: start, to: end, weight: share}, missing: -1}", "R104"),
        ("{total: {records: jobs, field: people, weight: people}}", "R211"),
        ("{mean: {records: jobs, field: people, weight: share}}", "R101"),
        ("{count: {records: jobs, by: start, last: 3}}", "R102"),
        ("{count: {records: jobs, by: start, last: 3, where: {kind: {is: product}}}}", "R102"),
        ("{count: {records: jobs, of_which: {kind: {is: product}}}}", "R102"),
        ("{count: {records: jobs, last: 3, of_which: {kind: {is: product}}}}", "R102"),
        ("{count: {records: jobs, by: start, last: 3, of_which: {sort: {is: product}}}}", "R207"),
        ("{total: {records: jobs, field: people, last: 3}}", "R102"),
        ("{total: {records: jobs, field: people, by: start, last: 0}}", "R104"),
        ("{total: {records: jobs, field: people, by: start, last: 2.5}}", "R104"),
        ("{total: {records: jobs, field: people, by: people, last: 2}}", "R211"),
        ("{total: {records: jobs, field: people, by: start, nth: 2}}", "R101"),
        ("{latest: {records: jobs, by: start, field: people, last: 2}}", "R101"),
        ("{latest: {records: jobs, by: start, field: people, nth: second}}", "R104"),
        ("{years: {records: jobs, from: start, to: end, last: 2}}", "R101"),
        ("{mean: {records: jobs, field: people, by: start, last: 2, of_which: {people: {above: 1}}}}", "R101"),
        ("{latest: {records: jobs, field: people, within: 12 months}}", "R102"),
        ("{count: {records: jobs, by: start}}", "R108"),
        ("{count: {records: jobs, by: people, within: 12 months}}", "R211"),
        ("{count: {records: jobs, by: begin, within: 12 months}}", "R207"),
        ("{count: {records: jobs, by: start, within: 12}}", "R104"),
        ("{count: {records: jobs, by: start, within: 0 months}}", "R104"),
        ("{count: {records: jobs, by: start, within: [12 months]}}", "R104"),
        ("{count: {records: jobs, by: start, within: 90 days}}", "R211"),
        ("{count: {records: jobs, where: {start: {within: 26 weeks}}}}", "R211"),
        ("{count: {records: jobs, where: {people: {within: 12 months}}}}", "R203"),
        ("{count: {records: jobs, where: {start: {within: a year}}}}", "R104"),
        ("{count: {records: jobs, where: {start: {witin: 1 year}}}}", "R203"),
        ("{years: {records: jobs, from: start, to: end, within: 90 days}}", "R211"),
        ("{years: {records: jobs, from: start, to: end, within: soon}}", "R104"),
        ("{years: {records: jobs, from: start, to: end, by: start, within: 1 year}}", "R101"),
        ("{when: [{if: {day: {within: 12 months}}, then: 1}, {otherwise: 0}]}", "R203"),
        ("{count: [{x: {at_least: 2}}], missing: 2}", "R104"),
        ("{share: [{x: {at_least: 2}}], missing: 0.5}", "R104"),
        ("{count: {records: jobs}, missing: 5}", "R104"),
        ("{count: {records: jobs, where: {people: {at_least: 2}}}, missing: 2}", "R104"),
        ("{count: {records: jobs, where: {people: {at_least: 2}}}, missing: -1}", "R104"),
        ("{count: {records: jobs, where: {people: {at_least: 2}}}, missing: 0.5}", "R104"),
        ("{floor: y, missing: 0}", "R101"),
        ("{round: {of: y, to: 0}}", "R104"),
        ("{round: {of: y, half: down}}", "R104"),
        ("{when: [{otherwise: 1}]}", "R103"),
        ("{when: [{if: {ready: true}, then: 1}]}", "R102"),
        ("{years_since: x}", "R211"),
        ("{sum: [x, nowhere]}", "R201"),
        ("{sum: [x, 1e3]}", "R204"),
        ("~", "R103"),
    ],
)
def test_what_does_not_fit_is_told(derive: str, code: str) -> None:
    """A derivation that cannot be read is reported, once."""
    _, problems = read(derive)
    assert [found.code for found in problems] == [code]


@functools.cache
def _documented() -> frozenset[str]:
    table = DOCS.read_text(encoding="utf-8").split("| operator | form | result |")[1].split("\n\n")[0]
    names = (re.findall(r"`([a-z_]+)`", line.split("|")[1]) for line in table.splitlines() if line.startswith("| `"))
    return frozenset(name for row in names for name in row)


def test_every_operator_is_documented_and_tried() -> None:
    """The page on the language lists exactly the operators that are read, and each is tried above."""
    assert _documented() == set(EXPRESSION_OPERATORS) - {"attribute"}
    tried = {name for derive, _ in NUMBERS for name in re.findall(r"\{([a-z_]+):", derive)}
    assert set(EXPRESSION_OPERATORS) <= tried


def test_every_kind_of_expression_can_be_written() -> None:
    """Among what is read above is an expression of every class, but for the one that stands for a computation made elsewhere."""
    made = [read(derive)[0] for derive, _ in NUMBERS]
    derivations = [one.derivation for one in made if one is not None and one.derivation is not None]
    assert {type(one) for found in derivations for one in within(found.expression)} == {*get_args(Expression)} - {Stored}
