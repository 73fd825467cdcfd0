"""What a table is likely to say, and why: its columns, signs of numbers, order of days and words, and what people have to decide.

What is proposed follows from names, or from values of which all fit; what has two readings is told with how often it comes.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack
from evaluator.core.text import fold_accents, fold_name, fold_spaces
from evaluator.core.values import NUMERIC, Kind, clip, grouped_number, shortened
from evaluator.diagnostics import Problems
from evaluator.populations.map.matching import Match, Matcher
from evaluator.populations.map.survey import Column, Survey
from evaluator.reading.profile.profile import StatementReader, meant_option, several_options
from evaluator.reading.tables.cell_values import PER_CENT, CellReader, day_orders
from evaluator.reading.tables.columns import Vocabulary
from evaluator.reading.tables.meanings import ATTRIBUTE, DAYS, ROLE
from evaluator.reading.tables.model import Misfit, Options
from evaluator.report.words import counted, joined

_OTHER = {",": ".", ".": ","}
_BETWEEN = {
    ".": re.compile(r"-?[1-9][0-9]{0,2}(?:[.][0-9]{3})+(?:,[0-9]+)?"),
    ",": re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:[.][0-9]+)?"),
    "'": re.compile(r"-?[1-9][0-9]{0,2}(?:['’][0-9]{3})+(?:[.,][0-9]+)?"),
    " ": re.compile("-?[1-9][0-9]{0,2}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?"),
}
_SPACED = re.compile("(?<=[0-9])['’    ](?=[0-9])")
_SEPARATORS = (",", "|", "/", "\n")
_CLOSE = 0.75


@attrs.frozen(kw_only=True)
class Open:
    """A text that cannot be read as it stands: how many rows have it, and what it may be."""

    text: str
    rows: int
    perhaps: str = ""


@attrs.frozen(kw_only=True)
class ColumnProposal:
    """What a column is, how its cells are read, and which of its texts are left to decide, those that most rows have first."""

    match: Match
    values: Mapping[str, str] = attrs.field(factory=dict)
    separator: str | None = None
    fractions: bool = False
    open: tuple[Open, ...] = ()
    unstated: int = 0
    """How many rows hold a word that says that nothing is known."""

    @property
    def name(self) -> str:
        """The column's name."""
        return self.match.column.name

    @property
    def target(self) -> str | None:
        """What it is."""
        return self.match.target

    @property
    def open_rows(self) -> int:
        """How many rows hold a text that cannot be read."""
        return sum(one.rows for one in self.open)

    @property
    def rows(self) -> int:
        """How many rows hold a text that says something and is understood, or left to decide."""
        return sum(self.match.column.texts.values()) - self.unstated


@attrs.frozen(kw_only=True)
class SharedWords:
    """Words of several columns that have the same options: what is left to decide once for all of them, and in how many columns each is."""

    options: tuple[str, ...]
    open: tuple[Open, ...]
    columns: int


@attrs.frozen(kw_only=True)
class Stated:
    """A setting of the whole table, and why."""

    value: str
    reason: str


@attrs.frozen(kw_only=True)
class Proposal:
    """What is proposed for a table; `ambiguous` are sentences on what has two readings, with how often it comes."""

    survey: Survey
    columns: tuple[ColumnProposal, ...]
    decimal: Stated | None = None
    thousands: Stated | None = None
    dates: Stated | None = None
    roles: Mapping[str, str] = attrs.field(factory=dict)
    shared: tuple[SharedWords, ...] = ()
    """What is left to decide of several columns at once; it is no more among what is open of each."""
    encoding: Stated | None = None
    ambiguous: tuple[str, ...] = ()
    given: Mapping[str, str] = attrs.field(factory=dict)
    """What options say of the whole table, by the key under which a mapping says it."""

    @property
    def stated(self) -> Mapping[str, int]:
        """How many rows state each attribute that a column is."""
        return {one.target.removeprefix(ATTRIBUTE): one.rows for one in self.columns if one.target and ATTRIBUTE in one.target}


@attrs.frozen(kw_only=True)
class Proposer:
    """Proposes how a table is read by a pack; what a mapping file or an option says already is taken for said."""

    pack: Pack
    words: Vocabulary
    options: Options

    def propose(self, survey: Survey) -> Proposal:
        """Return what is proposed for a table."""
        matches = Matcher(pack=self.pack, words=self.words, survey=survey).matched()
        whole = self._texts(matches, lambda kind, _: kind is Kind.INTEGER)
        decimal, thousands, signs = self._signs(self._texts(matches, lambda kind, _: kind is Kind.NUMBER), whole)
        dates, orders = self._dates(self._texts(matches, lambda kind, target: kind is Kind.DATE or target in DAYS))
        reader = CellReader(
            pack=self.pack,
            decimal=decimal.value if decimal else self.options.sign,
            dates=dates.value if dates else self.options.dates,
            outside=self.options.source.outside,
        )
        columns, shared = self._shared(tuple(self._cells(match, reader, thousands) for match in matches))
        roles = {text: role for one in columns if one.target == ROLE for text, role in one.values.items()}
        return Proposal(
            survey=survey,
            columns=columns,
            decimal=decimal,
            thousands=thousands,
            dates=dates,
            roles=roles,
            shared=shared,
            encoding=_encoding(survey),
            ambiguous=(*signs, *orders),
            given={key: value for key in ("encoding", "decimal", "dates") if (value := getattr(self.options, key)) is not None},
        )

    def _shared(self, columns: tuple[ColumnProposal, ...]) -> tuple[tuple[ColumnProposal, ...], tuple[SharedWords, ...]]:
        """Take what is open in several columns with the same options out of each, to be decided once."""
        alike: dict[tuple[str, ...], list[ColumnProposal]] = {}
        for one in columns:
            attribute = self._attribute(one.target)
            if attribute is not None and attribute.kind is not Kind.SET and attribute.type.options and one.open:
                alike.setdefault(attribute.type.options, []).append(one)
        told: set[str] = set()
        shared: list[SharedWords] = []
        taken: dict[str, set[str]] = {}
        for options, several in alike.items():
            within = Counter(one.text for column in several for one in column.open if one.text not in told)
            alike_in = [column for column in several if any(within[one.text] > 1 for one in column.open)]
            if not alike_in:
                continue
            rows, perhaps = Counter[str](), dict[str, str]()
            for text in (text for column in alike_in for text in column.open if text.text not in told):
                rows[text.text] += text.rows
                perhaps[text.text] = text.perhaps
            for column in alike_in:
                taken.setdefault(column.name, set()).update(rows)
            told |= rows.keys()
            listed = _most_first(Open(text=word, rows=count, perhaps=perhaps[word]) for word, count in rows.items())
            shared.append(SharedWords(options=options, open=listed, columns=len(alike_in)))
        rest = (
            attrs.evolve(column, open=tuple(one for one in column.open if one.text not in taken.get(column.name, ()))) for column in columns
        )
        return tuple(rest), tuple(shared)

    def _attribute(self, target: str | None) -> Attribute | None:
        return self.pack.attributes.get(target.removeprefix(ATTRIBUTE)) if target and target.startswith(ATTRIBUTE) else None

    def _texts(self, matches: Iterable[Match], wanted: Callable[[Kind | None, str | None], bool]) -> Counter[str]:
        """Count the texts of all columns of some kinds."""
        texts = Counter[str]()
        for match in matches:
            attribute = self._attribute(match.target)
            if wanted(None if attribute is None else attribute.kind, match.target):
                texts.update(match.column.texts)
        return texts

    def _signs(self, texts: Mapping[str, int], whole: Mapping[str, int]) -> tuple[Stated | None, Stated | None, list[str]]:
        """Say which sign stands before decimals, and which between thousands, by the numbers that have one reading.

        `whole` are those of whole numbers: 1.250 is one only where the dot stands between thousands.
        """
        before = {sign: sum(rows for text, rows in texts.items() if _is_decimal(text, sign)) for sign in _OTHER}
        between = {
            sign: sum(rows for text, rows in texts.items() if _is_grouped(text, sign))
            + sum(rows for text, rows in whole.items() if _is_grouped(text, sign, whole=True))
            for sign in _BETWEEN
        }
        texts = Counter(texts) + Counter(whole)
        told: list[str] = []
        if before[","] and before["."]:
            commas = counted(before[","], "number has", "numbers have")
            told.append(f"{commas} a comma before decimals, and {before['.']:,} a dot; those with the other sign are refused")
        decimal, stated = self.options.decimal, None
        if decimal is None:
            commas_only, dots_only = before[","] + between["."], before["."] + between[","]
            decimal = "," if commas_only > dots_only else "."
            if decimal == ",":
                stated = Stated(value=",", reason=f"{counted(commas_only, 'number')} can be read in no other way")
        thousands, sign = None, next((sign for sign, rows in between.items() if rows and sign != decimal), None)
        if sign is not None:
            thousands = Stated(value=sign, reason=f"{counted(between[sign], 'number has', 'numbers have')} it between thousands")
        other = _OTHER[decimal]
        unclear = [text for text in texts if other in text and grouped_number(text, decimal) is not None]
        if unclear and sign != other:
            rows = counted(sum(texts[text] for text in unclear), "number")
            told.append(f'{rows} such as {unclear[0]} can be read in two ways: say `thousands: "{other}"` or `decimal: "{other}"`')
        return stated, thousands, told

    def _dates(self, texts: Mapping[str, int]) -> tuple[Stated | None, list[str]]:
        """Say in which order days stand that are numbers alone, by those that have one reading."""
        counts = Counter[tuple[str, ...]]()
        for text, rows in texts.items():
            counts[day_orders(text)] += rows
        day_first, month_first, both = counts["dmy",], counts["mdy",], counts["dmy", "mdy"]
        if not both or self.options.dates is not None:
            return None, []
        if day_first and month_first:
            words = f"{counted(day_first, 'day')} can only be read with the day first, {month_first:,} with the month first"
            return None, [f"{words}, {both:,} with either: say `dates:` for each column"]
        if not day_first and not month_first:
            return None, [f"{counted(both, 'day')} can be read with the day or the month first: say `dates: dmy` or `dates: mdy`"]
        order, rows, first = ("dmy", day_first, "the day") if day_first else ("mdy", month_first, "the month")
        reason = f"{counted(rows, 'day')} can only be read with {first} first, {both:,} with either"
        return Stated(value=order, reason=reason), []

    def _cells(self, match: Match, reader: CellReader, thousands: Stated | None) -> ColumnProposal:
        """Say how the cells of a column are read, and which cannot be."""
        attribute, texts = self._attribute(match.target), match.column.texts
        if match.target == ROLE:
            return self._roles(match)
        if attribute is None:
            name = match.target or ""
            unread = [text for text in texts if name in DAYS and isinstance(reader.day(text, name), Misfit)]
            return ColumnProposal(match=match, open=_most_first(Open(text=text, rows=texts[text]) for text in unread))
        source, name = self.options.source, match.column.name
        rules = source.rules_of(name)
        if not match.is_said:
            fractions = _are_fractions(match.column, attribute, reader.decimal)
            rules = attrs.evolve(rules, separator=_separator(match.column, attribute), fractions=fractions)
        every = attrs.evolve(source.every, thousands=source.every.thousands or (thousands.value if thousands else None))
        mapped = attrs.evolve(source, cells={**source.cells, fold_name(name): rules}, every=every)
        meant = mapped.cell(name, attribute, reader.decimal) or str
        reader = attrs.evolve(reader, dates=mapped.dates_of(name, reader.dates))
        read = {text: reader.attribute(attribute, meant(text)) for text in texts}
        unread = [text for text, value in read.items() if isinstance(value, Misfit)]
        values = {text: option for text in unread if (option := _spelt_otherwise(attribute, text)) is not None}
        left = (Open(text=text, rows=texts[text], perhaps=_perhaps(attribute, text)) for text in unread if text not in values)
        said = source.rules_of(name)
        return ColumnProposal(
            match=match,
            separator=None if said.separator else rules.separator,
            fractions=rules.fractions and not said.fractions,
            values=values,
            open=_most_first(left),
            unstated=sum(texts[text] for text, value in read.items() if value is None),
        )

    def _roles(self, match: Match) -> ColumnProposal:
        """Say which titles stand for which roles: those with words cut short; the others that are no role are left to decide."""
        texts, said = match.column.texts, self.options.source.roles
        titles = [text for text in match.column.stating if self.pack.find_role(text) is None and fold_spaces(text) not in said]
        reader = StatementReader(pack=self.pack, problems=Problems())
        spelt = {text: role.id for text in titles if (role := reader.spelt_out(text)) is not None}
        rest = [text for text in titles if text not in spelt]
        left = (Open(text=text, rows=texts[text], perhaps=joined(reader.near_roles(text), last="or")) for text in rest)
        unstated = sum(texts.values()) - sum(match.column.stating.values())
        return ColumnProposal(match=match, values=spelt, open=_most_first(left), unstated=unstated)


def _encoding(survey: Survey) -> Stated | None:
    """Say by which encoding a table was read that is no UTF-8, with a word of it to look at."""
    if survey.encoding is None:
        return None
    names = [column.name for column in survey.columns]
    words = [text for column in survey.columns for text, rows in column.texts.items() if rows > 1]  # what one row alone has may be a name
    seen = next((text for text in (*names, *words) if not text.isascii()), None)
    what = "letters are" if seen is None else f"“{clip(seen)}” is"
    return Stated(value=survey.encoding, reason=f"it is no UTF-8; look whether {what} written right, and name another one if not")


def _most_first(texts: Iterable[Open]) -> tuple[Open, ...]:
    return tuple(sorted(texts, key=lambda one: (-one.rows, one.text)))


def _is_decimal(text: str, sign: str) -> bool:
    """Whether a number has a sign before decimals, and can be read in no other way."""
    plain = _SPACED.sub("", text)
    return re.fullmatch(rf"-?[0-9]+[{sign}][0-9]+", plain) is not None and (plain != text or grouped_number(text, _OTHER[sign]) is None)


def _is_grouped(text: str, sign: str, *, whole: bool = False) -> bool:
    """Whether a number, or one that has to be whole, has a sign between thousands, and can be read in no other way."""
    two_readings = sign in _OTHER and grouped_number(text, _OTHER[sign]) is not None and not (whole and sign in shortened(text))
    return _BETWEEN[sign].fullmatch(text) is not None and not two_readings


def _separator(column: Column, attribute: Attribute) -> str | None:
    """Return the sign between options, where it is no semicolon: the one by which every cell with several is understood."""
    type_ = attribute.type
    several = [text for text in column.texts if several_options(type_, text)] if attribute.kind is Kind.SET else []
    for sign in _SEPARATORS if several else ():
        if all(meant_option(type_, part.strip()) in type_.options for text in several for part in text.split(sign)):
            return sign
    return None


def _are_fractions(column: Column, attribute: Attribute, decimal: str) -> bool:
    """Whether shares of percent are written as fractions: every number lies within 0 and 1, and some between."""
    if attribute.kind not in NUMERIC or attribute.type.unit not in PER_CENT:
        return False
    plain = re.compile(rf"[0-9]+(?:{re.escape(decimal)}[0-9]+)?")
    if not all(plain.fullmatch(text) for text in column.stating):
        return False
    numbers = [Decimal(text.replace(decimal, ".")) for text in column.stating]
    return all(number <= 1 for number in numbers) and any(0 < number < 1 for number in numbers)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold_accents(text))


def _spelt_otherwise(attribute: Attribute, text: str) -> str | None:
    """Return the option that a text is but for accents and signs; None where it is none, or several."""
    same = [option for option in attribute.type.options if _squeezed(option) == _squeezed(text)]
    return same[0] if len(same) == 1 else None


def _perhaps(attribute: Attribute, text: str) -> str:
    options = {option.casefold(): option for option in attribute.type.options}
    close = difflib.get_close_matches(text.casefold(), options, n=1, cutoff=_CLOSE)
    return options[close[0]] if close else ""
