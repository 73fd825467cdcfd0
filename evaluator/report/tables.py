"""Tables of plain cells, written as text, Markdown or CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import attrs
from tabulate import MIN_PADDING, tabulate

from evaluator.core.spreadsheets import CsvStyle, guarded
from evaluator.report.text import letters, longest_word, visible, wide_pieces, width, wrap
from evaluator.report.words import Style

Paint = Callable[[str, Style], str]
_GAP = 2
_MARKS = re.compile(r"(?<=\w[-_/:])(?=\w)")
"""Where a word may be broken if it has to be."""
_NARROWEST = 8
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


@attrs.frozen
class Cell:
    """A cell's text and what it means to the eye."""

    text: str
    style: Style = Style.PLAIN


@attrs.frozen
class Table:
    """Headers and rows of cells; in text, a `tight` one has columns no wider than their content, and so has one that is too wide.

    Where words would have to be broken for a terminal, the columns named in `below` are the first to be set below their rows.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    tight: bool = attrs.field(default=False, kw_only=True)
    below: tuple[str, ...] = attrs.field(default=(), kw_only=True)


def no_paint(text: str, _style: Style) -> str:
    """Leave a text without colour."""
    return text


def table_text(table: Table, *, columns: int | None = None, paint: Paint = no_paint) -> str:
    """Write a table for a terminal of so many columns; without a number, no cell is ever broken.

    Cells are broken between words, and then behind marks within them; where that is not enough, columns are set below their rows.
    """
    shown = [[visible(cell.text) for cell in row] for row in table.rows]
    beside, widths = _layout(table, shown, columns)
    headers = ["\n".join(_broken(table.headers[at], most)) for at, most in zip(beside, widths, strict=True)]
    rows = [
        [_painted(texts[at], most, cells[at].style, paint) for at, most in zip(beside, widths, strict=True)]
        for texts, cells in zip(shown, table.rows, strict=True)
    ]
    if table.tight or (columns is not None and _padded(table.headers, shown) > columns):
        rules = ["-" * _widest([table.headers[at], *(row[at] for row in shown)], most) for at, most in zip(beside, widths, strict=True)]
        written = tabulate([headers, rules, *rows], tablefmt="plain", disable_numparse=True, stralign="left")
    else:
        written = tabulate(rows, headers, tablefmt="simple", disable_numparse=True, stralign="left")
    lines = [line.rstrip() for line in written.splitlines()]
    if columns is not None and len(beside) < len(table.headers):
        below = [at for at in range(len(table.headers)) if at not in beside]
        lines = list(_interleaved(lines, headers, rows, [list(_below(table, row, below, columns, paint)) for row in table.rows]))
    return "\n".join(lines)


def _interleaved(lines: Sequence[str], headers: Sequence[str], rows: Sequence[Sequence[str]], below: Sequence[list[str]]) -> Iterator[str]:
    """Yield the lines of a table, with those that belong below each row."""
    at = _height(headers) + 1
    yield from lines[:at]
    for row, under in zip(rows, below, strict=True):
        yield from lines[at : at + _height(row)]
        yield from under
        at += _height(row)


def _height(cells: Sequence[str]) -> int:
    return max(cell.count("\n") for cell in cells) + 1


def _below(table: Table, row: Sequence[Cell], places: Sequence[int], columns: int, paint: Paint) -> Iterator[str]:
    """Yield the cells that stand below their row, each after its header; an empty one says nothing."""
    for at in places:
        label, text = table.headers[at], visible(row[at].text)
        if text:
            first, *rest = _broken(f"{label}: {text}" if label else text, columns - 2 * _GAP)
            yield " " * _GAP + paint(first, row[at].style)
            yield from (" " * 2 * _GAP + paint(line, row[at].style) for line in rest)


def _padded(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return how wide a table is in which nothing is broken; tabulate sets a header apart from the next by two more columns."""
    widths = [max(width(header) + MIN_PADDING, *(width(row[at]) for row in rows), 0) for at, header in enumerate(headers)]
    return sum(widths) + _GAP * (len(widths) - 1)


def _widest(texts: Sequence[str], most: int | None) -> int:
    return max(width(line) for text in texts for line in _broken(text, most))


def _painted(text: str, most: int | None, style: Style, paint: Paint) -> str:
    return "\n".join(paint(line, style) for line in _broken(text, most))


def _layout(table: Table, rows: Sequence[Sequence[str]], columns: int | None) -> tuple[list[int], list[int | None]]:
    """Return which columns stand beside each other, and how wide each is; the others are set below their rows, the first never."""
    beside = list(range(len(table.headers)))
    if columns is None:
        return beside, [None] * len(beside)
    filled = [[header, *(row[place] for row in rows)] for place, header in enumerate(table.headers)]
    widths = [max(map(width, texts)) for texts in filled]
    if _total(widths, beside) <= columns:
        return beside, list(widths)
    ways = [[way(texts, most, columns) for texts, most in zip(filled, widths, strict=True)] for way in _WAYS]
    asked = [table.headers.index(header) for header in table.below]
    while True:
        for least in ways[:1] if asked else ways:
            if _total(least, beside) <= columns or len(beside) == 1:
                return beside, _narrowed(widths, least, beside, columns)
        beside.remove(asked.pop(0) if asked else max(beside[1:], key=lambda at: (ways[-1][at], at)))


def _total(widths: Sequence[int], beside: Sequence[int]) -> int:
    return sum(widths[at] for at in beside) + _GAP * (len(beside) - 1)


def _narrowed(widths: Sequence[int], least: Sequence[int], beside: Sequence[int], columns: int) -> list[int | None]:
    """Narrow the widest columns, one step at a time, until they fit."""
    found = [min(width_, columns) for width_ in widths]
    while _total(found, beside) > columns:
        widest = max(beside, key=lambda at: (found[at] > least[at], found[at]))
        if found[widest] <= least[widest]:
            break
        found[widest] -= 1
    return [found[at] for at in beside]


def _by_words(texts: Sequence[str], most: int, _columns: int) -> int:
    return min(max(_NARROWEST, *map(longest_word, texts)), most)


def _by_parts(texts: Sequence[str], most: int, _columns: int) -> int:
    return min(max(_NARROWEST, *map(_longest_part, texts)), most)


def _by_narrow_parts(texts: Sequence[str], most: int, _columns: int) -> int:
    return min(max(map(_longest_part, texts)), most)


def _by_letters(texts: Sequence[str], most: int, columns: int) -> int:
    return min(max(map(_longest_part, texts)), most, max(columns // 3, _NARROWEST))


_WAYS = (_by_words, _by_parts, _by_narrow_parts, _by_letters)
"""How narrow a column may become, the gentlest first: a part of a word that is longer than a third of the terminal is broken anywhere."""


def _broken(text: str, most: int | None) -> list[str]:
    """Break a text between words, and a word that is too long behind the marks within it, such as the hyphens of an id, or anywhere."""
    if most is None:
        return [text]
    return [line for whole in wrap(text, most) for line in (_parts(whole, most) if width(whole) > most else [whole])]


def _parts(word: str, most: int) -> list[str]:
    lines = [""]
    for part in _pieces(word):
        for piece in letters(part) if width(part) > most else (part,):
            if lines[-1] and width(lines[-1] + piece) > most:
                lines.append("")
            lines[-1] += piece
    return lines


def _pieces(word: str) -> Iterator[str]:
    """Yield the parts of a word between which it may be broken: behind marks, and beside wide letters."""
    for part in _MARKS.split(word):
        yield from wide_pieces(part)


def _longest_part(text: str) -> int:
    return max((width(piece) for word in text.split() for piece in _pieces(word)), default=0)


def table_markdown(table: Table) -> str:
    """Write a table as Markdown."""
    lines = [tuple(map(escaped, table.headers)), ("---",) * len(table.headers)]
    rows = [tuple(escaped(cell.text) for cell in row) for row in table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [*lines, *rows])


_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&])")
_LINE_START = re.compile(r"^(\s*)([#+-]|\d+[.)])(?=\s)")


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    flat = _MARKDOWN.sub(r"\\\1", visible(text))
    return _LINE_START.sub(lambda match: f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", flat)


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[str]], style: CsvStyle | None = None, *, numbers: Collection[str] = ()) -> str:
    """Write rows as CSV in which no cell can be taken for a formula; the columns of `numbers` have the decimal sign of the style."""
    style = CsvStyle() if style is None else style
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", delimiter=style.delimiter)
    writer.writerow([guarded(name) for name in headers])
    signed = [style.decimal != "." and name in numbers for name in headers]
    for row in rows:
        cells = zip(map(guarded, row), signed, strict=True)
        writer.writerow([cell.replace(".", style.decimal) if number and _NUMBER.fullmatch(cell) else cell for cell, number in cells])
    return out.getvalue()
