"""Pictures among blocks: drawn where a format takes pictures, told in words where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from evaluator.report.blocks import Block, Paragraph
from evaluator.report.documents import markdown
from evaluator.report.tables import Cell, Table


@attrs.frozen(kw_only=True)
class Figure:
    """A picture as SVG with its title and what it says in words; `only_drawn` where the text beside it says the same already.

    `mermaid` is the same picture as text, for Markdown; it is made of the pack's own words and never of a profile's.
    """

    svg: str
    title: str
    words: str
    mermaid: str = ""
    only_drawn: bool = False


@attrs.frozen(kw_only=True)
class Form:
    """A table to be filled in by hand: labels, boxes to tick behind them or room to write, and whether that is much."""

    rows: tuple[tuple[str, tuple[str, ...], bool], ...]

    @property
    def table(self) -> Table:
        """The form as a table, with lines to write on."""
        rows = ((label, BOXES.join(f"☐ {word}" for word in words) or _LINE * (2 if tall else 1)) for label, words, tall in self.rows)
        return Table(headers=("What", "To be filled in"), rows=tuple((Cell(label), Cell(text)) for label, text in rows))


BOXES = "   "
_LINE = "." * 30
Part = Block | Figure | Form
"""What a document with pictures is made of."""


def told(parts: Iterable[Part]) -> Iterator[Block]:
    """Yield the blocks, with each picture's words in its place unless they are said already."""
    for part in parts:
        if isinstance(part, Form):
            yield part.table
        elif not isinstance(part, Figure):
            yield part
        elif not part.only_drawn:
            yield Paragraph(f"{part.title}: {part.words}")


def markdown_with_figures(parts: Iterable[Part]) -> str:
    """Write a document as Markdown, with those pictures that Markdown can carry."""
    return "\n".join(text for part in parts if (text := _markdown(part)))


def _markdown(part: Part) -> str:
    if isinstance(part, Figure) and part.mermaid:
        return f"```mermaid\n{part.mermaid}```\n"
    blocks = tuple(told([part]))
    return markdown(blocks) if blocks else ""
