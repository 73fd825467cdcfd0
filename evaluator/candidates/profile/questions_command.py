"""profile questions: what is open of a person, as a sheet to fill in."""

from __future__ import annotations

import click

from evaluator.candidates.profile.drafting.interview import Interview
from evaluator.candidates.profile.editing.profile_file import ProfileFile
from evaluator.candidates.profile.sheets.asked import rows_of, sheet_blocks, sheet_csv
from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.completion import role_names
from evaluator.cli.exits import DONE
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import day_for, judged_role, load_pack, refuse_days_to_come
from evaluator.cli.options import Setting
from evaluator.cli.output import Output
from evaluator.diagnostics import ReadingError
from evaluator.engines.readiness import Evaluator


@click.command(
    short_help="Write what is open as a sheet to fill in.",
    epilog="""\b
Examples:
  evaluator profile questions jana.yaml product-director -o questions.docx
  evaluator profile questions jana.yaml product-director --self -o questions.csv
  evaluator profile answer jana.yaml --from questions.docx
""",
)
@click.argument("profile", metavar="PROFILE", type=options.FILE)
@click.argument("role", metavar="[ROLE]", required=False, shell_complete=role_names)
@click.option("--self", "by_person", is_flag=True, help="Ask the person, not somebody about the person.")
@click.option("--all", "everything", is_flag=True, help="Ask also what can change no verdict.")
@options.output("csv", "docx", "html", document=True, csv_of_people=True)
@options.setting
def questions(profile: str, role: str | None, by_person: bool, everything: bool, output: Output, setting: Setting) -> int:  # noqa: FBT001, PLR0913, PLR0917 - as click gives them
    """Write what is open of a person for a role as a sheet to fill in away from the terminal, what can change the verdict first.

    Without ROLE it is about the roles that moves lead to. `profile answer --from` reads a sheet back that was filled in as CSV or as a
    Word file; a page of HTML is for printing.
    """
    pack = load_pack(setting.rules)
    file = ProfileFile.read(profile, pack)
    if file.profile is None:
        raise ReadingError(file.problems)
    refuse_days_to_come([file.profile], setting.as_of, today())
    ahead = None if role is None else judged_role(role, pack)
    day = day_for(file.profile, setting, today())
    evaluator = Evaluator(pack, engine="reference")
    interview = Interview(evaluator=evaluator, base=file.profile, ahead=ahead, as_of=day, everything=everything)
    rows = rows_of(interview, of_others=not by_person)
    if not rows:
        if everything:
            raise Unusable("all that the criteria rest on is known, so there is nothing to ask", "name another role, where one is meant")
        raise Unusable("nothing is open that can change a verdict, so there is nothing to ask", "say --all to ask all that is not known")
    if output.format == "csv":
        output.write(sheet_csv(interview, rows, output.csv.delimiter))
        return DONE
    blocks = tuple(sheet_blocks(interview, rows, printed=output.format == "html"))
    title = f"Questions about {file.profile.label}"
    if output.format == "html":
        from evaluator.report.pages import blocks_page

        output.write(blocks_page(blocks, title=title))
        return DONE
    from evaluator.report.word import Paper, word_bytes

    output.write_bytes(word_bytes(blocks, Paper(title=title, day=day, wide=True)))
    return DONE
