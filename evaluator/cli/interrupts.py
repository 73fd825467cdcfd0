"""Ctrl-C that is remembered: a library may swallow the interrupt, and fail in another way or go on as if nothing had been."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stopped(KeyboardInterrupt):
    """The interrupt of a signal: that of Ctrl-C, or another that ends a program."""

    def __init__(self, number: int = signal.SIGINT) -> None:
        self.number = number
        super().__init__()


class Interrupts:
    """Whether Ctrl-C was pressed; no attrs class, as `evaluator --help` comes by here and waits for nothing."""

    def __init__(self) -> None:
        self.heard: int | None = None

    def check(self) -> None:
        """Raise KeyboardInterrupt where Ctrl-C was pressed: what was worked out since may be wrong, and is not to be kept."""
        if self.heard is not None:
            raise Stopped(self.heard)

    def note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as handlers are called
        """Remember the signal, then let it interrupt as ever."""
        self.heard = number
        raise Stopped(number)


@contextmanager
def remembered(*, ending: bool = False) -> Iterator[Interrupts]:
    """Remember Ctrl-C; an error that comes after it leaves as KeyboardInterrupt.

    Only Python's own handler is replaced, and only in the main thread, where alone that can be done; else nothing is remembered.
    With `ending`, what asks a program to end (SIGTERM, or SIGHUP of a terminal that is closed) interrupts it like Ctrl-C, so that it
    clears up what it has begun; by itself it would be gone at once.
    """
    interrupts = Interrupts()
    with ExitStack() as after:
        for number in (signal.SIGINT, *_ENDING):
            before = _replaced(number, interrupts, ending=ending)
            if before is not None:
                after.callback(signal.signal, number, before)
        try:
            yield interrupts
        except Exception as problem:
            if interrupts.heard is not None:
                raise Stopped(interrupts.heard) from problem
            raise


def _replaced(number: int, interrupts: Interrupts, *, ending: bool) -> signal._HANDLER:
    """Put the remembering handler in the place of Python's, or of one that remembers already; returns that, or None where it stays."""
    before = signal.getsignal(number)
    ours = isinstance(getattr(before, "__self__", None), Interrupts)
    theirs = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL if ending else None
    if not ours and (theirs is None or before != theirs):
        return None
    try:
        return signal.signal(number, interrupts.note)
    except ValueError:  # not the main thread
        return None
