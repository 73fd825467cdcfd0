"""The little grammar that titles need inside sentences; a guess by their words, as good as English allows."""

from __future__ import annotations

import re

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


def plural(title: str) -> bool:
    """Whether a title reads as a plural: by the noun before its first preposition or participle."""
    noun = ""
    for word in title.casefold().split():
        if noun and (word in _PREPOSITIONS or _PARTICIPLE.fullmatch(word)):
            break
        noun = word
    return noun in _PLURALS or (noun.endswith("s") and noun not in _VERBS and not noun.endswith(_SINGULAR_ENDS))


def in_sentence(title: str) -> str:
    """Return a title as it stands inside a sentence: without its capital, unless the first word is an abbreviation."""
    first = title.split(" ", 1)[0]
    return title if not first[1:].islower() else title[0].lower() + title[1:]
