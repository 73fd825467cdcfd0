"""Single values as YAML, so that they are read again as they were, and ids made of names."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction

from evaluator.core.dates import show_date
from evaluator.core.values import MOST_DIGITS, Atom, Kind, Number, PartialDate, ValueType, decimal_places, decimal_text

_PLAIN = re.compile(r"[^\W\d_](?:[\w '()./&+,-]*[\w).])?")
WORDS_IN_QUOTES = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What programs that read YAML take for something else than a text where it stands without quotes."""
_BEYOND = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def scalar(text: str, *, listed: bool = False) -> str:
    """Write a text as one YAML scalar on one line, in quotes where it needs them; `listed` stands inside brackets or braces."""
    safe = _PLAIN.fullmatch(text) and text.isprintable() and "  " not in text
    if safe and not (listed and "," in text) and text.lower() not in WORDS_IN_QUOTES:
        return text
    return _BEYOND.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def atom(type_: ValueType, value: Atom | PartialDate) -> str:
    """Write one value of a type."""
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return show_date(value, type_.precision)
    if type_.kind is Kind.SCALE and isinstance(value, int):
        return scalar(type_.options[value])
    return scalar(value) if isinstance(value, str) else decimal(value)


def members(type_: ValueType, value: Iterable[str]) -> str:
    """Write a set, its members in the order in which the pack declares them."""
    held = frozenset(value)
    return f"[{', '.join(scalar(option, listed=True) for option in type_.options if option in held)}]"


def decimal(value: Number) -> str:
    """Write a number exactly; one that no decimal can say is rounded half up to four places."""
    places = decimal_places(value)
    return decimal_text(value if places is not None and places <= MOST_DIGITS else Fraction(round(value * 10**4), 10**4))


def slug(name: str) -> str:
    """Return a name as lower-case words joined by hyphens, accents taken off; empty where nothing of it can stay."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"^[^a-z]+|-+$", "", re.sub(r"[^a-z0-9]+", "-", plain))
