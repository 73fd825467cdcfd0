"""progress: what changed since last time, and whether facts, time or rules moved it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.failures import Unusable
from evaluator.cli.gates import ended
from evaluator.cli.loading import judged_role
from evaluator.cli.options import Verb, bundle, day
from evaluator.cli.output import STANDARD_OUTPUT, Output, write_findings, write_note
from evaluator.cli.path_overlap import Holds, ReadPath
from evaluator.cli.tables import Tables, table_reading_alone
from evaluator.core.gates import judged
from evaluator.core.model import Pack
from evaluator.populations.left_out import keeping_command, tell_left_out, tell_other_roles

if TYPE_CHECKING:
    from evaluator.calibration.progress.analysis import Progress
    from evaluator.calibration.progress.report import ProgressOptions
    from evaluator.calibration.progress.sides import PopulationFile
    from evaluator.populations.held import HeldPopulation

_SHOWN = 10
_DATE = "YYYY-MM-DD"


@attrs.frozen(kw_only=True)
class Judging:
    """By what and for when the two populations are judged, as it was asked for."""

    rules: str
    rules_old: str | None
    as_of: datetime.date | None
    as_of_old: datetime.date | None


_JUDGING: Mapping[str, Callable[[Verb], Verb]] = {
    "rules": click.option(
        "--rules",
        metavar="DIR",
        type=ReadPath(holds=Holds.PACK, unnamed="rules"),
        help="The rules for NEW. [default: ./rules, else the pack that comes along]",
    ),
    "rules_old": click.option(
        "--rules-old", metavar="DIR", type=options.PACK_OR_REVISION, help="The rules for OLD: a folder or a git revision. [default: as NEW]"
    ),
    "as_of": click.option("--as-of", metavar="DATE", callback=day, help="The day NEW is judged for. [default: as a row says, else today]"),
    "as_of_old": click.option("--as-of-old", metavar="DATE", callback=day, help="The day OLD is judged for. [default: as a row says]"),
}


def _judging(verb: Verb) -> Verb:
    def made(rules: str | None, **given: Any) -> Judging:  # noqa: ANN401 - as click gives them
        return Judging(rules=rules or options.default_rules(), **given)

    return bundle(verb, "judging", made, dict(_JUDGING))


@click.command(
    epilog="""\b
Examples:
  evaluator progress q1.csv q2.csv --as-of-old 2026-03-31 --as-of 2026-06-30
  evaluator progress q1.csv q2.csv --as-of-old 2026-03-31 -o progress.html
  evaluator progress q1.csv q2.csv --as-of-old 2026-03-31 --rules-old v1.2 --rules rules
  evaluator progress q1.csv q2.csv --as-of-old 2026-03-31 --fail-if "fell back 5%"
""",
)
@options.quiet_and_log
@click.argument("old", metavar="OLD", type=options.ANYWHERE)
@click.argument("new", metavar="NEW", type=options.ANYWHERE)
@_judging
@click.option("--role", metavar="ROLE", shell_complete=role_names, help="Compare everybody for this role instead of their next ones.")
@click.option(
    "--all", "everybody", is_flag=True, help=f"Name everybody, not the first {_SHOWN} of each list. html, xlsx and json always do."
)
@click.option(
    "--fail-if",
    "fail_if",
    multiple=True,
    metavar="LIMIT",
    help='End with exit code 1 where a limit is reached: "fell back 5%". Repeatable.',
)
@options.ALLOW_UNTESTED
@options.output("text", "markdown", "html", "xlsx", "json")
@table_reading_alone
def progress(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    old: str,
    new: str,
    judging: Judging,
    role: str | None,
    everybody: bool,  # noqa: FBT001 - a click flag
    fail_if: tuple[str, ...],
    allow_untested: bool,  # noqa: FBT001 - a click flag
    output: Output,
    tables: Tables,
) -> int:
    """Tell what changed between two populations, and whether facts, time or rules moved it.

    OLD and NEW are tables or folders of profiles, matched by id: the people of last quarter and of this one. OLD is judged for its own
    day by the old rules, NEW for its own by the new ones; every mixture of the two days, facts and rules is judged as well, and tells
    what moved each person, through which criterion and which fact.

    A limit is what happened, a number of people or a share, and where wanted a role: "fell back 5%", "left 10", "worse 3 in
    product-director". It is reached at that number or more.
    """
    from evaluator.calibration.progress.analysis import Progress
    from evaluator.calibration.progress.limits import gate, parsed

    packs = _packs(judging)
    if STANDARD_OUTPUT in {old, new} and (old == new or packs[0].content_hash != packs[1].content_hash):
        why = "both populations" if old == new else "a population that two packs read"
        raise Unusable(f"standard input can be read only once, and not as {why}", "write it to a file, and name that")
    files = _files((old, new), judging, tables)
    sides, complete = _read(files, packs, tables)
    found = Progress(sides=sides, role=None if role is None else judged_role(role, sides[True, True].pack))
    _refuse(found, files, judging)
    if role is None and not any(person.then or person.now for person in found.people):
        people = f"none of the {len(found.people):,} people in both has" if len(found.people) > 1 else "the only person in both is without"
        raise Unusable(
            f"{people} a next role, then or now, so that no verdict can be compared", "`--role ROLE` compares everybody for a role"
        )
    limits = [parsed(limit, found) for limit in fail_if]
    gates = judged([gate(limit, found) for limit in limits], allow_untested=allow_untested)
    progress_options = _options(found, files, gates, None if everybody or output.format in {"html", "xlsx", "json"} else _SHOWN)
    if output.format == "xlsx":
        from evaluator.calibration.progress.workbook import workbook

        output.write_bytes(workbook(found, progress_options))
    else:
        output.write(_written(found, progress_options, output))
    whole = complete and not any(side.left_out for side in (found.old, found.new))
    return ended(gates, output, complete=whole)


def _packs(judging: Judging) -> tuple[Pack, Pack]:
    """Read the rules for the old population and for the new one; a folder of packs that hold from a day each has one for each day."""
    old = _pack(judging.rules_old or judging.rules, judging.as_of_old, "--as-of-old", judging.rules)
    return old, _pack(judging.rules, judging.as_of or today(), "--as-of", judging.rules)


def _pack(named: str, on: datetime.date | None, option: str, beside: str) -> Pack:
    from evaluator.packs.revisions import source
    from evaluator.reading.pack.dated_packs import holds_versions, pack_on
    from evaluator.reading.pack.pack import load_pack

    if not holds_versions(Path(named)):
        return source(named, beside if Path(beside).is_dir() else None).load()
    if on is None:
        raise Unusable(
            f"{named} holds packs that hold from a day each, and no day picks the one for the old population", f"say {option} {_DATE}"
        )
    dated = pack_on(Path(named), on)
    write_note(f"{dated.version} of the packs in {named} holds on {on}: {dated.folder}, since {dated.effective}\n")
    return load_pack(str(dated.folder))


def _files(paths: tuple[str, str], judging: Judging, tables: Tables) -> tuple[PopulationFile, PopulationFile]:
    from evaluator.calibration.progress.sides import PopulationFile

    now = today()
    days = ((judging.as_of_old, now), (judging.as_of, now))
    if judging.as_of_old is not None and judging.as_of_old > (judging.as_of or now):
        message = f"--as-of-old {judging.as_of_old} comes after {judging.as_of or now}, the day NEW is judged for"
        raise Unusable(message, "name the older population first, with its day under --as-of-old")
    old, new = (
        PopulationFile(path=path, options=tables.of_one(path, paths).reading([path]), day=given or default, day_wins=given is not None)
        for path, (given, default) in zip(paths, days, strict=True)
    )
    return old, new


def _read(
    files: tuple[PopulationFile, PopulationFile], packs: tuple[Pack, Pack], tables: Tables
) -> tuple[Mapping[tuple[bool, bool], HeldPopulation], bool]:
    """Read both populations, and tell on standard error what is wrong with either."""
    from evaluator.calibration.progress.reading import read

    both = read(*files, packs)
    if len(both.problems):
        write_findings(both.problems)
    for file, side in zip(files, (both.sides[False, False], both.sides[True, True]), strict=True):
        tell_other_roles(side.other_roles)
        tell_left_out(side.left_out, len(side.left_out), side.rows, keeping_command([file.path], side.pack, tables))
        if not side.frame.height:
            named = f"any of the {side.rows:,} rows of {file.path}" if side.rows else f"anybody in {file.path}, which holds nobody"
            raise Unusable(f"there is nothing to compare: no verdict can be given on {named}", "name a table with one person a row")
    return both.sides, both.complete


def _refuse(found: Progress, files: tuple[PopulationFile, PopulationFile], judging: Judging) -> None:
    """Refuse populations that have no days to be told apart by, and those that have nobody in common."""
    if judging.as_of_old is None and found.old.undated:
        rows = f"{found.old.undated:,} of {found.old.frame.height:,} people of {files[0].path} have"
        who = f"nobody of {files[0].path} has" if found.old.undated == found.old.frame.height else rows
        lacks = "a day to be judged for" if who.startswith("nobody") else "no day to be judged for"
        raise Unusable(f"{who} {lacks}, and a verdict of then takes the day of then", f"say --as-of-old {_DATE}, the day OLD is of")
    if not found.mixtures.ids:
        first = [next(iter(side.places)) for side in (found.old, found.new)]
        names = f"{files[0].path} begins with `{first[0]}`, {files[1].path} with `{first[1]}`"
        raise Unusable(
            f"no id is in both populations: {names}", "match people by ids that stay the same; --map COLUMN=id reads another column"
        )


def _options(found: Progress, files: tuple[PopulationFile, PopulationFile], gates: Any, most: int | None) -> ProgressOptions:  # noqa: ANN401
    from evaluator.calibration.progress.report import ProgressOptions
    from evaluator.populations.counting import count_days, many_days

    days = many_days(count_days(found.new.frame), found.new.pack, today())
    return ProgressOptions(old=files[0].path, new=files[1].path, days=days, gates=gates, most=most)


def _written(found: Progress, progress_options: ProgressOptions, output: Output) -> str:
    from evaluator.calibration.progress.report import progress_page
    from evaluator.calibration.progress.to_json import progress_json
    from evaluator.report.jsons import dumps
    from evaluator.report.pages import blocks_page

    if output.format == "json":
        return dumps(progress_json(found, progress_options))
    page = progress_page(found, progress_options)
    return blocks_page(page, title="What changed") if output.format == "html" else output.written(page)
