"""A small pack whose nurses are judged by verdicts of their own track, and its engineers by the pack's, written as files."""

from __future__ import annotations

from pathlib import Path

from evaluator.core.model import Pack
from evaluator.reading.pack.pack import load_pack
from tests.tiny_pack import write

CLINIC = {
    "pack.yaml": """
pack: clinic
title: The clinic
version: 1.0.0
language: 2
effective: 2026-01-01
tracks:
  engineering: {title: Engineering}
  nursing:
    title: Nursing
    cumulative: true
    verdicts:
      - {verdict: registered, when: {required_unmet: {at_most: 0}, score: {at_least: 0.5}}}
      - {verdict: not yet, when: {required_unmet: {at_most: 0}}}
      - {verdict: nearly, when: {unmet: {at_most: 1}}}
      - {verdict: far}
verdicts:
  - {verdict: ready, when: {required_unmet: {at_most: 0}}}
  - {verdict: nearly, when: {required_unmet: {at_most: 1}}}
  - {verdict: not yet}
policies:
  - {id: plan, title: On no plan, kind: step, caps_at: not yet, basis: judgement, advice: See it through., when: {on_plan: false}}
""",
    "attributes.yaml": """
attributes:
  years: {title: Years of work, type: integer, unit: years, range: {at_least: 0, at_most: 40}, question: How many years?, effort: {each: 1}}
  shifts: {title: Shifts, type: integer, unit: shifts, range: {at_least: 0, at_most: 99}, question: How many shifts?, effort: {each: 1}}
  exam: {title: Exam passed, type: flag, question: Did they pass?, effort: {each: 5}}
  mentor: {title: Mentors, type: flag, question: Do they mentor?, effort: {each: 2}}
  on_plan: {title: On a plan, type: flag, question: Are they on a plan?}
""",
    "moves.yaml": """
defaults: {basis: judgement}
moves:
  - {from: newcomer, to: nurse, kind: promotion}
  - {from: newcomer, to: engineer, kind: promotion}
  - {from: nurse, to: senior-nurse, kind: promotion}
  - {from: nurse, to: engineer, kind: lateral}
  - {from: engineer, to: lead, kind: promotion}
""",
    "roles/newcomer.yaml": "{role: newcomer, title: Newcomer, track: engineering, rung: 0, entry: true}\n",
    "roles/nurse.yaml": """
role: nurse
title: Nurse
track: nursing
rung: 1
defaults: {kind: step, basis: judgement}
criteria:
  - {id: exam, title: The exam, required: true, advice: Sit it., when: {exam: true}}
  - {id: shifts, title: Ten shifts, when: {shifts: {at_least: 10}}}
  - {id: mentors, title: Mentors, when: {mentor: true}}
""",
    "roles/senior-nurse.yaml": """
role: senior-nurse
title: Senior Nurse
track: nursing
rung: 2
defaults: {kind: step, basis: judgement}
criteria:
  - {id: years, title: Three years, required: true, advice: Time., when: {years: {at_least: 3}}}
  - {id: engineers, title: Could be an engineer, when: {ready_for: engineer}}
""",
    "roles/engineer.yaml": """
role: engineer
title: Engineer
track: engineering
rung: 1
defaults: {kind: step, basis: judgement}
criteria:
  - {id: years, title: A year, required: true, advice: Time., when: {years: {at_least: 1}}}
""",
    "roles/lead.yaml": """
role: lead
title: Lead
track: engineering
rung: 2
defaults: {kind: step, basis: judgement}
criteria:
  - {id: years, title: Five years, required: true, advice: Time., when: {years: {at_least: 5}}}
  - {id: nurse, title: Could be a nurse, required: true, advice: Learn it., when: {ready_for: nurse}}
  - {id: mentors, title: Mentors, caps_at: nearly, advice: Mentor somebody., when: {mentor: true}}
""",
    "tests/nurse.yaml": """
role: nurse
as_of: 2026-11-01
base: {role: newcomer, attributes: {years: 2, shifts: 12, exam: true, mentor: true, on_plan: false}}
tests:
  - {name: All of it, expect: {verdict: registered, score: 1, gaps: [], next_roles: [nurse, engineer]}}
  - {name: The exam alone, attributes: {shifts: 0, mentor: false}, expect: {verdict: not yet, score: 1/3}}
  - {name: Two of three, attributes: {mentor: false}, expect: {verdict: registered}}
  - {name: All but the exam, attributes: {exam: false}, expect: {verdict: nearly}}
  - {name: Half an exam, attributes: {exam: false, mentor: false}, expect: {verdict: far}}
  - {name: On a plan, attributes: {on_plan: true}, expect: {verdict: not yet, gaps: [plan]}}
  - {name: Nobody knows of the exam, without: [exam], expect: {verdict: {between: [nearly, registered]}, questions: [exam]}}
""",
    "tests/engineer.yaml": """
role: engineer
as_of: 2026-11-01
base: {attributes: {years: 1, on_plan: false}}
tests:
  - {name: A year, expect: {verdict: ready}}
  - {name: None, attributes: {years: 0}, expect: {verdict: nearly}}
  - {name: On a plan, attributes: {on_plan: true}, expect: {verdict: not yet}}
""",
}
PEOPLE = """id,role,years,shifts,exam,mentor,on_plan,group:sex
ann,newcomer,2,12,true,true,false,f
bob,newcomer,0,0,true,false,false,m
cat,newcomer,0,0,false,true,false,f
dan,newcomer,5,20,,true,false,m
eve,nurse,3,12,true,false,true,f
"""
VERDICTS = {
    "ann": {"engineer": "ready", "lead": "nearly", "nurse": "registered", "senior-nurse": "nearly"},
    "bob": {"engineer": "nearly", "lead": "not yet", "nurse": "not yet", "senior-nurse": "far"},
    "cat": {"engineer": "nearly", "lead": "not yet", "nurse": "far", "senior-nurse": "far"},
    "dan": {
        "engineer": "ready",
        "lead": "undecided: nearly to ready",
        "nurse": "undecided: nearly to registered",
        "senior-nurse": "registered",
    },
    "eve": {"engineer": "not yet", "lead": "not yet", "nurse": "not yet", "senior-nurse": "not yet"},
}
"""Worked out by hand."""


def clinic(folder: Path, **edits: tuple[str, str]) -> Pack:
    """Return the pack, written into a folder; an edit, by the file's stem, puts one text in the place of another."""
    files = dict(CLINIC)
    for stem, (old, new) in edits.items():
        name = next(name for name in files if Path(name).stem == stem.replace("_", "-") and not name.startswith("tests/"))
        if old not in files[name]:
            raise ValueError(old)
        files[name] = files[name].replace(old, new)
    return load_pack(write(folder, files))
