"""Where a new profile goes: the file, the id that its name gives, and the schema that editors complete from."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import attrs
import click

from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.failures import Unusable
from evaluator.cli.output import Output
from evaluator.cli.path_overlap import check
from evaluator.core.files import ORDINARY, PRIVATE, YAML_ENDINGS
from evaluator.reading.shipped import shipped_rules
from evaluator.reading.yaml.scalars import KEBAB
from evaluator.reading.yaml.writing import slug

_FILE = click.option(
    "-o", "--output", "file", metavar="FILE", type=options.WRITTEN, help="The profile to write, NAME.yaml. [default: standard output]"
)


@attrs.frozen(kw_only=True)
class Target:
    """The file that a profile is written to, or None for standard output; for its owner alone unless `mode` says otherwise."""

    file: str | None
    mode: int = PRIVATE
    replace: bool = False

    @classmethod
    def of(cls, file: str | None, *, force: bool = False, shared: bool = False) -> Target:
        """Return the target of an option; refuses a file that is there unless it is to be replaced, or whose name can be no profile's."""
        check(click.get_current_context())
        mode = ORDINARY if shared else PRIVATE
        file = options.writable(file, "-o", replace=force)
        if file is None:
            return cls(file=None, mode=mode)
        path = Path(file)
        if path.suffix.lower() not in YAML_ENDINGS:
            raise Unusable(f"{file} is no name for a profile", "end it in .yaml")
        if KEBAB.fullmatch(path.stem) is None:
            step = f"call it {path.with_name(slug(path.stem) or 'somebody')}.yaml"
            raise Unusable(f"`{path.stem}` is no name: names are lower-case words joined by hyphens", step)
        return cls(file=file, mode=mode, replace=force)

    def id(self, name: str | None) -> str:
        """Return the profile's id: the file's name, else one made of the person's name."""
        return Path(self.file).stem if self.file else slug(name or "") or "somebody"

    def schema(self, rules: str) -> str | None:
        """Return the path from the file to the pack's schema of profiles, where there is one to keep."""
        schema = Path(rules) / "schema" / "profile.json"
        if self.file is None or not schema.is_file() or Path(rules).resolve() == shipped_rules().resolve() != Path("rules").resolve():
            return None
        return Path(os.path.relpath(schema, Path(self.file).parent)).as_posix()

    def write(self, text: str) -> None:
        """Write the profile whole or not at all."""
        Output(format="yaml", file=self.file, mode=self.mode, replace=self.replace, named=False).write(text)


def target(verb: options.Verb) -> options.Verb:
    """Give a verb -o, --force and --shared for the profile that it writes, as one `target`."""
    return options.bundle(verb, "target", Target.of, {"file": _FILE, "force": options.FORCE, "shared": options.SHARED})


def gathered_on(given: datetime.date | None) -> datetime.date:
    """Return the day on which the facts of a new profile are gathered: the option's, which has to have come, else today."""
    now = today()
    if given is not None and given > now:
        raise click.UsageError(f"--as-of {given} has not come yet; name the day on which the facts were gathered")
    return given or now
