"""A pack at a git revision, read from git's own store; the work tree is never touched."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import attrs

from evaluator.core.files import YAML_ENDINGS, scratch
from evaluator.core.model import Pack
from evaluator.diagnostics import EvaluatorError, ReadingError, Span
from evaluator.packs.trial import moved
from evaluator.reading.pack.pack import RULE_FILES, load_pack

_LINK = "120000"
_LIMIT = 60


class RevisionProblem(EvaluatorError):
    """A revision or a folder in it cannot be read; carries one lower-case sentence and a next step."""


@attrs.frozen(kw_only=True)
class Source:
    """Where a pack comes from: a folder, or a folder in a commit; `label` is how a reader names it."""

    label: str
    folder: Path
    commit: str | None = None
    path: str = ""

    def load(self) -> Pack:
        """Read the pack; raises ReadingError where it cannot be used, with places as the label names them."""
        if self.commit is None:
            return load_pack(self.label)
        with scratch() as folder:
            name = os.fspath(folder)
            _written(self, folder)
            try:
                pack = load_pack(name)
            except ReadingError as problem:
                raise ReadingError(moved(problem.problems, name, self.label)) from None
        labelled: Pack = _relabelled(pack, name, self.label)
        return labelled


def source(text: str, beside: str | None) -> Source:
    """Return the pack that a word names: a folder, `REVISION:FOLDER`, or a revision of the folder `beside` it.

    A folder of that name wins over a revision. Raises RevisionProblem with what is missing: the folder, git, the repository, the
    revision, or the folder in that revision.
    """
    if Path(text).is_dir():
        return Source(label=text, folder=Path(text))
    revision, colon, path = text.partition(":")
    if not colon and beside is None:
        raise RevisionProblem(f"`{text}` is no folder, and no folder says which pack is meant", f"write {text}:FOLDER")
    here = Path.cwd() if colon else Path(beside or ".")
    top, prefix = _repository(here, text)
    wanted = _within(path, prefix) if colon else prefix
    commit = _commit(top, revision, text)
    label = f"{revision}:{wanted}" if wanted else f"{revision}:."
    found = Source(label=label, folder=top, commit=commit, path=wanted)
    if not _listing(found):
        step = f"write {revision}:FOLDER with the folder as that revision has it"
        raise RevisionProblem(f"there is no pack in the folder `{wanted or '.'}` of {revision}", step)
    return found


def versioned(folder: str) -> bool:
    """Return whether git has a pack in its last commit."""
    try:
        source("HEAD", folder)
    except RevisionProblem:
        return False
    return True


def _repository(here: Path, text: str) -> tuple[Path, str]:
    """Return the top of the repository around a folder, and the folder's path in it."""
    done = _git(here, "rev-parse", "--show-toplevel", "--show-prefix", text=text)
    if done is None:
        message = f"there is no folder `{text}`, and {here} is in no git repository that could have such a revision"
        raise RevisionProblem(message, "name a folder")
    top, prefix = [*done.decode("utf-8", "surrogateescape").split("\n"), ""][:2]
    return Path(top), prefix.rstrip("/")


def _within(path: str, prefix: str) -> str:
    """Return a path from the top of the repository; as in git, `./` starts at the folder one is in."""
    joined = PurePosixPath(prefix, path) if path.startswith((".", "..")) else PurePosixPath(path or ".")
    flat = os.path.normpath(joined)
    return "" if flat == "." else flat


def _commit(top: Path, revision: str, text: str) -> str:
    done = None if not revision else _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", text=text)
    if done is None:
        step = "`git log --oneline` lists the revisions; a shallow clone, as CI makes, lacks the older ones"
        raise RevisionProblem(f"there is no folder `{text}`, and git knows no revision `{revision}`", step)
    return done.decode("ascii").strip()


def _git(folder: Path, *words: str, text: str, given: bytes | None = None) -> bytes | None:
    """Run git and return what it says, or None where it refuses."""
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "-C", os.fspath(folder), *words]
    try:
        # the words are ours, and what is the user's stands after --end-of-options or names an object
        done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=_LIMIT, env=environment)  # noqa: S603
    except FileNotFoundError:
        message = f"there is no folder `{text}`, and git, which could know such a revision, is not installed"
        raise RevisionProblem(message, "install git") from None
    except subprocess.TimeoutExpired:
        raise RevisionProblem(
            f"git did not answer within {_LIMIT} seconds about `{text}`", "check the repository with `git status`"
        ) from None
    return done.stdout if done.returncode == 0 else None


def _listing(found: Source) -> dict[str, tuple[str, str]]:
    """Return the rule files of a pack in a commit: their paths within the pack, with mode and object."""
    tree = f"{found.commit}:{found.path}"
    said = _git(found.folder, "ls-tree", "-r", "-z", tree, text=found.label)
    files: dict[str, tuple[str, str]] = {}
    for line in (said or b"").split(b"\0"):
        head, tab, name = line.decode("utf-8", "surrogateescape").partition("\t")
        path = PurePosixPath(name)
        if tab and (name in RULE_FILES or (path.parent == PurePosixPath("roles") and path.suffix in YAML_ENDINGS)):
            mode, _, object_ = head.split()
            files[name] = (mode, object_)
    return files if "pack.yaml" in files else {}


def _written(found: Source, folder: Path) -> None:
    """Write the rule files of a commit into a folder, byte for byte."""
    files = _listing(found)
    link = next((name for name, (mode, _) in files.items() if mode == _LINK), None)
    if link is not None:
        raise RevisionProblem(f"{found.label}/{link} is a link, which is not followed within a revision", "put the file itself there")
    (folder / "roles").mkdir()
    asked = "".join(f"{object_}\n" for _, object_ in files.values()).encode("ascii")
    said = _git(found.folder, "cat-file", "--batch", text=found.label, given=asked) or b""
    for name in files:
        head, _, rest = said.partition(b"\n")
        if not head.split()[-1].isdigit():
            raise RevisionProblem(f"git lacks the content of {found.label}/{name}", "fetch the whole history: `git fetch --unshallow`")
        size = int(head.split()[-1])
        (folder / name).write_bytes(rest[:size])
        said = rest[size + 1 :]


def _relabelled(thing: Any, folder: str, label: str) -> Any:  # noqa: ANN401 - whatever a pack is made of
    """Return a pack, or any part of it, with places named by the label instead of the folder it was read from."""
    if isinstance(thing, Span):
        return attrs.evolve(thing, path=label + thing.path.removeprefix(folder))
    if attrs.has(type(thing)):
        fields = {field.name: getattr(thing, field.name) for field in attrs.fields(type(thing))}
        made = {name: _relabelled(value, folder, label) for name, value in fields.items()}
        return attrs.evolve(thing, **{name: value for name, value in made.items() if value is not fields[name]})
    if isinstance(thing, Mapping):
        return {key: _relabelled(value, folder, label) for key, value in thing.items()}
    if isinstance(thing, tuple):
        return tuple(_relabelled(part, folder, label) for part in thing)
    return label if thing == folder else thing
