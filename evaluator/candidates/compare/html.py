"""A comparison as one HTML file, made like that of a case."""

from __future__ import annotations

from evaluator.candidates.case.bars import score_svg
from evaluator.candidates.compare.document import ALIKE, DIFFERENT, comparison_title, head_texts, people_word
from evaluator.candidates.compare.view import Candidate, Comparison
from evaluator.report.pages import page
from evaluator.report.words import NOTICE


def comparison_html(comparison: Comparison) -> str:
    """Write a comparison as a whole page."""
    from markupsafe import Markup

    def score(candidate: Candidate) -> Markup:
        return Markup(score_svg(candidate.score_low, candidate.score_high, f"Score: {candidate.score}"))  # noqa: S704 - its text is escaped where it is drawn

    sections = (
        ("differ", DIFFERENT, comparison.differing, "No criterion tells them apart."),
        ("alike", ALIKE, comparison.alike, "They differ in every criterion."),
    )
    return page(
        "compare.html",
        running=(comparison_title(comparison), f"as of {comparison.as_of}"),
        styles=("page.css", "compare.css"),
        found=comparison,
        title=comparison_title(comparison),
        people=people_word(comparison),
        heads=[(part, list(head_texts(comparison, part))) for part in comparison.parts],
        sections=sections,
        notice=NOTICE,
        score=score,
    )
