"""What somebody has against what is needed, as a bar: shares of one scale, and the same drawn as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from html import escape
from typing import assert_never

from evaluator.candidates.case.view import Bar
from evaluator.core.attributes import Attribute
from evaluator.core.conditions import TRUTH_WORDS, AttributeTest, truth
from evaluator.core.gaps import need_of
from evaluator.core.model import Pack
from evaluator.core.operators import Operator
from evaluator.core.results import Need
from evaluator.core.values import NUMERIC, Facts, Kind
from evaluator.report.charts import INK, LETTER, frame, words
from evaluator.report.sentences import asked_words, value_words
from evaluator.report.text import visible, width

WIDE, HIGH = 160, 14
_FILLS = {True: "#1f6f43", False: "#a8501f", None: "#5b6875"}
_ROW, _LABEL = 26, 18


def bar_of(test: AttributeTest, facts: Facts, pack: Pack) -> Bar | None:
    """Return the bar of one test, or None where nothing can be measured: what is chosen, dates, and what needs nothing."""
    attribute = pack.attributes[test.attribute]
    need = need_of(test, facts, pack.attributes)
    found = _scale(need, attribute)
    if found is None:
        return None
    have, needed, top = found
    text = f"{attribute.title}: {_words(need, attribute, pack)}"
    return Bar(have=None if have is None else have / top, need=needed / top, met=truth(test, facts), words=text)


def _words(need: Need, attribute: Attribute, pack: Pack) -> str:
    if isinstance(need.need, frozenset):
        there = len(need.have & need.need) if isinstance(need.have, frozenset) else "unknown"
        return f"has {there} of the {len(need.need)} entries needed"
    asked = asked_words(need.test, pack.attributes) if need.test.other is None else value_words(attribute, need.need)
    return f"has {value_words(attribute, need.between if need.have is None else need.have)}, needs {asked}"


def _scale(need: Need, attribute: Attribute) -> tuple[float | None, float, float] | None:
    """Return what is there, what is needed and the end of the scale."""
    match need.test.operator:
        case Operator.AT_LEAST | Operator.AT_MOST | Operator.ABOVE | Operator.BELOW:
            return _amounts(need, attribute)
        case Operator.INCLUDES | Operator.INCLUDES_ALL:
            return _members(need)
        case Operator.IS | Operator.IS_NOT | Operator.ONE_OF | Operator.NONE_OF:
            return None
        case Operator.INCLUDES_ANY | Operator.INCLUDES_NONE | Operator.KNOWN:
            return None
        case never:
            assert_never(never)


def _members(need: Need) -> tuple[float | None, float, float] | None:
    if not isinstance(need.need, frozenset) or len(need.need) == 1:
        return None
    there = float(len(need.have & need.need)) if isinstance(need.have, frozenset) else None
    return there, float(len(need.need)), float(len(need.need))


def _amounts(need: Need, attribute: Attribute) -> tuple[float | None, float, float] | None:
    if attribute.kind not in {*NUMERIC, Kind.SCALE} or not isinstance(need.need, int | Fraction):
        return None
    have = float(need.have) if isinstance(need.have, int | Fraction) else None
    needed = float(need.need)
    top = float(len(attribute.type.options) - 1) if attribute.kind is Kind.SCALE else max(have or 0.0, needed)
    return (have, needed, top) if top > 0 and needed >= 0 and (have is None or have >= 0) else None


def bar_svg(bar: Bar) -> str:
    """Draw one bar by itself, for a place where its words stand beside it."""
    text = escape(visible(f"{bar.words}: {TRUTH_WORDS[bar.met]}"))
    drawn = "".join(_bar(bar, 0.5, 0.5, WIDE - 1, HIGH - 1))
    return (
        f'<svg class="bar" width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{text}">'
        f"<title>{text}</title>{drawn}</svg>"
    )


def score_svg(low: float, high: float, text: str) -> str:
    """Draw a score: what is certain filled, what hangs on the unknown outlined with dashes."""
    words_ = escape(visible(text))
    parts = [
        f'<rect x="0.5" y="0.5" width="{WIDE - 1}" height="{HIGH - 1}" fill="#eef1f4" stroke="#5b6875"/>',
        f'<rect x="0.5" y="0.5" width="{low * (WIDE - 1):.1f}" height="{HIGH - 1}" fill="#1f5fa8"/>',
    ]
    if high > low:
        x, more = 0.5 + low * (WIDE - 1), (high - low) * (WIDE - 1)
        parts.append(
            f'<rect x="{x:.1f}" y="2" width="{more:.1f}" height="{HIGH - 4}" fill="#ffffff" stroke="#1f5fa8" stroke-dasharray="3 2"/>'
        )
    size = f'width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}" preserveAspectRatio="none"'
    head = f'<svg class="bar" {size} role="img" aria-label="{words_}">'
    return f"{head}<title>{words_}</title>{''.join(parts)}</svg>"


def bars_svg(title: str, bars: Sequence[Bar]) -> str:
    """Draw bars under each other with their words, for a document that takes pictures but no SVG."""
    longest = max(LETTER * width(_told(bar)) for bar in bars)
    wide, high = max(longest, LETTER * width(title), 420.0) + 32, 52 + (_ROW + _LABEL) * len(bars)
    return frame(title, "; ".join(map(_told, bars)), wide, high, _drawn(title, bars))


def _told(bar: Bar) -> str:
    return f"{bar.words} – {TRUTH_WORDS[bar.met]}"


def _drawn(title: str, bars: Sequence[Bar]) -> Iterator[str]:
    yield words(16, 26, title, anchor="start", bold=True)
    for index, bar in enumerate(bars):
        y = 44 + index * (_ROW + _LABEL)
        yield words(16, y + 12, _told(bar), anchor="start")
        yield from _bar(bar, 16, y + _LABEL, 380, HIGH)


def _bar(bar: Bar, x: float, y: float, wide: float, high: float) -> Iterator[str]:
    """Draw a track, what is there as its filled part, and what is needed as a line across that sticks out."""
    yield f'<rect x="{x:g}" y="{y + 2:g}" width="{wide:g}" height="{high - 4:g}" fill="#eef1f4" stroke="#5b6875"/>'
    if bar.have is not None:
        yield f'<rect x="{x:g}" y="{y + 2:g}" width="{min(bar.have, 1) * wide:.1f}" height="{high - 4:g}" fill="{_FILLS[bar.met]}"/>'
    if bar.need is not None:
        at = x + min(bar.need, 1) * wide
        at = min(max(at, x + 1), x + wide - 1)
        yield f'<path d="M{at:.1f},{y:g} V{y + high:g}" stroke="{INK}" stroke-width="2.5"/>'
