"""How a command with gates ends: by one rule, and told on standard error where nobody sees the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evaluator.cli.exits import DONE, FINDINGS, UNUSABLE
from evaluator.cli.output import Output, write_error
from evaluator.core.gates import Gate, State

_SEEN = frozenset({"text", "table", "markdown"})


def ended(gates: Sequence[Gate], output: Output, *, complete: bool = True) -> int:
    """Return the exit code; where the report went to a file or is data, name each gate that does not let through."""
    if not seen(output):
        for gate in gates:
            if not gate.passes:
                write_error(f"{gate.state}: {gate.limit}: {gate.reason}\n" + (f"help: {gate.step}\n" if gate.step else ""))
    return exit_code(gates, complete=complete)


def seen(output: Output) -> bool:
    """Whether whoever typed the command reads the report itself."""
    return output.file is None and output.format in _SEEN


def exit_code(gates: Iterable[Gate], *, complete: bool = True) -> int:
    """Return the exit code of a command with gates: a broken one comes before one that was not tested, that before what was left out."""
    states = {gate.state for gate in gates if not gate.passes}
    if State.BROKEN in states:
        return FINDINGS
    if State.NOT_TESTED in states:
        return UNUSABLE
    return DONE if complete else FINDINGS
