"""Annotations as GitHub shows them beside a line, and gates as such: workflow commands, one a line, in which no text can begin another."""

from __future__ import annotations

from collections.abc import Iterable

from evaluator.core.gates import Gate, State
from evaluator.diagnostics import Span


def annotation(level: str, title: str, message: str, span: Span | None = None) -> str:
    """Return a workflow command that shows a message beside a place, or with the run where there is none."""
    places = {} if span is None else _places(span)
    properties = {**places, "title": title}
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{level} {listed}::{_data(message)}\n"


def gate_annotations(gates: Iterable[tuple[Gate, Iterable[Span]]]) -> str:
    """Return the gates that do not hold, each beside the lines of rules that it is about, and in one notice those that do.

    One that may pass untested is a warning.
    """
    written, held = [], []
    for gate, spans in gates:
        if gate.state is State.HELD:
            held.append(f"{gate.limit}: {gate.reason}")
            continue
        level = "error" if not gate.passes else "warning"
        title = f"{gate.state}: {gate.limit}"
        message = f"{gate.reason}\nhelp: {gate.step}" if gate.step else gate.reason
        written += [annotation(level, title, message, span) for span in (tuple(dict.fromkeys(spans)) or (None,))]
    return "".join([*written, *([annotation("notice", str(State.HELD), "\n".join(held))] if held else [])])


def _places(span: Span) -> dict[str, str | int]:
    return {"file": span.path, "line": span.line, "col": span.column, "endLine": span.end_line, "endColumn": span.end_column}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
