"""What verbs read before they judge: the pack, the people and the role that is meant."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from evaluator.cli.failures import Unusable
from evaluator.cli.options import Setting
from evaluator.cli.output import write_findings
from evaluator.diagnostics import Problems, ReadingError, did_you_mean
from evaluator.model import Pack, Profile, Role
from evaluator.readiness import Evaluator
from evaluator.reading.pack import load_pack
from evaluator.reading.people import read_people
from evaluator.reading.population.model import Options

__all__ = ["day_for", "evaluator_for", "judged_role", "load_pack", "people", "role_called"]


def evaluator_for(setting: Setting) -> Evaluator:
    """Read the pack and make it ready to run."""
    return Evaluator(load_pack(setting.rules), engine=setting.engine)


def people(paths: Sequence[str], pack: Pack, options: Options | None = None) -> tuple[tuple[Profile, ...], bool]:
    """Return the readable profiles, and whether all were; what is wrong with the others goes to standard error.

    The options say how tables are read.
    """
    problems = Problems()
    found = read_people(paths, pack, problems, options)
    if not found and problems.errors:
        raise ReadingError(problems)
    if not found:
        raise Unusable(f"there is no profile in {', '.join(paths)}", "name a profile, a folder of profiles, or a table with one a row")
    if len(problems):
        write_findings(problems)
    return found, not problems.errors


def role_called(name: str, pack: Pack) -> Role:
    """Return the role of an id, title or other name."""
    role = pack.find_role(name)
    if role is None:
        names = [known for one in pack.roles.values() for known in (one.title, *one.also)]
        step = did_you_mean(name, pack.roles) or did_you_mean(name, names) or f"the roles are {', '.join(pack.roles)}"
        raise Unusable(f"there is no role called `{name}`", step)
    return role


def judged_role(name: str, pack: Pack) -> Role:
    """Return the role of a name, which has to be one that can be judged."""
    role = role_called(name, pack)
    if role.destination:
        judged = ", ".join(one.id for one in pack.judged_roles)
        raise Unusable(f"`{role.id}` lies beyond the ladder and is never judged", f"name one of {judged}")
    return role


def day_for(profile: Profile, setting: Setting, today: datetime.date) -> datetime.date:
    """Return the as-of date: the option's, else the profile's, else today."""
    return setting.as_of or profile.as_of or today
