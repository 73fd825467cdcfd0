"""A comparison as one HTML file, made like that of a case."""

from __future__ import annotations

from evaluator.candidates.case.bars import score_svg
from evaluator.candidates.compare.document import ALIKE, DIFFERENT, head_texts, title_of
from evaluator.candidates.compare.view import Candidate, Comparison
from evaluator.report.pages import page
from evaluator.report.words import NOTICE


def comparison_html(found: Comparison) -> str:
    """Write a comparison as a whole page."""
    from markupsafe import Markup

    def score(one: Candidate) -> Markup:
        return Markup(score_svg(one.score_low, one.score_high, f"Score: {one.score}"))  # noqa: S704 - its text is escaped where it is drawn

    sections = (
        ("differ", DIFFERENT, found.differing, "No criterion tells them apart."),
        ("alike", ALIKE, found.alike, "They differ in every criterion."),
    )
    return page(
        "compare.html",
        running=(title_of(found), f"as of {found.as_of}"),
        styles=("page.css", "compare.css"),
        found=found,
        title=title_of(found),
        heads=[(part, list(head_texts(found, part))) for part in found.parts],
        sections=sections,
        notice=NOTICE,
        score=score,
    )
