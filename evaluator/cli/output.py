"""Where results go: standard output or a file, whole or not at all; everything else goes to standard error."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import attrs
import click

from evaluator.cli.failures import reader_gone
from evaluator.diagnostics import Problems
from evaluator.report.blocks import Block
from evaluator.report.documents import markdown, text
from evaluator.report.findings import findings_text
from evaluator.report.tables import Paint, no_paint
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
    """The format of a result and where it goes: to a file, or to standard output; CSV may begin with a byte order mark."""

    format: str
    file: str | None = None
    bom: bool = False

    @property
    def columns(self) -> int | None:
        """The columns a text may take up; None where no line may be broken."""
        return None if self.file else columns_of(sys.stdout)

    @property
    def paint(self) -> Paint:
        """How to colour, or not."""
        return no_paint if self.file else painter(sys.stdout)

    def spare(self, inputs: Iterable[str]) -> None:
        """Refuse to write over what is read."""
        if self.file is None or not Path(self.file).exists():
            return
        for one in inputs:
            if Path(one).exists() and Path(self.file).samefile(one):
                raise click.UsageError(f"-o names {self.file}, which is read as input; name another file")

    def write(self, result: str) -> None:
        """Write a whole result."""
        result = f"\ufeff{result}" if self.bom else result
        if self.file is not None:
            write_file(Path(self.file), result)
            return
        try:
            _write(sys.stdout, result)
            sys.stdout.flush()
        except BrokenPipeError:
            raise click.exceptions.Exit(reader_gone()) from None

    def write_bytes(self, result: bytes) -> None:
        """Write what is no text; a terminal is spared."""
        if self.file is not None:
            write_file(Path(self.file), result)
        elif sys.stdout.isatty():
            raise click.UsageError(f"{self.format} is nothing for a terminal; name a file with -o")
        else:
            sys.stdout.buffer.write(result)

    def written(self, blocks: Iterable[Block]) -> str:
        """Return a report as Markdown, or as text for where it goes."""
        if self.format == "markdown":
            return markdown(blocks)
        return text(blocks, columns=self.columns, paint=self.paint)


def write_error(message: str) -> None:
    """Write to standard error."""
    _write(sys.stderr, message)


def write_findings(problems: Problems) -> None:
    """Write diagnostics to standard error."""
    write_error(findings_text(problems, columns=columns_of(sys.stderr), paint=painter(sys.stderr)))


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


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all; a device or pipe is written to as it is."""
    target = path.resolve()
    data = content if isinstance(content, bytes) else content.encode("utf-8", errors="backslashreplace")
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the folder to write to does not exist", str(path.parent))
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(path)) from problem


def _replace(target: Path, data: bytes) -> None:
    """Write to a new file beside the target, then put it in the target's place."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as stream:
            stream.write(data)
        if target.exists():
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
