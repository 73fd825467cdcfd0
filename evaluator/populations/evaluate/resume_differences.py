"""What differs between a run that was stopped and the one that would go on from it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Manifest = Mapping[str, Any]

_OPTIONS = {
    "level": "--level",
    "role": "--role",
    "engine": "--engine",
    "check": "--check",
    "seed": "--seed",
    "bad_cells": "--bad-cells",
    "keep": "--keep",
    "keep_all": "--keep-all",
    "encoding": "--encoding",
    "decimal": "--decimal",
    "delimiter": "the delimiter",
    "mapping": "--map",
    "dates": "--dates",
    "sheet": "--sheet",
    "header_row": "--header-row",
    "required": "--require",
    "where": "--where",
    "chunk_rows": "--chunk-rows",
    "today": "the day of the run",
    "as_of": "--as-of",
    "as_of_wins": "whether --as-of was given",
}
_UNSAID = {"None", "", "()", "{}"}


def changes(before: Manifest, now: Manifest) -> tuple[str, ...]:
    """Return a clause for each thing that the bytes of the results hang on and that is another one now; none where all is the same."""
    differences = [*_tool(before["tool"], now["tool"]), *_pack(before["pack"], now["pack"]), *_sources(before["sources"], now["sources"])]
    return (*differences, *_options(before["request"], now["request"]), *_options(before["options"], now["options"]))


def _tool(before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    if before != now:
        yield f"it was made by {_tool_words(before)}, and this is {_tool_words(now)}"


def _tool_words(tool: Sequence[str]) -> str:
    return f"evaluator {tool[0]} with polars {tool[1]}"


def _pack(before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    if before[:2] == now[:2] and before != now:
        yield f"the pack {now[0]} {now[1]} has changed: its hash was {before[2]} and is {now[2]} now"
    elif before != now:
        yield f"the pack was {before[0]} {before[1]}, and is {now[0]} {now[1]} now"


def _sources(before: Sequence[Sequence[Any]], now: Sequence[Sequence[Any]]) -> Iterator[str]:
    names = [[source[0] for source in sources] for sources in (before, now)]
    if names[0] != names[1]:
        yield f"it read {', '.join(names[0]) or 'nothing'}, and this run reads {', '.join(names[1]) or 'nothing'}"
        return
    for was, is_now in zip(before, now, strict=True):
        if list(was) != list(is_now):
            yield f"{is_now[0]} has changed since"


def _options(before: Manifest, now: Manifest) -> Iterator[str]:
    for name in now:
        was, is_now = before.get(name), now[name]
        if was != is_now:
            yield f"{_OPTIONS.get(name, name)} was {_said(was)} and is {_said(is_now)} now"


def _said(value: str | None) -> str:
    return "not given" if value is None or value in _UNSAID else {"True": "yes", "False": "no"}.get(value, value)
