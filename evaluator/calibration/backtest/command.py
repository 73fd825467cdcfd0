"""backtest: what past decisions say of a pack."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from evaluator.calibration.load_population import ON, gather
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.failures import Unusable
from evaluator.cli.gates import ended
from evaluator.cli.loading import judged_role, load_pack
from evaluator.cli.output import Output, write_findings
from evaluator.cli.progress import progress_bar
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, ReadingError
from evaluator.report.jsons import dumps

if TYPE_CHECKING:
    from evaluator.calibration.backtest.alternatives import Search
    from evaluator.calibration.backtest.deciding import RoleDecisions
    from evaluator.reading.decisions import Decision
    from evaluator.reading.tables import Options

SEED = 2028


@click.command(
    epilog="""\b
Examples:
  evaluator backtest --decisions decisions.csv --on people.csv
  evaluator backtest --decisions decisions.jsonl --on profiles/ --role product-director --all
  evaluator backtest --decisions panel.csv --on people.csv --means approved=promoted --means rejected=declined
""",
)
@options.quiet_and_log
@click.option(
    "--decisions", "taken", required=True, metavar="FILE", type=options.FILE, help="Past decisions: person, role, decision, date."
)
@ON
@click.option(
    "--role", "roles", multiple=True, metavar="ROLE", shell_complete=role_names, help="Only the decisions on this role. Repeatable."
)
@click.option("--means", multiple=True, metavar="WORD=DECISION", help="What another word for a decision means. Repeatable.")
@click.option("--seed", type=int, default=SEED, show_default=True, metavar="N", help="How people are divided into halves.")
@click.option("--all", "everybody", is_flag=True, help="List every disagreement, not just the first few.")
@click.option("--no-search", is_flag=True, help="Seek no other thresholds.")
@options.output("text", "json", "markdown")
@options.RULES
@table_reading
def backtest(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    taken: str,
    on: tuple[str, ...],
    roles: tuple[str, ...],
    means: tuple[str, ...],
    seed: int,
    everybody: bool,  # noqa: FBT001 - a click flag
    no_search: bool,  # noqa: FBT001 - a click flag
    output: Output,
    rules: str,
    tables: Tables,
) -> int:
    """Hold past decisions against the verdicts of a pack.

    Everybody is judged as of the day of the decision. Other thresholds are sought on one half of the people and judged on the
    other; nothing is ever written.
    """
    from evaluator.calibration.backtest.analysis import backtest as tested
    from evaluator.calibration.backtest.deciding import matched
    from evaluator.calibration.backtest.report import Findings, backtest_page
    from evaluator.calibration.backtest.to_json import backtest_json
    from evaluator.calibration.people import People
    from evaluator.populations.counting import count_days, many_days

    pack, problems = load_pack(rules), Problems()
    asked = tuple(dict.fromkeys(judged_role(name, pack) for name in roles))
    decisions = _read(taken, pack, problems, _pairs(means), tables.of_decisions(taken, on))
    of_people = tables.of_people(on, taken)
    complete = not problems.errors

    def read_for(day: datetime.date) -> People:
        nonlocal complete
        loaded_population = gather(on, pack, of_people, day)
        complete = complete and loaded_population.complete
        return loaded_population.people

    matched_decisions = matched(_of_roles(decisions, {role.id for role in asked}, taken), pack, read_for)
    if not matched_decisions.roles:
        step = "the people's `id` has to be the decisions' `person`, or their `profile`, as in the folder of `decisions export --profiles`"
        raise Unusable(f"no decision in {taken} is on somebody of {', '.join(on)}", step)
    done = [(tested(role, pack), None if no_search else _sought(role, pack, seed)) for role in matched_decisions.roles]
    left_out = {"unmatched": matched_decisions.unmatched, "unreadable": matched_decisions.unreadable}
    days = {role.role.id: many_days(count_days(role.people.frame), pack, today()) for role in matched_decisions.roles}
    unusable = len(problems.errors)
    results = Findings(
        pack=pack,
        roles=tuple(done),
        **left_out,
        unusable=unusable,
        by_person=matched_decisions.by_person,
        seed=seed,
        asked=asked,
        days=days,
    )
    if output.format == "json":
        output.write(dumps(backtest_json(results)))
    else:
        output.write(output.written(backtest_page(results, everybody=everybody)))
    return ended(results.gates, output, complete=complete)


def _read(file: str, pack: Pack, problems: Problems, means: dict[str, str], options: Options) -> tuple[Decision, ...]:
    from evaluator.reading.decisions import read_decisions

    decisions = read_decisions(file, pack, problems, means, today(), options)
    if not decisions:
        if problems.errors:
            raise ReadingError(problems)
        raise Unusable(f"there is no decision in {file}", "give each a row: person, role, decision, date")
    if len(problems):
        write_findings(problems)
    return decisions


def _of_roles(decisions: tuple[Decision, ...], wanted: set[str], file: str) -> list[Decision]:
    chosen = [decision for decision in decisions if not wanted or decision.role in wanted]
    if not chosen:
        there = ", ".join(sorted({decision.role for decision in decisions}))
        raise Unusable(f"no decision in {file} is on {' or '.join(sorted(wanted))}", f"there are decisions on {there}")
    return chosen


def _pairs(means: tuple[str, ...]) -> dict[str, str]:
    from evaluator.core.decisions import Choice

    pairs = {}
    for pair in means:
        word, _, choice = pair.partition("=")
        if not word.strip() or choice.strip() not in set(Choice):
            raise click.UsageError(f"`--means {pair}` says nothing; write it as --means WORD=promoted, =deferred or =declined")
        pairs[word.strip()] = choice.strip()
    return pairs


def _sought(decided: RoleDecisions, pack: Pack, seed: int) -> Search:
    """Seek other thresholds, with a bar on a terminal while that takes."""
    from evaluator.calibration.backtest.alternatives import search, sought

    with progress_bar(f"seeking for {decided.role.title}", len(sought(pack, decided.role))) as step:
        return search(decided, pack, seed=seed, progress=lambda: step(1))
