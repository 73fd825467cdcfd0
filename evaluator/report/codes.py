"""The codes of findings as a table, and the page of one."""

from __future__ import annotations

from evaluator.diagnostics.codes import CODES, Code, Severity
from evaluator.report.tables import Cell, Table
from evaluator.report.words import Style

_FAMILIES = "RPID"
_STYLES = {Severity.ERROR: Style.BAD, Severity.WARNING: Style.CLOSE}


def codes_table() -> Table:
    """Return every code with its name and severity."""
    ordered = sorted(CODES.values(), key=lambda code: (_FAMILIES.index(code.id[0]), code.id))
    rows = tuple((Cell(code.id), Cell(code.name), Cell(str(code.severity), _STYLES[code.severity])) for code in ordered)
    return Table(headers=("Code", "Name", "Severity"), rows=rows)


def code_page(code: Code, page: str | None) -> str:
    """Return a code's page as it is written, or the little that is known of a code without one."""
    if page is not None:
        return page.rstrip("\n") + "\n"
    return f"# {code.id} {code.name}\n\nThis is {'an' if code.severity is Severity.ERROR else 'a'} {code.severity}.\n"
