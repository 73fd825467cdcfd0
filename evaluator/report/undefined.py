"""What has no value, in words: what the pack has no answer to, of one profile or of many."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import assert_never

from evaluator.core.attributes import Attribute
from evaluator.core.dates import show_date
from evaluator.core.expressions import Calculation, Expression, Gather, Lookup, Partial, Reference, Undefined
from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.core.unknowns import Unknowns
from evaluator.core.values import NUMERIC, Value
from evaluator.diagnostics import Span
from evaluator.report.grammar import ordinal
from evaluator.report.sentences import Attributes, exact_words, value_words

NO_ANSWER = "What the rules have no answer to"
NOTHING_TO_ASK = "These facts are stated, so there is nothing to ask: it is for the owner of the rules to say what holds."


def unknowns_of(evaluation: Evaluation, pack: Pack) -> Unknowns:
    """Return what tells why something is unknown in an evaluation."""
    return Unknowns(facts=evaluation.facts, attributes=pack.attributes, as_of=evaluation.provenance.as_of, roles=pack.roles)


def unknown_words(name: str, evaluation: Evaluation, pack: Pack) -> str:
    """Say why an attribute has no value: it is not stated, or the pack has no answer."""
    if pack.attributes[name].ready_for is not None:
        return "not known"
    cause = unknowns_of(evaluation, pack).attribute(name)
    told = [undefined_words(one, pack.attributes) for one in cause.undefined]
    return "; ".join(told) if told and (cause.settled or pack.attributes[name].may_be_given) else "; ".join(["not stated", *told])


def undefined_words(found: Undefined, attributes: Attributes) -> str:
    """Say what has no result, of one profile: `16 points has no entry in “Level by points”`."""
    operator = found.operator
    match operator:
        case Lookup() if found.value is None:
            return computation_words(found.computation, attributes)
        case Lookup():
            return f"{_looked_up(operator.of, found.value, attributes)} has no entry in “{operator.label}”"
        case Calculation() if operator.averaged:
            return f"the weights of “{attributes[found.attribute].title}” add up to 0"
        case Calculation():
            divisor = _attribute(operator.parts[1], attributes)
            by = "a number that is 0" if divisor is None else f"“{divisor.title}”, which is {value_words(divisor, 0)}"
            return f"“{attributes[found.attribute].title}” divides by {by}"
        case Gather():
            return _no_entry(operator, found, attributes)
        case _:
            assert_never(operator)


def _no_entry(operator: Gather, found: Undefined, attributes: Attributes) -> str:
    records = attributes[operator.records]
    if operator.last is not None and isinstance(found.value, datetime.date):
        day = show_date(found.value, records.type.fields[operator.dated_by].precision)
        return f"“{records.title}” has several entries of {day}, of which not all are among the last {operator.last}, and they differ"
    if isinstance(found.value, datetime.date):
        fields = records.type.fields
        precision = fields[operator.dated_by].precision
        return f"“{records.title}” has several {_place(operator)} entries, of {show_date(found.value, precision)}, and they differ"
    if not operator.gathering.by_date:
        return f"“{records.title}” has no entry for “{attributes[found.attribute].title}”"
    return f"“{records.title}” has no entry that could be the {_place(operator)}{_counted(operator, found.attribute, attributes)}"


def computation_words(computation: tuple[str, Partial], attributes: Attributes) -> str:
    """Say what has no result, of many people: `“Points” has no entry in “Level by points”`."""
    name, operator = computation
    title = attributes[name].title
    match operator:
        case Lookup():
            looked_up = _attribute(operator.of, attributes)
            return f"{f'“{title}” looks up what' if looked_up is None else f'“{looked_up.title}”'} has no entry in “{operator.label}”"
        case Calculation() if operator.averaged:
            return f"the weights of “{title}” add up to 0"
        case Calculation():
            divisor = _attribute(operator.parts[1], attributes)
            return f"“{title}” divides by {'a number' if divisor is None else f'“{divisor.title}”'} that is 0"
        case Gather(records=records):
            counted = _counted(operator, name, attributes)
            if operator.last is not None:
                none = "no entry, or " if operator.gathering.needs_an_entry else ""
                return (
                    f"“{attributes[records].title}” has {none}several entries at the end of the last {operator.last} that differ{counted}"
                )
            if not operator.gathering.by_date:
                return f"“{attributes[records].title}” has no entry for “{title}”"
            return f"“{attributes[records].title}” has no {_place(operator)} entry, or several that differ{counted}"
        case _:
            assert_never(operator)


def _place(operator: Gather) -> str:
    """Say which entry is taken: the latest, the second latest, the 4th earliest."""
    return str(operator.gathering) if operator.nth == 1 else f"{ordinal(operator.nth)} {operator.gathering}"


def undefined_place(name: str, operator: Partial, pack: Pack) -> Span:
    """Return where the table stands that has no entry, or what is computed."""
    attribute = pack.attributes[name]
    derived = attribute.span if attribute.derivation is None else attribute.derivation.span
    table = pack.tables.get(operator.table) if isinstance(operator, Lookup) else None
    return derived if table is None else table.span


def _counted(operator: Gather, name: str, attributes: Attributes) -> str:
    return "" if operator.where is None else f" of those that “{attributes[name].title}” counts"


def _attribute(expression: Expression, attributes: Attributes) -> Attribute | None:
    return attributes[expression.attribute] if isinstance(expression, Reference) else None


def _looked_up(expression: Expression, value: Value | None, attributes: Attributes) -> str:
    """Show what was looked up, to the last digit: rounded, it might seem to have an entry."""
    attribute = _attribute(expression, attributes)
    unit = None if attribute is None else attribute.type.unit
    if isinstance(value, int | Fraction) and not isinstance(value, bool) and (attribute is None or attribute.kind in NUMERIC):
        text = exact_words(value, unit)
    else:
        text = "nothing" if attribute is None else value_words(attribute, value)
    return text if unit or attribute is None else f"{text} for “{attribute.title}”"
