"""What everybody who opens a file of a population is asked: the pack's words, the options, and where problems go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs

from evaluator.core.model import Pack
from evaluator.diagnostics import Problems, Span
from evaluator.reading.tables.columns import HeaderReader, Vocabulary
from evaluator.reading.tables.model import Options


@attrs.frozen(kw_only=True)
class File:
    """A file: its name as it was given, and where its bytes are."""

    path: str
    place: Path


@attrs.frozen(kw_only=True)
class Asking:
    """What is asked of a file."""

    pack: Pack
    words: Vocabulary
    options: Options
    chunk_rows: int
    problems: Problems

    def header(self, path: str, span: Callable[[int], Span]) -> HeaderReader:
        """Return a reader of a file's header."""
        return HeaderReader(words=self.words, options=self.options, problems=self.problems, path=path, span=span)
