"""What a report of a population shows, worked out from the results of one run: people, counts, and the words for both."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from evaluator.core.groups import is_group_fact
from evaluator.core.model import READY, UNDECIDED, Pack, Role, Track
from evaluator.engines.columns.gaps import SEPARATOR
from evaluator.populations.levels import UNTIL
from evaluator.reading.tables.columns import is_private
from evaluator.report.bands import band_words
from evaluator.report.words import counted, joined, sentence_case

if TYPE_CHECKING:
    import polars as pl

    from evaluator.populations.evaluate.runner import Outcome, Run

SHOWN = 8
"""So many gaps and questions are shown of those that matter to most people."""
SHOWN_VALUES = 30
"""So many texts of a column are shown, those of most people."""
NO_ROLE = "no next role"
NOT_STATED = "not stated"
_REJECTED = ("row", "line", "column", "id", "text", "code", "reason", "path")
_HUNDREDTHS = 10_000
MARKS: Mapping[str, str] = {"ready": "✓", "nearly": "≈", "notyet": "○", "undecided": "?", "none": "–"}
_IN_BARS = ("ready", "nearly", "notyet", "undecided", "none")
_IN_LISTS = ("ready", "nearly", "undecided", "notyet", "none")


@attrs.frozen(kw_only=True)
class Verdict:
    """A verdict as it looks: its word, and which of five looks it has; the best of a role, the last, any between, undecided, none."""

    word: str
    look: str

    @property
    def mark(self) -> str:
        """The mark that stands before the word."""
        return MARKS[self.look]


UNDECIDED_VERDICT = Verdict(word=UNDECIDED, look="undecided")
NO_VERDICT = Verdict(word=NO_ROLE, look="none")


@attrs.frozen(kw_only=True)
class Person:
    """One person of a report; `verdict` and `gaps` are about the role that the person is judged for, None where there is none."""

    id: str
    name: str
    row: int
    role: Role | None
    judged_for: Role | None
    verdict: Verdict
    worse: str
    better: str
    scores: tuple[int, int] | None
    gaps: tuple[str, ...]
    questions: tuple[str, ...]
    kept: tuple[Any, ...]

    @property
    def between(self) -> str:
        """The two verdicts that an undecided one lies between."""
        return "" if self.worse == self.better else f"{self.worse} {UNTIL} {self.better}"

    @property
    def score(self) -> str:
        """The score in per cent, rounded down, as one number where both sides of what is unknown agree."""
        if self.scores is None:
            return ""
        low, high = self.scores
        return f"{low} %" if low == high else f"{low}–{high} %"


@attrs.frozen(kw_only=True)
class Counted:
    """How many people have each verdict, of those with something in common: a role they are judged for, or a text in a column."""

    name: str
    verdicts: Mapping[Verdict, int]

    @property
    def people(self) -> int:
        """How many people they are."""
        return sum(self.verdicts.values())


@attrs.frozen(kw_only=True)
class Distribution:
    """Counts side by side, in parts that have a heading each; `verdicts` are the columns."""

    about: str
    verdicts: tuple[Verdict, ...]
    parts: tuple[tuple[str, tuple[Counted, ...]], ...]
    left_out: tuple[int, int] = (0, 0)
    """How many further texts there are, and of how many people."""

    @property
    def rows(self) -> tuple[Counted, ...]:
        """The counts of all parts."""
        return tuple(one for _, part in self.parts for one in part)

    @property
    def most(self) -> int:
        """How many people the longest bar stands for."""
        return max((one.people for one in self.rows), default=1)


@attrs.frozen(kw_only=True)
class Amount:
    """How many people something is true of: a gap, of those who are judged for its role, or a fact that may move a verdict, of nobody."""

    title: str
    below: str
    people: int
    of: int


@attrs.frozen(kw_only=True)
class Rung:
    """A role of the ladder: how many people hold it, and how many of them are ready for the role they are judged for."""

    title: str
    people: int
    ready: int


@attrs.frozen(kw_only=True)
class Cause:
    """Why rows were left out: the column, one of the reasons, its code, and how many rows have it."""

    column: str
    reason: str
    code: str
    rows: int


@attrs.frozen(kw_only=True)
class LeftOut:
    """One reason why a row was left out; what a whole row says, a fact of groups and a note are not repeated as its `text`."""

    row: int
    line: int | None
    id: str
    column: str
    text: str
    reason: str
    code: str
    path: str

    @property
    def place(self) -> str:
        """Where the row stands: by the line of its file, as an editor and a spreadsheet count, where that is known."""
        return f"row {self.row}" if self.line is None else f"line {self.line}"


@attrs.frozen(slots=False, kw_only=True)
class Figures:
    """All that a report of one run shows."""

    run: Run
    outcome: Outcome
    people: tuple[Person, ...]
    """Everybody, the furthest on first."""
    kept: tuple[str, ...]
    by: tuple[str, ...]
    rejected: pl.DataFrame
    day: datetime.date

    @property
    def pack(self) -> Pack:
        """The pack that people are judged by."""
        return self.run.pack

    @property
    def role(self) -> Role | None:
        """The role that everybody is judged for, where one was asked for."""
        return None if self.run.request.role is None else self.pack.roles[self.run.request.role]

    @cached_property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many people have each verdict, best first; those that nobody has are not there."""
        found = Counter(person.verdict for person in self.people)
        return {verdict: found[verdict] for verdict in self._in_order(found, _IN_BARS)}

    @cached_property
    def groups(self) -> tuple[Verdict, ...]:
        """The verdicts that people have, in the order of the list of people."""
        return tuple(self._in_order(self.verdicts, _IN_LISTS))

    def _in_order(self, verdicts: Mapping[Verdict, int], looks: Sequence[str]) -> list[Verdict]:
        words = (*self.pack.verdict_words, UNDECIDED, NO_ROLE)
        return sorted(verdicts, key=lambda verdict: (looks.index(verdict.look), words.index(verdict.word)))

    @property
    def headline(self) -> str:
        """The sentence that the report begins with."""
        return headline(self.verdicts, self.role)

    @property
    def best(self) -> str:
        """What the best verdicts are called that people have, or could have."""
        words = dict.fromkeys(self.pack.best_of(role) for role in self._judged_for) or {self.pack.best: None}
        return joined([word if word == READY else f"“{word}”" for word in words], "or")

    @cached_property
    def _judged_for(self) -> tuple[Role, ...]:
        held = {person.judged_for.id for person in self.people if person.judged_for is not None}
        return tuple(role for role in self.pack.judged_roles if role.id in held)

    @cached_property
    def by_role(self) -> tuple[Distribution, ...]:
        """How people stand by the role they are judged for: one for each list of verdicts that such roles have."""
        found: dict[str, Counter[Verdict]] = {}
        for person in self.people:
            if person.judged_for is not None:
                found.setdefault(person.judged_for.id, Counter())[person.verdict] += 1
        lists = [[role for role in roles if role.id in found] for roles in self.pack.roles_by_verdicts.values()]
        return tuple(self._by_roles(roles, found) for roles in lists if roles)

    def _by_roles(self, roles: Sequence[Role], found: Mapping[str, Counter[Verdict]]) -> Distribution:
        parts = []
        for track in self.pack.tracks:
            ladder = sorted((role for role in roles if role.track == track.id), key=lambda role: (role.rung, role.among_peers))
            if ladder:
                parts.append((track.title, tuple(Counted(name=role.title, verdicts=found[role.id]) for role in ladder)))
        every = (*verdicts_on(self.pack, roles[0]), UNDECIDED_VERDICT)
        return Distribution(about="Judged for" if self.role else "Next role", verdicts=every, parts=tuple(parts))

    @cached_property
    def by_columns(self) -> tuple[Distribution, ...]:
        """How people stand by each column that was asked for."""
        return tuple(self._by_column(name) for name in self.by)

    def _by_column(self, name: str) -> Distribution:
        found: dict[str, Counter[Verdict]] = {}
        place = self.kept.index(name)
        for person in self.people:
            found.setdefault(shown_text(person.kept[place]), Counter())[person.verdict] += 1
        every = [Counted(name=text or NOT_STATED, verdicts=verdicts) for text, verdicts in found.items()]
        every.sort(key=lambda one: (one.name == NOT_STATED, -one.people, one.name))
        rest = every[SHOWN_VALUES:]
        left = (len(rest), sum(one.people for one in rest))
        return Distribution(about=name, verdicts=tuple(self.verdicts), parts=(("", tuple(every[:SHOWN_VALUES])),), left_out=left)

    @cached_property
    def gaps(self) -> tuple[Amount, ...]:
        """What holds most people back: criteria that are certainly not met."""
        judged = Counter(person.judged_for.id for person in self.people if person.judged_for is not None)
        criteria = {criterion.key: (role, criterion) for role in self.pack.judged_roles for criterion in role.criteria}
        found = []
        for key, number in _most(self.outcome.counts.gaps):
            role, criterion = criteria[key]
            found.append(Amount(title=criterion.title, below=role.title, people=number, of=judged[role.id]))
        return tuple(found)

    @cached_property
    def questions(self) -> tuple[Amount, ...]:
        """The facts that can move the verdicts of most people, each with the question that asks for it."""
        attributes = self.pack.attributes
        found = [(attributes[name], number) for name, number in _most(self.outcome.counts.questions)]
        return tuple(Amount(title=one.title, below=one.question or "", people=number, of=0) for one, number in found)

    @cached_property
    def could_be_best(self) -> int:
        """How many of the undecided may turn out to have the best verdict."""
        undecided = (person for person in self.people if person.verdict == UNDECIDED_VERDICT and person.judged_for is not None)
        return sum(person.judged_for is not None and person.better == self.pack.best_of(person.judged_for) for person in undecided)

    @cached_property
    def ladder(self) -> tuple[tuple[Track, tuple[Rung, ...]], ...]:
        """The roles of each track, the highest first, with the people who hold them; tracks that nobody stands on are left out."""
        held, ready = Counter[str](), Counter[str]()
        for person in self.people:
            if person.role is not None:
                held[person.role.id] += 1
                ready[person.role.id] += person.verdict.look == "ready"
        found = []
        for track in self.pack.tracks:
            roles = [role for role in self.pack.roles.values() if role.track == track.id and (role.judged or held[role.id])]
            roles.sort(key=lambda role: (-role.rung, role.among_peers))
            if any(held[role.id] for role in roles):
                found.append((track, tuple(Rung(title=role.title, people=held[role.id], ready=ready[role.id]) for role in roles)))
        return tuple(found)

    @cached_property
    def without_role(self) -> tuple[tuple[str, int], ...]:
        """Why people are judged for no role, and how many."""
        return tuple((str(why), number) for why, number in sorted(self.outcome.counts.unjudged.items(), key=lambda one: (-one[1], one[0])))

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """Why rows were left out, the most frequent cause first; a row that has several is counted under each."""
        examples: dict[tuple[str, str], str] = {}
        for code, column, why in self.rejected.select("code", "column", "reason").iter_rows():
            examples.setdefault((code, column or ""), why)
        counts = sorted(self.outcome.counts.reasons.items(), key=lambda one: (-one[1], one[0]))
        found = []
        for cause, number in counts:
            code, _, column = cause.partition(" ")
            found.append(Cause(column=column, reason=sentence_case(examples.get((code, column), "")), code=code, rows=number))
        return tuple(found)

    def left_out(self, most: int | None = None) -> Iterator[LeftOut]:
        """Yield reasons why rows were left out, all of them or the first."""
        rows = self.rejected if most is None else self.rejected.head(most)
        for row, line, column, id_, text, code, why, path in rows.select(_REJECTED).iter_rows():
            hidden = not column or is_group_fact(column) or is_private(column)
            told = "" if hidden else text or ""
            yield LeftOut(row=row, line=line, id=id_ or "", column=column or "", text=told, reason=why, code=code, path=path)

    def group_words(self, verdict: Verdict) -> tuple[str, str]:
        """Say in words what a number of people in a group of the list are, and in a sentence what that means."""
        if verdict == NO_VERDICT:
            return "without a role to be judged for", sentence_case(
                "; ".join(f"{why}: {number:,}" for why, number in self.without_role)
            ) + "."
        if verdict == UNDECIDED_VERDICT:
            return (
                "undecided until a fact is known",
                "What is unknown could change the verdict; the dotted part of a bar is what it could add.",
            )
        bands = {band_words(band) for role in self._judged_for for band in self.pack.bands_of(role) if band.verdict == verdict.word}
        meant = f"It takes {bands.pop()}." if len(bands) == 1 else ""
        return verdict.word if verdict.word in {READY, "nearly", "not yet"} else f"“{verdict.word}”", meant


def headline(verdicts: Mapping[Verdict, int], role: Role | None) -> str:
    """Say in a sentence how many people have which verdict."""
    people = sum(verdicts.values())
    best = [(verdict, number) for verdict, number in verdicts.items() if verdict.look == "ready"]
    to = f"for {role.title}" if role is not None else "for their next role" if people > 1 else "for the next role"
    number = sum(number for _, number in best)
    words = joined([_said(verdict) for verdict, _ in best], "or") if best else "ready"
    everybody = counted(people, "person", "people")
    undecided = verdicts.get(UNDECIDED_VERDICT, 0)
    if people == 1 and undecided:
        return f"Whether the only person is {words} {to} hangs on a missing fact."
    known = "known to be " if undecided and not number else ""
    if people == 1:
        start = f"The only person is {words} {to}" if number else f"The only person is not ready {to} today"
    else:
        some = f"{number:,} of" if number else "None of the"
        start = f"{some} {everybody} {'is' if number <= 1 else 'are'} {known}{words} {to}"
    parts = [start, *_between(verdicts)]
    return f"{', and '.join(filter(None, (', '.join(parts[:-1]), parts[-1])))}."


def _between(verdicts: Mapping[Verdict, int]) -> Iterator[str]:
    """Yield the clauses about people between the best verdict and the last, and those who are undecided."""
    for verdict, number in verdicts.items():
        if verdict.look == "nearly" and number:
            there = " there" if verdict.word == "nearly" else ""
            yield f"{number:,} {'is' if number == 1 else 'are'} {_said(verdict)}{there}"
    if number := verdicts.get(UNDECIDED_VERDICT, 0):
        yield f"for {number:,} a missing fact decides"


def _said(verdict: Verdict) -> str:
    return verdict.word if verdict.word in {READY, "nearly"} else f"“{verdict.word}”"


def verdicts_on(pack: Pack, role: Role) -> tuple[Verdict, ...]:
    """Return the verdicts that there are on a role, best first."""
    words = pack.verdicts_of(role)
    looks = ["ready", *("nearly" for _ in words[1:-1]), "notyet"] if len(words) > 1 else ["ready"]
    return tuple(Verdict(word=word, look=look) for word, look in zip(words, looks, strict=True))


def _most(counter: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]


def shown_text(value: object) -> str:
    """Return what a cell that was carried along says; nothing where it is empty."""
    return "" if value is None else str(value).strip()


def people_of(results: pl.DataFrame, pack: Pack, kept: Sequence[str]) -> Iterator[Person]:
    """Yield the people of a run's results, a row each."""
    about = "next_role" if "next_role" in results.columns else "judged_role"
    names = ["id", "name", "row", "role", about, "verdict_worse", "verdict_better", "score_worse", "score_better", "gaps", "questions"]
    looks = {role.id: {verdict.word: verdict for verdict in verdicts_on(pack, role)} for role in pack.judged_roles}
    titles = {role.id: {criterion.id: criterion.title for criterion in role.criteria} for role in pack.judged_roles}
    asked = {name: attribute.title for name, attribute in pack.attributes.items()}
    for cells in results.select(*names, *kept).iter_rows():
        id_, name, row, role, judged, worse, better, low, high, gaps, questions = cells[: len(names)]
        held = None if role is None else pack.roles[role]
        verdict, scores, found = NO_VERDICT, None, tuple[str, ...]()
        if judged is not None and worse is not None and better is not None:
            verdict = looks[judged][worse] if worse == better else UNDECIDED_VERDICT
            scores = (_percent(low), _percent(high))
            found = tuple(titles[judged][gap] for gap in gaps.split(SEPARATOR) if gap) if gaps else ()
        yield Person(
            id=id_,
            name=name or id_,
            row=row,
            role=held,
            judged_for=None if judged is None else pack.roles[judged],
            verdict=verdict,
            worse=worse or "",
            better=better or "",
            scores=scores,
            gaps=found,
            questions=tuple(asked[one] for one in questions.split(SEPARATOR) if one) if questions else (),
            kept=tuple(cells[len(names) :]),
        )


def _percent(score: float) -> int:
    """Return a score in whole per cent, rounded down; it has four digits."""
    return round(score * _HUNDREDTHS) // 100


def furthest_first(people: Sequence[Person], pack: Pack) -> tuple[Person, ...]:
    """Return people in the order of their verdicts, then of their scores, then of their names."""
    words = {word: place for place, word in enumerate((*pack.verdict_words, UNDECIDED, NO_ROLE))}

    def place(person: Person) -> tuple[int, int, int, int, str, str]:
        low, high = person.scores or (-1, -1)
        return _IN_LISTS.index(person.verdict.look), words[person.verdict.word], -low, -high, person.name.casefold(), person.id

    return tuple(sorted(people, key=place))
