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
    from evaluator.populations.databases.people import DatabasePeople
    from evaluator.populations.databases.text_people import TextPeople
    from evaluator.populations.evaluate.parts import Passing
    from evaluator.populations.evaluate.runner import Outcome, Run
    from evaluator.reading.tables import Population


def run(asked: JudgingOptions) -> int:
    """Judge a population into a file, or to standard output, and say what it came to."""
    if asked.output.file is None:
        return _to_standard_output(asked)
    place = file_to_write(asked.output.file, "-o")
    running, complete = _running(asked, place)
    target = asked.target(place)
    with progress_bar("evaluating", running.people.total_rows, unit="rows") as progress:
        outcome = _told_when_stopped(lambda: running.to(target, progress), asked, place)
    if not outcome.counts.judged:
        raise nobody(asked.paths, outcome.counts.rows, _stays(place), target.rejected)
    page = _page(running, outcome, results=place, rejected=target.rejected)
    Output(format="table").write(text(page, columns=columns_of(sys.stdout), paint=painter(sys.stdout)))
    return _code(outcome, complete=complete)


def _to_standard_output(asked: JudgingOptions) -> int:
    from evaluator.populations.evaluate.writers import format_of

    named = None if asked.output.format == "table" else asked.output.format
    if named in {"parquet", "xlsx"} and sys.stdout.isatty():
        raise Unusable(f"{named} is nothing for a screen", "name a file with -o")
    format_ = format_of(None, named)
    rejected = None if asked.tables.rejected is None else asked.rejected(None)
    running, complete = _running(asked, None)
    with progress_bar("evaluating", running.people.total_rows, unit="rows") as progress, running.passing(progress) as (outcome, parts):
        found = _rejections(asked, outcome, parts, rejected)
        if not outcome.counts.judged:
            write_error(found)
            raise nobody(asked.paths, outcome.counts.rows, rejected=rejected)
        page = _page(running, outcome, rejected=rejected)
        _say(asked, page)
        write_error(found)
        if asked.streams:
            _copy(parts, format_, asked.output)
    return _code(outcome, complete=complete)


def _running(asked: JudgingOptions, place: Path | None) -> tuple[Run, bool]:
    """Open the population for a run, and say whether every file of it can be used."""
    from evaluator.populations.evaluate.runner import Run

    before = {} if place is None else _before(place, asked.tables)
    now = _day(before, "request", "today") or today()
    request, day = asked.request(before, now), asked.setting.as_of or _day(before, "options", "as_of") or now
    chunk_rows = asked.tables.chunk_rows or request.level.chunk_rows
    people: Population | DatabasePeople | TextPeople
    if asked.in_database:
        people, complete = databases.opened(asked, place, asked.tables.chunk_rows or databases.CHUNK_ROWS, day)
    else:
        people, complete = asked.opened(chunk_rows, day, wins=_day_was_given(before))
    options = {**people.options.told(), "chunk_rows": chunk_rows, "as_of": day, "as_of_wins": people.as_of_wins}
    return Run(pack=asked.pack, request=request, people=people, every_role=asked.every_role, options=options), complete


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


def _stays(place: Path) -> str:
    return f"; {place} stays as it was" if place.exists() else f"; {place} was not written"


def _rejections(asked: JudgingOptions, outcome: Outcome, parts: Passing, rejected: Path | None) -> str:
    """Put rejected rows into the file that was named for them, or return the first of them as text."""
    from evaluator.populations.evaluate.parts import REJECTED
    from evaluator.populations.evaluate.writers import write

    if rejected is None:
        if not outcome.counts.rejected:
            return ""
        page = rejections_page(parts.paths(REJECTED, 0))
        return "\n" + text(page, columns=columns_of(sys.stderr), paint=painter(sys.stderr))
    if outcome.counts.rejected:
        with whole(rejected, mode=asked.output.mode) as beside:
            write(parts.paths(REJECTED, 0), beside, "csv", bom=asked.output.bom)
    elif outcome.counts.judged:
        rejected.unlink(missing_ok=True)
    return ""


def _told_when_stopped(start: Callable[[], Outcome], asked: JudgingOptions, place: Path) -> Outcome:
    """Run, and where that is stopped say how to go on; a database cannot, and leaves nothing."""
    file = asked.output.file
    if asked.in_database:
        from evaluator.populations.evaluate.parts import clearing

        with clearing(place):
            return start()
    try:
        return start()
    except (KeyboardInterrupt, OSError):
        if file is not None:
            write_error(f"\nstopped: what was finished is kept beside {file}; the same command with --resume goes on from there\n")
        raise


def _before(place: Path, tables: Tables) -> dict[str, Any]:
    """Return what the run that is gone on from wrote down of itself."""
    from evaluator.populations.evaluate.parts import earlier, work_folder

    return (earlier(work_folder(place)) or {}) if tables.resume else {}


def _day(before: dict[str, Any], part: str, name: str) -> datetime.date | None:
    day = before.get(part, {}).get(name)
    return datetime.date.fromisoformat(day) if day else None


def _day_was_given(before: dict[str, Any]) -> bool:
    return bool(before.get("options", {}).get("as_of_wins") == str(True))


def _copy(parts: Passing, format_: str, output: Output) -> None:
    """Write results to standard output, once they are all there."""
    from evaluator.populations.evaluate.parts import RESULTS
    from evaluator.populations.evaluate.writers import copy, write

    made = Nameless()
    try:
        write(parts.paths(RESULTS, 0), made.path, format_, bom=output.bom)
        sys.stdout.flush()
        copy(made.path, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    finally:
        made.close()


def _say(asked: JudgingOptions, page: Sequence[Any]) -> None:
    """Say what a run came to: on standard output, unless the results go there."""
    stream = sys.stderr if asked.streams else sys.stdout
    shown = text(page, columns=columns_of(stream), paint=painter(stream))
    if asked.streams:
        write_error(f"\n{shown}")
    else:
        Output(format="table").write(shown)
