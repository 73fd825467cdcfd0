"""A case as one HTML file: no scripts, nothing from elsewhere; to be read on a screen or a phone, and to be printed."""

from __future__ import annotations

from evaluator.candidates.case.bars import bar_svg, score_svg
from evaluator.candidates.case.decision import DECISION
from evaluator.candidates.case.view import Bar, Case
from evaluator.report.attributes import MEANINGS
from evaluator.report.ladder.svg import svg
from evaluator.report.pages import page
from evaluator.report.words import NOTICE, STATE_MARKS

_CONTENTS = (
    ("recommendation", "Recommendation"),
    ("criteria", "Criteria"),
    ("ladder", "Place on the ladder"),
    ("path", "Steps of the path"),
    ("gaps", "Gaps and what to do"),
    ("questions", "Open questions"),
    ("plan", "Plan"),
    ("objections", "Likely objections"),
    ("levels", MEANINGS),
    ("decision", "The panel’s decision"),
)
_WHERE_THERE_ARE_SOME = frozenset({"path", "levels"})
"""The sections that a case without anything in them does not have."""
LISTS = ("Strongest points", "What is missing", "What is unknown")
STATES = {mark: str(state) for state, mark in STATE_MARKS.items()}


def case_html(case: Case) -> str:
    """Write a case as a whole page."""
    from markupsafe import Markup

    def drawn(bar: Bar) -> Markup:
        return Markup(bar_svg(bar))  # noqa: S704 - every text in it is escaped where it is drawn

    front = case.front
    return page(
        "case.html",
        running=(f"Promotion case: {case.title}", f"as of {case.as_of.isoformat()}"),
        styles=("page.css", "case.css"),
        case=case,
        case_lists=tuple(zip(LISTS, (front.strongest, front.missing, front.unknown), NOTHING_THERE, strict=True)),
        contents=[(id_, title) for id_, title in _CONTENTS if id_ not in _WHERE_THERE_ARE_SOME or getattr(case, id_)],
        notice=NOTICE,
        states=STATES,
        bar=drawn,
        score=Markup(score_svg(front.score_low, front.score_high, f"Score: {front.score}")),  # noqa: S704 - as above
        ladder=Markup(svg(case.place.pack, case.place.labels)),  # noqa: S704 - as above
        decision=DECISION,
    )


NOTHING_THERE = ("No criterion is met.", "Nothing: no criterion is unmet.", "Nothing: no question is open.")
