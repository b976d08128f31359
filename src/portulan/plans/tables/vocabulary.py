"""What a column of an organisation’s own table may say, and the titles that people give it (pure).

A field is told by name, never by place; money is one field a year (`money:2026`), or two where the
table parts operating and investment (`money:2026:F`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from portulan.core.fields import Field as Declared
from portulan.core.folding import fold
from portulan.core.say.text import Text
from portulan.plans.fields import ACTION


class Field(StrEnum):
    """What a column says; `--column FIELD=TITLE` takes these words."""

    NUMBER = "number"
    TITLE = "title"
    SHORT_TITLE = "short_title"
    DESCRIPTION = "description"
    AXIS = "axis"
    PILOT = "pilot"
    PERSON = "person"
    FOLLOW_UP = "follow_up"
    LEVEL = "level"
    LEVEL_DATE = "level_date"
    PROGRESS = "progress"
    START = "start"
    END = "end"
    INDICATOR = "indicator"
    TARGET = "target"
    PRACTICE = "practice"
    UNIT = "unit"
    NOTE = "note"
    # Fields of actions that came since, each under its name.
    _ignore_ = ["members", "known", "one"]
    members = vars()
    known = [*members.values()]
    for one in ACTION:
        if one.tabled and one.tabled not in known:
            members[one.tabled.upper()] = one.tabled


# Fields of actions as a table says them.
DECLARED: Mapping[str, Declared] = {one.tabled: one for one in ACTION if one.tabled}


MONEY = "money"
_MONEY_FIELD = re.compile(r"money:(?P<year>20[0-9]{2}|2100)(?::(?P<section>[FI]))?").fullmatch


class MoneyField(NamedTuple):
    """The year of a column of money, and its section where the table says it."""

    year: int
    section: str = ""

    @property
    def name(self) -> str:
        return f"{MONEY}:{self.year}" + (f":{self.section}" if self.section else "")


def money_field(name: str) -> MoneyField | None:
    """Return the year and the section of a field of money, None for another field."""
    found = _MONEY_FIELD(name)
    return MoneyField(int(found["year"]), found["section"] or "") if found else None


def is_field(name: str) -> bool:
    """Tell whether a column may be said to be that."""
    return name in set(Field) or money_field(name) is not None


# How a field is called on screen and at the head of the files that we write: the first title is
# ours, in each language, and comes back as that field.
NAMES: Mapping[Field, Text] = {
    Field.NUMBER: Text("N°", "No."),
    Field.TITLE: Text("Titre", "Title"),
    Field.SHORT_TITLE: Text("Titre court", "Short title"),
    Field.DESCRIPTION: Text("Description", "Description"),
    Field.AXIS: Text("Axe", "Axis"),
    Field.PILOT: Text("Pilote", "Pilot"),
    Field.PERSON: Text("Personne qui pilote", "Person who pilots"),
    Field.FOLLOW_UP: Text("Suivi par", "Followed up by"),
    Field.LEVEL: Text("Niveau d’engagement", "Commitment level"),
    Field.LEVEL_DATE: Text("Niveau décidé le", "Level decided on"),
    Field.PROGRESS: Text("Avancement", "Progress"),
    Field.START: Text("Début", "Start"),
    Field.END: Text("Fin prévue", "Planned end"),
    Field.INDICATOR: Text("Indicateur", "Indicator"),
    Field.TARGET: Text("Cible", "Target"),
    Field.PRACTICE: Text("Bonnes pratiques", "Practices"),
    Field.UNIT: Text("Entité", "Unit"),
    Field.NOTE: Text("Note", "Note"),
}
# Those that came since are called as they are on a form.
SINCE = tuple(field for field in Field if field not in NAMES)
NAMES = {**NAMES, **{field: DECLARED[field].label for field in SINCE}}
_SECTIONS = {"F": Text("fonctionnement", "operating"), "I": Text("investissement", "investment")}


def name_of(field: str) -> Text:
    """Return how a field is called: “Budget 2026 (€)” for money."""
    money = money_field(field)
    if money is None:
        return NAMES.get(Field(field) if field in set(Field) else Field.PROGRESS, Text("", ""))
    if not money.section:
        return Text(f"Budget {money.year} (€)", f"Budget {money.year} (€)")
    section = _SECTIONS[money.section]
    return Text(f"Budget {money.year}, {section.fr} (€)", f"Budget {money.year}, {section.en} (€)")


# Titles as people write them, folded, without the words of `_IDLE`; the surest first: where two
# columns could be one field, the title nearest the front has it.
_TITLES: Mapping[Field, Sequence[str]] = {
    Field.NUMBER: (
        *("n°", "no", "no.", "num", "numero", "n", "#", "n° action", "numero action", "no action"),
        *("ref", "reference", "ref action", "reference action", "id", "identifiant", "code"),
        *("code action", "number", "action number", "n° fiche", "numero fiche", "index"),
    ),
    Field.TITLE: (
        *("titre", "titre action", "intitule", "intitule action", "title", "action title"),
        *("libelle", "libelle action", "nom action", "action", "actions", "nom", "fiche action"),
        *("titre fiche action", "intitule fiche action", "mesure", "intitule mesure", "projet"),
        *("action name", "objet"),
    ),
    Field.SHORT_TITLE: (
        *("titre court", "short title", "intitule court", "libelle court", "nom court", "abrege"),
        *("titre abrege", "short name", "sigle"),
    ),
    Field.DESCRIPTION: (
        *("description", "descriptif", "description action", "descriptif action", "detail"),
        *("details", "contenu", "presentation", "resume", "description detaillee", "contexte"),
        *("objectif", "objectifs"),
    ),
    Field.AXIS: (
        *(
            "axe",
            "axe strategique",
            "axis",
            "axes",
            "thematiques",
            "chapitre",
            "orientation",
            "volet",
            "pilier",
        ),
        *("orientation strategique", "thematique", "theme", "domaine", "categorie", "chantier"),
    ),
    Field.PILOT: (
        *("pilote", "fonction pilote", "pilot", "pilote action", "porteur", "porteur action"),
        *("direction pilote", "service pilote", "direction ou service pilote", "pilotage"),
        *("structure pilote", "responsable", "responsable action", "porte par", "pilote par"),
        *("chef file", "owner", "lead", "piloting function", "fonction responsable"),
    ),
    Field.PERSON: (
        *("personne qui pilote", "person who pilots", "personne", "personne pilote", "person"),
        *("nom pilote", "nom responsable", "agent", "agent responsable", "personne responsable"),
        *("nom personne", "pilot name", "interlocuteur", "contact", "charge projet"),
    ),
    Field.FOLLOW_UP: (
        *("suivi par", "followed up by", "suivi", "fonction suivi", "suivi assure par"),
        *("responsable suivi", "qui suit", "follow up", "follow-up"),
    ),
    Field.LEVEL: (
        *("niveau engagement", "commitment level", "niveau", "engagement", "level", "niveau vote"),
        *("degre engagement", "niveau propose", "maturite", "stade engagement"),
    ),
    Field.LEVEL_DATE: (
        *("niveau decide", "level decided", "date niveau", "date engagement", "date decision"),
        *("date decision niveau", "vote", "date vote", "decide", "level date"),
    ),
    Field.PROGRESS: (
        *("avancement", "progress", "etat avancement", "statut", "status", "etat", "progression"),
        *("statut action", "etat action", "niveau avancement", "% avancement", "taux avancement"),
        *("avancement action", "realisation", "ou en est-on"),
    ),
    Field.START: (
        *("debut", "start", "date debut", "demarrage", "date demarrage", "lancement"),
        *("date lancement", "commence", "start date", "debut prevu", "date debut prevue"),
    ),
    Field.END: (
        *("fin prevue", "planned end", "fin", "date fin", "echeance", "date fin prevue", "end"),
        *("date echeance", "date limite", "terme", "deadline", "due date", "end date", "delai"),
        *("echeance prevue", "date cible", "date butoir", "fin previsionnelle", "pour quand"),
        *("date realisation", "date realisation prevue", "calendrier"),
    ),
    Field.INDICATOR: (
        *("indicateur", "indicator", "indicateurs", "indicateur suivi", "indicateurs suivi"),
        *("kpi", "indicateur resultat", "indicateur reussite", "indicateurs lies", "mesure par"),
    ),
    Field.TARGET: (
        *("cible", "target", "valeur cible", "cibles", "objectif chiffre", "objectif cible"),
        *("cible indicateur", "valeur attendue", "resultat attendu", "resultats attendus"),
    ),
    Field.PRACTICE: (
        *("bonnes pratiques", "practices", "bonne pratique", "practice", "pratique", "pratiques"),
        *("bp", "code bonne pratique", "code pratique", "fiche guide", "pratique suivie"),
    ),
    Field.UNIT: (
        *("entite", "unit", "unite", "service", "direction", "departement", "entite concernee"),
        *("direction concernee", "service concerne", "pole", "site"),
    ),
    Field.NOTE: (
        *("note", "notes", "remarque", "remarques", "commentaire", "commentaires"),
        *("observation", "observations", "comment", "comments", "precisions", "remarks"),
    ),
}
_IDLE = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "en", "a", "au", "the", "of"})
_PARTS = re.compile(r"[^\W_]+°?|[#%]")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def _plain(title: str) -> str:
    """Return a title without brackets, marks, plurals and idle words: `Dates de fin (prévues)`."""
    words = _PARTS.findall(fold(_BRACKETS.sub(" ", title)).replace("'", " "))
    kept = [word for word in words if word not in _IDLE] or words
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in kept)


_KNOWN: dict[str, list[tuple[int, Field]]] = {}
for _field, _titles in (*_TITLES.items(), *((one, NAMES[one]) for one in SINCE)):
    for _rank, _title in enumerate(_titles):
        _KNOWN.setdefault(_plain(_title), []).append((_rank, _field))
# What else a title of which only the first words are known may speak of: another thing.
_OTHER = frozenset(
    {"priorite", "risque", "difficulte", "impact", "effort", "cout", "couts", "budget", "creation"}
    | {"modification", "creee", "cree", "par", "maj", "mise", "financement", "elu", "elue"}
)
_DEPARTMENTS = frozenset({"direction", "service"})
_TELLING = 5  # letters of a word that says something alone
_LOOSELY = 100  # further than any rank: a title that only begins as one of ours

_YEAR = re.compile(r"\b(20[0-9]{2})\b")
_MONEY_WORDS = frozenset(
    {"budget", "budgets", "cout", "couts", "credit", "credits", "montant", "montants", "depenses"}
    | {"previsionnel", "previsionnels", "prevu", "prevus", "prevue", "prevues", "estime", "estimes"}
    | {"demande", "demandes", "besoin", "besoins", "financement", "euros", "euro", "eur", "ttc"}
    | {"ht", "total", "annuel", "annee", "exercice", "ke", "keur", "keuros", "k", "milliers", "bp"}
    | {"enveloppe", "cost", "amount", "planned", "year", "m", "meur", "me", "millions", "dsi"}
)
_OPERATING = frozenset({"fonctionnement", "fonct", "fct", "operating", "f"})
_INVESTMENT = frozenset({"investissement", "investissements", "invest", "inv", "investment", "i"})


def money_of_title(title: str) -> MoneyField | None:
    """Return the year of a title of money: “Budget 2026 (k€)”, “2026”, “Invest. 2027”; else None.

    What was spent (“Réalisé 2025”) is another matter, and no title of ours.
    """
    folded = fold(title)
    years = set(_YEAR.findall(folded))
    if len(years) != 1:
        return None
    words = set(re.findall(r"[a-z]+", _YEAR.sub(" ", folded))) - _IDLE
    sections = {
        letter for letter, known in (("F", _OPERATING), ("I", _INVESTMENT)) if words & known
    }
    if words - _MONEY_WORDS - _OPERATING - _INVESTMENT or len(sections) > 1:
        return None
    return MoneyField(int(years.pop()), next(iter(sections), ""))


_THOUSANDS = re.compile(r"\bk ?(?:€|e\b|eur|euros?\b)|\bmilliers? d|\bk€|\(k\)")
_MILLIONS = re.compile(r"\bm ?(?:€|eur\b|euros?\b)|\bmillions? d|\bm€")


def scale_of(title: str) -> int:
    """Return by how many euros the amounts under a title count: 1, 1 000 or 1 000 000."""
    folded = fold(title)
    if _THOUSANDS.search(folded):
        return 1000
    return 1_000_000 if _MILLIONS.search(folded) else 1


def _ranked(title: str) -> Iterable[tuple[int, str]]:
    """Yield the fields that a title may be, each with how far it is from it."""
    money = money_of_title(title)
    if money is not None:
        yield 0, money.name
        return
    plain = _plain(title)
    if plain in _KNOWN:
        yield from _KNOWN[plain]
        return
    words = plain.split()
    for length in range(len(words) - 1, 0, -1):
        start = " ".join(words[:length])
        if start in _KNOWN and not _OTHER & set(words[length:]):
            for rank, field in _KNOWN[start]:
                yield _LOOSELY + rank, field
            return


def may_be(title: str) -> Field | None:
    """Return the field that a word of an unknown title may speak of, as in “Qui pilote ?”."""
    words = set(_plain(title).split())
    if words & _OTHER:
        return None
    claims = [claim for word in words if len(word) >= _TELLING for claim in _KNOWN.get(word, ())]
    return min(claims)[1] if claims else None


def guess(titles: Sequence[str]) -> dict[str, int]:
    """Return the column (from 0) of each field that the titles tell, each column for one field."""
    claims = sorted(
        (rank, index, field)
        for index, title in enumerate(titles)
        if title
        for rank, field in _ranked(title)
    )
    found: dict[str, int] = {}
    taken: set[int] = set()
    for _far, index, field in claims:
        if field not in found and index not in taken:
            found[field] = index
            taken.add(index)
    # An action has a pilot: where nothing else says it, the department that does it is its pilot.
    unit = found.get(Field.UNIT)
    if Field.PILOT not in found and unit is not None and _plain(titles[unit]) in _DEPARTMENTS:
        found[Field.PILOT] = found.pop(Field.UNIT)
    return found
