"""compare: candidates for a role side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from evaluator.candidates.blind_options import blind_report_option, check_report, tell_blind
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE, FINDINGS
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import day_for, evaluator_for, judged_role, people, refuse_days_to_come
from evaluator.cli.options import Setting
from evaluator.cli.output import Output
from evaluator.cli.tables import Tables, table_reading
from evaluator.core.model import Pack, Profile

if TYPE_CHECKING:
    from evaluator.candidates.case.blind import Redactor
    from evaluator.candidates.compare.view import Comparison

_MOST = 30


@click.command(
    epilog="""\b
Examples:
  evaluator compare profiles/ada-lindqvist.yaml profiles/sofia-marquez.yaml --role product-director
  evaluator compare profiles/ada-lindqvist.yaml profiles/sofia-marquez.yaml --role "Head of Product" -o panel.html
  evaluator compare shortlist/ --role product-director --anonymous -o panel.docx
""",
)
@click.argument("paths", nargs=-1, required=True, metavar="PROFILE...", type=options.ANYWHERE)
@click.option("--role", required=True, metavar="ROLE", shell_complete=role_names, help="The role they are compared for.")
@click.option("--anonymous", is_flag=True, help="For a blind panel: as A, B, C, in an order that says nothing of them.")
@blind_report_option
@options.output("text", "markdown", "html", "docx", document=True)
@table_reading
@options.setting
def compare(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    paths: tuple[str, ...],
    role: str,
    anonymous: bool,  # noqa: FBT001 - as click gives it
    report: str | None,
    output: Output,
    tables: Tables,
    setting: Setting,
) -> int:
    """Set candidates for a role side by side, what differs first.

    They stand in the order of what is known, by what the pack names under `ranking: by`, else by verdict, score and its
    tie-breakers; ties are shown as ties. A sentence
    says for whom the role would be a step, who holds it and who stands above it. Profiles, folders and tables may be mixed.
    """
    check_report(report, output, anonymous=anonymous)
    evaluator = evaluator_for(setting)
    pack = evaluator.pack
    wanted = judged_role(role, pack).id
    profiles, complete = _candidates(paths, pack, tables)
    if len(profiles) < 2:  # noqa: PLR2004 - as many as can be compared
        raise Unusable("there is one candidate to compare, and it takes two", "name another profile")
    if len(profiles) > _MOST:
        raise Unusable(
            f"{len(profiles)} candidates are too many to be set side by side", f"name at most {_MOST}; `evaluator rank` orders more"
        )
    day = today()
    refuse_days_to_come(profiles, setting.as_of, day)
    evaluations = [evaluator.evaluate(profile, as_of=day_for(profile, setting, day), only={wanted}) for profile in profiles]

    from evaluator.candidates.compare.view import comparison

    veils: list[Redactor] = []
    made = comparison(evaluations, wanted, pack, anonymous=anonymous, veils=veils, today=day)
    _write(made, output)
    if anonymous:
        tell_blind(made, veils, output, report)
    return DONE if complete else FINDINGS


def _candidates(paths: Sequence[str], pack: Pack, tables: Tables) -> tuple[list[Profile], bool]:
    """Read everybody; whom two paths name is compared once."""
    profiles: dict[str, Profile] = {}
    complete = True
    for path in paths:
        read, whole = people([path], pack, tables.reading(paths))
        complete = complete and whole
        for profile in read:
            if profiles.setdefault(profile.id, profile) != profile:
                raise Unusable(f"the id `{profile.id}` stands for two different profiles", "rename one of them")
    return list(profiles.values()), complete


def _write(comparison: Comparison, output: Output) -> None:
    if output.format == "html":
        from evaluator.candidates.compare.html import comparison_html

        output.write(comparison_html(comparison))
        return
    from evaluator.candidates.compare.document import comparison_document, comparison_paper

    blocks = comparison_document(comparison)
    if output.format == "docx":
        from evaluator.report.word import word_bytes

        output.write_bytes(word_bytes(blocks, comparison_paper(comparison)))
    else:
        output.write(output.written(blocks))
