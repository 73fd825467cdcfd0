"""Running a population from the command line: opening it, showing how far it is, saying what it came to."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluator.cli.clock import today
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.output import Output, columns_of, painter, write_error
from evaluator.cli.progress import progress_bar
from evaluator.cli.tables import Tables
from evaluator.core.files import Nameless, whole
from evaluator.populations.databases import options as databases
from evaluator.populations.evaluate.report import population_page, rejections_page
from evaluator.populations.judging_options import JudgingOptions, file_to_write
from evaluator.report.blocks import Block
from evaluator.report.documents import text

if TYPE_CHECKING:
    from evaluator.populations.databases.file_people import FilePeople
    from evaluator.populations.databases.people import DatabasePeople
    from evaluator.populations.evaluate.parts import TemporaryParts
    from evaluator.populations.evaluate.runner import Outcome, Run
    from evaluator.reading.tables import Population


def run(judging_options: JudgingOptions) -> int:
    """Judge a population into a file, or to standard output, and say what it came to."""
    if judging_options.output.file is None:
        return _to_standard_output(judging_options)
    path = file_to_write(judging_options.output.file, "-o")
    running, complete = _running(judging_options, path)
    target = judging_options.target(path)
    with progress_bar("evaluating", running.people.total_rows, unit="rows") as progress:
        outcome = _told_when_stopped(lambda: running.to(target, progress), judging_options, path)
    if not outcome.counts.judged:
        raise nobody(judging_options.paths, outcome.counts.rows, _stays(path), target.rejected)
    page = _page(running, outcome, results=path, rejected=target.rejected)
    Output(format="table").write(text(page, columns=columns_of(sys.stdout), paint=painter(sys.stdout)))
    return _code(outcome, complete=complete)


def _to_standard_output(judging_options: JudgingOptions) -> int:
    from evaluator.populations.evaluate.writers import format_of

    named = None if judging_options.output.format == "table" else judging_options.output.format
    if named in {"parquet", "xlsx"} and sys.stdout.isatty():
        raise Unusable(f"{named} is nothing for a screen", "name a file with -o")
    format_ = format_of(None, named)
    rejected = None if judging_options.tables.rejected is None else judging_options.rejected(None)
    running, complete = _running(judging_options, None)
    with progress_bar("evaluating", running.people.total_rows, unit="rows") as progress, running.passing(progress) as (outcome, parts):
        told_rejections = _rejections(judging_options, outcome, parts, rejected)
        if not outcome.counts.judged:
            write_error(told_rejections)
            raise nobody(judging_options.paths, outcome.counts.rows, rejected=rejected)
        page = _page(running, outcome, rejected=rejected)
        _say(judging_options, page)
        write_error(told_rejections)
        if judging_options.streams:
            _copy(parts, format_, judging_options.output)
    return _code(outcome, complete=complete)


def _running(judging_options: JudgingOptions, path: Path | None) -> tuple[Run, bool]:
    """Open the population for a run, and say whether every file of it can be used."""
    from evaluator.populations.evaluate.runner import Run

    before = {} if path is None else _before(path, judging_options.tables)
    now = _day(before, "request", "today") or today()
    request, day = judging_options.request(before, now), judging_options.setting.as_of or _day(before, "options", "as_of") or now
    chunk_rows = judging_options.tables.chunk_rows or request.level.chunk_rows
    people: Population | DatabasePeople | FilePeople
    if judging_options.in_database:
        people, complete = databases.opened(judging_options, path, judging_options.tables.chunk_rows or databases.CHUNK_ROWS, day)
    else:
        people, complete = judging_options.opened(chunk_rows, day, wins=_day_was_given(before))
    options = {**people.options.told(), "chunk_rows": chunk_rows, "as_of": day, "as_of_wins": people.as_of_wins}
    return Run(pack=judging_options.pack, request=request, people=people, every_role=judging_options.every_role, options=options), complete


def _page(running: Run, outcome: Outcome, *, results: Path | None = None, rejected: Path | None = None) -> tuple[Block, ...]:
    from evaluator.populations.counting import many_days

    days = many_days(outcome.counts.days, running.pack, running.request.today or today())
    return population_page(running, outcome, running.options["as_of"], days, results=results, rejected=rejected)


def _code(outcome: Outcome, *, complete: bool) -> int:
    return DONE if complete and not outcome.counts.rejected else FINDINGS


def nobody(paths: Sequence[str], rows: int, kept: str = "", rejected: Path | None = None) -> Unusable:
    """Return the failure of a run in which nobody could be judged; `kept` says what became of the results."""
    named = ", ".join(paths)
    if not rows:
        return Unusable(f"there is nobody in {named}{kept}", "name a table with one person a row, a profile, or a folder of profiles")
    what = "the only row" if rows == 1 else f"any of the {rows:,} rows"
    where = f": {rejected} has each with its reason" if rejected is not None else ""
    return Unusable(f"nobody can be judged by {what} of {named}{kept}", f"mend the rows{where}")


def _stays(path: Path) -> str:
    return f"; {path} stays as it was" if path.exists() else f"; {path} was not written"


def _rejections(judging_options: JudgingOptions, outcome: Outcome, parts: TemporaryParts, rejected: Path | None) -> str:
    """Put rejected rows into the file that was named for them, or return the first of them as text."""
    from evaluator.populations.evaluate.parts import REJECTED
    from evaluator.populations.evaluate.writers import write

    if rejected is None:
        if not outcome.counts.rejected:
            return ""
        page = rejections_page(parts.paths(REJECTED, 0))
        return "\n" + text(page, columns=columns_of(sys.stderr), paint=painter(sys.stderr))
    if outcome.counts.rejected:
        with whole(rejected, mode=judging_options.output.mode) as beside:
            write(parts.paths(REJECTED, 0), beside, "csv", bom=judging_options.output.bom)
    elif outcome.counts.judged:
        rejected.unlink(missing_ok=True)
    return ""


def _told_when_stopped(start: Callable[[], Outcome], judging_options: JudgingOptions, path: Path) -> Outcome:
    """Run, and where that is stopped say how to go on; a database cannot, and leaves nothing."""
    file = judging_options.output.file
    if judging_options.in_database:
        from evaluator.populations.evaluate.parts import clearing

        with clearing(path):
            return start()
    try:
        return start()
    except (KeyboardInterrupt, OSError):
        if file is not None:
            write_error(f"\nstopped: what was finished is kept beside {file}; the same command with --resume goes on from there\n")
        raise


def _before(path: Path, tables: Tables) -> dict[str, Any]:
    """Return what the run that is gone on from wrote down of itself."""
    from evaluator.populations.evaluate.parts import earlier, work_folder

    return (earlier(work_folder(path)) or {}) if tables.resume else {}


def _day(before: dict[str, Any], part: str, name: str) -> datetime.date | None:
    day = before.get(part, {}).get(name)
    return datetime.date.fromisoformat(day) if day else None


def _day_was_given(before: dict[str, Any]) -> bool:
    return bool(before.get("options", {}).get("as_of_wins") == str(True))


def _copy(parts: TemporaryParts, format_: str, output: Output) -> None:
    """Write results to standard output, once they are all there."""
    from evaluator.populations.evaluate.parts import RESULTS
    from evaluator.populations.evaluate.writers import copy, write

    nameless = Nameless()
    try:
        write(parts.paths(RESULTS, 0), nameless.path, format_, bom=output.bom)
        sys.stdout.flush()
        copy(nameless.path, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    finally:
        nameless.close()


def _say(judging_options: JudgingOptions, page: Sequence[Any]) -> None:
    """Say what a run came to: on standard output, unless the results go there."""
    stream = sys.stderr if judging_options.streams else sys.stdout
    shown = text(page, columns=columns_of(stream), paint=painter(stream))
    if judging_options.streams:
        write_error(f"\n{shown}")
    else:
        Output(format="table").write(shown)
