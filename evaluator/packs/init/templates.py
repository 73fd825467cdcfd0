"""What a new folder may start from: complete small packs of other fields, and the pack that comes with the tool."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import attrs

from evaluator.core.model import Pack
from evaluator.packs.init.names import NewLadder
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.shipped import shipped_profiles, shipped_rules
from evaluator.reading.yaml.writing import scalar

_GALLERY = Path(__file__).parent / "templates"
_PEOPLE = 5
_ENDINGS = (".yaml", ".csv", ".md")
_SHIPPED = "product-careers"


@attrs.frozen(kw_only=True)
class Template:
    """A pack to start from: a folder with `rules/`, and people, as a table or as profiles."""

    name: str
    words: str

    @property
    def rules(self) -> Path:
        """The folder of its pack."""
        return shipped_rules() if self.name == _SHIPPED else _GALLERY / self.name / "rules"

    @cached_property
    def pack(self) -> Pack:
        """The pack as it is shipped."""
        return load_pack(self.rules)

    def files(self, renamed: NewLadder | None = None) -> dict[str, str]:
        """Return the files of a new folder, by path, with another title and id of the pack where it is renamed."""
        files = {path: source.read_text(encoding="utf-8") for path, source in self._sources()}
        if renamed is not None:
            files["rules/pack.yaml"] = _renamed(files["rules/pack.yaml"], renamed)
        return files

    def _sources(self) -> Iterator[tuple[str, Path]]:
        if self.name == _SHIPPED:
            yield from ((f"people/{path.name}", path) for path in sorted(shipped_profiles().glob("*.yaml"))[:_PEOPLE])
            yield from ((f"rules/{path}", self.rules / path) for path in _below(self.rules))
        else:
            yield from ((path, self.rules.parent / path) for path in _below(self.rules.parent))


TEMPLATES: tuple[Template, ...] = (
    Template(name="points", words="engineering: milestones give points, levels ask for points and depth"),
    Template(name="skill-levels", words="design: six skills, with levels said in words and examples"),
    Template(name="ranks", words="a fire service: time in rank, courses, reviews and discipline"),
    Template(name=_SHIPPED, words="the pack that comes with the tool, by five public documents"),
)


def _below(folder: Path) -> Iterator[str]:
    """Yield what a pack's folder holds by hand; schemas are made anew."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if (
            path.is_file()
            and path.suffix in _ENDINGS
            and "schema" not in inside.parts
            and not any(part.startswith(".") for part in inside.parts)
        ):
            yield inside.as_posix()


def _renamed(text: str, ladder: NewLadder) -> str:
    return _line(_line(text, "pack", ladder.id), "title", scalar(ladder.title))


def _line(text: str, key: str, value: str) -> str:
    """Put another value in the place of a key's, which stands on a line of its own."""
    head, _, rest = text.partition(f"\n{key}: ")
    after = rest.partition("\n")[2]
    return f"{head}\n{key}: {value}\n{after}"
