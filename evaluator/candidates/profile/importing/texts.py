"""Texts of exports, made plain: entities decoded once, spaces single, nothing that could steer a terminal or break a line."""

from __future__ import annotations

import html
import unicodedata

MOST_LETTERS = 200


def plain(text: str) -> str:
    """Return a text on one line, HTML entities decoded once, control characters out; tags stay text. Longer than 200 letters is cut."""
    decoded = unicodedata.normalize("NFC", html.unescape(text[: 20 * MOST_LETTERS]))
    line = " ".join(decoded.split())
    shown = "".join(letter for letter in line if letter.isprintable())
    return shown if len(shown) <= MOST_LETTERS else f"{shown[: MOST_LETTERS - 1]}…"


def folded(text: str) -> str:
    """Return what counts of a name when names are matched: its letters and digits, + and #, whatever their case; & is and."""
    spelt = unicodedata.normalize("NFKC", text).casefold().replace("&", "and")
    return "".join(letter for letter in spelt if letter.isalnum() or letter in "+#" or unicodedata.category(letter).startswith("M"))
