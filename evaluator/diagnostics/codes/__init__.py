"""The codes of findings: their names and severities. A page beside this module documents each."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import attrs


class Severity(enum.StrEnum):
    """Whether a finding makes a file unusable."""

    ERROR = "error"
    WARNING = "warning"


@attrs.frozen(kw_only=True)
class Code:
    """One kind of finding: an id such as R203, a name in words, and a severity."""

    id: str
    name: str
    severity: Severity = Severity.ERROR


_ERRORS = {
    "R001": "unreadable-file",
    "R002": "yaml-syntax",
    "R003": "nested-too-deep",
    "R004": "anchor-or-alias",
    "R005": "yaml-tag",
    "R006": "several-documents",
    "R007": "duplicate-key",
    "R008": "file-too-large",
    "R009": "empty-file",
    "R101": "unknown-key",
    "R102": "missing-key",
    "R103": "wrong-shape",
    "R104": "wrong-value",
    "R105": "empty-list",
    "R106": "bad-identifier",
    "R107": "file-name-differs",
    "R108": "keys-exclude-each-other",
    "R109": "later-edition",
    "R201": "unknown-attribute",
    "R202": "unknown-role",
    "R203": "operator-does-not-fit",
    "R204": "value-does-not-fit",
    "R205": "unknown-document",
    "R206": "unknown-section",
    "R207": "unknown-name",
    "R208": "duplicate-name",
    "R209": "circular-derivation",
    "R210": "types-differ",
    "R211": "expression-does-not-fit",
    "R212": "unknown-criterion",
    "R213": "bands-overlap",
    "R301": "never-met",
    "R402": "unreachable-role",
    "R401": "no-source",
    "R403": "group-attribute",
    "R404": "bad-weight",
    "R408": "version-unchanged",
    "R409": "version-went-down",
    "P101": "unknown-attribute-in-profile",
    "P102": "value-does-not-fit-attribute",
    "P103": "out-of-range",
    "P104": "computed-attribute-stated",
    "P105": "unknown-role-in-profile",
    "P106": "group-fact-misplaced",
    "P107": "dates-contradict",
    "P108": "unsafe-link",
    "P109": "day-to-come",
    "I101": "unreadable-export",
    "I102": "unusable-date",
    "I103": "unusable-entry",
    "D101": "unreadable-table",
    "D102": "ragged-row",
    "D103": "unknown-column",
    "D104": "duplicate-id",
    "D105": "missing-id",
    "D106": "unusable-decision",
    "D107": "unusable-seat",
}
_WARNINGS = {
    "R302": "always-met",
    "R303": "verdict-out-of-reach",
    "R304": "almost-not-weaker",
    "R305": "value-without-entry",
    "R306": "entry-out-of-reach",
    "R307": "part-never-met",
    "R308": "part-always-met",
    "R309": "cap-never-binds",
    "R310": "nobody-ready",
    "R311": "divisor-may-be-zero",
    "R312": "part-adds-nothing",
    "R313": "off-by-a-hundred",
    "R405": "nothing-required",
    "R406": "band-rewards-failure",
    "R407": "policy-without-role",
    "R501": "unused-attribute",
    "R502": "no-schema-line",
    "R503": "duplicate-title",
    "R504": "no-advice",
    "R505": "left-from-scaffold",
    "R506": "file-not-read",
    "R507": "weights-too-fine",
    "R508": "scale-without-words",
    "R509": "unused-condition",
    "P201": "stated-differs-from-computed",
    "P202": "evidence-without-claim",
    "P203": "implausible-together",
    "P204": "date-known-in-part",
    "P205": "dated-ahead",
    "P206": "role-outside-the-pack",
    "D201": "column-not-read",
    "D202": "corrected-decision",
    "D203": "hidden-merged-or-outside",
}

CODES: Mapping[str, Code] = {
    **{id_: Code(id=id_, name=name) for id_, name in _ERRORS.items()},
    **{id_: Code(id=id_, name=name, severity=Severity.WARNING) for id_, name in _WARNINGS.items()},
}
"""Every code by its id."""
