"""Diagnostics written out: as text with the span underlined, as JSON, or as GitHub annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evaluator.core.gates import Gate
from evaluator.core.model import Pack
from evaluator.diagnostics import Diagnostic, Problems, Related, Span
from evaluator.diagnostics.codes import CODES, Severity
from evaluator.report.annotations import annotation
from evaluator.report.gates import gates_json
from evaluator.report.jsons import document, made_by
from evaluator.report.plain_values import Json
from evaluator.report.snippets import snippet
from evaluator.report.tables import Paint, no_paint
from evaluator.report.text import fitted, visible
from evaluator.report.words import Style, counted

_MOST_ALIKE = 200
"""Findings of one kind in one file that are written out; JSON has all of them."""
_SEVERITY_STYLES = {Severity.ERROR: Style.BAD, Severity.WARNING: Style.CLOSE}


def findings_text(problems: Problems, *, columns: int | None = None, paint: Paint = no_paint) -> str:
    """Write every finding with its line, sorted by place, and how many there are."""
    diagnostics: list[Diagnostic] = []
    alike: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        alike[problem.span.path, problem.code] += 1
        if alike[problem.span.path, problem.code] <= _MOST_ALIKE:
            diagnostics.append(problem)
    written = [_text(diagnostic, problems.text(diagnostic.span.path), columns, paint) for diagnostic in diagnostics]
    more = [
        f"{visible(path)}: and {number - _MOST_ALIKE:,} more of {code} {CODES[code].name}"
        for (path, code), number in sorted(alike.items())
        if number > _MOST_ALIKE
    ]
    return "\n\n".join([*written, *more, count_words(problems)]) + "\n"


def count_words(problems: Problems) -> str:
    """Count findings: `2 errors, 1 warning`."""
    counts = ((len(problems.errors), "error"), (len(problems.warnings), "warning"))
    return ", ".join(counted(number, noun) for number, noun in counts if number) or "no findings"


def _text(diagnostic: Diagnostic, source: str | None, columns: int | None, paint: Paint) -> str:
    style = _SEVERITY_STYLES[diagnostic.severity]
    head = f"{paint(f'{diagnostic.severity} {diagnostic.code} {diagnostic.name}', style)}: {visible(diagnostic.message)}"
    lines = [fitted(f"{paint(visible(_place_words(diagnostic.span)), Style.STRONG)}: {head}", columns)]
    lines += [] if source is None else snippet(diagnostic.span, source, columns=columns, paint=paint, style=style)
    lines += [fitted(f"   help: {visible(diagnostic.help)}", columns)] if diagnostic.help else []
    lines += [fitted(f"   see: {visible(_place_words(other.span))}: {visible(other.message)}", columns) for other in diagnostic.related]
    return "\n".join(lines)


def _place_words(span: Span) -> str:
    """Name a place; the path alone stands for a file as a whole."""
    return span.path if span == Span.whole_file(span.path) else str(span)


def findings_json(problems: Problems, pack: Pack | None, checked: Json = None, gates: Sequence[Gate] = ()) -> dict[str, Json]:
    """Return every finding with its place, how many there are, and what was `checked` by which `gates` where that is said.

    A pack may be unreadable.
    """
    body: dict[str, Json] = {
        "findings": [_json(problem) for problem in problems],
        "errors": len(problems.errors),
        "warnings": len(problems.warnings),
    }
    if gates:
        body["gates"] = gates_json(gates)
    no_pack: dict[str, Json] = dict.fromkeys(("pack", "pack_version", "pack_hash"))
    return document("findings", body | ({} if checked is None else {"pack": checked}), no_pack | made_by(pack))


def _json(diagnostic: Diagnostic) -> dict[str, Json]:
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "help": diagnostic.help,
        "related": [_related(other) for other in diagnostic.related],
    }


def _related(other: Related) -> dict[str, Json]:
    return {"message": other.message, **_place(other.span)}


def _place(span: Span) -> dict[str, Json]:
    return {"path": span.path, "line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


def findings_github(problems: Problems) -> str:
    """Write every finding as a workflow command that GitHub shows beside the line."""
    return "".join(map(finding_annotation, problems))


def finding_annotation(diagnostic: Diagnostic) -> str:
    """Return one finding as such a command."""
    message = f"{diagnostic.message}\nhelp: {diagnostic.help}" if diagnostic.help else diagnostic.message
    return annotation(str(diagnostic.severity), f"{diagnostic.code} {diagnostic.name}", message, diagnostic.span)
