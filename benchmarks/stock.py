"""The criteria of a pack on durable_rules' stock API: a host, a ruleset for every role, an action for every rule.

It is given every advantage that leaves it the stock API. Its two background threads never start, since they take actions away
from the thread that asked; a fact holds only what the ruleset reads; a set is written as a flag for each member that is asked for,
since it is wrong about empty lists; and what it is known to crash on is written otherwise, or left out.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs
from durable.engine import Host, MessageNotHandledException

from evaluator.core.conditions import AllOf, AtLeastOf, AttributeTest, Condition, NoneOf, Truth, leaves, negated, plain
from evaluator.core.model import Pack
from evaluator.core.operators import INCLUSIONS, Operator
from evaluator.core.values import Atom, Facts
from evaluator.engines.rule_layers import CRITERIA, Rule, layers

Clause = dict[str, Any]
MOST_CONNECTIVES = 12
MOST_RULES = 60
"""Rules of one ruleset: where more than 64 match one fact, the library gives up."""
_IDENTITY = {"id": "p", "sid": "s"}
_COMPARE = {
    Operator.AT_LEAST: "$gte",
    Operator.AT_MOST: "$lte",
    Operator.ABOVE: "$gt",
    Operator.BELOW: "$lt",
    Operator.IS_NOT: "$neq",
}


class Refused(Exception):
    """The stock API can't be trusted with a condition."""


class _QuietHost(Host):  # type: ignore[misc]
    """A host without background threads."""

    def _run(self) -> None:
        """Start nothing."""


@attrs.frozen(kw_only=True)
class _Ruleset:
    """A ruleset of the host, with the attributes that its rules read."""

    name: str
    reads: tuple[str, ...]


@attrs.frozen(kw_only=True)
class _Line:
    """A clause that makes the rule of that key met, or unmet."""

    key: str
    clause: Clause
    held: bool


class StockEngine:
    """Judges the criteria layer; `refused` says which rules were left out, and why."""

    def __init__(self, pack: Pack, *, leave_out: frozenset[str] = frozenset()) -> None:
        """Compile what can be compiled, but for the rules that are to be left out."""
        self.refused: dict[str, str] = {}
        self._host = _QuietHost()
        self._found: dict[str, Truth] = {}
        found = next(layer.rules for layer in layers(pack) if layer.name == CRITERIA)
        rules = [rule for rule in found if rule.key not in leave_out]
        self._members = _members(rules)
        by_role = itertools.groupby(rules, lambda rule: rule.key.partition("/")[0])
        self._rulesets = [made for role, some in by_role for made in self._register(role, list(some))]
        self.keys = tuple(rule.key for rule in rules if rule.key not in self.refused)

    def judge(self, facts: Facts) -> Mapping[str, Truth]:
        """Return the truth of every rule that was taken."""
        self._found = dict.fromkeys(self.keys)
        written = self._written(facts)
        for ruleset in self._rulesets:
            fact = {name: written[name] for name in ruleset.reads if name in written} | _IDENTITY
            try:
                self._host.assert_fact(ruleset.name, fact)
            except MessageNotHandledException:
                continue
            self._host.retract_fact(ruleset.name, fact)
        return self._found

    def _written(self, facts: Facts) -> dict[str, object]:
        written: dict[str, object] = {}
        for name, value in facts.items():
            if isinstance(value, frozenset):
                written |= {field: member in value for field, member in self._members.get(name, ())}
            elif not isinstance(value, tuple):
                written[name] = _written(value)
        return written

    def _register(self, role: str, rules: Iterable[Rule]) -> Iterable[_Ruleset]:
        lines = [line for rule in rules for line in self._lines(rule)]
        for place in range(0, len(lines), MOST_RULES):
            some = lines[place : place + MOST_RULES]
            name = f"{role}-{place}"
            made = {f"rule-{number}": {"all": [{"m": line.clause}], "run": self._recorder(line)} for number, line in enumerate(some)}
            self._host.register_rulesets({name: made})
            yield _Ruleset(name=name, reads=tuple(dict.fromkeys(field for line in some for field in _fields(line.clause))))

    def _lines(self, rule: Rule) -> list[_Line]:
        try:
            sides = {True: _split(_clause(plain(rule.condition))), False: _split(_clause(negated(rule.condition)))}
        except Refused as refused:
            self.refused[rule.key] = str(refused)
            return []
        return [_Line(key=rule.key, clause=clause, held=held) for held, clauses in sides.items() for clause in clauses]

    def _recorder(self, line: _Line) -> Callable[[object], None]:
        def record(_: object) -> None:
            self._found[line.key] = line.held

        return record


def _members(rules: Iterable[Rule]) -> dict[str, tuple[tuple[str, object], ...]]:
    """Return the members of each set that some rule asks for, with the field that says whether the profile has it."""
    found: dict[str, dict[str, object]] = {}
    for test in (test for rule in rules for test in leaves(rule.condition)):
        if test.operator in INCLUSIONS and isinstance(test.value, frozenset):
            found.setdefault(test.attribute, {}).update({_flag(test.attribute, member): member for member in test.value})
    return {name: tuple(fields.items()) for name, fields in found.items()}


def _flag(attribute: str, member: object) -> str:
    return f"{attribute}/{member}"


def _fields(clause: Clause) -> Iterator[str]:
    ((key, body),) = clause.items()
    if key in {"$and", "$or"}:
        for part in body:
            yield from _fields(part)
    elif key == "$ex":
        yield from body
    else:
        compared = body if key.startswith("$") else clause
        for field, right in compared.items():
            yield field
            yield from right.values() if isinstance(right, dict) else ()


def _split(clause: Clause) -> list[Clause]:
    """Return a clause, or the branches of one that is too nested as clauses of their own."""
    whole = [clause] if _connectives(clause) <= MOST_CONNECTIVES else clause.get("$or", [])
    if not whole or any(_connectives(part) > MOST_CONNECTIVES for part in whole):
        raise Refused(f"needs more than {MOST_CONNECTIVES} connectives")
    return whole


def _connectives(clause: Clause) -> int:
    ((key, body),) = clause.items()
    return 1 + sum(map(_connectives, body)) if key in {"$and", "$or"} else 0


def _clause(condition: Condition) -> Clause:
    if isinstance(condition, AttributeTest):
        return _test(condition)
    if isinstance(condition, NoneOf):
        raise TypeError("a condition has to be plain before it is translated")
    if isinstance(condition, AtLeastOf):
        chosen = itertools.combinations(map(_clause, condition.parts), condition.count)
        return _joined("$or", [_joined("$and", list(some)) for some in chosen])
    return _joined("$and" if isinstance(condition, AllOf) else "$or", [_clause(part) for part in condition.parts])


def _joined(word: str, parts: list[Clause]) -> Clause:
    if not parts:
        raise Refused("is always or never met")
    return parts[0] if len(parts) == 1 else {word: parts}


def _test(test: AttributeTest) -> Clause:
    if test.operator is Operator.KNOWN:
        raise Refused("asks what is known")
    if isinstance(test.value, frozenset):
        # A list of members would be the plain way, but `$iall` of an empty list does not hold.
        return _membership(test, [_written(member) for member in sorted(test.value, key=str)])
    if test.other is not None:
        return {"$and": [{"$ex": {test.other: 1}}, _compared(test, {"$m": test.other})]}
    return _compared(test, None if test.value is None else _written(test.value))


def _compared(test: AttributeTest, right: object) -> Clause:
    compared = {test.attribute: right}
    return compared if test.operator is Operator.IS else {_COMPARE[test.operator]: compared}


def _membership(test: AttributeTest, members: list[Any]) -> Clause:
    either = test.operator in {Operator.ONE_OF, Operator.INCLUDES_ANY}
    if test.operator in INCLUSIONS:
        tests: list[Clause] = [{_flag(test.attribute, member): test.operator is not Operator.INCLUDES_NONE} for member in members]
    else:
        tests = [{test.attribute: member} if either else {"$neq": {test.attribute: member}} for member in members]
    return _joined("$or" if either else "$and", tests)


def _written(value: Atom) -> object:
    """Return a value as the JSON that the library reads; it takes no fraction, so a number may lose its last digit here."""
    if isinstance(value, Fraction):
        return float(value)
    return value.toordinal() if isinstance(value, datetime.date) else value
