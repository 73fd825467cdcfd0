"""Blocks and pictures written out as a Word file: real headings, lists and tables, pictures with a text that stands for them.

The same document gives the same bytes: what a file says of its making comes from the as-of date, never from a clock.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from evaluator.diagnostics import EvaluatorError
from evaluator.report.blocks import Fact, Facts, Folded, Heading, Item, Listing, Paragraph
from evaluator.report.figures import BOXES, Figure, Form, Part
from evaluator.report.pictures import ZOOM, png, size
from evaluator.report.tables import Table
from evaluator.report.word_parts import clean, columns, field, repeat, run, shares, whole
from evaluator.report.words import Style

if TYPE_CHECKING:
    from docx.document import Document

_FONT = "Arial"
_LEVELS = ("ListBullet", "ListBullet2", "ListBullet3")
"""Styles of lists by their ids: looking them up by name takes half of the time that a document takes."""
_WIDEST_CM, _HIGHEST_CM = 17.0, 19.0
_DOTS_PER_CM = 37.8


_INSTALL = "install the extra: pip install 'promotion-readiness-evaluator[docx]'; or choose .html or .md"


class MissingExtra(EvaluatorError):
    """What Word files are written with is not installed."""


@attrs.frozen(kw_only=True)
class Paper:
    """What a document is called, its day, whether its paper is turned, and the headings before which a page begins."""

    title: str
    day: datetime.date
    wide: bool = False
    new_pages: frozenset[str] = frozenset()


def word_bytes(parts: Iterable[Part], paper: Paper) -> bytes:
    """Return a document as the bytes of a .docx file.

    Raises MissingExtra where python-docx or resvg-py is not installed.
    """
    try:
        import docx
        import resvg_py  # noqa: F401 - asked for before anything is written
    except ImportError:
        raise MissingExtra("writing Word files needs python-docx and resvg-py", _INSTALL) from None
    made = docx.Document()
    _set_up(made, paper)
    writer = _Writer(made, paper)
    for part in parts:
        writer.write(part)
    out = io.BytesIO()
    made.save(out)
    return _settled(out.getvalue(), paper.day)


def _set_up(document: Document, paper: Paper) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = (Cm(29.7), Cm(21.0)) if paper.wide else (Cm(21.0), Cm(29.7))
    section.orientation = WD_ORIENT.LANDSCAPE if paper.wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.0)
    section.header.paragraphs[0].text = f"{clean(paper.title)}, as of {paper.day.isoformat()}"
    foot = section.footer.paragraphs[0]
    foot.add_run("Informs a decision that people take. Page ")
    field(foot, "PAGE")
    _letters(document)
    _about(document, paper)


def _letters(document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    normal: Any = document.styles["Normal"]
    normal.font.size, normal.font.name = Pt(10), _FONT
    normal.paragraph_format.space_after = Pt(4)
    for name in ("Title", "Heading 1", "Heading 2"):
        style: Any = document.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[theme]
        fonts.set(qn("w:ascii"), _FONT)
        fonts.set(qn("w:hAnsi"), _FONT)
    title: Any = document.styles["Title"]
    title.font.size = Pt(20)


def _about(document: Document, paper: Paper) -> None:
    """Say when and by what it was made, from the as-of date alone."""
    day, about = paper.day, document.core_properties
    about.title, about.author, about.last_modified_by, about.comments = clean(paper.title)[:255], "evaluator", "evaluator", ""
    about.created = about.modified = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC)
    about.language, about.revision = "en-GB", 1


class _Writer:
    """Writes parts one after the other."""

    def __init__(self, document: Document, paper: Paper) -> None:
        self.made = document
        self.paper = paper
        self.pictures = 0

    def write(self, part: Part) -> None:
        """Write one part at the end."""
        match part:
            case Heading(text=text, level=level):
                made = self.made.add_heading(clean(text), level - 1)
                made.paragraph_format.page_break_before = text in self.paper.new_pages
            case Paragraph(text=text, style=style):
                run(self.made.add_paragraph(), text, style, bold=style is Style.STRONG)
            case Facts(facts=facts):
                self._facts(facts)
            case Listing(items=items):
                self._items(items, 0)
            case Table():
                self._table(part)
            case Folded(title=title, blocks=blocks):
                self.write(Heading(title, 3))
                for block in blocks:
                    self.write(block)
            case Form():
                self._form(part)
            case Figure():
                self._figure(part)

    def _facts(self, facts: tuple[Fact, ...]) -> None:
        table = self.made.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        for fact in facts:
            cells = table.add_row().cells
            run(cells[0].paragraphs[0], fact.label, bold=True)
            run(cells[1].paragraphs[0], fact.text, fact.style)
        columns(table, (1, 4), self._room)
        self.made.add_paragraph()

    def _items(self, items: Iterable[Item], depth: int) -> None:
        for item in items:
            line = self.made.add_paragraph()
            line._p.style = _LEVELS[min(depth, len(_LEVELS) - 1)]  # noqa: SLF001 - see there
            line.paragraph_format.keep_with_next = bool(item.parts)
            if item.mark.strip("·-"):
                run(line, f"{item.mark} ", item.style, bold=True)
            run(line, item.text, Style.FAINT if item.style is Style.FAINT else Style.PLAIN, bold=item.strong)
            if item.note or item.place:
                run(line, f" {item.note} {item.place}".rstrip(), Style.FAINT)
            self._items(item.parts, depth + 1)

    def _form(self, form: Form) -> None:
        from docx.shared import Cm

        table = self.made.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        for label, words, tall in form.rows:
            row = table.add_row()
            row.height = Cm(3.0 if tall else 1.0)
            whole(row)
            run(row.cells[0].paragraphs[0], label, bold=True)
            run(row.cells[1].paragraphs[0], BOXES.join(f"☐ {word}" for word in words))
        columns(table, (1, 3), self._room)
        self.made.add_paragraph()

    def _table(self, data: Table) -> None:
        table = self.made.add_table(rows=1, cols=len(data.headers))
        table.style = "Table Grid"
        for cell, header in zip(table.rows[0].cells, data.headers, strict=True):
            run(cell.paragraphs[0], header, bold=True)
        repeat(table.rows[0])
        for row in data.rows:
            added = table.add_row()
            whole(added)
            for cell, found in zip(added.cells, row, strict=True):
                run(cell.paragraphs[0], found.text, found.style)
        columns(table, shares(data), self._room)
        self.made.add_paragraph()

    @property
    def _room(self) -> int:
        section = self.made.sections[0]
        return int((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))

    def _figure(self, figure: Figure) -> None:
        from docx.shared import Cm

        drawn = png(figure.svg)
        if drawn is None:
            self.write(Paragraph(f"The picture “{figure.title}” is left out: no font was found to draw its text with.", style=Style.FAINT))
            return
        wide, high = (length / ZOOM / _DOTS_PER_CM for length in size(drawn))
        share = min(1.0, _WIDEST_CM / wide, _HIGHEST_CM / high)
        self.made.add_picture(io.BytesIO(drawn), width=Cm(wide * share))
        self.pictures += 1
        about = self.made.inline_shapes[-1]._inline.docPr  # noqa: SLF001 - python-docx has no door to it
        about.set("title", clean(figure.title))
        about.set("descr", clean(figure.words))
        about.set("name", f"Picture {self.pictures}")


def _settled(data: bytes, day: datetime.date) -> bytes:
    """Return an archive with every entry dated the same."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as settled:
        for name in given.namelist():
            entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 12, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            settled.writestr(entry, given.read(name))
    return out.getvalue()
