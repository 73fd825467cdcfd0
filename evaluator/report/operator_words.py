"""What the operators of conditions are called in sentences, a row each: of values by their kind, of lists, and of counts."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from evaluator.core.operators import COMPARISONS, INCLUSIONS, MEMBERSHIPS, Comparison, Operator, complete
from evaluator.core.values import Kind
from evaluator.report.words import joined


@attrs.frozen(kw_only=True)
class ComparisonWords:
    """What a comparison asks of a value, by its kind: `{}` is what it is compared with.

    `other`, `other_many` and `other_date` are said of another attribute: after a singular, after a plural, and of days and words.
    `count` is said of how many things there are, `counts` of one count against another, and `line` of a score that is exactly as much
    whether that will do, where it is a limit.
    """

    value: str = "{}"
    number: str
    scale: str
    date: str
    other: str
    other_many: str
    other_date: str
    count: str
    counts: str
    line: str | None = None

    def of(self, kind: Kind) -> str:
        """Return the words for a kind of value."""
        return {Kind.NUMBER: self.number, Kind.INTEGER: self.number, Kind.SCALE: self.scale, Kind.DATE: self.date}.get(kind, self.value)


@attrs.frozen(kw_only=True)
class ListWords:
    """What a test asks of a list of values: `one` of a list of one, `several` of a longer one, whose members `link` joins."""

    one: str = "{}"
    several: str = "{}"
    link: str

    def of(self, members: list[str]) -> str:
        """Return the words for members that are named already."""
        return (self.one if len(members) == 1 else self.several).format(joined(members, self.link))


COMPARISON_WORDS: Mapping[Comparison, ComparisonWords] = complete(
    {
        Operator.AT_LEAST: ComparisonWords(
            other="at least as high as {}",
            other_many="at least as many as {}",
            other_date="no earlier than {}",
            number="at least {}",
            scale="at least {}",
            date="{} or later",
            count="at least {}",
            counts="at least as many {} as {}",
            line="is enough",
        ),
        Operator.AT_MOST: ComparisonWords(
            other="at most as high as {}",
            other_many="at most as many as {}",
            other_date="no later than {}",
            number="at most {}",
            scale="at most {}",
            date="{} or earlier",
            count="at most {}",
            counts="at most as many {} as {}",
            line="is enough",
        ),
        Operator.ABOVE: ComparisonWords(
            other="higher than {}",
            other_many="more than {}",
            other_date="later than {}",
            number="more than {}",
            scale="above {}",
            date="later than {}",
            count="more than {}",
            counts="more {} than {}",
            line="is not enough",
        ),
        Operator.BELOW: ComparisonWords(
            other="lower than {}",
            other_many="fewer than {}",
            other_date="earlier than {}",
            number="less than {}",
            scale="below {}",
            date="earlier than {}",
            count="fewer than {}",
            counts="fewer {} than {}",
            line="is not enough",
        ),
        Operator.IS: ComparisonWords(
            other="exactly as high as {}",
            other_many="exactly as many as {}",
            other_date="the same as {}",
            number="{}",
            scale="{}",
            date="{}",
            count="exactly {}",
            counts="as many {} as {}",
        ),
        Operator.IS_NOT: ComparisonWords(
            other="higher or lower than {}",
            other_many="more or fewer than {}",
            other_date="not the same as {}",
            value="not {}",
            number="not {}",
            scale="not {}",
            date="not {}",
            count="any number but {}",
            counts="more or fewer {} than {}",
        ),
    },
    COMPARISONS,
    "words of comparisons",
)

LIST_WORDS: Mapping[Operator, ListWords] = complete(
    {
        Operator.ONE_OF: ListWords(link="or"),
        Operator.NONE_OF: ListWords(one="not {}", several="none of {}", link="or"),
        Operator.INCLUDES: ListWords(link="and"),
        Operator.INCLUDES_ALL: ListWords(link="and"),
        Operator.INCLUDES_ANY: ListWords(link="or"),
        Operator.INCLUDES_NONE: ListWords(one="not {}", several="none of {}", link="or"),
    },
    MEMBERSHIPS | INCLUSIONS,
    "words of tests of lists",
)
