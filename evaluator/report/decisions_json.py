"""Recorded decisions as JSON: records as the log has them, and what verification and replay came to."""

from __future__ import annotations

from collections.abc import Sequence

from evaluator._version import __version__
from evaluator.record.entry import Record
from evaluator.record.reading import Log
from evaluator.record.replaying import Replayed
from evaluator.record.verifying import Verified
from evaluator.report.plain_values import Json
from evaluator.report.words import NOTICE

VERSION = 1


def record_json(record: Record) -> dict[str, Json]:
    """Return a record as its line has it."""
    return {**record.content(), "hash": record.hash}


def listed_json(log: Log) -> Json:
    """Return every record."""
    return {
        "format": "evaluator/decisions",
        "version": VERSION,
        "log": str(log.path),
        "records": [record_json(one) for one in log.records],
        "notice": NOTICE,
    }


def verified_json(found: Verified) -> Json:
    """Return all that is wrong, and the number and hash of the last record."""
    last = found.log.last
    return {
        "format": "evaluator/decisions-verified",
        "version": VERSION,
        "log": str(found.log.path),
        "records": len(found.log.records),
        "last": None if last is None else {"number": last.number, "hash": last.hash},
        "since_expected": found.since,
        "faults": [{"kind": str(one.kind), "line": one.line, "message": one.message} for one in found.faults],
        "tool_version": __version__,
    }


def replayed_json(log: Log, found: Sequence[Replayed]) -> Json:
    """Return what each record came to."""
    return {
        "format": "evaluator/decisions-replayed",
        "version": VERSION,
        "log": str(log.path),
        "records": [_replayed(one) for one in found],
        "tool_version": __version__,
        "notice": NOTICE,
    }


def _replayed(one: Replayed) -> Json:
    return {
        "number": one.record.number,
        "person": one.record.person,
        "role": one.record.role,
        "confirmed": one.confirmed,
        "recorded_by": one.record.tool_version,
        "differences": [{"what": diff.what, "recorded": diff.recorded, "now": diff.now} for diff in one.differences],
        "unusable": one.unusable,
    }
