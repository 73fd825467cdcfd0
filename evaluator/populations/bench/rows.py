"""The benches as tables: a row for each person on a bench, and the sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evaluator.populations.bench.analysis import AHEAD, Bench, Candidate
from evaluator.populations.bench.report import GROUPS, SEATS_WHEN, BenchOptions, facts, seats_numbers, shortage_words, title
from evaluator.populations.bench.seats import RoleSeats
from evaluator.populations.bench.words import assumed_words, group_of, notes, summary_words
from evaluator.report.words import NOTICE, sentence_case
from evaluator.report.workbook import Sheet, Value

HEADERS = (
    *("id", "name", "role", "bench_role", "bench", "ready_in_years", "may_be_ready_in_years", "no_longer_ready_in_years"),
    *("decisive_questions", "other_questions", "move_questions", "undefined", "lapsing"),
)
"""The columns of the table of people on benches."""
_JOINT = ", "


def rows(bench: Bench) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each person on a bench, or of whom that is open, in the order of roles."""
    for one in bench.roles:
        yield from (_row(candidate, bench) for candidate in one.candidates)


def _row(candidate: Candidate, bench: Bench) -> tuple[Value, ...]:
    open_, lapse = candidate.open, candidate.lapse
    asked = (None,) * 4 if open_ is None else (open_.decisive, open_.others, open_.of_move, open_.undefined)
    return (
        bench.id(candidate.place),
        bench.people.names[candidate.place],
        bench.people.role(candidate.place),
        candidate.role.id,
        group_of(candidate),
        candidate.ready_in,
        None if open_ is None else open_.years,
        None if lapse is None else lapse.years,
        *(_JOINT.join(names) if names else None for names in asked),
        None if lapse is None else _JOINT.join([*(one.id for one in lapse.criteria), *(["the move"] if lapse.move_closes else [])]) or None,
    )


def sheets(bench: Bench, options: BenchOptions) -> Iterator[Sheet]:
    """Yield the sheets of a workbook, with titles instead of ids."""
    yield _benches(bench)
    yield _people(bench)
    yield _singles(bench)
    yield _several(bench)
    if options.seats is not None:
        yield _seats(bench, options.seats)
    yield Sheet(
        name="About",
        headers=("What", "It says"),
        rows=(
            ("Summary", summary_words(bench)),
            *((fact.label, fact.text) for fact in facts(bench, options)),
            *(("Assumed", words) for words in assumed_words(bench)),
            ("Note", NOTICE),
        ),
    )


def _benches(bench: Bench) -> Sheet:
    ready = tuple(
        "Ready today" if not year else f"Ready on the day {year} years on" if year > 1 else "Ready on the day 1 year on" for year in AHEAD
    )
    listed = [one for one in bench.roles if one.led_to]
    return Sheet(
        name="Benches",
        headers=("Role", "Hold it today", *map(sentence_case, GROUPS), *ready),
        rows=tuple(
            (title(one), one.holders, *(sum(group_of(candidate) == group for candidate in one.candidates) for group in GROUPS), *one.ready)
            for one in listed
        ),
    )


def _people(bench: Bench) -> Sheet:
    return Sheet(
        name="People",
        headers=("Bench of", "Id", "Name", "Role today", "When", "Ready in years", "Perhaps in years", "No longer in years", "Note"),
        rows=tuple(
            (
                one.role.title,
                *_who(candidate.place, bench),
                sentence_case(group_of(candidate)),
                *_years(candidate),
                notes(candidate, bench.pack) or None,
            )
            for one in bench.roles
            for candidate in one.candidates
        ),
    )


def _years(candidate: Candidate) -> tuple[Value, ...]:
    open_, lapse = candidate.open, candidate.lapse
    return (candidate.ready_in, None if open_ is None else open_.years, None if lapse is None else lapse.years)


def _who(place: int, bench: Bench) -> tuple[Value, ...]:
    role = bench.people.role(place)
    return (bench.id(place), bench.people.names[place], None if role is None else bench.pack.roles[role].title)


def _singles(bench: Bench) -> Sheet:
    found = ((place, one, len(roles)) for place, roles in bench.singles.items() for one in roles)
    return Sheet(
        name="Single points of failure",
        headers=("Role", "Id", "The only one ready now", "Role today", "The only one for so many roles"),
        rows=tuple((title(one), *_who(place, bench), number) for place, one, number in found),
    )


def _several(bench: Bench) -> Sheet:
    return Sheet(
        name="On several benches",
        headers=("Id", "Name", "Role today", "Benches", "Bench of", "When"),
        rows=tuple(
            (*_who(place, bench), len(candidates), candidate.role.title, sentence_case(group_of(candidate)))
            for place, candidates in bench.several.items()
            for candidate in candidates
        ),
    )


def _seats(bench: Bench, seats: Mapping[str, RoleSeats]) -> Sheet:
    found = [(one, seats[one.role.id]) for one in bench.roles if one.role.id in seats]
    numbers = tuple(f"{what} {when}" for when in SEATS_WHEN for what in ("Free", "Ready"))
    return Sheet(
        name="Seats",
        headers=("Role", "Seats", *numbers, "Without a successor"),
        rows=tuple(
            (
                *(title(one), of_role.seats),
                *(number for pair in seats_numbers(one, of_role, bench) for number in pair),
                None if of_role.short is None else shortage_words(of_role.short, bench),
            )
            for one, of_role in found
        ),
    )
