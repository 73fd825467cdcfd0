"""The little grammar that titles need inside sentences; a guess by their words, as good as English allows."""

from __future__ import annotations

import re

from evaluator.core.values import singular

_PREPOSITIONS = frozenset(
    re.findall(
        "[a-z]+",
        "about above across after as at before between by for from in into of on over per since the than through to under until with",
    )
)
_PARTICIPLE = re.compile(r".+ed|.+een|.+wn|held|set|run|built|won|made|led")
_SINGULAR_ENDS = ("ss", "is", "us")
_VERBS = frozenset({"does", "has", "is", "was"})
_PLURALS = frozenset({"people", "children", "criteria", "data"})
_AUXILIARIES = frozenset({"is", "was", "can"})
_RELATIVES = frozenset({"that", "which", "who", "whose", "where"})
_ARTICLES = frozenset({"a", "an", "the"})


def plural(title: str) -> bool:
    """Whether a title reads as a plural: by the noun before its first preposition, participle or relative clause."""
    words = title.casefold().split()
    noun = words[head_noun(title)] if words else ""
    return noun in _PLURALS or (noun.endswith("s") and noun not in _VERBS and not noun.endswith(_SINGULAR_ENDS))


def head_noun(title: str) -> int:
    """Return which word of a title is the noun that counts: the one before its first preposition, participle or relative clause."""
    words = title.casefold().split()
    ends = (
        index for index, word in enumerate(words) if index and (word in _PREPOSITIONS or word in _RELATIVES or _PARTICIPLE.fullmatch(word))
    )
    return next(ends, len(words)) - 1


def counts(title: str, unit: str) -> bool:
    """Whether a title names what its unit counts, so that a number before it needs no unit: years in product management."""
    noun = title.casefold().split()[: head_noun(title) + 1]
    return noun[-len(unit.split()) :] == unit.casefold().split()


def one_of_them(title: str) -> str:
    """Return a title that counts something as it reads after the number 1: year in product management."""
    words = title.split()
    index = head_noun(title)
    return " ".join([*words[:index], singular(words[index]), *words[index + 1 :]])


def without(title: str) -> str | None:
    """Return a title that is a statement as it reads where that does not hold; None where it is none, or English has no simple way."""
    first, _, rest = title.partition(" ")
    second = rest.split(" ", 1)[0].casefold()
    if not rest:
        return None
    if first.casefold() in _AUXILIARIES:
        return f"{first}not {rest}" if first.casefold() == "can" else f"{first} not {rest}"
    if first.casefold() == "has":
        return f"{first} not {rest}" if _PARTICIPLE.fullmatch(second) else f"Does not have {rest}" if second in _ARTICLES else None
    return f"Not {in_sentence(title)}" if first.casefold() in _PREPOSITIONS else None


def in_sentence(title: str) -> str:
    """Return a title as it stands inside a sentence: without its capital, unless the first word is an abbreviation."""
    first = title.split(" ", 1)[0]
    return title if not first[1:].islower() else title[0].lower() + title[1:]


def ordinal(number: int) -> str:
    """Return the word for a place in an order: first, second, third, 4th, 21st."""
    if 1 <= number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_ORDINALS = ("first", "second", "third")
