"""A small pack and three people, written as files and read as a user's would be."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.diagnostics import Problems
from evaluator.engines.readiness import Evaluator
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.people import read_people

AS_OF = datetime.date(2026, 11, 1)
FILES = {
    "pack.yaml": """
pack: tiny
title: Tiny ladder
version: 2.1.0
effective: 2026-01-01
tracks:
  management: {title: Management}
  craft: {title: Craft & code}
verdicts:
  - verdict: ready
    when:
      required_unmet: {at_most: 0}
      score: {at_least: 0.75}
  - verdict: nearly
    when:
      required_unmet: {at_most: 1}
      score: {at_least: 0.5}
  - verdict: not yet
""",
    "attributes.yaml": """
scales:
  skill_level: [none, awareness, working, practitioner, expert]
attributes:
  product_years: {title: Years in product management, type: number, unit: years, question: How many years?}
  direct_reports: {title: Direct reports, type: integer, unit: people, question: How many reports?}
  interim_months: {title: Months as an interim lead, type: integer, unit: months, question: How many months?}
  target: {title: Improvement aimed for, type: number, unit: percent, question: Which target?}
  reached: {title: Improvement reached, type: number, unit: percent, question: Which result?}
  knowledge: {title: Knowledge areas, type: set, options: [market-research, pricing, web-development], question: Which areas?}
  talks: {title: Views shared in public, type: set, options: [articles, talks], question: Which?, absent_means: []}
  leadership: {title: Leadership, type: scale, scale: skill_level, question: How well?}
  preferred: {title: Preferred work, type: choice, options: [craft, people, either], question: Which work?}
  budget: {title: Owns a budget, type: flag, question: Do you own a budget?}
  reviewed: {title: Latest review, type: date, precision: month, question: When?}
  areas:
    title: Areas known
    type: integer
    unit: areas
    derive: {count: [{knowledge: {includes: pricing}}, {knowledge: {includes: market-research}}]}
""",
    "sources.yaml": """
documents:
  handbook: {title: The handbook, sections: [Directors, "Leads, and others"]}
""",
    "moves.yaml": """
moves:
  - {from: manager, to: director, kind: promotion, reason: The usual way., basis: judgement, when: {preferred: {one_of: [people, either]}}}
  - {from: manager, to: expert, kind: lateral, basis: judgement}
  - {from: director, to: chief, kind: specialisation, basis: judgement}
""",
    "roles/manager.yaml": """
role: manager
title: Manager
track: management
rung: 1
criteria:
  - {id: some-years, title: Some years, kind: qualification, basis: judgement, when: {product_years: {at_least: 1}}}
""",
    "roles/director.yaml": """
role: director
title: Product Director
also: [Director of Product]
track: management
rung: 2
summary: Leads product managers.
criteria:
  - id: years
    title: Eight years in product management
    kind: qualification
    required: true
    weight: 3
    when: {product_years: {at_least: 8}}
    almost: {product_years: {at_least: 6}}
    source: {document: handbook, section: Directors}
    basis: documented
    advice: Time closes this gap.
    takes: 12 months
  - id: led
    title: Has led people
    kind: step
    weight: 2
    basis: judgement
    when:
      any_of:
        - direct_reports: {at_least: 2}
        - interim_months: {at_least: 6}
          leadership: {at_least: working}
  - id: knows
    title: Knows the field
    kind: skill
    basis: judgement
    when: {knowledge: {includes_all: [market-research, pricing]}, areas: {at_least: 2}}
  - id: visible
    title: Is seen
    kind: skill
    basis: judgement
    when: {talks: {includes_any: [articles, talks]}}
  - id: money
    title: Owns money
    kind: responsibility
    basis: judgement
    when: {budget: true}
    applies_when: {direct_reports: {at_least: 5}}
""",
    "roles/expert.yaml": """
role: expert
title: Expert <of> "things"
track: craft
rung: 2
criteria:
  - {id: leads, title: Leads, kind: skill, basis: judgement, when: {leadership: {at_least: expert}}}
""",
    "roles/chief.yaml": """
role: chief
title: Chief Executive Officer
track: management
rung: 3
destination: true
""",
}
PEOPLE = {
    "ada.yaml": """
profile: ada
name: Ada Lindqvist
role: manager
attributes: {product_years: 6, direct_reports: 1, interim_months: 8, leadership: working, knowledge: [pricing], preferred: people}
""",
    "bo.yaml": """
profile: bo
name: =SUM(A1)
role: manager
attributes: {product_years: 9, direct_reports: 3, preferred: either}
""",
    "cy.yaml": """
profile: cy
attributes: {product_years: 9, direct_reports: 3, knowledge: [pricing, market-research], talks: [talks]}
""",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.lstrip("\n"), encoding="utf-8")
    return folder


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Give the folder of the small pack."""
    return write(tmp_path / "rules", FILES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of three people."""
    return write(tmp_path / "people", PEOPLE)


@pytest.fixture
def pack(rules: Path) -> Pack:
    """Give the small pack."""
    return load_pack(rules)


@pytest.fixture
def people(pack: Pack, folder: Path) -> dict[str, Evaluation]:
    """Give the three people, evaluated by the reference engine."""
    problems = Problems()
    profiles = read_people([folder], pack, problems)
    assert not problems.errors
    evaluator = Evaluator(pack, engine="reference")
    return {profile.id: evaluator.evaluate(profile, as_of=AS_OF) for profile in profiles}
