"""LinkedIn's copy of a person's data → what it says: positions, education, certifications, skills and the name."""

from __future__ import annotations

from evaluator.diagnostics import Problems
from evaluator.importing.archive import ExportProblem
from evaluator.importing.export import Source, sources
from evaluator.importing.found import Certificate, Export, Position, Said, Study
from evaluator.importing.tables import Columns, Line, lines

_DATES: Columns = {"start": ("Started On", "Start Date", "Started"), "end": ("Finished On", "End Date", "Finished")}
TABLES: dict[str, Columns] = {
    "positions.csv": {"employer": ("Company Name", "Company", "Organization"), "title": ("Title", "Position", "Position Title"), **_DATES},
    "education.csv": {"school": ("School Name", "School"), "degree": ("Degree Name", "Degree"), "subject": ("Field Of Study",), **_DATES},
    "certifications.csv": {"name": ("Name", "Certification Name"), **_DATES},
    "skills.csv": {"name": ("Name", "Skill", "Skill Name")},
    "profile.csv": {"first": ("First Name",), "last": ("Last Name",)},
}
"""The tables that are read, and of each only these columns: no address, no date of birth, no description."""
_ASK = "ask LinkedIn for “a copy of your data” with positions, education, certifications and skills"


def read_linkedin(path: str, problems: Problems) -> Export:
    """Read an export, a folder or a ZIP archive; raises ExportProblem where it is none, and OSError where it cannot be read."""
    found = sources(path, TABLES)
    if not found.keys() - {"profile.csv"}:
        raise ExportProblem(f"{path} holds none of Positions.csv, Education.csv, Certifications.csv and Skills.csv", _ASK)
    read = {name: tuple(_lines(found.get(name), name, problems)) for name in TABLES}
    return Export(
        system="LinkedIn",
        files=tuple(source.place for source in found.values()),
        name=_name(read["profile.csv"]),
        positions=tuple(_position(line) for line in read["positions.csv"]),
        studies=tuple(_study(line) for line in read["education.csv"]),
        certificates=tuple(_certificate(line, name) for line in read["certifications.csv"] if (name := line.get("name"))),
        skills=tuple(name for line in read["skills.csv"] if (name := line.get("name"))),
        unread=tuple(f"there is no {name.capitalize()} in the export" for name in TABLES if name not in found and name != "profile.csv"),
    )


def _lines(source: Source | None, name: str, problems: Problems) -> list[Line]:
    return [] if source is None else list(lines(source, TABLES[name], problems))


def _name(people: tuple[Line, ...]) -> str | None:
    if not people:
        return None
    parts: list[Said | None] = [people[0].get("first"), people[0].get("last")]
    return " ".join(part.text for part in parts if part) or None


def _position(line: Line) -> Position:
    return Position(title=line.get("title"), employer=line.get("employer"), start=line.get("start"), end=line.get("end"), span=line.span)


def _study(line: Line) -> Study:
    return Study(degree=line.get("degree"), subject=line.get("subject"), start=line.get("start"), end=line.get("end"), span=line.span)


def _certificate(line: Line, name: Said) -> Certificate:
    return Certificate(name=name, start=line.get("start"), end=line.get("end"))
