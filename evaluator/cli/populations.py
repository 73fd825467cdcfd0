"""Running a population from the command line: opening it, showing how far it is, saying what it came to."""

from __future__ import annotations

import datetime
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from evaluator.cli import databases
from evaluator.cli.clock import today
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.options import Setting
from evaluator.cli.output import STANDARD_OUTPUT, Output, columns_of, painter, write_error, write_findings
from evaluator.cli.spared import check, lies_in
from evaluator.cli.tables import CHECKED, Tables
from evaluator.diagnostics import Problems, ReadingError
from evaluator.model import Pack
from evaluator.report.documents import text
from evaluator.report.population import population_page, rejections_page

if TYPE_CHECKING:
    from evaluator.population import Outcome, Request, Target
    from evaluator.populations.databases import DatabasePeople
    from evaluator.reading.population import Population


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
        return self.setting.engine in databases.DATABASES

    @property
    def streams(self) -> bool:
        """Whether the results themselves go to standard output."""
        return self.output.file is None and self.output.format != "table"

    @property
    def keeps(self) -> bool:
        """Whether rejected rows are kept in a file."""
        return self.output.file is not None or self.tables.rejected is not None

    def opened(self, chunk_rows: int, day: datetime.date, *, wins: bool = False) -> tuple[Population, bool]:
        """Open the population, and say whether every file of it can be used; raises ReadingError where none can.

        A row's own day counts before `day`, unless that was given or `wins`.
        """
        from evaluator.reading.population import open_population

        problems = Problems()
        reading = self.tables.reading(self.paths)
        given = wins or self.setting.as_of is not None
        people = open_population(self.paths, self.pack, reading, as_of=day, as_of_wins=given, chunk_rows=chunk_rows, problems=problems)
        if problems.errors and not people.tables:
            raise ReadingError(problems)
        if len(problems):
            write_findings(problems)
        return people, not problems.errors

    def _spare(self, place: Path, rejected: Path) -> None:
        """Refuse rejected rows that would take the place of what is read, of the results, or of a stopped run's parts."""
        from evaluator.populations.parts import work_folder

        ctx = click.get_current_context(silent=True)
        if ctx is not None and not self.tables.rejected and self.output.file is not None:
            check(ctx, rejected=rejected)
        if lies_in(rejected, work_folder(place)):
            raise Unusable(f"{rejected} lies among the parts of the run", "name another file with --rejected")

    def headers(self) -> tuple[tuple[str, ...], bool]:
        """Return the columns of the tables among the paths, and whether one is the role; nothing of what can be read only once."""
        from evaluator.reading.population import open_population
        from evaluator.reading.population.columns import ROLE

        if STANDARD_OUTPUT in self.paths:
            return (), False
        reading = self.tables.reading(self.paths)
        found = open_population(self.paths, self.pack, reading, as_of=today(), problems=Problems())
        return found.headers, found.names(ROLE)

    def request(self, before: dict[str, Any], now: datetime.date) -> Request:
        """Return what is asked of the run, with the seed of the one before where there was one."""
        from evaluator.population import Level, Request

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
        from evaluator.population import Target
        from evaluator.populations.quarantine import quarantine_beside
        from evaluator.populations.writers import format_of

        rejected = _usable(self.tables.rejected, "--rejected") if self.tables.rejected else quarantine_beside(place)
        self._spare(place, rejected)
        named = None if self.output.format == "table" else self.output.format
        format_ = databases.folder_or(place, named) if self.setting.engine == "spark" else format_of(place, named)
        return Target(
            output=place, format=format_, rejected=rejected, resume=self.tables.resume, bom=self.output.bom, mode=self.output.mode
        )


def run(asked: Asked) -> int:
    """Judge a population into a file, or to standard output, and say what it came to."""
    from evaluator.population import Run
    from evaluator.populations.counting import many_days

    with _place(asked.output) as place:
        before = _before(place, asked.tables)
        now = _day(before, "request", "today") or today()
        request, day = asked.request(before, now), asked.setting.as_of or _day(before, "options", "as_of") or now
        chunk_rows = asked.tables.chunk_rows or request.level.chunk_rows
        people: Population | DatabasePeople
        if asked.in_database:
            people, complete = databases.opened(asked, place, asked.tables.chunk_rows or databases.CHUNK_ROWS, day), True
        else:
            people, complete = asked.opened(chunk_rows, day, wins=_day_was_given(before))
        options = {**people.options.told(), "chunk_rows": chunk_rows, "as_of": day, "as_of_wins": people.as_of_wins}
        running, target = Run(pack=asked.pack, request=request, people=people, options=options), asked.target(place)
        with _progress(people.total_rows) as progress:
            outcome = _told_when_stopped(lambda: running.to(target, progress), asked, place)
        days = many_days(outcome.counts.days, asked.pack, now)
        _say(asked, population_page(running, outcome, target, day, days, kept=asked.keeps), target, outcome)
        if asked.streams:
            _copy(place)
    return DONE if complete and not outcome.counts.rejected else FINDINGS


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
    from evaluator.populations.parts import earlier, work_folder

    return (earlier(work_folder(place)) or {}) if tables.resume else {}


def _day(before: dict[str, Any], part: str, name: str) -> datetime.date | None:
    day = before.get(part, {}).get(name)
    return datetime.date.fromisoformat(day) if day else None


def _day_was_given(before: dict[str, Any]) -> bool:
    return bool(before.get("options", {}).get("as_of_wins") == str(True))


@contextmanager
def _place(output: Output) -> Iterator[Path]:
    """Give the file to write; for standard output one that is gone afterwards."""
    if output.file is not None:
        yield _usable(output.file, "-o")
        return
    ending = "csv" if output.format == "table" else output.format
    if ending in {"parquet", "xlsx"} and sys.stdout.isatty():
        raise Unusable(f"{ending} is nothing for a screen", "name a file with -o")
    with tempfile.TemporaryDirectory(prefix="evaluator-") as folder:
        yield Path(folder) / f"results.{ending}"


def _usable(file: str, option: str) -> Path:
    """Return where a file can be put; a device or a folder would be replaced by it."""
    path = Path(file)
    if not path.parent.is_dir():
        raise Unusable(f"there is no folder {path.parent}", f"make it, or name another file with {option}")
    if path.exists() and not path.is_file():
        raise Unusable(f"{file} is no file that results could take the place of", f"name a file with {option}")
    return path.resolve() if path.is_symlink() else path


def _copy(place: Path) -> None:
    from evaluator.populations.writers import copy

    sys.stdout.flush()
    copy(place, sys.stdout.buffer)
    sys.stdout.buffer.flush()


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


def _say(asked: Asked, page: Sequence[Any], target: Target, outcome: Outcome) -> None:
    """Say what a run came to: on standard output, unless the results go there."""
    stream = sys.stderr if asked.streams else sys.stdout
    shown = text(page, columns=columns_of(stream), paint=painter(stream))
    if asked.streams:
        write_error(f"\n{shown}")
    else:
        Output(format="table").write(shown)
    if outcome.counts.rejected and not asked.keeps:
        write_error("\n" + text(rejections_page(target.rejected), columns=columns_of(sys.stderr), paint=painter(sys.stderr)))
