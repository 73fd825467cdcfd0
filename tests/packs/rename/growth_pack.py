"""A pack in which everything is called `growth`, with a mark at each place that says what is meant there: the oracle of what changes.

A mark is a letter in guillemets. What the pack says has the name of each mark in its place; renamed, the names of one mark are others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

NAMES = {
    "R": "growth",  # the role
    "T": "growth",  # the track
    "C": "growth",  # the criterion of the role `growth`
    "K": "growth",  # the criterion of the template, which both roles of the table have
    "X": "growth",  # the criterion of the role `other`
    "A": "growth",  # the attribute
    "O": "growth",  # the option of `focus`, and of what is computed or compared with it
    "Q": "growth",  # the option of the field `kind`, and of what is computed from it
    "W": "growth",  # what the table `by_level` gives, and what is computed by it
    "G": "growth",  # the option of `fields_known`
    "F": "growth",  # the option of `mood`, which has nothing to do with it
    "L": "growth",  # the level of the scale `growth`
    "S": "growth",  # the scale
    "B": "growth",  # the table
    "N": "growth",  # the named condition
    "P": "growing",  # the policy
    "V": "growth",  # the verdict
    "D": "growth",  # the document
    "E": "growth",  # the field of `projects`
    "Y": "start",  # the field of `projects` that says when each began
}
FILES: Mapping[str, str] = {
    "pack.yaml": """# growth: the pack of growth
pack: growth
title: growth
version: 1.0.0
language: 2
effective: 2026-01-01
tracks:
  «T»: {title: growth}
  craft: {title: Craft}
ranking: {by: [verdict, {attribute: «A», prefer: high}, score]}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}, score: {at_least: 0.75}}
  - verdict: «V»
    when: {score: {at_least: 0.5}}
  - verdict: not yet
policies:
  - id: «P»
    title: growth for all
    kind: skill
    basis: judgement
    caps_at: «V»
    tracks: ["«T»"]
    roles: [other, '«R»']
    when: {mood: {is: «F»}}
conditions:
  «N»:
    title: growth
    when: {any_of: [{«A»: {at_least: 3}}, {focus: {one_of: [«O», depth]}}]}
""",
    "attributes.yaml": """scales:
  «S»: [low, «L»: {means: growth, example: growth}, high]
tables:
  «B»:
    title: growth
    rows: {«O»: 1, depth: 2}
  by_level:
    type: choice
    options: [«W», depth]
    rows: {low: depth, «L»: «W», high: depth}
attributes:
  «A»:
    title: Growth in numbers
    type: number
    unit: growth
    question: How much growth?
    also: [growth rate]
  level: {title: Level, type: scale, scale: «S», question: Which?, absent_means: «L», effort: {to: {«L»: 2}}}
  focus: {title: Focus, type: choice, options: [«O», depth], question: growth?, effort: {to: {"«O»": 3}}}
  aim: {title: Aim, type: choice, options: [depth, «O»], question: Which aim?}
  mood: {title: Mood, type: choice, options: [«F», calm], question: Which mood?}
  fields_known: {title: Fields known, type: set, options: [«G», sales], question: Which fields?}
  since: {title: Since, type: date, precision: month, question: When?}
  projects:
    title: Projects
    type: records
    question: Which?
    fields:
      kind: {type: choice, options: [«Q», depth]}
      «E»: {type: integer, unit: growth}
      «Y»: {type: date, precision: month}
      end: {type: date, precision: month}
      name: {type: text}
  last_kind: {title: Last kind, type: choice, options: [«Q», depth], derive: {latest: {records: projects, by: «Y», field: kind}}}
  of_kind: {title: Projects of the kind, type: integer, unit: projects, derive: {count: {records: projects, where: {kind: {is: «Q»}}}}}
  beyond:
    title: Projects beyond
    type: integer
    unit: projects
    report: true
    derive: {count: {records: projects, where: {«E»: {above: {profile: «A»}}, kind: {is: «Q»}}}}
  shown:
    title: Shown
    type: choice
    options: [«O», depth]
    report: true
    derive: {when: [{if: {mood: {is: «F»}}, then: «O»}, {otherwise: {attribute: focus}}]}
  sum_of_it: {title: Sum of it, type: number, unit: units, derive: {total: {records: projects, field: «E»}}}
  recent: {title: Recent, type: integer, unit: projects, derive: {count: {records: projects, where: {«Y»: {within: 24 months}}}}}
  since_then: {title: Since then, type: number, unit: years, derive: {years: {records: projects, from: «Y», to: end}}}
  from_level: {title: From the level, type: choice, options: [«W», depth], derive: {lookup: {of: level, table: by_level}}}
  points:
    title: Points
    type: number
    unit: points
    derive: {sum: [«A», {attribute: «A»}, {lookup: {of: focus, table: «B»}}], missing: skip}
  chosen:
    title: Chosen
    type: choice
    options: [«O», depth]
    derive:
      when:
        - {if: {«A»: {at_least: 1}, level: {at_least: «L»}}, then: «O»}
        - {otherwise: {attribute: focus}}
plausible:
  - {expect: {«A»: {at_most: 100}}, otherwise: growth of more than 100}
""",
    "sources.yaml": """documents:
  «D»: {title: growth, sections: [growth]}
""",
    "moves.yaml": """moves:
  - {from: other, to: «R», kind: promotion, basis: documented, source: {document: «D», section: growth}, reason: growth}
  - from: "«R»"      # growth
    to: one
    kind: lateral
    basis: judgement
    when: {current_role: {is: «R»}, current_track: {one_of: [«T», craft]}, ready_for: «R»}
  - {from: one, to: two, kind: promotion, basis: judgement}
""",
    "roles/«R».yaml": """role: «R»
title: growth
also: [Head of growth]
track: «T»
rung: 2
summary: growth
criteria:
  - id: «C»
    title: growth
    kind: skill
    basis: documented
    source: {document: '«D»', section: growth}
    required: true
    when: {«A»: {at_least: 5}, level: {at_least: "«L»"}, focus: {is: {attribute: aim}}}
    almost: {«A»: {at_least: 4}}
    applies_when: {condition: «N»}
    advice: growth, growth and growth
  - id: field
    title: A field
    kind: skill
    basis: judgement
    when: {fields_known: {includes_any: [«G», sales]}, focus: {is_not: depth}, aim: {is: «O»}}
""",
    "roles/other.yaml": """role: other
title: Other
track: «T»
rung: 1
criteria:
  - {id: «X», title: Some growth, kind: step, basis: judgement, when: {«A»: {at_least: 1}}}
  - {id: ready, title: Ready, kind: step, basis: judgement, when: {none_of: [{current_role: {is: «R»}}]}}
""",
    "roles/steps.yaml": """track: craft
title: Step {grade}
defaults: {kind: skill, basis: judgement}
roles:
  one: {rung: 1, grade: one, level: «L», before: «R»}
  two: {rung: 2, grade: two, level: high, before: ~}
criteria:
  - id: «K»
    title: growth {grade}
    when: {level: {at_least: '{level}'}, «A»: {at_least: 2}}
  - id: before
    title: Ready for what is before
    when: {ready_for: '{before}'}
""",
    "tests/«R».yaml": """role: «R»
as_of: 2026-11-01
base:
  role: «R»
  attributes: {«A»: 9, level: «L», focus: «O», aim: '«O»', fields_known: [«G»], mood: «F»}
tests:
  - name: growth
    expect:
      verdict: ready
      gaps: []
      met: [«C», field, «P»]
      reported: {shown: «O»}
      standing: {«T»: «R»}
  - name: less growth
    role: Head of growth    # another name of the role, which stays
    without: [«A»]
    attributes: {projects: [{kind: «Q», «E»: 3, «Y»: 2020-01, name: growth}]}
    expect:
      verdict: {between: [«V», ready]}
      unknown: ["«C»"]
      questions: [«A»]
""",
    "tests/one.yaml": """role: one
as_of: 2026-11-01
tests:
  - name: growth of one
    role: other
    attributes: {«A»: 1, level: «L»}
    expect: {unmet: [«K»], gaps: [«K»], next_roles: ['«R»'], reported: {beyond: {known: false}}}
""",
    "tests/other.yaml": """role: other
as_of: 2026-11-01
tests:
  - name: a little growth
    role: other
    attributes: {«A»: 1, mood: calm}
    expect: {verdict: «V», met: [«X», ready], unmet: [«P»]}
""",
    "imports.yaml": """history:
  records: projects
  title: name
  start: «Y»
  end: end
  tracks: {«T»: {kind: «Q»}}
  roles: {«R»: {kind: depth}}
  other_titles: [{titles: [growth], says: {kind: «Q»}}]
degrees: {attribute: focus, names: {«O»: [growth]}, otherwise: «O»}
skills: {attribute: fields_known, names: {«G»: [growth]}}
""",
}
PEOPLE: Mapping[str, str] = {
    "people/ada.yaml": """profile: ada
name: growth
role: other
as_of: 2026-11-01
attributes:
  «A»: 6     # growth
  level: high
  focus: «O»
  aim: «O»
  mood: «F»
  fields_known: [sales, «G»]
  projects:
    - {kind: «Q», «E»: 2, '«Y»': 2020-01, end: 2021-01, name: growth}
evidence:
  «A»: [{what: growth}]
notes: growth
""",
    "people/bo.yaml": """profile: bo
role: '«R»'
as_of: 2026-11-01
attributes: {"«A»": 2, level: '«L»', focus: depth}
""",
    "people.csv": 'id,name,role,«A»,level,focus,mood,fields_known,note\n'
    'cy,growth,other,7,high,«O»,«F»,sales; «G»,growth\r\n'
    '"di","growth, too","«R»",1,"«L»","depth","calm","«G»;sales","growth"\n'
    "em,,Other,,,,,none,\n",
    "people.jsonl": '{"id": "fy", "name": "growth", "role": "«R»", "«A»": 7, "focus": "«O»", "fields_known": ["«G»"]}\n'
    '{"id":"gu","attributes":{"«A»":3,"level":"«L»","projects":[{"kind":"«Q»","«E»":1,"name":"\\ud83d\\ude00 growth"}]}}\n',
    "decisions.csv": "person,role,decision,date,reason,verdict\nada,«R»,promoted,2026-10-01,growth,«V»\n"
    'bo,other,deferred,2026-10-02,growth,"undecided: not yet to «V»"\ncy,other,deferred,2026-10-03,growth,ready\n',
    "decisions.jsonl": '{"person": "ada", "role": "«R»", "decision": "deferred", "date": "2026-10-01", "verdict": "«V»"}\n',
    "mapping.yaml": "growth: level   # a column called growth\nHow much: «A»\nRate: growth rate\n",
    "source.yaml": """# how growth is read
columns:
  growth: {attribute: level, values: {growth: «L», none: ~}}
  How much: {attribute: «A», missing: [growth]}
  Other: «A»
  Fields: {attribute: fields_known, separator: growth, values: {f: "«G»", s: sales}}
roles: {growth: «R», Other: other}
constants: {focus: «O», mood: «F»}
""",
}  # fmt: skip


def said(text: str, **renamed: str) -> str:
    """Return what a text says with every mark's name in its place, some of them other names."""
    return re.sub("«(.)»", lambda match: {**NAMES, **renamed}[match[1]], text)


def everything(**renamed: str) -> dict[str, str]:
    """Return all files by their paths."""
    pack = {f"pack/{said(path, **renamed)}": said(text, **renamed) for path, text in FILES.items()}
    return pack | {path: said(text, **renamed) for path, text in PEOPLE.items()}


def written(folder: Path, *, ends: str = "\n", mark: bytes = b"") -> Path:
    """Write all files; the pack's with other line ends, and a byte order mark."""
    for path, text in everything().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        data = mark + text.replace("\n", ends).encode() if path.startswith("pack/") else text.encode()
        (folder / path).write_bytes(data)
    return folder


def found(folder: Path) -> dict[str, bytes]:
    """Return all files that are there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
