"""What is asked of a population on the command line, and where its results go."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from evaluator.cli.clock import today
from evaluator.cli.failures import Unusable
from evaluator.cli.options import Setting
from evaluator.cli.output import STANDARD_OUTPUT, Output, write_findings
from evaluator.cli.path_overlap import check, lies_in
from evaluator.cli.tables import CHECKED, Tables
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, ReadingError
from evaluator.engines import DATABASES
from evaluator.populations.acceptance import Acceptance

if TYPE_CHECKING:
    from evaluator.populations.evaluate.runner import Request, Target
    from evaluator.populations.where import Where
    from evaluator.reading.tables import Options, Population


@attrs.frozen(kw_only=True)
class JudgingOptions:
    """What was asked on the command line: about whom, by which pack, for which role or every one, and where the results go."""

    paths: Sequence[str]
    pack: Pack
    role: str | None
    setting: Setting
    tables: Tables
    output: Output
    every_role: bool = False
    role_column: str | None = None
    acceptance: Acceptance = attrs.field(factory=Acceptance)
    where: str | None = None
    summary: Path | None = None
    findings: Problems = attrs.field(factory=Problems, eq=False, repr=False)
    """What was found wrong, or odd, when the files were opened."""

    @property
    def reading(self) -> Options:
        """How the tables are read."""
        condition = self.condition
        chosen_by = {} if condition is None else condition.names
        return attrs.evolve(
            self.tables.reading(self.paths), required=self.acceptance.required, chosen_by=chosen_by, role_column=self.role_column
        )

    @property
    def condition(self) -> Where | None:
        """Whom the run is about, where not about everybody; raises PopulationProblem where that is no condition."""
        from evaluator.populations.request import Request
        from evaluator.populations.where import read_where

        if self.where is None:
            return None
        return read_where(self.where, self.pack, self.tables.reading(self.paths), Request(role=self.role, role_column=self.role_column))

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

        A row's own day counts before `day`, unless that was given or `wins`. Where columns are required, or people
        chosen by some, every file has to be usable.
        """
        from evaluator.reading.tables import open_population

        problems, reading = self.findings, self.reading
        given = wins or self.setting.as_of is not None
        people = open_population(self.paths, self.pack, reading, as_of=day, as_of_wins=given, chunk_rows=chunk_rows, problems=problems)
        if problems.errors and (reading.required or reading.chosen_by or reading.role_column or not people.tables):
            raise ReadingError(problems)
        if len(problems):
            write_findings(problems)
        return people, not problems.errors

    def _spare(self, path: Path | None, rejected: Path) -> None:
        """Refuse rejected rows that would take the place of what is read, of the results, or of a stopped run's parts."""
        from evaluator.populations.evaluate.parts import work_folder

        ctx = click.get_current_context(silent=True)
        if ctx is not None and not self.tables.rejected and self.output.file is not None:
            check(ctx, rejected=rejected)
        if path is not None and lies_in(rejected, work_folder(path)):
            raise Unusable(f"{rejected} lies among the parts of the run", "name another file with --rejected")

    def headers(self) -> tuple[tuple[str, ...], bool]:
        """Return the columns of the tables among the paths, and whether one is the role; nothing of what can be read only once."""
        from evaluator.reading.tables import open_population
        from evaluator.reading.tables.meanings import ROLE

        if STANDARD_OUTPUT in self.paths:
            return (), False
        reading = self.tables.reading(self.paths)
        population = open_population(self.paths, self.pack, reading, as_of=today(), problems=Problems())
        return population.headers, population.names(ROLE)

    def request(self, before: dict[str, Any], now: datetime.date) -> Request:
        """Return what is asked of the run, with the seed of the one before where there was one."""
        from evaluator.populations.evaluate.runner import Level, Request

        asked, tables = before.get("request", {}), self.tables
        seed = tables.seed if tables.seed is not None else int(asked.get("seed", secrets.randbelow(1_000_000)))
        check = CHECKED if tables.check is None else tables.check
        return Request(
            level=Level(tables.level or "people"),
            role=self.role,
            role_column=self.role_column,
            engine=self.setting.engine or "columns",
            check=check,
            seed=seed,
            today=now,
        )

    def target(self, path: Path) -> Target:
        """Return where results and rejected rows go."""
        from evaluator.populations.evaluate.runner import Target
        from evaluator.populations.evaluate.writers import folder_or, format_of

        named = None if self.output.format == "table" else self.output.format
        format_ = folder_or(path, named) if self.setting.engine == "spark" else format_of(path, named)
        return Target(
            output=path,
            format=format_,
            rejected=self.rejected(path),
            resume=self.tables.resume,
            csv=self.output.csv,
            mode=self.output.mode,
            split_by=self.tables.split_by,
        )

    def rejected(self, place: Path | None) -> Path:
        """Return where rejected rows go: into the file that is named, else beside the results."""
        from evaluator.populations.evaluate.rejected_rows import quarantine_beside

        if self.tables.rejected is not None:
            path = file_to_write(self.tables.rejected, "--rejected")
        elif place is not None:
            path = quarantine_beside(place)
        else:
            raise ValueError(self)
        self._spare(place, path)
        return path


def file_to_write(file: str, option: str) -> Path:
    """Return where a file can be put; a device or a folder would be replaced by it."""
    path = Path(file)
    if not path.parent.is_dir():
        raise Unusable(f"there is no folder {path.parent}", f"make it, or name another file with {option}")
    if path.exists() and not path.is_file():
        raise Unusable(f"{file} is no file that results could take the place of", f"name a file with {option}")
    return path.resolve() if path.is_symlink() else path
