"""LinkedIn's copy of a person's data → what it says: positions, education, certifications, skills and the name."""

from __future__ import annotations

from evaluator.candidates.profile.importing.archive import ExportProblem
from evaluator.candidates.profile.importing.export import Source, sources
from evaluator.candidates.profile.importing.exported import Certificate, Export, ExportedText, Position, Study, is_placeholder
from evaluator.candidates.profile.importing.tables import Columns, Line, Lines, lines
from evaluator.diagnostics import Problems
from evaluator.reading.yaml.files import note_owner

_DATES: Columns = {"start": ("Started On", "Start Date", "Started"), "end": ("Finished On", "End Date", "Finished")}
TABLES: dict[str, Columns] = {
    "positions.csv": {"employer": ("Company Name", "Company", "Organization"), "title": ("Title", "Position", "Position Title"), **_DATES},
    "education.csv": {"school": ("School Name", "School"), "degree": ("Degree Name", "Degree"), "subject": ("Field Of Study",), **_DATES},
    "certifications.csv": {"name": ("Name", "Certification Name"), **_DATES},
    "skills.csv": {"name": ("Name", "Skill", "Skill Name")},
    "profile.csv": {"first": ("First Name",), "last": ("Last Name",)},
}
"""The tables that are read, and of each only these columns: no address, no date of birth, no description."""
_SECTIONS = {"positions": "positions.csv", "studies": "education.csv", "certificates": "certifications.csv", "skills": "skills.csv"}
_ASK = "ask LinkedIn for “a copy of your data” with positions, education, certifications and skills"


def read_linkedin(path: str, problems: Problems) -> Export:
    """Read an export, a folder or a ZIP archive; raises ExportProblem where it is none, and OSError where it cannot be read."""
    found = sources(path, TABLES)
    if not found.keys() - {"profile.csv"}:
        raise ExportProblem(f"{path} holds none of Positions.csv, Education.csv, Certifications.csv and Skills.csv", _ASK)
    for source in found.values():
        note_owner(source.place, problems, path)
    read = {name: _lines(found.get(name), name, problems) for name in TABLES}
    certificates = [(line, line.get("name")) for line in read["certifications.csv"].read]
    return Export(
        system="LinkedIn",
        files=tuple(source.place for source in found.values()),
        name=_name(read["profile.csv"].read),
        positions=tuple(position for line in read["positions.csv"].read if (position := _position(line))),
        studies=tuple(study for line in read["education.csv"].read if (study := _study(line))),
        certificates=tuple(_certificate(line, name) for line, name in certificates if name and not is_placeholder(name)),
        skills=tuple(name for line in read["skills.csv"].read if (name := line.get("name")) and not is_placeholder(name)),
        lost={section: read[name].lost for section, name in _SECTIONS.items()},
        unread=tuple(f"there is no {name.capitalize()} in the export" for name in TABLES if name not in found and name != "profile.csv"),
    )


def _lines(source: Source | None, name: str, problems: Problems) -> Lines:
    return Lines() if source is None else lines(source, TABLES[name], problems)


def _name(people: tuple[Line, ...]) -> str | None:
    if not people:
        return None
    parts: list[ExportedText | None] = [people[0].get("first"), people[0].get("last")]
    return " ".join(part.text for part in parts if part) or None


def _position(line: Line) -> Position | None:
    title, employer, start, end = (line.get(name) for name in ("title", "employer", "start", "end"))
    if is_placeholder(title, employer, start, end):
        return None
    return Position(title=title, employer=employer, start=start, end=end, span=line.span)


def _study(line: Line) -> Study | None:
    degree, subject, start, end = (line.get(name) for name in ("degree", "subject", "start", "end"))
    if is_placeholder(line.get("school"), degree, subject, start, end):
        return None
    return Study(degree=degree, subject=subject, start=start, end=end, span=line.span)


def _certificate(line: Line, name: ExportedText) -> Certificate:
    return Certificate(name=name, start=line.get("start"), end=line.get("end"))
