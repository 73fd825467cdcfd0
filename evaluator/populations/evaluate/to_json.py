"""What a run over a population came to, as JSON: for whoever looks after a job that runs by itself."""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from evaluator.cli.path_overlap import file_of
from evaluator.core.files import open_to_read
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.diagnostics.codes import CODES
from evaluator.report.gates import gates_json
from evaluator.report.jsons import document, made_by
from evaluator.report.plain_values import Json

if TYPE_CHECKING:
    from evaluator.populations.counting import PopulationCounts
    from evaluator.populations.evaluate.runner import Outcome, People, Run
    from evaluator.reading.tables.sources import File

_PIECE = 1 << 20


@attrs.frozen(kw_only=True)
class Input:
    """A file that people were read from: its name, how large it is, and its SHA-256 as `sha256sum` prints it.

    Of a folder it is that of the lines which `sha256sum *` prints of its profiles; of a table in a database that is no file there is none.
    Of the answer to a `query` it is that of the answer as it is kept, in Parquet.
    """

    path: str
    bytes: int | None = None
    sha256: str | None = None
    query: str | None = None


@attrs.frozen(kw_only=True)
class RunEnd:
    """How a run ended: when it began and ended, its exit code, why there are no results, and the files that it wrote."""

    begun: datetime.datetime
    ended: datetime.datetime
    seconds_opening: float
    exit_code: int
    refusal: str | None
    results: Path | None
    written: bool
    rejected: Path | None


def inputs(people: People, paths: Sequence[str]) -> tuple[Input, ...]:
    """Return what pins down the files that people are read from."""
    files = getattr(people, "files", None)  # a table in a database has none of its own
    return tuple(_input(path, Path(file_of(path))) for path in paths) if files is None else tuple(map(_read, files))


def _read(file: File) -> Input:
    from evaluator.reading.tables.sources import STANDARD_INPUT, profiles_in

    named = Path(file.path)
    if not file.place.is_dir():
        if file.query is not None:
            return attrs.evolve(_input(file.path, file.place), query=file.query)
        return _input(file.path, named if file.path != STANDARD_INPUT and named.is_file() else file.place)
    profiles = profiles_in(file.place)
    lines = "".join(f"{_sha256(path)}  {path.name}\n" for path in profiles)
    size = sum(path.stat().st_size for path in profiles)
    return Input(path=file.path, bytes=size, sha256=hashlib.sha256(lines.encode()).hexdigest())


def _input(path: str, place: Path) -> Input:
    return Input(path=path, bytes=place.stat().st_size, sha256=_sha256(place)) if place.is_file() else Input(path=path)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with open_to_read(path) as opened:
        while piece := opened.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def run_json(run: Run, outcome: Outcome, end: RunEnd, read: tuple[Input, ...], findings: Problems) -> Json:
    """Return what a run came to: every count, what it rests on, and how it ended."""
    counts, pack = outcome.counts, run.pack
    body: dict[str, Json] = {
        "exit_code": end.exit_code,
        "refused": end.refusal,
        "gates": gates_json(outcome.gates),
        "begun": end.begun.isoformat(timespec="seconds"),
        "ended": end.ended.isoformat(timespec="seconds"),
        "seconds": _seconds(outcome, end),
        "as_of": str(run.options["as_of"]),
        "level": str(run.request.level),
        "role": run.request.role,
        "role_column": run.request.role_column,
        "inputs": [attrs.asdict(one) for one in read],
        "results": None if end.results is None else str(end.results),
        "results_written": end.written,
        "rejected_rows": None if end.rejected is None else str(end.rejected),
        "where": None if run.where is None else run.where.text,
        "rows": {
            "read": counts.rows,
            "judged": counts.judged,
            "rejected": counts.rejected,
            "left_out": counts.left_out,
            "left_out_as_unknown": counts.unknown,
        },
        "causes": list(_causes(counts)),
        "unread_cells": dict(_sorted(counts.unread)),
        "verdicts": _verdicts(counts, pack),
        "without_verdict": dict(counts.unjudged.most_common()),
        "gaps": dict(_sorted(counts.gaps)),
        "questions": dict(_sorted(counts.questions)),
        "other_roles": dict(_sorted(counts.other_roles)),
        "implausible": dict(_sorted(counts.implausible)),
        "checked_again": {"people": counts.checked, "seed": run.request.seed},
        "findings": [{"code": one.code, "severity": str(one.severity), "message": one.message, "path": one.span.path} for one in findings],
    }
    return document("run", body, made_by(pack) | {"engine": run.request.engine})


def _seconds(outcome: Outcome, end: RunEnd) -> Json:
    judging, writing = outcome.seconds - outcome.seconds_writing, outcome.seconds_writing
    parts = {"opening": end.seconds_opening, "judging": judging, "writing": writing}
    return {**{name: round(seconds, 3) for name, seconds in parts.items()}, "all": round(sum(parts.values()), 3)}


def _causes(counts: PopulationCounts) -> Iterator[Json]:
    """Yield every cause of rejection, the most frequent first; a row that has several is counted under each."""
    for cause, number in _sorted(counts.reasons):
        code, _, column = cause.partition(" ")
        yield {"code": code, "name": CODES[code].name, "column": column or None, "rows": number}


def _sorted(counter: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def _verdicts(counts: PopulationCounts, pack: Pack) -> Json:
    """Return how many people have each verdict, by role in the order of the ladder."""
    by_role: dict[str, Counter[str]] = {}
    for (role, verdict), number in counts.verdicts.items():
        if role:
            by_role.setdefault(role, Counter())[verdict] += number
    return [
        {"role": role.id, "title": role.title, "people": by_role[role.id].total(), "verdicts": dict(_sorted(by_role[role.id]))}
        for role in pack.judged_roles
        if role.id in by_role
    ]
