"""The codes of findings as a table, and the page of one."""

from __future__ import annotations

from evaluator.diagnostics.codes import CODES, Code, Severity
from evaluator.report.tables import Cell, Table
from evaluator.report.text import fitted
from evaluator.report.words import Style

_FAMILIES = "RPID"
_FENCE = "```"
_STYLES = {Severity.ERROR: Style.BAD, Severity.WARNING: Style.CLOSE}


def codes_table() -> Table:
    """Return every code with its name and severity."""
    ordered = sorted(CODES.values(), key=lambda code: (_FAMILIES.index(code.id[0]), code.id))
    rows = tuple((Cell(code.id), Cell(code.name), Cell(str(code.severity), _STYLES[code.severity])) for code in ordered)
    return Table(headers=("Code", "Name", "Severity"), rows=rows)


def code_page(code: Code, page: str | None, *, columns: int | None = None) -> str:
    """Return a code's page as it is written, its sentences broken to fit a terminal, or the little that is known of a code without one."""
    if page is not None:
        parts = page.rstrip("\n").split(_FENCE)
        prose = [part if inside % 2 else fitted(part, columns, hang=0) for inside, part in enumerate(parts)]
        return _FENCE.join(prose) + "\n"
    return f"# {code.id} {code.name}\n\nThis is {'an' if code.severity is Severity.ERROR else 'a'} {code.severity}.\n"
