"""Where results go: standard output or a file, whole or not at all; everything else goes to standard error."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TextIO

import attrs
import click

from evaluator.cli.failures import Unusable, reader_gone
from evaluator.cli.messages import messages
from evaluator.core.files import PRIVATE, write
from evaluator.core.spreadsheets import CsvStyle
from evaluator.diagnostics import Problems
from evaluator.report.blocks import Block
from evaluator.report.documents import markdown, text
from evaluator.report.findings import findings_text
from evaluator.report.tables import Paint, no_paint
from evaluator.report.text import fitted
from evaluator.report.words import Style

STANDARD_OUTPUT = "-"
_COLOURS: dict[Style, dict[str, str | bool]] = {
    Style.STRONG: {"bold": True},
    Style.GOOD: {"fg": "green"},
    Style.CLOSE: {"fg": "yellow"},
    Style.OPEN: {"fg": "cyan"},
    Style.BAD: {"fg": "red"},
    Style.FAINT: {"dim": True},
}
_PLAIN_LETTERS = str.maketrans({"–": "-", "…": "...", "✓": "+", "✗": "x", "→": ">", "·": "-", "“": '"', "”": '"'})


@attrs.frozen(kw_only=True)
class Output:
    """The format of a result and where it goes: to a file, or to standard output; and how CSV is written.

    A new file is made with `mode`; one that is there is replaced, and keeps its own, unless it is not to be. What was written is named
    on standard error, unless whoever writes it says more of it.
    """

    format: str
    file: str | None = None
    csv: CsvStyle = attrs.field(factory=CsvStyle)
    mode: int = PRIVATE
    replace: bool = True
    named: bool = True

    @property
    def columns(self) -> int | None:
        """The columns a text may take up; None where no line may be broken."""
        return None if self.file else columns_of(sys.stdout)

    @property
    def paint(self) -> Paint:
        """How to colour, or not."""
        return no_paint if self.file else painter(sys.stdout)

    def write(self, result: str) -> None:
        """Write a whole result."""
        result = f"\ufeff{result}" if self.csv.bom else result
        if self.file is not None:
            self._write_file(Path(self.file), result)
            return
        try:
            _write(sys.stdout, result)
            sys.stdout.flush()
        except BrokenPipeError:
            raise click.exceptions.Exit(reader_gone()) from None

    def tell(self, lines: Iterable[str], *, copied: Collection[str] = ()) -> None:
        """Write sentences, broken to fit a terminal, and what is copied from them as it is."""
        self.write("".join(f"{line if line in copied else fitted(line, self.columns)}\n" for line in lines))

    def write_bytes(self, result: bytes) -> None:
        """Write what is no text; a terminal is spared."""
        if self.file is not None:
            self._write_file(Path(self.file), result)
        elif sys.stdout.isatty():
            raise click.UsageError(f"{self.format} is nothing for a terminal; name a file with -o")
        else:
            sys.stdout.buffer.write(result)

    def _write_file(self, path: Path, content: str | bytes) -> None:
        """Write to a file and say so; a device or pipe is told nothing of."""
        write_file(path, content, mode=self.mode, replace=self.replace)
        if self.named and path.is_file():
            write_note(f"wrote {path}\n")

    def written(self, blocks: Iterable[Block]) -> str:
        """Return a report as Markdown, or as text for where it goes."""
        if self.format == "markdown":
            return markdown(blocks)
        return text(blocks, columns=self.columns, paint=self.paint)


def write_error(message: str) -> None:
    """Write to standard error, lines broken to fit a terminal, and into the log where there is one."""
    _write(sys.stderr, fitted(message, columns_of(sys.stderr)))
    messages().note(message)


def write_note(message: str) -> None:
    """Write what is no error to standard error, and into the log where there is one; with --quiet only there."""
    if not messages().quiet:
        _write(sys.stderr, fitted(message, columns_of(sys.stderr)))
    messages().note(message)


def write_findings(problems: Problems) -> None:
    """Write diagnostics to standard error; with --quiet the errors alone."""
    write = write_error if problems.errors else write_note
    if not problems.errors or not messages().quiet:
        write(findings_text(problems, columns=columns_of(sys.stderr), paint=painter(sys.stderr)))
        return
    messages().note(findings_text(problems))
    _write(sys.stderr, findings_text(problems.of_errors(), columns=columns_of(sys.stderr), paint=painter(sys.stderr)))


def painter(stream: TextIO) -> Paint:
    """Return how to colour text for a stream: not at all unless it is a terminal, and never with NO_COLOR."""
    plain = not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return no_paint if plain else _coloured


def _coloured(words: str, style: Style) -> str:
    look = _COLOURS.get(style)
    return click.style(words, **look) if look and words else words  # type: ignore[arg-type]


def columns_of(stream: TextIO) -> int | None:
    """Return a terminal's width, or None for anything else."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def _write(stream: TextIO, words: str) -> None:
    """Write text, in plainer letters where the stream cannot carry it."""
    encoding = stream.encoding or "utf-8"
    try:
        words.encode(encoding)
    except UnicodeEncodeError:
        words = words.translate(_PLAIN_LETTERS).encode(encoding, "replace").decode(encoding)
    stream.write(words)


def write_file(path: Path, content: str | bytes, *, mode: int = PRIVATE, replace: bool = True) -> None:
    """Write a file whole or not at all; a device or pipe is written to as it is. Raises Unusable where it is there and is to stay."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", errors="backslashreplace")
    try:
        write(path, data, mode=mode, replace=replace)
    except FileExistsError:
        raise is_there(path) from None


def refuse_there(path: Path, *, replace: bool) -> None:
    """Refuse a document that is there already, before anything is worked out, unless it is to be replaced; devices and pipes are free."""
    if not replace and (path.is_file() or (path.is_symlink() and not path.exists())):
        raise is_there(path)


def is_there(path: Path | str) -> Unusable:
    """Return the refusal to write over a document that somebody may have filled in."""
    return Unusable(f"{path} is there already, and stays as it is", "name another file, or replace it with --force")
