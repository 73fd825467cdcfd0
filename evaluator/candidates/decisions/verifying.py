"""Everything that can be wrong with a log and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import attrs

from evaluator.candidates.decisions.entry import Record
from evaluator.candidates.decisions.faults import Fault, FaultKind
from evaluator.candidates.decisions.leftovers import Leftovers, leftovers
from evaluator.candidates.decisions.reading import Log
from evaluator.candidates.decisions.snapshots import Snapshots

SEAL = re.compile(r"(?:([1-9][0-9]{0,8}):)?([0-9a-f]{64})")


@attrs.frozen(kw_only=True)
class Expected:
    """What was kept elsewhere: the hash of a record that was the last one then, and its number where that was kept too."""

    hash: str
    number: int | None

    @classmethod
    def of(cls, text: str) -> Expected | None:
        """Read NUMBER:HASH, or HASH alone; None where it is neither."""
        match = SEAL.fullmatch(text.strip().lower())
        return None if match is None else cls(number=int(match[1]) if match[1] else None, hash=match[2])


@attrs.frozen(kw_only=True)
class Verified:
    """What verification came to: the log, all that is wrong, how many snapshots were read, and how many records came after the expected.

    `left` is what lies beside the log and no record names; that is no fault, and may be the trace of one.
    """

    log: Log
    faults: tuple[Fault, ...]
    profiles: int
    packs: int
    since: int | None
    left: Leftovers


def verified(log: Log, snapshots: Snapshots, expected: Expected | None = None) -> Verified:
    """Look at everything: each record, the chain, and each snapshot."""
    first: dict[tuple[str, str], tuple[int, Record]] = {}
    for placed in log.placed:
        if placed.record is not None:
            first.setdefault(("profile", placed.record.profile_snapshot), (placed.line, placed.record))
            first.setdefault(("pack", placed.record.pack_snapshot), (placed.line, placed.record))
    faults = [*log.faults, *(fault for (kind, name), at in first.items() for fault in _snapshot(kind, name, at, snapshots))]
    since, wrong = (None, None) if expected is None else held_against(log, expected)
    kinds = [kind for kind, _ in first]
    ordered = sorted(faults, key=lambda fault: fault.line or 0)
    return Verified(
        log=log,
        faults=(*ordered, *([] if wrong is None else [wrong])),
        profiles=kinds.count("profile"),
        packs=kinds.count("pack"),
        since=since,
        left=leftovers(log),
    )


def _snapshot(kind: str, name: str, at: tuple[int, Record], snapshots: Snapshots) -> Iterator[Fault]:
    line, record = at
    faults = snapshots.profile_faults(name) if kind == "profile" else snapshots.pack_faults(name)
    for fault in faults:
        yield attrs.evolve(fault, line=line, message=f"{fault.message}, the {kind} of record {record.number}")


def held_against(log: Log, expected: Expected, places: Mapping[str, int] | None = None) -> tuple[int | None, Fault | None]:
    """Return how many records came after the expected one, or what is wrong where it is not there.

    `places` are those of the records by their hashes, for whoever asks more than once.
    """
    records = log.records
    known = {record.hash: place for place, record in enumerate(records, 1)} if places is None else places
    index = known.get(expected.hash)
    if index is not None and expected.number in {None, records[index - 1].number}:
        return len(records) - index, None
    last = f"the log ends with record {log.last.number}" if log.last else "the log has no record"
    if expected.number is None:
        message = f"no record has the expected hash, and {last}: the end was cut off, or the log written anew"
    elif log.last is None or expected.number > log.last.number:
        message = f"record {expected.number} is expected, and {last}: the end was cut off"
    else:
        message = f"record {expected.number} has not the expected hash: it and what follows were written anew"
    return None, Fault(kind=FaultKind.UNEXPECTED, line=None, message=message)
