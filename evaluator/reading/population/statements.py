"""One cell → what it says, or why it says nothing usable: the same reading as for profiles, one text at a time."""

from __future__ import annotations

import datetime
import re

import attrs

from evaluator.dates import DateProblem, parse_date
from evaluator.diagnostics import Problems, Span
from evaluator.model import Attribute, Pack
from evaluator.reading.nodes import ListNode, Node, ScalarNode
from evaluator.reading.population.model import Misfit, sentence, told
from evaluator.reading.profile import StatementReader
from evaluator.reading.shapes import Placed
from evaluator.values import NUMERIC, Kind, Value, clip

_SPAN = Span.whole_file("")
_COMMA = re.compile(r"-?[0-9]+(,[0-9]+)?")


@attrs.frozen(kw_only=True)
class CellReader:
    """Reads the texts of cells as a table of profiles does."""

    pack: Pack
    decimal: str = "."

    def attribute(self, attribute: Attribute, written: str) -> Value | Misfit | None:
        """Read an attribute's value; None where the cell is empty."""
        text = written.strip()
        if not text:
            return None
        if misfit := self._sign(attribute, text):
            return misfit
        problems = Problems()
        reader = StatementReader(pack=self.pack, problems=problems)
        value: Value | None = None
        if reader.attribute(attribute.id, _SPAN) is not None:
            value = self._value(attribute, text, reader)
        return Misfit(*told(problems.errors[0])) if problems.errors else value

    def _value(self, attribute: Attribute, text: str, reader: StatementReader) -> Value | None:
        if attribute.kind is Kind.RECORDS:
            step = "state it in a profile of its own, or in JSON Lines"
            reader.problems.add("P102", f"`{attribute.id}` is a list of entries, which no cell can hold", _SPAN, help=step)
            return None
        plain = text.replace(",", ".") if self.decimal == "," and attribute.kind in NUMERIC else text
        return reader.value(attribute, _node(attribute, plain))

    def _sign(self, attribute: Attribute, text: str) -> Misfit | None:
        """Where the comma is the decimal sign, a dot might separate thousands: nobody can tell."""
        if self.decimal != "," or attribute.kind not in NUMERIC or _COMMA.fullmatch(text) or not re.fullmatch(r"-?[0-9.,]+", text):
            return None
        step = "write digits with a comma before decimals, and nothing between thousands"
        return Misfit("P102", sentence(f"`{clip(text)}` is no plain number where the decimal sign is a comma", step))

    def role(self, written: str) -> str | Misfit | None:
        """Read today's role; None where the cell is empty."""
        text = written.strip()
        problems = Problems()
        found = StatementReader(pack=self.pack, problems=problems).role(Placed(value=text, span=_SPAN)) if text else None
        return Misfit(*told(problems.errors[0])) if problems.errors else found

    def day(self, written: str) -> datetime.date | Misfit | None:
        """Read an as-of date; None where the cell is empty."""
        text = written.strip()
        try:
            return parse_date(text)[0] if text else None
        except DateProblem as problem:
            return Misfit("P102", sentence(f"{problem}, and `as_of` is a date", problem.step))


def _node(attribute: Attribute, text: str) -> Node:
    if attribute.kind is not Kind.SET:
        return ScalarNode(text=text, plain=False, span=_SPAN)
    members = () if text == "none" else tuple(member.strip() for member in text.split(";") if member.strip())
    return ListNode(items=tuple(ScalarNode(text=member, plain=False, span=_SPAN) for member in members), span=_SPAN)
