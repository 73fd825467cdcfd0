"""What is said of a run beside its result: how much of it reaches the terminal, and the log that all of it goes into.

No attrs class and nothing heavy, as `evaluator --help` comes by here.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

_OWNER_ALONE = 0o600
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SECRET = re.compile(r"(?<=://)([^/@\s:]*):[^/\s]*@")
"""The password in an address."""


class Messages:
    """What became of messages: whether only errors are shown, and where all of them are noted down, each line with its time."""

    def __init__(self, arguments: tuple[str, ...] = ()) -> None:
        self.quiet = False
        self._arguments = arguments
        self._log: int | None = None

    def into(self, path: Path) -> None:
        """Note down all that is said from now on at the end of a file; raises OSError where that cannot be."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)  # Windows has none
        descriptor = os.open(path, flags, _OWNER_ALONE)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(None, "no ordinary file, and a log is added to one", os.fspath(path))
        self._log = descriptor
        command = " ".join(map(_quoted, ("evaluator", *self._arguments)))
        self.note(f"begun: {_SECRET.sub(_hidden, command)}")

    def note(self, words: str) -> None:
        """Note something down, if there is a log; one that cannot be written to any more is left alone from then on."""
        if self._log is None:
            return
        from evaluator.cli.clock import now

        time = now().isoformat(timespec="seconds")
        lines = [f"{time} {line}\n" for line in _COLOUR.sub("", words).splitlines() if line.strip()]
        data = "".join(lines).encode("utf-8", errors="backslashreplace")
        try:
            while data:
                data = data[os.write(self._log, data) :]
        except OSError:
            os.close(self._log)
            self._log = None
            raise

    def end(self, code: int) -> None:
        """Note down how it ended, and let go of the log."""
        if self._log is not None:
            self.note(f"ended: exit code {code}")
        if self._log is not None:
            os.close(self._log)
            self._log = None


def _hidden(found: re.Match[str]) -> str:
    return f"{found[1]}:…@"


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else "'" + word.replace("'", "'\"'\"'") + "'"


_current = Messages()


def messages() -> Messages:
    """Return what becomes of the messages of the run that is going on."""
    return _current


def begin(arguments: tuple[str, ...]) -> Messages:
    """Begin a run: everything is shown, and nothing noted down, until an option says otherwise."""
    global _current  # noqa: PLW0603 - one run at a time goes on in a process
    _current = Messages(arguments)
    return _current
