"""Findings as text, JSON and GitHub annotations."""

from __future__ import annotations

import pytest
from wcwidth import wcswidth

from evaluator.diagnostics import Problems, Related, Span
from evaluator.report.findings import findings_github, findings_json, findings_text


def span(line: int, column: int, end_column: int, *, end_line: int | None = None, path: str = "rules/roles/x.yaml") -> Span:
    """Return a place in a file."""
    return Span(path=path, line=line, column=column, end_line=end_line or line, end_column=end_column)


def one(text: str, place: Span) -> Problems:
    """Return a collector with one finding about a text."""
    problems = Problems()
    problems.texts[place.path] = text
    problems.add("R201", "there is no attribute called `yaers`", place, help="did you mean `years`?")
    return problems


def test_a_finding_shows_place_line_carets_help_and_related_places() -> None:
    """The text has everything, sorted by place, and ends in a count."""
    problems = one("when:\n  yaers: {at_least: 8}\n", span(2, 3, 8))
    other = Related(span=span(1, 5, 6, path="rules/attributes.yaml"), message="the one that is meant")
    problems.add("R501", "nothing reads it", span(1, 1, 5), related=[other])
    assert findings_text(problems) == (
        "rules/roles/x.yaml:1:1: warning R501 unused-attribute: nothing reads it\n"
        "    1 | when:\n"
        "      | ^^^^\n"
        "   see: rules/attributes.yaml:1:5: the one that is meant\n"
        "\n"
        "rules/roles/x.yaml:2:3: error R201 unknown-attribute: there is no attribute called `yaers`\n"
        "    2 |   yaers: {at_least: 8}\n"
        "      |   ^^^^^\n"
        "   help: did you mean `years`?\n"
        "\n"
        "1 error, 1 warning\n"
    )


def marked(text: str, place: Span) -> str:
    """Return what of the shown line stands above the carets, found by columns."""
    _, line, carets, *_ = findings_text(one(text, place)).splitlines()
    start = wcswidth(carets[: carets.index("^")])
    end = start + carets.count("^")
    shown = ""
    at = 0
    for letter in line:
        if start <= at < end:
            shown += letter
        at += wcswidth(letter)
    return shown


@pytest.mark.parametrize(
    ("text", "column", "end"),
    [
        ("\tyaers: 1", 2, 7),
        ("a:\t\tyaers", 5, 10),
        ("{名前: 王小明, yaers: 1}", 11, 16),
        ("note: e\u0301\u0301te\u0301 yaers", 14, 19),
        ("x" * 300 + " yaers " + "y" * 300, 302, 307),
        ("yaers " + "y" * 300, 1, 6),
        ("x" * 300 + " yaers", 302, 307),
        ("名" * 200 + " yaers " + "前" * 200, 202, 207),
    ],
)
def test_carets_stand_under_the_span(text: str, column: int, end: int) -> None:
    """Tabs, wide letters, combining letters and very long lines move nothing."""
    assert text[column - 1 : end - 1] == "yaers"
    assert marked(text, span(1, column, end)) == "yaers"
    line = findings_text(one(text, span(1, column, end))).splitlines()[1]
    assert wcswidth(line) <= 120


def test_a_span_of_several_lines_underlines_the_first() -> None:
    """The rest of the first line is marked, without spaces at its end."""
    assert marked("a: [1,   \n2]\n", span(1, 4, 3, end_line=2)) == "[1,"


def test_a_span_without_width_gets_one_caret() -> None:
    """Something missing at the end of a line is pointed at."""
    assert findings_text(one("a:\n", span(1, 3, 3))).splitlines()[2] == "      |   ^"


def test_a_very_long_span_is_cut() -> None:
    """A span longer than the line ends in an ellipsis and still fits."""
    lines = findings_text(one("z" * 5000, span(1, 1, 5001))).splitlines()
    assert lines[1].endswith("z…")
    assert len(lines[1]) == len(lines[2]) == 120


def test_control_characters_never_reach_the_terminal() -> None:
    """An escape sequence in a file or a message is shown as a mark."""
    problems = one("a: \x1b[31mred\n", span(1, 1, 2, path="\x1b[2J.yaml"))
    assert "\x1b" not in findings_text(problems)


def test_a_file_as_a_whole_has_no_line() -> None:
    """The path alone stands for a file that could not be read."""
    problems = Problems()
    problems.add("R001", "there is no such file", Span.whole_file("nope.yaml"))
    assert findings_text(problems) == "nope.yaml: error R001 unreadable-file: there is no such file\n\n1 error\n"


def test_nothing_found_is_said() -> None:
    """An empty run says so."""
    assert findings_text(Problems()).strip() == "no findings"


def test_github_annotations_are_escaped() -> None:
    """Line ends, per cent, and in properties commas and colons, cannot break a command out of its line."""
    problems = Problems()
    problems.add("R501", "50 %,\nor: so", span(3, 4, 9, path="a,b:c%.yaml"), help="none")
    assert findings_github(problems) == (
        "::warning file=a%2Cb%3Ac%25.yaml,line=3,col=4,endLine=3,endColumn=9,title=R501 unused-attribute::50 %25,%0Aor: so%0Ahelp: none\n"
    )


def test_json_has_every_part() -> None:
    """The shape is versioned and counts."""
    found = findings_json(one("yaers: 1", span(1, 1, 6)), None)
    assert found["format"] == "evaluator/findings"
    assert (found["version"], found["errors"], found["warnings"]) == (1, 1, 0)
    assert found["findings"] == [
        {
            "code": "R201",
            "name": "unknown-attribute",
            "severity": "error",
            "message": "there is no attribute called `yaers`",
            "path": "rules/roles/x.yaml",
            "line": 1,
            "column": 1,
            "end_line": 1,
            "end_column": 6,
            "help": "did you mean `years`?",
            "related": [],
        }
    ]


def test_findings_of_one_kind_are_summed_up() -> None:
    """Of thousands of mistakes of one kind in one file, the first are written out and the rest counted; other kinds are still told."""
    problems = Problems()
    for line in range(1, 5001):
        for code in ("R007", "P101") if line == 5000 else ("R007",):
            problems.add(code, f"wrong {line}", Span(path="a.yaml", line=line, column=1, end_line=line, end_column=2))
    written = findings_text(problems)
    assert written.count("error R007") == 200
    assert "a.yaml: and 4,800 more of R007 duplicate-key\n" in written
    assert "a.yaml:5000:1: error P101" in written
    assert written.endswith("\n5,001 errors\n")
    assert len(findings_json(problems, None)["findings"]) == 5001  # type: ignore[arg-type]
