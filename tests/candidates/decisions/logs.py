"""Logs of decisions made for tests, in a folder of their own."""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import attrs

from evaluator.candidates.decisions.canonical import digest
from evaluator.candidates.decisions.entry import Record
from evaluator.candidates.decisions.reading import read_log
from evaluator.candidates.decisions.recording import DecisionTaken, take
from evaluator.candidates.decisions.snapshots import Snapshots
from evaluator.candidates.decisions.storage import folder_of
from evaluator.candidates.decisions.verifying import Expected, Verified, verified
from evaluator.core.decisions import Choice
from evaluator.core.model import Pack, Profile
from evaluator.engines.readiness import Evaluator
from evaluator.populations.loading import load_people
from evaluator.reading.pack.pack import load_pack
from tests.product import PRODUCT

AS_OF = datetime.date(2026, 11, 1)
NOW = datetime.datetime(2026, 11, 3, 12, 30, tzinfo=datetime.UTC)
CHOICES = tuple(Choice)
ROLE = "product-director"


@functools.cache
def pack() -> Pack:
    """Return the default pack."""
    return load_pack(PRODUCT / "rules")


@functools.cache
def people() -> tuple[Profile, ...]:
    """Return the sample profiles."""
    return load_people(PRODUCT / "profiles", pack())


@functools.cache
def evaluator() -> Evaluator:
    """Return the default pack, ready to run."""
    return Evaluator(pack(), engine="reference")


def decided(log: Path, person: Profile, number: int = 0, reason: str = "As the panel saw it.", **more: object) -> Record:
    """Record a decision on somebody; the number makes the day its own. Facts of groups are kept, as older logs have them."""
    given = {"role": ROLE, "decision": CHOICES[number % 3], "date": AS_OF + datetime.timedelta(days=number), "reason": reason, **more}
    role = str(given["role"])
    evaluation = evaluator().evaluate(person, as_of=AS_OF, only={role})
    return take(log, DecisionTaken(**given), evaluation, pack(), NOW, keep=("group:*",))  # type: ignore[arg-type]


def made(folder: Path, count: int = 6) -> Path:
    """Make a log of so many decisions on three people."""
    log = folder / "panel.jsonl"
    for number in range(count):
        decided(log, people()[number % 3], number, decided_by=("Inès Alba",))
    return log


def checked(log: Path, expect: str | None = None) -> Verified:
    """Verify a log with all that lies beside it."""
    return verified(read_log(log), Snapshots(folder=folder_of(log)), None if expect is None else Expected.of(expect))


def lines_of(log: Path) -> list[bytes]:
    """Return the lines of a log, each with its break."""
    return log.read_bytes().splitlines(keepends=True)


def rewritten(log: Path, lines: Iterable[bytes]) -> Path:
    """Put other lines in the place of a log's own."""
    log.write_bytes(b"".join(lines))
    return log


def forged(log: Path, number: int, change: Callable[[Record], Record], *, rest: bool) -> None:
    """Change a record and make its hash anew; with `rest`, those of all that follow too, as who has the tool and the time could."""
    records = list(read_log(log).records)
    records[number - 1] = change(records[number - 1])
    if rest:
        for place in range(number, len(records)):
            records[place] = attrs.evolve(records[place], previous=records[place - 1].hash)
    rewritten(log, [one.line + b"\n" for one in records])


def hash_by_hand(line: bytes) -> str:
    """Return the hash of a line's content, worked out with nothing but the standard library."""
    document = json.loads(line)
    del document["hash"]
    return digest(json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())


def files_beside(log: Path) -> Sequence[Path]:
    """Return every file that a log's records rest on."""
    return sorted(path for path in folder_of(log).rglob("*") if path.is_file())
