"""Which people are taken: a condition on the columns of their table, and on what they are judged to be, told with its counts.

A condition on the columns that came in is held before anybody is judged; one that names a result after that. Who is taken must be known to
meet it: where a value is missing, it is not known, and that is counted apart.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.dates import DateProblem, Precision, parse_date
from evaluator.core.groups import is_group_fact
from evaluator.core.model import Pack
from evaluator.core.text import fold_name
from evaluator.core.values import NUMERIC, Kind, clip
from evaluator.diagnostics import Problems, did_you_mean
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.populations.conditions import COMPARISONS, Compared, Part, Token, compared_with, names_in, tokens_of
from evaluator.report.words import counted

if TYPE_CHECKING:
    import polars as pl

    from evaluator.populations.request import Request
    from evaluator.reading.tables import Chunk, Options
    from evaluator.report.plain_values import Json

_SHOWN = 200
_NEVER = frozenset({"row", "pack", "pack_version", "pack_hash"})
"""Columns of results that say nothing of a person."""
_STEP = "write a condition such as --where \"department = 'Payments' and years > 3\""
_UNDECIDED = "who lies between two has a verdict like 'undecided: not yet to nearly', which `verdict like 'undecided%'` takes"


class Holds(enum.Enum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "numbers"
    FLAG = "yes or no"
    DAY = "days"
    WORDS = "one of some words"
    SCALE = "a level of a scale"
    UNREAD = "what the table says there, as text"


@attrs.frozen(kw_only=True)
class Column:
    """A column that a condition names: as it is written there, what it holds, and which words there are.

    It is one of a person's own, an attribute, or a result; else one of the table that is no attribute.
    """

    name: str
    holds: Holds
    words: tuple[str, ...] = ()
    meant: Callable[[str], str | None] | None = None
    own: str | None = None
    attribute: Attribute | None = None
    result: str | None = None
    otherwise: str = ""

    def word(self, text: str) -> str | None:
        """Return which of the words a text means."""
        if self.meant is not None:
            return self.meant(text)
        return next((word for word in self.words if word.casefold() == text.strip().casefold()), None)


@attrs.frozen(kw_only=True)
class Where:
    """A condition, understood: its tokens, and what each of its names is."""

    text: str
    tokens: tuple[Token, ...]
    columns: Mapping[str, Column]
    sign: str = "."

    @property
    def of_results(self) -> bool:
        """Whether it can be held only once people are judged."""
        return any(column.result is not None for column in self.columns.values())

    @property
    def names(self) -> Mapping[str, str]:
        """The columns that the table has to have, each with what else its name may mean."""
        return {column.name: column.otherwise for column in self.columns.values() if column.result is None}

    def check(self) -> None:
        """Raise PopulationProblem where a column and what it is held against do not go together."""
        for column in self.columns.values():
            for compared in self._compared(column.name):
                _value(column, self.tokens[compared.place], compared)

    def truths(self, frame: pl.DataFrame, kept: pl.DataFrame, results: pl.DataFrame | None, pack: Pack) -> pl.Series:
        """Return of each person whether the condition holds; null where that is not known."""
        import polars as pl

        made = {f"w{place}": self._series(column, frame, kept, results, pack) for place, column in enumerate(self.columns.values())}
        try:
            truths = pl.DataFrame(made, height=frame.height).select(truth=pl.sql_expr(self._sql())).to_series()
        except pl.exceptions.SQLInterfaceError:
            raise PopulationProblem(f"--where `{clip(self.text)}` is no whole condition", _STEP) from None
        except (pl.exceptions.PolarsError, TypeError):
            step = "compare numbers with numbers, and text with text in single quotes"
            raise PopulationProblem(f"--where `{clip(self.text)}` puts together what is of different kinds", step) from None
        if truths.dtype != pl.Boolean or len(truths) != frame.height:
            raise PopulationProblem(f"--where `{clip(self.text)}` is no condition that somebody meets or does not", _STEP)
        return truths

    def _series(self, column: Column, frame: pl.DataFrame, kept: pl.DataFrame, results: pl.DataFrame | None, pack: Pack) -> pl.Series:
        """Return what a column says of each person."""
        if column.result is not None:
            return _of_results(column, results)
        if column.attribute is not None:
            return _of_attribute(column.attribute, frame)
        if column.own is not None:
            return _of_person(column.own, frame, pack)
        return self._unread(column, kept)

    def _unread(self, column: Column, kept: pl.DataFrame) -> pl.Series:
        """Return a column that is no attribute: text, or numbers where it is held against one."""
        import polars as pl

        from evaluator.reading.tables.cell_values import states_something

        name = next((name for name in kept.columns if fold_name(name) == fold_name(column.name)), None)
        if name is None:
            return pl.Series([None], dtype=pl.String).new_from_index(0, kept.height)
        texts = kept[name].str.strip_chars()
        said = [text for text in texts.unique().drop_nulls() if states_something(text)]
        texts = texts.set(~texts.is_in(said).fill_null(value=False), None)
        if not self._is_number(column):
            return texts
        numbers = (texts.str.replace(",", ".", literal=True) if self.sign == "," else texts).cast(pl.Float64, strict=False)
        if (bad := texts.filter(texts.is_not_null() & (numbers.is_null() | ~numbers.is_finite()))).len():
            message = f"--where holds `{clip(column.name)}` against a number, and `{clip(bad[0])}` is none"
            raise PopulationProblem(message, "put the number in single quotes, to compare it as text")
        return numbers

    def _is_number(self, column: Column) -> bool:
        """Whether a column that is no attribute is held against numbers; raises PopulationProblem where against texts too."""
        parts = {self.tokens[compared.place].part for compared in self._compared(column.name)}
        if {Part.NUMBER, Part.TEXT} <= parts:
            raise PopulationProblem(f"--where holds `{clip(column.name)}` against a number and against a text", "compare it with one kind")
        return Part.NUMBER in parts

    def _compared(self, name: str) -> Iterator[Compared]:
        for place, token in enumerate(self.tokens):
            if token.part is Part.NAME and token.text == name:
                yield from compared_with(self.tokens, place)

    def _sql(self) -> str:
        """Return the condition over columns that are called w0, w1 and so on."""
        said = {
            compared.place: _value(column, self.tokens[compared.place], compared)
            for column in self.columns.values()
            for compared in self._compared(column.name)
        }
        names = {name: f'"w{place}"' for place, name in enumerate(self.columns)}
        plain = (names[token.text] if token.part is Part.NAME else _plain(token) for token in self.tokens)
        return " ".join(said.get(place, words) for place, words in enumerate(plain))


def _plain(token: Token) -> str:
    return _quoted(token.text) if token.part is Part.TEXT else token.text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _value(column: Column, token: Token, compared: Compared) -> str:
    """Return a value that a column is held against, as SQL; raises PopulationProblem where the two do not go together."""
    name, text, is_text = clip(column.name), token.text, token.part is Part.TEXT
    if column.holds is Holds.UNREAD or (column.holds is Holds.TEXT and is_text):
        return _plain(token)
    if column.holds is Holds.FLAG:
        if token.is_one_of("true", "false"):
            return text
        raise PopulationProblem(
            f"`{name}` in --where is a flag, and `{clip(text)}` is neither true nor false", f"write `{name}` alone, or `not {name}`"
        )
    if column.holds is Holds.NUMBER:
        if token.part is Part.NUMBER:
            return text
        raise PopulationProblem(
            f"`{name}` in --where is a number, and `{clip(text)}` is none", "write digits, with a dot before decimals and without quotes"
        )
    if not is_text:
        raise PopulationProblem(
            f"`{name}` in --where holds {column.holds.value}, and `{clip(text)}` has no quotes", f"write '{clip(text)}'"
        )
    if column.holds is Holds.DAY:
        return f"DATE {_quoted(_day(name, text))}"
    if compared.by in {"like", "ilike"} and column.holds is Holds.WORDS:
        return _quoted(text)
    return _word(column, text, compared)


def _word(column: Column, text: str, compared: Compared) -> str:
    """Return one of the words that a column can hold, as it stands in the column."""
    if column.holds is Holds.SCALE and compared.by not in COMPARISONS:
        raise PopulationProblem(f"`{clip(column.name)}` in --where is a level of a scale, and no text", "compare it by =, <, > or in (…)")
    word = column.word(text)
    if word is None:
        step = did_you_mean(text, column.words) or f"it holds {_listed(column.words)}" + (
            f"; {_UNDECIDED}" if column.name == "verdict" else ""
        )
        raise PopulationProblem(f"`{clip(column.name)}` in --where never holds `{clip(text)}`", step)
    if column.holds is Holds.SCALE:
        return str(column.words.index(word))
    if compared.by not in {"=", "<>"}:
        raise PopulationProblem(
            f"what `{clip(column.name)}` holds has no order in --where", "name the words, as in verdict in ('ready', 'nearly')"
        )
    return _quoted(word)


def _listed(words: Sequence[str], most: int = 8) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(f"'{word}'" for word in words[:most]) + more


def _day(name: str, text: str) -> str:
    try:
        day, precision = parse_date(text)
    except DateProblem as problem:
        raise PopulationProblem(f"`{name}` in --where is a day: {problem.message}", f"write it as '{Precision.DAY.example}'") from None
    if precision is not Precision.DAY:
        raise PopulationProblem(f"`{name}` in --where is a day, and '{clip(text)}' names none", f"write it as '{Precision.DAY.example}'")
    return day.isoformat()


def _of_person(own: str, frame: pl.DataFrame, pack: Pack) -> pl.Series:
    """Return what is a person's own, with roles by id."""
    import polars as pl

    from evaluator.engines.columns.derived import AS_OF as DAY
    from evaluator.engines.columns.derived import OWN_DAYS
    from evaluator.populations.levels import coded, date

    expressions = {
        "id": pl.col("id"),
        "name": pl.col("name"),
        "role": coded(pl.col("role"), list(pack.roles)).cast(pl.String),
        "as_of": date(pl.col(DAY)),
        "gathered": date(pl.col(OWN_DAYS[1])),
    }
    return frame.select(expressions[own]).to_series()


def _of_attribute(attribute: Attribute, frame: pl.DataFrame) -> pl.Series:
    """Return what is stated of an attribute: levels as their places, a set as its options in one text."""
    import polars as pl

    from evaluator.engines.columns.codec import names_of
    from evaluator.populations.levels import coded, date

    column, *members = names_of(attribute)
    if attribute.kind is Kind.DATE:
        expression = date(pl.col(column))
    elif attribute.kind is Kind.CHOICE:
        expression = coded(pl.col(column), list(attribute.type.options)).cast(pl.String)
    elif attribute.kind is Kind.SET:
        options = [pl.when(pl.col(member)).then(pl.lit(option)) for member, option in zip(members, attribute.type.options, strict=True)]
        expression = pl.when(pl.col(column)).then(pl.concat_str(options, separator="; ", ignore_nulls=True) if options else pl.lit(""))
    else:
        expression = pl.col(column)
    return frame.select(expression.alias("said")).to_series()


def _of_results(column: Column, results: pl.DataFrame | None) -> pl.Series:
    import polars as pl

    if results is None or column.result is None:
        raise ValueError(column)
    series = results[column.result]
    return series.cast(pl.String) if column.holds in {Holds.TEXT, Holds.WORDS} else series


@attrs.frozen(kw_only=True)
class Chosen:
    """Who is taken by a condition, as it was written: of how many people, and of how many it is not known whether they meet it."""

    where: str
    people: int = 0
    taken: int = 0
    unknown: int = 0

    def and_(self, other: Chosen) -> Chosen:
        """Return the same with other people."""
        people, taken, unknown = self.people + other.people, self.taken + other.taken, self.unknown + other.unknown
        return attrs.evolve(self, people=people, taken=taken, unknown=unknown)

    @property
    def words(self) -> str:
        """The condition and its counts in words."""
        return chosen_words(self.where, self.taken, self.people, self.unknown)

    @property
    def json(self) -> dict[str, Json]:
        """The condition and its counts as JSON."""
        return {"condition": self.where, "people": self.people, "taken": self.taken, "unknown": self.unknown}


def chosen_words(where: str, taken: int, people: int, unknown: int) -> str:
    """Say whom a condition takes of how many people, and of how many it is not known whether they meet it."""
    left = f"; of {unknown:,} it is not known, and {'that one is' if unknown == 1 else 'those are'} left out" if unknown else ""
    return f"{clip(where, _SHOWN)}: {taken:,} of {counted(people, 'person', 'people')}{left}"


def nobody_chosen(where: str, people: int, unknown: int) -> tuple[str, str]:
    """Say that a condition takes nobody, and what to look at."""
    left = f", and of {unknown:,} it is not known whether they do" if unknown else ""
    step = "look at how values are spelt in the table: capitals count, and lower(department) = 'payments' takes every spelling"
    return f"nobody of {counted(people, 'person', 'people')} meets --where `{clip(where, _SHOWN)}`{left}", step


def chosen(where: Where, chunk: Chunk, results: pl.DataFrame | None, pack: Pack) -> tuple[pl.Series, Chosen]:
    """Return which people of a chunk a condition takes, and how many they are; `results` has what they are judged to be."""
    truths = where.truths(chunk.frame, chunk.kept, results, pack)
    met = truths.fill_null(value=False)
    return met, Chosen(where=where.text, people=chunk.frame.height, taken=int(met.sum()), unknown=truths.null_count())


def told_of(chunk: Chunk, found: pl.DataFrame, pack: Pack, request: Request) -> pl.DataFrame:
    """Return the results of a chunk's people, a row each, that a condition may name."""
    import polars as pl

    from evaluator.populations.levels import tidy
    from evaluator.populations.request import Level

    return tidy(chunk.frame, found, pack, attrs.evolve(request, level=Level.PEOPLE), pl.DataFrame())


def those(chunk: Chunk, met: pl.Series) -> Chunk:
    """Return some people of a chunk, and what is counted of them."""
    frame, kept = chunk.frame.filter(met), chunk.kept.filter(met) if chunk.kept.width else chunk.kept
    rows = frame["row"].to_list() if chunk.other_role_of or chunk.records else []
    other_role_of = {row: chunk.other_role_of[row] for row in rows if row in chunk.other_role_of}
    records = {row: chunk.records[row] for row in rows if row in chunk.records}
    roles = Counter(other_role_of.values())
    return attrs.evolve(chunk, frame=frame, kept=kept, records=records, other_roles=roles, other_role_of=other_role_of)


_HOLDS = {
    Kind.FLAG: Holds.FLAG,
    Kind.DATE: Holds.DAY,
    Kind.SCALE: Holds.SCALE,
    Kind.CHOICE: Holds.WORDS,
    Kind.SET: Holds.TEXT,
    Kind.TEXT: Holds.TEXT,
}


def read_where(text: str, pack: Pack, options: Options, request: Request | None) -> Where:
    """Read a condition; with a request it may name the columns of its results, which are those of people at every level of detail.

    Raises PopulationProblem where it is none, or names what nobody may be chosen by.
    """
    from evaluator.reading.tables.columns import vocabulary

    tokens = tokens_of(text)
    words = vocabulary(pack, options, Problems())
    columns = {name: _column(name, words.meaning(name), pack, request) for name in names_in(tokens)}
    where = Where(text=text, tokens=tokens, columns=columns, sign=options.sign)
    where.check()
    return where


def _column(name: str, meaning: str | None, pack: Pack, request: Request | None) -> Column:
    """Return what a name means: one of a person's own columns or an attribute, else a result, else a column of the table."""
    if is_group_fact(name) or (meaning or "").startswith("group:"):
        message = f"--where cannot choose people by `{clip(name)}`: it is a fact of people's groups, which no verdict or list may rest on"
        raise PopulationProblem(message, "leave it out; `evaluator impact --by` counts how verdicts fall on groups")
    if meaning == "role":
        return Column(name=name, holds=Holds.WORDS, words=tuple(pack.roles), meant=_role_of(pack), own=meaning)
    if meaning is not None and not meaning.startswith("attribute:"):
        return Column(name=name, holds=Holds.DAY if meaning in {"as_of", "gathered"} else Holds.TEXT, own=meaning)
    if meaning is not None:
        return _attribute(name, pack.attributes[meaning.removeprefix("attribute:")])
    return _result(name, pack, request) or Column(name=name, holds=Holds.UNREAD, otherwise=_otherwise(name, pack, request))


def _attribute(name: str, attribute: Attribute) -> Column:
    if attribute.kind is Kind.RECORDS:
        message = f"`{clip(name)}` in --where holds a list of entries, and nobody can be chosen by it"
        raise PopulationProblem(message, "name an attribute that is computed from them and reported, or a column with one value")
    holds = Holds.NUMBER if attribute.kind in NUMERIC else _HOLDS[attribute.kind]
    words = tuple(attribute.type.options) if holds in {Holds.SCALE, Holds.WORDS} else ()
    return Column(name=name, holds=holds, words=words, attribute=attribute)


def _role_of(pack: Pack) -> Callable[[str], str | None]:
    def found(text: str) -> str | None:
        role = pack.find_role(text)
        return None if role is None else role.id

    return found


def _result(name: str, pack: Pack, request: Request | None) -> Column | None:
    """Return the column of results that a name means; raises PopulationProblem where there are no results to choose by."""
    result = _results(pack, request).get(fold_name(name))
    if result is None:
        return None
    if request is None:
        message = f"--where names `{clip(name)}`, which is a result, and here people are chosen before anybody is judged"
        raise PopulationProblem(message, "name columns of the table alone")
    return _of_result(name, result, pack)


def _results(pack: Pack, request: Request | None) -> Mapping[str, str]:
    """Return the columns of results at the level of people, by their folded names."""
    from evaluator.populations.levels import names
    from evaluator.populations.request import Request

    made = Request() if request is None else Request(role=request.role, role_column=request.role_column)
    return {fold_name(one): one for one in names(pack, made) if one not in _NEVER}


def _otherwise(name: str, pack: Pack, request: Request | None) -> str:
    """Return what is to be said of a name that the table has not either."""
    close = did_you_mean(fold_name(name), _results(pack, request)) if request is not None else None
    return close or "in --where a text stands in single quotes, as in department = 'Payments'"


def _of_result(name: str, result: str, pack: Pack) -> Column:
    if result in {"next_role", "judged_role"}:
        return Column(name=name, holds=Holds.WORDS, words=tuple(pack.roles), meant=_role_of(pack), result=result)
    if result in {"verdict", "verdict_worse", "verdict_better"}:
        words = list(pack.verdict_words)
        undecided = [f"undecided: {low} to {high}" for low in words for high in words if low != high] if result == "verdict" else []
        return Column(name=name, holds=Holds.WORDS, words=(*words, *undecided), result=result)
    if result in {"score_worse", "score_better"}:
        return Column(name=name, holds=Holds.NUMBER, result=result)
    if result in {"projection_to", "facts_as_of"}:
        return Column(name=name, holds=Holds.DAY, result=result)
    reported = {one.id: one for one in pack.reported}.get(result)
    if reported is not None and reported.kind in NUMERIC:
        return Column(name=name, holds=Holds.NUMBER, result=result)
    return Column(name=name, holds=Holds.TEXT, result=result)
