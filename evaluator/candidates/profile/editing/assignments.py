"""What is to be set, as it is typed: `coaching=expert`, `departments+=sales`, `history.2.function=product` → changes to the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs
import click

from evaluator.candidates.profile.drafting.answers import answered, leaves_open
from evaluator.candidates.profile.editing.values import written_atom, written_entry, written_value
from evaluator.candidates.profile.terminal_question import answer_hint
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import attribute_called
from evaluator.core.attributes import Attribute
from evaluator.core.dates import DateProblem, parse_date
from evaluator.core.model import Pack
from evaluator.core.text import fold_spaces
from evaluator.core.values import Atom, Kind, PartialDate, Record, Value, ValueProblem, clip
from evaluator.diagnostics import did_you_mean
from evaluator.reading.profile.profile import DAYS, entry_label
from evaluator.reading.tables.cell_values import CellProblem, CellReader, is_missing
from evaluator.reading.yaml.mapping_edits import Append, Change, Put, Remove, Said
from evaluator.reading.yaml.places import Route
from evaluator.reading.yaml.written import Word
from evaluator.report.changed_values import change_words

ATTRIBUTES, ROLE, GROUPS = "attributes", "role", "groups"
_TEXTS = {"name": "Name", "notes": "Notes", ROLE: "Role today"}
_HIDDEN = frozenset({"notes", GROUPS})
"""What is private to whoever keeps the file: that it was changed is told, and not what it says."""
_SPLIT = re.compile(r"([^=]*?)([+-]?)=(.*)", re.DOTALL)
_FORM = "write it as ATTRIBUTE=VALUE, such as coaching=expert"


_MOST_FIGURES = 6
"""Of the number of an entry."""


@attrs.frozen(kw_only=True)
class Assignment:
    """One thing to be set: what it is called, what it says before and after in words, where it stands and the changes that it takes."""

    title: str
    before: str
    after: str
    route: Route
    changes: tuple[Change, ...]

    @property
    def idle(self) -> bool:
        """Whether it is so already."""
        return not self.changes


@attrs.define(kw_only=True)
class Assigning:
    """Reads what is typed, one after the other, against what the file says so far."""

    pack: Pack
    said: Said
    given: dict[str, Value]
    numbered: bool = False
    """Whether options may be named by their number, as they were shown with it."""

    def read(self, typed: str) -> Assignment:
        """Read `NAME=VALUE`, or with += and -= what joins a set or a list, or leaves it; raises Unusable with the form that is expected."""
        found = _SPLIT.fullmatch(typed)
        if found is None or not found[1].strip():
            raise click.UsageError(f"`{clip(typed)}` sets nothing; {_FORM}")
        name, how, text = found[1].strip(), found[2], found[3].strip()
        if not text:
            raise Unusable(f"`{clip(typed)}` gives no value", f"write {name}=unknown, or --unset {name}, where nobody knows")
        key = fold_spaces(name)
        if key in {"profile", "id"}:
            raise Unusable("a profile's id is the name of its file, and is not set", "rename the file, and `profile:` in it, together")
        if (key in _TEXTS or key in DAYS or key.startswith(f"{GROUPS}.")) and how:
            raise Unusable(f"nothing is added to `{name}` or taken out of it", f"write {name}=VALUE")
        if key in DAYS:
            return self._day(key, text)
        if key in _TEXTS:
            return self._text((key,), _TEXTS[key], text)
        if key.startswith(f"{GROUPS}."):
            return self._text((GROUPS, name.partition(".")[2].strip()), name, text)
        return self._attribute(name, how, text)

    def unset(self, name: str) -> Assignment:
        """Read the name of what is to be taken out."""
        key = fold_spaces(name)
        if key in _TEXTS or key in DAYS:
            return self._out((key,), _TEXTS.get(key, key))
        if key.startswith(f"{GROUPS}."):
            return self._out((GROUPS, name.partition(".")[2].strip()), name)
        attribute, rest = self._named(name)
        if rest:
            return self._field(attribute, rest, None)
        return self._assigned(attribute, None, (Remove(route=(ATTRIBUTES, attribute.id)),))

    def _day(self, key: str, text: str) -> Assignment:
        if is_missing(text):
            return self._out((key,), key)
        try:
            day = parse_date(CellReader(pack=self.pack).plain_date(text, key))
        except (DateProblem, CellProblem) as problem:
            raise Unusable(f"{key}: {problem.message}", problem.step) from None
        return self._stated((key,), key, Word(text=day[0].isoformat(), bare=True))

    def _text(self, route: Route, title: str, text: str) -> Assignment:
        if fold_spaces(text) == "unknown":
            return self._out(route, title)
        role = self.pack.find_role(text) if route == (ROLE,) else None
        return self._stated(route, title, Word(text=text if role is None else role.id))

    def _stated(self, route: Route, title: str, word: Word) -> Assignment:
        before = self._at(route)
        changes = () if before == word.text else (Put(route=route, value=word),)
        return self._told(route, title, before, word.text, changes)

    def _out(self, route: Route, title: str) -> Assignment:
        before = self._at(route)
        return self._told(route, title, before, None, () if before is None else (Remove(route=route),))

    def _told(self, route: Route, title: str, before: Said, after: str | None, changes: tuple[Change, ...]) -> Assignment:
        was, now = (self._shown(route, said) for said in (before, after))
        return Assignment(title=title, before=was, after=now, route=route, changes=changes)

    def _shown(self, route: Route, said: Said) -> str:
        if said is None or route[0] in _HIDDEN:
            return "unknown" if said is None else "(not shown)"
        role = self.pack.find_role(str(said)) if route == (ROLE,) else None
        return str(said) if role is None else role.title

    def _at(self, route: Route) -> Said:
        said = self.said
        for part in route:
            said = said.get(str(part)) if isinstance(said, dict) else None
        return said

    def _attribute(self, name: str, how: str, text: str) -> Assignment:
        attribute, rest = self._named(name)
        if rest:
            if how:
                raise Unusable(f"nothing is added to `{clip(name)}`", f"write {name}=VALUE")
            return self._field(attribute, rest, text)
        if how and attribute.kind not in {Kind.SET, Kind.RECORDS}:
            raise Unusable(f"`{attribute.id}` is {attribute.kind.one}, to which nothing is added", f"write {attribute.id}=VALUE")
        if how == "-" and attribute.kind is Kind.RECORDS:
            raise Unusable(f"entries of `{attribute.id}` are taken out by their number", f"write --unset {attribute.id}.2 for the second")
        route = (ATTRIBUTES, attribute.id)
        value = self._value(attribute, text)
        have = self.given.get(attribute.id)
        if how == "-" and have is None:
            raise Unusable(f"`{attribute.id}` is unknown, so that nothing can be taken out of it", f"write {attribute.id}=VALUE")
        if value is None:
            if how:
                raise Unusable(f"`{clip(text)}` is nothing to add or take out", f"write {attribute.id}=unknown where nobody knows")
            return self._assigned(attribute, None, (Remove(route=route),))
        if isinstance(value, frozenset):
            held = have if isinstance(have, frozenset) else frozenset[str]()
            value = held | value if how == "+" else held - value if how == "-" else value
            there = self._at(route)
            order = [str(part) for part in there] if isinstance(there, list) else []
            return self._assigned(attribute, value, (Put(route=route, value=written_value(attribute.type, value, order)),))
        if how and isinstance(value, tuple):
            return self._added(attribute, have if isinstance(have, tuple) else (), value)
        return self._assigned(attribute, value, (Put(route=route, value=written_value(attribute.type, value)),))

    def _added(self, attribute: Attribute, have: tuple[Record, ...], entries: tuple[Record, ...]) -> Assignment:
        for entry in entries:
            if entry in have:
                label = entry_label(attribute.type, entry) or "this entry"
                raise Unusable(f"{label} stands under `{attribute.id}` already", "nothing has to be added")
        route = (ATTRIBUTES, attribute.id)
        changes = tuple(Append(route=route, item=written_entry(attribute.type, entry)) for entry in entries)
        return self._assigned(attribute, (*have, *entries), changes)

    def _assigned(self, attribute: Attribute, value: Value | None, changes: tuple[Change, ...]) -> Assignment:
        have = self.given.get(attribute.id)
        if value is None:
            self.given.pop(attribute.id, None)
        else:
            self.given[attribute.id] = value
        before, after = change_words(attribute, have, value)
        route = (ATTRIBUTES, attribute.id)
        same = have == value and (value is not None or self._at(route) is None)
        return Assignment(title=attribute.title, before=before, after=after, route=route, changes=() if same else changes)

    def _value(self, attribute: Attribute, text: str) -> Value | None:
        try:
            return None if leaves_open(attribute, text) else answered(self.pack, attribute, text, numbered=self.numbered)
        except ValueProblem as problem:
            raise Unusable(f"{attribute.title}: {problem.message}", problem.step or f"write {answer_hint(attribute)}") from None

    def attribute_of(self, name: str) -> Attribute:
        """Return the attribute that a name means, or whose entry or field it means; raises Unusable where it means none."""
        return self._named(name)[0]

    def _named(self, name: str) -> tuple[Attribute, list[str]]:
        """Find an attribute by id, title or another of its names, and what of it is meant: an entry, or a field of one."""
        plain, rest = name.removeprefix(f"{ATTRIBUTES}."), list[str]()
        first, _, more = plain.partition(".")
        listed = self.pack.attributes.get(first)
        if more and listed is not None and listed.kind is Kind.RECORDS:
            attribute, rest = listed, [part.strip() for part in more.rsplit(".", 1)]
        else:
            attribute = attribute_called(plain, self.pack)
        if attribute.implied:
            raise Unusable(f"`{attribute.id}` follows from today's role, and is not stated", "write role=ROLE")
        if not attribute.may_be_given:
            raise Unusable(f"`{attribute.id}` is computed, and is not stated", f"set what it is computed from: {attribute.id} follows")
        return attribute, rest

    def _field(self, attribute: Attribute, rest: Sequence[str], text: str | None) -> Assignment:
        """Set a field of an entry, or take it out, or the entry."""
        entries = self.given.get(attribute.id)
        entries = entries if isinstance(entries, tuple) else ()
        number = self._number(attribute, entries, rest[0])
        entry, type_ = entries[number], attribute.type
        route: Route = (ATTRIBUTES, attribute.id, number)
        label = entry_label(type_, entry) or f"entry {number + 1}"
        if len(rest) == 1:
            if text is not None:
                raise Unusable(f"which field of {label} is meant is not said", f"write {attribute.id}.{number + 1}.FIELD=VALUE")
            if len(entries) == 1:
                return self._assigned(attribute, None, (Remove(route=route[:2]),))
            self.given[attribute.id] = (*entries[:number], *entries[number + 1 :])
            return Assignment(title=attribute.title, before=label, after="taken out", route=route, changes=(Remove(route=route),))
        name = rest[1].strip()
        if name not in type_.fields:
            step = did_you_mean(name, type_.fields) or f"the fields are {', '.join(type_.fields)}"
            raise Unusable(f"an entry of `{attribute.id}` has no field `{clip(name)}`", step)
        field = attrs.evolve(attribute, id=name, title=name, type=type_.fields[name], option_words={})
        value = None if text is None else self._field_value(field, text)
        after = {key: part for key, part in {**entry, name: value}.items() if part is not None}
        self.given[attribute.id] = (*entries[:number], after, *entries[number + 1 :])
        change: Change = Remove(route=(*route, name)) if value is None else Put(route=(*route, name), value=written_atom(field.type, value))
        was, now = (_shown(field, one) for one in (entry.get(name), value))
        title, changes = f"{attribute.title}, {label}, {name}", () if entry.get(name) == value else (change,)
        return Assignment(title=title, before=was, after=now, route=(*route, name), changes=changes)

    def _number(self, attribute: Attribute, entries: Sequence[Record], which: str) -> int:
        """Return the place of an entry by its number from 1, or by one of its texts where only one entry has it."""
        if which.isdecimal() and len(which) <= _MOST_FIGURES and 1 <= int(which) <= len(entries):
            return int(which) - 1
        folded = fold_spaces(which)
        texts = [{fold_spaces(text) for text in one.values() if isinstance(text, str)} for one in entries]
        found = [number for number, those in enumerate(texts) if folded in those]
        if len(found) == 1:
            return found[0]
        listed = "; ".join(f"{number} {entry_label(attribute.type, one)}" for number, one in enumerate(entries, 1)) or "there are none"
        what = f"{len(found)} entries of `{attribute.id}` have" if found else f"no entry of `{attribute.id}` is"
        raise Unusable(f"{what} `{clip(which)}`", f"name it by its number: {listed}" if entries else f"add one with {attribute.id}+=")

    def _field_value(self, field: Attribute, text: str) -> Atom | PartialDate | None:
        try:
            if field.kind is Kind.DATE:
                unknown = PartialDate() if leaves_open(field, text) else None
                return unknown or field.type.read_partly(CellReader(pack=self.pack).plain_date(text, field.id))
            value = None if leaves_open(field, text) else answered(self.pack, field, text, numbered=self.numbered)
        except (ValueProblem, CellProblem) as problem:
            raise Unusable(f"{field.id}: {problem.message}", problem.step or f"write {answer_hint(field)}") from None
        return None if isinstance(value, frozenset | tuple) else value


def _shown(field: Attribute, value: Atom | PartialDate | None) -> str:
    return str(value) if isinstance(value, PartialDate) else field.show(value)
