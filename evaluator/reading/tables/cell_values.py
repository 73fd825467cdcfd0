"""One cell → what it says, or why it says nothing usable: the same reading as for profiles, one text at a time.

People write more into a table than into a profile: words for what is missing, yes and no, capitals, per cent, days in the order of
their country. What has one reading is read, alike in every format and verb; what has two is refused, and both are named.
"""

from __future__ import annotations

import datetime
import re
from itertools import chain

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.dates import DateProblem, parse_date
from evaluator.core.model import Pack
from evaluator.core.text import fold_spaces
from evaluator.core.unknown_words import says_nothing
from evaluator.core.values import ITS_OWN_UNIT, NUMERIC, Kind, Value, clip, grouped_number, plain_number, shortened
from evaluator.diagnostics import EvaluatorError, Problems, Span
from evaluator.reading.pack.shapes import Located
from evaluator.reading.profile.profile import StatementReader, meant_option, several_options
from evaluator.reading.tables.model import Misfit, told
from evaluator.reading.yaml.nodes import ListNode, Node, ScalarNode

_SPAN = Span.whole_file("")
_COMMA = re.compile(r"-?[0-9]+(,[0-9]+)?")
YES = frozenset({"true", "yes", "y", "1", "ja", "j", "oui", "si", "sí", "sim", "wahr", "vrai", "verdadero", "verdadeiro", "vero"})
NO = frozenset({"false", "no", "n", "0", "nein", "non", "não", "nao", "falsch", "faux", "falso"})
"""How yes and no are written, in small letters."""
_EMPTY_SET = "none"
PER_CENT = frozenset({"percent", "per cent", "%"})
_MIDNIGHT = re.compile(r"(?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})[T ]00:00(?::00(?:[.,]0+)?)?")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
_ORDERED = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")
_MONTH_YEAR = re.compile(r"([0-9]{1,2})[./-]([0-9]{4})")
DATE_ORDERS = {"dmy": "the day first", "mdy": "the month first"}
"""The orders of days that are numbers alone, as an option names them."""


class CellProblem(EvaluatorError):
    """A cell cannot be used; carries one lower-case sentence and a next step."""


@attrs.frozen(kw_only=True)
class CellReader:
    """Reads the texts of cells, as a table of profiles and a population do."""

    pack: Pack
    decimal: str = "."
    dots_unclear: bool = False
    """Whether a dot may stand between thousands: in a table with semicolons of which nobody said what its decimal sign is."""
    typed: bool = False
    """Whether cells are numbers of a type, in which NaN is no word for what is missing."""
    dates: str | None = None
    """The order of days in numbers, dmy or mdy, where it was named."""
    outside: frozenset[str] = frozenset()
    """Titles that a mapping says are no role of the pack, by what they fold to."""

    def attribute(self, attribute: Attribute, text: str) -> Value | Misfit | None:
        """Read an attribute's value; None where the cell is empty, or says that nothing is known."""
        problems = Problems()
        value = self.value(attribute, text, _SPAN, problems)
        return Misfit(*told(problems.errors[0])) if problems.errors else value

    def value(self, attribute: Attribute, written: str, span: Span, problems: Problems) -> Value | None:
        """Read an attribute's value in a cell that stands somewhere; what is wrong with it goes to the problems."""
        text = written.strip()
        if attribute.type.unit in PER_CENT and attribute.kind in NUMERIC:
            text = text.removesuffix("%").rstrip()
        if not text or (says_unknown(attribute, text) and not self.typed) or self._sign_is_wrong(attribute, text, span, problems):
            return None
        reader = StatementReader(pack=self.pack, problems=problems)
        if reader.attribute(attribute.id, span) is None:
            return None
        if attribute.kind is Kind.RECORDS:
            step = "state it in a profile of its own, or in JSON Lines"
            problems.add("P102", f"`{attribute.id}` is a list of entries, which no cell can hold", span, help=step)
            return None
        try:
            node = self._node(attribute, text, span)
        except CellProblem as problem:
            problems.add("P102", problem.message, span, help=problem.step)
            return None
        return reader.value(attribute, node)

    def _node(self, attribute: Attribute, text: str, span: Span) -> Node:
        """Return a text as a profile would state it."""
        if attribute.kind is not Kind.SET:
            return ScalarNode(text=self._plain(attribute, text), plain=False, span=span)
        members = () if fold_spaces(text) == _EMPTY_SET else [member.strip() for member in text.split(";") if member.strip()]
        if any(several_options(attribute.type, member) for member in members):
            named_there = [several_options(attribute.type, member) or (meant_option(attribute.type, member),) for member in members]
            message = f"`{clip(text)}` is not separated by semicolons, and `{attribute.id}` is {attribute.kind.one}"
            raise CellProblem(message, f"write {'; '.join(dict.fromkeys(chain.from_iterable(named_there)))}")
        named = (ScalarNode(text=meant_option(attribute.type, member), plain=False, span=span) for member in members)
        return ListNode(items=tuple(named), span=span)

    def _plain(self, attribute: Attribute, text: str) -> str:
        if attribute.kind in NUMERIC:
            return text.replace(",", ".") if self.decimal == "," else text
        if attribute.kind is Kind.DATE:
            return self.plain_date(text, attribute.id)
        if attribute.kind is Kind.FLAG:
            folded = fold_spaces(text)
            return "true" if folded in YES else "false" if folded in NO else text
        return meant_option(attribute.type, text)

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
            return _comma_problem(text, whole=whole)
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

    def plain_date(self, text: str, name: str) -> str:
        """Return a day with the year first, of one written in numbers; raises CellProblem for one that can be read in two ways."""
        if midnight := _MIDNIGHT.fullmatch(text):
            return midnight["day"]
        if compact := _COMPACT.fullmatch(text):
            return "-".join(compact.groups())
        if month := _MONTH_YEAR.fullmatch(text):
            return f"{month[2]}-{month[1]}"
        if (ordered := _ORDERED.fullmatch(text)) is None:
            return text
        days = [day for order, day in _readings(ordered).items() if self.dates in {None, order}]
        if not days:
            order = f" with {DATE_ORDERS[self.dates]}" if self.dates else ""
            raise CellProblem(f"`{text}` is no day of the calendar{order}, and `{name}` is a date", "write it as 2024-05-17")
        if len(set(days)) > 1:
            step = (
                f"write {days[0]} if the day stands first, and {days[1]} if the month does; or say --dates dmy or mdy for the whole table"
            )
            raise CellProblem(f"`{text}` can be read as {_spelt(days[0])} and as {_spelt(days[1])}, and `{name}` is a date", step)
        return days[0].isoformat()

    def role(self, text: str) -> str | Misfit | None:
        """Read today's role; None where the cell is empty, or says that nothing is known."""
        problems = Problems()
        found = self.role_at(text, _SPAN, problems)
        return Misfit(*told(problems.errors[0])) if problems.errors else found

    def role_at(self, written: str, span: Span, problems: Problems) -> str | None:
        """Read today's role in a cell that stands somewhere; what is wrong with it goes to the problems."""
        text = written.strip()
        if not states_something(text) and self.pack.find_role(text) is None:
            return None
        reader = StatementReader(pack=self.pack, problems=problems)
        is_outside = fold_spaces(text) in self.outside
        if is_outside or (self.pack.find_role(text) is None and reader.meant_role(text) is None):
            message = f"the pack has no role called `{clip(text)}`, and the row is read without one"
            problems.add("P206", message, span, help="nothing has to be done; or name one of the pack's roles, by its id or title")
            return None
        return reader.role(Located(value=text, span=span))

    def judged_role(self, text: str) -> str | Misfit | None:
        """Read the role that somebody is to be judged for; None where the cell is empty, or says that nothing is known."""
        found = self.pack.find_role(text.strip())
        if found is None and not states_something(text.strip()):
            return None
        if found is None:
            meant = StatementReader(pack=self.pack, problems=Problems()).meant_role(text.strip())
            step = meant or "name one of the pack's roles by its id or title, or leave the cell empty"
            return Misfit("P105", f"the pack has no role called `{clip(text.strip())}`, to judge the row for; {step}")
        if found.why_never_judged:
            return Misfit("P105", f"`{found.id}` {found.why_never_judged}, and the row cannot be judged for it; name another role")
        return found.id

    def day(self, text: str, name: str) -> datetime.date | Misfit | None:
        """Read one of a row's own days, by the name of its column; None where the cell is empty."""
        problems = Problems()
        found = self.day_at(text, name, _SPAN, problems)
        return Misfit(*told(problems.errors[0])) if problems.errors else found

    def day_at(self, written: str, name: str, span: Span, problems: Problems) -> datetime.date | None:
        """Read one of a row's own days in a cell that stands somewhere; what is wrong with it goes to the problems."""
        text = written.strip()
        try:
            return parse_date(self.plain_date(text, name))[0] if text and not is_missing(text) else None
        except DateProblem as problem:
            problems.add("P102", f"{problem.message}, and `{name}` is a date", span, help=problem.step)
        except CellProblem as problem:
            problems.add("P102", problem.message, span, help=problem.step)
        return None


def _readings(ordered: re.Match[str]) -> dict[str, datetime.date]:
    """Return the days that numbers alone can be, by the order in which they are read."""
    first, second, year = int(ordered[1]), int(ordered[3]), int(ordered[4])
    read = {"dmy": _day(year, second, first), "mdy": _day(year, first, second)}
    return {order: day for order, day in read.items() if day is not None}


def day_orders(text: str) -> tuple[str, ...]:
    """Return the orders in which a day of numbers alone can be read; none for any other text, and where all are one day."""
    ordered = _ORDERED.fullmatch(text.strip())
    read = {} if ordered is None else _readings(ordered)
    return tuple(read) if len(set(read.values())) == len(read) else ()


def signed(text: str, decimal: str) -> str:
    """Write a number that its file holds as a number, and so with a dot, as the texts of the table are written."""
    return text.replace(".", ",") if decimal == "," else text


def _comma_problem(text: str, *, whole: bool) -> tuple[str, str] | None:
    """Return what is wrong with a number where the decimal sign is a comma; a whole one is hardly written with three zeros behind it."""
    thousands = grouped_number(text, ".") if whole else None
    if thousands is not None and "," in shortened(text):
        return "is no plain number", f"write {thousands}, with nothing between thousands"
    if thousands is not None:
        step = f"write {thousands} if the comma stands between thousands, and {shortened(text)} if before decimals"
        return "can be read in two ways", step
    return None if _COMMA.fullmatch(text) else ("is no plain number where the decimal sign is a comma", _comma_step(text))


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


def states_something(text: str) -> bool:
    """Whether a cell is neither empty nor says that nothing is known."""
    return bool(text.strip()) and not is_missing(text.strip())


def is_missing(text: str) -> bool:
    """Whether a text says that nothing is known; an error of a spreadsheet other than #N/A, such as #DIV/0!, says nothing of the kind."""
    return says_nothing(text) and not (text.startswith("#") and text.endswith(("!", "?")))


def says_unknown(attribute: Attribute, text: str) -> bool:
    """Whether a text says that nothing is known; a word of the attribute's own never does."""
    if not is_missing(text):
        return False
    folded = fold_spaces(text)
    own = {fold_spaces(option) for option in attribute.type.options} | ({_EMPTY_SET} if attribute.kind is Kind.SET else set())
    return folded not in own and not (attribute.kind is Kind.FLAG and folded in YES | NO)


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _spelt(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"
