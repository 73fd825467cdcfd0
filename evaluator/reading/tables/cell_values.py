"""One cell → what it says, or why it says nothing usable: the same reading as for profiles, one text at a time."""

from __future__ import annotations

import datetime
import re

import attrs

from evaluator.core.dates import DateProblem, parse_date
from evaluator.core.model import Attribute, Pack
from evaluator.core.values import ITS_OWN_UNIT, NUMERIC, Kind, Value, clip, grouped_number, plain_number, shortened
from evaluator.diagnostics import Problems, Span
from evaluator.reading.pack.shapes import Placed
from evaluator.reading.profile.profile import StatementReader
from evaluator.reading.tables.model import Misfit, told
from evaluator.reading.yaml.nodes import ListNode, Node, ScalarNode

_SPAN = Span.whole_file("")
_COMMA = re.compile(r"-?[0-9]+(,[0-9]+)?")


@attrs.frozen(kw_only=True)
class CellReader:
    """Reads the texts of cells, as a table of profiles and a population do."""

    pack: Pack
    decimal: str = "."
    dots_unclear: bool = False
    """Whether a dot may stand between thousands: in a table with semicolons of which nobody said what its decimal sign is."""

    def attribute(self, attribute: Attribute, written: str) -> Value | Misfit | None:
        """Read an attribute's value; None where the cell is empty."""
        problems = Problems()
        value = self.value(attribute, written, _SPAN, problems)
        return Misfit(*told(problems.errors[0])) if problems.errors else value

    def value(self, attribute: Attribute, written: str, span: Span, problems: Problems) -> Value | None:
        """Read an attribute's value in a cell that stands somewhere; what is wrong with it goes to the problems."""
        text = written.strip()
        if not text or self._sign_is_wrong(attribute, text, span, problems):
            return None
        reader = StatementReader(pack=self.pack, problems=problems)
        if reader.attribute(attribute.id, span) is None:
            return None
        if attribute.kind is Kind.RECORDS:
            step = "state it in a profile of its own, or in JSON Lines"
            problems.add("P102", f"`{attribute.id}` is a list of entries, which no cell can hold", span, help=step)
            return None
        plain = text.replace(",", ".") if self.decimal == "," and attribute.kind in NUMERIC else text
        return reader.value(attribute, _node(attribute, plain, span))

    def _sign_is_wrong(self, attribute: Attribute, text: str, span: Span, problems: Problems) -> bool:
        """Report a number whose comma or dot may mean two things, or is not the decimal sign of the table."""
        wrong = self._sign_problem(text, whole=attribute.kind is Kind.INTEGER) if attribute.kind in NUMERIC else None
        if wrong is not None:
            message, step = wrong
            unit = f": {attribute.type.unit}" if step.startswith(ITS_OWN_UNIT) and attribute.type.unit else ""
            problems.add("P102", f"`{clip(text)}` {message}, and `{attribute.id}` is {attribute.kind.one}", span, help=step + unit)
        return wrong is not None

    def _sign_problem(self, text: str, *, whole: bool) -> tuple[str, str] | None:
        """Return what is wrong with the signs of a number, and what to write in its place."""
        if self.decimal == ",":
            return None if _COMMA.fullmatch(text) else ("is no plain number where the decimal sign is a comma", _comma_step(text))
        thousands = grouped_number(text, "." if "," in text else ",")
        if thousands is not None and "," in text:
            dotted = shortened(text.replace(",", "."))
            if whole and "." in dotted:
                return "is no plain number", f"write {thousands}, with nothing between thousands"
            return "can be read in two ways", f"write {thousands} if the comma stands between thousands, and {dotted} if before decimals"
        if thousands is not None and self.dots_unclear:
            step = f"write {thousands} if the dot stands between thousands; if before decimals, say so with --decimal ."
            return "can be read in two ways in a table with semicolons", step
        if _COMMA.fullmatch(text) and "," in text:
            step = f"write the decimal point as a dot: {text.replace(',', '.')}, or say --decimal , where a comma is the decimal sign"
            return "is no plain number", step
        return None

    def role(self, written: str) -> str | Misfit | None:
        """Read today's role; None where the cell is empty."""
        problems = Problems()
        found = self.role_at(written, _SPAN, problems)
        return Misfit(*told(problems.errors[0])) if problems.errors else found

    def role_at(self, written: str, span: Span, problems: Problems) -> str | None:
        """Read today's role in a cell that stands somewhere; what is wrong with it goes to the problems."""
        text = written.strip()
        return StatementReader(pack=self.pack, problems=problems).role(Placed(value=text, span=span)) if text else None

    def day(self, written: str, name: str) -> datetime.date | Misfit | None:
        """Read one of a row's own days, by the name of its column; None where the cell is empty."""
        problems = Problems()
        found = self.day_at(written, name, _SPAN, problems)
        return Misfit(*told(problems.errors[0])) if problems.errors else found

    def day_at(self, written: str, name: str, span: Span, problems: Problems) -> datetime.date | None:
        """Read one of a row's own days in a cell that stands somewhere; what is wrong with it goes to the problems."""
        text = written.strip()
        try:
            return parse_date(text)[0] if text else None
        except DateProblem as problem:
            problems.add("P102", f"{problem.message}, and `{name}` is a date", span, help=problem.step)
            return None


def _comma_step(text: str) -> str:
    """Say how a number is written where the decimal sign is a comma."""
    thousands = grouped_number(text, ",")
    if thousands is not None:
        return f"write {thousands} if the dot stands between thousands, and {shortened(text.replace('.', ','))} if before decimals"
    plain = plain_number(text, ",")
    if plain is not None:
        return f"write {plain}, with nothing between thousands and a comma before decimals"
    if re.fullmatch(r"-?[0-9]+[.][0-9]+", text):
        return f"write the decimal point as a comma: {text.replace('.', ',')}"
    if re.fullmatch(r"-?[0-9]+(?:,[0-9]+)?\s*[^\d\s.,]\D*", text):
        return ITS_OWN_UNIT
    return "write digits, with a comma before decimals, such as 7,5"


def _node(attribute: Attribute, text: str, span: Span) -> Node:
    if attribute.kind is not Kind.SET:
        return ScalarNode(text=text, plain=False, span=span)
    members = () if text == "none" else tuple(member.strip() for member in text.split(";") if member.strip())
    return ListNode(items=tuple(ScalarNode(text=member, plain=False, span=span) for member in members), span=span)
