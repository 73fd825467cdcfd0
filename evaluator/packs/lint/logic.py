"""R3: conditions that are never or always met, and verdict bands that contradict themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import attrs

from evaluator.core.conditions import AllOf, AnyOf, AttributeTest, Condition, leaves, negated, plain
from evaluator.core.expressions import Expression
from evaluator.core.model import Pack
from evaluator.core.operators import ROWS, Operator
from evaluator.core.tally import TALLY_TYPES, cap_rank
from evaluator.core.values import ValueType, show_number
from evaluator.diagnostics import Problems, Related
from evaluator.packs.lint.possible_values import PossibleValues
from evaluator.packs.lint.ranges import always, never

Check = Callable[[Pack, Problems], None]


@attrs.frozen(kw_only=True)
class Stated:
    """A condition of a pack: what it is for, and the types of what it reads."""

    what: str
    condition: Condition
    types: Mapping[str, ValueType]


def _stated(pack: Pack) -> Iterator[Stated]:
    possible = PossibleValues(pack=pack)
    types = possible.types(pack.attributes)
    for role in pack.roles.values():
        for criterion in role.criteria:
            named = "the policy" if criterion.policy else "the criterion"
            yield Stated(what=named, condition=criterion.when, types=types)
            if criterion.applies_when is not None:
                yield Stated(what=f"what says whether {named} applies", condition=criterion.applies_when, types=types)
            if criterion.almost is not None:
                yield Stated(what="what counts as almost", condition=criterion.almost, types=types)
    for move in pack.moves:
        if move.when is not None:
            yield Stated(what="the condition of the move", condition=move.when, types=types)
    for expectation in pack.plausible:
        yield Stated(what="what is expected", condition=expectation.expect, types=types)
    for expression in pack.expressions():
        yield from _computed(expression, pack, types)


def _computed(expression: Expression, pack: Pack, types: Mapping[str, ValueType]) -> Iterator[Stated]:
    read = types if expression.records is None else pack.attributes[expression.records].type.fields
    yield from (Stated(what="the condition", condition=condition, types=read) for condition in expression.conditions)


_LOOK = "look at its thresholds, and the ranges in attributes.yaml"


def never_or_always(pack: Pack, problems: Problems) -> None:
    """R301, R302: a condition that no profile within the declared ranges can meet, or that every one does; R307, R308: a part of one."""
    for one in _stated(pack):
        if never(one.condition, one.types):
            dead = [part for part in _parts(one.condition) if never(part, one.types)]
            related = [Related(span=part.span, message="this part can never be met") for part in dead]
            message = f"{one.what} can never be met within the declared ranges"
            problems.add("R301", message, one.condition.span, help=_LOOK, related=related)
        elif always(one.condition, one.types):
            message = f"{one.what} is met by everybody within the declared ranges"
            problems.add("R302", message, one.condition.span, help="tighten it, or take it out")
        else:
            _idle_parts(one.condition, one.types, problems)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return () if isinstance(condition, AttributeTest) else condition.parts


def _idle_parts(condition: Condition, types: Mapping[str, ValueType], problems: Problems) -> None:
    """Tell each part of a condition that decides nothing, for nobody can meet it or everybody does, at its own place."""
    for part in _parts(condition):
        if never(part, types):
            problems.add("R307", "this part of the condition can never be met within the declared ranges", part.span, help=_LOOK)
        elif always(part, types):
            message = "this part of the condition is met by everybody within the declared ranges"
            problems.add("R308", message, part.span, help="tighten it, or take it out")
        else:
            _idle_parts(part, types, problems)


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


def band_rewards_failure(pack: Pack, problems: Problems) -> None:
    """R406: a band that asks for unmet criteria, or for a low score, gets easier as criteria fail."""
    for band in pack.bands:
        for test in () if band.when is None else leaves(plain(band.when)):
            wrong = 1 if test.attribute.endswith("unmet") else -1 if _counts_success(test) else None
            if ROWS[test.operator].grows == wrong and isinstance(test.value, int | Fraction):
                words = f"`{test.attribute}` {str(test.operator).replace('_', ' ')} {show_number(test.value)}"
                message = f"the verdict `{band.verdict}` gets easier as criteria fail: it asks for {words}"
                problems.add("R406", message, test.span, help="a better verdict should ask for more that is met, or less that is unmet")


def _counts_success(test: AttributeTest) -> bool:
    return test.attribute in {"score", "met"} or test.attribute.endswith("_met")


def caps_that_never_bind(pack: Pack, problems: Problems) -> None:
    """R309: a cap at a verdict that no better one is ever given beside, by the bands alone, while its criterion is unmet."""
    for criterion in (criterion for role in pack.judged_roles for criterion in role.criteria):
        if criterion.caps_at is None or not criterion.counts:
            continue
        names = ["unmet", f"{criterion.kind}_unmet", *(["required_unmet"] if criterion.required else [])]
        unmet = [AttributeTest(attribute=name, operator=Operator.AT_LEAST, value=1, span=criterion.span) for name in names]
        better = [band.when for band in pack.bands[: cap_rank(criterion, pack.verdicts)] if band.when is not None]
        if all(
            never(AllOf(parts=(*(when.parts if isinstance(when, AllOf) else (when,)), *unmet), span=when.span), TALLY_TYPES)
            for when in better
        ):
            message = (
                f"the cap at `{criterion.caps_at}` never holds anybody: whoever misses this gets no better verdict by the counts either"
            )
            problems.add("R309", message, criterion.span, help="take caps_at out, or cap at a worse verdict")


def almost_not_weaker(pack: Pack, problems: Problems) -> None:
    """R304: an `almost` that nobody meets who does not meet the criterion as well."""
    types = PossibleValues(pack=pack).types(pack.attributes)
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


LOGIC: tuple[Check, ...] = (never_or_always, bands_out_of_reach, band_rewards_failure, caps_that_never_bind, almost_not_weaker)
