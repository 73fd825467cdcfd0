"""Templates filled in: one HTML file that needs nothing else, in which no value can become markup, style or script.

Every value is escaped by the templates; what is markup is made by our own functions and named as such. A policy in the page forbids
scripts, and everything from elsewhere; it lets no style be but the page's own, by its hash.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from evaluator.report.text import visible, width

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "templates"
_HEAD = 80
"""So many letters fit at the head of a printed page."""
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")


def page(template: str, *, running: tuple[str, str], styles: tuple[str, ...], **values: object) -> str:
    """Fill in a template; `running` are the texts at the head of every printed page, `styles` the style sheets it uses, in order."""
    from markupsafe import Markup

    left, right = (css_string(_clipped(text)) for text in running)
    sheets = "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in styles)
    style = f"{sheets}@page {{ @top-left {{ content: {left} }} @top-right {{ content: {right} }} }}\n"
    safe = {"style": Markup(style), "policy": policy(style)}  # noqa: S704 - our own sheets, and strings escaped letter by letter
    return _environment().get_template(template).render(**safe, **values)


def policy(style: str) -> str:
    """Return a content security policy under which nothing runs, nothing is fetched and only this style applies."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


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

    return Environment(
        loader=FileSystemLoader(_FOLDER, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=shown,
    )
