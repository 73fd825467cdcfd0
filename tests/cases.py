"""Cases of the corpus: a few conditions, a few profiles and what must come out, as JSON that a person can read.

A condition is a list ``[attribute, operator, value]``, with ``{"attribute": other}`` for a value that is another attribute, or a
mapping with one combinator: ``{"any_of": [...]}``, ``{"at_least_of": [2, [...]]}``.
A fraction is a text such as ``"5/2"``, a scale its rank.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import TRUTH_WORDS, AllOf, AnyOf, AtLeastOf, AttributeTest, Condition, NoneOf, Truth
from evaluator.core.dates import Precision
from evaluator.core.enums import Basis, CriterionKind
from evaluator.core.model import Band, Criterion, Pack, Role, Track
from evaluator.core.operators import Operator
from evaluator.core.values import NUMERIC, Facts, Kind, Value, ValueType, tidy
from tests.drawing import SPAN

_COMBINATORS: dict[str, type[AllOf | AnyOf | NoneOf]] = {"all_of": AllOf, "any_of": AnyOf, "none_of": NoneOf}
_TRUTHS = {word: truth for truth, word in TRUTH_WORDS.items()}


@attrs.frozen(kw_only=True)
class Case:
    """Conditions by name over attributes of some types, and the truth of each for some facts."""

    title: str
    types: Mapping[str, ValueType]
    conditions: Mapping[str, Condition]
    expected: tuple[tuple[Facts, Mapping[str, Truth]], ...]

    def pack(self) -> Pack:
        """Return a pack with one role, whose criteria are the conditions."""
        criteria = tuple(criterion(name, condition) for name, condition in self.conditions.items())
        return small_pack({name: Attribute(id=name, title=name, type=found, span=SPAN) for name, found in self.types.items()}, criteria)


def small_pack(attributes: Mapping[str, Attribute], criteria: tuple[Criterion, ...]) -> Pack:
    """Return a pack with one role of those criteria."""
    return Pack(
        name="case",
        title="Case",
        version="1.0.0",
        effective=datetime.date(2026, 1, 1),
        bands=(Band(verdict="ready", when=None, span=SPAN),),
        tracks=(Track(id="craft", title="Craft", span=SPAN),),
        attributes=attributes,
        documents={},
        roles={"role": Role(id="role", title="Role", track="craft", rung=1, criteria=criteria, span=SPAN)},
        moves=(),
        content_hash="0" * 16,
        folder="rules",
    )


def criterion(name: str, condition: Condition, applies_when: Condition | None = None) -> Criterion:
    """Return a criterion of the small pack's role."""
    return Criterion(
        id=name,
        role="role",
        title=name,
        kind=CriterionKind.SKILL,
        required=True,
        weight=1,
        when=condition,
        applies_when=applies_when,
        basis=Basis.JUDGEMENT,
        span=SPAN,
    )


def read_case(path: Path) -> Case:
    """Read a case."""
    found = json.loads(path.read_text(encoding="utf-8"))
    types = {name: _type(entry) for name, entry in found["attributes"].items()}
    return Case(
        title=found["title"],
        types=types,
        conditions={name: _condition(entry, types) for name, entry in found["rules"].items()},
        expected=tuple(
            (
                {name: _value(value, types[name].kind) for name, value in entry["facts"].items()},
                {name: _TRUTHS[word] for name, word in entry["truths"].items()},
            )
            for entry in found["expected"]
        ),
    )


def write_case(case: Case) -> str:
    """Write a case as JSON, an attribute, a rule and a profile to a line."""
    attributes = {name: _typed(entry) for name, entry in case.types.items()}
    rules = {name: _written(condition) for name, condition in case.conditions.items()}
    expected = [
        {
            "facts": {name: _plain(value) for name, value in facts.items()},
            "truths": {name: TRUTH_WORDS[truth] for name, truth in truths.items()},
        }
        for facts, truths in case.expected
    ]
    entries = ",\n".join(f"    {_json(entry)}" for entry in expected)
    blocks = [_block("attributes", attributes), _block("rules", rules), f'  "expected": [\n{entries}\n  ]']
    return "{\n" + ",\n".join([f'  "title": {_json(case.title)}', *blocks]) + "\n}\n"


def _block(name: str, entries: Mapping[str, object]) -> str:
    lines = ",\n".join(f"    {_json(key)}: {_json(entry)}" for key, entry in entries.items())
    return f'  "{name}": {{\n{lines}\n  }}'


def _json(entry: object) -> str:
    return json.dumps(entry, ensure_ascii=False)


def _type(entry: Mapping[str, Any]) -> ValueType:
    precision = Precision(entry.get("precision", "day"))
    return ValueType(kind=Kind(entry["type"]), options=tuple(entry.get("options", ())), precision=precision)


def _typed(found: ValueType) -> dict[str, object]:
    options: dict[str, object] = {"options": list(found.options)} if found.options else {}
    precision: dict[str, object] = {"precision": str(found.precision)} if found.kind is Kind.DATE else {}
    return {"type": str(found.kind)} | options | precision


def _condition(entry: Any, types: Mapping[str, ValueType]) -> Condition:
    if isinstance(entry, list):
        name, word, value = entry
        return _test(name, word, value, types)
    ((word, body),) = entry.items()
    if word == "at_least_of":
        return AtLeastOf(count=body[0], parts=tuple(_condition(part, types) for part in body[1]), span=SPAN)
    return _COMBINATORS[word](parts=tuple(_condition(part, types) for part in body), span=SPAN)


def _test(name: str, word: str, value: Any, types: Mapping[str, ValueType]) -> AttributeTest:
    operator = Operator(word)
    if isinstance(value, dict):
        return AttributeTest(attribute=name, operator=operator, other=value["attribute"], span=SPAN)
    kind = Kind.FLAG if operator is Operator.KNOWN else types[name].kind
    found: Any = frozenset(_value(part, kind) for part in value) if isinstance(value, list) else _value(value, kind)
    return AttributeTest(attribute=name, operator=operator, value=found, span=SPAN)


def _written(condition: Condition) -> object:
    if isinstance(condition, AttributeTest):
        right = _plain(condition.value) if condition.other is None else {"attribute": condition.other}
        return [condition.attribute, str(condition.operator), right]
    parts = [_written(part) for part in condition.parts]
    if isinstance(condition, AtLeastOf):
        return {"at_least_of": [condition.count, parts]}
    return {next(word for word, kind in _COMBINATORS.items() if isinstance(condition, kind)): parts}


def _value(value: Any, kind: Kind) -> Value:
    if isinstance(value, list):
        return frozenset(value) if kind is Kind.SET else ()
    if kind in NUMERIC:
        return tidy(Fraction(value))
    if kind is Kind.DATE:
        return datetime.date.fromisoformat(value)
    found: Value = value
    return found


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted((_plain(member) for member in value), key=str)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return []
    return str(value) if isinstance(value, Fraction) else value
