"""Names of degrees, subjects, certificates and skills → values of the pack's attributes, where the pack knows the names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath

import attrs

from evaluator.candidates.profile.drafting.draft import Proposal, Statement
from evaluator.candidates.profile.importing.exported import ExportedText, place_words
from evaluator.candidates.profile.importing.names import Names
from evaluator.candidates.profile.importing.report import ImportNotes
from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack
from evaluator.core.text import first_words
from evaluator.core.values import Kind
from evaluator.reading.pack.imports import ListRules

_PARTS = re.compile(r"\s+[-–—|/]\s+|[,;]\s+|\s+in\s+|\s*\(|\)\s*|:\s+")
_SHOWN = 12


@attrs.frozen(kw_only=True)
class OptionMatch:
    """A name of an export and the option that it stands for."""

    option: str
    said: ExportedText


class Listed:
    """Matches the names of one section with the options of the attribute that it fills."""

    def __init__(self, pack: Pack, rules: ListRules) -> None:
        self.attribute: Attribute = pack.attributes[rules.attribute]
        self.rules = rules
        options = self.attribute.type.options
        named = ((option, (option, *rules.names.get(option, ()))) for option in options)
        self.names = Names.of(named, {option: _worded(option) for option in options})

    def find(self, text: str) -> str | None:
        """Return the option that a text stands for, whole or by parts that all stand for the same; None otherwise."""
        whole = self.names.find(text)
        if whole is not None:
            return whole
        found = {option for part in _PARTS.split(text) if part and (option := self.names.find(part)) is not None}
        return found.pop() if len(found) == 1 else None

    def matched(self, names: Iterable[ExportedText], import_notes: ImportNotes, what: str) -> tuple[list[OptionMatch], list[ExportedText]]:
        """Return the names that stand for options, and those that stand for none, which are told: what they are is not known.

        A name that the pack's option for all others stands for is matched, and yet is not known to be none of the options.
        """
        option_matches: list[OptionMatch] = []
        unknown: list[ExportedText] = []
        for name in names:
            option = self.find(name.text)
            if option is None:
                unknown.append(name)
                option = self.rules.otherwise
            if option is not None:
                option_matches.append(OptionMatch(option=option, said=name))
            if option is None or name in unknown:
                why = f"no option of {self.attribute.id} has this name{f', so it counts as {option}' if option else ''}"
                import_notes.leave(f"{what} “{name.text}”", why, name.span, self.names.close(name.text))
        return option_matches, unknown

    def stated(self, option_matches: list[OptionMatch], import_notes: ImportNotes, lacks: str) -> tuple[Statement | None, Proposal | None]:
        """Return a set of what was found: stated where it counts as the whole and `lacks` no item, else put forward.

        Where the pack assumes less of whoever states nothing, to put it forward would count against the person: then it is stated.
        """
        if not option_matches:
            return None, None
        members = frozenset(option_match.option for option_match in option_matches)
        named = origins(option_matches)
        listed = ", ".join(option for option in self.attribute.type.options if option in members)
        assumed = self.attribute.absent_means
        taken = isinstance(assumed, frozenset) and assumed <= members
        why = lacks or ("" if self.rules.complete else "an export lists only some")
        if why:
            import_notes.ask(f"{self.attribute.id}: {listed}", f"{why}; complete the list in the profile")
        if taken or not why:
            note = f"from {named}{f'; {why}' if why else ''}; add what is missing: what is not listed counts as not there"
            return Statement(attribute=self.attribute.id, value=members, note=note), None
        note = f"from {named}; {why}: complete the list before you take it, for what is not listed counts as not there"
        return None, Proposal(attribute=self.attribute.id, value=members, note=note)


def _worded(option: str) -> str:
    return option.replace("-", " ").replace("_", " ").capitalize() if option.islower() else option


def origins(option_matches: Iterable[OptionMatch]) -> str:
    """Name the texts that stand behind options, the first of them, with their file."""
    said = list(dict.fromkeys(f"“{option_match.said.text}”" for option_match in option_matches))
    places = list(dict.fromkeys(PurePath(option_match.said.span.path).name for option_match in option_matches))
    return f"{first_words(said, _SHOWN)} ({', '.join(places)})"


def scale_proposals(pack: Pack, skills: Iterable[ExportedText], taken: Mapping[str, object], import_notes: ImportNotes) -> list[Proposal]:
    """Return the scales that a skill names: an export says that somebody has a skill, and not how far it goes."""
    scales = [one for one in pack.attributes.values() if one.kind is Kind.SCALE and one.may_be_given]
    names = Names.of((scale.id, (scale.id, scale.title, *scale.also)) for scale in scales)
    exported_texts: dict[str, ExportedText] = {}
    for exported_text in skills:
        attribute = names.find(exported_text.text)
        if attribute is not None and attribute not in taken and attribute not in exported_texts:
            exported_texts[attribute] = exported_text
    for attribute, exported_text in exported_texts.items():
        import_notes.ask(
            f"skill “{exported_text.text}”",
            f"how far does it go? It names {pack.attributes[attribute].title}, and no level of it",
            exported_text.span,
        )
    return [Proposal(attribute=name, note=_level_note(pack, name, said)) for name, said in exported_texts.items()]


def _level_note(pack: Pack, name: str, exported_text: ExportedText) -> str:
    levels = ", ".join(pack.attributes[name].type.options)
    return f"{place_words(exported_text.span)} lists the skill “{exported_text.text}” without a level; one of {levels}"
