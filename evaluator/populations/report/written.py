"""A report as the files that it is written to: the same figures, and what they rest on, as a page and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from evaluator.cli.clock import today
from evaluator.core.days import ManyDays
from evaluator.populations.counting import many_days
from evaluator.populations.evaluate.report import read_facts, rests_facts
from evaluator.report.blocks import Fact
from evaluator.report.days import days_words
from evaluator.report.words import counted

if TYPE_CHECKING:
    from evaluator.populations.evaluate.to_json import Input
    from evaluator.populations.report.figures import Figures


@attrs.frozen(kw_only=True)
class Report:
    """What one run came to, and the files that it was read from."""

    figures: Figures
    inputs: tuple[Input, ...]

    def page(self) -> str:
        """Return it as a page."""
        from evaluator.populations.report.page import report_page

        return report_page(self.figures, tuple(self._rests()), title=self.title, days=days_words(self._days))

    def workbook(self) -> bytes:
        """Return it as a workbook."""
        from evaluator.populations.report.workbook import report_workbook

        return report_workbook(self.figures, tuple(self._rests()), title=self.title, days=days_words(self._days))

    @property
    def title(self) -> str:
        """What the report is about."""
        return f"Promotion readiness of {counted(len(self.figures.people), 'person', 'people')}, {self.figures.day}"

    @property
    def _days(self) -> ManyDays:
        figures = self.figures
        return many_days(figures.outcome.counts.days, figures.pack, figures.run.request.today or today())

    def _rests(self) -> Iterator[Fact]:
        figures = self.figures
        for one in self.inputs:
            size = "" if one.bytes is None else f", {counted(one.bytes, 'byte')}"
            digest = "" if one.sha256 is None else f", SHA-256 {one.sha256}"
            yield Fact("Read from", f"{one.path}{size}{digest}")
        yield from (fact for fact in read_facts(figures.run, figures.outcome) if fact.label != "Rejected")
        yield from rests_facts(figures.run, figures.day, self._days)
