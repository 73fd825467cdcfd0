"""Words and letters by which names are told: ordinary words, legal forms of companies, everyday abbreviations, and other spellings."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from pathlib import Path


@functools.cache
def common_words() -> frozenset[str]:
    """Return ordinary English words, in small letters without accents."""
    lines = Path(__file__).with_name("common-words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text.split())


LEGAL = words_of(
    """inc incorporated ltd limited llc llp lp plc corp corporation co company gmbh mbh ggmbh ag kg kgaa ohg gbr ug ev eg se sa sas sasu
    sarl sarlu eurl sci snc spa srl srls sapa sl slu slne sau bv nv
    vof cv bvba ab hb oy oyj as asa aps ivs kft zrt nyrt sro doo dd ad ood eood
    pty pte bhd sdn kk gk cic pbc pc pllc cie kgaa sp zoo jsc ooo pjsc oao tbk pt sca scs scop"""
)
"""Legal forms of companies, as they are once dots and spaces are gone."""
BEFORE = frozenset({"the", "die", "der", "das", "le", "la", "pt", "sa", "sas", "sarl", "ooo", "pjsc"})
GENERIC = words_of(
    """and und et y e of the der die das des de du la le les el los van von für fur pour para di da do group groupe gruppe grupo holding
    holdings international global worldwide deutsche deutscher deutsches societe societa sociedad compagnie compania gesellschaft verein
    banque banco bank banca sparkasse systeme systems solutions technologies technology software services service digital labs studios
    consulting partners capital ventures media network networks industries europe european america american americas africa african asia
    asian pacific atlantic australia australian germany german france french spain spanish italy italian britain british uk england english
    ireland irish scotland scottish wales india indian china chinese japan japanese canada canadian brazil mexico us usa states united
    nordic swiss switzerland austria austrian sweden swedish norway norwegian denmark danish finland finnish netherlands dutch belgium
    belgian poland polish portugal portuguese universitat universite universidad universita universitaet hochschule institut instituto
    akademie academie schule escuela ecole"""
)
"""Words in names of organisations that say nothing of which one it is; by themselves they are left alone."""
ACRONYMS = words_of(
    """ai api app ar b2b b2c bi ceo cfo cio cms coo cpo crm cso css cto cv cx db dei eu erp faq fy gdpr gtm hr html ios ip iot it json kpi
    lms llm ml mvp nda nps okr os pdf pm pmo po poc pr prd qa rd rfp roi saas sdk seo sla sme sql svp tv ui uk un us usa ux vp vr xml jtbd
    arr mrr dau mau csat ltv cac abm sem sre ci cd aws gcp gpt mba bsc msc phd ba ma bs ms ok vs ie eg etc id gb mb am pm"""
)
"""Abbreviations of everyday work."""
TOOLS = words_of("csv docx excel github jira jpg linkedin miro outlook pdf png powerpoint pptx tableau xlsx")
"""Programs and endings of files that texts of evidence name, and that tell nobody; an employer may be called like one."""
TITLES = words_of("dr prof mr mrs ms miss mx sir dame phd mba jr sr ii iii iv msc bsc dipl ing md esq née nee geb")
"""What stands in a field for a name and is none."""
DOMAINS = words_of("com io ai de org net co app")
"""Endings of names that are addresses too, such as `Monday.com`."""
PARTICLES = words_of(
    """al an ap bin bint da das de del della den der di do dos du e el ibn la las le les los lo mac mc of st ter ten the van von y zu zur
    ben ould"""
)
"""Parts of people's names that name nobody by themselves."""
ORDINARY_NAMES = words_of(
    """al art ben bill bin bob brown chase dawn dean don drew faith frank grace grant green hall hill hope iris jack jade joy june lane long
    mark may miles olive page pat penny price ray reed rich rob rose ruby sky stone victor wade wendy west white will wood york young
    summer autumn april august sunny dale cliff glen heath forest brook rusty harmony melody christian"""
)
"""Names that are ordinary words too, where a list of words lacks them."""
JOINERS = frozenset({"and", "und", "et", "y", "e", "of", "the", "de", "du", "des", "la", "fur", "for", "pour", "para"})
"""Small words that join those of a name."""
CALENDAR = words_of(
    """january february march april may june july august september october november december monday tuesday wednesday thursday friday
    saturday sunday spring summer autumn winter i q1 q2 q3 q4 h1 h2 english internet christmas easter"""
)
"""Words with capitals that name nobody."""
MONTHS = frozenset({"april", "may", "june", "august", "summer", "autumn"})
"""Names that are also parts of the year: before a number they are those."""
WIDE_LEGAL = re.compile("株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사|유한회사")


def is_everyday(key: str) -> bool:
    """Whether a folded word is an abbreviation of everyday work, or says in a name of an organisation nothing of which one it is."""
    return key in ACRONYMS or key in TOOLS or key in GENERIC or key in LEGAL


_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŧ": "t"})
_SPELT_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "a"}
_DIGRAPHS = {"ae": "a", "oe": "o", "ue": "u", "aa": "a"}


def folded(text: str) -> str:
    """Return letters and digits in small letters, without accents and without what joins them."""
    if text.isascii():
        return "".join(filter(str.isalnum, text.casefold()))
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return unicodedata.normalize("NFC", "".join(letter for letter in unicodedata.normalize("NFKD", plain) if letter.isalnum()))


def spellings(word: str) -> frozenset[str]:
    """Return how a word of a name may be spelt: ü as u and as ue, ue as ü; the same for its like."""
    choices = [(folded(letter), _SPELT_OUT.get(letter, folded(letter))) for letter in unicodedata.normalize("NFC", word).casefold()]
    ways = list(itertools.islice(itertools.product(*(sorted(set(choice)) for choice in choices)), 32))
    found = {"".join(way) for way in ways}
    plain = folded(word)
    if len(plain) > 4:  # noqa: PLR2004 - in shorter ones the two letters are most likely two sounds
        found |= {plain.replace(two, one) for two, one in _DIGRAPHS.items() if two in plain[:-1]}
    return frozenset(found - {""})
