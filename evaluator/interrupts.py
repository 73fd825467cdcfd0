"""Ctrl-C that is remembered: a library may swallow the interrupt, and fail in another way or go on as if nothing had been."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """Whether Ctrl-C was pressed; no attrs class, as `evaluator --help` comes by here and waits for nothing."""

    def __init__(self) -> None:
        self.heard = False

    def check(self) -> None:
        """Raise KeyboardInterrupt where Ctrl-C was pressed: what was worked out since may be wrong, and is not to be kept."""
        if self.heard:
            raise KeyboardInterrupt

    def note(self, number: int, frame: FrameType | None) -> None:
        """Remember the signal, then let it interrupt as ever."""
        self.heard = True
        signal.default_int_handler(number, frame)


@contextmanager
def remembered() -> Iterator[Interrupts]:
    """Remember Ctrl-C; an error that comes after it leaves as KeyboardInterrupt.

    Only Python's own handler is replaced, and only in the main thread, where alone that can be done; else nothing is remembered.
    """
    found = Interrupts()
    before = _replaced(found)
    try:
        yield found
    except Exception as problem:
        if found.heard:
            raise KeyboardInterrupt from problem
        raise
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)


def _replaced(found: Interrupts) -> signal._HANDLER:
    """Put the remembering handler in the place of Python's, or of one that remembers already; returns that, or None where it stays."""
    before = signal.getsignal(signal.SIGINT)
    ours = isinstance(getattr(before, "__self__", None), Interrupts)
    if before is not signal.default_int_handler and not ours:
        return None
    try:
        return signal.signal(signal.SIGINT, found.note)
    except ValueError:  # not the main thread
        return None
