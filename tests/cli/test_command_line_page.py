"""docs/command-line.md names every verb, and the formats that each can write, as the command line itself has them."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from evaluator.cli.main import Verbs
from tests.report.test_every_verb import commands

PAGE = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")
VERBS = sorted(commands(Verbs(name="evaluator")))


def command(verb: str) -> click.Command:
    """Return the command of a verb, in its group."""
    found: click.Command = Verbs(name="evaluator")
    for word in verb.split():
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), word)
        assert inner is not None
        found = inner
    return found


def rows(heading: str) -> list[list[str]]:
    """Return the cells of a table of the page, by its first line."""
    lines = PAGE.partition(f"{heading}\n")[2].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[1:]]


@pytest.mark.parametrize("verb", VERBS)
def test_the_page_lists_every_verb(verb: str) -> None:
    """With a link to where it is told; a group may have one row for all its verbs."""
    listed = {word for cells in rows("| verb | for | says |") for word in re.findall(r"\[`([^`]+)`\]", cells[0])}
    assert {verb, verb.split(maxsplit=1)[0], " ".join(verb.split()[:2])} & listed


@pytest.mark.parametrize("verb", [verb for verb in VERBS if any("--format" in one.opts for one in command(verb).params)])
def test_the_page_tells_the_formats_of_every_verb(verb: str) -> None:
    """All that can be asked for, and nothing else."""
    told = {
        name: {word for word in re.findall("`([^`]+)`", cells[1]) if not word.startswith("--")}
        for cells in rows("| verb | formats, the default first |")
        for name in re.findall("`([^`]+)`", cells[0])
    }
    (option,) = [one for one in command(verb).params if "--format" in one.opts]
    assert isinstance(option.type, click.Choice)
    assert told.get(verb) == set(option.type.choices)
