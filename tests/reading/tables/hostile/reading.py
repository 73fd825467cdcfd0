"""Reads hostile files, each by its own reader, and writes what came of each as a line of JSON: `python -m …reading FOLDER`.

It runs as a program of its own, under a limit of memory, so that a file that takes all of it ends this program and not the tests.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from tests.reading.tables.hostile.files import EXPORT, PROFILE, Hostile
from tests.reading.tables.hostile.other_workbooks import EVERY_FILE

MEMORY = 6 << 30
"""Bytes that may be addressed; polars asks for some of them before it reads anything."""


def outcome(file: Hostile, folder: Path) -> tuple[int, list[str]]:
    """Read a file; return how many people were read, and what was said."""
    path = folder / file.name
    path.write_bytes(file.made())
    try:
        return _export(path) if file.by == EXPORT else _profile(path) if file.by == PROFILE else _table(path)
    finally:
        path.unlink()


def _export(path: Path) -> tuple[int, list[str]]:
    from evaluator.candidates.profile.importing.archive import ExportProblem, archived

    try:
        return len(archived(path, {"positions.csv"})), []
    except ExportProblem as problem:
        return 0, [problem.message]


def _profile(path: Path) -> tuple[int, list[str]]:
    from evaluator.diagnostics import Problems
    from evaluator.reading.profile.profile import read_profile
    from evaluator.report.findings import findings_text
    from tests.populations.people_pack import PACK

    problems = Problems()
    profile = read_profile(path, PACK, problems)
    assert len(findings_text(problems)) < 200_000
    return int(profile is not None and not problems.errors), [f"{one.code} {one.message}" for one in problems.errors]


def _table(path: Path) -> tuple[int, list[str]]:
    from evaluator.diagnostics import EvaluatorError, Problems
    from evaluator.reading.tables import Options, open_population
    from tests.populations.people_pack import AS_OF, PACK

    problems = Problems()
    reasons: dict[str, None] = {}
    read = rows = put_aside = 0
    try:
        for chunk in open_population([path], PACK, Options(groups=True), as_of=AS_OF, problems=problems):
            read, rows = read + chunk.frame.height, rows + chunk.rows
            put_aside += len({one.row for one in chunk.rejected})
            reasons |= dict.fromkeys(one.reason for one in chunk.rejected)
    except EvaluatorError as problem:
        reasons[problem.message] = None
    assert rows == read + put_aside
    return read, [*(one.message for one in problems), *reasons]


def main(folder: Path) -> None:
    """Read all of them, in order."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for file in EVERY_FILE:
        sys.stdout.write(json.dumps({"name": file.name}) + "\n")
        sys.stdout.flush()
        read, said = outcome(file, folder)
        sys.stdout.write(json.dumps({"name": file.name, "read": read, "said": said[:100]}) + "\n")
    sys.stdout.write(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
