"""A record that was never completed: completed where only the line break is missing, else set aside."""

from __future__ import annotations

import os
from pathlib import Path

import attrs

from evaluator.candidates.decisions.appending import held
from evaluator.candidates.decisions.canonical import digest
from evaluator.candidates.decisions.faults import FaultKind
from evaluator.candidates.decisions.leftovers import clear, leftovers
from evaluator.candidates.decisions.problems import LogProblem
from evaluator.candidates.decisions.reading import Log, log_in, read_log
from evaluator.candidates.decisions.storage import folder_of, mode_beside
from evaluator.core.files import make_folder, read_bytes, write


@attrs.frozen(kw_only=True)
class Mended:
    """What was done: the number of a record that was completed, or the file to which torn bytes went; neither where nothing was torn.

    `cleared` are parts of snapshots that were never completed, and are gone now.
    """

    completed: int | None = None
    aside: Path | None = None
    torn: int = 0
    cleared: tuple[Path, ...] = ()


def mend(path: Path) -> Mended:
    """Mend the end of a log, and nothing else of it; no byte of it is lost. Raises LogProblem where anything else is wrong with it.

    Parts of snapshots that a killed process left are removed: the snapshot was never there, and no record names it.
    """
    if not path.is_file():
        read_log(path)
    with held(path, create=False) as descriptor:
        log = read_log(path)
        _refuse_others(log)
        parts = leftovers(log).parts
        clear(parts)
        return attrs.evolve(_end_mended(descriptor, log), cleared=parts)


def _end_mended(descriptor: int, log: Log) -> Mended:
    if not log.torn:
        return Mended()
    whole = log_in(read_bytes(log.path) + b"\n", log.path)
    if not whole.faults and whole.last is not None:
        os.write(descriptor, b"\n")
        os.fsync(descriptor)
        return Mended(completed=whole.last.number)
    return Mended(aside=_set_aside(descriptor, log), torn=len(log.torn))


def _refuse_others(log: Log) -> None:
    others = [fault for fault in log.faults if fault.kind is not FaultKind.TORN]
    if others:
        location = f"{log.path}, line {others[0].line}: {others[0].message}"
        raise LogProblem(location, "that cannot be mended; put the log back from a copy, or begin another with --log")


def _set_aside(descriptor: int, log: Log) -> Path:
    aside = folder_of(log.path) / "torn" / f"{digest(log.torn)}.part"
    if not aside.exists():
        mode = mode_beside(log.path)
        make_folder(aside.parent, mode)
        write(aside, log.torn, mode=mode)
    os.ftruncate(descriptor, log.size - len(log.torn))
    os.fsync(descriptor)
    return aside
