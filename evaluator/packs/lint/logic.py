"""R3: conditions that are never or always met, verdicts and roles out of reach, and divisors that may be 0."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fractions import Fraction

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.conditions import (
    AllOf,
    AnyOf,
    AttributeTest,
    Condition,
    NoneOf,
    attributes_read,
    exchanged,
    leaves,
    negated,
    place_of,
    plain,
)
from evaluator.core.enums import CriterionKind
from evaluator.core.expressions import Calculation, Expression, Operation, Reference, When
from evaluator.core.model import Criterion, Pack, Role
from evaluator.core.operators import ROWS, Operator
from evaluator.core.ready_for import circle, flag_of, tests_of
from evaluator.core.tally import TALLY_TYPES, cap_rank
from evaluator.core.values import NUMERIC, Kind, ValueType, decimal_text, show_number, tidy
from evaluator.core.windows import entry_types
from evaluator.diagnostics import Problems, Related, Span
from evaluator.packs.lint.possible_values import PossibleValues
from evaluator.packs.lint.ranges import always, never

Check = Callable[[Pack, Problems], None]


@attrs.frozen(kw_only=True)
class Stated:
    """A condition of a pack: what it is for, and the types of what it reads."""

    what: str
    condition: Condition
    types: Mapping[str, ValueType]


def stated_conditions(pack: Pack) -> Iterator[Stated]:
    """Yield every condition of a pack that reads attributes, or fields of entries."""
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
    for condition in expression.conditions:
        yield Stated(what="the condition", condition=condition, types=entry_types(condition, read))


_LOOK = "look at its thresholds, and the ranges in attributes.yaml"
_TIGHTEN = "tighten it, or take it out"
HUNDRED = 100


def is_part_of_one(type_: ValueType) -> bool:
    """Whether a number goes from 0 to 1, as a share does."""
    return type_.kind is Kind.NUMBER and (type_.lowest, type_.highest) == (0, 1)


def _step(condition: Condition, types: Mapping[str, ValueType], otherwise: str) -> str:
    """Say what mends a condition that nobody or everybody meets: of a part of 1 that is tested in per cent, how it is written."""
    for test in leaves(plain(condition)):
        value, type_ = test.value, types.get(test.attribute)
        if type_ is not None and is_part_of_one(type_) and isinstance(value, int | Fraction) and 1 < value <= HUNDRED:
            meant = decimal_text(Fraction(value) / HUNDRED)
            return f"write {meant} where {decimal_text(value)} % is meant: `{test.attribute}` goes from 0 to 1"
    return otherwise


def never_or_always(pack: Pack, problems: Problems) -> None:
    """R301, R302: a condition that nobody within the declared ranges can meet, or everybody does; R307, R308, R312: a part that is idle."""
    for stated in stated_conditions(pack):
        if never(stated.condition, stated.types):
            dead = [part for part in _parts(stated.condition) if never(part, stated.types)]
            related = [Related(span=place_of(part), message="this part can never be met") for part in dead]
            message = f"{stated.what} can never be met within the declared ranges"
            step = _step(stated.condition, stated.types, _LOOK)
            problems.add("R301", message, place_of(stated.condition), help=step, related=[*_declared(stated.condition), *related])
        elif always(stated.condition, stated.types):
            message = f"{stated.what} is met by everybody within the declared ranges"
            declared = _declared(stated.condition)
            step = _step(stated.condition, stated.types, _TIGHTEN)
            problems.add("R302", message, place_of(stated.condition), help=step, related=declared)
        else:
            _idle_parts(stated.condition, stated.types, problems)


def _declared(condition: Condition) -> list[Related]:
    """Name the place at which a condition is declared that is used here by its name."""
    return [] if condition.named is None else [Related(span=condition.span, message=f"`{condition.named.id}` is declared here")]


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return () if isinstance(condition, AttributeTest) else condition.parts


def _idle_parts(condition: Condition, types: Mapping[str, ValueType], problems: Problems) -> None:
    """Tell each part of a condition that decides nothing, for nobody can meet it, everybody does, or another decides it, at its place."""
    deciding = _decided_by(condition, types)
    for index, part in enumerate(_parts(condition)):
        if never(part, types):
            message = "this part of the condition can never be met within the declared ranges"
            problems.add("R307", message, place_of(part), help=_step(part, types, _LOOK), related=_declared(part))
        elif always(part, types):
            message = "this part of the condition is met by everybody within the declared ranges"
            problems.add("R308", message, place_of(part), help=_step(part, types, _TIGHTEN), related=_declared(part))
        elif index in deciding:
            asks_all = isinstance(condition, AllOf)
            message = f"this part of the condition adds nothing: whoever meets {'the other' if asks_all else 'it'} meets " + (
                "it as well" if asks_all else "the other"
            )
            other = Related(span=place_of(deciding[index]), message="the other part")
            problems.add("R312", message, place_of(part), help="take it out, or change one of the two", related=[other, *_declared(part)])
        else:
            _idle_parts(part, types, problems)


def _decided_by(condition: Condition, types: Mapping[str, ValueType]) -> dict[int, Condition]:
    """Return, by place, the parts that another part makes idle, with that part: of two that say the same, the later one.

    In `any_of` and `none_of` that is a part which implies another; in `all_of` one that another implies. What asks whether something
    is known says something also where the others are unknown.
    """
    if not isinstance(condition, AllOf | AnyOf | NoneOf):
        return {}
    parts = condition.parts
    asked = [index for index, part in enumerate(parts) if not any(test.of_presence for test in leaves(plain(part)))]
    asked = [index for index in asked if not never(parts[index], types) and not always(parts[index], types)]

    def decides(one: int, other: int) -> bool:
        first, then = (one, other) if isinstance(condition, AllOf) else (other, one)
        return _implies(parts[first], parts[then], types)

    kept: list[int] = []
    idle: dict[int, Condition] = {}
    for index in asked:
        by = next((earlier for earlier in kept if decides(earlier, index)), None)
        if by is not None:
            idle[index] = parts[by]
            continue
        follow = [earlier for earlier in kept if decides(index, earlier)]
        idle |= dict.fromkeys(follow, parts[index])
        kept = [*(earlier for earlier in kept if earlier not in follow), index]
    return idle


def _implies(one: Condition, other: Condition, types: Mapping[str, ValueType]) -> bool:
    """Whether it can be shown that whoever meets one condition meets another."""
    missed = negated(other)
    ways = missed.parts if isinstance(missed, AnyOf) else (missed,)
    return all(never(AllOf(parts=(one, way), span=one.span), types) for way in ways)


def bands_out_of_reach(pack: Pack, problems: Problems) -> None:
    """R301, R303: a verdict that no tally can get, or that every tally gets before the last."""
    for band in (band for bands in pack.declared_bands.values() for band in bands[:-1]):
        if band.when is not None and never(band.when, TALLY_TYPES):
            test = _impossible(band.when)
            of_score = isinstance(test, AttributeTest) and test.attribute == "score"
            why = "score goes from 0 to 1" if of_score else "no tally meets all of them"
            step = _step(test, TALLY_TYPES, f"look at its thresholds: {why}")
            problems.add("R301", f"the verdict `{band.verdict}` can never be given", test.span, help=step)
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
    for band in (band for bands in pack.declared_bands.values() for band in bands):
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
        role = pack.roles[criterion.role]
        rank = cap_rank(criterion, pack.verdicts_of(role))
        better = [band.when for band in pack.bands_of(role)[:rank] if band.when is not None]
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
    possible = PossibleValues(pack=pack)
    for role in pack.roles.values():
        for criterion in role.criteria:
            when, almost = criterion.when, criterion.almost
            if almost is None:
                continue
            types = possible.types(attributes_read((when, almost)))
            if never(almost, types) or always(when, types):
                continue
            if _implies(almost, when, types):
                step = "lower its threshold, so that somebody can be close without being there"
                problems.add("R304", "whoever meets what counts as almost meets the criterion itself", place_of(almost), help=step)


@attrs.frozen(kw_only=True)
class Unready:
    """Why nobody can be ready for a role: criteria that nobody meets, or not together, or a verdict that its tally never gets."""

    related: tuple[Related, ...]


def nobody_ready(pack: Pack, problems: Problems) -> None:
    """R310: conditions that ask whether somebody is ready for a role that nobody can be ready for.

    Each such role is told once, where it is asked for first. A role that is out of reach only because it waits for such a role is not
    told as well: it is the same cause.
    """
    if circle(pack.roles):
        return
    types = PossibleValues(pack=pack).types(pack.attributes)
    places: dict[str, list[Span]] = {}
    of_policies = (condition for policy in pack.policies for condition in policy.criterion.all_conditions)
    for condition in (*pack.conditions, *of_policies, *(named.when for named in pack.named_conditions.values())):
        for name, test in tests_of(condition):
            places.setdefault(name, []).append(test.span)
    follow: set[str] = set()
    for role in pack.ready_order:
        unready = why_unready(role, pack, types, frozenset())
        if unready is not None:
            here, *further = dict.fromkeys(places[role.id])
            also = (Related(span=span, message="it is asked for here too") for span in further[:_SHOWN])
            problems.add(
                "R310",
                f"nobody can be ready for `{role.id}`, which this asks for",
                here,
                help=f"look at what `{role.id}` asks for, or ask for another role",
                related=(*unready.related, *also),
            )
        if unready is not None or why_unready(role, pack, types, follow) is not None:
            follow.add(flag_of(role.id))


_SHOWN = 3


def why_unready(role: Role, pack: Pack, types: Mapping[str, ValueType], never_set: Collection[str]) -> Unready | None:
    """Return why nobody can be ready for a role, where that can be shown; some flags are known never to be set."""
    whens = {criterion.id: _settled(criterion.when, never_set) for criterion in role.criteria}
    dead = {criterion.id for criterion in role.criteria if never(whens[criterion.id], types)}
    best = pack.bands_of(role)[0].when
    sure = {criterion.id for criterion in role.criteria if _applies(criterion, types)}
    if best is not None and never(best, _tally_types(role, sure, dead)):
        of_role = [criterion for criterion in role.criteria if criterion.id in dead]
        beyond = Related(span=best.span, message=f"the criteria of `{role.id}` never come to this")
        return Unready(related=(*_told(of_role, "nobody can meet this"), beyond))

    def needed(one: Criterion) -> bool:
        counts = _tally_types(role, {*sure, one.id}, {*dead, one.id})
        return one.caps_at is not None or (one.counts and best is not None and never(best, counts))

    musts = [(criterion, _met_or_idle(criterion, whens[criterion.id])) for criterion in role.criteria if needed(criterion)]
    if not _contradict(musts, types):
        return None
    for pair in list(musts):
        fewer = [other for other in musts if other is not pair]
        musts = fewer if _contradict(fewer, types) else musts
    words = "nobody can meet this" if len(musts) == 1 else "nobody can meet this together with the others"
    return Unready(related=_told([criterion for criterion, _ in musts], words))


def _told(criteria: Sequence[Criterion], words: str) -> tuple[Related, ...]:
    return tuple(Related(span=criterion.span, message=words) for criterion in criteria[:_SHOWN])


def _contradict(musts: Sequence[tuple[Criterion, Condition]], types: Mapping[str, ValueType]) -> bool:
    whole = tuple(condition for _, condition in musts)
    return bool(whole) and never(AllOf(parts=whole, span=whole[0].span), types)


def _settled(condition: Condition, never_set: Collection[str]) -> Condition:
    """Return a condition without tests of flags that are known never to be set: such a test is always or never met."""

    def settled(test: Condition) -> Condition | None:
        if not isinstance(test, AttributeTest) or test.attribute not in never_set:
            return None
        return AnyOf(parts=(), span=test.span) if test.value is True else AllOf(parts=(), span=test.span)

    return exchanged(condition, settled)


def _applies(criterion: Criterion, types: Mapping[str, ValueType]) -> bool:
    return criterion.applies_when is None or always(criterion.applies_when, types)


def _met_or_idle(criterion: Criterion, when: Condition) -> Condition:
    """Return what holds of whoever is ready for a role that needs a criterion: it is met, or does not apply."""
    return when if criterion.applies_when is None else AnyOf(parts=(when, negated(criterion.applies_when)), span=when.span)


def _tally_types(role: Role, applying: Collection[str], dead: Collection[str]) -> dict[str, ValueType]:
    """Return what the tally of a role can come to where some of its criteria apply to everybody and some are met by nobody."""
    counting = [criterion for criterion in role.criteria if criterion.counts]
    groups = {"": counting, "required_": [criterion for criterion in counting if criterion.required]}
    groups |= {f"{kind}_": [criterion for criterion in counting if criterion.kind is kind] for kind in CriterionKind}
    types = dict(TALLY_TYPES)
    for prefix, group in groups.items():
        sure = [criterion for criterion in group if criterion.id in applying]
        ends = {
            "met": (0, sum(criterion.id not in dead for criterion in group)),
            "unmet": (sum(criterion.id in dead for criterion in sure), len(group)),
            "unknown": (0, len(group)),
            "applicable": (len(sure), len(group)),
        }
        for name, (lowest, highest) in ends.items():
            types[prefix + name] = attrs.evolve(types[prefix + name], lowest=lowest, highest=highest)
    reached = sum(Fraction(criterion.weight) for criterion in counting if criterion.id not in dead)
    missed = sum(Fraction(criterion.weight) for criterion in counting if criterion.id in dead and criterion.id in applying)
    types["score"] = attrs.evolve(types["score"], highest=tidy(reached / (reached + missed)) if reached else 0)
    return types


def divisors_that_may_be_zero(pack: Pack, problems: Problems) -> None:
    """R311: a ratio by a stated number whose range lets it be 0, told from the edition on in which a range can leave 0 out.

    Nothing is told where a `when` divides only where the number is not 0, nor of a number that may be below 0 as well, of which no range
    leaves out 0 alone.
    """
    if pack.language == 1:
        return
    uses: dict[str, list[Attribute]] = {}
    for owner in pack.derived_attributes:
        for name, guards in () if owner.derivation is None else _divisors(owner.derivation.expression, ()):
            if _may_be_zero(pack.attributes[name], guards):
                uses.setdefault(name, []).append(owner)
    for name, owners in uses.items():
        divisor = pack.attributes[name]
        related = [Related(span=one.derivation.span, message="it divides here") for one in dict.fromkeys(owners) if one.derivation]
        problems.add(
            "R311",
            f"`{owners[0].id}` divides by `{name}`, which may be 0, and has no value then",
            divisor.span,
            help=_divisor_step(divisor),
            related=related[:_SHOWN],
        )


def _divisors(expression: Expression, guards: tuple[Condition, ...]) -> Iterator[tuple[str, tuple[Condition, ...]]]:
    """Yield the attributes that an expression divides by, each with the conditions under which it does."""
    if isinstance(expression, When):
        for condition, value in expression.branches:
            yield from _divisors(value, (*guards, condition))
            guards = (*guards, NoneOf(parts=(condition,), span=condition.span))
        yield from _divisors(expression.otherwise, guards)
        return
    if isinstance(expression, Calculation) and expression.operation is Operation.RATIO and isinstance(expression.parts[1], Reference):
        yield expression.parts[1].attribute, guards
    for child in expression.children:
        yield from _divisors(child, guards)


def _may_be_zero(attribute: Attribute, guards: Sequence[Condition]) -> bool:
    type_ = attribute.type
    if attribute.derivation is not None or type_.kind not in NUMERIC or (isinstance(type_.lowest, int | Fraction) and type_.lowest < 0):
        return False
    zero = AttributeTest(attribute=attribute.id, operator=Operator.IS, value=0, span=attribute.span)
    return not any(never(AllOf(parts=(zero, way), span=zero.span), {attribute.id: type_}) for way in _alone(guards, attribute.id) or [zero])


def _alone(guards: Sequence[Condition], name: str) -> list[Condition]:
    """Return those of some conditions that read one attribute and nothing else."""
    return [guard for guard in guards if {read for test in leaves(guard) for read in test.attributes} == {name}]


def _divisor_step(attribute: Attribute) -> str:
    guard = f"divide in a `when` that asks for `{attribute.id}: {{above: 0}}`"
    if attribute.absent_means == 0:
        return guard
    if attribute.type.lowest is not None:
        change = "write `above: 0` for `at_least: 0` in its range"
    else:
        change = "declare `range: {above: 0}` for it" if attribute.type.highest is None else "add `above: 0` to its range"
    return f"where 0 is no answer, {change}; else {guard}"


LOGIC: tuple[Check, ...] = (never_or_always, bands_out_of_reach, band_rewards_failure, caps_that_never_bind, almost_not_weaker)
