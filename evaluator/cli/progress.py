"""A progress bar on standard error where that is a terminal, and nothing anywhere else."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from evaluator.cli.messages import messages
from evaluator.core.values import clip

_NARROWEST, _WIDEST = 10, 36


@contextmanager
def progress_bar(label: str, total: int | None, *, unit: str | None = None) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many more are done; `unit` names them, where their rate is worth showing.

    Where the total is not known, or more come than it says, the bar grows with them.
    """
    if not sys.stderr.isatty() or messages().quiet:
        yield lambda _: None
        return
    start, done = time.monotonic(), 0

    def rate(_: object) -> str | None:
        return f"{done / max(time.monotonic() - start, 1e-3):,.0f} {unit}/s" if unit else None

    length = max(total or 1, 1)
    label, bar_width = _fitted(label, length, unit)
    with click.progressbar(length=length, label=label, file=sys.stderr, width=bar_width, show_pos=True, item_show_func=rate) as bar:

        def step(number: int) -> None:
            nonlocal done
            done += number
            bar.length = max(bar.length or 1, done)
            bar.update(number, number)

        bar.render_progress()
        yield step


def _fitted(label: str, length: int, unit: str | None) -> tuple[str, int]:
    """Return a label and the width of a bar that leave room on the line for counts, the time that is left and a rate."""
    columns = shutil.get_terminal_size().columns
    beside = 2 * len(str(length)) + len("  []    1d 00:00:00") + (len(f"  1,000,000 {unit}/s") if unit else 0)
    label = clip(label, max(columns - beside - _NARROWEST, _NARROWEST))
    return label, max(min(columns - beside - len(label), _WIDEST), _NARROWEST)
