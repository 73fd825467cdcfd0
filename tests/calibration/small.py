"""A pack of one role to be judged, small enough to be worked out by hand."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "pack.yaml": """
pack: small
title: Small
version: 1.0.0
effective: 2026-01-01
tracks:
  line: {title: Line}
verdicts:
  - {verdict: ready, when: {required_unmet: {at_most: 0}, score: {at_least: 0.5}}}
  - {verdict: nearly, when: {required_unmet: {at_most: 1}}}
  - {verdict: not yet}
""",
    "attributes.yaml": """
scales:
  level: [none, some, good, great]
attributes:
  years: {title: Years, type: number, unit: years, range: {at_least: 0, at_most: 40}, question: How many years?}
  reports: {title: Reports, type: integer, unit: people, range: {at_least: 0, at_most: 99}, question: How many report to you?}
  level: {title: Level, type: scale, scale: level, question: How good?}
""",
    "moves.yaml": """
moves:
  - {from: junior, to: lead, kind: promotion, basis: judgement}
""",
    "roles/junior.yaml": """
role: junior
title: Junior
track: line
rung: 1
criteria:
  - {id: begun, title: Has begun, kind: qualification, weight: 1, basis: judgement, when: {years: {at_least: 0}}}
""",
    "roles/lead.yaml": """
role: lead
title: Lead
track: line
rung: 2
criteria:
  - {id: experience, title: Five years, kind: qualification, required: true, weight: 2, basis: judgement, when: {years: {at_least: 5}}}
  - {id: leads, title: Leads, kind: step, required: true, weight: 2, basis: judgement, when: {reports: {at_least: 2}}}
  - id: skill
    title: Good
    kind: skill
    weight: 1
    basis: judgement
    when: {level: {at_least: good}}
    applies_when: {reports: {at_least: 1}}
""",
}


def write_pack(folder: Path) -> Path:
    """Write the pack and return its folder."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.lstrip("\n"), encoding="utf-8")
    return folder
