"""A progress bar on standard error where that is a terminal, and nothing anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from evaluator.cli.messages import messages


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

    with click.progressbar(length=max(total or 1, 1), label=label, file=sys.stderr, show_pos=True, item_show_func=rate) as bar:

        def step(number: int) -> None:
            nonlocal done
            done += number
            bar.length = max(bar.length or 1, done)
            bar.update(number, number)

        bar.render_progress()
        yield step
