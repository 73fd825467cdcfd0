"""Positions of an export → entries of the pack's list of positions, and today's role."""

from __future__ import annotations

import datetime

import attrs

from evaluator.candidates.profile.drafting.draft import Statement
from evaluator.candidates.profile.importing.exported import ExportedText, Position, place_words
from evaluator.candidates.profile.importing.names import Names
from evaluator.candidates.profile.importing.periods import Period, period_of
from evaluator.candidates.profile.importing.report import ImportNotes
from evaluator.core.dates import Precision, show_date
from evaluator.core.model import Pack, Role
from evaluator.core.values import Atom, PartialDate, Record, day_bounds
from evaluator.diagnostics import Problems, Span
from evaluator.reading.pack.imports import PositionRules

_NO_TITLE = "there is no title"


@attrs.frozen(kw_only=True)
class ImportedPosition:
    """An entry made of a position: its fields, where they come from, what it is called, the role that its title is, and when it was."""

    record: Record
    note: str
    label: str
    role: Role | None
    period: Period


class Positions:
    """Matches titles with roles and other known titles, and turns positions into entries."""

    def __init__(self, pack: Pack, rules: PositionRules, as_of: datetime.date, import_notes: ImportNotes, problems: Problems) -> None:
        self._pack, self._rules, self._as_of, self._told, self._problems = pack, rules, as_of, import_notes, problems
        self._fields = pack.attributes[rules.records].type.fields
        self._roles = role_names(pack)
        titles = {str(index): names for index, (names, _) in enumerate(rules.by_title)}
        self._titles = Names.of(titles.items(), titles=True)

    def taken(self, position: Position) -> ImportedPosition | None:
        """Return the entry of a position; None where it has not begun at the as-of date."""
        rules = self._rules
        period = period_of(position.start, position.end, self._fields[rules.start].precision, self._problems)
        exported_texts = [
            exported_text for exported_text in (position.title, position.employer) if exported_text and not exported_text.unreadable
        ]
        label = f"“{exported_texts[0].text}”" if exported_texts else f"the position at {place_words(position.span)}"
        if period.begins_after(self._as_of):
            self._told.leave(label, f"it begins after the as-of date {self._as_of}", position.span)
            return None
        says, why, role = self._said_by(position.title if position.title in exported_texts else None)
        texts = ((rules.title, position.title), (rules.employer, position.employer))
        record: dict[str, Atom | PartialDate] = {
            field: exported_text.text for field, exported_text in texts if field and exported_text in exported_texts
        }
        record.update(says)
        ends = ((rules.start, period.start), (rules.end, period.end))
        record |= {field: day for field, day in ends if day is not None}
        asks = " ".join(period.asks)
        if asks:
            self._told.ask(label, asks, position.span)
        notes = [place_words(position.span), why, asks]
        return ImportedPosition(record=record, note="; ".join(note for note in notes if note), label=label, role=role, period=period)

    def lost(self, span: Span) -> ImportedPosition:
        """Return the entry that stands for one that could not be read: it keeps the years unknown that it may add to."""
        location = place_words(span)
        self._told.ask(f"the position at {location}", "it could not be read: complete the entry, or take it out of the profile", span)
        record = {self._rules.start: PartialDate()}
        note = f"{location} could not be read: complete this entry, or take it out"
        period = Period(start=PartialDate(), end=PartialDate(), ongoing=False)
        return ImportedPosition(record=record, note=note, label=f"the position at {location}", role=None, period=period)

    def _said_by(self, title: ExportedText | None) -> tuple[Record, str, Role | None]:
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
        hint = self._titles.joined(self._roles).close(title.text)
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
    named = ((role.id, (role.id, role.title, *role.also)) for role in pack.roles.values())
    return Names.of(named, {role.id: role.title for role in pack.roles.values()}, titles=True)


def statement(rules: PositionRules, imported_positions: list[ImportedPosition]) -> Statement:
    """Return the entries as one attribute, the latest first; without dates, as they stood."""
    ordered = sorted(
        imported_positions,
        key=lambda imported_position: (imported_position.period.ongoing, _latest(imported_position.period)),
        reverse=True,
    )
    return Statement(
        attribute=rules.records,
        value=tuple(imported_position.record for imported_position in ordered),
        entry_notes=tuple(imported_position.note for imported_position in ordered),
    )


def _latest(period: Period) -> datetime.date:
    bounds = day_bounds(period.end) or day_bounds(period.start)
    return bounds[1] if bounds else datetime.date.min


def role_today(imported_positions: list[ImportedPosition], as_of: datetime.date, import_notes: ImportNotes) -> tuple[str | None, str]:
    """Return today's role and how it was found: that of the positions that go on, where they are of one role and no other may go on."""
    goes_on = [(one, one.period.goes_on(as_of)) for one in imported_positions]
    current = [one for one, held in goes_on if held]
    perhaps = [one for one, held in goes_on if held is None]
    roles = {one.role.id: one for one in current if one.role}
    if len(roles) == 1 and all(one.role for one in current) and not perhaps:
        ((role, imported_position),) = roles.items()
        return role, imported_position.note.split(";", maxsplit=1)[0]
    if perhaps:
        named = " and ".join(perhap.label for perhap in perhaps[:2]) + (f" and {len(perhaps) - 2} more" if len(perhaps) > 2 else "")  # noqa: PLR2004 - as many as fit a line
        note = f"whether {named} {'goes' if len(perhaps) == 1 else 'go'} on today is not known; write the role of today"
    elif not current:
        note = "no position goes on today; write a role, or leave it out"
    else:
        named = ", ".join(f"{one.record.get('title', '?')} since {_since(one.period)}" for one in current)
        note = f"several positions go on, or one of an unknown title ({named}); write the one that counts"
    import_notes.ask("today's role", note)
    return None, note


def _since(period: Period) -> str:
    return show_date(period.start, Precision.MONTH) if isinstance(period.start, datetime.date) else str(period.start)
