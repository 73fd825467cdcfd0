"""A newer export merged into a profile that is there: what is new is added, and what contradicts it is told, never dropped."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from evaluator.candidates.profile.drafting.draft import Draft
from evaluator.candidates.profile.editing.assignments import ATTRIBUTES
from evaluator.candidates.profile.editing.values import written_atom, written_entry, written_value
from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack, Profile
from evaluator.core.text import fold_spaces
from evaluator.core.values import Atom, Kind, PartialDate, Record, Value, ValueType, day_bounds
from evaluator.reading.profile.profile import entry_label
from evaluator.reading.yaml.mapping_edits import Append, Change, Put
from evaluator.reading.yaml.written import Word
from evaluator.report.changed_values import change_words

EXPORT, PROFILE = "export", "profile"


@attrs.define(kw_only=True)
class Merge:
    """Takes what an export says into a profile; `prefer` says what counts where both say something else.

    `told` is what changes, in words; `conflicts` are the contradictions of which nobody said what counts, `kept` those that the profile
    won; `touched` are the attributes that the export changed.
    """

    pack: Pack
    profile: Profile
    prefer: str | None
    changes: list[Change] = attrs.field(factory=list)
    told: list[str] = attrs.field(factory=list)
    conflicts: list[str] = attrs.field(factory=list)
    kept: list[str] = attrs.field(factory=list)
    touched: dict[str, None] = attrs.field(factory=dict)

    def take(self, draft: Draft) -> None:
        """Compare all that a draft states with the profile."""
        self._text("name", "Name", self.profile.name, draft.name)
        role = self.profile.role or self.profile.other_role
        self._text("role", "Role today", role, draft.role)
        for name, statement in draft.statements.items():
            self._value(self.pack.attributes[name], self.profile.given.get(name), statement.value)

    def _value(self, attribute: Attribute, have: Value | None, value: Value) -> None:
        if isinstance(have, tuple) and isinstance(value, tuple):
            self._entries(attribute, have, value)
            return
        grows = isinstance(have, frozenset) and isinstance(value, frozenset) and have < value
        if have is None or grows or (have != value and self._counts(attribute.title, attribute.show(have), attribute.show(value))):
            self._set(attribute, have, value)

    def _text(self, key: str, title: str, have: str | None, value: str | None) -> None:
        if value is None or value == have:
            return
        was, now = (self._title(key, text) for text in (have, value))
        if have is None or self._counts(title, was, now):
            self.changes.append(Put(route=(key,), value=Word(text=value)))
            self.told.append(f"{title}: {was} → {now}")

    def _title(self, key: str, text: str | None) -> str:
        """Show a name, and a role by its title."""
        role = self.pack.find_role(text) if key == "role" and text else None
        return text or "unknown" if role is None else role.title

    def _counts(self, title: str, have: str, value: str) -> bool:
        """Whether the export counts where it says something else; where nobody said so, that is noted."""
        words = f"{title}: {have} in the profile, {value} in the export"
        if self.prefer is None:
            self.conflicts.append(words)
        elif self.prefer == PROFILE:
            self.kept.append(words)
        return self.prefer == EXPORT

    def _set(self, attribute: Attribute, have: Value | None, value: Value) -> None:
        members = sorted(have, key=attribute.type.options.index) if isinstance(have, frozenset) else []
        self.changes.append(Put(route=(ATTRIBUTES, attribute.id), value=written_value(attribute.type, value, members)))
        before, after = change_words(attribute, have, value)
        self.told.append(f"{attribute.title}: {before} → {after}")
        self.touched[attribute.id] = None

    def _entries(self, attribute: Attribute, have: tuple[Record, ...], entries: tuple[Record, ...]) -> None:
        """Add entries that are new, and to those that are there what they lack."""
        left = dict(enumerate(have))
        route = (ATTRIBUTES, attribute.id)
        for entry in entries:
            may_be = [at for at, other in left.items() if other == entry or _alike(attribute.type, other, entry)]
            on_that_day = [at for at in may_be if _start(attribute.type, left[at]) == _start(attribute.type, entry)]
            place = next(iter([*on_that_day, *may_be]), None)
            if place is None:
                self.changes.append(Append(route=route, item=written_entry(attribute.type, entry)))
                self.told.append(f"{attribute.title}: also {entry_label(attribute.type, entry) or 'an entry'}")
                self.touched[attribute.id] = None
                continue
            there = left.pop(place)
            for name, value in self._differing(attribute, there, entry):
                self.changes.append(Put(route=(*route, place, name), value=written_atom(attribute.type.fields[name], value)))
                self.touched[attribute.id] = None

    def _differing(self, attribute: Attribute, there: Record, entry: Record) -> Iterator[tuple[str, Atom | PartialDate]]:
        """Yield what of an entry is taken over: what is not there yet, and what contradicts it where the export counts."""
        label = f"{attribute.title}, {entry_label(attribute.type, there)}"
        for name, value in entry.items():
            shown = _shown(attribute.type.fields[name], value)
            if name not in there:
                self.told.append(f"{label}, {name}: unknown → {shown}")
                yield name, value
            elif there[name] != value and self._counts(f"{label}, {name}", _shown(attribute.type.fields[name], there[name]), shown):
                self.told.append(f"{label}, {name}: {_shown(attribute.type.fields[name], there[name])} → {shown}")
                yield name, value


def _alike(type_: ValueType, one: Record, other: Record) -> bool:
    """Whether two entries may be of the same thing: they share every text that both have, and may begin on the same day."""
    texts = [name for name, field in type_.fields.items() if field.kind is Kind.TEXT and name in one and name in other]
    same = all(fold_spaces(str(one[name])) == fold_spaces(str(other[name])) for name in texts)
    mine, theirs = day_bounds(_start(type_, one)), day_bounds(_start(type_, other))
    return bool(texts) and same and (mine is None or theirs is None or (mine[0] <= theirs[1] and theirs[0] <= mine[1]))


def _start(type_: ValueType, entry: Record) -> object:
    """Return the day on which an entry begins, the first of its dates; None where it has none."""
    first = next((name for name, field in type_.fields.items() if field.kind is Kind.DATE), None)
    return None if first is None else entry.get(first)


def _shown(type_: ValueType, value: Atom | PartialDate) -> str:
    return str(value) if isinstance(value, PartialDate) else type_.show(value)
