"""A log's bytes → its records, and everything that is wrong with them or with the chain that they make."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import attrs

from evaluator.candidates.decisions.chain import Chain, LogLine
from evaluator.candidates.decisions.entry import FORMAT, VERSION, Record, document_of, record_of
from evaluator.candidates.decisions.faults import Fault, FaultKind
from evaluator.candidates.decisions.problems import LogProblem
from evaluator.core.files import SpecialFile, read_bytes


@attrs.frozen(kw_only=True)
class Log:
    """What a log holds: its lines, with the records that can be trusted by themselves, and what is wrong with it.

    `torn` are the bytes after the last line break, which a record that was written whole does not leave. `size` counts all bytes.
    """

    path: Path
    placed: tuple[LogLine, ...]
    faults: tuple[Fault, ...]
    torn: bytes
    size: int

    @property
    def records(self) -> tuple[Record, ...]:
        """The records that can be trusted by themselves, in the order of their lines."""
        return tuple(log_line.record for log_line in self.placed if log_line.record is not None)

    @property
    def last(self) -> Record | None:
        """The last record."""
        return self.records[-1] if self.records else None


def read_log(path: Path) -> Log:
    """Read a log and follow its chain; snapshots are not looked at. Raises LogProblem where there is none."""
    try:
        content = read_bytes(path)
    except SpecialFile as problem:
        raise LogProblem(f"{path} is no log: {problem.strerror}", "name the log itself, a file ending in .jsonl") from None
    except FileNotFoundError:
        raise LogProblem(f"there is no log {path}", "`evaluator decide` begins one; name another with its path") from None
    except IsADirectoryError:
        raise LogProblem(f"{path} is a folder", "name the log itself, a file ending in .jsonl") from None
    return log_in(content, path)


def log_in(content: bytes, path: Path) -> Log:
    """Take the bytes of a log apart."""
    *lines, torn = content.split(b"\n")
    placed, faults = [], []
    for number, line in enumerate(lines, 1):
        found = _record(line, number)
        placed.append(LogLine(line=number, record=None if isinstance(found, Fault) else found))
        if isinstance(found, Fault):
            faults.append(found)
    faults += _followed(placed)
    if torn:
        faults.append(Fault(kind=FaultKind.TORN, line=len(lines) + 1, message=_torn_words(torn)))
    ordered = tuple(sorted(faults, key=lambda fault: fault.line or 0))
    return Log(path=path, placed=tuple(placed), faults=ordered, torn=torn, size=len(content))


def _followed(placed: list[LogLine]) -> list[Fault]:
    first = {log_line.record.hash: log_line.line for log_line in reversed(placed) if log_line.record is not None}
    chain = Chain(lines=first)
    return [fault for log_line in placed for fault in chain.follow(log_line)]


def _record(line: bytes, number: int) -> Record | Fault:
    document = document_of(line)
    record = None if document is None else record_of(document)
    if record is not None and _written(record) == line:
        return record
    return Fault(kind=FaultKind.ALTERED, line=number, message=_altered_words(line, document, record))


def _written(record: Record) -> bytes | None:
    try:
        return record.line
    except (ValueError, TypeError):
        return None


def _altered_words(line: bytes, document: Mapping[str, object] | None, record: Record | None) -> str:
    if document is None:
        return _unreadable_words(line)
    if document.get("format") == FORMAT and document.get("version") != VERSION:
        return f"the record is of version {document.get('version')}, and this tool reads version {VERSION}"
    if record is None:
        return "the line is not a record of a decision any more: its keys or values are not those of one"
    if document.get("hash") != record.hash:
        return f"record {record.number} was altered: its content does not give its hash"
    if line.endswith(b"\r"):
        return f"record {record.number} ends in CR LF: an editor or a transfer has changed the line ends"
    return f"record {record.number} was written anew: it says the same in other bytes"


def _unreadable_words(line: bytes) -> str:
    return "the line is no JSON object, so it is not the record that was written" if line else "the line is empty"


def _torn_words(torn: bytes) -> str:
    what = "1 byte after the last line break is" if len(torn) == 1 else f"{len(torn):,} bytes after the last line break are"
    return f"{what} the beginning of a record that was never completed"
