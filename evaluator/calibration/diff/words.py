"""Changes between two packs in plain words, each as one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from evaluator.core.attributes import Attribute, LookupTable, TableEntry
from evaluator.core.conditions import AtLeastOf, AttributeTest, Condition, NamedCondition
from evaluator.core.expressions import Expression, Lookup, TableBand, within
from evaluator.core.model import Band, Criterion, Document, Move, Pack, Policy, Role, Track
from evaluator.core.pack_conditions import uses_of
from evaluator.core.values import ValueType, show_number
from evaluator.diagnostics import Span
from evaluator.packs.changes.conditions import PartChange, Turn
from evaluator.packs.changes.rules import Aspect, Change, ChangeSubject
from evaluator.report.bands import band_words
from evaluator.report.explain import counts_words, scope_words
from evaluator.report.grammar import in_sentence
from evaluator.report.sentences import asked_words, condition_words, part_words, use_words, value_words
from evaluator.report.words import joined, joined_some, role_words

ARROW = "→"
_NOTHING = "nothing"
_NAMED = 5
"""So many uses of a condition are named."""
_KEYS = {
    "accrues": "what time alone brings of it",
    "also": "other names",
    "derivation": "how it is computed",
    "effort": "what it takes to change it",
    "absent_means": "value where nothing is stated",
    "may_be_given": "whether it may be stated",
    "takes_months": "time it takes",
    "stale_after_months": "age at which evidence is old",
    "facts_stale_after_months": "age at which facts are told as old",
    "tie_breakers": "tie-breakers",
    "ranking": "what the ranking goes by",
    "effective": "effective date",
    "option_words": "what its levels mean",
    "wordings": "how its tests read",
    "cumulative": "whether its standing is cumulative",
    "destination": "whether it is a destination",
    "entry": "whether it is an entry role",
    "interim": "whether it is interim",
    "held_only": "whether it is held only",
    "caps_at": "verdict at which it caps",
}
_AS_A_WHOLE = frozenset({
    "derivation", "source", "sections", "summary", "advice", "reason", "question", "option_words", "wordings", "effort", "accrues",
})  # fmt: skip
"""Keys of which it is said only that they changed."""
_ASKED = {
    "all_of": ("asks also: {}", "asks no longer: {}"),
    "any_of": ("can be met also by: {}", "can no longer be met by: {}"),
    "none_of": ("rules out also: {}", "rules out no longer: {}"),
    "at_least_of": ("counts among its alternatives also: {}", "counts no longer among its alternatives: {}"),
}
_FIELDS = {"applies_when": "counts only where: ", "almost": "almost met where: "}


def change_words(change: Change, old: Pack, new: Pack) -> str:
    """Say one change, with what it is about before the colon; the old pack has its names as they are now."""
    words = f"{_said(change, old, new)}{_touched(change, old, new)}"
    name = name_words(change, old, new)
    return f"{name}: {words}" if name else words


def _touched(change: Change, old: Pack, new: Pack) -> str:
    """Name the roles that a change of a policy touches, and what uses a named condition."""
    if isinstance(change.after, NamedCondition) and not change.wording:
        uses = [use_words(use, new) for use in uses_of(new, change.after.id)]
        return f"; used by {joined_some(uses, _NAMED)}" if uses else "; used nowhere"
    if isinstance(change.after, LookupTable) and not change.wording:
        derived = [(attribute.title, attribute.derivation) for attribute in new.declared_attributes.values()]
        names = [title for title, made in derived if made and any(_of_table(one, change.after.id) for one in within(made.expression))]
        return f"; for {joined([f'“{name}”' for name in names])}" if names else "; looked up nowhere"
    if change.others:
        names = [f"“{one.label}”" if isinstance(one, LookupTable) else in_sentence(one.title) for one in change.others]
        return f"; so too of {joined_some(names, _NAMED)}"
    if change.what is not ChangeSubject.POLICY or change.field == "roles":
        return ""
    titles = [(new.roles.get(role) or old.roles[role]).title for role in change.roles]
    return f"; for {joined(titles)}" if titles else "; for no role"


def _of_table(expression: Expression, table: str) -> bool:
    return isinstance(expression, Lookup) and expression.table == table


def _entry_words(entries: tuple[TableEntry | None, TableEntry | None], types: tuple[ValueType, ValueType]) -> str:
    """Say what a row or band gave and gives: `row 3: 6 → 7`, `at least 0 and below 5 → at least 0 and below 4, which gives 1`."""
    before, after = entries
    shown = [_NOTHING if entry is None else type_.show(entry.gives, unit=False) for entry, type_ in zip(entries, types, strict=True)]
    either = after or before
    if either is None or either.band is None:
        return f"row {'' if either is None else either.key}: {shown[0]} {ARROW} {shown[1]}"
    stretches = [_NOTHING if entry is None or entry.band is None else _stretch_words(entry.band) for entry in entries]
    if before is None or after is None or stretches[0] == stretches[1]:
        return f"{stretches[1] if after else stretches[0]}: {shown[0]} {ARROW} {shown[1]}"
    gives = shown[1] if shown[0] == shown[1] else f"{shown[0]} {ARROW} {shown[1]}"
    return f"{stretches[0]} {ARROW} {stretches[1]}, which gives {gives}"


def _stretch_words(band: TableBand) -> str:
    """Say which numbers fall into a band: `at least 0 and below 5`."""
    low = None if band.lowest is None else f"{'at least' if band.includes_lowest else 'above'} {show_number(band.lowest)}"
    high = None if band.highest is None else f"{'at most' if band.includes_highest else 'below'} {show_number(band.highest)}"
    return joined([end for end in (low, high) if end]) or "every number"


def name_words(change: Change, old: Pack, new: Pack) -> str:
    """Name what a change is about as the reader knows it."""
    thing = change.after or change.before
    match thing:
        case Criterion() | Policy() | Attribute() | Role() | Track() | Document():
            return thing.title
        case Move():
            ends = [new.roles.get(end) or old.roles.get(end) for end in (thing.origin, thing.to)]
            return f"{f' {ARROW} '.join(role.title if role else '' for role in ends)}"
        case Band():
            return f"Verdict {thing.verdict}{f' of {change.track.title}' if change.track else ''}"
        case NamedCondition() | LookupTable():
            return f"“{thing.label}”"
    return "Pack"


def _said(change: Change, old: Pack, new: Pack) -> str:
    if change.aspect in {Aspect.ADDED, Aspect.REMOVED}:
        words = _whole(change.after or change.before, new if change.after else old)
        return f"{change.aspect}{f': {words}' if words else ''}"
    if change.aspect is Aspect.RENAMED:
        return _renamed_words(change)
    if isinstance(change.before, Policy) and isinstance(change.after, Policy):
        return f"holds for {scope_words(change.before, old)} {ARROW} {scope_words(change.after, new)}"
    if change.part is not None:
        return _FIELDS.get(change.field, "") + _part_words(change, change.part, old, new)
    if change.entries is not None and isinstance(change.before, LookupTable) and isinstance(change.after, LookupTable):
        return _entry_words(change.entries, (change.before.type, change.after.type))
    return _field_words(change, old, new)


def _renamed_words(change: Change) -> str:
    if isinstance(change.before, Attribute) and isinstance(change.after, Attribute) and change.field:
        now = change.key.rpartition(".")[2]
        was = [*change.before.type.fields][[*change.after.type.fields].index(now)]
        return f"a field of its entries is renamed, {was} {ARROW} {now}"
    before, after = (thing.verdict if isinstance(thing, Band) else getattr(thing, "id", "") for thing in (change.before, change.after))
    return f"renamed, {before} {ARROW} {after}"


def _whole(thing: object, pack: Pack) -> str:
    """Say what a thing that came or went asks for."""
    match thing:
        case Criterion() | Policy():
            criterion = thing if isinstance(thing, Criterion) else thing.criterion
            return f"{condition_words(criterion.when, pack.attributes)} ({counts_words(criterion)})"
        case NamedCondition():
            return condition_words(thing.when, pack.attributes)
        case Move():
            where = f" where: {condition_words(thing.when, pack.attributes)}" if thing.when else ""
            return f"{thing.kind}{where}"
        case Band():
            return band_words(thing)
        case Role():
            words = role_words(thing)
            criteria = f"{len(thing.criteria)} criteria" if thing.judged else ""
            return ", ".join(part for part in (words, criteria) if part)
    return ""


def _part_words(change: Change, part: PartChange, old: Pack, new: Pack) -> str:
    if change.what is ChangeSubject.VERDICT:
        return f"{_band_part(part.before, part)} {ARROW} {_band_part(part.after, part)}"
    before, after = part.before, part.after
    if part.turn is Turn.TEST and isinstance(before, AttributeTest) and isinstance(after, AttributeTest):
        title = in_sentence(new.attributes[after.attribute].title)
        return f"{title}, {asked_words(before, old.attributes)} {ARROW} {asked_words(after, new.attributes)}"
    if part.turn is Turn.COUNT and isinstance(before, AtLeastOf) and isinstance(after, AtLeastOf):
        return f"at least {_enough(before, ' of its alternatives')} {ARROW} at least {_enough(after)}"
    words = [_NOTHING if one is None else condition_words(one, pack.attributes) for one, pack in ((before, old), (after, new))]
    if part.turn is Turn.ADDED:
        return _ASKED[part.within][0].format(words[1])
    return _ASKED[part.within][1].format(words[0]) if part.turn is Turn.REMOVED else f"{words[0]} {ARROW} {words[1]}"


def _enough(condition: AtLeastOf, of: str = "") -> str:
    """Say how many alternatives have to hold: 3 of them, or 80 % of them with how many that is."""
    if condition.share is None:
        return f"{condition.count}{of}"
    return f"{part_words(condition.share)}{of} ({condition.count} of {len(condition.parts)})"


def _band_part(condition: Condition | None, part: PartChange) -> str:
    if condition is None:
        return _NOTHING if part.turn in {Turn.ADDED, Turn.REMOVED} else "everything else"
    return band_words(Band(verdict="", when=condition, span=condition.span))


def _field_words(change: Change, old: Pack, new: Pack) -> str:
    if change.field == "order":
        return f"the order of {'verdicts' if change.what is ChangeSubject.VERDICT else 'moves'} is another one"
    before, after = (getattr(thing, change.field) for thing in (change.before, change.after))
    if change.field in _FIELD_WORDS:
        return _FIELD_WORDS[change.field](before, after)
    if change.field in _AS_A_WHOLE:
        return f"{_KEYS.get(change.field, change.field)} {_event(before, after)}"
    name = _KEYS.get(change.field, change.field)
    return f"{name} {_shown(change.before, before, old)} {ARROW} {_shown(change.after, after, new)}"


def _own_verdicts(before: tuple[Band, ...], after: tuple[Band, ...]) -> str:
    own = "; ".join(f"{band.verdict}: {band_words(band)}" for band in after or before)
    return f"has verdicts of its own: {own}" if after else f"has the pack’s verdicts, and no longer its own: {own}"


def _event(before: object, after: object) -> str:
    return "added" if before in (None, {}) else "removed" if after in (None, {}) else "changed"


def _shown(thing: object, value: Any, pack: Pack) -> str:  # noqa: ANN401 - whatever a key may hold
    if value is None or value == ():
        return _NOTHING
    if isinstance(thing, Attribute) and not isinstance(value, bool | tuple) and value is not None:
        return value_words(thing, value) if not isinstance(value, str) or thing.type.options else f"“{value}”"
    if isinstance(value, tuple):
        return ", ".join(_entry(one, pack) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "denominator"):
        return show_number(value)
    return f"“{value}”" if " " in str(value) else str(value)


def _entry(one: Any, pack: Pack) -> str:  # noqa: ANN401 - a name or a tie-breaker
    return one if isinstance(one, str) else f"{pack.attributes[one.attribute].title} ({one.prefer} first)"


def _type_words(before: ValueType, after: ValueType) -> str:
    if before.kind is not after.kind:
        return f"{before.kind.one} {ARROW} {after.kind.one}"
    pairs: Mapping[str, Callable[[ValueType], str]] = {
        "range": _range,
        "options": lambda value_type: joined(value_type.options) or _NOTHING,
        "unit": lambda value_type: value_type.unit or _NOTHING,
        "precision": lambda value_type: str(value_type.precision),
    }
    told = [f"{name} {show(before)} {ARROW} {show(after)}" for name, show in pairs.items() if show(before) != show(after)]
    return "; ".join(told) or "its entries have other fields"


def _range(value_type: ValueType) -> str:
    return value_type.range_words() if value_type.ranged else "any"


def places_words(places: tuple[Span | None, Span | None]) -> str:
    """Name the places on both sides by file and line."""
    return f" {ARROW} ".join(f"{span.path}:{span.line}" for span in places if span is not None)


_FIELD_WORDS: Mapping[str, Callable[[Any, Any], str]] = {
    "bands": _own_verdicts,
    "policy": lambda _, after: (
        "is now said once, as a policy in pack.yaml" if after else "is now a criterion of the role itself, and no policy"
    ),
    "required": lambda _, after: "is now required" if after else "is no longer required",
    "type": _type_words,
}
