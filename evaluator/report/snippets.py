"""A line of a file with a span of it underlined, whatever tabs and wide characters stand in it."""

from __future__ import annotations

import functools
import re

from evaluator.diagnostics import Span
from evaluator.report.tables import Paint, no_paint
from evaluator.report.text import ELLIPSIS, expand, width
from evaluator.report.words import Style

_WIDEST = 120
_LEAD = 20
_LONG = 2000
_LINE_ENDS = re.compile(r"\r\n|\r|\n|\x85|\u2028|\u2029")


def snippet(span: Span, source: str, *, columns: int | None = None, paint: Paint = no_paint, style: Style = Style.BAD) -> list[str]:
    """Return the span's first line and, below it, carets under the span; nothing where the file has no such line."""
    lines = _lines(source)
    if not 1 <= span.line <= len(lines) or not lines[span.line - 1].strip():
        return []
    before, marked, after = _pieces(lines[span.line - 1], span)
    gutter = f"{span.line:>5} | "
    text, start, length = _window(before, marked, after, max((columns or _WIDEST) - len(gutter), _LEAD * 2))
    return [f"{paint(gutter, Style.FAINT)}{text}", f"{paint('      | ', Style.FAINT)}{' ' * start}{paint('^' * length, style)}"]


@functools.lru_cache(maxsize=4)
def _lines(source: str) -> list[str]:
    """Split a text into lines; kept for a while, since a text with many findings is asked for over and over."""
    return _LINE_ENDS.split(source.removeprefix("\ufeff"))


def _pieces(line: str, span: Span) -> tuple[str, str, str]:
    """Split a line around the span, tabs expanded; of a span of several lines, the first counts."""
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    end = max(min(end, len(line)), start)
    if len(line) > _LONG:  # no more than that can be seen around the span
        cut = max(start - _LONG, 0)
        line, start, end = line[cut : end + _LONG], start - cut, min(end - cut, start - cut + _LONG)
    before, until = expand(line[:start]), expand(line[:end])
    return before, until[len(before) :], expand(line)[len(until) :]


def _window(before: str, marked: str, after: str, room: int) -> tuple[str, int, int]:
    """Cut a line that is too long around the span; return it with the columns where the carets start and how many they are."""
    after = after.rstrip()
    if width(before + marked + after) <= room:
        return before + marked + after, width(before), max(width(marked), 1)
    if width(before) > _LEAD and width(before + marked) > room:
        before = ELLIPSIS + _last(before, _LEAD)
    left = room - width(before)
    cut = _first(marked, left - 1) + ELLIPSIS if width(marked) > left else marked
    rest = left - width(cut)
    tail = after if width(after) <= rest else _first(after, rest - 1) + ELLIPSIS if rest > 0 else ""
    return before + cut + tail, width(before), max(width(cut), 1)


def _first(text: str, columns: int) -> str:
    while width(text) > max(columns, 0):
        text = text[: max(len(text) - max((width(text) - columns) // 2, 1), 0)]
    return text


def _last(text: str, columns: int) -> str:
    return _first(text[::-1], columns)[::-1]
