"""What columns of somebody else's table are likely to hold, by what they are called: suggestions for `--map`, never taken for it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence

from evaluator.core.groups import is_group_fact
from evaluator.core.text import fold_accents
from evaluator.core.values import clip

_WHO = (
    *("employee", "emp", "empl", "ee", "staff", "worker", "person", "personnel", "personal", "pers", "associate", "colleague", "candidate"),
    *("member", "profile", "user", "hr", "payroll", "workday", "sap", "mitarbeiter", "mitarbeitenden", "empleado", "employe", "dipendente"),
)
_NUMBER = ("id", "no", "nr", "num", "number", "code", "key", "identifier", "nummer", "ids")
_IDS = (
    *("identifier", "id number", "id no", "id nr", "uid", "guid", "uuid", "pernr", "matricule", "matricola", "legajo", "numero matricule"),
    *("numero de employe", "numero d'employe", "numero de empleado", "numero dipendente", "personeelsnummer", "medewerkernummer"),
    *("medarbejdernummer", "ansattnummer", "anstallningsnummer", "numer pracownika", "osobni cislo"),
)
_NAMES = (
    *("full name", "employee name", "display name", "preferred name", "legal name", "person name", "worker", "worker name", "staff name"),
    *("candidate name", "vollständiger name", "nom complet", "nombre completo", "nome completo", "volledige naam"),
)
_GIVEN_NAMES = (
    *("first name", "given name", "forename", "preferred first name", "vorname", "rufname", "prénom", "nombre", "nome", "voornaam"),
    *("fornavn", "förnamn", "imię"),
)
_FAMILY_NAMES = (
    *("last name", "family name", "surname", "nachname", "familienname", "zuname", "nom", "nom de famille", "apellido", "apellidos"),
    *("cognome", "sobrenome", "achternaam", "etternavn", "efternavn", "efternamn", "nazwisko"),
)
_ROLES = (
    *("job", "job title", "job name", "job role", "job profile", "title", "business title", "working title", "position", "position title"),
    *("current role", "current job", "current position", "current title", "role title", "role name", "role today", "occupation", "post"),
    *("designation", "rolle", "stelle", "positionsbezeichnung", "stellenbezeichnung", "berufsbezeichnung", "funktion", "tätigkeit"),
    *("poste", "fonction", "rôle", "roles", "emploi", "intitulé du poste", "métier", "puesto", "cargo", "rol", "ruolo", "mansione"),
    *("qualifica",),
    *("função", "functie", "stilling", "roll", "befattning", "tjänst", "stanowisko", "pozice", "tehtävänimike", "должность", "職位"),
)
_OF_ROLES = frozenset(
    ("year", "years", "month", "months", "time", "tenure", "since", "date", "start", "in", "id", "code", "level", "grade")
)
"""Words of what is told of somebody's role, and is none."""
_SMALL = frozenset(("a", "an", "as", "at", "by", "for", "in", "of", "on", "the", "to", "with"))
_MOST_SHOWN = 8
_SHORT = 3
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def likely_roles(columns: Iterable[str]) -> list[str]:
    """Return the columns that are likely to hold current roles, at most two."""
    names = {_squeezed(name): name for name in columns if name.strip()}
    found = [name for key, name in names.items() if key in _ROLE_KEYS or _squeezed(_IN_BRACKETS.sub("", name)) in _ROLE_KEYS]
    if not found:
        named = [name for key, name in names.items() if "jobtitle" in key or _words(name)[-1:] == ["role"]]
        found = [name for name in named if not _OF_ROLES & {*_words(name)}]
    return found[:2]


def likely_ids(columns: Iterable[str]) -> list[str]:
    """Return the columns that are likely to hold ids."""
    return [name for name in columns if _squeezed(name) in _ID_KEYS]


def name_parts(columns: Iterable[str]) -> tuple[str, str] | None:
    """Return the columns that are likely to hold given and family names; None where there is not one of each."""
    told = [name for name in columns if name.strip()]
    given = [name for name in told if _squeezed(name) in _GIVEN_KEYS]
    family = [name for name in told if _squeezed(name) in _FAMILY_KEYS]
    return (given[0], family[0]) if len(given) == len(family) == 1 else None


def likely_maps(columns: Sequence[str], names: Mapping[str, str], known: Collection[str] = ()) -> dict[str, str]:
    """Return columns with what each is likely to say: `id`, `name`, `role`, or an attribute of the pack by what it is called in `names`.

    An attribute is likely where the column has all words of a name of it and no other, in any order, one or many. What is `known` from
    other columns already, or likely of several, is left out; of ids, names and roles the first column counts.
    """
    told = [name for name in columns if name.strip() and clip(name) == name and not is_group_fact(name)]
    own = {"id": likely_ids(told), "role": likely_roles(told)}
    own["name"] = [one for one in told if _squeezed(one) in _NAME_KEYS]
    found = {places[0]: target for target, places in own.items() if places and target not in known}
    spelt: dict[tuple[str, ...], set[str]] = {}
    for name, attribute in names.items():
        spelt.setdefault(content_words(name), set()).add(attribute)
    one = {words: next(iter(attributes)) for words, attributes in spelt.items() if len(attributes) == 1}
    meant = {name: target for name in told if name not in found and (target := one.get(content_words(name))) is not None}
    twice = [*meant.values()]
    found |= {name: target for name, target in meant.items() if target not in known and twice.count(target) == 1}
    return {name: found[name] for name in told if name in found}


def map_options(maps: Mapping[str, str]) -> str:
    """Return what to write on a command line so that columns are read as what they are likely to say."""
    return " ".join(f"--map {_quoted(f'{column.strip()}={target}')}" for column, target in list(maps.items())[:_MOST_SHOWN])


def content_words(name: str) -> tuple[str, ...]:
    """Return the words that say what a name is about, in one order, without the ending of many."""
    words = _words(name)
    told = [word for word in words if word not in _SMALL] or words
    return tuple(sorted(word.removesuffix("s").removesuffix("e") if len(word) > _SHORT else word for word in told))


def _words(name: str) -> list[str]:
    spelt = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("#", " number ")
    return re.findall(r"[^\W_]+", fold_accents(spelt))


def _squeezed(name: str) -> str:
    return "".join(_words(name))


def _quoted(text: str) -> str:
    if re.fullmatch(r"[\w=.:-]+", text):
        return text
    return shlex.quote(text) if re.search(r'["$`\\!]', text) else f'"{text}"'


_ID_KEYS = {*(who + number for who in _WHO for number in _NUMBER), *map(_squeezed, _IDS)}
_GIVEN_KEYS, _FAMILY_KEYS = {*map(_squeezed, _GIVEN_NAMES)}, {*map(_squeezed, _FAMILY_NAMES)}
_NAME_KEYS, _ROLE_KEYS = {*map(_squeezed, _NAMES)}, {*map(_squeezed, _ROLES)}
