"""A report of a population as one page: every figure in words first, people to be looked through, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from evaluator.populations.report.figures import (
    SHOWN_VALUES,
    UNDECIDED_VERDICT,
    Figures,
    Person,
    Verdict,
    shown_text,
)
from evaluator.report.pages import json_data, page
from evaluator.report.text import visible
from evaluator.report.words import NOTICE, counted

if TYPE_CHECKING:
    from markupsafe import Markup

    from evaluator.report.blocks import Fact
    from evaluator.report.plain_values import Json

ALL_AT_ONCE = 1_000
"""Up to so many people all stand in the page; of more, the first of each verdict do, and a script shows the others."""
AT_ONCE = 100
"""So many people of each verdict then."""
MOST_PEOPLE = 100_000
"""A page holds no more people than these, the furthest on; a browser would open it no more in a reasonable time."""
MOST_ROWS = 200
"""So many reasons why rows were left out are shown, one by one."""


def report_page(figures: Figures, rests: Sequence[Fact], *, title: str, days: str) -> str:
    """Return the page; `rests` is what it rests on, and `days` what is to be known of the days that it speaks of."""
    people = figures.people[:MOST_PEOPLE]
    at_once = len(people) if len(people) <= ALL_AT_ONCE else AT_ONCE
    groups = []
    for verdict in figures.groups:
        some = [person for person in people if person.verdict == verdict]
        groups.append((verdict, figures.group_words(verdict)[1], len(some), some[:at_once]))
    rows = tuple(figures.left_out(MOST_ROWS))
    more = figures.rejected.height - len(rows)
    script = _Script(figures=figures, people=people, at_once=at_once)
    return page(
        "population.html",
        running=(title, ""),
        styles=("tokens.css", "base.css", "population.css"),
        script="population.js",
        title=title,
        figures=figures,
        days=days,
        by_role_heading=f"How they stand, judged for {figures.role.title}"
        if figures.role
        else "How they stand, by the role that would come next",
        rejected_words=_rejected_words(figures),
        undecided_words=_undecided_words(figures),
        shown_words=_shown_words(figures, people, at_once),
        groups=groups,
        filters=[(name, [shown for _, shown in values]) for name, _, values in script.filters],
        kept=figures.kept,
        rows=rows,
        rows_left=f"And {more:,} more reasons; a workbook of the same report has them all." if more else "",
        rests=rests,
        notice=NOTICE,
        data=json_data(script.data),
        most_held=max((rung.people for _, rungs in figures.ladder for rung in rungs), default=1),
        bar=_verdict_bar,
        share=_share_bar,
        score=_score_bar,
        held=_held_bar,
        place=figures.groups.index,
        anchor=lambda verdict: f"p-{figures.groups.index(verdict)}",
        kept_of=lambda person: [(name, text) for name, cell in zip(figures.kept, person.kept, strict=True) if (text := shown_text(cell))],
    )


def _rejected_words(figures: Figures) -> str:
    counts = figures.outcome.counts
    are, them = ("is", "it") if counts.rejected == 1 else ("are", "them")
    return f"{counts.rejected:,} of {counted(counts.rows, 'row')} {are} left out, because something in {them} cannot be used."


def _undecided_words(figures: Figures) -> str:
    number = figures.verdicts.get(UNDECIDED_VERDICT, 0)
    if not number:
        return "These answers can move most verdicts."
    of = f"Of the {number:,} who are undecided, {figures.could_be_best:,} could turn out to be {figures.best}."
    return f"{of if number > 1 else 'One is undecided.'} These answers can move most verdicts."


def _shown_words(figures: Figures, people: Sequence[Person], at_once: int) -> str:
    number = len(people)
    if number < len(figures.people):
        return f"The first {number:,} of {len(figures.people):,}, the furthest on first; a workbook of the same report holds everybody."
    if at_once < number:
        return f"All {number:,}, the furthest on first; {at_once} of each verdict at once."
    return f"All {number:,}, the furthest on first." if number > 1 else "One person."


@attrs.frozen(kw_only=True, slots=False)
class _Script:
    """What the page's script goes by: everybody, in the order of the page, with words that many share written once."""

    figures: Figures
    people: Sequence[Person]
    at_once: int

    @cached_property
    def filters(self) -> list[tuple[str, int, list[tuple[int, str]]]]:
        """Return what people can be chosen by beside name and verdict: its name, its place in a person's row, its values."""
        roles = self._roles
        held = {person.role.id for person in self.people if person.role is not None}
        found = [("Role today", 2, [(place, roles[id_]) for place, id_ in enumerate(roles) if id_ in held])]
        if self.figures.role is None:
            judged = {person.judged_for.id for person in self.people if person.judged_for is not None}
            found.append(("Next role", 3, [(place, roles[id_]) for place, id_ in enumerate(roles) if id_ in judged]))
        for place, name in enumerate(self.figures.kept):
            texts = self._texts[place]
            if name in self.figures.by and len(texts) <= SHOWN_VALUES * 10:
                listed = sorted(enumerate(texts), key=lambda one: (not one[1], one[1].casefold()))
                found.append((name, 10 + place, listed))
        return found

    @cached_property
    def _roles(self) -> dict[str, str]:
        pack = self.figures.pack
        tracks = [track.id for track in pack.tracks]
        roles = sorted(pack.roles.values(), key=lambda role: (tracks.index(role.track), role.rung, role.among_peers))
        return {role.id: role.title for role in roles}

    @cached_property
    def _texts(self) -> list[list[str]]:
        return [list(dict.fromkeys(shown_text(person.kept[place]) for person in self.people)) for place in range(len(self.figures.kept))]

    @property
    def data(self) -> Json:
        """Return it as data, in letters that a page can show."""
        roles, texts = self._roles, self._texts
        role_at = {id_: place for place, id_ in enumerate(roles)}
        text_at = [{text: place for place, text in enumerate(column)} for column in texts]
        verdict_at = {verdict: place for place, verdict in enumerate(self.figures.groups)}
        gaps, asks, ranges = _Numbered(), _Numbered(), _Numbered()
        people: list[Json] = []
        for person in self.people:
            low, high = person.scores or (-1, -1)
            people.append([
                visible(person.name),
                visible(person.id),
                -1 if person.role is None else role_at[person.role.id],
                -1 if person.judged_for is None else role_at[person.judged_for.id],
                verdict_at[person.verdict],
                ranges.of(person.between) if person.between else -1,
                low,
                high,
                [gaps.of(gap) for gap in person.gaps],
                [asks.of(question) for question in person.questions],
                *(text_at[place][shown_text(cell)] for place, cell in enumerate(person.kept)),
            ])  # fmt: skip
        return {
            "page": self.at_once,
            "one": self.figures.role is not None,
            "roles": [visible(title) for title in roles.values()],
            "verdicts": [[visible(verdict.word), verdict.mark, verdict.look] for verdict in self.figures.groups],
            "ranges": ranges.texts,
            "gaps": gaps.texts,
            "asks": asks.texts,
            "kept": [visible(name) for name in self.figures.kept],
            "texts": [[visible(text) for text in column] for column in texts],
            "filters": [{"at": at, "values": [value for value, _ in values]} for _, at, values in self.filters],
            "people": people,
        }


@attrs.frozen
class _Numbered:
    """Texts that are written once, and the number of each."""

    numbers: dict[str, int] = attrs.field(factory=dict)

    def of(self, text: str) -> int:
        """Return the number of a text."""
        return self.numbers.setdefault(visible(text), len(self.numbers))

    @property
    def texts(self) -> list[str]:
        """The texts, by number."""
        return list(self.numbers)


def _verdict_bar(verdicts: Mapping[Verdict, int], most: int) -> Markup:
    """Draw how many people have which verdict, where the whole width stands for `most` of them."""
    parts, start = [], 0
    for verdict, number in sorted(verdicts.items(), key=lambda one: _LOOKS.index(one[0].look)):
        if number:
            parts.append((f"f-{'quiet' if verdict.look == 'none' else verdict.look}", start, start + number))
        start += number
    return _bar(parts, most)


_LOOKS = ("ready", "nearly", "notyet", "undecided", "none")


def _share_bar(number: int, of: int) -> Markup:
    return _bar([("track", 0, of), ("f-plain", 0, number)], of)


def _held_bar(ready: int, people: int, most: int) -> Markup:
    return _bar([("f-quiet", 0, people), *([("f-ready", 0, ready)] if ready else [])], most)


def _score_bar(scores: tuple[int, int]) -> Markup:
    low, high = scores
    parts = [("track", 0, 100), *([("f-plain", 0, low)] if low else []), *([("f-maybe", low, high)] if high > low else [])]
    return _bar(parts, 100)


def _bar(parts: Sequence[tuple[str, int, int]], most: int) -> Markup:
    """Draw parts from left to right; what they say stands in words beside them."""
    from markupsafe import Markup

    drawn = "".join(
        f'<rect class="{look}" x="{_share(start, most)}%" y="0" width="{_share(end - start, most)}%" height="100%"/>'
        for look, start, end in parts
    )
    return Markup(f'<svg class="bar" aria-hidden="true" focusable="false">{drawn}</svg>')  # noqa: S704 - numbers and names of our own


def _share(number: int, most: int) -> str:
    return f"{100 * number / max(most, 1):.4g}"
