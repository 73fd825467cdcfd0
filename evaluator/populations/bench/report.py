"""The benches as blocks: a table of roles, where a bench is thin, who is on several, and each bench with its people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from evaluator._version import __version__
from evaluator.core.dates import MONTHS_A_YEAR, months_before
from evaluator.core.days import ManyDays
from evaluator.populations.bench.analysis import FAR, NEAR, NOW, Bench, Candidate, RoleBench
from evaluator.populations.bench.readiness import Among
from evaluator.populations.bench.seats import RoleSeats, Shortage
from evaluator.populations.bench.words import (
    READY_FAR,
    READY_NEAR,
    READY_NOW,
    UNDECIDED,
    assumed_words,
    best_note,
    group_of,
    holders_words,
    notes,
    summary_words,
    when_words,
)
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.days import days_facts, projected
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, NOTICE, Style, counted, joined, role_words, sentence_case

GROUPS = (READY_NOW, READY_NEAR, READY_FAR, UNDECIDED)
STYLES = {READY_NOW: Style.GOOD, READY_NEAR: Style.CLOSE, READY_FAR: Style.CLOSE, UNDECIDED: Style.OPEN}
MARKS = {READY_NOW: "✓", READY_NEAR: "→", READY_FAR: "→", UNDECIDED: "?"}


@attrs.frozen(kw_only=True)
class BenchOptions:
    """What a report of benches says of its making: the people's days, the engine, and how many people it names in each list."""

    days: ManyDays
    engine: str
    rejected: int = 0
    most: int | None = None
    seats: Mapping[str, RoleSeats] | None = None
    """The seats of roles, where a table of them is given."""


def bench_page(bench: Bench, options: BenchOptions) -> tuple[Block, ...]:
    """Return the report."""
    return tuple(_page(bench, options))


def _page(bench: Bench, options: BenchOptions) -> Iterator[Block]:
    yield Heading(projected("Succession bench", options.days), 1)
    yield Paragraph(summary_words(bench))
    yield Facts(tuple(facts(bench, options)))
    yield Heading("Benches")
    yield table(bench)
    yield from _seats(bench, options)
    yield from _empty(bench)
    yield from _singles(bench, options.most)
    yield from _several(bench, options.most)
    for one in bench.roles:
        yield from _role(one, bench, options.most)
    yield from _not_led_to(bench)
    yield Heading("If work goes on as it does today")
    yield Listing(tuple(Item(words) for words in assumed_words(bench)))
    yield Paragraph(NOTICE, style=Style.FAINT)


def facts(bench: Bench, options: BenchOptions) -> Iterator[Fact]:
    """Yield who is looked at, for which day, and by what."""
    rejected = f", {counted(options.rejected, 'row')} left out that cannot be judged" if options.rejected else ""
    yield Fact("People", people_words(bench.people.frame.height) + rejected)
    if bench.people.chosen is not None:
        yield Fact("Where", bench.people.chosen.words)
    everyone = "everybody who does not hold the role today, whether a move leads there or not"
    yield Fact("Among", everyone if bench.among is Among.EVERYONE else "those for whom the role would be a step: a move that is not closed")
    if (note := best_note(bench)) is not None:
        yield Fact("Ready", note)
    yield Fact("Pack", pack_words(bench.pack))
    yield Fact("As of", f"{bench.day}, where a row has no day of its own; years are counted from there")
    yield from days_facts(options.days)
    yield Fact("Tool", f"evaluator {__version__}, {options.engine} engine")


def table(bench: Bench) -> Table:
    """Return a row for each role that can have a bench."""
    headers = ("Role", "Hold it", "Ready now", f"1–{NEAR} years", f"{FAR} years", "Undecided")
    rows = tuple((Cell(title(one)), Cell(_number(one.holders)), *_numbers(one)) for one in bench.roles if one.led_to)
    return Table(headers=headers, rows=rows)


def _numbers(one: RoleBench) -> Iterator[Cell]:
    for group in GROUPS:
        number = sum(group_of(candidate) == group for candidate in one.candidates)
        yield Cell(_number(number), STYLES[group] if number else Style.BAD if group == READY_NOW else Style.PLAIN)


def _number(number: int) -> str:
    return f"{number:,}" if number else NOTHING


def title(one: RoleBench) -> str:
    """Return the title of a role, with what it is where it is none like most."""
    what = role_words(one.role)
    return f"{one.role.title} ({what})" if what else one.role.title


def _seats(bench: Bench, options: BenchOptions) -> Iterator[Block]:
    if options.seats is None:
        return
    pairs = [(one, options.seats[one.role.id]) for one in bench.roles if one.role.id in options.seats]
    yield Heading("Seats")
    yield Paragraph("Beside the benches, as the table of seats tells them: no verdict hangs on a seat.")
    yield seats_table(bench, options.seats)
    short = [(one, seats.short) for one, seats in pairs if seats.short is not None]
    if short:
        yield Heading(f"Seats without a successor ({len(short):,})")
        yield Paragraph("Somebody who is ready for several roles counts for each; who is ready is known of the days looked at.")
        yield Listing(tuple(Item(f"{title(one)}: {shortage_words(found, bench)}", mark="✗", style=Style.BAD) for one, found in short))


SEATS_WHEN = ("now", f"in {NEAR} years", f"in {FAR} years")
"""The days on which seats and people are set beside each other, in words."""


def seats_numbers(one: RoleBench, seats: RoleSeats, bench: Bench) -> list[tuple[int, int]]:
    """Return how many seats are free and how many people are ready on each of those days."""
    days = [(months_before(bench.day, -MONTHS_A_YEAR * years), one.ready[years]) for years in (NOW, NEAR, FAR)]
    return [(seats.free_by(day), ready) for day, ready in days]


def seats_table(bench: Bench, seats: Mapping[str, RoleSeats]) -> Table:
    """Return a row for each role that has seats: how many, and how many are free, and people ready, on the days looked at."""
    rows = []
    for one in bench.roles:
        if (found := seats.get(one.role.id)) is not None:
            cells = [Cell(f"{free:,} free, {ready:,} ready") for free, ready in seats_numbers(one, found, bench)]
            rows.append((Cell(title(one)), Cell(_number(found.seats)), *cells))
    return Table(headers=("Role", "Seats", *map(sentence_case, SEATS_WHEN)), rows=tuple(rows))


def shortage_words(found: Shortage, bench: Bench) -> str:
    """Say by when more seats are free than people are ready."""
    seats, ready = counted(found.free, "seat"), people_words(found.ready) if found.ready else "nobody"
    verb, are = ("is" if found.free == 1 else "are"), ("is" if found.ready <= 1 else "are")
    when = "now" if found.on == bench.day else f"by {found.on}"
    then = "now" if found.on == bench.day else "by then"
    return f"{seats} {verb} free {when}, and {ready} {are} ready {then}"


def _empty(bench: Bench) -> Iterator[Block]:
    if not bench.empty:
        return
    yield Heading(f"Roles with nobody ({len(bench.empty):,})")
    yield Paragraph(f"Nobody is ready for them now, and nobody will be within {FAR} years by what time alone brings.")
    yield Listing(tuple(Item(title(one), note=_open_note(one), mark="✗", style=Style.BAD) for one in bench.empty))


def _open_note(one: RoleBench) -> str:
    return f"({holders_words(one)}" + (f"; {len(one.undecided):,} undecided)" if one.undecided else ")")


def _singles(bench: Bench, most: int | None) -> Iterator[Block]:
    if not bench.singles:
        return
    yield Heading(f"Single points of failure ({sum(map(len, bench.singles.values())):,})")
    yield Paragraph("For each of these roles exactly one person is ready now.")
    shown = list(bench.singles.items())[:most]
    yield Listing(tuple(_single(place, roles, bench) for place, roles in shown))
    yield from more(len(bench.singles), len(shown))


def _single(place: int, roles: Sequence[RoleBench], bench: Bench) -> Item:
    if len(roles) == 1:
        return Item(f"{title(roles[0])}: {named(place, bench)}", note=f"({_next_in_line(roles[0])})", mark="!")
    parts = tuple(Item(title(one), note=f"({_next_in_line(one)})", mark="·") for one in roles)
    return Item(f"{named(place, bench)} is the only one for {len(roles):,} roles at once:", mark="!", strong=True, parts=parts)


def _next_in_line(one: RoleBench) -> str:
    """Say who comes after the only one who is ready now."""
    near, far = one.ready_within(NOW + 1, NEAR), one.ready_within(NEAR + 1, FAR)
    told = [f"{len(some):,} {what}" for some, what in ((near, READY_NEAR), (far, READY_FAR), (one.undecided, "undecided")) if some]
    return f"next in line: {joined(told)}" if told else "nobody next in line"


def _several(bench: Bench, most: int | None) -> Iterator[Block]:
    if not bench.several:
        return
    yield Heading(f"On several benches ({len(bench.several):,})")
    shown = list(bench.several.items())[:most]
    yield Listing(tuple(_on_several(place, candidates, bench) for place, candidates in shown))
    yield from more(len(bench.several), len(shown))


def _on_several(place: int, candidates: Sequence[Candidate], bench: Bench) -> Item:
    roles = [f"{candidate.role.title} {when_words(candidate)}" for candidate in sorted(candidates, key=lambda one: one.ready_in or 0)]
    return Item(f"{named(place, bench)}: {', '.join(roles)}")


def _role(one: RoleBench, bench: Bench, most: int | None) -> Iterator[Block]:
    if not one.candidates:
        return
    yield Heading(title(one))
    for group in GROUPS:
        some = [candidate for candidate in one.candidates if group_of(candidate) == group]
        shown = some if most is None else some[:most]
        if some:
            yield Paragraph(f"{sentence_case(group)} ({len(some):,})", style=Style.STRONG)
            yield Listing(tuple(_candidate(candidate, bench) for candidate in shown))
            yield from more(len(some), len(shown))


def _candidate(candidate: Candidate, bench: Bench) -> Item:
    group = group_of(candidate)
    when = f": {when_words(candidate)}" if group in {READY_NEAR, UNDECIDED} else ""
    said = notes(candidate, bench.pack)
    parts = (Item(said, mark="·"),) if said else ()
    return Item(f"{named(candidate.place, bench)}{when}", mark=MARKS[group], style=STYLES[group], parts=parts)


def named(place: int, bench: Bench) -> str:
    """Name somebody, with the id and the role of today."""
    role, name, id_ = bench.people.role(place), bench.people.names[place], bench.id(place)
    who = id_ if name is None else f"{name} ({id_})"
    return who if role is None else f"{who}, {bench.pack.roles[role].title}"


def _not_led_to(bench: Bench) -> Iterator[Block]:
    never = [role for role in bench.pack.roles.values() if not role.judged]
    without = [title(one) for one in bench.roles if not one.led_to]
    told = [f"No move of the ladder leads to {joined(without)}: nobody holds a role from which it would be a step"] if without else []
    told += [f"{role.title} {role.why_never_judged}" for role in never]
    if told:
        yield Heading("Roles without a bench")
        yield Listing(tuple(map(Item, told)))


def more(number: int, shown: int) -> Iterator[Block]:
    """Yield how many more there are than are shown."""
    if number > shown:
        yield Paragraph(f"and {number - shown:,} more; --all names everybody", style=Style.FAINT)
