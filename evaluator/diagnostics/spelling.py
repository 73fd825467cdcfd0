"""Which known words a word may be a misspelling of: what a suggestion is, said once for every message."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

_LONGEST = 100
_MOST_WORDS = 12
_ENDING = 2
_STEM = 3
_LEFT_OUT = 0.6
"""A word may be missing, or be one too many, where the words that are common to both are this share of all letters."""
_SWAPPED, _ONE_MORE = 0.5, 2.5
_AS_CLOSE = 1
"""What is further than this from the closest is not named beside it."""
_LETTERS = ((2, 0), (5, 1), (15, 2))
"""(letters of the longer word, how many of them may be wrong); more letters than the last allow one more."""


def close_words(word: str, known: Iterable[str], most: int = 2) -> list[str]:
    """Return the known words that a word is likely to be a misspelling of, the closest first, and of as close ones the first.

    Case, accents, hyphens, underscores and spaces do not count. One or two letters may be wrong, three of a long word, and none of one or
    two letters; words may stand in another order, and one of them may be missing or be one too many where most letters are in the others.
    Of known words that differ only in what does not count, the first of the closest is returned.
    """
    spelt = spoken(word[:_LONGEST])
    distances = ((_distance(spelt, spoken(one[:_LONGEST])), index, one) for index, one in enumerate(known))
    near = sorted((distance, word[:_LONGEST] != one, place, one) for distance, place, one in distances if distance is not None)
    close: dict[str, str] = {}
    for distance, *_, candidate in near:
        if distance <= near[0][0] + _AS_CLOSE:
            close.setdefault(spoken(candidate), candidate)
    return list(close.values())[:most]


@functools.lru_cache(maxsize=4096)
def spoken(word: str) -> str:
    """Return the words of a name with one space between them, without case, accents, hyphens and underscores."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(letter))
    return " ".join(re.split(r"[\s_-]+", plain)).strip()


def _distance(one: str, other: str) -> float | None:
    """Return how far apart two names are: letters to change, and a little for words in another order; None where they are not close."""
    if not one or not other:
        return None
    letters = _letters(one.replace(" ", ""), other.replace(" ", ""))
    return letters if letters is not None else _words(one.split(), other.split())


@functools.lru_cache(maxsize=65536)
def _letters(one: str, other: str) -> float | None:
    """Return how many letters differ where no more do than a slip explains, or 1 where only the ending of a word is another."""
    if one == other:
        return 0
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _STEM and longer.startswith(shorter) and len(longer) - len(shorter) <= _ENDING:
        return 1
    limit = next((wrong for most, wrong in _LETTERS if len(longer) <= most), _LETTERS[-1][1] + 1)
    if len(longer) - len(shorter) > limit or len(set(shorter) ^ set(longer)) > 2 * limit:  # a slip changes two letters at most
        return None
    return _edits(shorter, longer, limit)


def _words(some: list[str], others: list[str]) -> float | None:
    """Return how far apart the words of two names are in whatever order they stand, where at most one has no partner."""
    fewer, more = sorted((some, others), key=len)
    if len(more) - len(fewer) > 1 or len(more) > _MOST_WORDS or len(more) == 1:
        return None
    left = list(more)
    total = _SWAPPED
    for word in fewer:
        paired = [(wrong, index) for index, one in enumerate(left) if (wrong := _letters(word, one)) is not None]
        if not paired:
            return None
        wrong, place = min(paired)
        total += wrong
        del left[place]
    limit = _LETTERS[-1][1] + 1
    if not left:
        return total if total <= limit + _SWAPPED else None
    common = sum(map(len, fewer)) / (sum(map(len, fewer)) + len(left[0]))
    return _ONE_MORE + total if common >= _LEFT_OUT and total <= 1 + _SWAPPED else None


def _edits(one: str, other: str, most: int) -> int | None:
    """Return how many letters are to be changed, added, taken out or swapped with their neighbour to make one text of the other.

    None where they are more than `most`.
    """
    far = most + 1
    before: list[int] = []
    above = [min(column, far) for column in range(len(other) + 1)]
    for row, letter in enumerate(one, 1):
        line = [min(row, far), *([far] * len(other))]
        for column in range(max(1, row - most), min(len(other), row + most) + 1):  # further off, more letters differ than may
            against = other[column - 1]
            cost = min(above[column] + 1, line[column - 1] + 1, above[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            line[column] = cost
        if min(line) > most and min(above) > most:
            return None
        before, above = above, line
    return above[-1] if above[-1] <= most else None
