"""Templates filled in: one HTML file that needs nothing else, in which no value can become markup, style or script.

Every value is escaped by the templates; what is markup is made by our own functions and named as such. A policy in the page forbids
everything from elsewhere, and every style and script but the page's own, by its hash; most pages have no script.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import attrs

from evaluator.report.blocks import Block, Heading
from evaluator.report.text import visible, width
from evaluator.report.words import NOTICE

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from evaluator.report.plain_values import Json

_FOLDER = Path(__file__).parent / "templates"
_HEAD = 80
"""So many letters fit at the head of a printed page."""
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")


_STEERS = re.compile("[<>&\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CODE = re.compile(r"`([^`]+)`")
_CHAPTER = 2
_BUFFERED = 1_000
"""So many pieces of a long page are written at a time."""


def page(template: str, *, running: tuple[str, str], styles: tuple[str, ...], script: str | None = None, **values: object) -> str:
    """Fill in a template; `running` are the texts at the head of every printed page, `styles` the style sheets it uses, in order.

    `script` is the one file of script that a page may run.
    """
    return _environment().get_template(template).render(**_safe(running, styles, script), **values)


@attrs.frozen
class Chapter:
    """A heading that the contents of a page lead to, with those below it."""

    text: str
    anchor: str
    below: tuple[Heading, ...]


def blocks_page(
    blocks: Sequence[Block], *, title: str, pictures: Sequence[str] = (), styles: tuple[str, ...] = (), contents: bool = False
) -> str:
    """Write a report of blocks as a page; pictures, as SVG, stand behind its first two blocks: its title and what it is about.

    There too stand, where they are asked for, the contents: the headings that have an address. `styles` are sheets beside the page's own.
    """
    from markupsafe import Markup

    drawn = tuple(Markup(picture) for picture in pictures)  # noqa: S704 - our own drawings, in which every text is escaped
    chapters = tuple(_chapters(blocks)) if contents else ()
    sheets = ("page.css", *styles)
    return page("report.html", running=(title, ""), styles=sheets, blocks=blocks, title=title, pictures=drawn, contents=chapters)


def _chapters(blocks: Sequence[Block]) -> Iterator[Chapter]:
    headings = [block for block in blocks if isinstance(block, Heading) and block.anchor]
    starts = [index for index, heading in enumerate(headings) if heading.level == _CHAPTER]
    for start, end in zip(starts, [*starts[1:], len(headings)], strict=True):
        yield Chapter(headings[start].text, headings[start].anchor, tuple(headings[start + 1 : end]))


def write_table_page(headers: Sequence[str], rows: Iterable[Sequence[object]], stream: IO[str], *, title: str, days: str = "") -> None:
    """Write a table of any length as a page, row by row; `days` is what is to be said above it of the days it speaks of."""
    values = {"headers": headers, "rows": rows, "title": title, "days": days, "notice": NOTICE}
    pieces = _environment().get_template("table.html").stream(**_safe((title, ""), ("page.css", "table.css")), **values)
    pieces.enable_buffering(_BUFFERED)
    stream.writelines(pieces)


def _safe(running: tuple[str, str], styles: tuple[str, ...], script: str | None = None) -> dict[str, object]:
    """Return what every page begins with: its style, its script where it has one, and the policy that allows them."""
    from markupsafe import Markup

    left, right = (css_string(_clipped(text)) for text in running)
    sheets = "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in styles)
    style = f"{sheets}@page {{ @top-left {{ content: {left} }} @top-right {{ content: {right} }} }}\n"
    run = "" if script is None else (_FOLDER / script).read_text(encoding="utf-8")
    return {"style": Markup(style), "script": Markup(run), "policy": policy(style, run)}  # noqa: S704 - our own, strings escaped by letter


def policy(style: str, script: str = "") -> str:
    """Return a content security policy under which nothing is fetched, only this style applies and nothing but this script runs."""
    runs = f"; script-src 'sha256-{_digest(script)}'" if script else ""
    return f"default-src 'none'; style-src 'sha256-{_digest(style)}'{runs}; base-uri 'none'; form-action 'none'"


def json_data(value: Json) -> Markup:
    """Return data for a page's script, as JSON in which no letter can end the element that it stands in."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(_STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))  # noqa: S704 - what could be markup is written by its number


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def css_string(text: str) -> str:
    """Return a text as a string of a style sheet, with every letter but plain ones as its number."""
    return '"' + "".join(letter if letter in _PLAIN else f"\\{ord(letter):x} " for letter in visible(text)) + '"'


def _clipped(text: str) -> str:
    return text if width(text) <= _HEAD else f"{text[: _HEAD - 1]}…"


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=shown,
    )
    environment.filters["coded"] = _coded
    environment.globals["kind_of"] = lambda block: type(block).__name__.lower()
    return environment


def _coded(text: str) -> Markup:
    """Escape a text, and show as code what stands between backticks."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(visible(text)))))  # noqa: S704 - escaped just before
