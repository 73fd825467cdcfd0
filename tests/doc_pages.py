"""Run the console and Python blocks of a page, and hold what comes out against what is written, or write that anew."""

from __future__ import annotations

import contextlib
import doctest
import io
import itertools
import os
import re
import shlex
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from evaluator.cli.main import run

LEFT_OUT = "..."
_OURS = re.compile(
    r"""(?P<words>evaluator(?:"[^"$`\\]*"|'[^']*'|[^"'|<>;&$*?~`(){}\n\[\\])*?)(?P<quiet>\s*2>\s*/dev/null)?"""
    r"""(?:\s*\|(?P<filters>[^\n;&<>]*)|(?P<coded>; echo "exit code \$\?"))?"""
)
"""A command of ours of which a shell does no more than to filter what it prints, or to say its exit code."""
_GONE = re.compile(r"cd (?P<folder>[\w./-]+)")
_GOT = re.compile(r"^Got:\n(?P<got>(?:    .*\n|\n)+)\Z", re.MULTILINE)
_OTHER, _MORE, _LESS = 0.5, 0.3, 1.5
"""What it costs to take a line for another form of one that is written (beside how far they differ), for a new one, and to miss one."""


def run_page(page: Path, *, update: bool = False) -> None:
    """Run the blocks of a page one after the other; where its outputs are brought up to date, the rest of it stays to the byte."""
    anew: dict[int, tuple[str, str]] = {}

    def console(example: Example) -> None:
        block = str(example.parsed)
        anew[example.start + example.parsed.offset] = block, _run_console(block, update=update)

    failed: AssertionError | None = None
    document = Sybil([CodeBlockParser("console", console), PythonCodeBlockParser()]).parse(page)
    for example in document.examples():
        try:
            example.evaluate()
        except AssertionError as failure:
            got = _GOT.search(str(failure))
            if not update:
                raise
            if isinstance(example.parsed, doctest.Example) and got is not None and example.parsed.want:
                start = document.text.index(example.parsed.want, example.start)
                anew[start] = example.parsed.want, re.sub("^    ", "", got["got"], flags=re.MULTILINE)
            else:
                failed = failed or failure
    if any(before != after for before, after in anew.values()):
        text = document.text
        for start, (before, after) in sorted(anew.items(), reverse=True):
            text = text[:start] + after + text[start + len(before) :]
        page.write_bytes(text.encode())
    if failed is not None:
        raise failed


def session(text: str) -> list[tuple[str, str]]:
    """Split a console block into commands and what each prints."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [_continued(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def _continued(command: str, output: str) -> tuple[str, str]:
    """Join the lines of a here-document, which begin with `> `, to the command that reads them."""
    lines = output.split("\n")
    while "<<" in command and lines and lines[0].startswith(">"):
        command += "\n" + lines.pop(0).removeprefix(">").removeprefix(" ")
    return command, "\n".join(lines)


def _pattern(expected: str) -> str:
    """Turn expected output into a pattern; a line of `...` stands for any lines, and `...` within a line for anything."""
    lines = [
        ".*" if line.strip() == LEFT_OUT else re.escape(line.rstrip()).replace(re.escape(LEFT_OUT), ".*")
        for line in expected.rstrip().split("\n")
    ]
    return "\n".join(lines)


def _run_console(block: str, *, update: bool) -> str:
    """Run the commands of a block, and return it with what they print."""
    end = len(block)
    outputs: list[tuple[str, str]] = []
    for command, expected in session(block):
        ours, gone = _OURS.fullmatch(command), _GONE.fullmatch(command)
        if gone is not None:
            os.chdir(gone["folder"])
        out = "" if gone is not None else _run_in_bash(command) if ours is None else _run_here(ours)
        printed = "\n".join(line.rstrip() for line in out.rstrip().split("\n"))
        fits = re.fullmatch(_pattern(expected), printed, re.DOTALL)
        assert fits or update, f"$ {command}\nprinted:\n{printed}\n\nexpected:\n{expected}"
        outputs.append((expected, expected if fits else up_to_date(expected, printed)))
    for part, (expected, written) in zip(reversed(list(re.finditer(r"^\$ ", block, re.MULTILINE))), reversed(outputs), strict=True):
        block, end = block[: end - len(expected)] + written + block[end:], part.start()
    return block


def up_to_date(expected: str, printed: str) -> str:
    """Return what is printed, with what the expected output leaves out left out where the lines around it are still there."""
    body = expected.rstrip()
    blank = expected[len(body) :] if body else "\n" + expected
    if not printed:
        return blank.removeprefix("\n")
    lines = "\n".join(_aligned(body.split("\n"), printed.split("\n"), within=True)) if body else printed
    return (lines if re.fullmatch(_pattern(lines), printed, re.DOTALL) else printed) + blank


def _aligned(expected: list[str], printed: list[str], *, within: bool) -> list[str]:
    """Lay the expected pieces along the printed ones at the least cost, and return the printed ones with what stays left out."""
    costs = [list(itertools.accumulate((_MORE for _ in printed), initial=0.0))]
    pairs = [_pairs(piece) for piece in printed]
    for piece in expected:
        above = costs[-1]
        if piece.strip() == LEFT_OUT:
            row = [above[0]]
            for at in range(len(printed)):
                row.append(min(above[at + 1], row[at]))
        else:
            row = [above[0] + _LESS]
            own = _pairs(piece)
            for at, other in enumerate(printed):
                row.append(min(above[at] + _cost(piece, other, own, pairs[at]), above[at + 1] + _LESS, row[at] + _MORE))
        costs.append(row)
    return _traced(expected, printed, costs, within=within)


def _traced(expected: list[str], printed: list[str], costs: list[list[float]], *, within: bool) -> list[str]:
    """Follow the least costs from the end to the beginning."""
    result: list[str] = []
    one, at = len(expected), len(printed)
    while one or at:
        piece = expected[one - 1] if one else ""
        if one and piece.strip() == LEFT_OUT:
            taken = at
            while at and costs[one][at] != costs[one - 1][at]:
                at -= 1
            result += [piece] if taken > at else []
            one -= 1
        elif (
            one and at and costs[one][at] == costs[one - 1][at - 1] + _cost(piece, printed[at - 1], _pairs(piece), _pairs(printed[at - 1]))
        ):
            one, at = one - 1, at - 1
            result.append(_line(piece, printed[at]) if within else printed[at])
        elif at and costs[one][at] == costs[one][at - 1] + _MORE:
            at -= 1
            result.append(printed[at])
        else:
            one -= 1
    return result[::-1]


def _line(expected: str, printed: str) -> str:
    """Return a line as it is written where it still fits, else as it is printed, with what it leaves out within."""
    if re.fullmatch(_pattern(expected), printed):
        return expected
    if LEFT_OUT not in expected:
        return printed
    words = [re.findall(r"\.\.\.|\s+|\w+|.", text) for text in (expected, printed)]
    line = "".join(_aligned(*words, within=False))
    return line if re.fullmatch(_pattern(line), printed) else printed


def _cost(expected: str, printed: str, own: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Return nothing where a line still fits, else how little of what is expected the printed one shares."""
    if expected == printed or (LEFT_OUT in expected and re.fullmatch(_pattern(expected), printed)):
        return 0.0
    shared = sum(min(count, other.get(pair, 0)) for pair, count in own.items())
    length = sum(own.values()) if LEFT_OUT in expected else (sum(own.values()) + sum(other.values())) / 2
    return _OTHER + 1 - shared / max(length, 1)


def _pairs(piece: str) -> Counter[str]:
    """Count the pairs of letters that follow each other."""
    shown = piece.replace(LEFT_OUT, " ")
    return Counter(map("".join, itertools.pairwise(shown)))


def _run_in_bash(command: str, given: str | None = None) -> str:
    ran = subprocess.run(["bash", "-c", command], input=given, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr


def _run_here(ours: re.Match[str]) -> str:
    """Run a command of ours without starting another Python, which takes longer than most commands."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(shlex.split(ours["words"])[1:])
    printed = out.getvalue() if ours["filters"] is None else _run_in_bash(ours["filters"], out.getvalue())
    printed += f"exit code {code}\n" if ours["coded"] else ""
    return printed + ("" if ours["quiet"] else err.getvalue())
