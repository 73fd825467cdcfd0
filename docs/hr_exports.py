"""Write the sample exports of HR systems in profiles/exports/hr, from the sample people: `python docs/hr_exports.py`.

The people and their facts are those of profiles/people.csv, so that a test can hold what is read from an export against them. The
shapes are those that the systems' own documentation describes; every company names the columns of its own fields otherwise.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import attrs
import xlsxwriter

ROOT = Path(__file__).parents[1]
PEOPLE, FOLDER = ROOT / "profiles" / "people.csv", ROOT / "profiles" / "exports" / "hr"
Person = Mapping[str, str]
DEPARTMENTS = ("Payments", "Search", "Platform", "Growth")


@attrs.frozen(kw_only=True)
class Field:
    """A column of an export: its header, the column of the sample people, and what their texts are called there."""

    header: str
    source: str
    words: Mapping[str, str] = attrs.field(factory=dict)
    write: Callable[[str], str] = str

    def cell(self, person: Person) -> str:
        """Return the cell of a person."""
        text = person[self.source]
        parts = [self.words.get(part, part) for part in text.split("; ")] if self.words else [text]
        return self.write("; ".join(parts)) if text else ""


def comma(text: str) -> str:
    """Write a number with a comma before decimals."""
    return text.replace(".", ",")


def _number_with_comma(text: str) -> str:
    return comma(text) if text.replace(".", "", 1).isdigit() else text


def percent_with_comma(text: str) -> str:
    """Write a percentage as people in Germany do."""
    return f"{comma(text)} %"


def split_name(person: Person) -> tuple[str, str]:
    """Return the given and the family name."""
    given, _, family = person["name"].partition(" ")
    return given, family


def hired(person: Person) -> datetime.date:
    """Return a day of entry that fits the years of work of a person."""
    days = round(float(person["product_career_years"] or 2) * 365)
    return datetime.date(2026, 9, 30) - datetime.timedelta(days=days + int(person["id"][1:]) % 28)


def department(person: Person) -> str:
    """Return the department of a person."""
    return DEPARTMENTS[int(person["id"][1:]) % len(DEPARTMENTS)]


def some(people: Sequence[Person], start: int, count: int) -> list[Person]:
    """Return people who state a role, each export others."""
    return [one for one in people[start:] if one["role"]][:count]


def titled(person: Person, titles: Mapping[str, str]) -> str:
    """Return what a job is called; the sample people call the same job several things."""
    text = person["role"]
    return titles.get(text.casefold().replace("-", " ").replace("sr. ", "senior "), text)


SKILLS = {
    "leadership": ("Leadership", "Führung", "Leadership"),
    "coaching": ("Coaching", "Coaching", "Accompagnement"),
    "communication": ("Communication", "Kommunikation", "Communication"),
    "stakeholder_management": ("Stakeholder management", "Stakeholder-Management", "Gestion des parties prenantes"),
    "collaboration": ("Collaboration", "Zusammenarbeit", "Collaboration"),
    "product_lifecycle": ("Product lifecycle", "Produktlebenszyklus", "Cycle de vie du produit"),
    "prioritisation": ("Prioritisation", "Priorisierung", "Priorisation"),
    "market_research": ("Market research", "Marktforschung", "Étude de marché"),
    "data_analysis": ("Data analysis", "Datenanalyse", "Analyse de données"),
    "problem_solving": ("Problem solving", "Problemlösung", "Résolution de problèmes"),
    "technical_understanding": ("Technical understanding", "Technisches Verständnis", "Compréhension technique"),
    "strategic_thinking": ("Strategic thinking", "Strategisches Denken", "Pensée stratégique"),
}
_LEARNING, _LEAVING = 4, 3
ENGLISH, GERMAN, FRENCH = range(3)
LEVELS = ("none", "awareness", "working", "practitioner", "expert")
REACHES = ("none", "contributes", "product", "portfolio", "company")
OFTEN = ("never", "yearly", "quarterly", "monthly", "weekly")


def called(options: Iterable[str], *words: str) -> dict[str, str]:
    """Return what options are called."""
    return dict(zip(options, words, strict=True))


def skills(language: int, words: Mapping[str, str], count: int, header: str = "{}") -> list[Field]:
    """Return columns of skills."""
    return [Field(header=header.format(names[language]), source=name, words=words) for name, names in [*SKILLS.items()][:count]]


def workday(people: Sequence[Person]) -> None:
    """Write a report in Excel: its title and prompts stand above the columns, several values of a field below each other in a cell."""
    often = called(OFTEN, "Never", "Annually", "Quarterly", "Monthly", "Weekly")
    levels = called(LEVELS, "1 - None", "2 - Basic", "3 - Proficient", "4 - Advanced", "5 - Expert")
    fields = [
        Field(header="Years in Product Management", source="PM years"),
        Field(header="Products Launched", source="launches"),
        Field(header="Direct Reports", source="direct_reports"),
        Field(header="Initiatives Led", source="initiatives_led"),
        Field(header="Departments Worked With", source="departments", write=lambda text: text.replace("; ", "\n")),
        Field(header="Executive Contact", source="executive_contact", words=often),
        Field(header="Outcome Goal", source="outcome_target"),
        Field(header="Outcome Achieved", source="outcome_achieved"),
        *skills(ENGLISH, levels, 10, "Skill: {}"),
    ]
    percents, numbers = {"outcome_target", "outcome_achieved"}, {"PM years", "launches", "direct_reports", "initiatives_led"}
    with xlsxwriter.Workbook(FOLDER / "workday-talent.xlsx", {"in_memory": True}) as book:
        book.set_properties({"created": datetime.datetime(2026, 9, 30)})  # noqa: DTZ001 - the file is the same whenever it is written
        sheet = book.add_worksheet("Talent Profile")
        bold, wrap, share = book.add_format({"bold": True}), book.add_format({"text_wrap": True}), book.add_format({"num_format": "0.0%"})
        sheet.write(0, 0, "Talent Profile - Product Organization", bold)
        sheet.write_row(1, 0, ["Effective Date", "09/30/2026"])
        sheet.write_row(2, 0, ["Include Subordinate Organizations", "Yes"])
        headers = ["Employee ID", "Worker", "Business Title", "Supervisory Organization", *(field.header for field in fields)]
        sheet.write_row(4, 0, headers, bold)
        for row, person in enumerate(people, 5):
            sheet.write_row(
                row, 0, [f"W-{person['id'][1:]}", person["name"], titled(person, {"pm": "Product Manager"}), f"{department(person)} (Org)"]
            )
            for column, field in enumerate(fields, 4):
                text = field.cell(person)
                if not text:
                    continue
                if field.source in percents:
                    sheet.write_number(row, column, float(text) / 100, share)
                elif field.source in numbers:
                    sheet.write_number(row, column, float(text))
                else:
                    sheet.write_string(row, column, text, wrap if "\n" in text else None)


def successfactors(people: Sequence[Person]) -> None:
    """Write a user data file: the first row holds the system's keys, the second the labels that people know, days are month first."""
    words = called(LEVELS, "0", "1", "2", "3", "4")
    own = [
        Field(header="Years in product management", source="PM years"),
        Field(header="Years managing people", source="people_management_years"),
        Field(header="Direct reports", source="direct_reports"),
        Field(header="Products launched", source="launches"),
        Field(header="Departments", source="departments", write=lambda text: text.replace("; ", "|")),
        Field(header="Roadmap reach", source="roadmap_reach"),
        Field(header="Strategy reach", source="strategy_reach"),
        *skills(ENGLISH, words, 12),
    ]
    keys = ["STATUS", "USERID", "USERNAME", "FIRSTNAME", "LASTNAME", "GENDER", "EMAIL", "DEPARTMENT", "HIREDATE", "TITLE"]
    labels = ["Status", "User ID", "Username", "First Name", "Last Name", "Gender", "Email", "Department", "Hire Date", "Title"]
    rows = [[*keys, *(f"CUSTOM{number:02}" for number in range(1, len(own) + 1))], [*labels, *(field.header for field in own)]]
    for person in people:
        given, family = split_name(person)
        user = f"{given[0]}{family}".casefold()
        gender = {"male": "M", "female": "F"}.get(person["group:sex"], "")
        day = f"{hired(person):%m/%d/%Y}"
        head = ["active", person["id"].upper(), user, given, family, gender, f"{user}@example.com", department(person), day]
        rows.append([*head, titled(person, {"pm": "Product Manager"}), *(field.cell(person) for field in own)])
    table("successfactors-users.csv", rows, ",")


def personio(people: Sequence[Person], name: str = "personio-mitarbeitende.csv", others: Sequence[str] = ()) -> None:
    """Write a German export: semicolons, commas before decimals, days with dots, words for the unknown; `others` are told as they are."""
    levels = called(LEVELS, "keine", "Grundkenntnisse", "anwendungssicher", "fortgeschritten", "Experte/-in")
    reach = called(REACHES, "keine", "wirkt mit", "ein Produkt", "mehrere Produkte", "Unternehmen")
    often = called(OFTEN, "nie", "jährlich", "quartalsweise", "monatlich", "wöchentlich")
    sector = called(
        ("engineering", "design", "marketing", "sales", "customer-success", "finance", "data", "legal"),
        *("Entwicklung", "Design", "Marketing", "Vertrieb", "Kundenbetreuung", "Finanzen", "Daten", "Recht"),
    )
    own = [
        Field(header="Jahre im Produktmanagement", source="PM years", write=comma),
        Field(header="Jahre in Product Operations", source="operations_years", write=comma),
        Field(header="Direkt unterstellte Personen", source="direct_reports"),
        Field(header="Markteinführungen", source="launches"),
        Field(header="Zielverbesserung", source="outcome_target", write=percent_with_comma),
        Field(header="Erreichte Verbesserung", source="outcome_achieved", write=percent_with_comma),
        Field(header="Bereiche", source="departments", words=sector, write=lambda text: text.replace("; ", ", ")),
        Field(header="Reichweite der Roadmap", source="roadmap_reach", words=reach),
        Field(header="Reichweite der Strategie", source="strategy_reach", words=reach),
        Field(header="Kontakt zur Geschäftsleitung", source="executive_contact", words=often),
        Field(header="Produktgeführtes Unternehmen", source="product_led_company", words={"true": "Ja", "false": "Nein"}),
        *skills(GERMAN, levels, 10),
    ]
    told = {field.source for field in own}
    own += [Field(header=name, source=name, write=_number_with_comma) for name in others if name not in told]
    titles = {
        "product manager": "Produktmanager/-in",
        "pm": "Produktmanager/-in",
        "senior product manager": "Senior Produktmanager/-in",
        "associate product manager": "Junior Produktmanager/-in",
        "apm": "Junior Produktmanager/-in",
        "junior product manager": "Junior Produktmanager/-in",
        "director of product": "Leitung Produkt",
        "product director": "Leitung Produkt",
    }
    head = ["Personalnummer", "Vorname", "Nachname", "Position", "Abteilung", "Eintrittsdatum", "Geschlecht"]
    rows = [[*head, *(field.header for field in own)]]
    for person in people:
        given, family = split_name(person)
        sex = {"male": "männlich", "female": "weiblich", "non-binary": "divers"}.get(person["group:sex"], "k. A.")
        cells = [field.cell(person) or "k. A." for field in own]
        head = [f"00{person['id'][1:]}", given, family, titled(person, titles), department(person), f"{hired(person):%d.%m.%Y}", sex]
        rows.append([*head, *cells])
    table(name, rows, ";", encoding="utf-8-sig")


def lucca(people: Sequence[Person]) -> None:
    """Write a French export in the encoding of Windows: semicolons, commas before decimals, the day first."""
    levels = called(LEVELS, "aucun", "débutant", "intermédiaire", "confirmé", "expert")
    own = [
        Field(header="Années de gestion de produit", source="PM years", write=comma),
        Field(header="Collaborateurs encadrés", source="direct_reports"),
        Field(header="Produits lancés", source="launches"),
        Field(header="Projets transverses menés", source="initiatives_led"),
        Field(header="Entreprise axée produit", source="product_led_company", words={"true": "Oui", "false": "Non"}),
        *skills(FRENCH, levels, 10),
    ]
    titles = {
        "product manager": "Chef de produit",
        "pm": "Chef de produit",
        "senior product manager": "Chef de produit senior",
        "associate product manager": "Chef de produit junior",
        "apm": "Chef de produit junior",
        "junior product manager": "Chef de produit junior",
        "group product manager": "Responsable de groupe produit",
        "gpm": "Responsable de groupe produit",
        "director of product": "Directeur produit",
        "product director": "Directeur produit",
    }
    rows = [["Matricule", "Nom", "Prénom", "Emploi", "Département", "Date de début de contrat", *(field.header for field in own)]]
    for person in people:
        given, family = split_name(person)
        cells = [field.cell(person) or "non renseigné" for field in own]
        head = [person["id"][1:], family.upper(), given, titled(person, titles), department(person), f"{hired(person):%d/%m/%Y}"]
        rows.append([*head, *cells])
    table("lucca-collaborateurs.csv", rows, ";", encoding="windows-1252")


def bamboohr(people: Sequence[Person]) -> None:
    """Write a report in CSV: the month first, shares with a sign, yes and no, several values behind commas."""
    own = [
        Field(header="Years in Product Management", source="PM years"),
        Field(header="Management Years", source="people_management_years"),
        Field(header="# of Launches", source="launches"),
        Field(header="Mentees", source="mentees"),
        Field(header="Outcome Goal", source="outcome_target", write=lambda text: f"{text}%"),
        Field(header="Outcome Result", source="outcome_achieved", write=lambda text: f"{text}%"),
        Field(header="Departments", source="departments", write=lambda text: text.replace("; ", ", ")),
        Field(header="Company size", source="company size"),
        Field(header="Product-led company", source="product_led_company", words={"true": "Yes", "false": "No"}),
        *skills(ENGLISH, {level: level.title() for level in LEVELS}, 12, "{} (1-5)"),
    ]
    rows = [["Employee #", "First Name", "Last Name", "Job Title", "Department", "Hire Date", "Gender", *(field.header for field in own)]]
    for person in people:
        given, family = split_name(person)
        gender = person["group:sex"].title()
        head = [person["id"][1:].lstrip("0"), given, family, titled(person, {}), department(person), f"{hired(person):%m/%d/%Y}", gender]
        rows.append([*head, *(field.cell(person) for field in own)])
    table("bamboohr-report.csv", rows, ",")


def quarters(people: Sequence[Person]) -> None:
    """Write two quarters of a German export: two cells of the first have no reading, and three months change some of the people."""
    then = [dict(person) for person in people]
    then[7] |= {"leadership": "gut"}
    then[12] |= {"launches": "fünf"}
    others = [name for name in people[0] if name not in {"id", "name", "role"} and not name.startswith("group:")]
    personio(then[:-1], "quarters/2026-06-30.csv", others)
    now = [dict(person) for person in people]
    for place, person in enumerate(now):
        if person["PM years"] and person["role"].casefold().replace("-", " ").endswith("product manager"):
            person["PM years"] = f"{float(person['PM years']) + 0.25:g}"
        if place % _LEARNING == 0:
            person |= {"leadership": _next(LEVELS, person["leadership"]), "strategy_reach": _next(REACHES, person["strategy_reach"])}
    now[14] |= {"communication": "awareness", "go_to_market_reach": "contributes"}
    now[15] |= {"prioritisation": "expert", "data_analysis": "expert", "market_research": "expert"}
    promoted = next(person for person in now if person["role"] == "Product Manager" and person["PM years"] > "3")
    promoted["role"] = "Senior Product Manager"
    personio([person for place, person in enumerate(now) if place != _LEAVING], "quarters/2026-09-30.csv", others)


def _next(scale: Sequence[str], level: str) -> str:
    """Return the level above one, or the one that is the highest."""
    return scale[min(scale.index(level) + 1, len(scale) - 1)] if level else level


def table(name: str, rows: Sequence[Sequence[str]], delimiter: str, encoding: str = "utf-8") -> None:
    """Write a table of texts."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    (FOLDER / name).write_bytes(text.getvalue().encode(encoding))


def main() -> None:
    """Write all of them."""
    (FOLDER / "quarters").mkdir(parents=True, exist_ok=True)
    with PEOPLE.open(encoding="utf-8", newline="") as file:
        people = [*csv.DictReader(file)]
    for place, write in enumerate((workday, successfactors, personio, lucca, bamboohr)):
        write(some(people, place * 32, 24))
    quarters(some(people, 150, 40))


if __name__ == "__main__":
    main()
