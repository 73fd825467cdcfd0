"""diff: what an edit of the rules changes, and who moves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from evaluator.calibration.group_options import Grouping, grouping
from evaluator.calibration.load_population import LoadedPopulation, gather, refuse_few_left
from evaluator.cli import options
from evaluator.cli.exits import UNUSABLE
from evaluator.cli.failures import Unusable
from evaluator.cli.gates import ended, seen
from evaluator.cli.output import STANDARD_OUTPUT, Output, write_error, write_note
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.gates import judged
from evaluator.core.model import Pack

if TYPE_CHECKING:
    import datetime

    from evaluator.calibration.diff.analysis import Diff, PeopleDiff
    from evaluator.calibration.diff.groups import ByGroup
    from evaluator.calibration.diff.limits import Limit
    from evaluator.calibration.diff.report import DiffOptions

_SHOWN = 10


@attrs.frozen(kw_only=True)
class _Whom:
    """Whom a diff is about: the files, how they are read, the day, and who counts."""

    on: tuple[str, ...]
    tables: Tables
    as_of: datetime.date | None
    everyone: bool
    where: str | None
    by_group: ByGroup | None


@click.command(
    epilog="""\b
Examples:
  evaluator diff HEAD~3 rules
  evaluator diff main rules --on people.csv
  evaluator diff v1.2:hr/rules v1.3:hr/rules --on people.parquet --format markdown -o comment.md
  evaluator diff main rules --on people.csv --fail-if "ready -5%" --fail-if "moved 20 in product-director"
  evaluator diff main rules --on people.csv --fail-if "ready -5%" --format github
""",
)
@options.quiet_and_log
@click.argument("old", metavar="OLD", type=options.PACK_OR_REVISION)
@click.argument("new", metavar="NEW", type=options.PACK_OR_REVISION)
@click.option(
    "--on", "on", multiple=True, metavar="POPULATION", type=options.ANYWHERE, help="Whom to judge by both: a file or folder. Repeatable."
)
@click.option(
    "--among", type=click.Choice(("candidates", "everyone")), default="candidates", show_default=True, help="Who counts for a role."
)
@click.option("--all", "everybody", is_flag=True, help=f"Name everybody who moves, not the first {_SHOWN} of a role. json always does.")
@click.option("--by-group", is_flag=True, help="Count movers by group columns, and name nobody.")
@grouping
@click.option(
    "--fail-if", "fail_if", multiple=True, metavar="LIMIT", help='End with exit code 1 where a limit is reached: "ready -5%". Repeatable.'
)
@options.ALLOW_UNTESTED
@options.WHERE
@options.output("text", "json", "markdown", "github")
@table_reading
@options.AS_OF
def diff(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    old: str,
    new: str,
    on: tuple[str, ...],
    among: str,
    everybody: bool,  # noqa: FBT001 - a click flag
    by_group: bool,  # noqa: FBT001 - a click flag
    grouping: Grouping,
    fail_if: tuple[str, ...],
    allow_untested: bool,  # noqa: FBT001 - a click flag
    where: str | None,
    output: Output,
    tables: Tables,
    as_of: datetime.date | None,
) -> int:
    """Show what an edit of the rules changes, and who moves.

    OLD and NEW are packs: a folder, a git revision of the other one's folder (`main`, `HEAD~3`), or REVISION:FOLDER. A folder wins
    over a revision of the same name. Between two revisions alone, the folder is ./rules.

    A limit is a verdict, a sign, a number of people or a share, and where wanted a role: "ready -5%", "not yet +10 in
    product-director", "undecided +1". "moved 20" counts everybody whose verdict changes. It is reached at that number or more.
    """
    if fail_if and not on:
        raise Unusable("`--fail-if` counts people, and none are given", "name a population with --on")
    counted = _by_group(by_group, everybody, grouping)
    if counted is not None and not on:
        raise Unusable("`--by-group` counts people, and none are given", "name a population with --on")
    before, after = _packs(old, new)
    if where is not None and not on:
        raise Unusable("`--where` takes some of the people, and none are given", "name a population with --on")
    limits = _limits(fail_if, before, after)
    whom = _Whom(on=on, tables=tables, as_of=as_of, everyone=among == "everyone", where=where, by_group=counted)
    found, gathered = _diffed(before, after, whom)
    diff_options = _asked(found, limits, gathered, None if everybody else _SHOWN)
    diff_options = attrs.evolve(diff_options, gates=judged(diff_options.gates, allow_untested=allow_untested))
    output.write(_written(found, diff_options, output))
    code = ended(diff_options.gates, output, complete=gathered is None or gathered.complete)
    return code if found.people is None or found.people.considered else _nobody(found.people, diff_options, output)


def _nobody(people: PeopleDiff, diff_options: DiffOptions, output: Output) -> int:
    """Say so where nobody was judged, and nothing else did."""
    from evaluator.calibration.diff.report import EVERYONE, nobody_words

    if not diff_options.gates and not seen(output):
        write_error(f"{nobody_words(people)}\nhelp: {EVERYONE}\n")
    return UNUSABLE


def _by_group(by_group: bool, everybody: bool, grouping: Grouping) -> ByGroup | None:  # noqa: FBT001 - click flags
    """Return what may be told by group, where that is asked for instead of names."""
    from evaluator.calibration.diff.groups import ByGroup

    if by_group and everybody:
        raise click.UsageError("--all names people and --by-group counts them; the two together would tell whose group is which")
    if grouping.said and not by_group:
        raise click.UsageError("--exact, --smallest, --smallest-pool, --unknown and --known say how groups are counted; add --by-group")
    return ByGroup(rule=grouping.rule(), words=grouping.words()) if by_group else None


def _packs(old: str, new: str) -> tuple[Pack, Pack]:
    from evaluator.packs.revisions import source

    folder = next((one for one in (new, old) if Path(one).is_dir()), None)
    beside = folder or ("rules" if Path("rules").is_dir() else None)
    sources = [source(one, beside) for one in (old, new)]
    return sources[0].load(), sources[1].load()


def _limits(texts: Sequence[str], old: Pack, new: Pack) -> tuple[Limit, ...]:
    from evaluator.calibration.diff.limits import parsed

    return tuple(parsed(text, (*new.verdict_words, *old.verdict_words)) for text in texts)


def _diffed(old: Pack, new: Pack, whom: _Whom) -> tuple[Diff, LoadedPopulation | None]:
    """Compare two packs, and return whom it is about, complete where both packs can read everybody."""
    from evaluator.calibration.diff.analysis import PeopleDiff
    from evaluator.calibration.diff.analysis import diff as compared
    from evaluator.calibration.diff.people import both
    from evaluator.packs.changes.renames import read_by_both
    from evaluator.packs.changes.rules import read_alike

    if not whom.on:
        return compared(old, new), None
    changed = compared(old, new)
    old, new = read_by_both(old, new)
    alike = read_alike(old, new)
    if not alike and STANDARD_OUTPUT in whom.on:
        step = "write it to a file, and name that with --on"
        raise Unusable("the two packs read people differently, and standard input can be read only once", step)
    first = gather(whom.on, old, whom.tables, whom.as_of, groups=whom.by_group is not None, where=whom.where)
    if whom.by_group is not None:
        refuse_few_left(first.people, whom.by_group.rule)
    second = None if alike else _again(old, new, whom)
    people = both(old, new, first.people, None if second is None else second.people)
    whole = first.complete and (second is None or second.complete)
    people_diff = PeopleDiff(both=people, among_everyone=whom.everyone, by_group=whom.by_group)
    return attrs.evolve(changed, people=people_diff), attrs.evolve(first, complete=whole)


def _again(old: Pack, new: Pack, whom: _Whom) -> LoadedPopulation:
    from evaluator.packs.changes.rules import attributes_alike

    why = "conditions ask who is ready for another role" if attributes_alike(old, new) else "the attributes differ"
    why = why if old.language == new.language else "the editions of the language differ"
    write_note(f"{why}, so that people are read once more, by {new.folder}\n")
    return gather(whom.on, new, whom.tables, whom.as_of, groups=whom.by_group is not None, where=whom.where)


def _asked(found: Diff, limits: tuple[Limit, ...], gathered: LoadedPopulation | None, most: int | None) -> DiffOptions:
    from evaluator.calibration.diff.limits import checked
    from evaluator.calibration.diff.report import DiffOptions, limit_gates

    people = found.people
    as_of, days = (None, None) if gathered is None else (gathered.as_of, gathered.days)
    if people is None:
        return DiffOptions(as_of=as_of, days=days, most=most)
    held = [checked(limit, people) for limit in limits]
    gates = tuple(gate for limit_outcome in held for gate in limit_gates(limit_outcome, people))
    return DiffOptions(
        as_of=as_of, days=days, most=most, limits=limits, reached=tuple(hit for one in held for hit in one.reached), gates=gates
    )


def _written(found: Diff, diff_options: DiffOptions, output: Output) -> str:
    from evaluator.calibration.diff.annotations import diff_annotations
    from evaluator.calibration.diff.report import diff_page
    from evaluator.calibration.diff.to_json import diff_json
    from evaluator.report.jsons import dumps

    if output.format == "json":
        return dumps(diff_json(found, diff_options))
    if output.format == "github":
        return diff_annotations(found, diff_options)
    return output.written(diff_page(found, diff_options))
