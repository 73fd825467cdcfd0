"""A draft → the text of a profile: in the pack's order, under its themes, with units and origins as comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evaluator.candidates.profile.drafting.draft import Draft, Proposal, Statement
from evaluator.core.attributes import Attribute
from evaluator.core.model import Evidence, Pack
from evaluator.core.values import NUMERIC, Record, Value, ValueType, clip
from evaluator.reading.yaml.writing import atom, members, scalar

_LINE = 400
_BESIDE = 60


def profile_text(draft: Draft, pack: Pack, *, schema: str | None = None) -> str:
    """Return a draft as YAML; `schema` is the path from the file to the pack's profile schema, for editors."""
    return "\n".join(_lines(draft, pack, schema)) + "\n"


def _lines(draft: Draft, pack: Pack, schema: str | None) -> Iterator[str]:
    if schema is not None:
        yield f"# yaml-language-server: $schema={schema}"
    yield from (f"# {_comment(line)}" for line in draft.head)
    yield f"profile: {scalar(draft.id)}"
    if draft.name:
        yield f"name: {scalar(draft.name)}"
    if draft.role:
        yield _noted(f"role: {scalar(draft.role)}", draft.role_note)
    elif draft.role_note:
        yield f"# role: {_comment(draft.role_note)}"
    if draft.gathered:
        yield f"gathered: {draft.gathered.isoformat()}"
    if draft.as_of:
        yield f"as_of: {draft.as_of.isoformat()}"
    yield from _attributes(draft, pack)
    yield from _evidence(draft.evidence, pack)
    yield from _pairs("groups", draft.groups)
    if draft.notes:
        yield f"notes: {scalar(draft.notes)}"


def _attributes(draft: Draft, pack: Pack) -> Iterator[str]:
    proposals = {proposal.attribute: proposal for proposal in draft.proposals}
    attributes = [one for one in pack.attributes.values() if one.id in draft.statements or one.id in proposals]
    if not attributes:
        return
    yield "attributes:"
    theme: str | None = None
    for attribute in attributes:
        if attribute.theme != theme and attribute.theme:
            yield f"  # {attribute.theme[:1].upper()}{_comment(attribute.theme[1:])}"
        theme = attribute.theme
        if attribute.id in draft.statements:
            yield from _statement(draft.statements[attribute.id], attribute)
        if attribute.id in proposals:
            yield from _proposal(proposals[attribute.id], attribute)


def _statement(statement: Statement, attribute: Attribute) -> Iterator[str]:
    note, unit = statement.note, attribute.type.unit if attribute.kind in NUMERIC else None
    if note and len(note) > _BESIDE:
        yield f"  # {_comment(note)}"
        note = None
    beside = "; ".join(part for part in (unit, note) if part) or None
    if not isinstance(statement.value, tuple):
        yield _noted(f"  {attribute.id}: {_value(attribute.type, statement.value)}", beside)
        return
    yield _noted(f"  {attribute.id}:{'' if statement.value else ' []'}", beside)
    for index, entry in enumerate(statement.value):
        if index < len(statement.entry_notes) and statement.entry_notes[index]:
            yield f"    # {_comment(statement.entry_notes[index])}"
        yield from _entry(entry, attribute.type)


def _entry(entry: Record, type_: ValueType) -> Iterator[str]:
    lead = "- "
    for name, field in type_.fields.items():
        if name in entry:
            yield f"    {lead}{name}: {atom(field, entry[name])}"
            lead = "  "
    if not entry:
        yield "    - {}"


def _value(type_: ValueType, value: Value) -> str:
    if isinstance(value, frozenset):
        return members(type_, value)
    if isinstance(value, tuple):
        raise TypeError("entries are written a line a field")
    return atom(type_, value)


def _proposal(proposal: Proposal, attribute: Attribute) -> Iterator[str]:
    value = "" if proposal.value is None else f" {_value(attribute.type, proposal.value)}"
    yield f"  # {_comment(proposal.note)}"
    yield f"  # {attribute.id}:{value}"


def _evidence(evidence: Mapping[str, tuple[Evidence, ...]], pack: Pack) -> Iterator[str]:
    if any(evidence.values()):
        yield "evidence:"
    for name in pack.attributes:
        if evidence.get(name):
            yield f"  {name}:"
        for item in evidence.get(name, ()):
            said = {"what": item.what, "when": item.date_words, "confirmed_by": item.confirmed_by, "link": item.link}
            lead = "- "
            for key, text in said.items():
                if text:
                    yield f"    {lead}{key}: {text if key == 'when' else scalar(text)}"
                    lead = "  "


def _pairs(name: str, pairs: Mapping[str, str]) -> Iterator[str]:
    if pairs:
        yield f"{name}:"
        yield from (f"  {scalar(key)}: {scalar(value)}" for key, value in pairs.items())


def _noted(line: str, note: str | None) -> str:
    return f"{line}  # {_comment(note)}" if note else line


def _comment(text: str) -> str:
    return clip(text, _LINE)
