"""Small parts of a Word file: texts, columns, rows that repeat or stay whole, fields; python-docx has no door to some of them."""

from __future__ import annotations

from typing import Any

from evaluator.core.text import xml_text
from evaluator.report.tables import Table
from evaluator.report.text import longest_word, visible, width
from evaluator.report.words import Style

_INKS = {Style.GOOD: "14632B", Style.CLOSE: "7A4B00", Style.OPEN: "1D4B96", Style.BAD: "9C1518", Style.FAINT: "4D5965"}
_NARROW, _WIDE, _EDGE = 8, 36, 5


def clean(text: str) -> str:
    """Return a text without what XML cannot hold, and without what could steer the direction of others."""
    return xml_text(visible(text))


def run(line: Any, text: str, style: Style = Style.PLAIN, *, bold: bool = False) -> None:  # noqa: ANN401 - a paragraph of python-docx
    """Add a text to a paragraph, in its colour; what is bad is bold too, so that no colour speaks alone."""
    from docx.shared import RGBColor

    added = line.add_run(clean(text))
    added.bold = bold or style is Style.BAD or None
    if style in _INKS:
        added.font.color.rgb = RGBColor.from_string(_INKS[style])


def columns(table: Any, shares: tuple[int, ...], room: int) -> None:  # noqa: ANN401 - a table of python-docx
    """Set the widths of columns as shares of the room, in the grid and in every cell."""
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = room * share // sum(shares)
    for row in table.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = room * share // sum(shares)


def repeat(row: Any) -> None:  # noqa: ANN401 - as above
    """Have a row repeated at the head of every page that the table reaches."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - python-docx has no door to it
    whole(row)


def whole(row: Any) -> None:  # noqa: ANN401 - as above
    """Keep a row on one page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - as above


def field(line: Any, name: str) -> None:  # noqa: ANN401 - as above
    """Add a field that Word fills in, such as the number of the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement("w:fldSimple")
    made.set(qn("w:instr"), name)
    line._p.append(made)  # noqa: SLF001 - as above


def shares(table: Table) -> tuple[int, ...]:
    """Return how wide columns are to each other: by their longest text, but none below its longest word nor very wide."""
    texts = [[header, *(row[index].text for row in table.rows)] for index, header in enumerate(table.headers)]
    return tuple(min(max(_NARROW, *map(longest_word, column), *map(width, map(visible, column))), _WIDE) + _EDGE for column in texts)
