"""What changed between two populations, as blocks: how many moved and by what, then who, through which criterion and which fact."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

import attrs

from evaluator._version import __version__
from evaluator.calibration.progress.analysis import Changed, Movement, OneSided, PersonProgress, Progress, RoleProgress
from evaluator.calibration.progress.attribution import Attribution, Found
from evaluator.calibration.progress.explanations import CriterionChange, Explanations
from evaluator.calibration.progress.words import (
    ARROW,
    NOT_TOLD,
    STYLES,
    TITLES,
    cause_words,
    change_words,
    criterion_words,
    named,
    outcome_words,
    steps_words,
)
from evaluator.core.dates import day_of
from evaluator.core.days import ManyDays
from evaluator.core.gates import Gate
from evaluator.core.results import State
from evaluator.report.blocks import Block, Fact, Facts, Heading, Item, Listing, Paragraph
from evaluator.report.days import days_facts, projected
from evaluator.report.gates import gates_blocks
from evaluator.report.people import pack_words
from evaluator.report.tables import Cell, Table
from evaluator.report.views import people_words
from evaluator.report.words import NOTHING, NOTICE, STATE_MARKS, STATE_STYLES, Style, counted

ORDER = (
    "The steps are taken in one order: time first, then facts, then rules. Where the order matters, since it takes several causes, that is "
    "said: together."
)


@attrs.frozen(kw_only=True)
class ProgressOptions:
    """What a report of progress says of its making: the two populations, the new one's days, the limits, and how many people it names."""

    old: str
    new: str
    days: ManyDays
    gates: tuple[Gate, ...] = ()
    most: int | None = None


def progress_page(progress: Progress, options: ProgressOptions) -> tuple[Block, ...]:
    """Return the report."""
    return tuple(_page(progress, options))


def _page(progress: Progress, options: ProgressOptions) -> Iterator[Block]:
    about = "" if progress.role is None else f", {progress.role.title}"
    yield Heading(projected(f"What changed{about}", options.days), 1)
    yield Paragraph(summary_words(progress))
    yield Facts(tuple(summary_facts(progress, options)))
    yield from gates_blocks(options.gates)
    if (moved := moved_table(progress)).rows:
        yield Heading("What moved, and by what")
        yield moved
        yield Paragraph(ORDER, style=Style.FAINT)
    yield from _movements(progress, options.most)
    yield from _roles_changed(progress, options.most)
    yield from _scores(progress, options.most)
    yield from _there_and_back(progress, options.most)
    yield from _one_sided(progress, options.most)
    yield Paragraph(NOTICE, style=Style.FAINT)


def summary_words(progress: Progress) -> str:
    """Say in a sentence what changed."""
    people, changed = len(progress.people), len(progress.changed)
    if not people:
        return "Nobody is in both populations, so nothing can be compared."
    if not changed:
        both = (
            "The only person in both populations is as before"
            if people == 1
            else f"All {people:,} people in both populations are as they were"
        )
        return f"{both}: nobody became ready, and nobody fell back."
    ready, back = (_people(progress, movement) for movement in (Movement.BECAME_READY, Movement.FELL_BACK))
    isare = "is" if changed == 1 else "are"
    became = f"{people_words(ready)} became ready" if ready else "nobody became ready"
    fell = f"{back:,} fell back" if back and ready else f"{people_words(back)} fell back" if back else "nobody fell back"
    joint = "and" if bool(ready) == bool(back) or not back else "but"
    return f"Of {people_words(people)} in both populations {changed:,} {isare} not as they were: {became}, {joint} {fell}."


def summary_facts(progress: Progress, options: ProgressOptions) -> Iterator[Fact]:
    """Yield what is compared with what, and how many are new, left, or could not be judged."""
    yield Fact("Old", f"{options.old}: {_side_words(progress, new=False)}")
    yield Fact("New", f"{options.new}: {_side_words(progress, new=True)}")
    score_only = sum(person.changed and not _moved_otherwise(person) for person in progress.people)
    if score_only:
        yield Fact("Score alone", f"{people_words(score_only)} with another score and the same verdict")
    ready = [_ready(progress, now=now) for now in (False, True)]
    yield Fact("Ready", f"{people_words(ready[0])} then, {ready[1]:,} now, for their next roles" if progress.role is None else _of(ready))
    for label, people, words in (
        ("New people", progress.arrived, "whom the old population does not have"),
        ("Left", progress.left, "whom the new population does not have"),
        ("Judged again", progress.judged_again, "who could not be judged in the old population: rejected then, and not new"),
        ("Not judged now", progress.no_longer_judged, "who could be judged in the old population: rejected now, and not left"),
    ):
        if people:
            yield Fact(label, f"{people_words(len(people))} {words}")
    if progress.never_judged:
        yield Fact("Never judged", f"{people_words(progress.never_judged)} whose rows cannot be judged in either", style=Style.OPEN)
    if any(progress.without_id):
        rows = " and ".join(
            f"{counted(number, 'row')} of the {name} one"
            for number, name in zip(progress.without_id, ("old", "new"), strict=True)
            if number
        )
        words = f"{rows} cannot be judged and have no id: they may be of people told as new, or as having left"
        yield Fact("No id", words, style=Style.OPEN)
    if progress.there_and_back:
        words = f"{people_words(len(progress.there_and_back))} whom one cause moved and another one moved back"
        yield Fact("There and back", words)
    if progress.not_told_apart:
        words = (
            f"of {people_words(progress.not_told_apart)} the causes cannot be told apart: one pack cannot read their facts for the other"
        )
        yield Fact("Open", words, style=Style.OPEN)
    yield from _rules_facts(progress)
    yield from days_facts(options.days)
    yield Fact("Tool", f"evaluator {__version__}, columns engine; who moved is judged again by the reference engine")


def _of(ready: Sequence[int]) -> str:
    return f"{people_words(ready[0])} then, {ready[1]:,} now"


def _side_words(progress: Progress, *, new: bool) -> str:
    side = progress.new if new else progress.old
    rejected = f", {counted(len(side.left_out), 'row')} rejected" if side.left_out else ""
    return f"{people_words(side.frame.height)}{rejected}, judged for {days_words(progress, new=new)}"


def days_words(progress: Progress, *, new: bool) -> str:
    """Say for which days a population is judged."""
    days = (progress.new if new else progress.old).frame["as_of"]
    ends: list[datetime.date] = [day_of(int(day)) for day in (days.min(), days.max()) if isinstance(day, int)]
    return " to ".join(dict.fromkeys(map(str, ends)))


def _rules_facts(progress: Progress) -> Iterator[Fact]:
    old, new = progress.old.pack, progress.new.pack
    if old is new:
        yield Fact("Rules", f"{pack_words(new)}, for both")
        return
    yield Fact("Old rules", pack_words(old))
    yield Fact("New rules", pack_words(new))


def _ready(progress: Progress, *, now: bool) -> int:
    """Count who is surely ready for the next role, or the one that everybody is compared for, of all who can be judged."""
    role = None if progress.role is None else progress.role.id
    both = [(person.now, person.next_role.after) if now else (person.then, person.next_role.before) for person in progress.people]
    alone = (*progress.arrived, *progress.judged_again) if now else (*progress.left, *progress.no_longer_judged)
    others = [(person.outcome, person.next_role) for person in alone]
    return sum(progress.ready(outcome, role or next_role, now=now) for outcome, next_role in [*both, *others])


def _people(progress: Progress, movement: Movement) -> int:
    return len({person.id for person, _ in progress.moved(movement)})


def _moved_otherwise(person: PersonProgress) -> bool:
    return person.role_today.differs or person.next_role.differs or any(one.movement is not None for one in person.roles)


def moved_table(progress: Progress) -> Table:
    """Return how many moved in which way, and by what."""
    found = [(TITLES[movement], [_column(one.verdict) for _, one in progress.moved(movement)]) for movement in Movement]
    found.append(("Another next role", [_column(one.next_role.attribution) for one in progress.people if one.next_role.differs]))
    found.append(("Another role today", [_column(one.role_today.attribution) for one in progress.people if one.role_today.differs]))
    columns = [*progress.causes, "either", "together", NOT_TOLD]
    counts = [(title, {name: moved.count(name) for name in columns}) for title, moved in found if moved]
    shown = [name for name in columns if name in progress.causes or any(row[name] for _, row in counts)]
    rows = [
        (Cell(title), *(Cell(f"{row[name]:,}" if row[name] else NOTHING) for name in shown), Cell(f"{sum(row.values()):,}", Style.STRONG))
        for title, row in counts
    ]
    return Table(headers=("", *(str(name).capitalize() for name in shown), "In all"), rows=tuple(rows))


def _column(attribution: Attribution[Found]) -> str:
    """Name the column that a change is counted in."""
    if attribution.sets is None:
        return NOT_TOLD
    if attribution.alone is not None:
        return attribution.alone
    return "together" if attribution.together else "either"


def _movements(progress: Progress, most: int | None) -> Iterator[Block]:
    for movement in Movement:
        moved = list(progress.moved(movement))
        if not moved:
            continue
        shown = moved if most is None else moved[:most]
        told = Explanations(progress=progress).of([person for person, _ in shown])
        yield Heading(f"{TITLES[movement]} ({len(moved):,})", 2)
        yield Listing(tuple(_mover(person, one, told.get((person.number, one.role.id), ()), movement) for person, one in shown))
        yield from _more(len(moved), len(shown))


def _scores(progress: Progress, most: int | None) -> Iterator[Block]:
    """Yield those of whom nothing but a score is another one."""
    moved = [(person, one) for person in progress.changed if not _moved_otherwise(person) for one in person.roles if one.score_changed]
    if not moved:
        return
    shown = moved if most is None else moved[:most]
    told = Explanations(progress=progress).of([person for person, _ in shown])
    yield Heading(f"Another score, the same verdict ({len(moved):,})", 2)
    yield Listing(tuple(_scored(person, one, told.get((person.number, one.role.id), ())) for person, one in shown))
    yield from _more(len(moved), len(shown))


def _there_and_back(progress: Progress, most: int | None) -> Iterator[Block]:
    """Yield those whom one cause moved and another one moved back."""
    moved = [(person, one) for person in progress.there_and_back for one in person.roles if one.verdict.steps]
    if not moved:
        return
    shown = moved if most is None else moved[:most]
    told = Explanations(progress=progress).of([person for person, _ in shown])
    yield Heading(f"Moved by one cause, and back by another ({len(moved):,})", 2)
    yield Listing(tuple(_returned(person, one, told.get((person.number, one.role.id), ())) for person, one in shown))
    yield from _more(len(moved), len(shown))


def _returned(person: PersonProgress, role: RoleProgress, changes: Sequence[CriterionChange]) -> Item:
    parts = (Item(f"in steps: {steps_words(role.verdict)}", mark="·"), *map(_criterion, changes))
    return Item(f"{named(person)}, {role.role.title}: {change_words(role)} as before", style=Style.FAINT, parts=parts)


def _scored(person: PersonProgress, role: RoleProgress, changes: Sequence[CriterionChange]) -> Item:
    return Item(f"{named(person)}, {role.role.title}: {change_words(role)}", style=Style.FAINT, parts=tuple(map(_criterion, changes)))


def _more(whole: int, shown: int) -> Iterator[Block]:
    if whole > shown:
        yield Paragraph(f"{whole - shown:,} more; `--all` names everybody, as html, xlsx and json do.", style=Style.FAINT)


def _mover(person: PersonProgress, role: RoleProgress, changes: Sequence[CriterionChange], movement: Movement) -> Item:
    steps = steps_words(role.verdict)
    parts = [Item(f"in steps: {steps}", mark="·")] if steps else []
    parts += [_criterion(change) for change in changes]
    if movement in {*STYLES} and not changes and role.outcomes is not None:
        parts.append(Item("no criterion came to another state: weights, caps or the conditions of verdicts did it", mark="·"))
    style = STYLES.get(movement, Style.OPEN)
    return Item(
        f"{named(person)}, {role.role.title}: {change_words(role)}", note=f"by {cause_words(role.verdict)}", style=style, parts=tuple(parts)
    )


def _criterion(change: CriterionChange) -> Item:
    state = change.after
    mark, style = (NOTHING, Style.FAINT) if state is None else (STATE_MARKS[state], STATE_STYLES[state])
    return Item(criterion_words(change), mark=mark, style=Style.FAINT if state is State.NOT_APPLICABLE else style)


def _roles_changed(progress: Progress, most: int | None) -> Iterator[Block]:
    for title, kept in (
        ("Another role today", [person for person in progress.people if person.role_today.differs]),
        ("Another next role", [person for person in progress.people if person.next_role.differs and not person.role_today.differs]),
    ):
        if not kept:
            continue
        shown = kept if most is None else kept[:most]
        yield Heading(f"{title} ({len(kept):,})", 2)
        yield Listing(tuple(_role_item(person, progress) for person in shown))
        yield from _more(len(kept), len(shown))


def _role_item(person: PersonProgress, progress: Progress) -> Item:
    changed = person.role_today if person.role_today.differs else person.next_role
    none = "no role of the rules" if person.role_today.differs else "none"
    parts = [Item(f"next role: {_next_words(person, progress)}", mark="·")]
    return Item(
        f"{named(person)}: {titles_words(changed, progress, none)}",
        note=f"by {cause_words(changed.attribution)}",
        style=Style.PLAIN,
        parts=tuple(parts),
    )


def titles_words(changed: Changed, progress: Progress, none: str) -> str:
    """Say a role before and after."""
    return f" {ARROW} ".join(progress.title(role) or none for role in (changed.before, changed.after))


def _next_words(person: PersonProgress, progress: Progress) -> str:
    ends = ((person.next_role.before, person.then), (person.next_role.after, person.now))
    words = ["none" if role is None or outcome is None else f"{progress.title(role)} ({outcome_words(outcome)})" for role, outcome in ends]
    return f" {ARROW} ".join(words)


def _one_sided(progress: Progress, most: int | None) -> Iterator[Block]:
    sections: Mapping[str, Sequence[OneSided]] = {
        "New": progress.arrived,
        "Left": progress.left,
        "Judged again: could not be judged in the old population": progress.judged_again,
        "Cannot be judged now": progress.no_longer_judged,
    }
    for title, people in sections.items():
        if not people:
            continue
        shown = people if most is None else people[:most]
        yield Heading(f"{title} ({len(people):,})", 2)
        yield Listing(tuple(_one_sided_item(person, progress) for person in shown))
        yield from _more(len(people), len(shown))


def _one_sided_item(person: OneSided, progress: Progress) -> Item:
    today = progress.title(person.role_today) or "no role of the rules"
    about = progress.role.id if progress.role is not None else person.next_role
    judged = f"; {progress.title(about)}: {outcome_words(person.outcome)}" if person.outcome is not None else ""
    parts = (
        () if person.rejected is None else (Item(f"{person.rejected.path}, row {person.rejected.row}: {person.rejected.reason}", mark="·"),)
    )
    return Item(f"{named(person)}, {today}{judged}", parts=parts)
