"""The few questions that begin a ladder, on a terminal or on lines that are piped in; they go to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

from evaluator.cli.failures import Unusable
from evaluator.cli.output import write_error
from evaluator.packs.init.names import NamesProblem, checked_title
from evaluator.packs.init.templates import TEMPLATES, Template

Answer = TypeVar("Answer")
_EXAMPLE = "--name NAME --role TITLE --role TITLE, or --from TEMPLATE"


def ask_name(default: str) -> str:
    """Ask for the ladder's name."""
    return _asked(f"What is the ladder called? [{default}]", lambda text: checked_title(text) if text else default)


def ask_start() -> Template | None:
    """Ask what to start from; None is nothing."""
    listed = "\n".join(f"  {index} {template.name} – {template.words}" for index, template in enumerate(TEMPLATES, 2))
    return _asked(
        f"What does it start from? [1]\n  1 nothing – tracks and roles of your own, with criteria to write over\n{listed}", _start
    )


def _start(text: str) -> Template | None:
    chosen = text.casefold()
    if chosen in {"", "1", "nothing"}:
        return None
    for index, template in enumerate(TEMPLATES, 2):
        if chosen in {str(index), template.name}:
            return template
    raise NamesProblem(f"`{text}` is none of these", f"answer a number from 1 to {len(TEMPLATES) + 1}, or a name")


def ask_tracks(default: str) -> list[str]:
    """Ask for the titles of the tracks."""
    asked = f"Its tracks, such as Management and Craft, one a line; an empty line ends. [{default}]"
    return _listed(asked) or [default]


def ask_roles(track: str) -> list[str]:
    """Ask for the titles of the roles of a track, lowest first."""
    while True:
        roles = _listed(f"The roles of {track}, the lowest first, one a line; an empty line ends.")
        if roles:
            return roles
        write_error("  a track has at least one role\n")


def _listed(asked: str) -> list[str]:
    write_error(f"\n{asked}\n")
    titles: list[str] = []
    while text := _line():
        try:
            title = checked_title(text)
        except NamesProblem as problem:
            write_error(f"  {problem}\n")
            continue
        if title.casefold() in {before.casefold() for before in titles}:
            write_error(f"  `{title}` is named already\n")
            continue
        titles.append(title)
    return titles


def _asked(asked: str, read: Callable[[str], Answer]) -> Answer:
    write_error(f"\n{asked}\n")
    while True:
        try:
            return read(_line())
        except NamesProblem as problem:
            write_error(f"  {problem}\n")


def _line() -> str:
    """Return one answer; raises Unusable where no more come."""
    write_error("> ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        write_error("\n")
        raise Unusable(
            "the answers ended before all was asked, and nothing was written", f"answer every question, or say it by options: {_EXAMPLE}"
        )
    return line.strip()
