"""From the rules of a layer to rulesets of the rule engine, each within the limits that were measured.

Every rule becomes two questions: is it known to be met, and is it known to be unmet? Each is answered by the ways in which its
condition, with negations pushed down to the tests, can come out so. A way is a plain conjunction of tests, and becomes one rule
of its own in the engine: none of them holds an `or`, which is where that library's limits lie, and the ways of one rule may be
spread over several rulesets, since one of them that fires is enough.

A condition that would come to too many ways, such as ten of twenty tests, or to too long a one, is not spelled out: each of its
parts becomes rules of its own, which run at an earlier stage, and how many parts fired is one number of the facts of a later one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

import attrs

from evaluator.core.conditions import AllOf, AnyOf, AttributeTest, Condition, NoneOf, leaves, negated, plain
from evaluator.core.operators import Comparison, Operator
from evaluator.core.values import Atom
from evaluator.engines.inference.keys import Aspect, Field, Keys
from evaluator.engines.inference.machine import MAX_CRITERIA, MAX_FIELDS, MAX_PATHS, MAX_TESTS, Clause
from evaluator.engines.rule_layers import EngineProblem, Layer, Rule

MAX_WAYS = 256
"""Ways for one rule to be met, or to be unmet; a condition of more is split into its parts."""
MAX_LENGTH = min(MAX_TESTS, MAX_FIELDS) - 2
"""Tests in one way, which has to fit into one machine with all of its fields, beside a guard; a condition of longer ways is split."""
MAX_LINES = min(2 * MAX_CRITERIA, MAX_PATHS)
"""Rules of one machine; each has one path, since none holds an `or`."""

_EQUAL = "$eq"


@attrs.frozen(kw_only=True)
class Check:
    """A field compared with a number, or with another field."""

    left: Field
    operator: str
    right: int | Field

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields it reads."""
        return (self.left, self.right) if isinstance(self.right, Field) else (self.left,)

    def clauses(self, tokens: Mapping[Field, str]) -> Iterator[Clause]:
        """Yield the engine's clauses; the engine reads garbage for a right-hand field that it has not seen to exist before."""
        right: object = self.right
        if isinstance(self.right, Field):
            yield {"$ex": {tokens[self.right]: 1}}
            right = {"$m": tokens[self.right]}
        compared = {tokens[self.left]: right}
        yield compared if self.operator == _EQUAL else {self.operator: compared}


Way = tuple[Check, ...]
"""Checks that must all hold, each once."""


@attrs.frozen(kw_only=True)
class Part:
    """One part of a condition that was split: the field that says how many of them hold, and its place among them."""

    field: Field
    place: int


@attrs.frozen(kw_only=True)
class Line:
    """One rule of the engine: where it fires, the rule of that key has that truth; or that `part` of it holds, if it is about one.

    It runs at a stage, after those whose number it reads.
    """

    rule: Rule
    truth: bool
    way: Way
    stage: int = 0
    part: Part | None = None

    @property
    def tests(self) -> int:
        """How many of the engine's tests it takes, the guard among them."""
        return 1 + sum(len(check.fields) for check in self.way)

    @property
    def fields(self) -> frozenset[Field]:
        """The fields it reads."""
        return frozenset(field for check in self.way for field in check.fields)


@attrs.frozen(kw_only=True)
class Ruleset:
    """Lines for one machine, with the token of every field they read."""

    name: str
    stage: int
    lines: tuple[Line, ...]
    tokens: Mapping[Field, str]

    def rules(self) -> dict[str, list[Clause]]:
        """Return what the machine takes: named lists of clauses."""
        return {name: self._clauses(line.way) for name, line in self.named().items()}

    def named(self) -> dict[str, Line]:
        """Return the lines by the names under which they fire; made of digits and signs only, whatever the pack's own names are."""
        return {f"{index}{'+' if line.truth else '-'}": line for index, line in enumerate(self.lines)}

    def _clauses(self, way: Way) -> list[Clause]:
        return [clause for check in way for clause in check.clauses(self.tokens)]


@attrs.frozen(kw_only=True)
class Program:
    """A compiled layer."""

    rules: Mapping[str, Rule]
    keys: Keys
    rulesets: tuple[Ruleset, ...]


def compile_layer(layer: Layer) -> Program:
    """Compile a layer; raises EngineProblem where a test is none that the engine can take."""
    sides = [(rule, truth, side) for rule in layer.rules for truth, side in _sides(rule)]
    keys = Keys(test for _, _, conditions in sides for condition in conditions for test in leaves(condition))
    lines = [line for rule, truth, conditions in sides for line in _Side(rule=rule, truth=truth, keys=keys).spelled(conditions)]
    stages = [[line for line in lines if line.stage == stage] for stage in range(1 + max((line.stage for line in lines), default=0))]
    groups = [(stage, group) for stage, some in enumerate(stages) for group in _packed(some)]
    rulesets = tuple(_ruleset(f"{layer.name}-{index}", stage, group) for index, (stage, group) in enumerate(groups))
    return Program(rules={rule.key: rule for rule in layer.rules}, keys=keys, rulesets=rulesets)


def _ruleset(name: str, stage: int, lines: Sequence[Line]) -> Ruleset:
    fields = dict.fromkeys(field for line in lines for check in line.way for field in check.fields)
    return Ruleset(name=name, stage=stage, lines=tuple(lines), tokens={field: f"t{index}" for index, field in enumerate(fields)})


def _sides(rule: Rule) -> list[tuple[bool, list[Condition]]]:
    guard = [] if rule.guard is None else [plain(rule.guard)]
    return [(True, [*guard, plain(rule.condition)]), (False, [*guard, negated(rule.condition)])]


@attrs.frozen(kw_only=True)
class _Side:
    """A rule that is met, or one that is unmet, on its way to lines."""

    rule: Rule
    truth: bool
    keys: Keys
    _split: list[Line] = attrs.field(factory=list, init=False)
    _fields: list[Field] = attrs.field(factory=list, init=False)

    def spelled(self, conditions: Sequence[Condition]) -> list[Line]:
        """Return the lines of conditions that must all be met, those of their parts first."""
        found = [self._ways(condition) for condition in conditions]
        stage = max(stage for _, stage in found)
        whole = _shortest(
            tuple(dict.fromkeys(itertools.chain.from_iterable(some))) for some in itertools.product(*(some for some, _ in found))
        )
        return [*self._split, *(Line(rule=self.rule, truth=self.truth, way=way, stage=stage) for way in whole)]

    def _ways(self, condition: Condition) -> tuple[list[Way], int]:
        """Return the ways of a condition, and the stage at which they can be asked; of one that is too large, how many parts hold."""
        if isinstance(condition, AttributeTest) or (count_ways(condition) <= MAX_WAYS and longest(condition) <= MAX_LENGTH):
            return ways(condition, self.keys), 0
        parts = [self._ways(part) for part in condition.parts]
        field = self.keys.field(Aspect.PARTS, f"{self.rule.key}/{self.truth}/{len(self._fields)}")
        self._fields.append(field)
        for index, (some, stage) in enumerate(parts):
            part = Part(field=field, place=index)
            self._split.extend(Line(rule=self.rule, truth=self.truth, way=way, stage=stage, part=part) for way in some)
        return [(Check(left=field, operator="$gte", right=_needed(condition)),)], 1 + max(stage for _, stage in parts)


def longest(condition: Condition) -> int:
    """Return no less than how many of the engine's tests the longest way of a condition without none-of takes."""
    if isinstance(condition, AttributeTest):
        return len(condition.attributes)
    lengths = sorted(map(longest, condition.parts), reverse=True)
    return sum(lengths[: _needed(condition)])


def count_ways(condition: Condition) -> int:
    """Return how many ways a condition without none-of would be spelled out to, before any are."""
    if isinstance(condition, AttributeTest):
        return 1
    # The number of ways to choose `needed` parts, each with its own ways: an elementary symmetric polynomial.
    totals = [1] + [0] * len(condition.parts)
    for part in map(count_ways, condition.parts):
        for chosen in range(len(condition.parts), 0, -1):
            totals[chosen] += totals[chosen - 1] * part
    needed = _needed(condition)
    return totals[needed] if needed <= len(condition.parts) else 0


def ways(condition: Condition, keys: Keys) -> list[Way]:
    """Return the ways in which a condition without none-of is known to be met; one that asks for more than another is left out."""
    if isinstance(condition, AttributeTest):
        return [(_check(condition, keys),)]
    if not count_ways(condition) or not _needed(condition):
        return [()] * count_ways(condition)
    parts = [ways(part, keys) for part in condition.parts]
    chosen = (way for some in itertools.combinations(parts, _needed(condition)) for way in itertools.product(*some))
    return _shortest(tuple(dict.fromkeys(itertools.chain.from_iterable(way))) for way in chosen)


def _needed(condition: Condition) -> int:
    if isinstance(condition, AttributeTest | NoneOf):
        raise TypeError("a condition has to be plain before it is compiled")
    if isinstance(condition, AllOf):
        return len(condition.parts)
    return 1 if isinstance(condition, AnyOf) else max(condition.count, 0)


def _shortest(found: Iterable[Way]) -> list[Way]:
    distinct = {frozenset(way): way for way in found}
    return [way for checks, way in distinct.items() if not any(other < checks for other in distinct)]


def _check(test: AttributeTest, keys: Keys) -> Check:
    match test.operator:
        case Operator.AT_LEAST | Operator.AT_MOST | Operator.ABOVE | Operator.BELOW | Operator.IS | Operator.IS_NOT as how:
            return Check(left=keys.field(Aspect.KEY, test.attribute), operator=_comparison(how), right=_right(test, keys))
        case Operator.ONE_OF | Operator.INCLUDES_ANY:
            return _hits(test, keys, "$gte", 1)
        case Operator.NONE_OF | Operator.INCLUDES_NONE:
            return _hits(test, keys, _EQUAL, 0)
        case Operator.INCLUDES | Operator.INCLUDES_ALL:
            return _hits(test, keys, "$gte", len(_listed(test)))
        case Operator.KNOWN:
            return Check(left=keys.field(Aspect.KNOWN, test.attribute), operator=_EQUAL, right=int(bool(test.value)))
        case never:
            assert_never(never)


def _comparison(how: Comparison) -> str:
    match how:
        case Operator.AT_LEAST:
            result = "$gte"
        case Operator.AT_MOST:
            result = "$lte"
        case Operator.ABOVE:
            result = "$gt"
        case Operator.BELOW:
            result = "$lt"
        case Operator.IS:
            result = _EQUAL
        case Operator.IS_NOT:
            result = "$neq"
        case never:
            assert_never(never)
    return result


def _right(test: AttributeTest, keys: Keys) -> int | Field:
    if test.other is not None:
        return keys.field(Aspect.KEY, test.other)
    if test.value is None or isinstance(test.value, frozenset):
        raise TypeError(f"a test of `{test.attribute}` has nothing to compare it with")
    return keys.of_literal(test.attribute, test.value)


def _hits(test: AttributeTest, keys: Keys, operator: str, needed: int) -> Check:
    """Check how many of the values listed there are."""
    return Check(left=keys.field(Aspect.HITS, test.attribute, _listed(test)), operator=operator, right=needed)


def _listed(test: AttributeTest) -> frozenset[Atom]:
    if not isinstance(test.value, frozenset):
        raise EngineProblem(f"the inference engine can't test a set against `{test.other}`", "use --engine reference", test.span)
    return test.value


def _packed(lines: Iterable[Line]) -> list[list[Line]]:
    """Share lines out over machines, in order, as many to each as it can hold."""
    groups: list[list[Line]] = []
    tests, fields = 0, set[Field]()
    for line in lines:
        tests += line.tests
        fields |= line.fields
        if not groups or len(groups[-1]) == MAX_LINES or tests > MAX_TESTS or len(fields) > MAX_FIELDS:
            groups.append([])
            tests, fields = line.tests, set(line.fields)
        groups[-1].append(line)
    return groups
