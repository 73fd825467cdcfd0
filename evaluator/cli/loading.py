"""What verbs read before they judge: the pack, the people and the role that is meant."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from evaluator.cli.failures import Unusable
from evaluator.cli.options import Setting
from evaluator.cli.output import write_findings
from evaluator.core.attributes import Attribute
from evaluator.core.model import Pack, Profile, Role
from evaluator.core.text import fold_name
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, ReadingError, did_you_mean
from evaluator.diagnostics.spelling import close_words
from evaluator.engines.readiness import Evaluator
from evaluator.reading.days import report_days
from evaluator.reading.pack.pack import NO_ROLE, load_pack, read_pack
from evaluator.reading.profile.people import read_people
from evaluator.reading.tables.formats import is_text
from evaluator.reading.tables.model import Options
from evaluator.reading.yaml.files import read_text

_LISTED, _OFFERED, _LOOKED_AT = 6, 2, 6

__all__ = [
    "attribute_called",
    "begun_pack",
    "day_for",
    "evaluator_for",
    "judged_role",
    "load_pack",
    "people",
    "refuse_days_to_come",
    "role_called",
]


def evaluator_for(setting: Setting) -> Evaluator:
    """Read the pack and make it ready to run."""
    return Evaluator(load_pack(setting.rules), engine=setting.engine)


def begun_pack(folder: str) -> Pack:
    """Read a pack that may have no role yet, so that one can be begun; raises ReadingError where anything else is wrong."""
    problems = Problems()
    pack = read_pack(folder, problems)
    if pack is None or any(error.message != NO_ROLE for error in problems.errors):
        raise ReadingError(problems)
    return pack


def people(paths: Sequence[str], pack: Pack, options: Options | None = None) -> tuple[tuple[Profile, ...], bool]:
    """Return the readable profiles, and whether all were; what is wrong with the others goes to standard error.

    The options say how tables are read.
    """
    problems = Problems()
    profiles = read_people(paths, pack, problems, options)
    if not profiles and problems.errors:
        raise ReadingError(problems)
    if not profiles:
        raise Unusable(f"there is no profile in {', '.join(paths)}", "name a profile, a folder of profiles, or a table with one a row")
    if len(problems):
        write_findings(problems)
    return profiles, not problems.errors


def attribute_called(name: str, pack: Pack) -> Attribute:
    """Return the attribute of an id, title or other name."""
    names = {fold_name(one.replace("-", " ")): found for found in pack.attributes.values() for one in (*found.also, found.title, found.id)}
    attribute = names.get(fold_name(name.replace("-", " ")))
    if attribute is None:
        step = did_you_mean(name, [*pack.attributes, *names]) or "`evaluator show --attributes` lists them"
        raise Unusable(f"the pack has no attribute called `{clip(name)}`", step)
    return attribute


def role_called(name: str, pack: Pack) -> Role:
    """Return the role of an id, title or other name."""
    role = pack.find_role(name)
    if several := pack.titled(name):
        raise Unusable(f"{len(several)} roles are called `{clip(name)}`", f"say which: {' or '.join(f'`{title}`' for title in several)}")
    if role is None:
        raise Unusable(f"there is no role called `{clip(name)}`", _meant(name, pack) or f"the roles are {_roles(pack)}")
    return role


def judged_role(name: str, pack: Pack) -> Role:
    """Return the role of a name, which has to be one that can be judged."""
    role = role_called(name, pack)
    if role.why_never_judged:
        raise Unusable(f"`{role.id}` {role.why_never_judged}", f"name one of {_roles(pack)}")
    return role


def _roles(pack: Pack) -> str:
    """Name the first roles that can be judged, and say how many more there are."""
    judged = [role.id for role in pack.judged_roles]
    more = len(judged) - _LISTED
    return ", ".join(judged[:_LISTED]) + (f" and {more} more; `evaluator graph` draws them all" if more > 0 else "")


def _meant(name: str, pack: Pack) -> str | None:
    """Return which roles a name may mean: by the words of one of their names, by its initials, else by what is spelt nearly so."""
    names: dict[str, str] = {}
    for one in pack.roles.values():
        names |= {_words(known): one.id for known in (*one.also, one.title, one.id)}
    words = _words(name)
    matches = [role for known, role in names.items() if words in {known, _initials(known)}]
    matches = matches or [names[known] for known in close_words(words, names, most=_LOOKED_AT)]
    roles = list(dict.fromkeys(matches))[:_OFFERED]
    return f"did you mean {' or '.join(f'`{role}`' for role in roles)}?" if roles else None


def _words(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold().replace("_", " ")))


def _initials(words: str) -> str:
    return "".join(word[0] for word in words.split())


def refuse_days_to_come(profiles: Iterable[Profile], as_of: datetime.date | None, today: datetime.date) -> None:
    """Refuse to judge for a day that has not come, whoever names it, and by facts that are said to be of such a day."""
    if as_of is not None and as_of > today:
        step = f"say --as-of {today} for today, or an earlier day; `evaluator explain` and `evaluator plan` look ahead, and say so"
        raise Unusable(f"--as-of {as_of} has not come yet, and nobody is judged here for a day to come", step)
    problems = Problems()
    for profile in profiles:
        report_days(profile, today, problems, judged_for=as_of is None)
    if problems.errors:
        for path in {error.span.path for error in problems.errors}:
            if is_text(path) and Path(path).is_file():
                read_text(path, shown := Problems())
                problems.texts |= shown.texts
        raise ReadingError(problems)


def day_for(profile: Profile, setting: Setting, today: datetime.date) -> datetime.date:
    """Return the as-of date: the option's, else the profile's, else today."""
    return setting.as_of or profile.as_of or today
