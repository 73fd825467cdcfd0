"""case: the promotion case of a person for a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evaluator.candidates.blind_options import blind_report_option, check_report, tell_blind
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE
from evaluator.cli.loading import day_for, evaluator_for, judged_role, refuse_days_to_come
from evaluator.cli.options import Setting
from evaluator.cli.output import Output
from evaluator.cli.tables import Tables, table_reading
from evaluator.populations.one_person import one_of

if TYPE_CHECKING:
    from evaluator.candidates.case.view import Case


@click.command(
    epilog="""\b
Examples:
  evaluator case profiles/ada-lindqvist.yaml product-director -o case.html
  evaluator case profiles/ada-lindqvist.yaml product-director -o case.docx
  evaluator case people.csv "Head of Product" --person p017 --anonymous -o case.md
""",
)
@click.argument("profile", metavar="PROFILE", type=options.ANYWHERE)
@click.argument("role", metavar="ROLE", shell_complete=role_names)
@click.option("--anonymous", is_flag=True, help="For a blind panel: without name, employers, links and words that tell who it is.")
@blind_report_option
@click.option("--person", metavar="PERSON", help="Whom of a table or folder it is about, by id or name.")
@options.output("text", "markdown", "html", "docx", document=True)
@table_reading
@options.setting
def case(  # noqa: PLR0913, PLR0917 - each is a thing of its own on the command line
    profile: str,
    role: str,
    anonymous: bool,  # noqa: FBT001 - as click gives it
    report: str | None,
    person: str | None,
    output: Output,
    tables: Tables,
    setting: Setting,
) -> int:
    """Write the promotion case of a person for a role, for a panel.

    Page one is for a minute, the rest to check it by. The format follows the name of the file: .html, .md or .docx.
    It informs a decision that people take, and leaves room for it.
    """
    check_report(report, output, anonymous=anonymous)
    evaluator = evaluator_for(setting)
    pack = evaluator.pack
    wanted = judged_role(role, pack).id
    found = one_of(profile, person, pack, tables)
    now = today()
    refuse_days_to_come([found], setting.as_of, now)
    evaluation = evaluator.evaluate(found, as_of=day_for(found, setting, now), only={wanted})

    from evaluator.candidates.case.building import case_for

    if not anonymous:
        _write(case_for(evaluation, wanted, pack, today=now), output)
        return DONE
    from evaluator.candidates.case.blind import Redactor

    veil = Redactor(profile=found, pack=pack)
    made = case_for(evaluation, wanted, pack, veil=veil, today=now)
    _write(made, output)
    tell_blind(made, [veil], output, report)
    return DONE


def _write(made: Case, output: Output) -> None:
    if output.format == "html":
        from evaluator.candidates.case.html import case_html

        output.write(case_html(made))
        return
    from evaluator.candidates.case.document import case_document, case_paper
    from evaluator.report.figures import markdown_with_figures, told

    parts = case_document(made)
    if output.format == "docx":
        from evaluator.report.word import word_bytes

        output.write_bytes(word_bytes(parts, case_paper(made)))
    elif output.format == "markdown":
        output.write(markdown_with_figures(parts))
    else:
        output.write(output.written(told(parts)))
