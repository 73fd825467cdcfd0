"""Windows of time over records: the table of the language page, then brute force over days and over all that entries may come to."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import attrs
import pytest

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Interval, Options, is_value
from evaluator.core.conditions import AllOf, AnyOf, AttributeTest, Condition, NoneOf
from evaluator.core.dates import Precision, months_weighted
from evaluator.core.derive import derived
from evaluator.core.expressions import Derivation, Expression, Gather, Gathering, Missing, TimeUnit
from evaluator.core.facts import complete
from evaluator.core.model import Pack, Profile
from evaluator.core.operators import Operator
from evaluator.core.values import Atom, Kind, PartialDate, Record, Value, ValueType
from evaluator.core.windows import Window, window_of
from tests.core.build import pack
from tests.drawing import SPAN

day = datetime.date.fromisoformat
UNITS: Mapping[str, tuple[int, TimeUnit]] = {
    "12 months": (12, TimeUnit.MONTHS),
    "1 month": (1, TimeUnit.MONTHS),
    "1 year": (1, TimeUnit.YEARS),
    "2 years": (2, TimeUnit.YEARS),
    "52 weeks": (52, TimeUnit.WEEKS),
    "90 days": (90, TimeUnit.DAYS),
    "1 day": (1, TimeUnit.DAYS),
}


def window(length: str, precision: Precision = Precision.DAY) -> Window:
    """Return a window over the field `on`."""
    number, unit = UNITS[length]
    return Window(field="on", precision=precision, number=number, unit=unit)


@pytest.mark.parametrize(
    ("length", "on", "as_of", "held"),
    [
        ("12 months", "2025-11-01", "2026-11-01", False),
        ("12 months", "2025-11-02", "2026-11-01", True),
        ("12 months", "2026-11-01", "2026-11-01", True),
        ("12 months", "2026-11-02", "2026-11-01", False),
        ("1 year", "2025-11-01", "2026-11-01", False),
        ("1 year", "2025-11-02", "2026-11-01", True),
        ("2 years", "2024-11-02", "2026-11-01", True),
        ("1 month", "2026-01-31", "2026-02-28", True),
        ("1 month", "2026-01-31", "2026-03-01", False),
        ("1 year", "2024-02-29", "2025-02-28", True),
        ("1 year", "2024-02-29", "2025-03-01", False),
        ("52 weeks", "2025-11-02", "2026-11-01", False),
        ("52 weeks", "2025-11-03", "2026-11-01", True),
        ("90 days", "2026-08-03", "2026-11-01", False),
        ("90 days", "2026-08-04", "2026-11-01", True),
        ("1 day", "2026-11-01", "2026-11-01", True),
        ("1 day", "2026-10-31", "2026-11-01", False),
    ],
)
def test_a_date_lies_within_so_much_time(length: str, on: str, as_of: str, held: bool) -> None:  # noqa: FBT001 - a truth
    """It has come, and the time since it is not over: on the day on which it is, the date is out."""
    assert window(length).holds({"on": day(on)}, day(as_of)) is held


MONTH, YEAR = Precision.MONTH, Precision.YEAR


@pytest.mark.parametrize(
    ("known", "precision", "length", "as_of", "held"),
    [
        (PartialDate(day=day("2026-01-01")), Precision.DAY, "12 months", "2026-12-31", True),
        (PartialDate(day=day("2026-01-01")), Precision.DAY, "12 months", "2026-11-01", None),
        (PartialDate(day=day("2025-01-01")), Precision.DAY, "12 months", "2026-11-01", None),
        (PartialDate(day=day("2024-01-01")), Precision.DAY, "12 months", "2026-11-01", False),
        (PartialDate(day=day("2027-01-01")), Precision.DAY, "12 months", "2026-11-01", False),
        (PartialDate(day=day("2026-01-01")), Precision.DAY, "1 month", "2026-06-15", None),
        (PartialDate(day=day("2025-12-01"), precision=MONTH), Precision.DAY, "12 months", "2026-11-01", True),
        (PartialDate(day=day("2025-11-01"), precision=MONTH), Precision.DAY, "12 months", "2026-11-15", None),
        (PartialDate(day=day("2026-01-01")), MONTH, "12 months", "2026-12-01", True),
        (PartialDate(), Precision.DAY, "2 years", "2026-11-01", None),
        (None, Precision.DAY, "2 years", "2026-11-01", None),
        (day("2025-11-01"), MONTH, "12 months", "2026-10-31", True),
        (day("2025-11-01"), MONTH, "12 months", "2026-11-01", False),
        (day("2026-11-01"), MONTH, "1 month", "2026-11-30", True),
    ],
)
def test_a_date_known_in_part_lies_within_where_all_that_it_can_be_does(
    known: Atom | PartialDate | None,
    precision: Precision,
    length: str,
    as_of: str,
    held: bool | None,  # noqa: FBT001 - a truth
) -> None:
    """A year, a month, nothing; a month counts from its first day, as in months_since."""
    record: Record = {} if known is None else {"on": known}
    assert window(length, precision).holds(record, day(as_of)) is held


@pytest.mark.parametrize("length", UNITS)
def test_a_window_begins_and_ends_where_a_date_comes_to_lie_within_it(length: str) -> None:
    """Day by day around ends of months and a leap day: the first day within, and the first on which a date is out."""
    for step in range(0, 900, 7):
        today = day("2023-12-25") + datetime.timedelta(days=step)
        first = window(length).begins(today)
        assert window(length).holds({"on": first}, today) is True
        assert window(length).holds({"on": first - datetime.timedelta(days=1)}, today) is False
        out = window(length).ends(today)
        assert window(length).holds({"on": today}, out) is False
        assert window(length).holds({"on": today}, out - datetime.timedelta(days=1)) is True


def test_the_name_of_a_window_says_all_of_it() -> None:
    """No other name is one."""
    for length in UNITS:
        for precision in Precision:
            assert window_of(window(length, precision).name) == window(length, precision)
    assert window("1 year").text == "on: {within: 1 year}"
    assert [window_of(name) for name in ("on", "ready_for:lead", "on within 12 months", "on:day within many months")] == [None] * 4


@pytest.mark.parametrize(
    ("periods", "within", "months"),
    [
        ([("2020-01-01", "2020-12-01")], 60, 0),
        ([("2021-11-01", "2021-12-01")], 60, 1),
        ([("2021-12-01", "2022-01-01")], 60, 2),
        ([("2020-01-01", None)], 60, 60),
        ([("2020-01-01", None), ("2026-01-01", "2026-06-01")], 12, 12),
        ([("2026-11-01", None)], 1, 1),
        ([("2026-12-01", None)], 12, 0),
        ([("2020-01-01", "2026-10-01")], 12, 11),
    ],
)
def test_years_count_the_last_so_many_months(periods: Sequence[tuple[str, str | None]], within: int, months: int) -> None:
    """On 29 November 2026, the month of which is the last one."""
    dated = [(day(start), None if end is None else day(end), 1) for start, end in periods]
    assert months_weighted(dated, day("2026-11-29"), within) == months


# --- all that entries may come to ---------------------------------------------------------------------------------------------------

AS_OF = day("2024-12-15")
FIELDS: Mapping[str, ValueType] = {
    "size": ValueType(kind=Kind.INTEGER, lowest=-1, highest=2),
    "sort": ValueType(kind=Kind.CHOICE, options=("lead", "member")),
    "share": ValueType(kind=Kind.NUMBER, lowest=0, highest=1),
    "on": ValueType(kind=Kind.DATE, precision=MONTH, lowest=day("2023-10-01"), highest=day("2025-01-01")),
    "until": ValueType(kind=Kind.DATE, precision=MONTH),
}
MONTHS = tuple(datetime.date(2023 + number // 12, number % 12 + 1, 1) for number in range(9, 25))
VALUES: Mapping[str, Sequence[Atom]] = {"size": (-1, 0, 2), "sort": ("lead", "member"), "share": (0, Fraction(1, 2), 1), "on": MONTHS}


def _made(expression: Expression, type_: ValueType) -> Pack:
    jobs = Attribute(id="jobs", title="Jobs", type=ValueType(kind=Kind.RECORDS, fields=FIELDS), span=SPAN)
    made = Attribute(id="x", title="X", type=type_, derivation=Derivation(expression=expression, span=SPAN), may_be_given=False, span=SPAN)
    return attrs.evolve(pack(jobs, made), language=2)


def _recent(months: int) -> AttributeTest:
    name = Window(field="on", precision=MONTH, number=months, unit=TimeUnit.MONTHS).name
    return AttributeTest(attribute=name, operator=Operator.IS, value=True, span=SPAN)


LEAD = AttributeTest(attribute="sort", operator=Operator.IS, value="lead", span=SPAN)


def _where(chance: random.Random) -> Condition:
    recent, other = _recent(chance.choice((1, 6, 12))), _recent(chance.choice((3, 9)))
    made: tuple[Condition, ...] = (
        recent,
        NoneOf(parts=(recent,), span=SPAN),
        AllOf(parts=(recent, LEAD), span=SPAN),
        AnyOf(parts=(AllOf(parts=(other, LEAD), span=SPAN), recent), span=SPAN),
    )
    return chance.choice(made)


def _expression(chance: random.Random) -> tuple[Gather, ValueType]:
    gathering = chance.choice(list(Gathering))
    field = "sort" if gathering in {Gathering.COUNT_DISTINCT, Gathering.LATEST} and chance.random() < 0.5 else "size"
    number = ValueType(kind=Kind.NUMBER)
    within = chance.choice((None, 5)) if gathering is Gathering.YEARS else None
    last = chance.choice((None, 1, 2)) if not gathering.by_date and gathering is not Gathering.YEARS else None
    made = Gather(
        gathering=gathering,
        records="jobs",
        where=_where(chance) if chance.random() < 0.6 else None,
        last=last,
        of_which=chance.choice((LEAD, _recent(6))) if last and gathering is Gathering.COUNT else None,
        nth=chance.choice((1, 2)) if gathering.by_date else 1,
        weight="share" if gathering in {Gathering.YEARS, Gathering.TOTAL} and chance.random() < 0.6 else None,
        field=field,
        by="on",
        start="on",
        end="until",
        within_months=within,
    )
    return made, FIELDS["sort"] if gathering.by_date and field == "sort" else number


def _entry(chance: random.Random) -> dict[str, Atom | PartialDate]:
    on = chance.choice(MONTHS)
    made: dict[str, Atom | PartialDate] = {"until": on.replace(day=1)}
    made |= {name: chance.choice(VALUES[name]) for name in ("size", "sort", "share") if chance.random() < 0.7}
    known = chance.random()
    if known > 0.15:
        made["on"] = on if known > 0.5 else PartialDate(day=datetime.date(on.year, 1, 1))
    if chance.random() < 0.5:
        del made["until"]
    return made


def _completions(entry: Mapping[str, Atom | PartialDate]) -> Iterator[dict[str, Atom | PartialDate]]:
    """Yield an entry with every value of what it lacks; an end left out goes on, and does not lack."""
    on = entry.get("on")
    dates = [month for month in MONTHS if not isinstance(on, PartialDate) or (on.day and month.year == on.day.year)]
    choices = {name: [entry[name]] if name in entry else list(VALUES[name]) for name in ("size", "sort", "share")}
    for size, sort, share, date in itertools.product(*choices.values(), [on] if isinstance(on, datetime.date) else dates):
        yield {**entry, "size": size, "sort": sort, "share": share, "on": date}  # type: ignore[dict-item]  # values of the fields


def test_no_entries_make_false_what_bounds_say_of_windows() -> None:
    """Over random short lists, of which sorts, sizes and dates are missing or known to the year: each completion lies within."""
    chance = random.Random(5)
    settled = bounded = picking = weighed = 0
    for _ in range(800):
        expression, type_ = _expression(chance)
        jobs = tuple(_entry(chance) for _ in range(chance.choice((0, 1, 2, 2))))
        whole = _made(expression, type_)
        facts = complete(whole, Profile(id="x", given={"jobs": jobs}, span=SPAN), AS_OF).facts
        known = facts.get("x", facts.bounds.get("x"))  # type: ignore[attr-defined]  # of edition 2
        completed = [list(_completions(job)) for job in jobs]
        if len(jobs) > 1 and len(completed[0]) * len(completed[1]) > 1500:
            continue
        values = {derived(expression, {"jobs": full}, AS_OF) for full in itertools.product(*completed)}
        settled += known is not None and any(isinstance(job.get("on"), PartialDate) for job in jobs)
        if isinstance(known, Interval | Options):
            bounded += 1
            assert all(_lies_in(known, value) for value in values), (expression, jobs)
        elif is_value(known):
            assert values == {known}, (expression, jobs)
        weighed += known is not None and expression.weight is not None and len(jobs) > 0
        picking += known is not None and (expression.last is not None or expression.nth > 1) and len(jobs) > 1
    assert min(settled, bounded, picking, weighed) > 40


def _lies_in(bounds: Interval | Options, value: Value | None) -> bool:
    if value is None:
        return False
    if isinstance(bounds, Options):
        return value in bounds.values
    low = bounds.lowest is None or value >= bounds.lowest  # type: ignore[operator]  # numbers
    return low and (bounds.highest is None or value <= bounds.highest)  # type: ignore[operator]  # numbers


def test_what_may_be_skipped_is_skipped_in_a_window_too() -> None:
    """Of an entry without a date it is unknown whether it lies within; with `skip` it is left out."""
    jobs: tuple[Record, ...] = ({"size": 2, "on": day("2024-10-01")}, {"size": 1})
    total = Gather(gathering=Gathering.TOTAL, records="jobs", field="size", where=_recent(6))
    assert derived(total, {"jobs": jobs}, AS_OF) is None
    assert derived(attrs.evolve(total, missing=Missing.SKIP), {"jobs": jobs}, AS_OF) == 2
    assert derived(attrs.evolve(total, missing=Missing.SKIP), {"jobs": jobs}, day("2025-04-01")) is None


# --- the last so many, and the n-th -------------------------------------------------------------------------------------------------


def _gather(name: str, **more: object) -> Gather:
    return Gather(gathering=Gathering(name), records="jobs", field="size", by="on", **more)  # type: ignore[arg-type]  # as its fields


def _jobs(*dated: tuple[str | None, int | None]) -> tuple[Record, ...]:
    """Return entries of a month of 2024 and a size each, either of which may not be stated."""
    found: list[Record] = []
    for on, size in dated:
        entry: dict[str, Atom] = {} if on is None else {"on": day(f"2024-{on}-01")}
        found.append(entry | ({} if size is None else {"size": size}))
    return tuple(found)


TWO = AttributeTest(attribute="size", operator=Operator.AT_LEAST, value=2, span=SPAN)
SKIP = Missing.SKIP
IN_ORDER = _jobs(("05", 2), ("01", -1), ("09", 1), ("07", 2))


@pytest.mark.parametrize(
    ("expression", "jobs", "value"),
    [
        (_gather("count", last=3, of_which=TWO), IN_ORDER, 2),
        (_gather("count", last=1, of_which=TWO), IN_ORDER, 0),
        (_gather("count", last=9, of_which=TWO), IN_ORDER, 2),
        (_gather("count", last=2, of_which=TWO, where=TWO), IN_ORDER, 2),
        (_gather("count", last=2, of_which=TWO), (), 0),
        (_gather("total", last=2), IN_ORDER, 3),
        (_gather("mean", last=3), IN_ORDER, Fraction(5, 3)),
        (_gather("min", last=3), IN_ORDER, 1),
        (_gather("max", last=1), IN_ORDER, 1),
        (_gather("count_distinct", last=3), IN_ORDER, 2),
        (_gather("mean", last=2), (), None),
        (_gather("total", last=2), (), 0),
        (_gather("latest", nth=2), IN_ORDER, 2),
        (_gather("latest", nth=4), IN_ORDER, -1),
        (_gather("latest", nth=5), IN_ORDER, None),
        (_gather("earliest", nth=2), IN_ORDER, 2),
        (_gather("earliest", nth=3, where=TWO), IN_ORDER, None),
        # level with each other
        (_gather("total", last=2), _jobs(("05", 1), ("05", 1), ("05", 1)), 2),
        (_gather("total", last=2), _jobs(("05", 1), ("05", 2), ("01", 0)), 3),
        (_gather("total", last=2), _jobs(("05", 1), ("03", 2), ("03", 0)), None),
        (_gather("total", last=2), _jobs(("05", 1), ("03", 2), ("03", 2)), 3),
        (_gather("count", last=2, of_which=TWO), _jobs(("05", 1), ("03", -1), ("03", 0)), 0),
        (_gather("count", last=2, of_which=TWO), _jobs(("05", 1), ("03", 2), ("03", 0)), None),
        (_gather("latest", nth=2), _jobs(("05", 1), ("05", 2)), None),
        (_gather("latest", nth=2), _jobs(("05", 2), ("05", 2), ("01", 1)), 2),
        (_gather("latest", nth=3), _jobs(("05", 1), ("05", 2), ("01", 1)), 1),
        # not stated
        (_gather("total", last=2), _jobs(("05", None), ("03", 2)), None),
        (_gather("total", last=1), _jobs(("05", 1), ("03", None)), 1),
        (_gather("total", last=2, missing=SKIP), _jobs(("05", None), ("03", 2), ("01", 1)), 3),
        (_gather("total", last=2, missing=SKIP), _jobs((None, 2), ("03", 2), ("01", 1)), 3),
        (_gather("total", last=2, missing=2), _jobs(("05", None), ("03", 1), ("01", 1)), 3),
        (_gather("total", last=2, missing=2), _jobs((None, 1), ("03", 1)), None),
        (_gather("count", last=2, of_which=TWO, missing=1), _jobs(("05", None), ("03", 1), ("01", 2)), 1),
        (_gather("latest", nth=2), _jobs(("05", 1), (None, 2)), None),
    ],
)
def test_the_last_so_many_and_the_nth_are_taken_by_their_dates(expression: Gather, jobs: tuple[Record, ...], value: Value | None) -> None:
    """Whatever their order in the list; entries that are level have to be worth the same where that matters."""
    assert derived(expression, {"jobs": jobs}, AS_OF) == value


@pytest.mark.parametrize(
    ("expression", "jobs", "known"),
    [
        (_gather("total", last=2), _jobs((None, 2), ("03", 1)), 3),
        (_gather("total", last=1), _jobs((None, 2), ("03", 1)), None),
        (_gather("total", last=1), _jobs((None, 1), ("03", 1)), 1),
        (_gather("total", last=1), ({"on": PartialDate(day=day("2023-01-01")), "size": 2}, *_jobs(("03", 1))), 1),
        (_gather("total", last=1), ({"on": PartialDate(day=day("2024-01-01")), "size": 2}, *_jobs(("03", 1))), None),
        (_gather("total", last=2), _jobs(("05", None), ("03", 1), ("01", None)), Interval(lowest=0, highest=3)),
        (_gather("latest", nth=2), _jobs(("05", None), ("03", 1)), 1),
        (_gather("latest", nth=2), ({"on": PartialDate(day=day("2023-01-01")), "size": 2}, *_jobs(("03", 1))), 2),
        (_gather("latest", nth=3), _jobs(("05", None), ("03", 1)), None),
        (_gather("min", last=2), _jobs(("05", None), ("03", 1), ("01", -1)), Interval(lowest=-1, highest=1)),
        (_gather("count", last=2, of_which=TWO), _jobs(("05", None), ("03", 2), ("01", -1)), Interval(lowest=1, highest=2)),
    ],
)
def test_a_date_that_is_not_known_matters_only_where_it_decides(
    expression: Gather, jobs: tuple[Record, ...], known: Interval | Value | None
) -> None:
    """Of two entries, both are among the last two whatever their dates; an entry of 2023 stands behind one of 2024."""
    whole = _made(expression, FIELDS["size"])
    facts = complete(whole, Profile(id="x", given={"jobs": jobs}, span=SPAN), AS_OF).facts
    assert facts.get("x", facts.bounds.get("x")) == known  # type: ignore[attr-defined]  # of edition 2


# --- in part ------------------------------------------------------------------------------------------------------------------------


def _held(*spans: tuple[str, str | None, Fraction | int | None]) -> tuple[Record, ...]:
    """Return entries from a month to a month with the share of each, where it is stated."""
    found: list[Record] = []
    for start, end, share in spans:
        entry: dict[str, Atom] = {"on": day(f"{start}-01")}
        entry |= {} if end is None else {"until": day(f"{end}-01")}
        found.append(entry | ({} if share is None else {"share": share, "size": 10}))
    return tuple(found)


HALF = Fraction(1, 2)
PRO_RATA = Gather(gathering=Gathering.YEARS, records="jobs", start="on", end="until", weight="share")


@pytest.mark.parametrize(
    ("expression", "jobs", "years"),
    [
        (PRO_RATA, _held(("2020-01", "2020-12", 1)), 1),
        (PRO_RATA, _held(("2020-01", "2020-12", HALF)), HALF),
        (PRO_RATA, _held(("2020-01", "2020-12", HALF), ("2021-01", "2021-12", 1)), Fraction(3, 2)),
        (PRO_RATA, _held(("2020-01", "2020-12", HALF), ("2020-01", "2020-12", HALF)), 1),
        (PRO_RATA, _held(("2020-01", "2020-12", 1), ("2020-07", "2021-06", HALF)), Fraction(5, 4)),
        (PRO_RATA, _held(("2020-01", "2020-12", Fraction(4, 5)), ("2020-01", "2020-12", Fraction(3, 5))), 1),
        (PRO_RATA, _held(("2020-01", "2020-12", 0)), 0),
        (PRO_RATA, _held(("2024-01", None, HALF)), HALF),
        (PRO_RATA, (), 0),
        (PRO_RATA, _held(("2020-01", "2020-12", None)), None),
        (attrs.evolve(PRO_RATA, missing=1), _held(("2020-01", "2020-12", None)), 1),
        (attrs.evolve(PRO_RATA, missing=SKIP), _held(("2020-01", "2020-12", None), ("2022-01", "2022-06", HALF)), Fraction(1, 4)),
        (attrs.evolve(PRO_RATA, within_months=12), _held(("2020-01", "2024-06", HALF)), Fraction(1, 4)),
        (_gather("total", weight="share"), _held(("2020-01", None, HALF), ("2020-01", None, 1)), 15),
        (_gather("total", weight="share"), _held(("2020-01", None, HALF), ("2020-01", None, None)), None),
        (_gather("total", weight="share", missing=SKIP), _held(("2020-01", None, HALF), ("2020-01", None, None)), 5),
        (_gather("total", weight="share", last=1), _held(("2020-01", None, HALF), ("2019-01", None, 1)), 5),
    ],
)
def test_an_entry_counts_in_part(expression: Gather, jobs: tuple[Record, ...], years: Value | None) -> None:
    """Half a year's worth for a year at half; two at a time come to no more than the whole."""
    assert derived(expression, {"jobs": jobs}, AS_OF) == years


def test_a_part_that_is_not_stated_lies_between_nothing_and_the_whole() -> None:
    """Of a full year and one of which no share is stated: one to two years."""
    jobs = _held(("2020-01", "2020-12", 1), ("2021-01", "2021-12", None))
    facts = complete(_made(PRO_RATA, ValueType(kind=Kind.NUMBER)), Profile(id="x", given={"jobs": jobs}, span=SPAN), AS_OF).facts
    assert facts.bounds["x"] == Interval(lowest=1, highest=2)  # type: ignore[attr-defined]  # of edition 2
