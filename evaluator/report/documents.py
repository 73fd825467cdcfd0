"""Blocks written out: as text for a terminal, or as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from evaluator.report.blocks import Block, Fact, Facts, Folded, Heading, Item, Listing, Paragraph
from evaluator.report.tables import Paint, Table, escaped, no_paint, table_markdown, table_text
from evaluator.report.text import pad, visible, width, wrap
from evaluator.report.words import Style

_STEP = 2
_COLUMNS = 80
_BULLET = "·"


def markdown(blocks: Iterable[Block]) -> str:
    """Write blocks as Markdown."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(text=text, level=level):
            return f"{'#' * level} {escaped(text)}"
        case Paragraph(text=text):
            return escaped(text)
        case Facts(facts=facts):
            return "\n".join(f"- **{escaped(fact.label)}:** {escaped(fact.text)}" for fact in facts)
        case Listing(items=items):
            return "\n".join(line for item in items for line in _markdown_item(item, 0))
        case Table():
            return table_markdown(block)
        case Folded(title=title, blocks=blocks):
            inner = "\n\n".join(map(_markdown, blocks))
            return f"<details>\n<summary>{escape(visible(title))}</summary>\n\n{inner}\n\n</details>"


def _markdown_item(item: Item, depth: int) -> Iterator[str]:
    words = escaped(item.text)
    mark = "" if item.mark == _BULLET else item.mark
    parts = [mark, f"**{words}**" if item.strong else words, escaped(item.note), f"`{item.place}`" if item.place else ""]
    yield f"{' ' * _STEP * depth}- {' '.join(part for part in parts if part)}"
    for part in item.parts:
        yield from _markdown_item(part, depth + 1)


def text(blocks: Iterable[Block], *, columns: int | None = None, paint: Paint = no_paint) -> str:
    """Write blocks for a terminal of so many columns; without a number, no line is ever broken."""
    return "\n\n".join("\n".join(_text(block, columns, paint)) for block in blocks) + "\n"


def _text(block: Block, columns: int | None, paint: Paint) -> Iterable[str]:
    match block:
        case Heading(text=words, level=level):
            return _heading(visible(words), level, columns, paint)
        case Paragraph(text=words, style=style):
            return [paint(line, style) for line in wrap(visible(words), columns)]
        case Facts(facts=facts):
            return _facts(facts, columns, paint)
        case Listing(items=items, spaced=spaced):
            return _listing(items, columns, paint, spaced=spaced)
        case Table():
            return [table_text(block, columns=columns, paint=paint)]
        case Folded(title=title, blocks=blocks):
            return text((Heading(title, 3), *blocks), columns=columns, paint=paint).rstrip("\n").split("\n")


def _heading(words: str, level: int, columns: int | None, paint: Paint) -> list[str]:
    under, lines = {1: "=", 2: "-"}.get(level), wrap(words, columns)
    return [
        *(paint(line, Style.STRONG) for line in lines),
        *([under * min(max(map(width, lines)), columns or width(words))] if under else []),
    ]


def _facts(facts: tuple[Fact, ...], columns: int | None, paint: Paint) -> Iterator[str]:
    room = max(width(fact.label) for fact in facts) + _STEP
    for fact in facts:
        most = _COLUMNS if columns is None and fact.broken else columns
        first, *rest = wrap(visible(fact.text), None if most is None else most - room)
        yield paint(pad(fact.label, room), Style.FAINT) + paint(first, fact.style)
        yield from (" " * room + paint(line, fact.style) for line in rest)


def _listing(items: tuple[Item, ...], columns: int | None, paint: Paint, *, spaced: bool) -> Iterator[str]:
    for number, item in enumerate(items):
        if number and spaced:
            yield ""
        yield from _item(item, 0, columns, paint)


def _item(item: Item, depth: int, columns: int | None, paint: Paint) -> Iterator[str]:
    indent = " " * _STEP * depth
    mark = item.mark or "-"
    room = width(indent) + width(mark) + 1
    body = visible(f"{item.text} {item.note}".rstrip())
    first, *rest = wrap(body, None if columns is None else max(columns - room, _STEP * 10))
    style = Style.STRONG if item.strong else Style.FAINT if item.style is Style.FAINT else Style.PLAIN
    yield f"{indent}{paint(mark, item.style)} {paint(first, style)}"
    yield from (" " * room + paint(line, style) for line in rest)
    if item.place:
        yield " " * room + paint(item.place, Style.FAINT)
    for part in item.parts:
        yield from _item(part, depth + 1, columns, paint)
