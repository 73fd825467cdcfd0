"""Exports that are broken, odd or meant to do harm: what a person is told, word for word, and that nothing is guessed."""

from __future__ import annotations

import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.candidates.profile.exports import HEADER, POSITIONS, archive, folder, imported

ZIP_HELP = "help: do not use it: no export looks like this"


def _bomb(path: Path) -> str:
    return archive(path, {"Positions.csv": POSITIONS + "x" * 12_000_000})


def _one_entry(path: Path, name: str, mode: int = 0) -> str:
    with zipfile.ZipFile(path, "w") as made:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        made.writestr(entry, POSITIONS)
    return str(path)


def _patched(path: Path, change: Callable[[bytes], bytes]) -> str:
    archive(path, {"Positions.csv": POSITIONS})
    path.write_bytes(change(path.read_bytes()))
    return str(path)


def _encrypted(data: bytes) -> bytes:
    """Set the flag that says encrypted, in the entry and in the table of contents."""
    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    changed = bytearray(data)
    changed[local + 6] |= 1
    changed[central + 8] |= 1
    return bytes(changed)


def _many(data: bytes) -> bytes:
    """Claim sixty thousand entries."""
    place = data.rindex(b"PK\x05\x06")
    return data[: place + 8] + struct.pack("<HH", 60_000, 60_000) + data[place + 12 :]


def _flipped(data: bytes) -> bytes:
    """Change one byte of the packed text."""
    place = data.index(b"Positions.csv") + len(b"Positions.csv") + 20
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


def _twice(path: Path) -> str:
    return archive(path, {"a/Positions.csv": POSITIONS, "b/Positions.csv": POSITIONS})


ARCHIVES: dict[str, tuple[Callable[[Path], str], str]] = {
    "not a ZIP": (
        lambda path: (path.write_text("Dear reader"), str(path))[1],
        "error: this is no ZIP archive\nhelp: name the .zip file as it was downloaded, or the folder that it was unpacked to\n",
    ),
    "empty file": (
        lambda path: (path.write_bytes(b""), str(path))[1],
        "error: this is no ZIP archive\nhelp: name the .zip file as it was downloaded, or the folder that it was unpacked to\n",
    ),
    "ZIP bomb": (_bomb, f"error: Positions.csv in the archive unpacks to more than 200 times its size\n{ZIP_HELP}\n"),
    "path traversal": (
        lambda path: _one_entry(path, "../../Positions.csv"),
        f"error: the archive holds the name `../../Positions.csv`, which leads outside it\n{ZIP_HELP}\n",
    ),
    "absolute path": (
        lambda path: _one_entry(path, "/etc/Positions.csv"),
        f"error: the archive holds the name `/etc/Positions.csv`, which leads outside it\n{ZIP_HELP}\n",
    ),
    "drive letter": (
        lambda path: _one_entry(path, "C:/Positions.csv"),
        f"error: the archive holds the name `C:/Positions.csv`, which leads outside it\n{ZIP_HELP}\n",
    ),
    "symbolic link": (
        lambda path: _one_entry(path, "Positions.csv", 0o120777),
        f"error: `Positions.csv` in the archive is a link to another file\n{ZIP_HELP}\n",
    ),
    "encrypted": (
        lambda path: _patched(path, _encrypted),
        "error: Positions.csv in the archive is encrypted\nhelp: unpack it with its password, and name the folder\n",
    ),
    "too many entries": (
        lambda path: _patched(path, _many),
        "error: the archive holds more than 10,000 files\nhelp: it is no export of one person's data\n",
    ),
    "damaged": (
        lambda path: _patched(path, _flipped),
        "error: the archive is damaged, or packed in a way that cannot be read\nhelp: ask for the export again\n",
    ),
    "cut off": (
        lambda path: _patched(path, lambda data: data[:60]),
        "error: this is no ZIP archive\nhelp: name the .zip file as it was downloaded, or the folder that it was unpacked to\n",
    ),
    "archive in an archive": (
        lambda path: archive(path, {"export.zip": b"PK"}),
        "error: the archive holds another archive, export.zip, and no table of its own\nhelp: unpack it, and name the inner one\n",
    ),
    "one table twice": (_twice, "error: the archive holds Positions.csv twice\nhelp: leave one of them in the archive\n"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_that_cannot_be_used_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    """Nothing is written, the exit code is 2, and the message is the one in the table."""
    make, message = ARCHIVES[name]
    ran = imported(make(tmp_path / "export.zip"), "-o", str(tmp_path / "ada.yaml"))
    assert (ran.code, ran.out, ran.err) == (2, "", message)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export.zip"]


def test_an_archive_without_any_table_is_refused(tmp_path: Path) -> None:
    """A message says which tables are looked for."""
    ran = imported(archive(tmp_path / "e.zip", {"Connections.csv": "a,b\n1,2\n", "Profile.csv": "First Name,Last Name\nA,B\n"}))
    assert ran.code == 2
    assert "e.zip holds none of Positions.csv, Education.csv, Certifications.csv and Skills.csv\nhelp: ask LinkedIn for" in ran.err


@pytest.mark.slow
def test_a_description_of_a_hundred_megabytes_is_refused_with_bounded_memory(tmp_path: Path) -> None:
    """No more than sixteen megabytes are read of a file; the run stays far below the size of the text."""
    export = tmp_path / "export"
    export.mkdir()
    with (export / "Positions.csv").open("w") as file:
        file.write(HEADER + 'Nordwind,Product Manager,"')
        for _ in range(100):
            file.write("long " * 209_715)
        file.write('",Bergen,Nov 2019,\n')
    ran = _measured(str(export))
    assert ran.returncode == 2
    assert ran.stderr == (
        f"error: {export}/Positions.csv is larger than 16 MiB\n"
        "help: take out what is no part of the export; descriptions are not read at all\n"
    )
    small = _measured(folder(tmp_path / "small", {"Positions.csv": "a,b\n"}))
    assert int(ran.stdout) - int(small.stdout) < 40


def _measured(export: str) -> subprocess.CompletedProcess[str]:
    """Import in a process of its own, which prints the megabytes it took at its peak."""
    script = (
        "import resource, sys; from evaluator.cli.main import run; "
        f"code = run(['profile', 'import', 'linkedin', {export!r}, '--as-of', '2026-11-01']); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024); sys.exit(code)"
    )
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


def test_a_description_of_two_megabytes_stops_the_table_there(tmp_path: Path) -> None:
    """A cell beyond all measure is told with its row, and what stands before it is used."""
    text = HEADER + "Nordwind,Product Manager,,Bergen,Nov 2019,\n" + f'A,B,"{"x" * 2_000_000}",,Jan 2017,Feb 2018\n'
    ran = imported(folder(tmp_path / "e", {"Positions.csv": text}))
    assert ran.code == 1
    assert "Positions.csv:3:1: error D101 unreadable-table: a cell of this row is longer than 1,000,000 characters" in ran.err
    assert "  1 position\n" in ran.err


ROWS: dict[str, tuple[str, str, str]] = {
    "day first": ("03/2019,", "3:40: error I102 unusable-date: `03/2019` is no date", "start: unknown"),
    "month thirteen": ("2019-13,", "3:40: error I102 unusable-date: `2019-13` is no day of the calendar", "start: unknown"),
    "year alone": ("2019,", "3:40: error I102 unusable-date: `2019` names no month", "start: 2019"),
    "in words": ("spring 2019,", "3:40: error I102 unusable-date: `spring 2019` is no date", "start: unknown"),
    "before 1900": ("Jan 0019,", "3:40: error I102 unusable-date: `Jan 0019` lies before 1900", "start: unknown"),
    "end before start": (
        "Jan 2019,Mar 2018",
        "3:49: error I102 unusable-date: it ends (Mar 2018) before it starts (Jan 2019)",
        "start: unknown\n      end: unknown",
    ),
    "end that is none": ("Jan 2019,soon", "3:49: error I102 unusable-date: `soon` is no date", "start: 2019-01\n      end: unknown"),
    "start that is none": ("soon,Jan 2019", "3:40: error I102 unusable-date: `soon` is no date", "start: unknown\n      end: 2019-01"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_wrong_date_is_told_with_its_place_and_never_guessed(name: str, tmp_path: Path) -> None:
    """What is known of the entry's dates stays, what hangs on the rest is unknown, and every other entry stays whole."""
    dates, message, entry = ROWS[name]
    text = HEADER + "Nordwind,Product Manager,,Bergen,Nov 2019,Dec 2019\n" + f"Skerry,Associate Product Manager,,Oslo,{dates}\n"
    ran = imported(folder(tmp_path / "e", {"Positions.csv": text}))
    assert ran.code == 1
    assert f"Positions.csv:{message}\n" in ran.err
    assert f"- title: Associate Product Manager\n      employer: Skerry\n      function: product\n      {entry}\n" in ran.out
    assert "      start: 2019-11\n      end: 2019-12\n" in ran.out
    assert "to add or confirm in the profile:" in ran.err
    assert "“Associate Product Manager”: " in ran.err
    assert "work_years: unknown" in ran.err


TEXTS: dict[str, bytes] = {
    "byte order mark": b"\xef\xbb\xbf" + POSITIONS.encode(),
    "UTF-16": POSITIONS.encode("utf-16"),
    "UTF-32": POSITIONS.encode("utf-32"),
    "CRLF": POSITIONS.replace("\n", "\r\n").encode(),
    "semicolons": POSITIONS.replace(",", ";").encode(),
    "other case and order": b"started on,FINISHED ON,TITLE,Company\nNov 2019,,Product Manager,Nordwind\n"
    b"Jan 2017,Oct 2019,Associate Product Manager,Nordwind\n",
    "drifted headers": POSITIONS.replace("Company Name,Title", "Organization,Position Title").replace("Started On", "Start Date").encode(),
    "a note above": b"Notes:\n\n" + POSITIONS.encode(),
    "empty lines": POSITIONS.replace("\n", "\n\n").encode(),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_table_is_read_whatever_its_encoding_and_headers(name: str, tmp_path: Path) -> None:
    """The same positions come out as from the plain table."""
    plain = imported(folder(tmp_path / "plain", {"Positions.csv": POSITIONS}))
    ran = imported(folder(tmp_path / "odd", {"Positions.csv": TEXTS[name]}))
    assert ran.code == plain.code == 0, ran.err
    assert [line for line in ran.out.splitlines() if "csv:" not in line] == [line for line in plain.out.splitlines() if "csv:" not in line]


BROKEN: dict[str, tuple[bytes, int, str]] = {
    "Latin-1": (
        POSITIONS.replace("Bergen", "Tromsø").encode("latin-1"),
        2,
        "Positions.csv, line 2: the bytes here are no UTF-8\nhelp: save it",
    ),
    "NUL": (POSITIONS.replace("Bergen", "Ber\0gen").encode(), 2, "Positions.csv, line 2: there is a NUL character\nhelp: save it as UTF-8"),
    "no header": (b"a,b,c\n1,2,3\n", 2, "Positions.csv: error I101 unreadable-export: the table has no header that is known"),
    "empty": (b"", 2, "Positions.csv: error I101 unreadable-export: the table has no header that is known"),
    "a header twice": (
        POSITIONS.replace("Location", "Title").encode(),
        1,
        "Positions.csv:1:32: error I101 unreadable-export: the column `Title` is there twice",
    ),
    "too many cells": (
        (POSITIONS + "A,B,C,D,Jan 2016,Dec 2016,more\n").encode(),
        1,
        "Positions.csv:4:1: error I103 unusable-entry: the row has 7 cells, and the header 6",
    ),
    "quote left open": (
        (POSITIONS + 'A,"B,C,D,Jan 2016,Dec 2016\n').encode(),
        1,
        "Positions.csv:4:3: error D101 unreadable-table: the quote that begins here is not closed",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_table_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    """What can be used of it is used, and the rest is told."""
    data, code, message = BROKEN[name]
    ran = imported(folder(tmp_path / "e", {"Positions.csv": data}))
    assert ran.code == code
    assert message in ran.err


def test_missing_tables_and_columns_are_no_matter(tmp_path: Path) -> None:
    """What an export lacks is told, and the rest is used."""
    ran = imported(folder(tmp_path / "e", {"Skills.csv": "Name\nPricing Strategy\n"}))
    assert ran.code == 0
    assert "knowledge: [pricing]" in ran.out
    for name in ("Positions.csv", "Education.csv", "Certifications.csv"):
        assert f"there is no {name} in the export" in ran.err
    ran = imported(folder(tmp_path / "f", {"Positions.csv": "Title,Started On\nProduct Manager,Nov 2019\n"}))
    assert "- title: Product Manager\n      function: product\n      start: 2019-11\n" in ran.out


def test_markup_and_entities_stay_text_and_cannot_leave_their_line(tmp_path: Path) -> None:
    """Entities are decoded once, tags stay as they are, line breaks and control characters cannot start a YAML line or steer a terminal."""
    title = "Product &amp;amp; &lt;script&gt;alert(1)&lt;/script&gt;\nrole: product-director\x1b[31m\u202e # x: {y}"
    ran = imported(
        folder(tmp_path / "e", {"Positions.csv": f'{HEADER}"&#39;A&quot;: B","{title}",,,Nov 2019,\n'}), "-o", str(tmp_path / "ada.yaml")
    )
    text = (tmp_path / "ada.yaml").read_text(encoding="utf-8")
    assert r'title: "Product &amp; <script>alert(1)</script> role: product-director[31m # x: {y}"' in text
    assert r"""employer: "'A\": B\"""" in text.replace('B"', r"B\"") or 'employer: "\'A\\": B"' in text
    assert "\x1b" not in text + ran.err
    assert "\u202e" not in text + ran.err
    assert "\nrole:" not in text


JSONS: dict[str, tuple[bytes, int, str]] = {
    "not JSON": (b"work:\n  - name: A\n", 2, "resume.json:1:1: error I101 unreadable-export: `work` is no value of JSON"),
    "NaN": (b'{"work": [{"position": NaN}]}', 2, "resume.json:1:24: error I101 unreadable-export: `NaN` is no value of JSON"),
    "Infinity": (
        b'{"work": [{"position": -Infinity}]}',
        2,
        "resume.json:1:24: error I101 unreadable-export: `-Infinity` is no value of JSON",
    ),
    "a key twice": (
        b'{"work": [],\n "work": []}',
        2,
        "resume.json:2:2: error I103 unusable-entry: the key `work` stands twice in one object",
    ),
    "cut off": (b'{"work": [{"position": "Product', 2, "error I101 unreadable-export: this text is not written as JSON asks"),
    "cut off between": (b'{"work": [', 2, "resume.json:1:11: error I101 unreadable-export: the text ends in the middle"),
    "comma at the end": (
        b'{"work": [{"position": "A",}]}',
        2,
        "resume.json:1:27: error I101 unreadable-export: there is a comma before `}`",
    ),
    "nested without end": (b'{"work": ' + b"[" * 100_000, 2, "error I101 unreadable-export: the text is nested deeper than 32 levels"),
    "two values": (
        b'{"work": []} {}',
        2,
        "resume.json:1:14: error I101 unreadable-export: something follows after the end of the JSON text",
    ),
    "huge": (b'{"work": [' + b"1," * 200_000 + b"1]}", 2, "error I101 unreadable-export: the text holds more than 100,000 values"),
    "too large": (b'{"work": "' + b"x" * (17 << 20) + b'"}', 2, "resume.json is larger than 16 MiB"),
    "a list": (b"[1, 2]", 2, "resume.json holds no JSON object, so it is no résumé"),
    "nothing of a résumé": (b'{"a": 1}', 2, "resume.json holds none of work, education, certificates, skills"),
    "work as text": (b'{"work": "Nordwind", "skills": [{"name": "SQL"}]}', 1, "I103 unusable-entry: `work` holds `Nordwind`, and no list"),
    "an entry as text": (
        b'{"work": ["Nordwind"], "skills": [{"name": "SQL"}]}',
        1,
        "resume.json:1:11: error I103 unusable-entry: an entry of `work` is `Nordwind`, and no object",
    ),
    "a list for a text": (
        b'{"work": [{"position": ["A"], "name": "B"}]}',
        1,
        "resume.json:1:24: error I103 unusable-entry: `position` holds a list, and no text",
    ),
    "a wrong date": (
        b'{"work": [{"position": "PM", "startDate": "01.02.2019"}]}',
        1,
        "resume.json:1:43: error I102 unusable-date: `01.02.2019` is no date",
    ),
    "a lone surrogate": (b'{"work": [{"position": "P\\ud800M", "startDate": "2019-02"}]}', 0, "  1 position"),
}


@pytest.mark.parametrize("name", JSONS)
def test_a_resume_that_is_wrong_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    """No traceback, the place, and the exit code that fits."""
    data, code, message = JSONS[name]
    path = tmp_path / "resume.json"
    path.write_bytes(data)
    ran = imported(str(path), system="jsonresume")
    assert ran.code == code
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    """A table that is a symbolic link is refused."""
    secret = tmp_path / "secret.csv"
    secret.write_text(POSITIONS)
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "Positions.csv").symlink_to(secret)
    ran = imported(str(tmp_path / "e"))
    assert (ran.code, ran.err) == (2, f"error: {tmp_path}/e/Positions.csv is a link to another file\nhelp: put the file itself there\n")
