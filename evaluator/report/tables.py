"""Tables of plain cells, written as text, Markdown or CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Sequence

import attrs
from tabulate import MIN_PADDING, tabulate

from evaluator.core.spreadsheets import CsvStyle, guarded
from evaluator.report.text import longest_word, visible, width, wrap
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
    """Headers and rows of cells; in text, a `tight` one has columns no wider than their content, and so has one that is too wide."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    tight: bool = attrs.field(default=False, kw_only=True)


def no_paint(text: str, _style: Style) -> str:
    """Leave a text without colour."""
    return text


def table_text(table: Table, *, columns: int | None = None, paint: Paint = no_paint) -> str:
    """Write a table for a terminal of so many columns; without a number, no cell is ever broken."""
    shown = [[visible(cell.text) for cell in row] for row in table.rows]
    widths = _widths(table.headers, shown, columns)
    headers = ["\n".join(_broken(header, most)) for header, most in zip(table.headers, widths, strict=True)]
    rows = [
        [_painted(text, most, cell.style, paint) for text, most, cell in zip(texts, widths, cells, strict=True)]
        for texts, cells in zip(shown, table.rows, strict=True)
    ]
    if table.tight or (columns is not None and _padded(table.headers, shown) > columns):
        rules = ["-" * _widest([header, *(row[at] for row in shown)], widths[at]) for at, header in enumerate(table.headers)]
        written = tabulate([headers, rules, *rows], tablefmt="plain", disable_numparse=True, stralign="left")
    else:
        written = tabulate(rows, headers, tablefmt="simple", disable_numparse=True, stralign="left")
    return "\n".join(line.rstrip() for line in written.splitlines())


def _padded(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return how wide a table is in which nothing is broken; tabulate sets a header apart from the next by two more columns."""
    widths = [max(width(header) + MIN_PADDING, *(width(row[at]) for row in rows), 0) for at, header in enumerate(headers)]
    return sum(widths) + _GAP * (len(widths) - 1)


def _widest(texts: Sequence[str], most: int | None) -> int:
    return max(width(line) for text in texts for line in _broken(text, most))


def _painted(text: str, most: int | None, style: Style, paint: Paint) -> str:
    return "\n".join(paint(line, style) for line in _broken(text, most))


def _widths(headers: Sequence[str], rows: Sequence[Sequence[str]], columns: int | None) -> list[int | None]:
    """Narrow the widest columns, one step at a time, until the table fits: down to their longest word, and then to parts of words."""
    if columns is None:
        return [None] * len(headers)
    filled = [[header, *(row[place] for row in rows)] for place, header in enumerate(headers)]
    widths = [max(map(width, texts)) for texts in filled]
    for longest in (longest_word, _longest_part):
        least = [min(max(_NARROWEST, *map(longest, texts)), most) for texts, most in zip(filled, widths, strict=True)]
        while sum(widths) + _GAP * (len(widths) - 1) > columns:
            index = max(range(len(widths)), key=lambda at: (widths[at] > least[at], widths[at]))
            if widths[index] <= least[index]:
                break
            widths[index] -= 1
    return list(widths)


def _broken(text: str, most: int | None) -> list[str]:
    """Break a text between words, and a word that is too long behind the marks within it, such as the hyphens of an id."""
    return [line for whole in wrap(text, most) for line in (_parts(whole, most) if most is not None and width(whole) > most else [whole])]


def _parts(word: str, most: int) -> list[str]:
    lines = [""]
    for part in _MARKS.split(word):
        if lines[-1] and width(lines[-1] + part) > most:
            lines.append("")
        lines[-1] += part
    return lines


def _longest_part(text: str) -> int:
    return max(map(longest_word, _MARKS.split(text)))


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
