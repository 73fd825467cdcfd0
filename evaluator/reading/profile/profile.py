"""A profile's file → a profile, with every statement held against the pack's vocabulary."""

from __future__ import annotations

import datetime
import difflib
import os
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import overload

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.expressions import Gather, Gathering
from evaluator.core.facts import complete
from evaluator.core.files import YAML_ENDINGS
from evaluator.core.groups import STEP, is_group_fact
from evaluator.core.model import ROLE, Pack, Profile, Role
from evaluator.core.text import fold_spaces
from evaluator.core.values import ITS_OWN_UNIT, Atom, Kind, PartialDate, Record, Value, ValueProblem, ValueType, clip, day_bounds
from evaluator.diagnostics import Problems, ReadingError, Related, Span
from evaluator.reading.pack.plausible import report_implausible
from evaluator.reading.pack.shapes import At, Key, Located, MapOf, Object, Raw
from evaluator.reading.profile.evidence import EVIDENCE, read_evidence
from evaluator.reading.profile.evidence_log import log_of, read_log, with_log
from evaluator.reading.profile.names import meant
from evaluator.reading.references import Sort, refer, refer_value
from evaluator.reading.yaml.files import read_text
from evaluator.reading.yaml.nodes import Entry, ListNode, MappingNode, Node, ScalarNode, parse_yaml
from evaluator.reading.yaml.scalars import KEBAB, Day, Identifier, Text, renaming_step, wrong_shape

DAYS = ("gathered", "as_of")
_SHORT = {
    "sr": "senior",
    "snr": "senior",
    "jr": "junior",
    "jnr": "junior",
    "assoc": "associate",
    "asst": "assistant",
    "princ": "principal",
    "mgr": "manager",
    "mngr": "manager",
    "dir": "director",
    "eng": "engineer",
    "ops": "operations",
    "prod": "product",
    "prog": "program",
}
"""Words of titles as HR systems cut them short; a role is only offered by them, never taken."""
_BETWEEN = re.compile(r"[,;/|&+\n]|\s(?:and|und|et)\s")
PROFILE = Object(
    what="a profile",
    keys=[
        Key(name="profile", shape=At(shape=Text()), doc="the profile's id, which is the file's name", required=True),
        Key(name="name", shape=Text(), doc="the person's name"),
        Key(name="role", shape=At(shape=Text(definition="role_name")), doc="today's role: its id, title or another of its names"),
        Key(name="gathered", shape=At(shape=Day()), doc="the day on which the facts were gathered"),
        Key(name="as_of", shape=At(shape=Day()), doc="the day to judge for, where it is not the day on which the tool runs"),
        Key(name="attributes", shape=Raw(definition="attributes"), doc="what is known of the person"),
        Key(name="evidence", shape=EVIDENCE, doc="what carries the attributes: a list of items each; shown, and never scored"),
        Key(name="groups", shape=MapOf(key=Text(), shape=Text()), doc="facts of the person's group, which no rule can read"),
        Key(name="notes", shape=Text(), doc="remarks of whoever keeps the file; no report, case or result shows them"),
    ],
)


def load_profile(path: str | os.PathLike[str], pack: Pack) -> Profile:
    """Read a profile from its file; raises ReadingError with every problem found where it cannot be used."""
    problems = Problems()
    profile = read_profile(path, pack, problems)
    if profile is None or problems.errors:
        raise ReadingError(problems)
    return profile


def read_profile(path: str | os.PathLike[str], pack: Pack, problems: Problems) -> Profile | None:
    """Read a profile with the evidence log beside it; problems hold all that is wrong, and None comes back where that is an error."""
    text = read_text(path, problems)
    profile = None if text is None else profile_in(text, os.fspath(path), pack, problems)
    own = Problems()
    lines = read_log(log_of(path), pack, own)
    problems.extend(own)
    return None if profile is None or own.errors else with_log(profile, lines)


def profile_in(text: str, name: str, pack: Pack, problems: Problems) -> Profile | None:
    """Read a profile from its text; None where something in it is an error, a key that stands twice included."""
    own = Problems()
    node = parse_yaml(text, name, own)
    profile = None if node is None else profile_from(node, name, pack, own)
    problems.extend(own)
    return None if own.errors else profile


def profile_from(node: Node, path: str, pack: Pack, problems: Problems) -> Profile | None:
    """Turn the node of a profile into a profile; None where something in it is an error."""
    own = Problems()
    got = PROFILE.read(_without_stray_attributes(node, pack, own), own)
    name: Located[str] | None = None if got is None else got.get("profile")
    if got is not None and name is not None:
        _check_name(name, path, own)
    profile = None
    if got is not None:
        stated = StatementReader(pack=pack, problems=own)
        profile = Profile(
            id=PurePath(path).stem if name is None else name.value,
            name=got.get("name"),
            role=stated.role(got.get("role")),
            other_role=stated.other_role(got.get("role")),
            **{name: got[name].value for name in DAYS if got.has(name)},
            given=stated.attributes(got.get("attributes")),
            evidence=read_evidence(got.get("evidence", {}), stated.places, pack, own),
            groups={key: placed.value for key, placed in got.get("groups", {}).items()},
            notes=got.get("notes"),
            span=node.span if name is None else name.span,
            places=stated.places | {name: got[name].span for name in DAYS if got.has(name)},
        )
        if not own.errors and profile.facts_as_of is not None:
            report_differences(pack, profile, profile.facts_as_of, stated.places, own)
            report_implausible(pack, profile, profile.facts_as_of, stated.places, own)
    problems.extend(own)
    return None if own.errors else profile


def _without_stray_attributes(node: Node, pack: Pack, problems: Problems) -> Node:
    """Report attributes that stand at the top of a profile, and take them out."""
    if not isinstance(node, MappingNode):
        return node
    known = {key.name for key in PROFILE.keys}
    stray = {entry.key for entry in node.entries if entry.key.text in pack.attributes and entry.key.text not in known}
    for key in stray:
        problems.add("R101", f"the attribute `{key.text}` stands outside `attributes:`", key.span, help="move it there, indented")
    return attrs.evolve(node, entries=tuple(entry for entry in node.entries if entry.key not in stray))


def _check_name(name: Located[str], path: str, problems: Problems) -> None:
    stem = PurePath(path).stem
    if PurePath(path).suffix in YAML_ENDINGS and name.value != stem:
        step = renaming_step("profile", name.value, PurePath(path))
        problems.add("R107", f"the file is called {PurePath(path).name}, and the profile `{clip(name.value)}`", name.span, help=step)
    elif KEBAB.fullmatch(name.value) is None:
        Identifier().read(ScalarNode(text=name.value, plain=True, span=name.span), problems)


@attrs.frozen(kw_only=True)
class StatementReader:
    """Reads what a profile states: its role and its attributes; keeps the places of attributes."""

    pack: Pack
    problems: Problems
    places: dict[str, Span] = attrs.field(factory=dict, init=False)

    def role(self, placed: Located[str] | None) -> str | None:
        """Find today's role by id, title or another name."""
        if placed is None:
            return None
        role = self.pack.find_role(placed.value)
        if role is None and self.other_role(placed) is not None:
            message = f"the pack has no role called `{clip(placed.value)}`, and nothing is known of today's role"
            step = "nothing has to be done; or name one of the pack's roles, by its id or title"
            self.problems.add("P206", message, placed.span, help=step)
        elif role is None:
            step = self.meant_role(placed.value) or "leave it out where the ladder has no such role"
            several = len(self.pack.titled(placed.value))
            message = (
                f"{several} roles are called `{clip(placed.value)}`" if several else f"the pack has no role called `{clip(placed.value)}`"
            )
            self.problems.add("P105", message, placed.span, help=step)
        if role is not None:
            refer(Sort.ROLE, role.id, placed.span)
        return None if role is None else role.id

    def other_role(self, placed: Located[str] | None) -> str | None:
        """Return a role that is none of the pack's, nor a slip for one, where the rules read today's role."""
        if placed is None or ROLE not in self.pack.attributes or self.pack.find_role(placed.value) is not None:
            return None
        return placed.value if self.meant_role(placed.value) is None else None

    def meant_role(self, name: str) -> str | None:
        """Say which role a name that is none is a slip for, or which it may be of several; None where it is another name altogether."""
        if several := self.pack.titled(name):
            return f"say which: {' or '.join(f'`{title}`' for title in several)}"
        if role := self.spelt_out(name):
            return f"did you mean `{role.title}`?"
        written = [known for one in self.pack.roles.values() for known in (one.title, *one.also)]
        names = list({known.casefold(): known for known in (*self.pack.roles, *written)}.values())
        return self.problems.did_you_mean(name, names)

    def near_roles(self, name: str) -> tuple[str, ...]:
        """Return the ids of the roles, at most three, whose names are nearly this one."""
        names = {known.casefold(): role.id for role in self.pack.roles.values() for known in (role.title, *role.also)}
        close = difflib.get_close_matches(name.casefold(), names, n=3, cutoff=0.7)
        return tuple(dict.fromkeys(names[known] for known in close))

    def spelt_out(self, name: str) -> Role | None:
        """Return the role that a title with words cut short stands for, as `Sr. PM` where `PM` is another name of a role."""
        words = [_SHORT.get(word.casefold().removesuffix("."), word) for word in name.split()]
        rest = self.pack.find_role(" ".join(words[1:])) if len(words) > 1 else None
        spelt = [" ".join(words), *([f"{words[0]} {rest.title}"] if rest else [])]
        return next((role for title in spelt if (role := self.pack.find_role(title))), None)

    def attributes(self, node: Node | None) -> dict[str, Value]:
        """Read the attributes; what is empty is left out, as unknown."""
        if node is None or (isinstance(node, ScalarNode) and node.empty):
            return {}
        if not isinstance(node, MappingNode):
            wrong_shape(node, "a mapping from attributes to values", self.problems)
            return {}
        if self.pack.former_names:
            node = self._by_new_names(node)
        read = ((entry.key.text, self._entry(entry)) for entry in node.entries)
        return {name: value for name, value in read if value is not None}

    def _by_new_names(self, node: MappingNode) -> MappingNode:
        """Return what is stated with the names that attributes have now; where both are stated, the old one is none."""
        stated, former = {entry.key.text for entry in node.entries}, self.pack.former_names
        renamed = {name: former[name] for name in stated & former.keys() if former[name] not in stated}
        return attrs.evolve(
            node,
            entries=tuple(
                attrs.evolve(entry, key=attrs.evolve(entry.key, text=renamed.get(entry.key.text, entry.key.text))) for entry in node.entries
            ),
        )

    def _entry(self, entry: Entry) -> Value | None:
        attribute = self.attribute(entry.key.text, entry.key.span)
        if attribute is None or (isinstance(entry.value, ScalarNode) and entry.value.empty):
            return None
        self.places[attribute.id] = entry.key.span
        return self.value(attribute, entry.value)

    def attribute(self, name: str, span: Span) -> Attribute | None:
        """Find the attribute of a name; report a name that is none, or one that can only be computed."""
        attribute = self.pack.attributes.get(name)
        refer(Sort.ATTRIBUTE, name, span)
        if attribute is None and is_group_fact(name):
            self.problems.add("P106", f"`{clip(name)}` is a fact of the person's group, and no attribute", span, help=STEP)
        elif attribute is None:
            step = meant(name, self.pack, self.problems) or "the pack's attributes.yaml lists them all"
            self.problems.add("P101", f"the pack has no attribute called `{clip(name)}`", span, help=step)
        elif attribute.implied:
            step = "take it out: it follows from `role:` at the top of the profile, where today's role is stated"
            self.problems.add("P104", f"`{name}` is not stated among the attributes", span, help=step)
            return None
        elif not attribute.may_be_given:
            where = attribute.derivation.span if attribute.derivation else attribute.span
            related = [Related(span=where, message="it is computed here")]
            step = "take it out, or let it be stated with may_be_given: true in attributes.yaml"
            self.problems.add("P104", f"`{name}` is computed from other attributes", span, help=step, related=related)
            return None
        return attribute

    def value(self, attribute: Attribute, node: Node) -> Value | None:
        """Read the value of an attribute; report what does not fit."""
        if attribute.kind is Kind.SET:
            return self._set(attribute, node)
        if attribute.kind is Kind.RECORDS:
            return self._records(attribute, node)
        return self.atom(attribute.id, attribute.type, node)

    @overload
    def atom(self, name: str, type_: ValueType, node: Node) -> Atom | None: ...

    @overload
    def atom(self, name: str, type_: ValueType, node: Node, *, partly: bool) -> Atom | PartialDate | None: ...

    def atom(self, name: str, type_: ValueType, node: Node, *, partly: bool = False) -> Atom | PartialDate | None:
        """Read one value of a type, where `partly` a date of which less is known; report what does not fit or lies outside its range."""
        if not isinstance(node, ScalarNode):
            return wrong_shape(node, f"a single value of `{name}`", self.problems)
        try:
            value = type_.read_partly(node.text) if partly else type_.read(node.text)
            refer_value(type_, value, node.span)
            return value  # noqa: TRY300 - as it was read
        except ValueProblem as problem:
            if problem.out_of_range:
                step = "correct the value, or the range in attributes.yaml"
                self.problems.add("P103", f"{problem.message}, the range of `{name}`", node.span, help=step)
            else:
                own = f"{ITS_OWN_UNIT}: {type_.unit}" if problem.step == ITS_OWN_UNIT and type_.unit else problem.step
                self.problems.add("P102", f"{problem.message}, and `{name}` is {type_.kind.one}", node.span, help=own)
            return None

    def _set(self, attribute: Attribute, node: Node) -> frozenset[str] | None:
        if not isinstance(node, ListNode):
            step = f"write [{', '.join(_options(attribute, node.text))}]" if isinstance(node, ScalarNode) and not node.empty else None
            return wrong_shape(node, f"a list of what `{attribute.id}` holds, in brackets or one a line,", self.problems, step)
        if joined := next(
            (item for item in node.items if isinstance(item, ScalarNode) and several_options(attribute.type, item.text)), None
        ):
            message = f"`{clip(joined.text)}` is none of the options, and `{attribute.id}` is {attribute.kind.one}"
            self.problems.add("P102", message, joined.span, help=f"name each on its own: {', '.join(_options(attribute, joined.text))}")
            return None
        members = [self.atom(attribute.id, attribute.type, item) for item in node.items]
        twice = next((item for item, member in zip(node.items, members, strict=True) if member and members.count(member) > 1), None)
        if twice is not None:
            self.problems.add("P102", f"`{attribute.id}` names one thing twice", twice.span, help="name it once")
        return frozenset(str(member) for member in members if member is not None)

    def _records(self, attribute: Attribute, node: Node) -> tuple[Record, ...] | None:
        if not isinstance(node, ListNode):
            return wrong_shape(node, f"a list of entries of `{attribute.id}`", self.problems)
        records = [self._record(attribute, item) for item in node.items]
        return tuple(record for record in records if record is not None)

    def _record(self, attribute: Attribute, node: Node) -> Record | None:
        if not isinstance(node, MappingNode):
            return wrong_shape(node, f"an entry of `{attribute.id}`, a mapping,", self.problems)
        fields = attribute.type.fields
        result: dict[str, Atom | PartialDate] = {}
        for entry in node.entries:
            name = entry.key.text
            if name not in fields:
                now = self.pack.former_fields.get(f"{attribute.id}.{name}", "").rpartition(".")[2]
                name = now if now and node.get(now) is None else name
            if name not in fields:
                step = self.problems.did_you_mean(name, fields) or f"use {', '.join(fields)}"
                self.problems.add("P101", f"an entry of `{attribute.id}` has no field `{clip(name)}`", entry.key.span, help=step)
                continue
            refer(Sort.FIELD, name, entry.key.span, attribute.id)
            if not (isinstance(entry.value, ScalarNode) and entry.value.empty):
                value = self.atom(name, fields[name], entry.value, partly=True)
                if value is not None:
                    result[name] = value
        self._check_dates(attribute, result, node)
        self._ask_for_dates(attribute, result, node)
        return result

    def _ask_for_dates(self, attribute: Attribute, record: Record, node: MappingNode) -> None:
        """Warn of dates that are known in part: what hangs on the rest stays unknown."""
        ends = {end for _, end in _periods(self.pack, attribute.id)}
        for name, value in record.items():
            entry = node.get(name)
            if not isinstance(value, PartialDate) or entry is None:
                continue
            wanted = attribute.type.fields[name].precision
            label = entry_label(attribute.type, record)
            of = f" of {label}" if label else ""
            words = f"is unknown: which {wanted}?" if value.day is None else f"names no {wanted}: which {wanted} of {value}?"
            step = f"write it as {wanted.example}" + ("; leave it out where it goes on" if value.day is None and name in ends else "")
            self.problems.add("P204", f"`{name}`{of} {words} What hangs on that stays unknown", entry.value.span, help=step)

    def _check_dates(self, attribute: Attribute, record: Record, node: MappingNode) -> None:
        for start, end in _periods(self.pack, attribute.id):
            first, last = day_bounds(record.get(start)), day_bounds(record.get(end))
            if first and last and last[1] < first[0]:
                entry = node.get(end)
                span = node.span if entry is None else entry.value.span
                self.problems.add("P107", f"the entry ends before it starts: `{end}` lies before `{start}`", span, help="swap the two")


def entry_label(type_: ValueType, record: Record) -> str:
    """Return what an entry is called: its texts, such as title and employer, in quotation marks."""
    texts = [value for name, value in record.items() if isinstance(value, str) and type_.fields[name].kind is Kind.TEXT]
    return f"“{clip(', '.join(texts), 60)}”" if texts else ""


def _periods(pack: Pack, records: str) -> set[tuple[str, str]]:
    """Return the pairs of date fields between which years are counted in a records attribute."""
    years = (expression for expression in pack.expressions() if isinstance(expression, Gather) and expression.gathering is Gathering.YEARS)
    return {(year.start, year.end) for year in years if year.records == records and year.start and year.end}


def report_differences(pack: Pack, profile: Profile, as_of: datetime.date, places: Mapping[str, Span], problems: Problems) -> None:
    """Warn of attributes that are stated and would be computed as something else at the as-of date."""
    for difference in complete(pack, profile, as_of).differences:
        attribute = pack.attributes[difference.attribute]
        stated, computed = attribute.show(difference.stated), attribute.show(difference.computed)
        message = f"`{attribute.id}` is stated as {stated} and would be computed as {computed}; what is stated counts"
        span = places.get(attribute.id, profile.span)
        problems.add("P201", message, span, help="take it out to let it be computed, or correct what it is computed from")


def meant_option(type_: ValueType, text: str) -> str:
    """Return the option that a text names, whatever its capitals and spaces where only one can be meant; else the text."""
    if text in type_.options:
        return text
    folded = fold_spaces(text)
    fitting = [option for option in type_.options if fold_spaces(option) == folded]
    return fitting[0] if len(fitting) == 1 else text


def several_options(type_: ValueType, text: str) -> tuple[str, ...]:
    """Return the options that a text names one after the other, with commas, bars, strokes or `and` between; none where it names no two."""
    if meant_option(type_, text) in type_.options:
        return ()
    parts = dict.fromkeys(meant_option(type_, part.strip()) for part in _BETWEEN.split(text) if part.strip())
    return tuple(parts) if len(parts) > 1 and all(part in type_.options for part in parts) else ()


def _options(attribute: Attribute, text: str) -> tuple[str, ...]:
    return several_options(attribute.type, text) or (clip(meant_option(attribute.type, text)),)
