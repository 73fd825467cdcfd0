"""Texts in which pieces are exchanged and every other byte stays: what all edits of YAML files share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from evaluator.core.files import locked, read_bytes
from evaluator.diagnostics import EvaluatorError, Problems, ReadingError
from evaluator.reading.yaml.nodes import Node, parse_yaml


class EditProblem(EvaluatorError):
    """A value that cannot be changed: one lower-case sentence, and a next step."""


def parsed(text: str, name: str) -> Node:
    """Return the node of a YAML text; raises ReadingError where it is none."""
    problems = Problems()
    node = parse_yaml(text, name, problems)
    if node is None or problems.errors:
        raise ReadingError(problems)
    return node


def spliced(text: str, pieces: Mapping[tuple[int, int], str]) -> str:
    """Return a text with pieces put in the place of what stands between indices."""
    parts, done = list[str](), 0
    for (start, end), piece in sorted(pieces.items()):
        parts += [text[done:start], piece]
        done = end
    return "".join([*parts, text[done:]])


@contextmanager
def held_as_read(path: Path, before: bytes, gone: str) -> Iterator[None]:
    """Hold a file against others; raises EditProblem where it is not what it was when it was read, and where another program holds it.

    `gone` says what to do where it is there no longer.
    """
    with ExitStack() as held:
        try:
            held.enter_context(locked(path))
            if read_bytes(path) != before:
                raise changed_meanwhile(str(path))
        except FileNotFoundError:
            raise EditProblem(f"{path} is gone since it was read", gone) from None
        except TimeoutError:
            raise EditProblem(f"another program holds {path}", "try again once it is done") from None
        yield


def changed_meanwhile(path: str) -> EditProblem:
    """Return the problem of a file that is not what it was when it was read."""
    return EditProblem(f"{path} was changed by somebody else after it was read, and stays as they left it", "read it again, then edit it")
