"""Text on a terminal: how wide it is, where it breaks, and what of it is safe to show."""

from __future__ import annotations

from wcwidth import wcswidth, wcwidth

TAB = 4
_JOINERS = frozenset("\u200c\u200d")
ELLIPSIS = "…"


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
    """Break a text between words into lines of at most `most` columns, all but the first indented; a longer word stays whole."""
    if most is None or width(text) <= most:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line.strip() else line + word
        if width(longer) > most and line.strip():
            lines.append(line)
            longer = " " * hang + word
        line = longer
    return [*lines, line]


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
