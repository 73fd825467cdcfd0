"""Facts and rules as they were, kept under the hash of their bytes: written once, and never again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from evaluator.candidates.decisions.canonical import canonical, digest
from evaluator.candidates.decisions.entry import document_of
from evaluator.candidates.decisions.faults import Fault, FaultKind
from evaluator.candidates.decisions.problems import LogProblem
from evaluator.candidates.profile.drafting.draft import draft_of
from evaluator.candidates.profile.drafting.writing import profile_text
from evaluator.core.files import PRIVATE, SpecialFile, make_folder, read_bytes, whole, write
from evaluator.core.fingerprint import files_hash, profile_hash
from evaluator.core.model import Pack, Profile
from evaluator.diagnostics import Problems, ReadingError
from evaluator.reading.pack.pack import RULE_FILES, load_pack, role_files
from evaluator.reading.profile.profile import profile_in
from evaluator.reading.tables import Options
from evaluator.reading.tables.columns import reads_group
from evaluator.reading.tables.meanings import GROUP
from evaluator.reading.yaml.files import decode
from evaluator.reading.yaml.nodes import MappingNode, ScalarNode, parse_yaml
from evaluator.reading.yaml.scalars import KEBAB

MANIFEST = "manifest.json"
_NOBODY = "person"


@attrs.frozen(kw_only=True)
class Snapshots:
    """The folder beside a log, with profiles and packs by hash; new files in it are made with `mode`."""

    folder: Path
    mode: int = PRIVATE

    def profile(self, snapshot: str) -> Path:
        """Return where a profile is kept."""
        return self.folder / "profiles" / f"{snapshot}.yaml"

    def pack(self, snapshot: str) -> Path:
        """Return the folder in which a pack is kept."""
        return self.folder / "packs" / snapshot

    def keep_profile(self, text: str) -> str:
        """Keep the text of a profile, and return its hash."""
        content = text.encode()
        snapshot = digest(content)
        path = self.profile(snapshot)
        if path.exists():
            self._trusted(self.profile_faults(snapshot))
        else:
            make_folder(path.parent, self.mode)
            write(path, content, mode=self.mode)
        return snapshot

    def keep_pack(self, pack: Pack) -> str:
        """Keep the rule files of a pack, and return their hash; raises LogProblem where they changed since they were read."""
        files = pack_files(pack)
        manifest = canonical({name: digest(content) for name, content in files.items()})
        snapshot = digest(manifest)
        path = self.pack(snapshot)
        if path.exists():
            self._trusted(self.pack_faults(snapshot))
        else:
            make_folder(path.parent, self.mode)
            with whole(path, mode=self.mode, folder=True) as part:
                for name, content in {**files, MANIFEST: manifest}.items():
                    (part / name).parent.mkdir(exist_ok=True)
                    (part / name).write_bytes(content)
        return snapshot

    def profile_faults(self, snapshot: str) -> tuple[Fault, ...]:
        """Say what is wrong with the snapshot of a profile; nothing where it is the one that was kept."""
        path = self.profile(snapshot)
        content = _bytes(path)
        if content is None:
            return (_missing(path),)
        return () if digest(content) == snapshot else (_altered(path),)

    def pack_faults(self, snapshot: str) -> tuple[Fault, ...]:
        """Say what is wrong with the snapshot of a pack, file by file."""
        folder = self.pack(snapshot)
        manifest = _bytes(folder / MANIFEST)
        if manifest is None:
            return (_missing(folder / MANIFEST if folder.is_dir() else folder),)
        listed = document_of(manifest) if digest(manifest) == snapshot else None
        if listed is None:
            return (_altered(folder / MANIFEST),)
        return tuple(_pack_faults(folder, {str(name): str(found) for name, found in listed.items()}))

    def read_pack(self, snapshot: str) -> Pack:
        """Read a pack as it was; raises ReadingError where this tool cannot."""
        return load_pack(self.pack(snapshot))

    def role_title(self, snapshot: str, role: str) -> str:
        """Return what a role was called by a pack that was kept; its id where that pack is not there as it was."""
        known = KEBAB.fullmatch(role) is not None and not self.pack_faults(snapshot)
        paths = [self.pack(snapshot) / "roles" / f"{role}{ending}" for ending in (".yaml", ".yml")] if known else []
        for path in paths:
            content = _bytes(path)
            node = None if content is None else parse_yaml(content.decode("utf-8-sig", "replace"), str(path), Problems())
            title = node.get("title") if isinstance(node, MappingNode) else None
            if title is not None and isinstance(title.value, ScalarNode) and title.value.text:
                return title.value.text
        return role

    def read_profile(self, snapshot: str, person: str, pack: Pack) -> Profile:
        """Read a person's facts as they were; raises ReadingError where this tool cannot."""
        path = self.profile(snapshot)
        problems = Problems()
        text = decode(read_bytes(path), str(path), problems)
        profile = None if text is None else _read(text, str(path.with_suffix("")), person, pack, problems)
        if profile is None:
            raise ReadingError(problems)
        return profile

    @staticmethod
    def _trusted(faults: tuple[Fault, ...]) -> None:
        if faults:
            raise LogProblem(faults[0].message, "put it back as it was; `evaluator decisions verify` names all that is wrong")


def with_groups_named(profile: Profile, keep: Sequence[str]) -> Profile:
    """Return a profile with those facts of its groups that `keep` asks for, by group:* or one by one; without any, with none."""
    options = Options(keep=tuple(keep))
    return attrs.evolve(profile, groups={name: value for name, value in profile.groups.items() if reads_group(options, GROUP + name)})


def snapshot_text(profile: Profile, pack: Pack) -> str:
    """Write a profile so that it can be read again as it was; raises LogProblem where that cannot be done.

    An id that no profile's file could have is left to the log, and `person` stands in its place. Notes are left out: no verdict and no
    hash rests on them, and whoever may verify a log need not read them.
    """
    text = profile_text(draft_of(attrs.evolve(profile, id=_own_id(profile.id), notes=None)), pack)
    problems = Problems()
    again = _read(text, "the snapshot", profile.id, pack, problems)
    if again is None or _kept(again) != _kept(profile):
        why = problems.errors[0].message if problems.errors else "it would not be read again as it is"
        message = f"the facts of `{profile.id}` cannot be kept as a profile: {why}"
        raise LogProblem(message, "write them as a profile, in YAML, and name that")
    return text


def pack_files(pack: Pack) -> dict[str, bytes]:
    """Return the rule files of a pack by their paths in it; raises LogProblem where they are not those that were read."""
    root = Path(pack.folder)
    paths = [path for name in RULE_FILES if (path := root / name).exists()] + role_files(root)
    files = {path.relative_to(root).as_posix(): read_bytes(path) for path in paths}
    texts = dict.fromkeys(RULE_FILES, "") | {name: content.decode("utf-8-sig", "replace") for name, content in files.items()}
    if files_hash(texts) != pack.content_hash:
        raise LogProblem(f"the pack in {pack.folder} changed while it was read", "decide again")
    return files


def _own_id(person: str) -> str:
    return person if KEBAB.fullmatch(person) else _NOBODY


def _read(text: str, name: str, person: str, pack: Pack, problems: Problems) -> Profile | None:
    read = profile_in(text, name, pack, problems)
    return None if read is None else attrs.evolve(read, id=person)


def _kept(profile: Profile) -> tuple[object, ...]:
    return (profile_hash(profile), profile.name, dict(profile.groups))


def _bytes(path: Path) -> bytes | None:
    try:
        return read_bytes(path)
    except SpecialFile:
        return b""  # no snapshot has that content
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _pack_faults(folder: Path, listed: dict[str, str]) -> Iterator[Fault]:
    for name, found in sorted(listed.items()):
        content = _bytes(folder / name)
        if content is None:
            yield _missing(folder / name)
        elif digest(content) != found:
            yield _altered(folder / name)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    for name in sorted(there - {*listed, MANIFEST}):
        yield _altered(folder / name, "is no part of the pack that was kept")


def _missing(path: Path) -> Fault:
    return Fault(kind=FaultKind.SNAPSHOT_MISSING, line=None, message=f"{path} is missing")


def _altered(path: Path, how: str = "was altered") -> Fault:
    return Fault(kind=FaultKind.SNAPSHOT_ALTERED, line=None, message=f"{path} {how}")
