"""Every block of the README and of docs/ that can be run is run, and comes out as written.

To write anew what the commands of a page print: UPDATE_DOCS=1 python -m pytest tests/test_docs.py -k PAGE — then read every line of the
difference.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.doc_pages import run_page
from tests.product import ROOT

pytestmark = pytest.mark.usefixtures("as_shipped")

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
UPDATE = bool(os.environ.get("UPDATE_DOCS")) and not os.environ.get("CI")
WIDTH = "100"


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_blocks_of_a_page_come_out_as_written(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Console and Python blocks run one after the other in a copy of the rules and profiles."""
    for name in ("rules", "profiles"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}", prepend=os.pathsep)
    somebody = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for name, value in {"COLUMNS": WIDTH, "NO_COLOR": "1", "LC_ALL": "C.UTF-8", **somebody}.items():
        monkeypatch.setenv(name, value)
    run_page(page, update=UPDATE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_name_verbs_that_exist(page: Path) -> None:
    """No page names a verb that the command line does not have."""
    from evaluator.cli.verbs import VERBS

    verbs = {verb.name for verb in VERBS}
    for block in re.findall(r"```(?:console|sh)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for command in re.findall(r"^(?:\$ )?evaluator (.*)$", block, re.MULTILINE):
            first = next((word for word in shlex.split(command) if not word.startswith("-")), None)
            assert first is None or first in verbs, command


def test_the_first_hour_says_how_many_commands_and_lines_it_takes() -> None:
    """Counted in its blocks; what ends a text that is typed is no line of it."""
    page = (ROOT / "docs" / "your-own-ladder.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ ", page, re.MULTILINE)
    lines = [line for line in re.findall(r"^> (.*)$", page, re.MULTILINE) if line not in {"YAML", "CSV", "done"}]
    assert f"takes {len(commands)} commands, and {len(lines)} lines of" in " ".join(page.split())


OUT_OF_DATE = """\
# A page

Some 3 dots ... in a sentence, and what ``` means.\x20\x20

```console
$ printf 'Name  Ready for\\nAda   Lead\\nBen   Chief\\n\\nPack   Ladders 2.0.0 (ladders, hash 71af)\\n'
Name  Ready for
Ada   Chief
...
Pack   Ladders 1.0.0 (ladders, hash ...)

$ printf 'first\\nsecond\\nthird\\nthe last of all 3\\n'
first
...
the last of all 4
$ printf 'read 2\\nread 200 = 199 judged + 1 rejected\\nfor one, 4 of 6\\nin all.csv\\n'
...
read 200 = 200 judged + 0 rejected
in all.csv
$ printf 'it held\\n'; (exit 1); echo "exit code $?"
it held
exit code 0
$ cat > made.yaml <<'YAML'
> one: 1
> two: ...
> YAML
$ cat made.yaml
one: 2
...
$ printf ''
no longer printed
$ printf 'new\\n'
$ printf 'a line that fits, 7 of 9\\n'
a line that fits, ... of 9
$ printf 'what is left out is gone\\n'
what was left out is gone
...
$ cd .
```

```python
>>> 6 * 7
41
>>> print("as", "is")
as is

```

```yaml
$ no: command
```
"""


UP_TO_DATE = """\
# A page

Some 3 dots ... in a sentence, and what ``` means.\x20\x20

```console
$ printf 'Name  Ready for\\nAda   Lead\\nBen   Chief\\n\\nPack   Ladders 2.0.0 (ladders, hash 71af)\\n'
Name  Ready for
Ada   Lead
...
Pack   Ladders 2.0.0 (ladders, hash ...)

$ printf 'first\\nsecond\\nthird\\nthe last of all 3\\n'
first
...
the last of all 3
$ printf 'read 2\\nread 200 = 199 judged + 1 rejected\\nfor one, 4 of 6\\nin all.csv\\n'
...
read 200 = 199 judged + 1 rejected
for one, 4 of 6
in all.csv
$ printf 'it held\\n'; (exit 1); echo "exit code $?"
it held
exit code 1
$ cat > made.yaml <<'YAML'
> one: 1
> two: ...
> YAML
$ cat made.yaml
one: 1
...
$ printf ''
$ printf 'new\\n'
new
$ printf 'a line that fits, 7 of 9\\n'
a line that fits, ... of 9
$ printf 'what is left out is gone\\n'
what is left out is gone
$ cd .
```

```python
>>> 6 * 7
42
>>> print("as", "is")
as is

```

```yaml
$ no: command
```
"""


def test_what_a_page_says_that_commands_print_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left out stays left out, and all but the outputs stays as it is; a page that is right stays so to the byte."""
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_bytes(OUT_OF_DATE.encode())
    with pytest.raises(AssertionError, match="expected:"):
        run_page(page)
    assert page.read_bytes().decode() == OUT_OF_DATE
    for _ in range(2):
        run_page(page, update=True)
        assert page.read_bytes().decode() == UP_TO_DATE
    run_page(page)


def test_a_block_that_fails_otherwise_still_fails_where_outputs_are_brought_up_to_date(tmp_path: Path) -> None:
    """An assertion of a Python block is no output; what can be brought up to date is."""
    page = tmp_path / "page.md"
    page.write_text("```python\nassert 1 + 1 == 3\n```\n\n```console\n$ echo 2\n3\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        run_page(page, update=True)
    assert page.read_text(encoding="utf-8") == "```python\nassert 1 + 1 == 3\n```\n\n```console\n$ echo 2\n2\n```\n"
