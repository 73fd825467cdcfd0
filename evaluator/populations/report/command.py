"""report: one page and one workbook of a population."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from evaluator.cli import options
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import judged_role, load_pack
from evaluator.cli.options import Setting
from evaluator.cli.output import STANDARD_OUTPUT, Output, write_note
from evaluator.cli.path_overlap import check
from evaluator.cli.progress import progress_bar
from evaluator.cli.tables import Tables, tables_judged_once
from evaluator.core.files import ORDINARY, PRIVATE
from evaluator.core.groups import is_group_fact
from evaluator.core.text import fold_name
from evaluator.core.values import clip
from evaluator.populations.evaluate.run_command import nobody_judged_in, opened_run
from evaluator.populations.judging_options import JudgingOptions
from evaluator.populations.left_out import keeping_command, tell_left_out, tell_other_roles
from evaluator.reading.tables.formats import EXCEL
from evaluator.reading.tables.meanings import EVERY_GROUP
from evaluator.reading.tables.model import SHOWN_REJECTED

if TYPE_CHECKING:
    import polars as pl

    from evaluator.populations.evaluate.parts import TemporaryParts
    from evaluator.populations.evaluate.runner import Outcome, Run
    from evaluator.populations.report.figures import Figures
    from evaluator.reading.tables import Rejected

_PAGE, (_BOOK,) = ".html", EXCEL.written
_STEP = "name a page, such as report.html, a workbook, such as report.xlsx, or both, each with -o"


@click.command(
    epilog="""\b
Examples:
  evaluator report people.csv -o report.html
  evaluator report people.csv -o report.html -o report.xlsx
  evaluator report people.csv --by Department -o report.html
  evaluator report people.csv --where "department = 'Payments'" -o payments.xlsx
""",
)
@options.quiet_and_log
@click.argument("paths", nargs=-1, required=True, metavar="POPULATION...", type=options.ANYWHERE)
@click.option(
    "-o",
    "--output",
    "files",
    multiple=True,
    required=True,
    metavar="FILE",
    type=options.WRITTEN,
    help="A page (.html) or a workbook (.xlsx). Repeatable: one of each.",
)
@click.option("--by", multiple=True, metavar="COLUMN", help="Count verdicts by a column too, and carry it through. Repeatable.")
@click.option("--role", metavar="ROLE", shell_complete=role_names, help="Judge everybody for this role instead of the best next one.")
@options.WHERE
@options.SHARED
@tables_judged_once
@options.setting_for_tables
def report(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    paths: tuple[str, ...],
    files: tuple[str, ...],
    by: tuple[str, ...],
    role: str | None,
    where: str | None,
    shared: bool,  # noqa: FBT001 - a click flag
    tables: Tables,
    setting: Setting,
) -> int:
    """Report on a population: a page and a workbook to read, filter and print.

    Both say the same of one run: how many are ready, by role and by any column, where people stand on the ladder, what holds most of
    them back and which facts to ask for, every person with gaps and questions, the rows that could not be judged, and what it all rests
    on. The page needs no network. It names people, so it holds no facts of groups; `evaluator impact` tells of those, without names.
    """
    check(click.get_current_context())
    _refuse_files(files)
    by = tuple(dict.fromkeys(by))
    _refuse_groups(by, tables)
    pack = load_pack(setting.rules)
    judging_options = JudgingOptions(
        paths=paths,
        pack=pack,
        role=judged_role(role, pack).id if role else None,
        setting=setting,
        tables=attrs.evolve(tables, by=by),
        output=Output(format="table"),
        where=where,
    )
    from evaluator.populations.evaluate.to_json import inputs

    run, complete = opened_run(judging_options, None)
    read = inputs(run.people, paths)
    with progress_bar("evaluating", run.people.total_rows, unit="rows") as progress, run.passing(progress) as (outcome, parts):
        rejected = _rejected(parts)
        figures = None if outcome.refusal is not None or not outcome.counts.judged else _figures(run, outcome, parts, by, rejected)
    tell_other_roles(outcome.counts.other_roles)
    tell_left_out(_first(rejected), outcome.counts.rejected, outcome.counts.rows, keeping_command(paths, pack, tables))
    if outcome.refusal is not None:
        raise outcome.refusal
    if figures is None:
        raise nobody_judged_in(judging_options, outcome.counts)
    from evaluator.populations.report.written import Report

    report = Report(figures=figures, inputs=read)
    made = [(file, report.page() if Path(file).suffix.lower() == _PAGE else report.workbook()) for file in files]
    for file, content in made:
        output = Output(format=Path(file).suffix[1:].lower(), file=file, mode=ORDINARY if shared else PRIVATE)
        if isinstance(content, str):
            output.write(content)
        else:
            output.write_bytes(content)
    write_note(f"{figures.headline}\n")
    return DONE if complete and not outcome.counts.rejected else FINDINGS


def _refuse_files(files: tuple[str, ...]) -> None:
    """Refuse files that no report can become, before anything is read."""
    endings = [Path(file).suffix.lower() for file in files]
    for file, ending in zip(files, endings, strict=True):
        if file == STANDARD_OUTPUT:
            raise Unusable("a report goes into a file, and `-o -` names none", _STEP)
        if ending not in {_PAGE, _BOOK}:
            raise Unusable(f"{clip(Path(file).name)} ends in nothing that a report can be", _STEP)
        options.writable(file, "-o")
    if len(set(endings)) < len(endings):
        raise Unusable("two files of the same kind would say the same", "name one of them")
    if _BOOK in endings:
        from evaluator.populations.evaluate.excel_file import xlsxwriter_module

        xlsxwriter_module()


def _refuse_groups(by: tuple[str, ...], tables: Tables) -> None:
    """Refuse facts of groups: a report names people, and names and groups never stand side by side."""
    for option, names in (("--by", by), ("--keep", tables.keep)):
        for name in names:
            if is_group_fact(name) or fold_name(name) == EVERY_GROUP:
                message = f"{option} names `{clip(name)}`, a fact of people's groups, and a report names people"
                raise Unusable(message, "leave it out; `evaluator impact` tells how verdicts fall on groups, without names")


def _rejected(parts: TemporaryParts) -> pl.DataFrame:
    """Return the reasons why rows were left out."""
    import polars as pl

    from evaluator.populations.evaluate.parts import REJECTED
    from evaluator.populations.evaluate.rejected_rows import quarantined

    return pl.concat([quarantined(()), *(pl.read_ipc(path) for path in parts.paths(REJECTED, 0))])


def _first(rejected: pl.DataFrame) -> tuple[Rejected, ...]:
    """Return the first rows that cannot be judged, each once."""
    from evaluator.reading.tables import Rejected

    first = rejected.unique(["path", "row"], keep="first", maintain_order=True).head(SHOWN_REJECTED)
    return tuple(Rejected(**row) for row in first.iter_rows(named=True))


def _figures(run: Run, outcome: Outcome, parts: TemporaryParts, by: tuple[str, ...], rejected: pl.DataFrame) -> Figures:
    """Work out what is shown from the parts of a run, which are gone afterwards."""
    import polars as pl

    from evaluator.populations.evaluate.parts import RESULTS
    from evaluator.populations.levels import names
    from evaluator.populations.report.figures import Figures, furthest_first, people_of

    results = pl.concat([pl.read_ipc(path) for path in parts.paths(RESULTS, 0)])
    kept = results.columns[len(names(run.pack, run.request)) :]
    shown = {name: name.removeprefix("kept.") for name in kept}
    by = tuple(name for column in by for name in shown.values() if fold_name(name) == fold_name(column))
    people = furthest_first(tuple(people_of(results, run.pack, kept)), run.pack)
    return Figures(run=run, outcome=outcome, people=people, kept=tuple(shown.values()), by=by, rejected=rejected, day=run.options["as_of"])
