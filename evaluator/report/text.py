"""Text on a terminal: how wide it is, where it breaks, and what of it is safe to show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wcwidth import wcswidth, wcwidth

TAB = 4
_JOINER = "\u200d"
_JOINERS = frozenset({"\u200c", _JOINER})
ELLIPSIS = "…"
HANG = 2
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def width(text: str) -> int:
    """Return the columns a text takes up; a wide character takes two."""
    return max(wcswidth(text), 0) if text.isprintable() else sum(max(wcwidth(letter), 0) for letter in text)


def visible(text: str) -> str:
    """Replace what could steer a terminal: line ends by spaces, other control and direction characters by a mark."""
    if text.isprintable():
        return text
    flat = " ".join(text.split()) if "\n" in text or "\r" in text or "\t" in text else text
    return "".join(letter if letter.isprintable() or letter in _JOINERS else "\ufffd" for letter in flat)


def wrap(text: str, most: int | None, *, hang: int = 0) -> list[str]:
    """Break a text between words into lines of at most `most` columns, all but the first indented.

    A longer word stays whole, as a path or an address that is copied; where it is of wide letters, it is broken between them.
    """
    if most is None or width(text) <= most:
        return [text]
    lines, at = [""], 0
    for word in re.split(r"(?<=\S)(?= )", text):
        for piece in wide_pieces(word) if _shown_width(word) > most else (word,):
            longer = at + _shown_width(piece)
            if longer > most and lines[-1].strip():
                lines.append(" " * hang + piece.lstrip(" "))
                at = _shown_width(lines[-1])
            else:
                lines[-1] += piece
                at = longer
    return lines


def fitted(text: str, most: int | None, *, hang: int = HANG) -> str:
    """Break the lines of a text that are too long between words, what is broken off indented beyond their beginnings."""
    lines = text.split("\n") if most is not None else ()
    return "\n".join(part for line in lines for part in wrap(line, most, hang=hang + len(line) - len(line.lstrip(" ")))) if lines else text


def _shown_width(text: str) -> int:
    return width(_COLOUR.sub("", text)) if "\x1b" in text else width(text)


def wide_pieces(word: str) -> Iterator[str]:
    """Yield the parts of a word between its wide letters, whose scripts set no spaces."""
    piece, wide = "", False
    for letter in (word,) if word.isascii() else letters(word):
        if piece.strip() and (wide or width(letter[0]) > 1):
            yield piece
            piece = ""
        piece, wide = piece + letter, width(letter[0]) > 1
    yield piece


def letters(word: str) -> Iterator[str]:
    """Yield letters, each with the marks that are set upon it, and with what a joiner ties to it."""
    letter = ""
    for sign in word:
        if letter and width(sign) and not letter.endswith(_JOINER):
            yield letter
            letter = ""
        letter += sign
    yield letter


def longest_word(text: str) -> int:
    """Return the columns of the longest word, below which a column cannot be narrowed."""
    return max(map(width, text.split()), default=0)


def pad(text: str, columns: int) -> str:
    """Fill a text up with spaces to a number of columns."""
    return text + " " * (columns - width(text))


def expand(text: str) -> str:
    """Replace each tab by spaces up to the next stop, and each unsafe character by a mark, so that columns can be counted."""
    shown = ""
    for letter in text:
        if letter == "\t":
            shown += " " * (TAB - width(shown) % TAB)
        else:
            shown += letter if letter.isprintable() or letter in _JOINERS else "\ufffd"
    return shown
