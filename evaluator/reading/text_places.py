"""Places in a text, by line and column as readers count them, and by index."""

from __future__ import annotations

import bisect
import re

from evaluator.diagnostics import Span

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Lines:
    """A text whose places, counted as the reader counts them, are found as indices."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    def index(self, line: int, column: int) -> int:
        """Return the index of a place."""
        return self._starts[line - 1] + column - 1

    def bounds(self, span: Span) -> tuple[int, int]:
        """Return the indices of both ends of a place."""
        return self.index(span.line, span.column), self.index(span.end_line, span.end_column)

    def span(self, path: str, start: int, end: int) -> Span:
        """Return the place of two indices."""
        first, last = bisect.bisect_right(self._starts, start), bisect.bisect_right(self._starts, end)
        return Span(
            path=path,
            line=first,
            column=start - self._starts[first - 1] + 1,
            end_line=last,
            end_column=end - self._starts[last - 1] + 1,
        )
