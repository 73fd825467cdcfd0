"""What entries of a profile lack that something is counted by, such as the function of a position whose title the pack does not know."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from evaluator.candidates.profile.drafting.interview import Interview
from evaluator.candidates.profile.terminal_question import answer_hint
from evaluator.core.attributes import Attribute
from evaluator.core.conditions import attributes_read
from evaluator.core.expressions import Gather
from evaluator.core.values import PartialDate, Record, ValueType
from evaluator.reading.profile.profile import entry_label
from evaluator.report.attributes import attributes_asked
from evaluator.report.words import joined


@attrs.frozen(kw_only=True)
class EntryGap:
    """A field that an entry lacks: how it is set, and the lines that ask for it."""

    route: str
    question: str


def entry_gaps(interview: Interview) -> Iterator[EntryGap]:
    """Yield what to ask of entries, as long as something that the roles ahead rest on cannot be counted without it."""
    evaluation = interview.evaluation()
    pack, facts = interview.pack, evaluation.facts
    wanted = {one.id: one for role in interview.roles_ahead(evaluation) for one in attributes_asked(pack, pack.roles[role])}
    for records, fields in _read(attribute for attribute in wanted.values() if attribute.id not in facts).items():
        entries = evaluation.profile.given.get(records)
        for number, entry in enumerate(entries if isinstance(entries, tuple) else (), 1):
            for field, titles in fields.items():
                if field not in entry:
                    yield _gap(pack.attributes[records], number, entry, (field, titles))


def _read(attributes: Iterator[Attribute]) -> dict[str, dict[str, list[str]]]:
    """Return the fields that computed attributes read of entries, with the titles of those attributes, by the attribute of the entries."""
    found: dict[str, dict[str, list[str]]] = {}
    for attribute in attributes:
        expression = attribute.derivation.expression if attribute.derivation else None
        if isinstance(expression, Gather):
            read = attributes_read([expression.where]) if expression.where else ()
            for field in (*read, *([expression.start] if expression.start else [])):
                found.setdefault(expression.records, {}).setdefault(field, []).append(attribute.title)
    return found


def _gap(attribute: Attribute, number: int, entry: Record, missing: tuple[str, list[str]]) -> EntryGap:
    field, titles = missing
    type_ = attribute.type.fields[field]
    hint = answer_hint(attrs.evolve(attribute, id=field, title=field, type=type_)).replace("one of: ", "")
    label = entry_label(attribute.type, entry) or f"entry {number}"
    when = " to ".join(filter(None, (_shown(attribute.type, entry, name) for name in ("start", "end"))))
    question = f"{attribute.title}, {label}{f' ({when})' if when else ''}: what is its {field.replace('_', ' ')}?"
    lines = (question, hint, f"{joined(titles)} cannot be counted without it")
    return EntryGap(route=f"{attribute.id}.{number}.{field}", question="\n" + "\n  ".join(lines) + "\n")


def _shown(type_: ValueType, entry: Record, name: str) -> str:
    value, field = entry.get(name), type_.fields.get(name)
    if value is None or field is None:
        return ""
    return str(value) if isinstance(value, PartialDate) else field.show(value)
