"""Number formats of spreadsheets: what the reader of a sheet sees of the number in a cell.

A cell holds a number, and its format says how it is shown: 0.875 with `0.0%` is 87.5%, 42 with `00000` is 00042, 45418 with `yyyy-mm-dd`
is a day. Digits that a format only rounds away are kept, as the sheet goes on calculating with them.
"""

from __future__ import annotations

import datetime
import decimal
import functools
import re

import attrs

from evaluator.core.values import clip
from evaluator.diagnostics import EvaluatorError

BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "m/d/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yyyy h:mm",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    41: '#,##0;(#,##0);"-"',
    42: '$#,##0;($#,##0);"-"',
    43: '#,##0.00;(#,##0.00);"-"',
    44: '$#,##0.00;($#,##0.00);"-"',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    **dict.fromkeys((27, 30, 36, 50, 57), "m/d/yyyy"),
}
"""The formats that have a number and no text in a workbook; those from 27 on differ by country, and are dates in all of them."""
GENERAL = "General"
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<general>[Gg]eneral)|(?P<half>[Aa][Mm]/[Pp][Mm]|[Aa]/[Pp])'
    r"|(?P<power>[Ee][+-])|(?P<part>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|[eE]+|[gG]+|[bB]+)|(?P<digit>[0#?])|(?P<sign>[.,%/@;])|(?P<letter>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_MOST_FORMAT = 1000
_LAST_SERIAL = 2_958_466
_NO_SUCH_DAY = 60
_KEPT = 15
_PLAIN = 21
_SECONDS = 86_400


class FormatProblem(EvaluatorError):
    """What a cell shows is not clear; a sentence about the cell and a next step."""


@attrs.frozen(kw_only=True)
class _Section:
    """One of up to four parts of a format, for numbers of one sign or within a condition."""

    tokens: tuple[tuple[str, str], ...]
    condition: tuple[str, float] | None = None

    def count(self, kind: str, text: str) -> int:
        return sum(1 for token in self.tokens if token == (kind, text))

    @property
    def literal(self) -> str:
        """The text that stands there as it is."""
        return "".join(text for kind, text in self.tokens if kind == "literal")

    @property
    def parts(self) -> str:
        """The parts of dates and times, a letter each: y, m, d, h, n (minutes) and s."""
        found: list[str] = []
        for kind, text in self.tokens:
            letter = text[:1].lower()
            if kind in {"part", "elapsed"} and letter in "ymdhse":
                month = letter == "m" and kind == "part" and not (found and found[-1] == "h")
                if letter == "s" and found and found[-1] == "m":
                    found[-1] = "n"
                found.append("y" if letter == "e" else letter if letter != "m" or month else "n")
        return "".join(found)

    @property
    def elapsed(self) -> bool:
        return any(kind == "elapsed" for kind, _ in self.tokens)

    @property
    def general(self) -> bool:
        return any(kind == "general" for kind, _ in self.tokens)

    @property
    def digits(self) -> int:
        return sum(1 for kind, _ in self.tokens if kind == "digit")

    @property
    def scaled(self) -> bool:
        """Whether commas after the last digit before the decimal point leave out thousands."""
        signs = [text if kind in {"digit", "sign"} else "" for kind, text in self.tokens]
        plain = "".join("0" if kind == "digit" else sign for (kind, _), sign in zip(self.tokens, signs, strict=True))
        return re.search(r"0,+(?![0,])", plain) is not None


@functools.lru_cache(maxsize=1024)
def sections_of(code: str) -> tuple[_Section, ...]:
    """Return the sections of a format."""
    sections: list[_Section] = []
    tokens: list[tuple[str, str]] = []
    condition: tuple[str, float] | None = None
    for match in _TOKEN.finditer(code[:_MOST_FORMAT]):
        kind, text = match.lastgroup or "", match[match.lastgroup] if match.lastgroup else ""
        if kind == "sign" and text == ";":
            sections.append(_Section(tokens=tuple(tokens), condition=condition))
            tokens, condition = [], None
        elif kind == "bracket":
            if found := _CONDITION.fullmatch(text.strip()):
                condition = (found[1], float(found[2]))
            elif _ELAPSED.fullmatch(text):
                tokens.append(("elapsed", text))
            elif text.startswith("$"):
                tokens.append(("literal", text[1:].split("-")[0]))
        elif kind in {"quoted", "escaped", "letter"}:
            tokens.append(("literal", text))
        elif kind == "part" and text[0] in "gGbB":
            tokens.append(("era", text))
        elif kind:
            tokens.append((kind, text))
    return (*sections, _Section(tokens=tuple(tokens), condition=condition))


def _section(value: float, code: str) -> _Section:
    """Return the section of a format that shows a number."""
    sections = sections_of(code)
    compare = {"<": value.__lt__, ">": value.__gt__, "=": value.__eq__, "<=": value.__le__, ">=": value.__ge__, "<>": value.__ne__}
    if any(section.condition for section in sections):
        held = (section for section in sections if section.condition is None or compare[section.condition[0]](section.condition[1]))
        return next(held, sections[-1])
    if len(sections) == 1 or value > 0:
        return sections[0]
    return sections[1] if value < 0 else sections[2] if len(sections) > 2 else sections[0]  # noqa: PLR2004 - the third is for zeros


def number_text(value: float) -> str:
    """Write a number as a sheet keeps it, in up to fifteen digits."""
    plain = decimal.Decimal(f"{value:.{_KEPT}g}")
    if plain and not -_PLAIN < plain.adjusted() < _PLAIN:
        return f"{value:.{_KEPT}g}"
    written = f"{plain:f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written).removeprefix("-" if not plain else "")


def amount(value: float, code: str, *, since_1904: bool = False) -> str:
    """Return a number as it counts: per cent as `87.5%`, days and times as such; raises FormatProblem where it is shown as another."""
    if code == GENERAL:
        return number_text(value)
    section = _section(value, code)
    if section.parts or section.elapsed:
        return moment(value, code, since_1904=since_1904)
    if per_cent := section.count("sign", "%"):
        return number_text(float(decimal.Decimal(number_text(value)).scaleb(2 * per_cent))) + "%"
    if section.scaled:
        shown = f"the number format of the cell leaves out thousands, so that {number_text(value)} is shown smaller than it is"
        raise FormatProblem(shown, "give the cell an ordinary number format, and write the number that is meant")
    if not (section.digits or section.general or section.count("sign", "@")):
        _check_literal(value, section)
    return number_text(value)


def _check_literal(value: float, section: _Section) -> None:
    """Refuse a number of which nothing is shown, or a word; a dash for zero is the custom of accountants."""
    literal = section.literal.strip()
    if value == 0 and literal in {"-", "–", "—"}:
        return
    shown = f"shows “{clip(literal)}” for it" if literal else "hides it"
    step = f"give the cell an ordinary number format; then write {number_text(value)}, or empty it where it says nothing"
    raise FormatProblem(f"the cell holds {number_text(value)}, and its number format {shown}", step)


def shown(value: float, code: str, *, since_1904: bool = False) -> str:
    """Return what a reader sees of a number that is used as text, such as an id: with the zeros and signs that its format adds.

    Separators of thousands and decimals that only round are left out. Raises FormatProblem where digits of the number are not shown.
    """
    if code == GENERAL:
        return number_text(value)
    section = _section(value, code)
    if section.parts or section.elapsed or section.scaled or section.count("sign", "%"):
        return amount(value, code, since_1904=since_1904)
    if not (section.digits or section.general or section.count("sign", "@")):
        if not section.literal.strip():
            _check_literal(value, section)
        return section.literal.strip()
    if section.general or section.count("sign", "@"):
        kept = [token for token in section.tokens if token[0] != "sign" or token[1] == "@"]
        around = [number_text(value) if kind == "general" or text == "@" else text for kind, text in kept]
        return "".join(around).strip()
    sign = "-" if value < 0 and len(sections_of(code)) == 1 else ""
    return sign + _digits_shown(abs(value), section) if value else _digits_shown(0.0, section)


def _digits_shown(value: float, section: _Section) -> str:
    decimals = any(section.count("sign", sign) for sign in "./") or any(kind == "power" for kind, _ in section.tokens)
    plain = section.count("digit", "0") < 2 and not re.search(r"\w", section.literal)  # noqa: PLR2004 - one zero pads nothing
    if decimals or plain:
        return number_text(value)
    if not value.is_integer():
        message = f"the cell holds {number_text(value)}, and its number format shows a whole number"
        raise FormatProblem(message, "write it as text, as it is meant")
    digits = list(number_text(value))
    places = section.digits
    written: list[str] = []
    for kind, text in reversed(section.tokens):
        if kind == "literal":
            written.append(text)
        elif kind == "digit":
            places -= 1
            own = "0" if text == "0" else ""
            written.append(own if not digits else digits.pop() if places else "".join(digits))
    return "".join(reversed(written)).strip()


def moment(value: float, code: str, *, since_1904: bool = False) -> str:
    """Return the day, the time or both that a number stands for, as far as its format shows them: `2024-05-17`, `2024-05`, `08:30:00`."""
    section = _section(value, code)
    parts = section.parts
    if section.elapsed:
        seconds = round(value * _SECONDS)
        return f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02d}:{abs(seconds) % 60:02d}"
    seconds = round(value * _SECONDS)
    day, rest = divmod(seconds, _SECONDS)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    if not set(parts) & set("ymd"):
        return clock
    if any(kind == "era" for kind, _ in section.tokens):
        raise FormatProblem("the cell shows a year of another calendar", "show the date as yyyy-mm-dd")
    date = _date(day, since_1904=since_1904)
    if "y" not in parts:
        raise FormatProblem(f"the cell shows a date without its year, and holds {date}", "show the whole date, as yyyy-mm-dd")
    if "m" not in parts:
        return str(date.year) if "d" not in parts else date.isoformat()
    if "d" not in parts:
        return f"{date:%Y-%m}"
    return f"{date} {clock}" if rest and set(parts) & set("hns") else date.isoformat()


def _date(day: int, *, since_1904: bool) -> datetime.date:
    if since_1904:
        day += 1462
    if not 0 < day < _LAST_SERIAL or day == _NO_SUCH_DAY:
        raise FormatProblem("the cell is formatted as a date, and its number is none", "write the date again, such as 2024-05-17")
    start = datetime.date(1899, 12, 31 if day < _NO_SUCH_DAY else 30)
    return start + datetime.timedelta(days=day)


def is_moment(value: float, code: str) -> bool:
    """Whether a format shows a number as a day or a time."""
    if code == GENERAL:
        return False
    section = _section(value, code)
    return bool(section.parts or section.elapsed)


def built_in(number: int) -> str:
    """Return the format of a number that a workbook does not spell out."""
    return BUILT_IN.get(number, GENERAL)
