"""Running a population from the command line: opening it, showing how far it is, saying what it came to."""

from __future__ import annotations

import datetime
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from evaluator.cli.clock import today
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.options import Setting
from evaluator.cli.output import STANDARD_OUTPUT, Output, columns_of, painter, write_error, write_findings
from evaluator.cli.path_overlap import check, lies_in
from evaluator.cli.tables import CHECKED, Tables
from evaluator.core.files import Nameless, whole
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, ReadingError
from evaluator.engines import DATABASES
from evaluator.populations.databases import options as databases
from evaluator.populations.evaluate.report import population_page, rejections_page
from evaluator.report.blocks import Block
from evaluator.report.documents import text

if TYPE_CHECKING:
    from evaluator.populations.databases.people import DatabasePeople
    from evaluator.populations.evaluate.parts import Passing
    from evaluator.populations.evaluate.runner import Outcome, Request, Run, Target
    from evaluator.reading.tables import Population


@attrs.frozen(kw_only=True)
class Asked:
    """What was asked on the command line: about whom, by which pack, for which role, and where the results go."""

    paths: Sequence[str]
    pack: Pack
    role: str | None
    setting: Setting
    tables: Tables
    output: Output

    @property
    def in_database(self) -> bool:
        """Whether people are judged where their data lies."""
        return self.setting.engine in DATABASES

    @property
    def streams(self) -> bool:
        """Whether the results themselves go to standard output."""
        return self.output.file is None and self.output.format != "table"

    def opened(self, chunk_rows: int, day: datetime.date, *, wins: bool = False) -> tuple[Population, bool]:
        """Open the population, and say whether every file of it can be used; raises ReadingError where none can.

        A row's own day counts before `day`, unless that was given or `wins`.
        """
        from evaluator.reading.tables import open_population

        problems = Problems()
        reading = self.tables.reading(self.paths)
        given = wins or self.setting.as_of is not None
        people = open_population(self.paths, self.pack, reading, as_of=day, as_of_wins=given, chunk_rows=chunk_rows, problems=problems)
        if problems.errors and not people.tables:
            raise ReadingError(problems)
        if len(problems):
            write_findings(problems)
        return people, not problems.errors

    def _spare(self, place: Path | None, rejected: Path) -> None:
        """Refuse rejected rows that would take the place of what is read, of the results, or of a stopped run's parts."""
        from evaluator.populations.evaluate.parts import work_folder

        ctx = click.get_current_context(silent=True)
        if ctx is not None and not self.tables.rejected and self.output.file is not None:
            check(ctx, rejected=rejected)
        if place is not None and lies_in(rejected, work_folder(place)):
            raise Unusable(f"{rejected} lies among the parts of the run", "name another file with --rejected")

    def headers(self) -> tuple[tuple[str, ...], bool]:
        """Return the columns of the tables among the paths, and whether one is the role; nothing of what can be read only once."""
        from evaluator.reading.tables import open_population
        from evaluator.reading.tables.columns import ROLE

        if STANDARD_OUTPUT in self.paths:
            return (), False
        reading = self.tables.reading(self.paths)
        found = open_population(self.paths, self.pack, reading, as_of=today(), problems=Problems())
        return found.headers, found.names(ROLE)

    def request(self, before: dict[str, Any], now: datetime.date) -> Request:
        """Return what is asked of the run, with the seed of the one before where there was one."""
        from evaluator.populations.evaluate.runner import Level, Request

        asked, tables = before.get("request", {}), self.tables
        seed = tables.seed if tables.seed is not None else int(asked.get("seed", secrets.randbelow(1_000_000)))
        check = CHECKED if tables.check is None else tables.check
        return Request(
            level=Level(tables.level or "people"),
            role=self.role,
            engine=self.setting.engine or "columns",
            check=check,
            seed=seed,
            today=now,
        )

    def target(self, place: Path) -> Target:
        """Return where results and rejected rows go."""
        from evaluator.populations.evaluate.runner import Target
        from evaluator.populations.evaluate.writers import format_of

        named = None if self.output.format == "table" else self.output.format
        format_ = databases.folder_or(place, named) if self.setting.engine == "spark" else format_of(place, named)
        return Target(
            output=place,
            format=format_,
            rejected=self.rejected(place),
            resume=self.tables.resume,
            bom=self.output.bom,
            mode=self.output.mode,
        )

    def rejected(self, place: Path | None) -> Path:
        """Return where rejected rows go: into the file that is named, else beside the results."""
        from evaluator.populations.evaluate.rejected_rows import quarantine_beside

        if self.tables.rejected is not None:
            found = _usable(self.tables.rejected, "--rejected")
        elif place is not None:
            found = quarantine_beside(place)
        else:
            raise ValueError(self)
        self._spare(place, found)
        return found


def run(asked: Asked) -> int:
    """Judge a population into a file, or to standard output, and say what it came to."""
    if asked.output.file is None:
        return _to_standard_output(asked)
    place = _usable(asked.output.file, "-o")
    running, complete = _running(asked, place)
    target = asked.target(place)
    with _progress(running.people.total_rows) as progress:
        outcome = _told_when_stopped(lambda: running.to(target, progress), asked, place)
    if not outcome.counts.judged:
        raise nobody(asked.paths, outcome.counts.rows, _stays(place), target.rejected)
    page = _page(running, outcome, results=place, rejected=target.rejected)
    Output(format="table").write(text(page, columns=columns_of(sys.stdout), paint=painter(sys.stdout)))
    return _code(outcome, complete=complete)


def _to_standard_output(asked: Asked) -> int:
    from evaluator.populations.evaluate.writers import format_of

    named = None if asked.output.format == "table" else asked.output.format
    if named in {"parquet", "xlsx"} and sys.stdout.isatty():
        raise Unusable(f"{named} is nothing for a screen", "name a file with -o")
    format_ = format_of(None, named)
    rejected = None if asked.tables.rejected is None else asked.rejected(None)
    running, complete = _running(asked, None)
    with _progress(running.people.total_rows) as progress, running.passing(progress) as (outcome, parts):
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


def _running(asked: Asked, place: Path | None) -> tuple[Run, bool]:
    """Open the population for a run, and say whether every file of it can be used."""
    from evaluator.populations.evaluate.runner import Run

    before = {} if place is None else _before(place, asked.tables)
    now = _day(before, "request", "today") or today()
    request, day = asked.request(before, now), asked.setting.as_of or _day(before, "options", "as_of") or now
    chunk_rows = asked.tables.chunk_rows or request.level.chunk_rows
    people: Population | DatabasePeople
    if asked.in_database:
        people, complete = databases.opened(asked, place, asked.tables.chunk_rows or databases.CHUNK_ROWS, day), True
    else:
        people, complete = asked.opened(chunk_rows, day, wins=_day_was_given(before))
    options = {**people.options.told(), "chunk_rows": chunk_rows, "as_of": day, "as_of_wins": people.as_of_wins}
    return Run(pack=asked.pack, request=request, people=people, options=options), complete


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


def _rejections(asked: Asked, outcome: Outcome, parts: Passing, rejected: Path | None) -> str:
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


def _told_when_stopped(start: Callable[[], Outcome], asked: Asked, place: Path) -> Outcome:
    """Run, and where that is stopped say how to go on; a database cannot, and leaves nothing."""
    file = asked.output.file
    if asked.in_database:
        with databases.clearing(place):
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


def _usable(file: str, option: str) -> Path:
    """Return where a file can be put; a device or a folder would be replaced by it."""
    path = Path(file)
    if not path.parent.is_dir():
        raise Unusable(f"there is no folder {path.parent}", f"make it, or name another file with {option}")
    if path.exists() and not path.is_file():
        raise Unusable(f"{file} is no file that results could take the place of", f"name a file with {option}")
    return path.resolve() if path.is_symlink() else path


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


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[int], None]]:
    """Show rows, rate and remaining time on a terminal, and nothing anywhere else."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    start, done = time.monotonic(), 0

    def rate(_: object) -> str:
        return f"{done / max(time.monotonic() - start, 1e-3):,.0f} rows/s"

    with click.progressbar(length=max(total or 1, 1), label="evaluating", file=sys.stderr, show_pos=True, item_show_func=rate) as bar:

        def step(rows: int) -> None:
            nonlocal done
            done += rows
            bar.length = max(bar.length or 1, done)
            bar.update(rows, rows)

        bar.render_progress()
        yield step


def _say(asked: Asked, page: Sequence[Any]) -> None:
    """Say what a run came to: on standard output, unless the results go there."""
    stream = sys.stderr if asked.streams else sys.stdout
    shown = text(page, columns=columns_of(stream), paint=painter(stream))
    if asked.streams:
        write_error(f"\n{shown}")
    else:
        Output(format="table").write(shown)
