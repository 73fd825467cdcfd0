"""The chain of records: each has the number after, and the hash of, the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from evaluator.candidates.decisions.entry import Record
from evaluator.candidates.decisions.faults import Fault, FaultKind


@attrs.frozen(kw_only=True)
class LogLine:
    """A line of the log: the record on it, None where it cannot be trusted to be one."""

    line: int
    record: Record | None


@attrs.define(kw_only=True)
class Chain:
    """Follows the records of a log in the order of its lines.

    `lines` knows where each record stands, by its hash; `unread` counts the lines since the last record that could not be used.
    """

    lines: Mapping[str, int]
    last: Record | None = None
    unread: int = 0
    seen: dict[int, int] = attrs.field(factory=dict)

    def follow(self, placed: LogLine) -> Iterator[Fault]:
        """Take the next line, and yield what is wrong with where it stands."""
        record = placed.record
        if record is None:
            self.unread += 1
            return
        gap = record.number - (0 if self.last is None else self.last.number) - 1
        wrong = None if self._fits(record, gap) else self._wrong(record, gap, placed.line)
        if wrong is not None:
            yield wrong
        self.seen.setdefault(record.number, placed.line)
        if gap >= 0:
            self.last, self.unread = record, 0

    def _fits(self, record: Record, gap: int) -> bool:
        if 0 < gap <= self.unread:
            return True
        return gap == 0 and record.previous == (None if self.last is None else self.last.hash)

    def _wrong(self, record: Record, gap: int, line: int) -> Fault:
        number, first = record.number, self.lines[record.hash]
        if first != line:
            return _fault(FaultKind.INSERTED, line, f"record {number} stands here a second time; the first is on line {first}")
        if gap < 0:
            other = self.seen.get(number)
            if other is None:
                return _fault(FaultKind.MOVED, line, f"record {number} stands after record {self._number}")
            return _fault(FaultKind.INSERTED, line, f"another record {number} stands here; the one of the chain is on line {other}")
        if gap > 0:
            return self._skipped(record, gap, line)
        return _fault(FaultKind.INSERTED, line, f"record {number} was chained to another record than {self._before}: {_EITHER}")

    def _skipped(self, record: Record, gap: int, line: int) -> Fault:
        first, last = record.number - gap, record.number - 1
        names = f"record {first} is" if first == last else f"records {first} to {last} are"
        if self._before_stands_later(record, line):
            return _fault(FaultKind.MOVED, line, f"record {record.number} stands before record {last}, which it follows")
        return _fault(FaultKind.MISSING, line, f"{names} missing before record {record.number}")

    def _before_stands_later(self, record: Record, line: int) -> bool:
        return record.previous is not None and self.lines.get(record.previous, 0) > line

    @property
    def _number(self) -> int:
        return 0 if self.last is None else self.last.number

    @property
    def _before(self) -> str:
        return "none, and it is the first" if self.last is None else f"record {self._number}, which stands before it"


_EITHER = "one of the two was put there, or altered with its hash made anew"


def _fault(kind: FaultKind, line: int, message: str) -> Fault:
    return Fault(kind=kind, line=line, message=message)
