"""Words that a search takes for one another: those of `docs/words.md`, in both languages (pure).

Each group is one thing, as people call it. What one types is sought as any word of its group.
"""

from __future__ import annotations

from functools import cache

from portulan.core.folding import sought

# `tests/web/finding/test_thesaurus.py` holds them against the tables of `docs/words.md`.
GROUPS = (
    ("organisation", "collectivité"),
    ("entité", "unit", "direction", "service"),
    ("personne", "person", "agent", "collègue"),
    ("référentiel", "catalogue", "guide"),
    ("édition", "edition"),
    ("thématique", "theme"),
    ("bonne pratique", "practice"),
    ("choix", "choice"),
    ("plan d’action", "action plan", "feuille de route", "roadmap"),
    ("acteur du territoire", "actor of the area", "partenaire"),
    ("objectif commun", "common goal", "objectif"),
    ("axe", "axis"),
    ("jalon", "milestone", "étape"),
    ("livrable", "deliverable"),
    ("niveau d’engagement", "commitment level"),
    ("avancement", "progress"),
    ("état", "state"),
    ("pilote", "pilot", "responsable"),
    ("suivi", "follow-up"),
    ("contributeur", "contributor"),
    ("élu ou directeur référent", "sponsor"),
    ("champ", "scope"),
    ("portée", "reach"),
    ("preuve", "piece of evidence", "evidence", "justificatif", "facture"),
    ("indicateur", "indicator"),
    ("cible", "target"),
    ("relevé", "reading", "mesure", "valeur"),
    ("trajectoire", "trajectory"),
    ("exercice", "fiscal year", "année"),
    ("ligne budgétaire", "budget line", "dépense"),
    ("stade", "stage"),
    ("document budgétaire", "budget document"),
    ("programme pluriannuel", "multi-year programme"),
    ("périmètre de la dsi", "it perimeter", "périmètre"),
    ("fléchage", "attribution"),
    ("feuille de décisions", "sheet of decisions"),
    ("calcul", "calculation"),
    ("correction", "adjustment"),
    ("part d’un prestataire", "provider’s share"),
    ("membre du groupe", "member of the group"),
    ("partage avec un groupe", "sharing with a group"),
    ("copie", "copy"),
    ("plan proposé", "proposed plan"),
    ("délégation", "delegation"),
    ("consolidation",),
    ("ambition",),
    ("enveloppe", "envelope", "plafond"),
    ("dotation", "allotment"),
    ("cofinancement", "co-funding", "subvention"),
    ("économie", "saving"),
    ("temps passé", "staff time"),
    ("facteur d’impact", "impact factor"),
    ("estimation", "estimate"),
    ("sceau", "seal", "empreinte numérique"),
    ("plan scellé", "sealed plan", "version votée"),
    ("campagne", "campaign"),
    ("comité", "committee", "séance"),
    ("arbitrage", "arbitration", "scénario", "scenario"),
    ("jeton", "token"),
    ("agenda", "calendar", "calendrier"),
    ("tableur", "spreadsheet", "excel"),
    ("courriel", "message", "mail", "courrier"),
    ("empreinte", "footprint", "carbone"),
)  # fmt: skip


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in GROUPS:
        folded = tuple(sought(one) for one in group)
        found |= dict.fromkeys(folded, folded)
    return found


def alike(word: str) -> tuple[str, ...]:
    """Return the words that a folded word is sought as, itself first; a plural is its singular."""
    groups = _groups()
    group = groups.get(word) or groups.get(word.removesuffix("s")) or groups.get(word[:-1]) or ()
    return (word, *(one for one in group if one != word))
