"""The ladder as a picture: SVG with boxes for roles, columns for tracks and an arrow for every move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from evaluator.core.enums import MoveKind
from evaluator.core.model import Pack, Role
from evaluator.report.ladder.layout import BOX_WIDTH, MARGIN, Arrow, Box, Layout, Point, layout
from evaluator.report.ladder.mermaid import LEGEND, note_of
from evaluator.report.text import visible, width, wrap
from evaluator.report.words import counted

_LETTER = 7.0
_LINE = 16
_LEGEND = 76
_SAMPLE = 52
_BETWEEN = 28
_CORNER = 6
_LOOKS = {
    MoveKind.PROMOTION: ("#1f5fa8", ""),
    MoveKind.LATERAL: ("#6b7280", "5 4"),
    MoveKind.SPECIALISATION: ("#a8501f", "1.5 4"),
    MoveKind.DEMOTION: ("#8a2f3c", "8 4 1.5 4"),
}
_ROOM = int((BOX_WIDTH - 12) / _LETTER)
_LINES_SHOWN = 3


def svg(pack: Pack, labels: Mapping[str, str] | None = None) -> str:
    """Draw the ladder of a pack; roles that have a label stand out and carry it below their title."""
    placed = layout(pack)
    return "\n".join(_lines(pack, placed, labels or {})) + "\n"


def _lines(pack: Pack, placed: Layout, labels: Mapping[str, str]) -> Iterator[str]:
    wide, high = max(placed.width, _legend_width(pack)), placed.height + _LEGEND
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}" height="{high:g}" viewBox="0 0 {wide:g} {high:g}" '
        'role="img" aria-labelledby="title desc" font-family="Helvetica, Arial, DejaVu Sans, sans-serif" font-size="13">'
    )
    yield f'<title id="title">{_text(pack.title)}: the ladder</title>'
    yield f'<desc id="desc">{_text(_description(pack, labels))}</desc>'
    yield from _markers()
    yield f'<rect width="{wide:g}" height="{high:g}" fill="#ffffff"/>'
    for track, box in placed.tracks:
        yield _rect(box, "#f3f5f8", rx=8)
        yield _label(box.x + box.width / 2, box.y + 22, _clipped(track.track.title, int(box.width / _LETTER) - 1), weight="bold")
    for arrow in placed.arrows:
        yield from _arrow(arrow, pack)
    for role, box in placed.boxes.items():
        yield from _role(pack.roles[role], box, labels.get(role))
    yield from _legend(pack, placed)
    yield "</svg>"


def _description(pack: Pack, labels: Mapping[str, str]) -> str:
    moves = "; ".join(f"{pack.roles[move.origin].title} to {pack.roles[move.to].title}, {LEGEND[move.kind]}" for move in pack.moves)
    labelled = "".join(f" {pack.roles[role].title}: {label}." for role, label in labels.items())
    return f"{counted(len(pack.roles), 'role')} on {counted(len(pack.tracks), 'track')}. Moves: {moves or 'none'}.{labelled}"


def _markers() -> Iterator[str]:
    yield "<defs>"
    for kind, (colour, _) in _LOOKS.items():
        yield (
            f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
            f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0.5 L8,4 L0,7.5 Z" fill="{colour}"/></marker>'
        )
    yield "</defs>"


def _arrow(arrow: Arrow, pack: Pack) -> Iterator[str]:
    move = arrow.move
    path = _path(arrow.points)
    words = f"{pack.roles[move.origin].title} → {pack.roles[move.to].title} ({LEGEND[move.kind]})"
    yield f"<g><title>{_text(words)}</title>"
    yield f'<path d="{path}" fill="none" stroke="#ffffff" stroke-opacity="0.8" stroke-width="4"/>'
    yield f"{_stroke(path, move.kind)}</g>"


def _stroke(path: str, kind: MoveKind) -> str:
    colour, dashes = _LOOKS[kind]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    wide = "2" if kind is MoveKind.SPECIALISATION else "1.5"
    line = f'stroke="{colour}" stroke-width="{wide}" stroke-linecap="round"{dashed}'
    return f'<path d="{path}" fill="none" {line} marker-end="url(#{kind})"/>'


def _path(points: tuple[Point, ...]) -> str:
    """Write a line through the points, with rounded corners."""
    steps = [f"M{points[0][0]:g},{points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        entry, leave = _towards(corner, before), _towards(corner, after)
        steps.append(f"L{entry[0]:.1f},{entry[1]:.1f} Q{corner[0]:.1f},{corner[1]:.1f} {leave[0]:.1f},{leave[1]:.1f}")
    return " ".join([*steps, f"L{points[-1][0]:.1f},{points[-1][1]:.1f}"])


def _towards(corner: Point, other: Point) -> Point:
    """Return the point where a corner's rounding begins: at most half of the way to the other end."""
    away = (other[0] - corner[0], other[1] - corner[1])
    length = abs(away[0]) + abs(away[1])
    share = min(_CORNER, length / 2) / length if length else 0
    return (corner[0] + away[0] * share, corner[1] + away[1] * share)


def _role(role: Role, box: Box, label: str | None) -> Iterator[str]:
    rx = box.height / 2 if role.destination else 6
    fill = "#e3edf9" if label else "#fffdf5" if role.destination else "#ffffff"
    yield _rect(box, fill, rx=rx, stroke="#8a6d1f" if role.destination else "#33475b", thick=3 if label else 1)
    lines = title_lines(role.title)
    notes = [f"({note})" for note in (note_of(role), label) if note]
    told = [*lines[: _LINES_SHOWN - len(notes)], *notes] if notes else lines
    top = box.y + box.height / 2 - _LINE * (len(told) - 1) / 2 + 4.5
    for number, line in enumerate(told):
        bold = label is not None and number == len(told) - 1
        yield _label(box.x + box.width / 2, top + number * _LINE, line, weight="bold" if bold else "normal")


def title_lines(title: str) -> list[str]:
    """Break a title into as many lines as fit a box; what does not fit ends in an ellipsis."""
    lines = [_clipped(line, _ROOM) for line in wrap(visible(title), _ROOM)]
    if len(lines) <= _LINES_SHOWN:
        return lines
    return [*lines[: _LINES_SHOWN - 1], f"{lines[_LINES_SHOWN - 1][: _ROOM - 1]}…"]


def _clipped(words: str, most: int) -> str:
    while width(words) > most:
        words = f"{words[:-2]}…"
    return words


def _captions(pack: Pack) -> tuple[str, ...]:
    made = f"{pack.title} {pack.version}, hash {pack.content_hash}"
    beyond = any(role.destination for role in pack.roles.values())
    return (made, "Rounded boxes lie beyond the ladder and are never judged.") if beyond else (made,)


def _kinds(pack: Pack) -> dict[MoveKind, str]:
    """Return the kinds of moves that are drawn, with their words."""
    return {kind: words for kind, words in LEGEND.items() if any(move.kind is kind for move in pack.moves)}


def _legend_width(pack: Pack) -> float:
    samples = sum(_SAMPLE + _LETTER * len(words) + _BETWEEN for words in _kinds(pack).values())
    return 2 * MARGIN + max(samples, *(_LETTER * width(caption) for caption in _captions(pack)))


def _legend(pack: Pack, placed: Layout) -> Iterator[str]:
    x, y = float(MARGIN), placed.height + 10
    for kind, words in _kinds(pack).items():
        yield _stroke(f"M{x:g},{y:g} L{x + _SAMPLE - 8:g},{y:g}", kind)
        yield _label(x + _SAMPLE, y + 4.5, words, anchor="start")
        x += _SAMPLE + _LETTER * len(words) + _BETWEEN
    for number, caption in enumerate(_captions(pack)):
        yield _label(MARGIN, y + 30 + number * 20, caption, anchor="start")


def _rect(box: Box, fill: str, *, rx: float, stroke: str = "none", thick: int = 1) -> str:
    width = f' stroke-width="{thick}"' if thick > 1 else ""
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="{rx:g}" '
        f"fill={quoteattr(fill)} stroke={quoteattr(stroke)}{width}/>"
    )


def _label(x: float, y: float, words: str, *, anchor: str = "middle", weight: str = "normal") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-weight="{weight}" fill="#1b2733">{_text(words)}</text>'


def _text(words: str) -> str:
    return escape(visible(words))
