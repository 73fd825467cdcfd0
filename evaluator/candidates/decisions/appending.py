"""Writing to the log: one record at its end, whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from evaluator.candidates.decisions.entry import Record
from evaluator.candidates.decisions.faults import FaultKind
from evaluator.candidates.decisions.locking import locked
from evaluator.candidates.decisions.problems import LogProblem
from evaluator.candidates.decisions.reading import Log, read_log
from evaluator.core.files import PRIVATE, special, to_disk, write_line


def append(path: Path, make: Callable[[Log], Record], mode: int = PRIVATE) -> Record:
    """Append the record that is made for the end of a log as it stands, and return it once it is on the disk.

    The log is held for as long as that takes, and begun with that mode where there is none. Raises LogProblem where a record is torn
    or the chain broken, and OSError where the disk refuses: the log is then as it was.
    """
    with held(path, mode=mode) as descriptor:
        log = read_log(path)
        _refuse_broken(log)
        record = make(log)
        write_line(descriptor, record.line + b"\n", log.size)
    return record


@contextlib.contextmanager
def held(path: Path, *, create: bool = True, mode: int = PRIVATE) -> Iterator[int]:
    """Open a log for appending and hold it for oneself."""
    if (words := special(path)) is not None:
        raise LogProblem(f"{path} is no log: {words}", "name the log itself, a file ending in .jsonl")
    new = create and not path.exists()
    flags = os.O_RDWR | os.O_APPEND | (os.O_CREAT if create else 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, mode)
    try:
        with locked(descriptor, path):
            if new:
                to_disk(path.parent)
            if not path.exists() or not os.path.samestat(os.fstat(descriptor), path.stat()):
                raise LogProblem(f"{path} was replaced by another file just now", "see what writes to it, and try again")
            yield descriptor
    finally:
        os.close(descriptor)


def _refuse_broken(log: Log) -> None:
    for fault in log.faults:
        location = f"{log.path}, line {fault.line}: {fault.message}"
        if fault.kind is FaultKind.TORN and len(log.faults) == 1:
            raise LogProblem(location, f"`evaluator decisions repair {log.path}` sets it aside, and then decide again")
        step = "`evaluator decisions verify` names all that is wrong; put the log back from a copy, or begin another with --log"
        raise LogProblem(location, step)
