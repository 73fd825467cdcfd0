"""Blocks written out as one HTML page that needs nothing else: no scripts, no fonts, nothing from elsewhere; made to be printed.

Every text is escaped where it is put between tags, in `_tag` and nowhere else.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from evaluator.report.blocks import Block, Fact, Facts, Folded, Heading, Item, Listing, Paragraph
from evaluator.report.tables import Cell, Table
from evaluator.report.text import visible
from evaluator.report.words import Style

_PLAIN = frozenset({"title", "code"})
_CODE, _AS_CODE = re.compile(r"`([^`]+)`"), r"<code>\1</code>"
"""What stands between backticks is shown as code."""
_STYLES = """
body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
h1 { font-size: 1.6rem; margin: 0 0 1rem }
h2 { font-size: 1.25rem; margin: 2rem 0 .6rem; padding-top: .6rem; border-top: 1px solid #ccc }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: .4rem 0; font-variant-numeric: tabular-nums }
th, td { padding: .25rem .7rem .25rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd }
th { border-bottom-color: #888; font-weight: 600 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .6rem 0 }
dt { color: #555 }
dd { margin: 0 }
ul { margin: .4rem 0; padding-left: 1.2rem }
code { font-size: .85em; color: #555 }
.strong { font-weight: 600 }
.good { color: #146c2e }
.close { color: #7a5200 }
.open { color: #1f4f9e }
.bad { color: #a3161a; font-weight: 600 }
.faint { color: #555 }
@media print {
  body { max-width: none; margin: 0; font-size: 11px }
  .wide { overflow: visible }
  table, li { break-inside: avoid }
  h1, h2, h3 { break-after: avoid }
}
"""


def html_page(blocks: Iterable[Block], *, title: str) -> str:
    """Write blocks as a whole page; the title is what a browser's tab says."""
    head = f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n{_tag("title", title)}\n<style>{_STYLES}</style>'
    body = "\n".join(map(_html, blocks))
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def _html(block: Block) -> str:
    match block:
        case Heading(text=text, level=level):
            return _tag(f"h{level}", text)
        case Paragraph(text=text, style=style):
            return _tag("p", text, style)
        case Facts(facts=facts):
            return f"<dl>\n{''.join(map(_fact, facts))}</dl>"
        case Listing(items=items):
            return _listing(items)
        case Table():
            return _table(block)
        case Folded(title=title, blocks=blocks):
            inner = "\n".join(map(_html, blocks))
            return f"<details open>\n{_tag('summary', title)}\n{inner}\n</details>"


def _fact(fact: Fact) -> str:
    return f"{_tag('dt', fact.label)}{_tag('dd', fact.text, fact.style)}\n"


def _listing(items: Iterable[Item]) -> str:
    return f"<ul>\n{''.join(map(_item, items))}</ul>"


def _item(item: Item) -> str:
    mark = f"{_tag('span', item.mark, item.style)} " if item.mark.strip("·-") else ""
    words = _tag("span", item.text, Style.STRONG if item.strong else Style.PLAIN)
    note = f" {_tag('span', item.note)}" if item.note else ""
    place = f" {_tag('code', item.place)}" if item.place else ""
    return f"<li>{mark}{words}{note}{place}{_listing(item.parts) if item.parts else ''}</li>\n"


def _table(table: Table) -> str:
    head = "".join(_tag("th", header, scope="col") for header in table.headers)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in table.rows)
    return f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>'


def _cell(cell: Cell) -> str:
    return _tag("td", cell.text, cell.style)


def _tag(name: str, text: str, style: Style = Style.PLAIN, **attributes: str) -> str:
    """Return an element with a text in it; the one place where text becomes HTML."""
    named = {**attributes, **({} if style is Style.PLAIN else {"class": style.value})}
    said = "".join(f' {key}="{html.escape(value)}"' for key, value in named.items())
    words = html.escape(visible(text))
    return f"<{name}{said}>{words if name in _PLAIN else _CODE.sub(_AS_CODE, words)}</{name}>"
