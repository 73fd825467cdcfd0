"""Word files from the command line: written where the extra is there, else a sentence on how to get it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evaluator.cli.failures import Unusable
from evaluator.cli.output import Output

if TYPE_CHECKING:
    from evaluator.report.figures import Part
    from evaluator.report.word import Paper

_INSTALL = "install the extra: pip install 'promotion-readiness-evaluator[docx]'; or choose .html or .md"


def write_word(parts: Iterable[Part], paper: Paper, output: Output) -> None:
    """Write a document as a Word file; raises Unusable where what it takes is not installed."""
    from evaluator.report.word import MissingExtra, word_bytes

    try:
        data = word_bytes(parts, paper)
    except MissingExtra:
        raise Unusable("writing Word files needs python-docx and resvg-py", _INSTALL) from None
    output.write_bytes(data)
