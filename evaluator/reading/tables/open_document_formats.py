"""The styles of an OpenDocument spreadsheet: the number format of each style of cells, in the words that Excel has for it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from evaluator.reading.tables.number_formats import GENERAL

_KINDS = frozenset(f"number:{kind}-style" for kind in ("number", "percentage", "currency", "date", "time", "boolean", "text"))
_MOST_PARENTS = 32
_MOST_PLACES = 30
_PARTS = {"number:day": "d", "number:hours": "h", "number:minutes": "m", "number:seconds": "s"}


@attrs.define(kw_only=True)
class _Format:
    """A number format that is being read, piece by piece; `maps` are formats for some numbers only, by condition."""

    kind: str
    elapsed: bool = False
    pieces: list[str] = attrs.field(factory=list)
    maps: list[tuple[str, str]] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class _Scope:
    """What one part declares: formats by name, and styles of cells with their format and the style they go on from."""

    formats: dict[str, _Format] = attrs.field(factory=dict)
    cells: dict[str, tuple[str | None, str | None]] = attrs.field(factory=dict)


class Styles:
    """Takes the styles of a spreadsheet: those that all share, then its own."""

    def __init__(self) -> None:
        self.formats: list[str] = [GENERAL]
        self._scopes = [_Scope()]
        self._numbers: dict[str, int] = {}
        self._of_cells: dict[str, int] = {}
        self._hidden: set[str] = set()
        self._open: _Format | None = None
        self._table: str | None = None
        self._texts: list[str] | None = None
        self._number: dict[str, str] = {}
        self._within: dict[int, str] = {}

    def begin_own(self) -> None:
        """Go on with the spreadsheet's own styles."""
        self._scopes.insert(0, _Scope())

    def hides(self, style: str) -> bool:
        """Whether a style of sheets hides them."""
        return style in self._hidden

    def number_of(self, code: str) -> int:
        """Return the number by which a format is known among `formats`."""
        if code not in self._numbers:
            self._numbers[code] = len(self.formats)
            self.formats.append(code)
        return 0 if code == GENERAL else self._numbers[code]

    def of_cell(self, style: str) -> int:
        """Return the number of the format of a style of cells."""
        if style not in self._of_cells:
            self._of_cells[style] = self.number_of(self._code_of(style))
        return self._of_cells[style]

    def _code_of(self, style: str | None) -> str:
        for _ in range(_MOST_PARENTS):
            scopes = next((self._scopes[at:] for at, one in enumerate(self._scopes) if style in one.cells), None)
            if style is None or scopes is None:
                break
            data, style = scopes[0].cells[style]
            if data is not None:
                return next((self._code(one.formats, data) for one in scopes if data in one.formats), GENERAL)
        return GENERAL

    def _code(self, formats: Mapping[str, _Format], name: str) -> str:
        """Return a format in the words of Excel: those for some numbers first, each behind its condition."""
        whole = formats[name]
        sections = [f"[{condition}]{''.join(formats[one].pieces)}" for condition, one in whole.maps if one in formats]
        return ";".join([*sections, "".join(whole.pieces)]) or GENERAL

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        if tag in _KINDS:
            elapsed = attributes.get("number:truncate-on-overflow") == "false"
            self._open = _Format(kind=tag.removeprefix("number:").removesuffix("-style"), elapsed=elapsed)
            self._scopes[0].formats[attributes.get("style:name", "")] = self._open
        elif self._open is not None:
            self._piece(self._open, tag, attributes)
        elif tag == "style:style":
            name, family = attributes.get("style:name", ""), attributes.get("style:family")
            self._table = name if family == "table" else None
            if family == "table-cell":
                self._scopes[0].cells[name] = attributes.get("style:data-style-name"), attributes.get("style:parent-style-name")
        elif tag == "style:default-style" and attributes.get("style:family") == "table-cell":
            self._scopes[0].cells.setdefault("Default", (attributes.get("style:data-style-name"), None))
        elif tag == "style:table-properties" and self._table is not None and attributes.get("table:display") == "false":
            self._hidden.add(self._table)

    def _piece(self, format_: _Format, tag: str, attributes: Mapping[str, str]) -> None:  # noqa: C901, PLR0912 - one branch a kind of piece
        pieces, long = format_.pieces, attributes.get("number:style") == "long"
        if tag in {"number:text", "number:currency-symbol", "number:embedded-text"}:
            self._texts = []
            self._number["place"] = attributes.get("number:position", "0")
        elif tag == "number:number":
            self._number, self._within = dict(attributes), {}
        elif tag == "number:scientific-number":
            pieces.append(f"{_digits(attributes, {})}E+{'0' * _count(attributes, 'number:min-exponent-digits', 2)}")
        elif tag == "number:fraction":
            pieces.append("# ?/?")
        elif tag == "number:text-content":
            pieces.append("@")
        elif tag == "number:boolean":
            pieces.append('"TRUE";"TRUE";"FALSE"')
        elif tag == "number:year":
            pieces.append("yyyy" if long else "yy")
        elif tag == "number:month":
            pieces.append(("mmmm" if long else "mmm") if attributes.get("number:textual") == "true" else "mm" if long else "m")
        elif tag == "number:day-of-week":
            pieces.append("dddd" if long else "ddd")
        elif tag == "number:am-pm":
            pieces.append("AM/PM")
        elif tag == "number:era":
            pieces.append("g")
        elif tag in _PARTS:
            part = _PARTS[tag] * (2 if long else 1)
            pieces.append(f"[{part}]" if format_.elapsed and not any(one.startswith("[") for one in pieces) else part)
        elif tag == "style:map":
            condition = attributes.get("style:condition", "").removeprefix("value()").replace("!=", "<>")
            format_.maps.append((condition, attributes.get("style:apply-style-name", "")))

    def text(self, data: str) -> None:
        """Take a piece of text."""
        if self._texts is not None:
            self._texts.append(data)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if tag in _KINDS:
            self._open = None
        elif self._open is None:
            return
        elif tag == "number:number":
            self._open.pieces.append(_digits(self._number, self._within))
        elif self._texts is not None:
            text, self._texts = "".join(self._texts), None
            if tag == "number:embedded-text":
                place = self._number.get("place", "0")
                self._within[int(place) if place.isdecimal() and len(place) < 3 else 0] = text  # noqa: PLR2004 - within thirty places
            else:
                self._open.pieces.append(_literal(text, per_cent=self._open.kind == "percentage"))


def _literal(text: str, *, per_cent: bool) -> str:
    """Return a text that a format shows as it is; of one for percentages the sign is itself."""
    if per_cent and "%" in text:
        before, _, after = text.partition("%")
        return f"{_literal(before, per_cent=False)}%{_literal(after, per_cent=False)}"
    return "".join(f"\\{letter}" if letter == '"' else f'"{letter}"' for letter in text)


def _count(attributes: Mapping[str, str], name: str, otherwise: int) -> int:
    written = attributes.get(name, "")
    return min(int(written), _MOST_PLACES) if written.isdecimal() and len(written) < 5 else otherwise  # noqa: PLR2004 - no more places


def _digits(attributes: Mapping[str, str], within: Mapping[int, str]) -> str:
    """Return the places of a number: zeros that are always shown, separators of thousands, decimals, and texts between digits."""
    whole = _count(attributes, "number:min-integer-digits", -1)
    decimals = _count(attributes, "number:decimal-places", -1)
    factor = attributes.get("number:display-factor", "1")
    scaled = "," * ((len(factor) - 1) // 3) if factor.strip("0") == "1" else ""
    if whole < 0 and decimals < 0 and not within and not scaled:
        return GENERAL
    if decimals < 0 and whole <= 1 and not within and not scaled and attributes.get("number:grouping") != "true":
        return GENERAL
    places = max([whole, *within, 1])
    digits = "".join(
        ("0" if place <= whole else "#") + (_literal(within[place - 1], per_cent=False) if place - 1 in within else "")
        for place in range(places, 0, -1)
    )
    grouped = "#,##" if attributes.get("number:grouping") == "true" and not within else ""
    always = min(_count(attributes, "number:min-decimal-places", max(decimals, 0)), max(decimals, 0))
    behind = "." + "0" * always + "#" * (decimals - always) if decimals > 0 else ""
    return f"{grouped}{digits}{behind}{scaled}"
