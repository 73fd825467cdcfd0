"""The default pack, read once, and short ways to profiles."""

from __future__ import annotations

import datetime
import functools

from evaluator.core.model import Pack, Profile
from evaluator.diagnostics import Problems
from evaluator.reading.pack.imports import Imports, read_imports
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.profile import profile_in
from tests.product import PRODUCT

AS_OF = datetime.date(2026, 11, 1)


@functools.cache
def pack() -> Pack:
    """Return the default pack."""
    return load_pack(PRODUCT / "rules")


@functools.cache
def imports() -> Imports:
    """Return what the default pack takes from exports."""
    problems = Problems()
    found = read_imports(pack(), problems)
    assert list(problems) == []
    return found


def profile(body: str, held: Pack | None = None) -> Profile:
    """Read a profile that is without fault."""
    problems = Problems()
    found = profile_in(f"profile: ada\n{body}", "ada.yaml", held or pack(), problems)
    assert found is not None, str(problems)
    return found
