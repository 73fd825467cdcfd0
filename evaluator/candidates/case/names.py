"""Names in running text, in whatever spelling: a person's, and those of the employers and schools that a profile names.

A text is cut into atoms: runs of letters or digits, cut again where small letters turn into capitals. A name is found where atoms that
stand together, with at most a hyphen, an apostrophe, a space or nothing between them, give a spelling of it once case, accents and
joiners are gone: `O'Neill`, `ONEILL`, `o-neill` and `o_neill` are one name. Ordinary words and the pack's own words are taken for a name
only where they are written like one.
"""

from __future__ import annotations

import enum
import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping

import attrs

from evaluator.candidates.case.name_words import (
    ACRONYMS,
    BEFORE,
    CALENDAR,
    DOMAINS,
    GENERIC,
    JOINERS,
    LEGAL,
    MONTHS,
    ORDINARY_NAMES,
    PARTICLES,
    TITLES,
    WIDE_LEGAL,
    common_words,
    folded,
    spellings,
)

_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]*)+")
_TURN = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_BETWEEN = re.compile(r"[\s.\-_'’‘`´ʼ‐‑–&+/·]{0,3}")
_TIGHT = re.compile(r"[\-_.‐‑]")
_STOPS = frozenset(".!?\n•")
_ENDS = _STOPS | frozenset('.!?:;•\n([“„«"')
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""Letters of scripts that put no space between words."""
_POSSESSIVE = re.compile(r"['’ʼ`´]s\b", re.IGNORECASE)
_MOST_ATOMS = 12
_SHORT = 3
_INSIDE = 6
"""A name of so many letters is found within a longer word too: in a compound of German, in a handle."""


class Kind(enum.Enum):
    """Whose name it is."""

    PERSON = "person"
    EMPLOYER = "employer"


class Casing(enum.Enum):
    """How a spelling has to be written to count.

    In any way; with capitals; as a name in the midst of a sentence; with the ending of a possessive; or in capitals throughout.
    """

    ANY = "any"
    CAPITAL = "capital"
    NAME = "name"
    POSSESSIVE = "possessive"
    CAPITALS = "capitals"


@attrs.frozen(kw_only=True)
class Form:
    """A spelling of a name: whose it is, and how it has to be written.

    It may be found within a longer word where `inside` is so; where `joined`, several words give it, and as one word it is no ordinary one.
    """

    kind: Kind
    casing: Casing
    inside: bool = False
    joined: bool = False


@attrs.frozen
class Atom:
    """A run of letters or digits: where it is, and how it reads without case, accents and joiners."""

    start: int
    end: int
    key: str


@attrs.frozen(kw_only=True)
class Hit:
    """A name in a text; `parts` are the keys of its atoms, and `genitive` says that an s was taken with it."""

    start: int
    end: int
    kind: Kind
    key: str
    genitive: bool = False


def atoms(text: str) -> list[Atom]:
    """Cut a text into atoms."""
    found = []
    for word in _WORD.finditer(text):
        cuts = [0, *(turn.start() for turn in _TURN.finditer(word[0])), len(word[0])]
        for start, end in itertools.pairwise(cuts):
            key = folded(word[0][start:end])
            if key:
                found.append(Atom(word.start() + start, word.start() + end, key))
    return found


@attrs.frozen(slots=False, kw_only=True)
class Names:
    """The spellings that are looked for, the ordinary words among which they are, and the phrases of the pack, which are nobody's names."""

    forms: Mapping[str, Form]
    phrases: frozenset[str]
    beginnings: frozenset[str]
    ordinary: frozenset[str]
    first: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()
    literal: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()

    @functools.cached_property
    def _literal(self) -> re.Pattern[str] | None:
        """Names without a letter, as they are written."""
        names = "|".join(re.escape(name) for name in sorted(self.literal, key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?:{names})(?!\w)") if names else None

    @functools.cached_property
    def _inside(self) -> tuple[str, ...]:
        return tuple(key for key, form in self.forms.items() if form.inside and len(key) >= _INSIDE)

    @functools.cached_property
    def _wide(self) -> re.Pattern[str] | None:
        keys = sorted((key for key in self.forms if _WIDE.search(key)), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, keys))) if keys else None

    @functools.cached_property
    def _starts(self) -> frozenset[str]:
        """What a spelling begins with: where atoms give nothing of it, no further ones have to be looked at."""
        return _beginnings(self.forms)

    def find(self, text: str) -> list[Hit]:
        """Return the names in a text, the longest at each place; an ordinary word within a phrase of the pack is none."""
        run, index = atoms(text), 0
        hits = (
            []
            if self._literal is None
            else [Hit(start=match.start(), end=match.end(), kind=Kind.EMPLOYER, key=match[0]) for match in self._literal.finditer(text)]
        )
        own = self._phrases(run, text)
        while index < len(run):
            hit = self._at(run, index, text)
            if hit is None or (hit.kind is Kind.EMPLOYER and self._is_phrase(hit, own)):
                index += 1
                continue
            hits.append(hit)
            while index < len(run) and run[index].start < hit.end:
                index += 1
        return sorted(hits, key=lambda one: one.start)

    def maybe(self, text: str) -> list[str]:
        """Return words that could be names and are written as ordinary ones or as everyday abbreviations are; they are left as they are."""
        hits, result = self.find(text), []
        for atom in atoms(text):
            words = text[atom.start : atom.end]
            if any(hit.start <= atom.start < hit.end for hit in hits):
                continue
            form = self.forms.get(atom.key)
            loose = form is not None and words[0].isupper() and form.casing is not Casing.CAPITALS
            if loose or (atom.key in self.perhaps and words.isupper()):
                result.append(words)
        return result

    def phrases_in(self, text: str) -> list[tuple[int, int]]:
        """Return where a text says a phrase of the pack."""
        return self._phrases(atoms(text), text)

    def _phrases(self, run: list[Atom], text: str) -> list[tuple[int, int]]:
        spans, index = [], 0
        while index < len(run):
            key, last = "", None
            for end in range(index, min(len(run), index + _MOST_ATOMS)):
                if end > index and not _BETWEEN.fullmatch(text[run[end - 1].end : run[end].start]):
                    break
                key += run[end].key
                last = end if key in self.phrases else last
                if key not in self.beginnings:
                    break
            if last is None:
                index += 1
            else:
                spans.append((run[index].start, run[last].end))
                index = last + 1
        return spans

    def _is_phrase(self, hit: Hit, own: list[tuple[int, int]]) -> bool:
        """Whether a hit that only looks like a name stands in a phrase of the pack."""
        form = self.forms.get(hit.key)
        loose = form is not None and form.casing in {Casing.NAME, Casing.POSSESSIVE, Casing.CAPITALS}
        return loose and any(start <= hit.start and hit.end <= end for start, end in own)

    def _at(self, run: list[Atom], index: int, text: str) -> Hit | None:
        best: Hit | None = None
        key = ""
        for end in range(index, min(len(run), index + _MOST_ATOMS)):
            if end > index and not _BETWEEN.fullmatch(text[run[end - 1].end : run[end].start]):
                break
            key += run[end].key
            form, genitive = self._form(key)
            if form is not None and self._written(form, run[index : end + 1], text):
                best = Hit(start=run[index].start, end=run[end].end, kind=form.kind, key=key[:-1] if genitive else key, genitive=genitive)
            if key not in self._starts:
                break
        return best or self._within(run[index], text)

    def _form(self, key: str) -> tuple[Form | None, bool]:
        """Return what a key spells, and whether with an s of the genitive."""
        form = self.forms.get(key)
        if form is None and key.endswith("s") and len(key) > 2 and key not in self.ordinary:  # noqa: PLR2004 - a letter is no name
            short = self.forms.get(key[:-1])
            if short is not None and (len(key) > _SHORT or short.casing is Casing.CAPITALS):
                return short, True
        return form, False

    def _within(self, atom: Atom, text: str) -> Hit | None:
        """Find a long name within a longer word, and names in scripts without spaces."""
        if self._wide is not None and (match := self._wide.search(atom.key)):
            places = [index for index in range(atom.start, atom.end) for _ in folded(text[index])]
            if len(places) == len(atom.key):
                return Hit(start=places[match.start()], end=places[match.end() - 1] + 1, kind=self.forms[match[0]].kind, key=match[0])
        if atom.key in self.ordinary:
            return None
        inner = next((key for key in self._inside if key in atom.key), None)
        return None if inner is None else Hit(start=atom.start, end=atom.end, kind=self.forms[inner].kind, key=inner)

    def _written(self, form: Form, found: list[Atom], text: str) -> bool:
        """Whether the atoms are written as the spelling has to be."""
        if found[-1].key in MONTHS and re.match(r"\s*\d", text[found[-1].end :][:9]):
            return False
        first = [text[atom.start] for atom in found if atom.key not in JOINERS] or [text[found[0].start]]
        match form.casing:
            case Casing.ANY:
                return True
            case Casing.CAPITAL:
                return not any(letter.islower() for letter in first)
            case Casing.CAPITALS:
                letters = [letter for atom in found for letter in text[atom.start : atom.end] if letter.isalpha()]
                return first[0].isupper() and len(letters) > 1 and sum(map(str.isupper, letters)) > 1
            case Casing.NAME:
                return _as_name(form, found, first, text)
            case Casing.POSSESSIVE:
                return first[0].isupper() and possessive(text, found[-1].end) > 0


def _as_name(form: Form, found: list[Atom], first: list[str], text: str) -> bool:
    """Whether ordinary words are written as a name: as one word, with capitals or hyphens, or with a capital that no sentence asks for."""
    joints = [text[left.end : right.start] for left, right in itertools.pairwise(found)]
    if not joints:
        shouted = len(found[0].key) > 1 and text[found[0].start : found[0].end].isupper()
        if form.joined or shouted:
            return True
    elif all(map(str.isupper, first)) or all(_TIGHT.fullmatch(joint) or not joint for joint in joints):
        return True
    return first[0].isupper() and (not starts_sentence(text, found[0].start) or possessive(text, found[-1].end) > 0)


def starts_sentence(text: str, index: int, ends: frozenset[str] = _ENDS) -> bool:
    """Whether a sentence, or a part of one, begins at a place, so that a capital says nothing."""
    before = index
    while before > 0 and not text[before - 1].isalnum():
        before -= 1
        if text[before] in ends:
            return True
    return before == 0


def opens_sentence(text: str, index: int) -> bool:
    """Whether a whole sentence begins at a place, so that it takes a capital."""
    return starts_sentence(text, index, _STOPS)


def possessive(text: str, index: int) -> int:
    """Return how many letters from a place on are the ending of a possessive: `'s`, or an apostrophe after an s."""
    match = _POSSESSIVE.match(text, index)
    if match:
        return match.end() - index
    after_s = text[index - 1 : index].lower() in {"s", "x", "z"} and not text[index + 1 : index + 2].isalnum()
    return int(text[index : index + 1] in {"'", "’"} and after_s)


_ORDER = (Casing.ANY, Casing.CAPITAL, Casing.NAME, Casing.CAPITALS, Casing.POSSESSIVE)
"""What takes a spelling for a name most readily, first."""


@attrs.frozen(kw_only=True)
class PackWords:
    """What a pack calls things, which is nobody's name; the words in that; and all words that are ordinary where it is used."""

    phrases: frozenset[str]
    beginnings: frozenset[str]
    titled: frozenset[str]
    ordinary: frozenset[str]

    @classmethod
    def of(cls, phrases: Iterable[str], prose: Iterable[str]) -> PackWords:
        """Take the phrases as they are; what the prose has in small letters is an ordinary word."""
        said = tuple(phrases)
        ordinary = (
            common_words() | CALENDAR | {atom.key for sentence in prose for atom in atoms(sentence) if sentence[atom.start].islower()}
        )
        titled = frozenset(atom.key for phrase in said for atom in atoms(phrase) if atom.key in ordinary)
        keys = frozenset(map(folded, said)) - {""}
        return cls(phrases=keys, beginnings=_beginnings(keys), titled=titled, ordinary=ordinary)


def _beginnings(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(key[:length] for key in keys for length in range(1, len(key)))


def names_of(name: str | None, id_: str, employers: Iterable[str], words: PackWords) -> Names:
    """Return what to look for: a person's name and id, and employers."""
    ordinary, titled = words.ordinary, words.titled
    parts = [part for part in re.split(r"[\s,]+", name or "") if folded(part) and folded(part) not in TITLES]
    named = tuple(employers)
    each = "".join(folded(piece)[:1] for part in parts for piece in _pieces(part))
    own = frozenset({each, each[:1] + each[-1:], "".join(folded(part)[:1] for part in parts)}) if len(each) > 1 else frozenset()
    forms: dict[str, Form] = {}
    for key, form in itertools.chain(
        (found for one in named for found in _employer(one, ordinary, titled)),
        _id(id_, ordinary, named=bool(parts)),
        _person(parts, ordinary),
    ):
        known = forms.get(key)
        if not key.isdigit() and (known is None or _ORDER.index(form.casing) <= _ORDER.index(known.casing)):
            forms[key] = form
    return Names(
        forms=forms,
        phrases=words.phrases,
        beginnings=words.beginnings,
        ordinary=ordinary,
        first=frozenset(spelling for part in parts[:-1] for spelling in spellings(part)),
        initials=own,
        literal=frozenset(literal for one in named for literal in _literals(one)),
        perhaps=own | {key for one in named for key in _initials(one)},
    )


def _literals(name: str) -> Iterator[str]:
    """Yield a name without a letter, such as `1&1`, with and without its legal form."""
    words = name.split()
    core = _without_legal(words)
    if core and folded("".join(core)).isdigit():
        yield " ".join(core)
        yield name.strip()


def _initials(name: str) -> Iterator[str]:
    """Yield the initials of a name of several words, everyday abbreviations too."""
    words = [word for word in re.split(r"[\s\-_&+.,:]+", name) if folded(word)]
    for chosen in (words, _without_legal(words)):
        if len(chosen) > 1:
            yield "".join(folded(word)[:1] for word in chosen)


def _pieces(part: str) -> list[str]:
    return [one for one in re.split(r"[\W_]+", part) if one]


def _person(parts: list[str], ordinary: frozenset[str]) -> Iterator[tuple[str, Form]]:
    """Yield every spelling of a name: runs of its parts, each part, each piece of a part, and the joins that handles are made of."""
    ways = [sorted(spellings(part)) for part in parts]
    for start, end in itertools.combinations(range(len(parts) + 1), 2):
        if end - start > 1:
            for way in itertools.islice(itertools.product(*ways[start:end]), 64):
                yield "".join(way), Form(kind=Kind.PERSON, casing=Casing.ANY)
    for part in parts:
        pieces = _pieces(part)
        for piece in {part, *(pieces if len(pieces) > 1 else ())}:
            yield from _part(piece, ordinary, whole=piece == part)
    if len(parts) > 1:
        yield from _handles(ways, ordinary)


def _part(piece: str, ordinary: frozenset[str], *, whole: bool) -> Iterator[tuple[str, Form]]:
    plain = folded(piece)
    if plain in PARTICLES or len(plain) < (2 if whole else _SHORT):
        return
    common = plain in ordinary or plain in ORDINARY_NAMES or len(plain) < _SHORT
    for key in spellings(piece):
        yield key, Form(kind=Kind.PERSON, casing=Casing.CAPITAL if common else Casing.ANY, inside=not common)


def _handles(ways: list[list[str]], ordinary: frozenset[str]) -> Iterator[tuple[str, Form]]:
    """Yield joins such as `alindqvist`, `lindqvista` and `lindqvistada`."""
    initials = "".join(way[0][:1] for way in ways[:-1])
    for last in ways[-1]:
        joins = [initials + last, initials[:1] + last, last + initials[:1], *(last + first for first in ways[0])]
        for key in joins:
            if len(key) > 4 and key not in ordinary:  # noqa: PLR2004 - shorter ones are too often something else
                yield key, Form(kind=Kind.PERSON, casing=Casing.ANY)


def _id(id_: str, ordinary: frozenset[str], *, named: bool) -> Iterator[tuple[str, Form]]:
    """Yield what an id gives away: itself, and the words that it is made of."""
    whole = folded(id_)
    if len(whole) >= _SHORT or (not named and len(whole) > 1):
        yield whole, Form(kind=Kind.PERSON, casing=Casing.CAPITALS if whole in ordinary else Casing.ANY)
    for piece in _pieces(id_):
        if piece.isalpha() and len(piece) >= _SHORT:
            yield from _part(piece, ordinary, whole=True)


def _employer(name: str, ordinary: frozenset[str], titled: frozenset[str]) -> Iterator[tuple[str, Form]]:
    """Yield the spellings of an employer's name, and of what stands in brackets or behind a slash in it."""
    for segment in (name, *re.split(r"[()\[\]/|;,–—]|\s-\s", name)):
        yield from _organisation(segment, ordinary, titled)


def _organisation(name: str, ordinary: frozenset[str], titled: frozenset[str]) -> Iterator[tuple[str, Form]]:
    plain = re.sub(r"(?<=\w)\s*[&+]\s*(?=\w)", " and ", re.sub(r"(?<=\b\w)\.(?=\w\b)", "", WIDE_LEGAL.sub("", name)))
    words = [word for word in re.split(r"[\s\-_.,:]+", plain) if folded(word)]
    core = _without_legal(words)
    if not core:
        return
    ways = [sorted(spellings(word)) for word in core]
    distinct = [_distinct(word, ordinary) for word in core]
    if len(core) < len(words):
        sure = any(distinct) or any(folded(word) not in ordinary for word in words if word not in core)
        for full in (folded(name), folded("".join(words))):
            yield full, Form(kind=Kind.EMPLOYER, casing=Casing.ANY if sure else Casing.NAME, joined=True)
    for key in _phrases(ways):
        own = Casing.POSSESSIVE if (titled | CALENDAR).issuperset(map(folded, core)) else Casing.NAME
        yield key, Form(kind=Kind.EMPLOYER, casing=_short(key) if any(distinct) else own, joined=len(core) > 1)
    yield from _first_words(core, distinct, titled)
    for word, way, alone in zip(core, ways, distinct, strict=True):
        if alone:
            yield from ((key, Form(kind=Kind.EMPLOYER, casing=_short(key), inside=True)) for key in way)
        elif word is core[0] and len(core) > 1 and folded(word) not in GENERIC | titled:
            yield from ((key, Form(kind=Kind.EMPLOYER, casing=Casing.POSSESSIVE)) for key in way)
    yield from _abbreviations(core, words, ordinary)


def _first_words(core: list[str], distinct: list[bool], titled: frozenset[str]) -> Iterator[tuple[str, Form]]:
    """Yield what a long name is cut down to: its first words, where they are telling or at least two."""
    ways = [sorted(spellings(word)) for word in core]
    for end in range(1, len(core)):
        if any(distinct[:end]):
            yield from ((key, Form(kind=Kind.EMPLOYER, casing=Casing.ANY)) for key in _phrases(ways[:end]))
        elif end > 1 and folded(core[end - 1]) not in JOINERS and not (GENERIC | titled).issuperset(map(folded, core[:end])):
            yield from ((key, Form(kind=Kind.EMPLOYER, casing=Casing.NAME, joined=True)) for key in _phrases(ways[:end]))


def _without_legal(words: list[str]) -> list[str]:
    """Take legal forms off the end of a name, and off its beginning, as long as that leaves a name."""
    core = list(words)
    while size := next((size for size in (3, 2, 1) if size < len(core) and folded("".join(core[-size:])) in LEGAL), 0):
        core = core[:-size]
    while len(core) > 1 and core[0].casefold() in BEFORE:
        core = core[1:]
    while len(core) > 1 and (folded(core[-1]) in JOINERS or core[-1].casefold() in DOMAINS):
        core = core[:-1]
    return core


def _phrases(ways: list[list[str]]) -> Iterator[str]:
    """Yield a name's words as one key, with and without the small words that join them."""
    for way in itertools.islice(itertools.product(*ways), 64):
        yield "".join(way)
        shorter = [word for word in way if word not in JOINERS]
        if len(shorter) not in {len(way), 0}:
            yield "".join(shorter)


def _distinct(word: str, ordinary: frozenset[str]) -> bool:
    key = folded(word)
    return key not in ordinary and key not in GENERIC and key not in LEGAL and key not in ACRONYMS and not key.isdigit() and len(key) > 1


def _short(key: str) -> Casing:
    return Casing.CAPITAL if len(key) <= _SHORT else Casing.ANY


def _abbreviations(core: list[str], words: list[str], ordinary: frozenset[str]) -> Iterator[tuple[str, Form]]:
    """Yield the abbreviations that initial letters give, unless they are everyday ones."""
    big = [word for word in core if folded(word) not in JOINERS]
    for chosen in (core, big, words):
        key = "".join(folded(word)[:1] for word in chosen)
        if len(key) > 1 and key not in ACRONYMS and key not in ordinary:
            yield key, Form(kind=Kind.EMPLOYER, casing=Casing.CAPITALS)
