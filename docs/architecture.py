"""Draw docs/architecture.svg from the imports of the package: `python docs/architecture.py`; needs the dev extra.

A matrix of the parts, from the lowest up; a dot where the part of a row imports that of a column.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import grimp

PARTS: Mapping[str, str] = {
    "diagnostics": "places, findings and their codes",
    "core": "what rules and profiles mean, in plain Python",
    "engines": "reference, inference, columns",
    "reading": "text → model: packs, profiles, tables",
    "report": "what all reports share: blocks, words, pictures",
    "cli": "what all commands share",
    "populations": "evaluate, rank; people in columns",
    "packs": "lint, test, show, graph, new, schema, set",
    "candidates": "profile, explain, case, compare, plan, whatif, decisions",
    "calibration": "diff, sweep, backtest, impact, watch, prove",
}
"""The parts from the lowest up, and what is in them."""
TARGET = Path(__file__).with_suffix(".svg")
_SIDE, _LEFT, _TOP = 34, 450, 96


def arrows() -> set[tuple[str, str]]:
    """Return which part imports which, by the first names below the package."""
    graph = grimp.build_graph("evaluator")
    found: set[tuple[str, str]] = set()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            ends = [name.split(".")[1] if "." in name else "" for name in (module, other)]
            if ends[0] != ends[1] and set(ends) <= set(PARTS):
                found.add((ends[0], ends[1]))
    return found


def picture(found: set[tuple[str, str]]) -> str:
    """Draw the parts as a matrix: a dot where the part of a row imports that of a column; none lies above the diagonal."""
    size = _SIDE * len(PARTS)
    wide, high = _LEFT + size + 30, _TOP + size + 56
    title = "The parts of the package, and which imports which"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" '
        f'font-family="sans-serif" font-size="13" fill="#1b2733"><title>{title}</title><desc>{escape(_described(found))}</desc>'
        f'<rect width="{wide}" height="{high}" fill="#ffffff"/>'
    )
    told = "a dot: the part on the left imports the one above; nothing imports upwards"
    foot = f'<text x="16" y="{_TOP + size + 34}" font-size="12">{told}</text></svg>\n'
    return head + "".join((*_grid(), *_dots(found))) + foot


def _described(found: set[tuple[str, str]]) -> str:
    lines = (f"{name} imports {', '.join(other for other in PARTS if (name, other) in found)}" for name in PARTS)
    return "; ".join(line for line in lines if not line.endswith("imports ")) + "."


def _grid() -> Iterator[str]:
    for place, (name, words) in enumerate(PARTS.items()):
        x, y = _LEFT + _SIDE * place, _TOP + _SIDE * place
        yield f'<rect x="{_LEFT}" y="{y}" width="{_SIDE * len(PARTS)}" height="{_SIDE}" fill="{"#f4f7fa" if place % 2 else "#ffffff"}"/>'
        yield f'<text x="16" y="{y + 21}" font-weight="bold">{name}</text>'
        yield f'<text x="116" y="{y + 21}" font-size="12" fill="#44525f">{escape(words)}</text>'
        yield f'<text transform="translate({x + 20},{_TOP - 10}) rotate(-50)">{name}</text>'
        yield f'<rect x="{x}" y="{y}" width="{_SIDE}" height="{_SIDE}" fill="#d5dee8"/>'


def _dots(found: set[tuple[str, str]]) -> Iterator[str]:
    names = list(PARTS)
    for start, end in sorted(found):
        x, y = _LEFT + _SIDE * names.index(end), _TOP + _SIDE * names.index(start)
        yield f'<circle cx="{x + _SIDE / 2:g}" cy="{y + _SIDE / 2:g}" r="6" fill="#0b4a8f"/>'


if __name__ == "__main__":
    TARGET.write_text(picture(arrows()), encoding="utf-8")
    sys.stdout.write(f"wrote {TARGET}\n")
