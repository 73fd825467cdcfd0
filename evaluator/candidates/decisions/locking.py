"""One writer at a time: a lock on the log itself where the system has that, else a file beside it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from evaluator.candidates.decisions.problems import LogProblem
from evaluator.core.files import release_lock, take_lock

PATIENCE = 30.0
"""Seconds to wait for another writer, who needs a fraction of one."""
_PAUSE = 0.02


@contextlib.contextmanager
def locked(descriptor: int, log: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the log for oneself; raises LogProblem where another writer does not let go of it.

    A lock on the log goes with its process, however that ends. A lock file stays behind a process that was killed, and the
    message then names it.
    """
    step = "see whether another `evaluator decide` hangs, and end that one"
    with_system = _wait(lambda: take_lock(descriptor), patience, log, step)
    with contextlib.nullcontext() if with_system else _file_beside(log, patience):
        try:
            yield
        finally:
            if with_system:
                release_lock(descriptor)


@contextlib.contextmanager
def _file_beside(log: Path, patience: float) -> Iterator[None]:
    beside = log.with_name(f"{log.name}.lock")
    _wait(lambda: _made(beside), patience, log, f"where no other `evaluator decide` runs, remove {beside}")
    try:
        yield
    finally:
        beside.unlink(missing_ok=True)


def _made(beside: Path) -> bool:
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o660)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{os.getpid()}\n")
    return True


def _wait(take: Callable[[], bool | None], patience: float, log: Path, step: str) -> bool | None:
    """Try until it is taken, or cannot be."""
    until = time.monotonic() + patience
    while (taken := take()) is False:
        if time.monotonic() > until:
            raise LogProblem(f"another writer has held {log} for {patience:g} seconds", step)
        time.sleep(_PAUSE)
    return taken
