"""Exports made up for tests: LinkedIn's tables and a JSON Resume, whole or with something wrong."""

from __future__ import annotations

import contextlib
import io
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from evaluator.cli.main import run
from tests.product import PRODUCT

HEADER = "Company Name,Title,Description,Location,Started On,Finished On\n"
POSITIONS = HEADER + "Nordwind,Product Manager,,Bergen,Nov 2019,\nNordwind,Associate Product Manager,,Bergen,Jan 2017,Oct 2019\n"


def folder(where: Path, files: Mapping[str, str | bytes]) -> str:
    """Write files into a folder; returns its path."""
    where.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (where / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return str(where)


def archive(path: Path, files: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> str:
    """Write files into a ZIP archive; returns its path."""
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return str(path)


class Ran:
    """What a run of the command line came to: its exit code and what it wrote."""

    def __init__(self, *arguments: str, given: str = "") -> None:
        out, err, before = io.StringIO(), io.StringIO(), sys.stdin
        sys.stdin = io.StringIO(given)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                self.code = run(arguments)
        finally:
            sys.stdin = before
        self.out, self.err = out.getvalue(), err.getvalue()


def imported(path: str, *more: str, system: str = "linkedin") -> Ran:
    """Import an export at a fixed as-of date with the default pack."""
    return Ran("profile", "import", system, path, "--as-of", "2026-11-01", "--rules", str(PRODUCT / "rules"), *more)
