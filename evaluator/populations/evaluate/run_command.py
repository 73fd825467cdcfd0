"""Running a population from the command line: opening it, showing how far it is, saying what it came to."""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from evaluator.cli import clock
from evaluator.cli.clock import today
from evaluator.cli.exits import UNUSABLE
from evaluator.cli.failures import Unusable
from evaluator.cli.gates import exit_code
from evaluator.cli.messages import messages
from evaluator.cli.output import Output, columns_of, painter, write_error, write_file, write_note
from evaluator.cli.progress import progress_bar
from evaluator.cli.tables import Tables
from evaluator.core.files import Nameless
from evaluator.populations.acceptance import EmptyColumn
from evaluator.populations.databases import options as databases
from evaluator.populations.evaluate.report import population_page, rejections_page
from evaluator.populations.judging_options import JudgingOptions, file_to_write
from evaluator.populations.left_out import nobody
from evaluator.populations.where import nobody_chosen
from evaluator.report.blocks import Block
from evaluator.report.documents import text
from evaluator.report.gates import gate_words
from evaluator.report.jsons import dumps
from evaluator.report.words import Style, counted

if TYPE_CHECKING:
    from evaluator.populations.counting import PopulationCounts
    from evaluator.populations.databases.file_people import FilePeople
    from evaluator.populations.databases.people import DatabasePeople
    from evaluator.populations.evaluate.parts import TemporaryParts
    from evaluator.populations.evaluate.runner import Outcome, Run
    from evaluator.populations.evaluate.to_json import Input
    from evaluator.reading.tables import Population


def run(judging_options: JudgingOptions) -> int:
    """Judge a population into a file, or to standard output, and say what it came to."""
    if judging_options.output.file is None:
        return _to_standard_output(judging_options)
    path = file_to_write(judging_options.output.file, "-o")
    opened = _opened(judging_options, path)
    target = judging_options.target(path)
    with progress_bar("evaluating", opened.run.people.total_rows, unit="rows") as progress:
        outcome = _told_when_stopped(lambda: opened.run.to(target, progress), judging_options, path)
    results = path if outcome.accepted else None
    stem, ending = target.rejected.stem, target.rejected.suffix
    named = target.rejected if target.split_by is None else target.rejected.with_name(f"{stem}-*{ending}")
    rejected = named if outcome.counts.rejected and not isinstance(outcome.refusal, EmptyColumn) else None
    code = _code(outcome, complete=opened.complete)
    opened.summarised(outcome, code, results=path, rejected=rejected)
    if outcome.refusal is not None:
        stays = _stays(path) if isinstance(outcome.refusal, EmptyColumn) else ""
        raise Unusable(f"{outcome.refusal.message}{stays}", outcome.refusal.step)
    if not outcome.counts.judged:
        raise nobody_judged_in(judging_options, outcome.counts, _stays(path), target.rejected)
    page = text(_page(opened.run, outcome, results=results, rejected=rejected), columns=columns_of(sys.stdout), paint=painter(sys.stdout))
    if not messages().quiet:
        Output(format="table").write(page)
    messages().note(page)
    _tell_failed(outcome, rejected, _stays(path))
    return code


def _to_standard_output(judging_options: JudgingOptions) -> int:
    from evaluator.populations.evaluate.writers import format_of

    named = None if judging_options.output.format == "table" else judging_options.output.format
    if named in {"parquet", "xlsx"} and sys.stdout.isatty():
        raise Unusable(f"{named} is nothing for a screen", "name a file with -o")
    format_ = format_of(None, named)
    rejected = None if judging_options.tables.rejected is None else judging_options.rejected(None)
    opened = _opened(judging_options, None)
    with (
        progress_bar("evaluating", opened.run.people.total_rows, unit="rows") as progress,
        opened.run.passing(progress) as (outcome, parts),
    ):
        code = _code(outcome, complete=opened.complete)
        told_rejections = (
            "" if isinstance(outcome.refusal, EmptyColumn) else _rejections(judging_options, outcome, parts, rejected, opened.run.people)
        )
        opened.summarised(outcome, code, results=None, rejected=rejected if outcome.counts.rejected else None)
        if outcome.refusal is not None:
            raise outcome.refusal
        if not outcome.counts.judged:
            write_error(told_rejections)
            raise nobody_judged_in(judging_options, outcome.counts, rejected=rejected)
        page = _page(opened.run, outcome, rejected=rejected)
        _say(judging_options, page)
        write_error(told_rejections)
        if judging_options.streams and outcome.accepted:
            _copy(parts, format_, opened.run, judging_options.output)
        _tell_failed(outcome, rejected, "; no results were written" if judging_options.streams else "")
    return code


def _tell_failed(outcome: Outcome, rejected: Path | None, stays: str) -> None:
    """Say on standard error what of that which was asked for does not hold; and where nobody sees the summary, that rows are missing."""
    failed = [gate for gate in outcome.gates if not gate.passes]
    if failed:
        paint = painter(sys.stderr)
        lines = "".join(f"  {gate_words(gate)}\n" for gate in failed)
        write_error(f"{paint('error', Style.BAD)}: what was asked of the run does not hold{stays}\n{lines}")
    elif outcome.counts.rejected and rejected is not None and messages().quiet and not _allowed(outcome):
        number, rows = outcome.counts.rejected, outcome.counts.rows
        are = "is" if number == 1 else "are"
        write_error(f"{number:,} of {counted(rows, 'row')} {are} rejected, each with its reason in {rejected}\n")


def _allowed(outcome: Outcome) -> bool:
    """Whether a limit lets the rows pass that were rejected."""
    return any(gate.limit.startswith("--max-rejected") and gate.passes for gate in outcome.gates)


@attrs.frozen(kw_only=True)
class _Opened:
    """A run that can begin: whether every file of it can be used, and what its summary will tell of how it began."""

    run: Run
    complete: bool
    judging_options: JudgingOptions
    begun: datetime.datetime
    seconds: float
    read: tuple[Input, ...]

    def summarised(self, outcome: Outcome, code: int, *, results: Path | None, rejected: Path | None) -> None:
        """Write the summary, where one is asked for."""
        from evaluator.populations.evaluate.to_json import RunEnd, run_json

        path = self.judging_options.summary
        if path is None:
            return
        end = RunEnd(
            begun=self.begun,
            ended=clock.now(),
            seconds_opening=self.seconds,
            exit_code=code,
            refusal=None if outcome.refusal is None else outcome.refusal.message,
            results=results,
            written=outcome.accepted,
            rejected=rejected,
        )
        written = dumps(run_json(self.run, outcome, end, self.read, self.judging_options.findings))
        write_file(path, written, mode=self.judging_options.output.mode)


def _opened(judging_options: JudgingOptions, path: Path | None) -> _Opened:
    from evaluator.populations.evaluate.to_json import inputs

    begun, start = clock.now(), time.monotonic()
    running, complete = opened_run(judging_options, path)
    read = inputs(running.people, judging_options.paths) if judging_options.summary is not None else ()
    seconds = time.monotonic() - start
    return _Opened(run=running, complete=complete, judging_options=judging_options, begun=begun, seconds=seconds, read=read)


def opened_run(judging_options: JudgingOptions, path: Path | None) -> tuple[Run, bool]:
    """Open the population for a run, and say whether every file of it can be used."""
    from evaluator.populations.evaluate.runner import Run

    before = {} if path is None else _before(path, judging_options.tables)
    day_of_run = _day(before, "request", "today") or today()
    request = judging_options.request(before, day_of_run)
    day = judging_options.setting.as_of or _day(before, "options", "as_of") or day_of_run
    chunk_rows = judging_options.tables.chunk_rows or request.level.chunk_rows
    people: Population | DatabasePeople | FilePeople
    if judging_options.in_database:
        people, complete = databases.opened(judging_options, path, judging_options.tables.chunk_rows or databases.CHUNK_ROWS, day)
    else:
        people, complete = judging_options.opened(chunk_rows, day, wins=_day_was_given(before))
    _check_quarantine(judging_options, people)
    options = {**people.options.told(), "chunk_rows": chunk_rows, "as_of": day, "as_of_wins": people.as_of_wins}
    options["where"] = judging_options.where
    run = Run(
        pack=judging_options.pack,
        request=request,
        people=people,
        every_role=judging_options.every_role,
        options=options,
        where=judging_options.condition,
        acceptance=judging_options.acceptance.of(judging_options.pack, people.options),
        warnings=tuple(f"{warning.span.path}: {warning.message}" for warning in judging_options.findings.warnings),
    )
    return run, complete


def _check_quarantine(judging_options: JudgingOptions, people: Any) -> None:  # noqa: ANN401 - a database has no files
    """Refuse a workbook of rejected rows, or to split it, where that cannot be, before anybody is judged."""
    from evaluator.populations.evaluate.quarantine import check_quarantine, is_book

    named, split_by = judging_options.tables.rejected, judging_options.tables.split_by
    sends_back = named is not None and is_book(Path(named))
    if split_by is not None and not sends_back:
        raise Unusable("--split-by makes a workbook for each text of a column", "name one with --rejected, such as rejected.xlsx")
    if sends_back:
        if not hasattr(people, "files"):
            raise Unusable("rows that a database rejects cannot be sent back as a workbook", "name a .csv with --rejected")
        check_quarantine(people, split_by)


def _page(running: Run, outcome: Outcome, *, results: Path | None = None, rejected: Path | None = None) -> tuple[Block, ...]:
    from evaluator.populations.counting import many_days

    days = many_days(outcome.counts.days, running.pack, running.request.today or today())
    return population_page(running, outcome, running.options["as_of"], days, results=results, rejected=rejected)


def _code(outcome: Outcome, *, complete: bool) -> int:
    if outcome.refusal is not None or not outcome.counts.judged:
        return UNUSABLE
    return exit_code(outcome.gates, complete=complete and (not outcome.counts.rejected or _allowed(outcome)))


def nobody_judged_in(judging_options: JudgingOptions, counts: PopulationCounts, kept: str = "", rejected: Path | None = None) -> Unusable:
    """Return the failure of a run in which nobody could be judged, or whose condition takes nobody."""
    if judging_options.where is not None and counts.left_out:
        message, step = nobody_chosen(judging_options.where, counts.left_out, counts.unknown)
        return Unusable(f"{message}{kept}", step)
    return nobody(judging_options.paths, counts.rows, kept, rejected)


def _stays(path: Path) -> str:
    return f"; {path} stays as it was" if path.exists() else f"; {path} was not written"


def _rejections(judging_options: JudgingOptions, outcome: Outcome, parts: TemporaryParts, rejected: Path | None, people: object) -> str:
    """Put rejected rows into the file that was named for them, or return the first of them as text."""
    from evaluator.populations.evaluate.parts import REJECTED
    from evaluator.populations.evaluate.quarantine import RejectedRows

    if rejected is None:
        if not outcome.counts.rejected:
            return ""
        page = rejections_page(parts.paths(REJECTED, 0))
        return "\n" + text(page, columns=columns_of(sys.stderr), paint=painter(sys.stderr))
    if outcome.counts.rejected:
        output, split_by = judging_options.output, judging_options.tables.split_by
        RejectedRows(target=rejected, people=people, split_by=split_by, csv=output.csv, mode=output.mode).write(parts.paths(REJECTED, 0))
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


def _copy(parts: TemporaryParts, format_: str, run: Run, output: Output) -> None:
    """Write results to standard output, once they are all there."""
    from evaluator.populations.evaluate.parts import RESULTS
    from evaluator.populations.evaluate.writers import copy, write
    from evaluator.populations.titles import titled

    nameless = Nameless()
    try:
        titles = partial(titled, pack=run.pack, request=run.request)
        write(parts.paths(RESULTS, 0), nameless.path, format_, csv=output.csv, titles=titles)
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
        write_note(f"\n{shown}")
    else:
        Output(format="table").write(shown)
