"""Files that are called tables and are read as none: each is told by what it is."""

from __future__ import annotations

from evaluator.core.files import open_to_read
from evaluator.diagnostics import Span
from evaluator.reading.tables.sources import Asking, File

_START = 4096
_KINDS = {
    b"office:spreadsheet": "a workbook in the XML of Excel 2003",
    b"office:document": "an OpenDocument spreadsheet in one piece of XML, .fods",
    b"<?xml": "XML",
}


def refuse(file: File, asking: Asking) -> None:
    """Say what a file is that is written in the words of web pages, whatever its name says."""
    with open_to_read(file.place) as opened:
        first = opened.read(_START)
    is_page = b"<html" in first.lower()
    words = next((words for part, words in _KINDS.items() if part in first and not is_page), "a web page")
    step = "open it in a spreadsheet program and save it as .xlsx, or export the table as CSV"
    asking.problems.add("D101", f"the file is {words}, whatever its name says", Span.whole_file(file.path), help=step)
