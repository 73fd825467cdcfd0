"""A witness: a file kept elsewhere with the heads that a log had, by which an end that was cut off, or a log written anew, is found."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from evaluator.candidates.decisions.entry import Record
from evaluator.candidates.decisions.faults import Fault, FaultKind
from evaluator.candidates.decisions.problems import LogProblem
from evaluator.candidates.decisions.reading import Log
from evaluator.candidates.decisions.storage import folder_of
from evaluator.candidates.decisions.verifying import Expected, held_against
from evaluator.core.files import open_to_read, special, write_line

MODE = 0o600
_MOST = 64 << 20
"""More bytes than any witness has; another file is not read to its end."""


@attrs.frozen(kw_only=True)
class Head:
    """A head that a log had, and the line of the witness that says so."""

    line: int
    expected: Expected


@attrs.frozen(kw_only=True)
class Witnessed:
    """What a witness says of a log: how many heads it holds, and all that is wrong."""

    path: Path
    heads: int
    faults: tuple[Fault, ...]


@attrs.frozen(kw_only=True)
class Witness:
    """A file that one log's heads are appended to, a line each; nothing in it is ever written over."""

    path: Path

    def held_against(self, log: Log) -> Witnessed:
        """Look for every head in a log; raises LogProblem where the file is not there or is no witness."""
        try:
            heads = list(_heads(self._text()))
        except FileNotFoundError:
            raise LogProblem(f"there is no witness {self.path}", "`evaluator decide --witness FILE` begins one") from None
        faults = list(self._faults(heads, log))
        if not heads:
            faults.append(_fault(f"the witness {self.path} holds no head, so the log was held against nothing"))
        return Witnessed(path=self.path, heads=sum(isinstance(head, Head) for head in heads), faults=tuple(faults))

    def ready(self, log: Log) -> None:
        """Make the file where there is none, and see that it can be appended to; raises LogProblem where it is not this log's witness."""
        self._refuse_places(log.path)
        os.close(self._opened())
        for fault in self._faults(_heads(self._text()), log):
            step = "`evaluator decisions verify --witness` names all that is wrong; each log takes a witness of its own"
            raise LogProblem(f"{fault.message}; nothing was recorded", step)

    def append(self, log: Path, record: Record) -> None:
        """Append a log's head, and return once it is on the disk; raises OSError where the disk refuses."""
        said = {"time": record.recorded, "log": str(log.resolve()), "number": record.number, "hash": record.hash}
        line = json.dumps(said, ensure_ascii=True).encode() + b"\n"
        descriptor = self._opened()
        try:
            size = os.lseek(descriptor, 0, os.SEEK_END)
            os.lseek(descriptor, max(size - 1, 0), os.SEEK_SET)
            torn = os.read(descriptor, 1) not in {b"", b"\n"}
            write_line(descriptor, b"\n" + line if torn else line, size)
        finally:
            os.close(descriptor)

    def _faults(self, heads: Iterable[Head | int], log: Log) -> Iterator[Fault]:
        places = {record.hash: index for index, record in enumerate(log.records, 1)}
        for head in heads:
            if isinstance(head, int):
                yield _fault(f"{self.path}, line {head}, is no head of a log")
                continue
            _, wrong = held_against(log, head.expected, places)
            if wrong is not None:
                yield attrs.evolve(wrong, message=f"{self.path}, line {head.line}: {wrong.message}")

    def _opened(self) -> int:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        if (words := special(self.path)) is not None:
            message = f"{self.path} is no file that heads can be kept in: {words}"
            raise LogProblem(message, "name an ordinary file on another disk or of another owner")
        return os.open(self.path, flags, MODE)

    def _text(self) -> str:
        with open_to_read(self.path) as file:
            return file.read(_MOST).decode("utf-8", "replace")

    def _refuse_places(self, log: Path) -> None:
        own, folder = self.path.resolve(), folder_of(log).resolve()
        same = own == log.resolve() or (log.exists() and self.path.exists() and self.path.samefile(log))
        if same or own == folder or folder in own.parents:
            where = "the log itself" if same else f"in {folder_of(log)}, which belongs to the log"
            step = "keep it where whoever writes to the log cannot: another disk, another owner, a mail"
            raise LogProblem(f"the witness {self.path} would be {where}", step)

    def beside(self, log: Path) -> bool:
        """Whether it lies in the same folder as the log."""
        return self.path.resolve().parent == log.resolve().parent


def _heads(text: str) -> Iterator[Head | int]:
    """Yield each head; the number of a line that holds none."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            expected = _expected(line.strip())
            yield number if expected is None else Head(line=number, expected=expected)


def _expected(line: str) -> Expected | None:
    """Read a line as `decide` appends it, or NUMBER:HASH as somebody copied it from there."""
    if not line.startswith("{"):
        return Expected.of(line)
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    number = found.get("number")
    return Expected.of(f"{number}:{found.get('hash')}") if type(number) is int else None


def _fault(message: str) -> Fault:
    return Fault(kind=FaultKind.UNEXPECTED, line=None, message=message)
