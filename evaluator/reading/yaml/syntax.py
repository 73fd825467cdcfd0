"""What a YAML parser stumbled over, in the reader's words and at the place where it can be mended."""

from __future__ import annotations

import re
from collections.abc import Callable

import attrs
import yaml

from evaluator.diagnostics import Problems, Related, Span, lines_of
from evaluator.reading.yaml.source_mark import Mark

_SIGNS = {">=": "at_least", "<=": "at_most", ">": "above", "<": "below", "==": "is", "!=": "is_not"}
_LONGEST_KEY = 1000
_ODD_SPACES = re.compile("( *)([\u00a0\u2000-\u200b\u202f\u3000\ufeff]+)")
_MARKS = re.compile("(<{7}|>{7})( |$)")
_DASHES = re.compile("( *)([\u2010-\u2015\u2212\u2022\u2023\u2043\u00b7\u25cf\u25aa\uff0d])(?= )")
_COLONS = re.compile("( *(?:- )?[A-Za-z_][A-Za-z0-9_. -]*)([\uff1a\ufe55\u2236])")
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")


@attrs.frozen(kw_only=True)
class _Spot:
    """Where the parser stopped, and where what it was reading began, as lines and columns from 0."""

    name: str
    lines: list[str]
    problem: str
    context: str
    at: tuple[int, int]
    began: tuple[int, int]

    def rest(self, place: tuple[int, int]) -> str:
        """Return the text from a place to the end of its line."""
        return self.lines[place[0]][place[1] :] if place[0] < len(self.lines) else ""

    @property
    def before(self) -> str:
        """The text of the line up to where the parser stopped."""
        return self.lines[self.at[0]][: self.at[1]] if self.at[0] < len(self.lines) else ""

    def span(self, place: tuple[int, int], length: int = 1) -> Span:
        """Return a stretch of a line."""
        line, column = place[0] + 1, place[1] + 1
        return Span(path=self.name, line=line, column=column, end_line=line, end_column=column + length)


@attrs.frozen(kw_only=True)
class _Told:
    """One syntax error, told."""

    message: str
    step: str
    span: Span
    related: tuple[Related, ...] = ()


def report_syntax(error: yaml.YAMLError, name: str, text: str, problems: Problems) -> None:
    """Report what the parser stumbled over."""
    mark: Mark | None = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        message = "a control character stands here, which YAML does not allow"
        problems.add("R002", message, _control_character(name, text), help="delete it; an editor can show invisible characters")
        return
    start: Mark = getattr(error, "context_mark", None) or mark
    problem, context = (str(getattr(error, key, None) or "") for key in ("problem", "context"))
    lines = lines_of(text)
    at, began = _clamped(mark, lines), _clamped(start, lines)
    spot = _Spot(name=name, lines=lines, problem=problem, context=context, at=at, began=began)
    told = next(told for tell in _TELLERS if (told := tell(spot)) is not None)
    problems.add("R002", told.message, told.span, help=told.step, related=told.related)


def _clamped(mark: Mark, lines: list[str]) -> tuple[int, int]:
    """Return a place in the text; the parser counts the end of a file without a last line break as a line of its own."""
    return (mark.line, mark.column) if mark.line < len(lines) else (len(lines) - 1, len(lines[-1]))


def _control_character(name: str, text: str) -> Span:
    match = _CONTROL.search(text)
    lines = lines_of(text[: match.start() if match else 0])
    return Span(path=name, line=len(lines), column=len(lines[-1]) + 1, end_line=len(lines), end_column=len(lines[-1]) + 2)


def _tab(spot: _Spot) -> _Told | None:
    if not spot.rest(spot.at).startswith("\t") and "tab character" not in spot.problem:
        return None
    place = (spot.at[0], spot.lines[spot.at[0]].find("\t"))
    return _Told(message="a tab stands where spaces are expected", step="indent with spaces", span=spot.span(place))


def _conflict(spot: _Spot) -> _Told | None:
    """Tell of the marks that git leaves where two versions of a file were put together."""
    index = next((number for number, line in enumerate(spot.lines) if _MARKS.match(line)), None)
    if index is None:
        return None
    step = "keep one of the two versions below it, and take all three marks out"
    return _Told(message="git left a mark of a conflict here", step=step, span=spot.span((index, 0), len(spot.lines[index].rstrip())))


def _typeset(spot: _Spot) -> _Told | None:
    """Tell of a dash, a bullet or a wide colon that a word processor put where YAML has a plain one."""
    for line in range(max(spot.at[0] - 1, 0), min(spot.at[0] + 1, len(spot.lines))):
        if (match := _DASHES.match(spot.lines[line])) is not None:
            message, sign = f"this line begins with `{match[2]}`, which is no hyphen", "-"
        elif (match := _COLONS.match(spot.lines[line])) is not None:
            message, sign = f"`{match[2]}` is no plain colon", ": "
        else:
            continue
        return _Told(message=message, step=f"write `{sign}` instead", span=spot.span((line, len(match[1])), len(match[2])))
    return None


def _odd_space(spot: _Spot) -> _Told | None:
    """Tell of spaces that are none, as word processors and web pages set them."""
    for line in range(max(spot.at[0] - 1, 0), min(spot.at[0] + 1, len(spot.lines))):
        match = _ODD_SPACES.match(spot.lines[line])
        if match is not None:
            place = (line, len(match[1]))
            message = "this line begins with a space of another kind, such as a non-breaking one"
            return _Told(message=message, step="indent with plain spaces", span=spot.span(place, len(match[2])))
    return None


def _sign(spot: _Spot) -> _Told | None:
    """Tell of a value that begins with `>` or another comparison, which YAML takes for something else."""
    place = spot.began if "block scalar" in spot.context else spot.at
    match = re.match(r"([<>=!]=|[<>])\s*([^\s,}\]]*)", spot.rest(place))
    if match is None:
        return None
    step = f"tests are words: write {{{_SIGNS[match[1]]}: {match[2] or 8}}}"
    return _Told(message=f"a value cannot begin with `{match[1]}`", step=step, span=spot.span(place, len(match[0].rstrip())))


def _start(spot: _Spot) -> _Told | None:
    """Tell of a value that begins with a character that YAML keeps for itself."""
    kept = "cannot start any token" in spot.problem or spot.context in {"while scanning an alias", "while scanning an anchor"}
    directive = "directive" in spot.context
    if not kept and not directive:
        return None
    place = spot.began if directive or "scanning a" in spot.context else spot.at
    letter = spot.rest(place)[:1]
    return _Told(message=f"a value cannot begin with `{letter}`", step="put the value in quotes", span=spot.span(place))


def _open_quote(spot: _Spot) -> _Told | None:
    if "quoted scalar" not in spot.context:
        return None
    if "escape" in spot.problem:
        step = "use single quotes, or double the backslash"
        return _Told(message="a backslash in double quotes begins an escape, and this is none", step=step, span=spot.span(spot.at))
    length = len(spot.rest(spot.began).rstrip())
    return _Told(message="this quote is not closed", step="close it where the text ends", span=spot.span(spot.began, length))


def _open_bracket(spot: _Spot) -> _Told | None:
    match = re.search(r"',' or '([\]}])'", spot.problem)
    if match is None:
        return None
    if spot.at[0] == spot.began[0] and spot.rest(spot.at):
        return _Told(
            message=f"a comma or `{match[1]}` is missing before this",
            step=f"set a comma between entries, and `{match[1]}` at the end",
            span=spot.span(spot.at),
        )
    what = "list" if match[1] == "]" else "mapping"
    related = (Related(span=spot.span(spot.at), message=f"a comma or `{match[1]}` is needed here at the latest"),)
    return _Told(
        message=f"the {what} that begins here is not closed",
        step=f"close it with `{match[1]}`",
        span=spot.span(spot.began),
        related=related,
    )


def _closing_bracket(spot: _Spot) -> _Told | None:
    letter = spot.rest(spot.at)[:1]
    if letter not in {"]", "}"}:
        return None
    return _Told(message=f"this `{letter}` closes nothing", step="take it out, or open the bracket before it", span=spot.span(spot.at))


def _after_quote(spot: _Spot) -> _Told | None:
    quote = spot.before.rstrip()[-1:]
    if quote not in {"'", '"'} or not spot.rest(spot.at).strip():
        return None
    step = "to write a quote inside quotes, double it: ''" if quote == "'" else "to write a quote inside quotes, put a backslash before it"
    length = len(spot.rest(spot.at).rstrip())
    return _Told(message="text goes on after its closing quote", step=step, span=spot.span(spot.at, length))


def _no_colon(spot: _Spot) -> _Told | None:
    if "could not find expected ':'" not in spot.problem:
        return None
    length = len(spot.rest(spot.began).rstrip()) or 1
    step = "write `key: value`, with a space after the colon"
    return _Told(message="a `:` is missing on this line", step=step, span=spot.span(spot.began, length))


def _stray_key(spot: _Spot) -> _Told | None:
    if "mapping values are not allowed" not in spot.problem:
        return None
    if re.search(r":\s", spot.before):
        return _Told(message="a second `:` cannot stand in one line without quotes", step="put the text in quotes", span=spot.span(spot.at))
    indent = len(spot.before) - len(spot.before.lstrip(" -"))
    place = (spot.at[0], indent)
    if spot.at[1] - indent > _LONGEST_KEY:
        return _Told(message="this key is too long", step="a key is a word or two", span=spot.span(place, spot.at[1] - indent))
    step = "the line above may lack its `:` or the space after it, or one of the two may be indented wrongly"
    return _Told(message="this key does not fit the line above", step=step, span=spot.span(place, max(spot.at[1] - indent, 1)))


def _stray_item(spot: _Spot) -> _Told | None:
    if "sequence entries are not allowed" not in spot.problem:
        return None
    return _Told(message="a list cannot begin in the middle of a line", step="put each `- ` on a line of its own", span=spot.span(spot.at))


def _no_value(spot: _Spot) -> _Told | None:
    if "node content" not in spot.problem:
        return None
    if not any(line.strip() for line in [spot.rest(spot.at), *spot.lines[spot.at[0] + 1 :]]):
        return _open_at_the_end(spot)
    return _Told(message="a value is missing here", step="write one, or take the comma or bracket out", span=spot.span(spot.at))


def _open_at_the_end(spot: _Spot) -> _Told | None:
    """Tell of a bracket that nothing follows: the last one of the file."""
    for number in range(min(spot.at[0], len(spot.lines) - 1), -1, -1):
        column = max(spot.lines[number].rfind("["), spot.lines[number].rfind("{"))
        if column >= 0:
            return _Told(
                message="the bracket that begins here is not closed", step="close it where it ends", span=spot.span((number, column))
            )
    return None


def _after_the_end(spot: _Spot) -> _Told | None:
    if "document start" not in spot.problem:
        return None
    step = "a bracket may be closed once too often, or `...` may stand above"
    return _Told(message="the file goes on after its end", step=step, span=spot.span(spot.at))


def _block_text(spot: _Spot) -> _Told | None:
    if "block scalar" not in spot.context:
        return None
    letter = spot.rest(spot.began)[:1]
    step = "begin the text on the next line, indented, or put it in quotes"
    return _Told(message=f"no text can follow `{letter}` on its own line", step=step, span=spot.span(spot.began))


def _any(spot: _Spot) -> _Told:
    length = len(spot.rest(spot.at).rstrip()) or 1
    if "while parsing a block" in spot.context:
        step = "check its indentation, and brackets and quotes left open above"
        return _Told(message="this line does not fit the lines around it", step=step, span=spot.span(spot.at, length))
    step = "check the indentation, quotes and brackets up to here"
    return _Told(message="this is no valid YAML", step=step, span=spot.span(spot.at, length))


_TELLERS: tuple[Callable[[_Spot], _Told | None], ...] = (
    _conflict, _tab, _odd_space, _typeset, _sign, _start, _open_quote, _open_bracket, _closing_bracket,
    _after_quote, _no_colon, _stray_key, _stray_item, _no_value, _after_the_end, _block_text, _any,
)  # fmt: skip
