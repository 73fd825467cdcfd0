"""A small pack of edition 2 with roles of every kind on a cumulative track, written as files."""

from __future__ import annotations

from pathlib import Path

from evaluator.core.model import Pack
from evaluator.reading.pack.pack import load_pack
from tests.tiny_pack import write

GUILD = {
    "pack.yaml": """
pack: guild
title: The guild
version: 1.0.0
language: 2
effective: 2026-01-01
tracks:
  craft: {title: Craft, cumulative: true}
verdicts:
  - {verdict: ready, when: {required_unmet: {at_most: 0}}}
  - {verdict: not yet}
""",
    "attributes.yaml": """
attributes:
  pieces: {title: Finished pieces, type: integer, unit: pieces, range: {at_least: 0, at_most: 99}, question: How many did they finish?}
  taught: {title: Apprentices taught, type: integer, unit: people, range: {at_least: 0, at_most: 99}, question: How many did they teach?}
  stands_in: {title: Stands in for a master, type: flag, question: Do they stand in for a master?}
""",
    "moves.yaml": """
moves:
  - {from: newcomer, to: apprentice, kind: promotion, basis: judgement}
  - {from: apprentice, to: journeyman, kind: promotion, basis: judgement}
  - {from: journeyman, to: acting-master, kind: lateral, basis: judgement}
  - {from: journeyman, to: master, kind: promotion, basis: judgement}
  - {from: acting-master, to: master, kind: promotion, basis: judgement}
""",
    "roles/newcomer.yaml": "{role: newcomer, title: Newcomer, track: craft, rung: 0, entry: true}\n",
    "roles/apprentice.yaml": """
role: apprentice
title: Apprentice
track: craft
rung: 1
criteria:
  - {id: first, title: A first piece, kind: step, required: true, basis: judgement, advice: Make one., when: {pieces: {at_least: 1}}}
""",
    "roles/journeyman.yaml": """
role: journeyman
title: Journeyman
track: craft
rung: 2
criteria:
  - {id: teaches, title: Teaches, kind: skill, required: true, basis: judgement, advice: Teach., when: {taught: {at_least: 1}}}
""",
    "roles/acting-master.yaml": """
role: acting-master
title: Acting Master
track: craft
rung: 3
interim: true
criteria:
  - {id: stands-in, title: Stands in, kind: step, required: true, basis: judgement, advice: Ask., when: {stands_in: true}}
""",
    "roles/master.yaml": """
role: master
title: Master
track: craft
rung: 4
criteria:
  - {id: masterpieces, title: Ten pieces, kind: step, required: true, basis: judgement, advice: Make ten., when: {pieces: {at_least: 10}}}
""",
    "roles/elder.yaml": "{role: elder, title: Elder, track: craft, rung: 5, held_only: true}\n",
}


def guild(folder: Path, **edits: tuple[str, str]) -> Pack:
    """Return the pack, written into a folder; an edit, by the file's stem, puts one text in the place of another."""
    files = dict(GUILD)
    for stem, (old, new) in edits.items():
        name = next(name for name in files if Path(name).stem == stem.replace("_", "-"))
        if old not in files[name]:
            raise ValueError(old)
        files[name] = files[name].replace(old, new)
    return load_pack(write(folder, files))
