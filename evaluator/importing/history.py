"""Positions of an export → entries of the pack's list of positions, and today's role."""

from __future__ import annotations

import datetime

import attrs

from evaluator.dates import Precision, show_date
from evaluator.diagnostics import Problems
from evaluator.drafting.draft import Statement
from evaluator.importing.found import Position, Said, place_words
from evaluator.importing.names import Names
from evaluator.importing.periods import Period, period_of
from evaluator.importing.telling import Told
from evaluator.model import Pack, Role
from evaluator.reading.imports import PositionRules
from evaluator.values import Atom, Record

_NO_TITLE = "there is no title"


@attrs.frozen(kw_only=True)
class Taken:
    """An entry made of a position: its fields, where they come from, the role that its title is, and when it was."""

    record: Record
    note: str
    role: Role | None
    period: Period


class Positions:
    """Matches titles with roles and other known titles, and turns positions into entries."""

    def __init__(self, pack: Pack, rules: PositionRules, as_of: datetime.date, told: Told, problems: Problems) -> None:
        self._pack, self._rules, self._as_of, self._told, self._problems = pack, rules, as_of, told, problems
        self._fields = pack.attributes[rules.records].type.fields
        self._roles = role_names(pack)
        self._titles = Names.of((str(place), titles) for place, (titles, _) in enumerate(rules.by_title))

    def taken(self, position: Position) -> Taken | None:
        """Return the entry of a position; None where it has not begun at the as-of date."""
        rules = self._rules
        period = period_of(position.start, position.end, self._fields[rules.start].precision, position.span, self._problems)
        title = position.title.text if position.title else _NO_TITLE
        if period.start and period.start > self._as_of:
            self._told.leave(f"“{title}”", f"it begins after the as-of date {self._as_of}", position.span)
            return None
        says, why, role = self._said_by(position.title)
        texts = ((rules.title, position.title), (rules.employer, position.employer))
        record: dict[str, Atom] = {field: said.text for field, said in texts if field and said}
        record.update(says)
        if position.start is None:
            self._told.leave(f"the dates of “{title}”", "no start is given, so no years are counted from it", position.span)
        if not period.lacking:
            ends = ((rules.start, period.start), (rules.end, period.end))
            record |= {field: day for field, day in ends if day}
        notes = [place_words(position.span), why, self._lacks(position, period)]
        return Taken(record=record, note="; ".join(note for note in notes if note), role=role, period=period)

    def _lacks(self, position: Position, period: Period) -> str:
        """Say what keeps an entry from being dated: with one end unknown, the other alone would count months that nobody stated."""
        if not period.lacking:
            return ""
        said = [f"“{one.text}”" for one in (position.start, position.end) if one]
        given = f"the export says {' to '.join(said)}" if said else "the export gives none"
        return f"add {self._rules.start} and {self._rules.end}, so that years count: {given}"

    def _said_by(self, title: Said | None) -> tuple[Record, str, Role | None]:
        """Return what a title says of a position, in what words that is told, and the role that it is."""
        if title is None:
            return {}, _NO_TITLE, None
        found = self._roles.find(title.text)
        if found is not None:
            role = self._pack.roles[found]
            says = self._rules.by_role.get(role.id, self._rules.by_track.get(role.track, {}))
            return says, self._words(says, f"the role {role.id}"), role
        place = self._titles.find(title.text)
        if place is not None:
            says = self._rules.by_title[int(place)][1]
            return says, self._words(says, "the pack's imports.yaml"), None
        names = Names(meant={**self._titles.meant, **self._roles.meant}, shown={**self._titles.shown, **self._roles.shown})
        hint = names.close(title.text)
        open_fields = self._open_fields()
        why = "the pack has no role or other title of this name"
        self._told.leave(f"title “{title.text}”", why + (f", so {open_fields} is left open" if open_fields else ""), title.span, hint)
        note = f"the title is none that the pack knows{f': {hint}' if hint else ''}"
        return {}, note + (f"; add {self._options(open_fields)}" if open_fields else ""), None

    def _open_fields(self) -> str:
        rules = self._rules
        said = (*rules.by_track.values(), *rules.by_role.values(), *(one for _, one in rules.by_title))
        return " and ".join(dict.fromkeys(field for says in said for field in says))

    def _options(self, fields: str) -> str:
        options = {name: self._fields[name].options for name in fields.split(" and ")}
        return " and ".join(f"{name}: one of {', '.join(known)}" if known else name for name, known in options.items())

    def _words(self, says: Record, where: str) -> str:
        return f"{' and '.join(says)} by {where}" if says else where


def role_names(pack: Pack) -> Names:
    """Return the names of all roles."""
    return Names.of((role.id, (role.id, role.title, *role.also)) for role in pack.roles.values())


def statement(rules: PositionRules, taken: list[Taken]) -> Statement:
    """Return the entries as one attribute, the latest first; without dates, as they stood."""
    ordered = sorted(taken, key=lambda one: (one.period.ongoing, one.period.end or one.period.start or datetime.date.min), reverse=True)
    return Statement(attribute=rules.records, value=tuple(one.record for one in ordered), entry_notes=tuple(one.note for one in ordered))


def _goes_on(period: Period, as_of: datetime.date) -> bool:
    return period.ongoing or (period.end is not None and period.end >= as_of.replace(day=1))


def role_today(taken: list[Taken], as_of: datetime.date, told: Told) -> tuple[str | None, str]:
    """Return today's role and how it was found: that of the positions that go on, where they are of one role."""
    current = [one for one in taken if one.period.start and _goes_on(one.period, as_of)]
    roles = {one.role.id: one for one in current if one.role}
    if len(roles) == 1 and all(one.role for one in current):
        ((role, one),) = roles.items()
        return role, one.note.split(";", maxsplit=1)[0]
    if not current:
        note = "no position goes on today; write a role, or leave it out"
    else:
        starts = [(one.record.get("title", "?"), one.period.start or as_of) for one in current]
        named = ", ".join(f"{title} since {show_date(start, Precision.MONTH)}" for title, start in starts)
        note = f"several positions go on, or one of an unknown title ({named}); write the one that counts"
    told.leave("today's role", note)
    return None, note
