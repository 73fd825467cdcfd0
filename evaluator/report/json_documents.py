"""Every document that a verb writes as JSON: what it is called, by what it is written, and the schema that describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs

FOLDER = Path(__file__).with_name("schemas")


@attrs.frozen(kw_only=True)
class JsonDocument:
    """A document by its name; its version is raised when a key goes or changes its meaning, not when one is added."""

    name: str
    title: str
    written_by: str
    version: int = 1

    @property
    def format(self) -> str:
        """The word that it begins with."""
        return f"evaluator/{self.name}"

    @property
    def schema_file(self) -> Path:
        """The file that describes it: several people's evaluations are described with one person's."""
        return FOLDER / f"{'evaluation' if self.name == 'evaluations' else self.name}.schema.json"


DOCUMENTS = {
    json_document.name: json_document
    for json_document in (
        JsonDocument(
            name="evaluation", title="One evaluation", written_by="`evaluate --format json` of one profile, and `jsonl` of profiles"
        ),
        JsonDocument(name="evaluations", title="Several evaluations", written_by="`evaluate --format json` of a folder or a table"),
        JsonDocument(name="run", title="What a run over a population came to", written_by="`evaluate --summary FILE`"),
        JsonDocument(name="explanation", title="Why a verdict is what it is", written_by="`explain --format json`"),
        JsonDocument(name="ranking", title="The candidates for a role, in order", written_by="`rank --format json`"),
        JsonDocument(name="bench", title="The succession bench of every role", written_by="`bench --format json`"),
        JsonDocument(name="progress", title="What changed between two populations", written_by="`progress --format json`"),
        JsonDocument(name="plan", title="A plan to be ready for a role", written_by="`plan --format json`"),
        JsonDocument(name="whatif", title="What a change of facts would do", written_by="`whatif --format json`"),
        JsonDocument(name="decision", title="A record of the log of decisions", written_by="`decide --format json`"),
        JsonDocument(name="decisions", title="The decisions of a log", written_by="`decisions list --format json`"),
        JsonDocument(name="decisions-verified", title="What verifying a log came to", written_by="`decisions verify --format json`"),
        JsonDocument(name="decisions-replayed", title="What replaying a log came to", written_by="`decisions replay --format json`"),
        JsonDocument(
            name="findings", title="Findings in rules or profiles", written_by="`lint --format json` and `profile check --format json`"
        ),
        JsonDocument(name="rule-tests", title="What worked examples came to", written_by="`test --format json`"),
        JsonDocument(name="attributes", title="What a profile may say", written_by="`show --attributes --format json`"),
        JsonDocument(name="proofs", title="What was proved of a pack", written_by="`prove --format json`"),
        JsonDocument(name="diff", title="What two packs differ in, and for whom", written_by="`diff --format json`"),
        JsonDocument(name="sweep", title="What other thresholds would come to", written_by="`sweep --format json`"),
        JsonDocument(name="backtest", title="Rules held against past decisions", written_by="`backtest --format json`"),
        JsonDocument(name="impact", title="Selection by group", written_by="`impact --format json`"),
    )
}


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a document."""
    result: dict[str, Any] = json.loads(DOCUMENTS[name].schema_file.read_text(encoding="utf-8"))
    return result
