"""A report with pictures as one HTML file that needs nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from evaluator.report.blocks import Block, Facts, Folded, Heading, Item, Listing, Paragraph
from evaluator.report.tables import Table
from evaluator.report.text import visible
from evaluator.report.words import Style

_CODE = re.compile(r"`([^`]+)`")
_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #1b2733; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
th, td {{ border-bottom: 1px solid #dde3e9; padding: .3rem .7rem; text-align: left; font-variant-numeric: tabular-nums }}
.scroll {{ overflow-x: auto }}
svg {{ max-width: 100%; height: auto }}
.strong {{ font-weight: bold }}
.bad {{ color: #a02020 }}
.faint {{ color: #5b6875 }}
</style>
</head>
<body>
"""


def html_page(title: str, blocks: Iterable[Block], pictures: Sequence[str] = ()) -> str:
    """Write a report as HTML; the pictures, as SVG, stand behind its first two blocks, which are its title and what it is about."""
    written = list(map(_html, blocks))
    figures = [f'<div class="scroll">\n{picture}</div>' for picture in pictures]
    return "\n".join([_HEAD.format(title=_text(title)) + written[0], *written[1:2], *figures, *written[2:], "</body>\n</html>\n"])


def _html(block: Block) -> str:
    match block:
        case Heading(text=text, level=level):
            return f"<h{level}>{_text(text)}</h{level}>"
        case Paragraph(text=text, style=style):
            return f"<p{_class(style)}>{_marked(text)}</p>"
        case Facts(facts=facts):
            rows = "".join(
                f"<tr><th scope='row'>{_text(fact.label)}</th><td{_class(fact.style)}>{_marked(fact.text)}</td></tr>\n" for fact in facts
            )
            return f"<table>\n{rows}</table>"
        case Listing(items=items):
            return _listing(items)
        case Table():
            return _table(block)
        case Folded(title=title, blocks=blocks):
            inner = "\n".join(map(_html, blocks))
            return f"<details>\n<summary>{_text(title)}</summary>\n{inner}\n</details>"


def _listing(items: tuple[Item, ...]) -> str:
    return "<ul>\n" + "".join(f"<li>{_item(item)}</li>\n" for item in items) + "</ul>"


def _item(item: Item) -> str:
    parts = [item.mark if item.mark != "·" else "", item.text, item.note, f"`{item.place}`" if item.place else ""]
    return _marked(" ".join(part for part in parts if part)) + (_listing(item.parts) if item.parts else "")


def _table(table: Table) -> str:
    heads = "".join(f"<th scope='col'>{_text(head)}</th>" for head in table.headers)
    rows = "".join("<tr>" + "".join(f"<td{_class(cell.style)}>{_text(cell.text)}</td>" for cell in row) + "</tr>\n" for row in table.rows)
    return f'<div class="scroll"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>'


def _class(style: Style) -> str:
    return f' class="{style.value}"' if style in {Style.STRONG, Style.BAD, Style.FAINT} else ""


def _marked(words: str) -> str:
    """Escape a text, and show as code what stands between backticks."""
    return _CODE.sub(r"<code>\1</code>", _text(words))


def _text(words: str) -> str:
    return escape(visible(words))
