"""A condition on people as it is typed, such as `department = 'Payments' and years > 3`: read into tokens, each name told from each text.

It is SQL's language of conditions on one row and no more of it: what looks at several people at once, such as `sum`, has no meaning here,
as people are read some at a time.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence

import attrs

from evaluator.core.values import clip
from evaluator.diagnostics import did_you_mean
from evaluator.diagnostics.errors import PopulationProblem

FUNCTIONS = ("abs", "coalesce", "ends_with", "length", "lower", "round", "starts_with", "trim", "upper", "year")
"""What may be made of a value before it is compared."""
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
_WORDS = frozenset({"and", "or", "not", "in", "is", "null", "like", "ilike", "between", "true", "false"})
_LIKE = "write a condition such as --where \"department = 'Payments'\""
_MOST = 2000
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^']|'')*')
  | "(?P<quoted>(?:[^"]|"")+)"
  | (?P<number>\d+(?:\.\d+)?)(?![\w.])
  | (?P<name>[^\W\d]\w*(?::[\w*]+)?)
  | (?P<sign><=|>=|<>|!=|==|[=<>(),+\-*/])
)""",
    re.VERBOSE,
)


class Part(enum.Enum):
    """What a token is."""

    NAME = "the name of a column"
    TEXT = "a text in single quotes"
    NUMBER = "a number"
    WORD = "a word of the language, or a function"
    SIGN = "a sign"


@attrs.frozen(kw_only=True)
class Token:
    """A word or a sign of a condition; of a name and a text what it says, without quotes."""

    part: Part
    text: str

    def is_one_of(self, *words: str) -> bool:
        """Whether it is one of these words or signs of the language."""
        return self.part in {Part.WORD, Part.SIGN} and self.text in words


def tokens_of(condition: str) -> tuple[Token, ...]:
    """Read a condition; raises PopulationProblem at what is none."""
    if len(condition) > _MOST:
        raise PopulationProblem(f"--where has {len(condition):,} characters, and {_MOST:,} are read", "keep a column for it in the table")
    found = tuple(_tokens(condition))
    if not any(token.part is Part.NAME for token in found):
        raise PopulationProblem(f"--where `{clip(condition)}` names no column", _LIKE)
    depth = 0
    for token in found:
        depth += token.is_one_of("(") - token.is_one_of(")")
        if depth < 0:
            break
    if depth:
        raise PopulationProblem(f"in --where `{clip(condition)}` a bracket is not opened or not closed", "open and close each one once")
    return found


def _tokens(condition: str) -> Iterator[Token]:
    at, end = 0, len(condition.rstrip())
    while at < end:
        match = _TOKEN.match(condition, at)
        if match is None:
            raise _strange(condition[at:].lstrip())
        yield _token(match, condition[match.end() :].lstrip())
        at = match.end()


def _token(match: re.Match[str], following: str) -> Token:
    if match["text"] is not None:
        return Token(part=Part.TEXT, text=match["text"][1:-1].replace("''", "'"))
    if match["quoted"] is not None:
        return Token(part=Part.NAME, text=match["quoted"].replace('""', '"'))
    if match["number"] is not None:
        return Token(part=Part.NUMBER, text=match["number"])
    if match["sign"] is not None:
        return Token(part=Part.SIGN, text={"==": "=", "!=": "<>"}.get(match["sign"], match["sign"]))
    word = match["name"].casefold()
    if following.startswith("(") and word not in _WORDS and word not in FUNCTIONS:
        step = did_you_mean(word, FUNCTIONS) or f"those that are there: {', '.join(FUNCTIONS)}"
        raise PopulationProblem(f"`{clip(match['name'])}(…)` in --where is no function of what one person's row says", step)
    if word in _WORDS or (word in FUNCTIONS and following.startswith("(")):
        return Token(part=Part.WORD, text=word)
    return Token(part=Part.NAME, text=match["name"])


def _strange(rest: str) -> PopulationProblem:
    if rest[0] in "'\"":
        return PopulationProblem(f"in --where a quote is not closed: {clip(rest)}", "close it; a quote inside a text is written twice")
    step = (
        "columns stand as they are or in double quotes, texts in single quotes, and `=`, `<`, `in (…)`, `like`, `and`, `or`, `not` between"
    )
    return PopulationProblem(f"in --where nothing can be done with `{clip(rest)}`", step)


def names_in(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return the columns that a condition names, each once, as they are written."""
    return tuple(dict.fromkeys(token.text for token in tokens if token.part is Part.NAME))


@attrs.frozen(kw_only=True)
class Compared:
    """A value that a column is held against: where it stands among the tokens, and by which word or sign."""

    place: int
    by: str


def compared_with(tokens: Sequence[Token], name: int) -> tuple[Compared, ...]:
    """Return the values that the column at a place among the tokens is held against as it is."""
    return (*_after(tokens, name + 1), *_before(tokens, name))


def _before(tokens: Sequence[Token], name: int) -> Iterator[Compared]:
    if name > 1 and tokens[name - 1].is_one_of(*COMPARISONS) and _is_value(tokens[name - 2]):
        yield Compared(place=name - 2, by=tokens[name - 1].text)


def _after(tokens: Sequence[Token], at: int) -> Iterator[Compared]:
    rest = [*enumerate(tokens)][at:]
    words = [token for _, token in rest]
    if words and words[0].is_one_of("not"):
        rest, words = rest[1:], words[1:]
    if not words:
        return
    by = words[0].text
    if words[0].is_one_of("in"):
        ends = [place for place, token in rest if token.is_one_of(")")]
        listed = [(place, token) for place, token in rest if ends and place < ends[0]]
        yield from (Compared(place=place, by="=") for place, token in listed if _is_value(token))
    elif words[0].is_one_of("between"):
        values = [place for place, token in rest[1:6] if _is_value(token)]
        yield from (Compared(place=place, by="<=") for place in values[:2])
    elif words[0].is_one_of(*COMPARISONS, "like", "ilike"):
        signed = 2 if len(words) > 2 and words[1].is_one_of("-", "+") else 1  # noqa: PLR2004 - a sign stands before the value
        if len(words) > signed and _is_value(words[signed]):
            yield Compared(place=rest[signed][0], by=by)


def _is_value(token: Token) -> bool:
    return token.part in {Part.TEXT, Part.NUMBER} or token.is_one_of("true", "false")
