"""Opens a workbook by what it is, .xlsx, .xls or .ods, and says what a file is that is none of them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evaluator.core.files import open_to_read
from evaluator.reading import limits
from evaluator.reading.tables import excel_cells, old_workbooks, open_document
from evaluator.reading.tables.formats import COMPOUND_FILE
from evaluator.reading.tables.workbooks import Workbook, WorkbookProblem, damaged

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What the standard library raises of files that are no good."""
_OTHERS = {
    "xl/workbook.bin": ("the workbook is a binary one, .xlsb", "save it as .xlsx"),
    "Index/Document.iwa": ("the file is a spreadsheet of Numbers", "export it to Excel, as .xlsx"),
    "word/document.xml": ("the file is a Word document, and no table", "save its table as CSV UTF-8"),
    "ppt/presentation.xml": ("the file is a presentation, and no table", "save its table as CSV UTF-8"),
}


@contextmanager
def opened(path: Path) -> Iterator[Workbook]:
    """Open a workbook; raises WorkbookProblem and TooMuch for what is none, is damaged, or holds too much."""
    with open_to_read(path) as file:
        start = file.read(len(COMPOUND_FILE))
        file.seek(0)
        try:
            if old_workbooks.is_old(start):
                yield old_workbooks.workbook(file)
            else:
                with zipfile.ZipFile(file) as archive:
                    yield _workbook(archive)
        except _DAMAGED as problem:
            raise damaged() if start else WorkbookProblem("the file is empty", "export the table again") from problem
        except MemoryError:
            step = "save the sheet as CSV UTF-8, in parts"
            raise limits.TooMuch("the workbook holds more than fits into memory", step) from None


def _workbook(archive: zipfile.ZipFile) -> Workbook:
    limits.check_directory(archive)
    if open_document.is_one(archive):
        return open_document.workbook(archive)
    main = excel_cells.main_part(archive)
    if main is None or main in _OTHERS:
        names = set(archive.namelist())
        raise next((WorkbookProblem(*words) for name, words in _OTHERS.items() if name in names), damaged())
    return excel_cells.workbook(archive, main)
