"""A folder of packs that hold from a day each → the one that holds on a day."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path

import attrs

from evaluator.diagnostics import EvaluatorError, Problems, ReadingError
from evaluator.reading.pack.pack import HEAD, PACK
from evaluator.reading.pack.shapes import Got
from evaluator.reading.yaml.nodes import read_yaml


class NoPackThen(EvaluatorError):
    """No single pack of a folder holds on a day; carries one lower-case sentence and a next step."""


@attrs.frozen(kw_only=True)
class DatedPack:
    """A pack of a folder of several: where it lies, its name and version, and the day from which it holds."""

    folder: Path
    name: str
    version: str
    effective: datetime.date


def holds_versions(folder: Path) -> bool:
    """Whether a folder is no pack itself, and holds some."""
    return not (folder / HEAD).is_file() and bool(_folders(folder))


def pack_on(folder: Path, day: datetime.date) -> DatedPack:
    """Return the pack of a folder that holds on a day: the one that took effect last.

    Raises ReadingError where the head of one cannot be read, and NoPackThen where none has taken effect yet, two take effect on one day,
    or packs of several names lie there.
    """
    packs = sorted(map(_dated, _folders(folder)), key=lambda one: (one.effective, one.folder))
    first = packs[0]
    if other := next((one for one in packs if one.name != first.name), None):
        message = f"{first.folder} is the pack `{first.name}`, and {other.folder} the pack `{other.name}`"
        raise NoPackThen(f"{message}: versions of one pack have one name", "name one of the two, or put them apart")
    for one, other in itertools.pairwise(packs):
        if one.effective == other.effective:
            message = f"{one.folder} and {other.folder} both take effect on {one.effective}"
            raise NoPackThen(message, f"write another day under `effective` in the {HEAD} of one of them")
    if day < first.effective:
        message = f"no pack of {folder} holds on {day}: the first, {first.version}, takes effect on {first.effective}"
        raise NoPackThen(message, f"say --as-of {first.effective}, or a later day; or name the folder of one pack")
    return [one for one in packs if one.effective <= day][-1]


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if (path / HEAD).is_file())
    except OSError:
        return []


def _dated(folder: Path) -> DatedPack:
    problems = Problems()
    node = read_yaml(folder / HEAD, problems)
    got: Got | None = None if node is None else PACK.read(node, problems)
    if got is None or not got.has("pack", "version", "effective"):
        raise ReadingError(problems)
    return DatedPack(folder=folder, name=got["pack"], version=got["version"], effective=got["effective"])
