"""Outcomes of worked examples as CI reads them: annotations at the lines of examples, and XML that readers of JUnit take."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from evaluator.cli.main import run
from tests.packs.rename.growth_pack import written

Capture = pytest.CaptureFixture[str]
NAME = 'a <growth> & "more" ]]> 100 % of it, ::error::{x} it\'s ü 💡'
WRONG = f"""role: other
as_of: 2026-11-01
tests:
  - name: '{NAME.replace("'", "''")}'
    role: other
    attributes: {{growth: 1, mood: calm}}
    expect: {{verdict: ready, met: [growth], unmet: [ready, growing], next_roles: []}}
  - name: "bell \\x07 and lines\\nof it"
    role: other
    attributes: {{growth: 1, mood: calm}}
    expect: {{verdict: not yet}}
"""
COMMAND = re.compile(
    r"::(error|warning|notice) file=([^,:]+),line=([0-9]+),col=[0-9]+,endLine=[0-9]+,endColumn=[0-9]+,title=([^,:]*)::(.*)"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pack, with examples of one role that do not come out as written."""
    monkeypatch.chdir(written(tmp_path))
    Path("pack/tests/other.yaml").write_text(WRONG, encoding="utf-8")
    return tmp_path


def plain(text: str) -> str:
    """Take the escapes of a workflow command out, as GitHub does."""
    for escape, letter in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, letter)
    return text


@pytest.mark.usefixtures("here")
def test_each_expectation_is_an_annotation_at_its_line(capsys: Capture) -> None:
    """One command a line, whatever a name or a value holds; counts go to standard error."""
    assert run(["test", "pack", "--format", "github"]) == 1
    captured = capsys.readouterr()
    found = [COMMAND.fullmatch(line) for line in captured.out.splitlines()]
    assert all(found), captured.out
    told = [(one[1], one[2], int(one[3]), plain(one[4]), plain(one[5])) for one in found if one is not None]
    assert told[0][:4] == ("error", "pack/tests/other.yaml", 7, f"other: {NAME}")
    assert [one[4].splitlines()[0] for one in told] == [
        "verdict: expected ready, came out growth",
        "unmet: expected ready: unmet, came out ready: met",
        "next_roles: expected none, came out growth",
        "verdict: expected not yet, came out growth",
    ]
    assert "3 passed, 2 failed\n" in captured.err


def cases(text: str) -> list[ET.Element]:
    """Read the XML as a reader of JUnit does, and hold its counts and its order against what it holds."""
    root = ET.fromstring(text.encode())  # noqa: S314 - ours
    assert root.tag == "testsuites"
    assert {suite.tag for suite in root} <= {"testsuite"}
    for element in (root, *root):
        inside = list(element.iter("testcase"))
        assert int(element.attrib["tests"]) == len(inside)
        for name in ("failure", "error", "skipped"):
            key = name if name == "skipped" else f"{name}s"
            assert int(element.attrib[key]) == sum(case.find(name) is not None for case in inside)
        assert element.attrib["name"]
    found = list(root.iter("testcase"))
    for case in found:
        assert case.attrib["name"]
        assert case.attrib["classname"]
        assert [child.tag for child in case] in ([], ["failure"], ["error"])
        assert all({"message", "type"} == set(child.attrib) for child in case)
    return found


@pytest.mark.usefixtures("here")
def test_junit_has_a_case_for_each_example(capsys: Capture) -> None:
    """Failures say what differs and where; letters that XML cannot hold are replaced, all others are as they were."""
    assert run(["test", "pack", "--format", "junit"]) == 1
    found = cases(capsys.readouterr().out)
    assert len(found) == 5
    failed = {case.attrib["name"]: case for case in found if case.find("failure") is not None}
    assert set(failed) == {NAME, "bell \ufffd and lines\nof it"}
    case, failure = failed[NAME], failed[NAME].find("failure")
    assert (case.attrib["classname"], case.attrib["file"], case.attrib["line"]) == ("growth.other", "pack/tests/other.yaml", "4")
    assert failure is not None
    assert failure.attrib["message"] == "verdict: expected ready, came out growth (and 2 more)"
    assert "pack/tests/other.yaml:7:14: verdict: expected ready, came out growth" in (failure.text or "")


@pytest.mark.usefixtures("here")
def test_files_and_limits_are_cases_too(capsys: Capture) -> None:
    """An example that cannot be read is an error, a share below its limit a failure, a role without examples an error."""
    Path("pack/tests/one.yaml").write_text(
        "role: one\nas_of: 2026-11-01\ntests: [{name: x, expect: {gaps: [nothing]}}]\n", encoding="utf-8"
    )
    assert run(["test", "pack", "one", "two", "--fail-under", "100", "--format", "junit"]) == 1
    found = cases(capsys.readouterr().out)
    assert [(case.attrib["classname"], [child.tag for child in case]) for case in found] == [
        ("growth.one", []),
        ("growth.files of examples", ["error"]),
        ("growth.limits", ["error"]),
        ("growth.limits", ["failure"]),
    ]
    assert run(["test", "pack", "one", "two", "--fail-under", "100", "--format", "github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("::error file=pack/tests/one.yaml,line=3,")
    assert any(line.startswith("::error title=not tested%3A examples of two::`two` has no worked examples%0Ahelp:") for line in lines)
    assert any(line.startswith("::error title=broken%3A the share of branches decided ≥ 100 %25::") for line in lines)


@pytest.mark.usefixtures("here")
def test_a_green_run_annotates_nothing_and_is_whole_xml(tmp_path: Path, capsys: Capture) -> None:
    """The name of a file that ends in .xml says which format is meant."""
    Path("pack/tests/other.yaml").unlink()
    assert run(["test", "pack", "--format", "github"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "3 passed, 0 failed\n")
    assert run(["test", "pack", "-o", str(tmp_path / "tests.xml")]) == 0
    assert len(cases((tmp_path / "tests.xml").read_text(encoding="utf-8"))) == 3


@pytest.mark.usefixtures("here")
def test_nothing_tested_is_not_green(capsys: Capture) -> None:
    """A pack without examples ends with 2 in every format, with nothing that looks like a run."""
    for path in Path("pack/tests").iterdir():
        path.unlink()
    for form in ("github", "junit"):
        assert run(["test", "pack", "--format", form]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "has no worked examples" in captured.err
