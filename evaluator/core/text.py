"""Names and words as they are compared, what two writings of one may differ in once for each purpose; ids as titles, and long lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Letters that XML 1.0 cannot hold in any way."""


def fold_spaces(text: str) -> str:
    """Fold what does not count when what people wrote is compared: case, and how much space is between words."""
    return " ".join(text.casefold().split())


def fold_name(name: str) -> str:
    """Fold what does not count in the name of a column or an attribute: case, underscores, spaces."""
    return fold_spaces(name.replace("_", " "))


def fold_accents(text: str) -> str:
    """Fold case and accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))


def id_as_title(name: str) -> str:
    """Say an id in words, as a title: `points_by_level` as *Points by level*."""
    return (name[:1].upper() + name[1:]).replace("_", " ")


def first_words(words: Sequence[str], most: int) -> str:
    """List the first words and say how many more there are: `a, b and 3 more`; `a, b, c` where these are all."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return f"{', '.join(words[:most])}{more}"


def xml_text(text: str) -> str:
    """Return a text with a sign that stands for a letter in the place of each that XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)
