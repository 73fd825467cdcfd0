"""Recorded decisions as JSON: records as the log has them, and what verification and replay came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluator._version import __version__
from evaluator.candidates.decisions.entry import Departed, Record
from evaluator.candidates.decisions.reading import Log
from evaluator.candidates.decisions.recording import corrections, in_force
from evaluator.candidates.decisions.replaying import Replayed
from evaluator.candidates.decisions.verifying import Verified
from evaluator.candidates.decisions.witness import Witnessed
from evaluator.core.decisions import Choice
from evaluator.report.jsons import document, made_by
from evaluator.report.plain_values import Json


def record_json(record: Record) -> dict[str, Json]:
    """Return a record as its line has it."""
    return {**record.content(), "hash": record.hash}


def listed_json(log: Log) -> Json:
    """Return every record, and which of them are in force; the counts are of those."""
    force = in_force(log)
    body: dict[str, Json] = {
        "log": str(log.path),
        "records": [record_json(record) for record in log.records],
        "in_force": [record.number for record in force],
        "corrected": [{"number": number, "by": by} for number, by in sorted(corrections(log).items())],
        "counts": {
            "in_force": len(force),
            "decisions": {str(choice): sum(record.decision is choice for record in force) for choice in Choice},
            "departed": sum(record.departed is Departed.YES for record in force),
            "corrected": len(log.records) - len(force),
            "not_trusted": len(log.placed) - len(log.records) + bool(log.torn),
        },
    }
    return document("decisions", body, made_by())


def verified_json(found: Verified, witnessed: Witnessed | None = None) -> Json:
    """Return all that is wrong, what no record names, and the number and hash of the last record."""
    last = found.log.last
    body: dict[str, Json] = {
        "log": str(found.log.path),
        "records": len(found.log.records),
        "in_force": len(in_force(found.log)),
        "last": None if last is None else {"number": last.number, "hash": last.hash},
        "since_expected": found.since,
        "witness": None if witnessed is None else {"path": str(witnessed.path), "heads": witnessed.heads, "found": not witnessed.faults},
        "unnamed_snapshots": [str(path) for path in found.left.unnamed],
        "unfinished": [str(path) for path in found.left.parts],
        "faults": [{"kind": str(fault.kind), "line": fault.line, "message": fault.message} for fault in found.faults],
        "tool_version": __version__,
    }
    return document("decisions-verified", body, made_by())


def replayed_json(log: Log, found: Sequence[Replayed]) -> Json:
    """Return what each record came to."""
    body: dict[str, Json] = {
        "log": str(log.path),
        "records": [_replayed(one, corrections(log)) for one in found],
        "tool_version": __version__,
    }
    return document("decisions-replayed", body, made_by())


def _replayed(one: Replayed, corrected: Mapping[int, int]) -> Json:
    return {
        "number": one.record.number,
        "person": one.record.person,
        "role": one.record.role,
        "corrected_by": corrected.get(one.record.number),
        "confirmed": one.confirmed,
        "recorded_by": one.record.tool_version,
        "differences": [{"what": diff.what, "recorded": diff.recorded, "now": diff.now} for diff in one.differences],
        "unusable": one.unusable,
    }
