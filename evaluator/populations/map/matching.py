"""Which column is which: by its name first, then by what stands in it; what is no more than likely is named, and left to people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.groups import is_group_fact
from evaluator.core.model import Pack
from evaluator.core.text import fold_name
from evaluator.core.values import Kind, clip
from evaluator.populations.map.survey import Column, Survey
from evaluator.reading.profile.profile import meant_option, several_options
from evaluator.reading.tables.cell_values import CellReader
from evaluator.reading.tables.columns import Vocabulary
from evaluator.reading.tables.likely_columns import content_words, likely_maps, name_parts
from evaluator.reading.tables.meanings import ATTRIBUTE, GROUP, ID, NAME, OWN, ROLE
from evaluator.reading.tables.model import Misfit
from evaluator.report.words import counted, joined

_GENERAL = frozenset(
    ("year", "month", "number", "date", "level", "rating", "score", "total", "count", "type", "value", "name", "title", "current", "last")
)
"""Words that many names share, and that say nothing of what a column is about."""
_OF_GROUP = "a fact of people's groups, which no verdict reads"
_NEARLY = 0.8
_MOST_CANDIDATES = 4
_SEVERAL = 2
_MANY = 3
_BEGINS, _ENDS = re.compile(r"[^:>|/]+?(?:: *| - | *> *| *[|] *| */ *)(?=\S)"), re.compile(r" *(?:\([^()]*\)|\[[^\[\]]*\]| - \S+)$")
_NUMERAL = re.compile(r"[-0-9.,/%' ]+")
_ID = re.compile(r"[\w.-]*[0-9][\w.-]*")


@attrs.frozen(kw_only=True)
class Match:
    """What a column is proposed to be: a meaning or nothing, and why; `is_said` where a mapping or an option says it already."""

    column: Column
    target: str | None
    reason: str
    is_said: bool = False
    group: str | None = None
    """The fact of people's groups that it is, as a mapping would say it."""


@attrs.define(kw_only=True)
class Matcher:
    """Matches the columns of a table with what they can mean, each meaning once."""

    pack: Pack
    words: Vocabulary
    survey: Survey
    _taken: set[str] = attrs.field(factory=set, init=False)

    def matched(self) -> list[Match]:
        """Return what each column is, in the table's order."""
        columns = self.survey.columns
        around = _shared_around([column.name for column in columns])
        found = {place: match for place, column in enumerate(columns) if (match := self._by_exact_name(column)) is not None}
        for place, column in enumerate(columns):
            if place not in found and (match := self._without_shared(column, around.get(column.name))) is not None:
                found[place] = match
        rest = [column.name for place, column in enumerate(columns) if place not in found]
        likely = likely_maps(rest, self.words.names, {meaning.removeprefix(ATTRIBUTE) for meaning in self._taken})
        for place, column in enumerate(columns):
            target = None if place in found else likely.get(column.name)
            if target is not None and not self._is_other_set(column, target):
                reason = "by its name" if target in OWN else f"by its name, which has the words of {target}"
                found[place] = self._taking(column, target if target in OWN else ATTRIBUTE + target, reason)
        found |= self._name_parts([column for place, column in enumerate(columns) if place not in found])
        for place, column in enumerate(columns):
            if place not in found:
                found[place] = self._by_values(column)
        return [found[place] for place in range(len(columns))]

    def _is_other_set(self, column: Column, target: str) -> bool:
        """Whether a column that sounds like a set holds none of its options, as the department of a person is none they worked with."""
        attribute = self.pack.attributes.get(target)
        if attribute is None or attribute.kind is not Kind.SET:
            return False
        type_ = attribute.type
        return not any(meant_option(type_, text) in type_.options or several_options(type_, text) for text in column.stating)

    def _taking(self, column: Column, meaning: str, reason: str, *, is_said: bool = False) -> Match:
        self._taken.add(meaning)
        return Match(column=column, target=meaning, reason=reason, is_said=is_said)

    def _by_exact_name(self, column: Column) -> Match | None:
        meaning, key = self.words.meaning(column.name), fold_name(column.name)
        if key in self.words.unread:
            return Match(column=column, target=None, reason="not to be read, as the mapping says", is_said=True)
        if is_group_fact(column.name) and not (meaning or "").startswith(ATTRIBUTE):
            group = meaning or f"{GROUP}{clip(fold_name(column.name)).replace(' ', '_')}"
            return Match(column=column, target=None, reason=_OF_GROUP, group=group)
        if meaning is None or (meaning in self._taken and not (meaning == NAME and key in self.words.mapped)):
            return None
        if key in self.words.mapped:
            return self._taking(column, meaning, "as the mapping says", is_said=True)
        attribute = self.pack.attributes.get(meaning.removeprefix(ATTRIBUTE)) if meaning.startswith(ATTRIBUTE) else None
        if attribute is None or key == fold_name(attribute.id):
            return self._taking(column, meaning, "by its name")
        what = "the title" if key == fold_name(attribute.title) else "another name"
        return self._taking(column, meaning, f"by its name, {what} of {attribute.id}")

    def _without_shared(self, column: Column, inner: str | None) -> Match | None:
        """Say what a column is by its name without what several columns have around theirs."""
        meaning = None if inner is None or is_group_fact(column.name) else self.words.meaning(inner)
        if inner is None or meaning is None or not meaning.startswith(ATTRIBUTE) or meaning in self._taken:
            return None
        around = joined([f"“{clip(part.strip())}”" for part in column.name.split(inner, 1) if part.strip()])
        return self._taking(column, meaning, f"by its name without {around}, which several have")

    def _name_parts(self, rest: Sequence[Column]) -> dict[int, Match]:
        """Say which two columns hold the parts of a name, where none holds the whole."""
        parts = None if NAME in self._taken else name_parts(column.name for column in rest)
        if parts is None:
            return {}
        places = {column.name: place for place, column in enumerate(self.survey.columns)}
        reasons = zip(parts, ("given", "family"), strict=True)
        return {
            places[name]: self._taking(self.survey.columns[places[name]], NAME, f"by its name, the {part} name") for name, part in reasons
        }

    def _by_values(self, column: Column) -> Match:
        """Say what a column may be by what stands in it: taken where just one thing fits, named where several may."""
        if not column.stating:
            return Match(column=column, target=None, reason="nothing stands in it")
        if ROLE not in self._taken and self._holds_roles(column):
            return self._taking(column, ROLE, "by its values, most of them titles of the pack's roles")
        apart = [one for one in self.survey.columns if _tells_apart(one, self.survey)]
        if ID not in self._taken and apart == [column]:
            return self._taking(column, ID, "by its values, as it alone has another one in every row")
        free = [one for one in self.pack.declared_attributes.values() if one.may_be_given and ATTRIBUTE + one.id not in self._taken]
        near = {one.id: _nearness(column.name, one) for one in free}
        fitting = [one.id for one in free if _fits(column, one)]
        reader = CellReader(pack=self.pack, dates="dmy")
        may_be = {one.id for one in free if near[one.id] and _may_be(column, one, reader)}
        named = sorted(may_be, key=lambda name: (-near[name], name))
        likely = [name for name in named if name in fitting] or fitting
        if len(likely) == 1 or (len(likely) >= _SEVERAL and near[likely[0]] > near[likely[1]]):
            why = "its name and its values" if near[likely[0]] else "its values"
            number = counted(len(column.stating), "word")
            return self._taking(column, ATTRIBUTE + likely[0], f"by {why}: all {number} in it are of {likely[0]}")
        perhaps = (likely or named)[:_MOST_CANDIDATES]
        if perhaps:
            why = "its words are of each" if fitting else "the name is like it"
            return Match(column=column, target=None, reason=f"perhaps {joined(perhaps, last='or')}: {why}; say which, if any")
        return Match(column=column, target=None, reason="nothing in the pack is called so, or has such values")

    def _holds_roles(self, column: Column) -> bool:
        stating = column.stating
        roles = sum(rows for text, rows in stating.items() if self.pack.find_role(text) is not None)
        return roles * 2 > sum(stating.values())


def _shared_around(names: Sequence[str]) -> dict[str, str]:
    """Return names without a beginning or an end that several of them share, such as `Skill: ` and ` (1-5)`; only those that have one."""
    begins = {name: found[0] for name in names if (found := _BEGINS.match(name))}
    ends = {name: found[0] for name in names if (found := _ENDS.search(name))}
    inner: dict[str, str] = {}
    for name in names:
        begin, end = begins.get(name, ""), ends.get(name, "")
        begin = begin if [*begins.values()].count(begin) >= _MANY else ""
        end = end if [*ends.values()].count(end) >= _MANY else ""
        if (begin or end) and (rest := name.removeprefix(begin).removesuffix(end).strip()):
            inner[name] = rest
    return inner


def _tells_apart(column: Column, survey: Survey) -> bool:
    """Whether each row has another text, of one word with a digit in it, as ids are."""
    is_unique = not column.crowded and len(column.texts) == sum(column.texts.values()) == survey.rows
    return is_unique and survey.rows >= _SEVERAL and all(_ID.fullmatch(text) for text in column.texts)


def _fits(column: Column, attribute: Attribute) -> bool:
    """Whether all words of a column, at least two, are options of an attribute."""
    type_, stating = attribute.type, column.stating
    if column.crowded or len(stating) < _SEVERAL or not type_.options:
        return False
    return all(meant_option(type_, text) in type_.options or several_options(type_, text) for text in stating)


def _may_be(column: Column, attribute: Attribute, reader: CellReader) -> bool:
    """Whether a column's texts can be values of an attribute: at least half of them, or of one with options, words at all."""
    stating = column.stating
    if attribute.type.options:
        return any(not _NUMERAL.fullmatch(text) for text in stating)
    read = sum(not isinstance(reader.attribute(attribute, text), Misfit) for text in stating)
    return read * 2 >= len(stating)


def _nearness(name: str, attribute: Attribute) -> float:
    """How near a column's name is to those of an attribute: nearly the same letters, or the share of telling words that both have."""
    own, best = {*content_words(name)} - _GENERAL, 0.0
    for other in (attribute.title, attribute.id, *attribute.also):
        theirs: Mapping[str, None] = dict.fromkeys(word for word in content_words(other) if word not in _GENERAL)
        ratio = difflib.SequenceMatcher(None, fold_name(name), fold_name(other)).ratio()
        shared = len(own & theirs.keys()) / len(own | theirs.keys()) if own | theirs.keys() else 0.0
        best = max(best, ratio if ratio >= _NEARLY else 0.0, shared)
    return best
