"""SVG drawn as PNG, for documents that take no SVG."""

from __future__ import annotations

import re

from evaluator.report.fonts import find_font

ZOOM = 1.5
"""Dots drawn for one of the picture's own, so that it stays sharp on paper."""
_FAMILY = re.compile(r'font-family="[^"]*"')


def png(svg: str) -> bytes | None:
    """Draw SVG as PNG with a font that is there; None where none is."""
    import resvg_py

    font = find_font()
    if font is None:
        return None
    named = _FAMILY.sub(f'font-family="{font.family}"', svg)
    drawn = resvg_py.svg_to_bytes(
        svg_string=named, font_files=list(font.files), skip_system_fonts=True, font_family=font.family, zoom=ZOOM, background="#ffffff"
    )
    return bytes(drawn)


def size(drawn: bytes) -> tuple[int, int]:
    """Return width and height, as the head of a PNG says them."""
    return int.from_bytes(drawn[16:20], "big"), int.from_bytes(drawn[20:24], "big")
