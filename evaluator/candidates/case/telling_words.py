"""Words that tell a person's gender or family: what stands in their place for a blind panel, and words that are only pointed out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

LEFT_OUT = "[left out]"
GENDER, FAMILY = "gender", "family"


@attrs.frozen
class Swap:
    """Words of one kind and what stands in their place; `{who}` is the person, `{1}` what the pattern kept.

    With `lower`, a capital in the midst of a sentence makes it a name, which it is left as.
    """

    kind: str
    pattern: re.Pattern[str]
    instead: str
    lower: bool


def _swap(kind: str, pattern: str, instead: str, *, lower: bool = False) -> Swap:
    return Swap(kind, re.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", re.IGNORECASE), instead, lower)


_OBJECT = (
    "a|about|again|all|an|and|any|as|at|away|back|because|before|but|by|during|for|from|he|how|if|in|into|is|it|more|most|much"
    "|not|of|on|or|out|over|she|since"
    "|so|that|the|then|there|they|this|through|to|today|too|twice|under|until|up|was|we|well|what|when|where|which|while|who|why"
    "|will|with|without|yesterday|you"
)
"""Words before which *her* is no possessive."""
_CHILDREN = "child(?:ren)?|kids?|bab(?:y|ies)|twins|parents?|famil(?:y|ies)"
_KIN = (
    "husband|wife|spouse|fianc[ée]e?|widow(?:er)?s?|girlfriend|boyfriend|mother(?!\\s+(?:tongue|board|company|ship)\\b)"
    "|mum(?:my)?|mom(?:my)?|dad(?:dy)?"
    "|father(?!\\s+company\\b)|stepmother|stepfather|mother-in-law|father-in-law|grandmother|grandfather|daughters?|sons?"
    "|stepsons?|stepdaughters?"
    "|sister(?!\\s+(?:company|companies|brand|team|product|site|firm|organi[sz]ation)s?\\b)s?|brothers?|niece|nephew|aunt|uncle"
    "|grandchild(?:ren)?|toddlers?"
)
_MEN = {
    "chair": "chair(?:wom[ae]n|m[ae]n|lady)",
    "spokesperson": "spokes(?:wom[ae]n|m[ae]n)",
    "salesperson": "sales(?:wom[ae]n|m[ae]n|girl|lady)",
    "businessperson": "business(?:wom[ae]n|m[ae]n)",
    "craftsperson": "crafts(?:wom[ae]n|m[ae]n)",
    "ombudsperson": "ombuds(?:wom[ae]n|m[ae]n)",
    "camera operator": "camera(?:wom[ae]n|m[ae]n)",
    "supervisor": "fore(?:wom[ae]n|m[ae]n)",
    "police officer": "police(?:wom[ae]n|m[ae]n)",
    "firefighter": "fire(?:wom[ae]n|m[ae]n)",
    "member of Congress": "congress(?:wom[ae]n|m[ae]n)",
    "server": "waitress|barmaid",
    "flight attendant": "stewardess|air hostess",
    "host": "hostess",
    "actor": "actress",
    "manager": "manageress",
    "director": "directress",
    "heir": "heiress",
    "hero": "heroine",
    "founder": "foundress",
    "entrepreneur": "entrepreneuse",
    "graduate": "alumna|alumnus",
    "graduates": "alumnae",
}
SWAPS: tuple[Swap, ...] = (
    _swap(GENDER, r"(?:s?he|her|his)\s*/\s*(?:him|hers?|they|them)(?:\s*/\s*\w+)?", LEFT_OUT),
    _swap(
        FAMILY,
        r"(?:maternity|paternity|parental|adoption|childcare|child-care|carer['’]?s|family|shared parental|pregnancy)[\s-]+leave",
        "leave",
    ),
    _swap(FAMILY, r"(?:maternity|paternity)[\s-]+(cover|replacement|stand-in)", "{1}"),
    _swap(FAMILY, r"(on|from|for|after|before|during|the) (?:maternity|paternity)", "{1} leave"),
    _swap(FAMILY, r"maternity|paternity|motherhood|fatherhood|parenthood", LEFT_OUT),
    _swap(
        FAMILY,
        r"pregnan(?:t|cy|cies)|childbirth|breast-?feeding|miscarriage|(?:gave|giving|gives) birth(?: to \w+)?|childless|stay-at-home",
        LEFT_OUT,
    ),
    _swap(
        FAMILY,
        r"(?:un)?married|divorced|divorc[ée]e|widowed|newly-?wed(?:s)?|honeymoon|wedding|n[ée]e\s+[A-Z]\w+|née|maiden name",
        LEFT_OUT,
    ),
    _swap(
        FAMILY,
        rf"(?:his|her)\s+(?:own\s+)?(?:(?:two|three|four|young|small|little|first|second|new|newborn)\s+)*(?:{_KIN}|{_CHILDREN})",
        "{who}’s family",
    ),
    _swap(
        FAMILY,
        rf"my\s+(?:own\s+)?(?:(?:two|three|four|young|small|little|first|second|new|newborn)\s+)*(?:{_KIN}|{_CHILDREN})",
        "my family",
    ),
    _swap(FAMILY, r"(?:as|being|becoming|became) a (?:single |working |young )?(?:mother|father|parent|mum|mom|dad)", LEFT_OUT),
    _swap(FAMILY, rf"(?:{_KIN})", "family member", lower=True),
    *(_swap(GENDER, pattern, instead) for instead, pattern in _MEN.items()),
    _swap(GENDER, r"(?:wom[ae]n|m[ae]n|girls?|boys?|lad(?:y|ies)|gentlem[ae]n|females?|males?)['’]s", LEFT_OUT),
    _swap(GENDER, r"women|men|girls|boys|ladies|gentlemen|guys", "people"),
    _swap(GENDER, r"woman|man|girl|boy|lady|gentleman|guy", "person"),
    _swap(GENDER, r"(?:fe)?males?|girlboss|mumpreneur|mompreneur|womanhood|manhood|fe(?:minine)|masculine", LEFT_OUT),
    # German
    _swap(
        FAMILY,
        r"mutterschutz\w*|mutterschaft\w*|vaterschaft\w*|elternzeit\w*|elterngeld\w*|erziehungsurlaub\w*|babypause\w*"
        r"|elternkarenz\w*|schwanger\w*|verheiratet\w*"
        r"|verwitwet\w*|geschieden\w*|ledig|alleinerziehend\w*|ehe(?:mann|frau|partner(?:in)?|gatt(?:e|in))\w{0,2}|mutter|mütter"
        r"|vater|väter|tochter|töchter|sohn"
        r"|söhne|schwester|bruder|witwer?|hochzeit|geborene[rn]?|geb\.\s+[A-ZÄÖÜ]\w+",
        LEFT_OUT,
    ),
    _swap(GENDER, r"frau(?:en)?|herrn?|männer|weiblich\w*|männlich\w*|mädchen|dame(?:n)?", LEFT_OUT),
    _swap(
        GENDER,
        r"(\w*(?:manager|leiter|direktor|berater|entwickler|expert|kandidat|mitarbeiter|gründer|inhaber|ingenieur|assistent"
        r"|referent|präsident|designer"
        r"|redakteur|analyst|spezialist|architekt|professor|koordinator|administrator|besitzer|mentor|vertreter|forscher|planer"
        r"|informatiker|techniker))in(?:nen)?",
        "{1}:in",
    ),
    # French
    _swap(
        FAMILY,
        r"congés?\s+(?:de\s+)?(?:maternité|paternité|parental|parentaux|d['’]adoption)|maternité|paternité|enceinte|grossesse"
        r"|mari|époux|épouse|veuve|veuf|divorcée?"
        r"|mariée?|célibataire|mère|père|fille|sœur|soeur|frère|jeune maman|jeune papa",
        LEFT_OUT,
        lower=True,
    ),
    _swap(GENDER, r"femmes?|hommes?|féminin(?:e|s|es)?|masculin(?:e|s|es)?|madame|monsieur|mesdames|messieurs|mademoiselle", LEFT_OUT),
    # Spanish
    _swap(
        FAMILY,
        r"(?:baja|permiso|licencia|descanso)\s+(?:por|de)\s+(?:maternidad|paternidad|maternal|paternal|parental)|maternidad"
        r"|paternidad|embaraz(?:o|ada)|marido"
        r"|espos[oa]|viud[oa]|casad[oa]|divorciad[oa]|solter[oa]|madre|padre|hij[oa]s?|hermana|hermano",
        LEFT_OUT,
        lower=True,
    ),
    _swap(GENDER, r"mujer(?:es)?|hombres?|femenin[oa]s?|masculin[oa]s?|señor(?:a|as|es|ita)?", LEFT_OUT),
    _swap(GENDER, r"(?:him|her)self", "in person"),
    _swap(GENDER, r"(?:his|hers)", "{who}’s"),
    _swap(GENDER, rf"her(?=\s+(?!(?:{_OBJECT})\b)\w)", "{who}’s"),
    _swap(GENDER, r"(?:s?he|him|her)", "{who}"),
)
"""In the order in which they are tried; what one takes, no later one does."""
HONORIFIC = re.compile(
    r"(?<!\w)(?:Mrs?|Ms|Miss|Mx|Sir|Madam|Dame|Herrn?|Frau|Mme|Mlle|Madame|Monsieur|Señora?|Sra|Sig\.?ra|Signora?)\b\.?\s+(?=[A-ZÀ-Þ])"
)
"""Forms of address before a name."""

_RELIGION = (
    "christian|catholic|protestant|muslim|islamic|jewish|jew|hindu|sikh|buddhist|atheist|mosque|church|synagogue|temple|ramadan"
    "|hijab|headscarf|kippah|bible"
    "|quran|parish|diocese|evangelical|mormon|orthodox"
)
_ORIGIN = (
    "black|african|asian|hispanic|latin[oax]|arab|indian|pakistani|chinese|japanese|korean|turkish|kurdish|polish|russian"
    "|ukrainian|romanian|nigerian|ghanaian"
    "|mexican|brazilian|vietnamese|filipin[oa]|iranian|persian|syrian|afghan|german|french|spanish|italian|irish|scottish|welsh"
    "|dutch|swedish|norwegian|danish"
    "|finnish|greek|portuguese|american|british|canadian|australian|migrant|immigrant|refugee|expat|foreigner|native speaker"
    "|mother tongue|visa|work permit"
)
_HEALTH = (
    "sick leave|illness|disabled|disability|wheelchair|autis(?:m|tic)|adhd|dyslexi[ac]|depress(?:ion|ed)|burn-?out|cancer|surgery"
    "|rehab|therapy|deaf|blind person"
    "|chronic|hospital|krankheit|behindert\\w*|maladie|enfermedad"
)
_ORIENTATION = "gay|lesbian|bisexual|queer|lgbt\\w*|trans(?:gender|sexual)?|non-?binary|same-sex|coming out"
_UNION = (
    "trade union|works council|shop steward|betriebsrat|gewerkschaft|syndicat|sindicato"
    "|political party|veteran|army|navy|military service|reservist"
)
_AGE = (
    r"\d{2}[\s-]+years?[\s-]+old|aged \d{2}|age(?:d)? of \d{2}|born (?:in|on) [\w ]+?\d{2,4}|(?:\d0|fifti|forti|thirti"
    r"|sixti)e?s? birthday|birthday|in (?:his|her|their) "
    r"(?:twenties|thirties|forties|fifties|sixties)|retire(?:d|ment|s)?|pension|youngest|oldest|junior colleague|elderly"
    r"|millennial|boomer|gen z|jahrgang \d{4}|\d{2} Jahre alt|\d{2} ans|\d{2} años"
)
_FAMILY = rf"{_CHILDREN}|{_KIN}|day-?care|kindergarten|nursery|school run|life partner|(?<=’s )partner|kinder|enfants?|niños?"
_FOREIGN = "elles?|ellas?|sie|ihr(?:e[mnrs]?)?|seine?[mnrs]?"
_FEMININE = (
    r"directrice|fondatrice|cheffe|consultante|ingénieure|responsable produit(?:e)|rédactrice|animatrice|présidente|directora"
    r"|jefa|gerenta|ingeniera|fundadora"
    r"|coordinadora|consultora|presidenta|vorsitzende|direttrice|fondatrice|responsabile"
)


@attrs.frozen
class Tell:
    """A pattern of what may still say who somebody is, and what it is."""

    what: str
    pattern: re.Pattern[str]


def _tells() -> Iterator[Tell]:
    for what, words in {
        "religion": _RELIGION,
        "origin, language or nationality": _ORIGIN,
        "health": _HEALTH,
        "orientation": _ORIENTATION,
        "union, politics or service": _UNION,
        "age": _AGE,
        "family": _FAMILY,
        "gender in another language": f"{_FOREIGN}|{_FEMININE}",
    }.items():
        yield Tell(what, re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE))
    dated = (
        r"(?:\d{4}(?:-\d{2})?|(?:January|February|March|April|May|June|July|August|September|October|November|December)(?:\s+\d{4})?"
        r"|spring|summer|autumn|winter)"
    )
    yield Tell("a time of leave", re.compile(rf"\bleave\b[^.;]{{0,40}}?\b{dated}\b|\b{dated}\b[^.;]{{0,40}}?\bleave\b", re.IGNORECASE))
    yield Tell("a number such as of a telephone", re.compile(r"(?<!\w)\+?\(?\d[\d\s()./\-]{6,}\d(?!\w)"))
    yield Tell(
        "a handle or an address", re.compile(r"(?<!\w)@\w+|\b(?:linkedin|github|twitter|slack|instagram|xing)\s*[:/]\s*\S+", re.IGNORECASE)
    )
    yield Tell(
        "a project", re.compile(r"\b(?:[Pp]roject|[Pp]rojekt|[Oo]peration|[Pp]rogramme?|[Cc]ode ?name|[Ii]nitiative)\s+[“\"]?[A-Z]\w+")
    )
    yield Tell(
        "a school or university",
        re.compile(
            r"\b(?:[A-Z]\w+\s+)?(?:Universit(?:y|ät|é|à|at)|Universidad|College|Hochschule|Institute|Institut|Business School|Academy|École"
            r"|Escuela|MIT|ETH|TU|LSE)\b(?:\s+(?:of|de|für)?\s*[A-Z]\w+)?"
        ),
    )


TELLS: tuple[Tell, ...] = tuple(_tells())
