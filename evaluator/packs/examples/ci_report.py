"""The outcomes of rule tests as CI reads them: annotations beside the lines of examples, and JUnit's XML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET  # it is written here, and nothing is read

from evaluator.core.gates import Gate, State
from evaluator.core.text import xml_text
from evaluator.diagnostics import Diagnostic
from evaluator.packs.examples import Mismatch, Outcome
from evaluator.report.annotations import annotation, gate_annotations
from evaluator.report.findings import finding_annotation

_FILES, _LIMITS = "files of examples", "limits"


def outcomes_github(outcomes: Iterable[Outcome], errors: Iterable[Diagnostic], gates: Iterable[Gate]) -> str:
    """Write each expectation that did not come out as an annotation at its line; then files that cannot be used, and limits."""
    failed = [
        annotation("error", f"{outcome.test.role}: {outcome.test.name}", mismatch_words(mismatch), mismatch.span)
        for outcome in outcomes
        for mismatch in outcome.mismatches
    ]
    return "".join([*failed, *map(finding_annotation, errors), gate_annotations((gate, ()) for gate in gates)])


def outcomes_junit(pack: str, outcomes: Sequence[Outcome], errors: Sequence[Diagnostic], gates: Sequence[Gate]) -> str:
    """Write the outcomes as JUnit's XML: a suite for each role, a case for each example; one for files, and one for limits."""
    root = ET.Element("testsuites", name=xml_text(pack))
    by_role: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_role.setdefault(outcome.test.role, []).append(outcome)
    for role, tests in by_role.items():
        suite = ET.SubElement(root, "testsuite", name=xml_text(role))
        for outcome in tests:
            _case(suite, f"{pack}.{role}", outcome)
    if errors:
        suite = ET.SubElement(root, "testsuite", name=_FILES)
        for error in errors:
            case = ET.SubElement(suite, "testcase", classname=xml_text(f"{pack}.{_FILES}"), name=xml_text(f"{error.code} {error.span}"))
            _place(case, error.span.path, error.span.line)
            _said(case, "error", error.name, error.message, f"{error.span}: {error.message}\n{f'help: {error.help}' if error.help else ''}")
    if gates:
        suite = ET.SubElement(root, "testsuite", name=_LIMITS)
        for gate in gates:
            case = ET.SubElement(suite, "testcase", classname=xml_text(f"{pack}.{_LIMITS}"), name=xml_text(gate.limit))
            if gate.state is not State.HELD:
                tag = "failure" if gate.state is State.BROKEN else "error"
                _said(case, tag, str(gate.state), gate.reason, "\n".join([gate.reason, *([gate.step] if gate.step else [])]))
    for suite in root:
        _count(suite, list(suite))
    _count(root, [case for suite in root for case in suite])
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(suite: ET.Element, classname: str, outcome: Outcome) -> None:
    test = outcome.test
    case = ET.SubElement(suite, "testcase", classname=xml_text(classname), name=xml_text(test.name))
    _place(case, test.span.path, test.span.line)
    if outcome.mismatches:
        first, *others = outcome.mismatches
        more = f" (and {len(others)} more)" if others else ""
        body = "\n".join(f"{mismatch.span}: {mismatch_words(mismatch)}" for mismatch in outcome.mismatches)
        _said(case, "failure", first.what, mismatch_words(first).replace("\n", "; ") + more, body)


def mismatch_words(mismatch: Mismatch) -> str:
    """Say what did not come out as it is written."""
    lines = [f"{mismatch.what}: expected {mismatch.expected}, came out {mismatch.found}"]
    lines += [f"missing: {', '.join(mismatch.missing)}"] if mismatch.missing else []
    lines += [f"extra: {', '.join(mismatch.extra)}"] if mismatch.extra else []
    lines += ["the same ones, in another order"] if mismatch.reordered else []
    return "\n".join(lines)


def _said(case: ET.Element, tag: str, kind: str, message: str, body: str) -> None:
    ET.SubElement(case, tag, type=xml_text(kind), message=xml_text(message)).text = xml_text(body)


def _place(case: ET.Element, path: str, line: int) -> None:
    case.set("file", xml_text(path))
    case.set("line", str(line))


def _count(element: ET.Element, cases: Sequence[ET.Element]) -> None:
    element.set("tests", str(len(cases)))
    for tag in ("failure", "error"):
        element.set(f"{tag}s", str(sum(case.find(tag) is not None for case in cases)))
    element.set("skipped", "0")
