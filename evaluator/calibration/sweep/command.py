"""sweep: a threshold moved through values."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import click

from evaluator.calibration.group_options import Grouping, grouping
from evaluator.calibration.load_population import ON, gather, refuse_few_left
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import load_pack, role_called
from evaluator.cli.output import STANDARD_OUTPUT, Output, write_findings
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.model import Pack, Role
from evaluator.diagnostics import Problems, ReadingError

if TYPE_CHECKING:
    from evaluator.calibration.backtest.deciding import RoleDecisions
    from evaluator.calibration.people import People
    from evaluator.calibration.sweep.analysis import Sweep
    from evaluator.calibration.sweep.report import SweepContext
    from evaluator.packs.thresholds import Setting, Threshold

_MOST = 1000


@click.command(
    epilog="""\b
Examples:
  evaluator sweep product-director product-experience.product_management_years.at_least --on people.csv
  evaluator sweep product-director product-experience.product_management_years.at_least --values 4..12/0.5 --on people.csv -o years.svg
  evaluator sweep product-director verdicts.ready.score.at_least --by sex --decisions past.csv --on people.csv
  evaluator sweep product-director verdicts.ready.score.at_least product-lines.product_lines.at_least --on people.csv -o both.html
""",
)
@options.quiet_and_log
@click.argument("role", metavar="ROLE", shell_complete=role_names)
@click.argument("paths", nargs=-1, metavar="PATH [PATH]")
@ON
@click.option(
    "--values",
    multiple=True,
    metavar="LIST",
    help="Values to try: 4,5,6..12/0.5; once for each path. [default: from the range and the data]",
)
@click.option("--by", multiple=True, metavar="GROUP", help="Whom it hits by group columns: sex,ethnicity,sex+ethnicity.")
@grouping
@click.option(
    "--decisions", metavar="FILE", type=options.FILE, help="Past decisions, for precision and recall: person, role, decision, date."
)
@click.option("--among", type=click.Choice(("candidates", "everyone")), default="candidates", show_default=True, help="Who counts.")
@options.WHERE
@options.output("table", "json", "csv", "markdown", "svg", "html")
@table_reading
@options.AS_OF
@options.RULES
def sweep(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    role: str,
    paths: tuple[str, ...],
    on: tuple[str, ...],
    values: tuple[str, ...],
    by: tuple[str, ...],
    grouping: Grouping,
    decisions: str | None,
    among: str,
    where: str | None,
    output: Output,
    tables: Tables,
    as_of: datetime.date | None,
    rules: str,
) -> int:
    """Move a threshold, and see how many are ready, nearly, not yet and undecided.

    PATH is CRITERION.ATTRIBUTE.OPERATOR; CRITERION.applies_when.… and CRITERION.almost.…; verdicts.NAME.score.at_least; moves.TO.….
    Two paths are moved together. Today's value is always among those tried, and nothing is written.
    """
    from evaluator.calibration.impact.groups import dimensions
    from evaluator.calibration.people import why_no_candidates
    from evaluator.calibration.sweep.analysis import Sweeper, judged_by
    from evaluator.calibration.sweep.report import SweepContext
    from evaluator.report.views import people_words

    if grouping.said and not by:
        raise click.UsageError("--exact, --smallest, --smallest-pool, --unknown and --known say how groups are counted; add --by GROUP")
    pack = load_pack(rules)
    meant = role_called(role, pack)
    thresholds = _thresholds(pack, meant, paths, values)
    subject = judged_by(pack, meant, thresholds)
    if subject.why_never_judged:
        raise Unusable(f"`{subject.id}` {subject.why_never_judged}", "name a path that moves verdicts of another role")
    if decisions and STANDARD_OUTPUT in on:
        raise Unusable("people are read again as of the day of each decision, and standard input only once", "write it to a file first")
    of_people = tables if decisions is None else tables.of_people(on, decisions)
    gathered = gather(on, pack, of_people, as_of, groups=bool(by), where=where)
    people = gathered.people
    if by:
        refuse_few_left(people, grouping.rule())
    of_past = _Whom(on=on, tables=tables, where=where)
    decided, complete = (None, True) if decisions is None else _decided(decisions, pack, subject, of_past)
    groups = dimensions(people, [name for names in by for name in names.split(",")], grouping.words()) if by else ()
    tried = _values(thresholds, values, people)
    sweeper = Sweeper(people=people, among_everyone=among == "everyone", decided=decided, groups=groups, rule=grouping.rule())
    result = sweeper.sweep(pack, meant, thresholds, tried)
    if decided is None and not any(point.counted for point in result.points):
        why = f"no one of {people_words(people.height)} is a candidate for {subject.title}: {why_no_candidates(people, (subject,))}"
        raise Unusable(why, "`--among everyone` counts all")
    output.write(_written(result, SweepContext(as_of=gathered.as_of, rules=rules, days=gathered.days), output))
    return DONE if gathered.complete and complete else FINDINGS


def _thresholds(pack: Pack, role: Role, paths: Sequence[str], values: Sequence[str]) -> list[Threshold]:
    from evaluator.packs.thresholds import find

    if not paths:
        raise Unusable(f"a sweep moves a threshold of `{role.id}`, and none is named", _listed(pack, role))
    if len(paths) > 2:  # noqa: PLR2004 - a picture has two directions
        raise Unusable("a sweep moves one threshold, or two", "name at most two paths")
    if len(values) > len(paths):
        message = f"there are {len(values)} lists of values and {len(paths)} thresholds"
        raise Unusable(message, "give --values once for each path, in their order")
    thresholds = [find(pack, role, path) for path in paths]
    if len({threshold.path for threshold in thresholds}) < len(thresholds):
        raise Unusable("both paths name the same threshold", "name two that differ")
    return thresholds


def _listed(pack: Pack, role: Role) -> str:
    from evaluator.packs.thresholds import thresholds

    names = [threshold.path for threshold in thresholds(pack, role) if not threshold.lists]
    return "\n".join(["name one of these, or two:", *(f"  {name}" for name in names)]) if names else "the role has no test with a value"


def _values(thresholds: Sequence[Threshold], texts: Sequence[str], people: People) -> list[tuple[Setting, ...]]:
    from evaluator.calibration.sweep.values import parsed_values, usual_values
    from evaluator.core.values import ValueProblem

    result: list[tuple[Setting, ...]] = []
    for index, threshold in enumerate(thresholds):
        try:
            result.append(parsed_values(texts[index], threshold) if index < len(texts) else usual_values(threshold, people))
        except ValueProblem as problem:
            raise Unusable(f"`{threshold.path}`: {problem.message}", problem.step) from None
    tried = 1
    for values in result:
        tried *= len(values)
    if tried > _MOST:
        raise Unusable(f"{tried:,} combinations are too many for one sweep", f"name fewer values: at most {_MOST:,} together")
    return result


@attrs.frozen(kw_only=True)
class _Whom:
    """Whom past decisions are on: the files, how they are read, and the condition that people meet."""

    on: Sequence[str]
    tables: Tables
    where: str | None


def _decided(file: str, pack: Pack, role: Role, whom: _Whom) -> tuple[RoleDecisions, bool]:
    """Read past decisions on the role, with their people as they stood on the day of each."""
    from evaluator.calibration.backtest.deciding import matched
    from evaluator.reading.decisions import read_decisions

    problems = Problems()
    decisions = [
        read_decision
        for read_decision in read_decisions(file, pack, problems, today=today(), options=whom.tables.of_decisions(file, whom.on))
        if read_decision.role == role.id
    ]
    if problems.errors and not decisions:
        raise ReadingError(problems)
    if len(problems):
        write_findings(problems)
    of_people = whom.tables.of_people(whom.on, file)
    matched_decisions = matched(decisions, pack, lambda day: gather(whom.on, pack, of_people, day, where=whom.where).people)
    if not matched_decisions.roles:
        message = f"no decision in {file} is on `{role.id}` and somebody of {', '.join(whom.on)}"
        raise Unusable(message, "the decisions' `person` has to be the people's `id`")
    return matched_decisions.roles[0], not problems.errors


def _written(result: Sweep, sweep_context: SweepContext, output: Output) -> str:
    if output.format == "json":
        from evaluator.calibration.sweep.data import sweep_json
        from evaluator.report.jsons import dumps

        return dumps(sweep_json(result, sweep_context))
    if output.format == "csv":
        from evaluator.calibration.sweep.data import sweep_csv

        return sweep_csv(result, sweep_context)
    return _drawn(result, sweep_context, output)


def _drawn(result: Sweep, sweep_context: SweepContext, output: Output) -> str:
    from evaluator.calibration.sweep.charts import sweep_html, sweep_svg
    from evaluator.calibration.sweep.report import sweep_page

    if output.format == "svg":
        return sweep_svg(result)
    return sweep_html(result, sweep_context) if output.format == "html" else output.written(sweep_page(result, sweep_context))
