"""A font for pictures: one that is there, by its name; a drawing program drops text without a word where the font is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import attrs

_FAMILIES = (
    ("DejaVu Sans", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("Liberation Sans", "LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Noto Sans", "NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("Arial", "arial.ttf", "arialbd.ttf"),
    ("Arial", "Arial.ttf", "Arial Bold.ttf"),
    ("Verdana", "Verdana.ttf", "Verdana Bold.ttf"),
)
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "${WINDIR}/Fonts",
)


@attrs.frozen(kw_only=True)
class Font:
    """A family and the files that hold it."""

    family: str
    files: tuple[str, ...]


def find_font() -> Font | None:
    """Return the first family of the list that is installed, with its bold letters where they are there too."""
    there = dict(_installed())
    for family, regular, bold in _FAMILIES:
        if regular in there:
            return Font(family=family, files=tuple(there[name] for name in (regular, bold) if name in there))
    return None


def _installed() -> Iterator[tuple[str, str]]:
    wanted = {name for _, *names in _FAMILIES for name in names}
    for folder in reversed(_FOLDERS):
        start = Path(os.path.expandvars(folder)).expanduser()
        for location, folders, files in os.walk(start):
            folders.sort()
            yield from ((name, str(Path(location, name))) for name in sorted(wanted.intersection(files)))
