"""Profiles for a blind panel: without name, id, notes and groups, and with texts that say nothing of who it is, as far as rules can tell.

Names, employers, addresses and words of gender and family are taken out. What else looks telling is left and pointed out; what cannot be
found by rule, a nickname or a project that everybody knows, somebody has to read for before it goes out.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import attrs

from evaluator.candidates.case.name_words import LEGAL, folded, words_of
from evaluator.candidates.case.names import Hit, Kind, Names, PackWords, names_of, opens_sentence, possessive, starts_sentence
from evaluator.candidates.case.telling_words import HONORIFIC, LEFT_OUT, SWAPS
from evaluator.core.model import Evidence, Pack, Profile
from evaluator.core.results import Evaluation
from evaluator.core.values import Atom, PartialDate, Value, ValueType
from evaluator.core.values import Kind as ValueKind
from evaluator.diagnostics import Span
from evaluator.report.words import sentence_case

CANDIDATE = "the candidate"
EMPLOYER = "[employer]"
NAME, PLACE, ADDRESS, LINK = "name", "employer", "address", "link"
_PLACES = words_of(
    """academy arbeitgeber client college company employer employeur empleador empresa entreprise firm firma hochschule institute
    institution organisation organization school société universidad université university universität unternehmen workplace"""
)
"""Words in the names of fields that say where somebody was."""
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.|mailto:)\S+|\S+@\S+\.\S+|(?<![\w@])@[\w.-]*\w"
    r"|(?<![\w@.-])(?:[a-z0-9][a-z0-9-]*\.)+(?:com|org|net|io|de|at|ch|fr|es|it|nl|be|eu|uk|se|no|dk|fi|pl|pt|ie|in|jp|cn|au|ca|us|co|ai|app|dev|info|biz|me)"
    r"(?:/\S*)?(?![\w-])",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"[.,;:!?)\]}>’”\"']+$")
_INITIALS_BEFORE = re.compile(r"(?<![^\W_])((?:[^\W\d_]\.[\s\-]*)+)$")
_INITIALS_AFTER = re.compile(r",?\s*((?:[^\W\d_]\.[\s\-]?)*[^\W\d_]\.)(?![^\W_])|,\s*([A-Z]{1,3})(?![^\W_])")
_INITIALS = re.compile(r"(?<![^\W_])(?:[^\W\d_a-z]\.[\s\-]?){1,4}[^\W\d_a-z]\.(?![^\W_])")
_TITLE_BEFORE = re.compile(
    r"(?<!\w)(?:(?:Mrs?|Ms|Miss|Mx|Sir|Madam|Dame|Dr|Prof|Herrn?|Frau|Mme|Mlle|M|Madame|Monsieur|Señora?|Sra?|Don|Doña)\b\.?\s+)+$"
)
_DETERMINER = re.compile(r"(?<!\w)(the|this|that|our|my|your|their|its|a|an)\s+$", re.IGNORECASE)


_FORM = re.compile(r"(?:,?\s+|\s*&\s*)((?:[A-Za-z]\.?){1,4}|[A-Z][a-z]+)(?![^\W_])\.?")
_NEAR = 40
"""So many letters before a name can be initials and forms of address."""


@attrs.frozen(kw_only=True)
class Swapped:
    """A text as it was and as a panel reads it, what was replaced by kind, and where in the profile it stands."""

    before: str
    after: str
    counts: Mapping[str, int]
    span: Span


@attrs.frozen(kw_only=True)
class _Change:
    start: int
    end: int
    instead: str
    kind: str


@attrs.frozen(slots=False, kw_only=True)
class Redactor:
    """Takes out of one person's texts what says who that is, and remembers what it took out of each; `who` is said instead."""

    profile: Profile
    pack: Pack
    who: str = CANDIDATE
    swapped: list[Swapped] = attrs.field(factory=list, init=False, eq=False)

    def over(self, evaluation: Evaluation) -> Evaluation:
        """Return an evaluation whose profile tells nobody who it is about; verdicts and the profile's hash stay as they are."""
        profile = evaluation.profile
        shown = attrs.evolve(
            profile,
            id=self.who,
            name=None,
            notes=None,
            groups={},
            given=self.values(profile.given),
            evidence={name: tuple(map(self.item, items)) for name, items in profile.evidence.items()},
        )
        return attrs.evolve(evaluation, profile=shown, facts=self.values(evaluation.facts))

    def item(self, item: Evidence) -> Evidence:
        """Return an item of evidence that names neither the person nor an employer; its link is left out, for addresses name people."""
        confirmed = None if item.confirmed_by is None else self._kept(item.confirmed_by, item.span)
        what = self._kept(item.what, item.span)
        if item.link is not None:
            self.swapped.append(attrs.evolve(self.swapped[-1], counts={LINK: 1}))
        return attrs.evolve(item, what=what, confirmed_by=confirmed, link=None)

    def values(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return values with the texts in records, the only ones there are, made blind; where somebody was is left out whole."""
        return {
            name: tuple(
                {field: self._atom(field, found, self.pack.attributes[name].type.fields.get(field)) for field, found in record.items()}
                for record in value
            )
            if isinstance(value, tuple)
            else value
            for name, value in values.items()
        }

    def _atom(self, name: str, value: Atom | PartialDate, type_: ValueType | None) -> Atom | PartialDate:
        if not isinstance(value, str) or (type_ is not None and type_.kind is not ValueKind.TEXT):
            return value
        return LEFT_OUT if _is_place(name) else self._kept(value, self.profile.span)

    def _kept(self, text: str, span: Span) -> str:
        found = self.swap(text)
        self.swapped.append(Swapped(before=text, after=found[0], counts=found[1], span=span))
        return found[0]

    def text(self, text: str) -> str:
        """Return a text without names, addresses, forms of address, employers, and words of gender and family."""
        return self.swap(text)[0]

    def swap(self, text: str) -> tuple[str, Counter[str]]:
        """Return a text made blind, and how much was replaced by kind; a text that says nothing telling comes back as it is."""
        changes = self._changes(text)
        made, last = [], 0
        for change in changes:
            made += [text[last : change.start], _fitting(change, text)]
            last = change.end
        made.append(text[last:])
        return _articles("".join(made), text, changes), Counter(one.kind for one in changes)

    def maybe(self, text: str) -> list[str]:
        """Return words of a text that could be names, and were left as the ordinary words that they are too."""
        return self._names.maybe(text)

    def is_phrase(self, text: str) -> bool:
        """Whether the pack calls something so."""
        return folded(text) in _words_of(self.pack).phrases

    def mentions(self, text: str) -> bool:
        """Whether a text, such as the name of a file, names the person or an employer."""
        return bool(self._names.find(text))

    def _changes(self, text: str) -> list[_Change]:
        changes: list[_Change] = []
        for match in _ADDRESS.finditer(text):
            end = match.start() + len(_TRAILING.sub("", match[0]))
            _add(changes, _Change(start=match.start(), end=end, instead=LEFT_OUT, kind=ADDRESS))
        for mention in self._mentions(text):
            _add(changes, mention)
        for match in _INITIALS.finditer(text):
            letters = folded(match[0])
            if letters in self._names.initials:
                _add(changes, _Change(start=match.start(), end=match.end(), instead=self.who, kind=NAME))
        own = self._names.phrases_in(text)
        for match in HONORIFIC.finditer(text):
            _add(changes, _Change(start=match.start(), end=match.end(), instead="", kind="gender"))
        for swap in SWAPS:
            for match in swap.pattern.finditer(text):
                if any(start <= match.start() and match.end() <= end for start, end in own):
                    continue
                if swap.lower and text[match.start()].isupper() and not starts_sentence(text, match.start()):
                    continue
                instead = swap.instead.replace("{who}", self.who).replace("{1}", match[1] if match.re.groups else "")
                _add(changes, _Change(start=match.start(), end=match.end(), instead=instead, kind=swap.kind))
        return changes

    def _mentions(self, text: str) -> Iterator[_Change]:
        """Yield names: what belongs to one mention of the person as one, with initials and forms of address."""
        groups = list(self._mention_groups(self._names.find(text), text))
        for hits, following in itertools.zip_longest(groups, groups[1:]):
            start, end, limit = hits[0].start, hits[-1].end, following[0].start if following else len(text)
            ending = ""
            if hits[-1].genitive:
                ending = "’s"
            elif letters := possessive(text, end):
                ending = text[end : end + letters] if letters > 1 else "’s"
                end += letters
            if hits[0].kind is Kind.EMPLOYER:
                while not ending and (legal := _legal(text, end)):
                    end += legal
                    letters = possessive(text, end)
                    ending, end = text[end : end + letters], end + letters
                yield _Change(start=start, end=end, instead=EMPLOYER + ending, kind=PLACE)
                continue
            start, after = self._start(text, start), end if ending else self._end(text, end, limit)
            yield _Change(start=start, end=after, instead=self.who + ending, kind=NAME)

    def _mention_groups(self, hits: list[Hit], text: str) -> Iterator[list[Hit]]:
        group: list[Hit] = []
        for hit in hits:
            if group and self._continues(group[-1], hit, text[group[-1].end : hit.start]):
                group.append(hit)
            else:
                if group:
                    yield group
                group = [hit]
        if group:
            yield group

    def _continues(self, before: Hit, hit: Hit, between: str) -> bool:
        """Whether a hit goes on with the mention before it: `Ada B. Lindqvist`, and `Lindqvist, Ada`."""
        if before.kind is not hit.kind or before.genitive:
            return False
        if hit.kind is Kind.EMPLOYER:
            return re.fullmatch(r"[\s\-_./&+]{1,3}|", between) is not None
        if re.fullmatch(r",\s*", between):
            return hit.key in self._names.first and before.key not in self._names.first
        return re.fullmatch(r"[\s.\-_'’]*(?:[^\W\d_]\.?[\s.\-_]+){0,3}", between) is not None

    def _start(self, text: str, start: int) -> int:
        """Return where a mention begins, with initials and forms of address before it."""
        match = _INITIALS_BEFORE.search(text, max(0, start - _NEAR), start)
        if match and self._initial(re.findall(r"[^\W\d_]", match[1])):
            start = match.start()
        title = _TITLE_BEFORE.search(text, max(0, start - _NEAR), start)
        return title.start() if title else start

    def _initial(self, letters: Iterable[str]) -> bool:
        """Whether one of some letters is an initial of the person."""
        own = {letter for initial in self._names.initials for letter in initial}
        return any(folded(letter)[:1] in own for letter in letters)

    def _end(self, text: str, end: int, limit: int) -> int:
        """Return where a mention ends, with initials behind it: `Lindqvist, A.`, `LINDQVIST A.M.`; the next one begins at the limit."""
        match = _INITIALS_AFTER.match(text, end)
        if match is None or match.end() > limit:
            return end
        letters = re.findall(r"[^\W\d_]", match[1] or match[2])
        if not self._initial(letters):
            return end
        ends_sentence = text[match.end() - 1] == "." and (match.end() == len(text) or text[match.end() :].lstrip()[:1].isupper())
        return match.end() - 1 if ends_sentence else match.end()

    @cached_property
    def _names(self) -> Names:
        return names_of(self.profile.name, self.profile.id, set(_employers(self.profile)), _words_of(self.pack))


def _legal(text: str, end: int) -> int:
    """Return how many letters from a place on are a legal form that belongs to the name before it."""
    match = _FORM.match(text, end)
    if match is None or not match[1][0].isupper() or folded(match[1]) not in LEGAL:
        return 0
    following = _FORM.match(text, match.end())
    more = following is not None and folded(following[1]) in LEGAL
    after = text[match.end() : match.end() + 9].lstrip()[:1]
    ends = match[0].endswith(".") and not more and (not after or after.isupper())
    return match.end() - end - ends


def _add(changes: list[_Change], change: _Change) -> None:
    """Take a change into those there are, in their order, unless another has its place already."""
    index = bisect.bisect_left(changes, change.start, key=lambda other: other.start)
    before_fits = index == 0 or changes[index - 1].end <= change.start
    if before_fits and change.start < change.end and (index == len(changes) or change.end <= changes[index].start):
        changes.insert(index, change)


def _fitting(change: _Change, text: str) -> str:
    """Return a replacement as it reads there: with a capital at the start of a sentence, and set off from letters beside it."""
    instead = change.instead
    if instead and text[change.start].isupper() and opens_sentence(text, change.start):
        instead = sentence_case(instead)
    before = " " if instead and change.start and text[change.start - 1].isalnum() else ""
    after = " " if instead and text[change.end : change.end + 1].isalnum() else ""
    return before + instead + after


def _articles(made: str, text: str, changes: list[_Change]) -> str:
    """Mend articles before replacements: no `the the`, and `a` or `an` as the replacement begins."""
    if not changes:
        return text
    made = re.sub(r"\b(the|our|my|your|their|its)\s+the candidate\b", r"\1 candidate", made, flags=re.IGNORECASE)
    made = re.sub(r"\b(a)n?\s+the candidate\b", r"\1 candidate", made, flags=re.IGNORECASE)
    made = re.sub(r"\b(a)(\s+\[employer\])", r"\1n\2", made, flags=re.IGNORECASE)
    return made if made[:1] != " " or text[:1] == " " else made.lstrip()


def _words_of(pack: Pack) -> PackWords:
    key = (pack.folder, pack.content_hash)
    if key not in _KNOWN:
        _KNOWN.clear()
        _KNOWN[key] = PackWords.of(_phrases(pack), _prose(pack))
    return _KNOWN[key]


_KNOWN: dict[tuple[str, str], PackWords] = {}
"""The words of the pack that was asked for last: thirty candidates of a comparison share them."""


def _is_place(name: str) -> bool:
    words = re.split(r"[\W_]+", name.casefold())
    return words[-1] in _PLACES or (words[-1] == "name" and len(words) > 1 and words[-2] in _PLACES)


def _employers(profile: Profile) -> Iterator[str]:
    """Yield every employer and school that the profile names in a field of its own."""
    for value in profile.given.values():
        for record in value if isinstance(value, tuple) else ():
            yield from (found for field, found in record.items() if _is_place(field) and isinstance(found, str) and found.strip())


def _phrases(pack: Pack) -> Iterator[str]:
    """Yield what the pack calls things: roles, attributes, options, tracks, criteria."""
    for role in pack.roles.values():
        yield from (role.title, *role.also, *(criterion.title for criterion in role.criteria))
    for attribute in pack.attributes.values():
        yield from (attribute.title, *attribute.also)
        for type_ in (attribute.type, *attribute.type.fields.values()):
            yield from (option.replace("-", " ").replace("_", " ") for option in type_.options)
    yield from (track.title for track in pack.tracks)


def _prose(pack: Pack) -> Iterable[str]:
    """Yield sentences of the pack, in which ordinary words stand in small letters."""
    yield from _phrases(pack)
    yield from (attribute.question for attribute in pack.attributes.values() if attribute.question)
    for role in pack.roles.values():
        yield from (role.summary or "", *(criterion.advice or "" for criterion in role.criteria))
