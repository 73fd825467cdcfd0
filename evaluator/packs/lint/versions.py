"""A pack's version held against what the pack was before: what means something else has a version of its own, and a higher one."""

from __future__ import annotations

import re
from pathlib import Path

from evaluator.core.model import Pack
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Related, Span
from evaluator.packs.changes.rules import changes
from evaluator.reading.pack.pack import HEAD
from evaluator.reading.yaml.nodes import MappingNode, parse_yaml

_KEY = "version"
_NUMBERS = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)")


def check_version(pack: Pack, earlier: Pack, problems: Problems) -> None:
    """Report a version that a pack has although `diff` tells another meaning than it had, and one that is lower than it was."""
    span = _place(pack, problems)
    related = [Related(span=_place(earlier, problems), message=f"version {clip(earlier.version)} is here")]
    now, before = _numbers(pack.version), _numbers(earlier.version)
    if pack.version == earlier.version and any(not change.wording for change in changes(earlier, pack)):
        message = f"the rules mean something else than they did as version {clip(pack.version)}, and the version is the same"
        step = f"give it a new one, such as {_next(pack.version)}; `evaluator diff` says what changed"
        problems.add("R408", message, span, help=step, related=related)
    elif now is not None and before is not None and now < before:
        message = f"the version went down, from {clip(earlier.version)} to {clip(pack.version)}"
        step = f"write a higher one, such as {_next(earlier.version)}"
        problems.add("R409", message, span, help=step, related=related)


def _place(pack: Pack, problems: Problems) -> Span:
    """Return where a pack says its version."""
    path = next((path for path in pack.files if Path(path).name == HEAD), None)
    if path is None:
        return Span.whole_file(str(Path(pack.folder) / HEAD))
    text = pack.files[path].decode("utf-8-sig")
    node = parse_yaml(text, path, Problems())
    entry = node.get(_KEY) if isinstance(node, MappingNode) else None
    problems.texts.setdefault(path, text)
    return Span.whole_file(path) if entry is None else entry.value.span


def _numbers(version: str) -> tuple[int, ...] | None:
    """Return the numbers of a version, which are compared one by one; None where it has others."""
    found = _NUMBERS.fullmatch(version)
    if found is None:
        return None
    numbers = [int(part) for part in found[1].split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _next(version: str) -> str:
    """Return a version that comes after another one."""
    head, dot, last = version.rpartition(".")
    if _NUMBERS.fullmatch(version) is None:
        return "1.0.1"
    middle = head.split(".") if dot else []
    if len(middle) > 1:
        return ".".join([*middle[:-1], str(int(middle[-1]) + 1), "0"])
    return f"{head}{dot}{int(last.removeprefix('v')) + 1}"
