"""Profiles for a blind panel: without name, id, pronouns, notes and groups, and without the person's name inside other texts.

What cannot be found by rule is left: a nickname, a colleague's name, a project that everybody knows. Somebody reads the case before it
goes out, and the documentation says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import attrs

from evaluator.model import Evidence, Pack, Profile
from evaluator.report.words import sentence_case
from evaluator.results import Evaluation
from evaluator.values import Atom, Kind, PartialDate, Value

CANDIDATE = "the candidate"
LEFT_OUT = "[left out]"
_ORDINARY = frozenset(
    [
        "al",
        "an",
        "art",
        "be",
        "ben",
        "bill",
        "bin",
        "brown",
        "chase",
        "da",
        "de",
        "del",
        "den",
        "der",
        "di",
        "do",
        "dawn",
        "dean",
        "drew",
        "du",
        "el",
        "faith",
        "frank",
        "grace",
        "grant",
        "green",
        "hall",
        "hill",
        "hope",
        "in",
        "iris",
        "jack",
        "jade",
        "joy",
        "june",
        "la",
        "lane",
        "le",
        "long",
        "mark",
        "may",
        "miles",
        "my",
        "no",
        "of",
        "olive",
        "page",
        "pat",
        "price",
        "ray",
        "reed",
        "rich",
        "rob",
        "rose",
        "ruby",
        "so",
        "sky",
        "stone",
        "the",
        "to",
        "van",
        "von",
        "wade",
        "west",
        "white",
        "will",
        "wood",
        "york",
        "young",
    ]
)
"""Names that are also ordinary words: in small letters they are left alone, for then they are most likely no name."""
_PLACES = frozenset(["client", "college", "company", "employer", "institution", "organisation", "organization", "school", "university"])
"""Fields of records that say where somebody was."""
_SHORTEST = 3
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.|mailto:)\S+|\S+@\S+|(?<!\w)@\w+", re.IGNORECASE)
_HONORIFIC = re.compile(r"\b(?:Mrs?|Ms|Miss|Mx|Sir|Madam|Herr|Frau)\b\.?\s+(?=[A-Z])")
_PRONOUNS = (
    (re.compile(r"\b(?:s?he|her|his)\s*/\s*(?:him|hers?|they|them)(?:\s*/\s*\w+)?\b", re.IGNORECASE), LEFT_OUT),
    (re.compile(r"\b(?:him|her)self\b", re.IGNORECASE), "in person"),
    (re.compile(r"\b(?:his|hers)\b", re.IGNORECASE), "{who}’s"),
    (re.compile(r"\bher(?=\s+\w)", re.IGNORECASE), "{who}’s"),
    (re.compile(r"\b(?:s?he|him|her)\b", re.IGNORECASE), "{who}"),
)


def blind(evaluation: Evaluation, pack: Pack, who: str = CANDIDATE) -> Evaluation:
    """Return an evaluation whose profile tells nobody who it is about; verdicts and the profile's hash stay as they are.

    `who` is what the person is called instead.
    """
    profile = evaluation.profile
    veil = Veil(profile=profile, pack=pack, who=who)
    shown = attrs.evolve(
        profile,
        id=who,
        name=None,
        notes=None,
        groups={},
        given=veil.values(profile.given),
        evidence={name: tuple(map(veil.item, items)) for name, items in profile.evidence.items()},
    )
    return attrs.evolve(evaluation, profile=shown, facts=veil.values(evaluation.facts))


@attrs.frozen(slots=False, kw_only=True)
class Veil:
    """Takes one person's name out of texts."""

    profile: Profile
    pack: Pack
    who: str = CANDIDATE

    def item(self, item: Evidence) -> Evidence:
        """Return an item of evidence without the name; its link is left out, for addresses name people."""
        confirmed = None if item.confirmed_by is None else self.text(item.confirmed_by)
        return attrs.evolve(item, what=self.text(item.what), confirmed_by=confirmed, link=None)

    def values(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return values with the name taken out of texts and of the texts in records."""
        return {name: self._value(value, self.pack.attributes[name].kind) for name, value in values.items()}

    def _value(self, value: Value, kind: Kind) -> Value:
        if isinstance(value, tuple):
            return tuple({field: self._field(field, found) for field, found in record.items()} for record in value)
        return self.text(value) if isinstance(value, str) and kind is Kind.TEXT else value

    def _field(self, field: str, value: Atom | PartialDate) -> Atom | PartialDate:
        if not isinstance(value, str):
            return value
        return LEFT_OUT if field in _PLACES else self.text(value)

    def text(self, text: str) -> str:
        """Return a text without names, addresses, forms of address, employers and pronouns."""
        plain = _ADDRESS.sub(LEFT_OUT, text)
        if self._employers is not None:
            plain = self._employers.sub(LEFT_OUT, plain)
        plain = self._without_names(_HONORIFIC.sub("", plain))
        for pronoun, instead in _PRONOUNS:
            plain = pronoun.sub(instead.format(who=self.who), plain)
        return sentence_case(plain) if text[:1].isupper() else plain

    def _without_names(self, text: str) -> str:
        if self._names is None:
            return text
        folded, places = _folded(text)
        spans = [found.span() for found in self._names.finditer(folded) if not _ordinary(found[0], text[places[found.start()]])]
        for start, end in reversed(spans):
            text = text[: places[start]] + self.who + text[places[end] :]
        return text

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        """What a name looks like: its parts one by one or together, by themselves or with initials before them."""
        whole = {_folded(name)[0] for name in (self.profile.id, self.profile.name or "") if len(name) > 1}
        longest = sorted(whole | set(self._known), key=lambda word: (-len(word), word))
        known = "|".join(map(re.escape, longest))
        return re.compile(rf"(?<!\w)(?:\w\.\s*)*(?:{known})(?:[\s.\-_]*(?:{known}))*(?!\w)") if known else None

    @cached_property
    def _known(self) -> tuple[str, ...]:
        """The words of the name, or of the id where there is none, as far as they can be part of one."""
        if self.profile.name:
            return tuple(word for word in _words(self.profile.name) if len(word) > 1 and not word.isdigit())
        return tuple(word for word in _words(self.profile.id) if len(word) >= _SHORTEST and word.isalpha())

    @cached_property
    def _employers(self) -> re.Pattern[str] | None:
        names = sorted(set(_employers(self.profile.given.values())), key=lambda name: (-len(name), name))
        return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), re.IGNORECASE) if names else None


def _words(name: str) -> list[str]:
    return [_folded(part)[0] for part in re.split(r"[\W_]+", name)]


def _employers(values: Iterable[Value]) -> Iterator[str]:
    for value in values:
        for record in value if isinstance(value, tuple) else ():
            yield from (found for field, found in record.items() if field in _PLACES and isinstance(found, str) and found.strip())


def _folded(text: str) -> tuple[str, list[int]]:
    """Return a text in small letters without accents, and for each of its letters, and its end, the place it has in the text."""
    folded, places = "", []
    for place, letter in enumerate(text):
        bare = "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one)).casefold()
        folded += bare
        places += [place] * len(bare)
    return folded, [*places, len(text)]


def _ordinary(found: str, first: str) -> bool:
    """Whether a hit is most likely no name: an ordinary word in small letters."""
    return found in _ORDINARY and first.islower()
