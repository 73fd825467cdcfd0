"""R505: texts that `new role` writes to be written over, and that nobody has."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, Span

Check = Callable[[Pack, Problems], None]
TITLE_END = ", as an example"
ADVICE = "Say here what somebody can do to close the gap."
REASON = "Say in a sentence why somebody would take this move."


def _texts(pack: Pack) -> Iterator[tuple[tuple[str | None, ...], Span]]:
    for role in pack.roles.values():
        for criterion in role.criteria:
            yield (criterion.title, criterion.advice), criterion.span
    for move in pack.moves:
        yield (move.reason,), move.span


def left_from_scaffold(pack: Pack, problems: Problems) -> None:
    """R505: a criterion or move that still holds what was only there to be written over."""
    for texts, span in _texts(pack):
        left = [text for text in texts if text in {ADVICE, REASON} or (text or "").endswith(TITLE_END)]
        if left:
            message = f"this still says {' and '.join(f'`{text}`' for text in left)}, which `new role` wrote to be written over"
            problems.add("R505", message, span, help="write what fits your role")


PLACEHOLDERS: tuple[Check, ...] = (left_from_scaffold,)
