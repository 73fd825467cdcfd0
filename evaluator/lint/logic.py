"""R3: conditions that are never or always met, and verdict bands that contradict themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from evaluator.conditions import AllOf, AnyOf, AttributeTest, Condition, Operator, leaves, negated, plain
from evaluator.diagnostics import Problems, Span
from evaluator.expressions import Tally, When
from evaluator.lint.ranges import always, never
from evaluator.model import Pack
from evaluator.tally import TALLY_TYPES
from evaluator.values import show_number

Check = Callable[[Pack, Problems], None]


def _conditions(pack: Pack) -> Iterator[tuple[str, Condition, Span]]:
    for role in pack.roles.values():
        for criterion in role.criteria:
            yield "the criterion", criterion.when, criterion.when.span
            if criterion.applies_when is not None:
                yield "what says whether the criterion applies", criterion.applies_when, criterion.applies_when.span
            if criterion.almost is not None:
                yield "what counts as almost", criterion.almost, criterion.almost.span
    for move in pack.moves:
        if move.when is not None:
            yield "the condition of the move", move.when, move.when.span
    for expectation in pack.plausible:
        yield "what is expected", expectation.expect, expectation.expect.span
    for attribute in pack.derived_attributes:
        made = attribute.derivation.expression if attribute.derivation else None
        conditions = (
            [condition for condition, _ in made.branches] if isinstance(made, When) else made.conditions if isinstance(made, Tally) else ()
        )
        for condition in conditions:
            yield "the condition", condition, condition.span


def never_or_always(pack: Pack, problems: Problems) -> None:
    """R301, R302: a condition that no profile within the declared ranges can meet, or that every one does."""
    types = {name: attribute.type for name, attribute in pack.attributes.items()}
    for what, condition, place in _conditions(pack):
        if never(condition, types):
            problems.add(
                "R301",
                f"{what} can never be met within the declared ranges",
                place,
                help="look at its thresholds, and the ranges in attributes.yaml",
            )
        elif always(condition, types):
            problems.add("R302", f"{what} is met by everybody within the declared ranges", place, help="tighten it, or take it out")


def bands_out_of_reach(pack: Pack, problems: Problems) -> None:
    """R301, R303: a verdict that no tally can get, or that every tally gets before the last."""
    for band in pack.bands[:-1]:
        if band.when is not None and never(band.when, TALLY_TYPES):
            test = _impossible(band.when)
            of_score = isinstance(test, AttributeTest) and test.attribute == "score"
            problems.add(
                "R301",
                f"the verdict `{band.verdict}` can never be given",
                test.span,
                help="look at its thresholds: " + ("score goes from 0 to 1" if of_score else "no tally meets all of them"),
            )
        elif band.when is not None and always(band.when, TALLY_TYPES):
            problems.add(
                "R303",
                f"the verdict `{band.verdict}` is given to everybody, and those below it to nobody",
                band.when.span,
                help="tighten it, or take out those below",
            )


def _impossible(when: Condition) -> Condition:
    """Return the part that cannot be met by itself, or the whole where only its parts together cannot."""
    parts = when.parts if isinstance(when, AllOf) else ()
    return next((_impossible(part) for part in parts if never(part, TALLY_TYPES)), when)


_UPWARD = frozenset({Operator.AT_LEAST, Operator.ABOVE})
_DOWNWARD = frozenset({Operator.AT_MOST, Operator.BELOW})


def band_rewards_failure(pack: Pack, problems: Problems) -> None:
    """R406: a band that asks for unmet criteria, or for a low score, gets easier as criteria fail."""
    for band in pack.bands:
        for test in () if band.when is None else leaves(plain(band.when)):
            wrong = _UPWARD if test.attribute.endswith("unmet") else _DOWNWARD if _counts_success(test) else frozenset()
            if test.operator in wrong and isinstance(test.value, int | Fraction):
                words = f"`{test.attribute}` {str(test.operator).replace('_', ' ')} {show_number(test.value)}"
                message = f"the verdict `{band.verdict}` gets easier as criteria fail: it asks for {words}"
                problems.add("R406", message, test.span, help="a better verdict should ask for more that is met, or less that is unmet")


def _counts_success(test: AttributeTest) -> bool:
    return test.attribute in {"score", "met"} or test.attribute.endswith("_met")


def almost_not_weaker(pack: Pack, problems: Problems) -> None:
    """R304: an `almost` that nobody meets who does not meet the criterion as well."""
    types = {name: attribute.type for name, attribute in pack.attributes.items()}
    for role in pack.roles.values():
        for criterion in role.criteria:
            when, almost = criterion.when, criterion.almost
            if almost is None or never(almost, types) or always(when, types):
                continue
            missed = negated(when)
            ways = missed.parts if isinstance(missed, AnyOf) else (missed,)
            if all(never(AllOf(parts=(almost, way), span=almost.span), types) for way in ways):
                step = "lower its threshold, so that somebody can be close without being there"
                problems.add("R304", "whoever meets what counts as almost meets the criterion itself", almost.span, help=step)


LOGIC: tuple[Check, ...] = (never_or_always, bands_out_of_reach, band_rewards_failure, almost_not_weaker)
