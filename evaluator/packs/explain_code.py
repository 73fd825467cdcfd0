"""explain-code: what the code of a finding means."""

from __future__ import annotations

from pathlib import Path

import click

from evaluator.cli import options
from evaluator.cli.exits import DONE
from evaluator.cli.failures import Unusable
from evaluator.cli.output import Output
from evaluator.diagnostics import codes, did_you_mean
from evaluator.diagnostics.codes import CODES, Code
from evaluator.report.codes import code_page, codes_table


@click.command(
    epilog="""\b
Examples:
  evaluator explain-code R203
  evaluator explain-code operator-does-not-fit
  evaluator explain-code
""",
)
@click.argument("code", required=False, metavar="[CODE]")
@options.output("text", "markdown")
def explain_code(code: str | None, output: Output) -> int:
    """Explain the code of a finding.

    CODE is a code or its name; without one, every code is listed.
    """
    if code is None:
        output.write(output.written([codes_table()]))
        return DONE
    documented = _code(code)
    page = Path(codes.__file__).with_name(f"{documented.id}.md")
    columns = output.columns if output.format == "text" else None
    output.write(code_page(documented, page.read_text(encoding="utf-8") if page.is_file() else None, columns=columns))
    return DONE


def _code(name: str) -> Code:
    names = {known: code for code in CODES.values() for known in (code.id.casefold(), code.name)}
    named = names.get(name.casefold())
    if named is None:
        known = [word for code in CODES.values() for word in (code.id, code.name)]
        step = did_you_mean(name.upper(), known) or did_you_mean(name.lower(), known)
        raise Unusable(f"there is no code `{name}`", step or "`evaluator explain-code` lists them all")
    return named
