"""Gates in every report: a line each with its mark, and as data; what is not tested is never shown as held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evaluator.core.gates import Gate, State
from evaluator.report.blocks import Block, Heading, Item, Listing
from evaluator.report.plain_values import Json
from evaluator.report.words import Style

ALLOW = "--allow-untested"
_MARKS = {State.HELD: ("✓", Style.GOOD), State.BROKEN: ("✗", Style.BAD), State.NOT_TESTED: ("?", Style.OPEN)}


def gates_blocks(gates: Iterable[Gate], title: str = "Limits") -> Iterator[Block]:
    """Yield the gates under a title, those that are broken first, then those not tested; nothing where there are none."""
    order = [State.BROKEN, State.NOT_TESTED, State.HELD]
    items = tuple(_item(gate) for gate in sorted(gates, key=lambda gate: order.index(gate.state)))
    if items:
        yield Heading(title)
        yield Listing(items)


def _item(gate: Gate) -> Item:
    mark, style = _MARKS[gate.state]
    step = f"let pass by {ALLOW}" if gate.allowed else gate.step
    parts = (Item(step, mark="→"),) if step else ()
    return Item(gate_words(gate), mark=mark, style=style, parts=parts)


def gate_words(gate: Gate) -> str:
    """Say what one gate came to, in a line."""
    untested = "not tested, as " if gate.state is State.NOT_TESTED else ""
    return f"{gate.limit}: {untested}{gate.reason}"


def gates_json(gates: Iterable[Gate]) -> list[Json]:
    """Return the gates as data, in the order in which they were asked for."""
    return [
        {
            "limit": gate.limit,
            "state": str(gate.state),
            "reason": gate.reason,
            "next_step": gate.step or None,
            "too_small": gate.too_small,
            "allowed": gate.allowed,
        }
        for gate in gates
    ]
