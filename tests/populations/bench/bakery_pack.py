"""A small ladder of a bakery in which time brings years, takes certificates away, closes a move and opens another one."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path

AS_OF = datetime.date(2026, 11, 1)
FILES = {
    "pack.yaml": """
pack: bakery
title: Bakery
version: 1.0.0
effective: 2026-01-01
language: 2
tracks:
  oven: {title: Oven}
  shop: {title: Shop}
verdicts:
  - {verdict: ready, when: {required_unmet: {at_most: 0}}}
  - {verdict: nearly, when: {required_unmet: {at_most: 1}}}
  - {verdict: not yet}
""",
    "attributes.yaml": """
attributes:
  years:
    title: Years at the oven
    type: number
    unit: years
    range: {at_least: 0, at_most: 40}
    question: How many years have you baked?
    accrues: {per_year: 1, in_tracks: [oven]}
  doughs: {title: Doughs mastered, type: integer, unit: doughs, question: How many doughs?, accrues: {per_year: 0.5}}
  leads: {title: Leads a shift, type: flag, question: Do you lead a shift?}
  certified: {title: Certified on, type: date, question: When were you certified?}
  service:
    title: Service
    type: records
    question: When did you serve?
    fields: {start: {type: date, precision: month}, end: {type: date, precision: month}}
  service_years:
    title: Years of service
    type: number
    unit: years
    range: {at_least: 0, at_most: 40}
    question: How many years have you served?
    may_be_given: true
    derive: {years: {records: service, from: start, to: end}}
    accrues: {per_year: 1, in_tracks: [shop]}
  certificate_age: {title: Age of the certificate, type: integer, unit: months, derive: {months_since: certified}}
""",
    "moves.yaml": """
moves:
  - {from: apprentice, to: baker, kind: promotion, basis: judgement}
  - {from: baker, to: master, kind: promotion, basis: judgement}
  - {from: baker, to: stand-in, kind: lateral, basis: judgement}
  - {from: seller, to: manager, kind: promotion, basis: judgement}
  - {from: seller, to: master, kind: promotion, basis: judgement, when: {doughs: {at_least: 4}}}
  - {from: seller, to: baker, kind: lateral, basis: judgement, when: {doughs: {at_most: 3}}}
""",
    "roles/apprentice.yaml": """
role: apprentice
title: Apprentice
track: oven
rung: 1
entry: true
""",
    "roles/baker.yaml": """
role: baker
title: Baker
track: oven
rung: 2
criteria:
  - {id: years, title: Three years at the oven, kind: qualification, required: true, basis: judgement, when: {years: {at_least: 3}}}
""",
    "roles/stand-in.yaml": """
role: stand-in
title: Acting master
track: oven
rung: 3
interim: true
criteria:
  - {id: leads, title: Leads a shift, kind: step, required: true, basis: judgement, when: {leads: true}}
""",
    "roles/master.yaml": """
role: master
title: Master baker
track: oven
rung: 4
criteria:
  - {id: years, title: Ten years at the oven, kind: qualification, required: true, basis: judgement, when: {years: {at_least: 10}}}
  - {id: leads, title: Leads a shift, kind: step, required: true, basis: judgement, when: {leads: true}}
  - id: certificate
    title: A certificate of the last two years
    kind: qualification
    required: true
    basis: judgement
    when: {certificate_age: {below: 24}}
""",
    "roles/seller.yaml": """
role: seller
title: Seller
track: shop
rung: 1
criteria:
  - {id: doughs, title: Knows a dough, kind: skill, required: true, basis: judgement, when: {doughs: {at_least: 1}}}
""",
    "roles/manager.yaml": """
role: manager
title: Shop manager
track: shop
rung: 2
criteria:
  - {id: served, title: Five years of service, kind: qualification, required: true, basis: judgement, when: {service_years: {at_least: 5}}}
""",
    "roles/owner.yaml": """
role: owner
title: Owner
track: shop
rung: 3
held_only: true
""",
}
LATELY, LONG_AGO = "2026-10-01", "2025-06-01"
"""Certificates that hold for nearly two years more, and for seven months."""


def write_rules(folder: Path) -> Path:
    """Write the pack."""
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content.lstrip("\n"), encoding="utf-8")
    return folder


def write_people(path: Path, people: Mapping[str, Mapping[str, object]]) -> Path:
    """Write people as JSON Lines."""
    path.write_text("".join(json.dumps({"id": name, **facts}) + "\n" for name, facts in people.items()), encoding="utf-8")
    return path
