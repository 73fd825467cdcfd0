"""A pack to begin with where there is nothing yet: two criteria a role that get harder from rung to rung, worked examples, five people.

What it asks for is an example to write over, and says so; that it is complete lets every verb be tried at once.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Mapping

from evaluator.packs.init.names import NewLadder, NewTrack
from evaluator.packs.scaffold import NewRole
from evaluator.reading.yaml.writing import scalar

_LEVELS: tuple[tuple[str, str, str], ...] = (
    ("none", "has not done it yet", ""),
    ("working", "does it alone where the case is familiar", "prepares the usual decisions without help"),
    ("practitioner", "does it where the case is new or disputed, and teaches it", "takes on what nobody had done before"),
    ("expert", "shapes how others do it", "sets the way that the whole organisation works by"),
)
_PEOPLE = ("Amal Haddad", "Bo Lindgren", "Chidi Okafor", "Dana Novák", "Emi Tanaka")
_LEAST_RANGE = 60
_CRITERION = "An example to write over: what your organisation asks for stands in its place."


def files_from_nothing(ladder: NewLadder, today: datetime.date) -> dict[str, str]:
    """Return the files of a new folder, by path: the pack, its examples, and people."""
    files = {
        "README.md": _readme(ladder),
        "people.csv": _people(ladder),
        "rules/pack.yaml": _pack(ladder, today),
        "rules/attributes.yaml": _attributes(ladder),
        "rules/sources.yaml": _sources(),
    }
    if any(len(track.roles) > 1 for track in ladder.tracks):
        files["rules/moves.yaml"] = _moves(ladder)
    for track in ladder.tracks:
        for role in track.roles:
            files[f"rules/roles/{role.id}.yaml"] = _role(role, track)
            files[f"rules/tests/{role.id}.yaml"] = _tests(role, track, today)
    return files


def _years(role: NewRole) -> int:
    return 2 * role.rung - 1


def _close(role: NewRole) -> float:
    return _years(role) - 1 or 0.5


def _level(role: NewRole, track: NewTrack) -> int:
    """Return the rank of the skill level that a role asks for: from the first above none to the highest, spread over the track."""
    return 1 + (role.rung - 1) * (len(_LEVELS) - 2) // max(len(track.roles) - 1, 1)


def _readme(ladder: NewLadder) -> str:
    return f"""# {ladder.title}

A ladder as rules. It is complete, so that everything can be tried at once, and every criterion in it is an example to write over.

| | |
|---|---|
| `rules/pack.yaml` | name and version, tracks, and what *ready* means |
| `rules/attributes.yaml` | what may be said of a person, and the questions that ask for it |
| `rules/roles/` | the roles, a file each: their criteria |
| `rules/moves.yaml` | which role leads to which |
| `rules/sources.yaml` | the documents that criteria are taken from |
| `rules/tests/` | worked examples that must come out as written |
| `rules/schema/` | completion for editors; `evaluator schema` brings it up to date |
| `people.csv` | five invented people to play with |
"""


def _pack(ladder: NewLadder, today: datetime.date) -> str:
    tracks = "\n".join(f"  {track.id}: {{title: {_listed(track.title)}}}" for track in ladder.tracks)
    return f"""# yaml-language-server: $schema=schema/pack.json
pack: {ladder.id}
title: {scalar(ladder.title)}
version: 0.1.0
language: 2
effective: {today.isoformat()}
tracks:
{tracks}
# What stands here holds for every criterion that says nothing else. A judgement is your own; what a document says is documented.
defaults: {{basis: judgement}}
verdicts:                     # best first; the first whose condition holds
  - verdict: ready
    when: {{required_unmet: {{at_most: 0}}, score: {{at_least: 0.75}}}}
  - verdict: nearly
    when: {{required_unmet: {{at_most: 0}}}}
  - verdict: not yet
"""


def _attributes(ladder: NewLadder) -> str:
    levels = "\n".join(f"    - {name}: {{means: {_listed(means)}{_example(example)}}}" for name, means, example in _LEVELS)
    most = max(_LEAST_RANGE, *(2 * _years(role) for role in ladder.roles))
    return f"""# yaml-language-server: $schema=schema/attributes.json
scales:
  skill_level:                # lowest first
{levels}
attributes:
  experience_years:
    title: Years in the field
    theme: experience
    type: number
    unit: years
    range: {{at_least: 0, at_most: {most}}}
    question: How many years have you worked in this field?
  main_skill:
    title: Main skill
    theme: skills
    type: scale
    scale: skill_level
    question: At which level do you have the skill that the work needs most?
"""


def _example(text: str) -> str:
    return f", example: {_listed(text)}" if text else ""


def _sources() -> str:
    return """# yaml-language-server: $schema=schema/sources.json
# The documents that criteria are taken from, with the headings that may be cited:
#   careers-handbook:
#     title: Careers handbook
#     publisher: Your organisation
#     sections: [What we expect, How we promote]
# A criterion then says: source: {document: careers-handbook, section: What we expect}, and basis: documented
documents: {}
"""


def _moves(ladder: NewLadder) -> str:
    steps = "\n".join(
        f"  - {{from: {below.id}, to: {above.id}}}"
        for track in ladder.tracks
        for below, above in zip(track.roles, track.roles[1:], strict=False)
    )
    return f"""# yaml-language-server: $schema=schema/moves.json
defaults: {{kind: promotion, basis: judgement}}
moves:
{steps}
"""


def _role(role: NewRole, track: NewTrack) -> str:
    years = _years(role)
    return f"""# yaml-language-server: $schema=../schema/role.json
role: {role.id}
title: {scalar(role.title)}
track: {role.track}
rung: {role.rung}
criteria:
  # {_CRITERION}
  - id: experience
    title: Experience in the field
    kind: qualification
    required: true
    weight: 1
    when: {{experience_years: {{at_least: {years}}}}}
    almost: {{experience_years: {{at_least: {_close(role)}}}}}
    advice: Time closes this gap; look for work that is new to you meanwhile.
  - id: main-skill
    title: The skill that the work needs most
    kind: skill
    weight: 3
    when: {{main_skill: {{at_least: {_LEVELS[_level(role, track)][0]}}}}}
    advice: Take on one piece of work at the next level, and ask for a review of it.
"""


def _tests(role: NewRole, track: NewTrack, today: datetime.date) -> str:
    years, level = _years(role), _level(role, track)
    held = f"  role: {track.roles[role.rung - 2].id}\n" if role.rung > 1 else ""
    return f"""# yaml-language-server: $schema=../schema/tests.json
role: {role.id}
as_of: {today.isoformat()}
base:
{held}  attributes: {{experience_years: {years}, main_skill: {_LEVELS[level][0]}}}
tests:
  - name: Exactly at every mark
    expect: {{verdict: ready, gaps: []}}
  - name: A little too early
    attributes: {{experience_years: {years - 1}.9}}
    expect: {{verdict: not yet, gaps: [experience], almost: [experience]}}
  - name: Just enough to be close
    attributes: {{experience_years: {_close(role)}}}
    expect: {{verdict: not yet, gaps: [experience], almost: [experience]}}
  - name: Not close yet
    attributes: {{experience_years: {round(_close(role) - 0.1, 1)}}}
    expect: {{verdict: not yet, gaps: [experience], almost: []}}
  - name: The skill is one level short
    attributes: {{main_skill: {_LEVELS[level - 1][0]}}}
    expect: {{verdict: nearly, score: 1/4, gaps: [main-skill]}}
  - name: Nobody asked about the skill
    without: [main_skill]
    expect: {{verdict: {{between: [nearly, ready]}}, questions: [main_skill]}}
"""


def _people(ladder: NewLadder) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["id", "name", "role", "experience_years", "main_skill"])
    table.writerows(_rows(ladder))
    return text.getvalue()


def _rows(ladder: NewLadder) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield five people, spread over the roles that lead on: ready for what comes next, one level short, not asked, too early, ready.

    Where no role leads on they state none, and are judged for every role.
    """
    tracks = {track.id: track for track in ladder.tracks}
    leading = [role for track in ladder.tracks for role in track.roles[:-1]]
    roles = leading or ladder.roles
    for index, name in enumerate(_PEOPLE):
        role = roles[index * len(roles) // len(_PEOPLE)]
        above = _next(role, tracks)
        years, level = _years(above), _level(above, tracks[role.track])
        said: Mapping[int, tuple[str, str]] = {
            1: (str(years), _LEVELS[level - 1][0]),
            2: (str(years + 1), ""),
            3: (str(years - 1), _LEVELS[level][0]),
        }
        yield name.split()[0].lower(), name, role.id if leading else "", *said.get(index, (str(years + 1), _LEVELS[level][0]))


def _next(role: NewRole, tracks: Mapping[str, NewTrack]) -> NewRole:
    return tracks[role.track].roles[min(role.rung, len(tracks[role.track].roles) - 1)]


def _listed(text: str) -> str:
    """Write a text inside braces."""
    return scalar(text, listed=True)
