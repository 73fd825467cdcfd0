"""migrate: a pack brought to the second edition of the rule language."""

from __future__ import annotations

import datetime
import shlex
from collections.abc import Iterator

import attrs
import click

from evaluator.calibration.migrate.edition import LATEST, affected, edition_edit
from evaluator.cli import options
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.loading import load_pack
from evaluator.cli.output import Output, write_findings
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.model import Pack
from evaluator.packs.edits import apply
from evaluator.packs.trial import Trial, trial
from evaluator.report.sentences import use_words
from evaluator.report.words import counted, joined_some

_MOST = 3
_OPEN = (
    "What is computed is known in part where some of what it is computed from is unknown: a test of it is met or unmet where all that it"
    " can still come to agrees, and was unknown."
)
_BESIDES = "What no longer matters is not asked. Of next roles with the same verdict, the higher rung comes first on the way up."


@click.command(
    epilog="""\b
Examples:
  evaluator migrate --dry-run
  evaluator migrate --rules hr/rules --on people.csv --dry-run
  evaluator migrate --rules hr/rules
""",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option(
    "--on",
    "on",
    multiple=True,
    metavar="POPULATION",
    type=options.ANYWHERE,
    help="Whose verdicts to compare: a file or folder. Repeatable.",
)
@options.OWN_RULES
@table_reading
@options.AS_OF
def migrate(dry_run: bool, on: tuple[str, ...], rules: str, tables: Tables, as_of: datetime.date | None) -> int:  # noqa: FBT001 - a flag
    """Bring a pack to the second edition of the rule language.

    Says what means something else by it first: which rules test numbers that are known in part from then on, which worked examples come
    out otherwise, and, of a population, who gets another verdict. Then one line is written into pack.yaml, and no other byte. A pack in
    which something is wrong by that edition stays as it is; ends with exit code 1 then, and with 2 where pack.yaml takes no further line.
    """
    pack = load_pack(rules)
    output = Output(format="text")
    if pack.language == LATEST:
        output.tell([f"{rules}: its language is edition {LATEST} already, and nothing was changed"])
        return DONE
    edit = edition_edit(pack)
    tried = trial(pack, edit)
    if tried.problems.errors:
        write_findings(tried.problems)
        output.tell([f"{edit.path} was left as it was: by edition {LATEST} it would not lint"])
        return FINDINGS
    where = f"{edit.place}: {edit.new if not edit.old else f'{edit.old} → {edit.new}'}"
    lines = [f"{where}{' (nothing written)' if dry_run else ''}", "", edit.diff, *_meaning(pack), *_examples(tried)]
    output.tell(lines, copied=[edit.diff])
    complete = _people(pack, tried.pack, on, tables, as_of, output) if on and tried.pack is not None else True
    if not dry_run:
        apply(edit)
    if len(tried.problems):
        write_findings(tried.problems)
    output.tell(_next(rules, on, dry_run=dry_run))
    return DONE if complete else FINDINGS


def _meaning(pack: Pack) -> Iterator[str]:
    """Yield what means something else by the latest edition."""
    found = affected(pack)
    yield _OPEN if found else "No rule tests what can be known in part, so that no verdict changes."
    for one in found:
        titles = list(dict.fromkeys(use_words(rule, pack) for rule in one.rules))
        yield f"- “{one.attribute.title}” is tested by {joined_some(titles, _MOST)}"
    yield _BESIDES


def _examples(tried: Trial) -> Iterator[str]:
    """Yield which worked examples come out otherwise."""
    if not tried.broken:
        yield "Every worked example comes out as it did."
        return
    names = joined_some([f"“{test.name}” ({test.role})" for test in tried.broken], _MOST)
    comes = "comes" if len(tried.broken) == 1 else "come"
    yield f"{counted(len(tried.broken), 'worked example')} no longer {comes} out as written: {names}"


def _people(  # noqa: PLR0913, PLR0917 - two packs, and how people are read
    pack: Pack, new: Pack, on: tuple[str, ...], tables: Tables, as_of: datetime.date | None, output: Output
) -> bool:
    """Say whose verdicts change; return whether all of them could be read."""
    from evaluator.calibration.diff.analysis import diff
    from evaluator.calibration.diff.people import both
    from evaluator.calibration.diff.report import DiffOptions, diff_page
    from evaluator.calibration.load_population import gather

    gathered = gather(on, pack, tables, as_of)
    people = both(pack, new, gathered.people, attrs.evolve(gathered.people, pack=new))
    chosen = DiffOptions(as_of=gathered.as_of, days=gathered.days)
    output.write("\n" + output.written(diff_page(diff(pack, new, people, among_everyone=True), chosen)) + "\n")
    return gathered.complete


def _next(rules: str, on: tuple[str, ...], *, dry_run: bool) -> Iterator[str]:
    if dry_run:
        again = shlex.join(["evaluator", "migrate", "--rules", rules])
        yield f"`{again}` writes it"
        return
    yield f"`{shlex.join(['evaluator', 'schema', rules])}` brings the schemas for editors up to date"
    if not on:
        yield f"`{shlex.join(['evaluator', 'diff', 'HEAD', rules])} --on POPULATION` shows whose verdicts change"
