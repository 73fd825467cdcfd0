"""The file of a profile as it was read, and its text after changes that leave every other byte as it is."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

import attrs

from evaluator.cli.failures import Unusable
from evaluator.core.files import PRIVATE, write
from evaluator.core.model import Pack, Profile
from evaluator.diagnostics import Diagnostic, Problems, ReadingError
from evaluator.reading.profile.profile import PROFILE, profile_in
from evaluator.reading.tables.formats import is_table
from evaluator.reading.yaml.files import decode, read_text
from evaluator.reading.yaml.mapping_edits import Change, Orders, edited
from evaluator.reading.yaml.splicing import held_as_read

_GONE = "see where it went"


@attrs.frozen(kw_only=True)
class ProfileFile:
    """The file of one profile: its bytes, the profile where it can be used, and what is wrong with it."""

    path: str
    data: bytes
    profile: Profile | None
    problems: Problems

    @classmethod
    def read(cls, path: str, pack: Pack) -> ProfileFile:
        """Read a file; raises Unusable where it is no profile's, and ReadingError where it cannot be read at all."""
        if is_table(path):
            raise Unusable(f"{path} is a table of people, and no profile's file", "change it where it is kept")
        problems = Problems()
        if read_text(path, problems) is None:
            raise ReadingError(problems)
        return cls._of(path, problems.files[path], pack)

    @classmethod
    def _of(cls, path: str, data: bytes, pack: Pack) -> ProfileFile:
        problems = Problems()
        text = decode(data, path, problems)
        profile = None if text is None else profile_in(text, path, pack, problems)
        return cls(path=path, data=data, profile=profile, problems=problems)

    @property
    def text(self) -> str:
        """The text of the file, without a byte order mark."""
        return self.data.decode("utf-8-sig")

    def changed(self, changes: Sequence[Change], pack: Pack) -> ProfileFile:
        """Return the file after the changes; raises EditProblem where they cannot be made alone."""
        orders: Orders = {
            (): tuple(key.name for key in PROFILE.keys),
            ("attributes",): tuple(pack.attributes),
            ("evidence",): tuple(pack.attributes),
        }
        text = edited(self.text, self.path, changes, orders)
        mark = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        return self._of(self.path, mark + text.encode("utf-8"), pack)

    def brought(self, before: ProfileFile) -> tuple[Diagnostic, ...]:
        """Return what is wrong now and was not before."""
        known = {(one.code, one.message) for one in before.problems}
        return tuple(one for one in self.problems if (one.code, one.message) not in known)

    def write(self, before: ProfileFile) -> None:
        """Write the file, whole or not at all, where it is still what it was before; raises EditProblem where it is not."""
        path = Path(self.path)
        with held_as_read(path, before.data, _GONE):
            write(path, self.data, mode=PRIVATE)
