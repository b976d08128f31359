"""The keys of a plan's files, as somebody writes them by hand in French (pure).

Both are read, even in one file; accents, capitals, spaces and underscores do not count. The files
are written with the names of the format, whatever the language: the same plan gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from portulan.catalogue.readers import findings
from portulan.catalogue.readers.plain_yaml import Document, Path, Value, YamlFaultError
from portulan.core.folding import fold
from portulan.indicators.fields import INDICATOR
from portulan.plans.fields import ACTION

# Under these, the keys of a mapping are names and codes of somebody's plan.
_OF_THEIRS = frozenset(
    {"axes", "goals", "practices", "seen", "stakeholders", "unit_days", "unit_parts", "units"},
)
# Each name of the format: how it is said in French, the first being ours. A declared field that is
# not here is said by its label.
FRENCH: Mapping[str, tuple[str, ...]] = {
    **{one.name: (one.label.fr.lower(),) for one in (*ACTION, *INDICATOR) if one.in_files},
    "adopted_by": ("adopté par", "voté par"),
    "adopted_on": ("adopté le", "voté le"),
    "amount": ("montant",),
    "approach": ("démarche",),
    "axes": ("axes",),
    "axis": ("axe",),
    "blocked_by": ("bloquée par", "bloqué par"),
    "body": ("organe",),
    "breaks_series": ("rupture de série", "rupture de périmètre"),
    "catalogue": ("référentiel",),
    "choice": ("choix",),
    "choices": ("réponses",),
    "chosen_on": ("choisi le",),
    "compared_with": ("comparé à",),
    "computed": ("calculé",),
    "computed_by": ("calculé par",),
    "consulted": ("consultés", "personnes consultées"),
    "contributors": ("contributeurs",),
    "cost_to_extend": ("coût de généralisation",),
    "dated_on": ("daté du",),
    "day": ("jour",),
    "days_per_year": ("jours par an",),
    "decided_by": ("décidé par",),
    "decided_on": ("décidé le",),
    "decision": ("décision",),
    "decisions": ("décisions",),
    "deliverable": ("livrable",),
    "deliverables": ("livrables",),
    "delivered_on": ("remis le",),
    "denominator": ("dénominateur",),
    "description": ("description",),
    "digest": ("condensat",),
    "direction": ("sens",),
    "due_on": ("échéance", "fin prévue"),
    "edition": ("édition",),
    "editions": ("éditions",),
    "effort_guess": ("effort estimé",),
    "evidence": ("preuves",),
    "expires_on": ("expire le",),
    "first_year": ("première année",),
    "follow_up_function": ("suivi par",),
    "format": ("format",),
    "frequency": ("fréquence",),
    "from_level": ("niveau précédent",),
    "goals": ("objectifs",),
    "impact_guess": ("effet estimé",),
    "in_it_budget": ("dans le budget informatique",),
    "indicators": ("indicateurs",),
    "judged_by": ("jugée par", "jugé par"),
    "judged_on": ("jugée le", "jugé le"),
    "judged_why": ("motif du jugement",),
    "judgement": ("jugement",),
    "key": ("clé",),
    "kind": ("nature",),
    "knowledge": ("connaissance",),
    "last_news_on": ("dernières nouvelles le",),
    "last_year": ("dernière année",),
    "level": ("niveau",),
    "milestones": ("jalons",),
    "money": ("argent demandé", "budget demandé"),
    "name": ("nom",),
    "note": ("remarque",),
    "nth": ("rang",),
    "number": ("numéro",),
    "numerator": ("numérateur",),
    "origin": ("origine",),
    "other": ("autre action",),
    "outcome": ("issue",),
    "over_time": ("dans le temps",),
    "over_units": ("entre entités",),
    "own_number": ("numéro propre",),
    "past_weights": ("poids passés",),
    "pilot_function": ("pilote", "fonction pilote"),
    "practice": ("bonne pratique",),
    "practices": ("bonnes pratiques",),
    "progress": ("avancement",),
    "protocol": ("protocole",),
    "reach": ("portée",),
    "reached_on": ("atteint le",),
    "readings": ("relevés",),
    "reason": ("motif",),
    "reference": ("référence",),
    "refused_why": ("écarté parce que",),
    "restated_for": ("redit pour la rupture du",),
    "result": ("résultat",),
    "review_on": ("à revoir le",),
    "role": ("rôle", "sert de"),
    "scale": ("échelle",),
    "scope": ("champ",),
    "seal": ("sceau",),
    "section": ("section",),
    "seen": ("différences lues",),
    "sha256": ("sha256",),
    "short_title": ("titre court",),
    "since": ("depuis",),
    "siren": ("siren",),
    "slug": ("adresse",),
    "source": ("source",),
    "sponsor_function": ("élu référent", "directeur référent"),
    "stale_after_days": ("sans nouvelles après",),
    "stakeholders": ("acteurs du territoire",),
    "starts_on": ("début",),
    "targets": ("cibles",),
    "text": ("texte",),
    "ties": ("liens",),
    "title": ("titre",),
    "to_hear": ("à consulter",),
    "typed": ("saisie", "saisi"),
    "unit": ("entité", "unité"),
    "unit_days": ("jours par entité",),
    "unit_parts": ("parts des entités",),
    "units": ("entités",),
    "until": ("jusqu’au",),
    "used_by_month": ("mois de l’engagement",),
    "used_share": ("part à engager",),
    "vacant_since": ("vacante depuis", "vacant depuis"),
    "value": ("valeur",),
    "visibility": ("visibilité",),
    "weight": ("poids",),
    "year": ("année",),
}


def _plain(key: str) -> str:
    return fold(key.replace("_", " ").replace("-", " "))


_CODE = {_plain(word): code for code, words in FRENCH.items() for word in words}


def in_code(document: Document) -> Document:
    """Return a document with the keys of the format, each value on its line.

    Raises YamlFaultError where one key is written in both languages.
    """
    lines: dict[Path, int] = {(): document.lines.get((), 1)}
    found = _renamed(document.value, (), (), document.lines, lines)
    return Document(found, lines)


def _renamed(
    value: Value, was: Path, at: Path, old: Mapping[Path, int], lines: dict[Path, int]
) -> Value:
    if was in old:
        lines[at] = old[was]
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, Mapping):
        is_theirs = bool(at) and at[-1] in _OF_THEIRS
        found: dict[str, Value] = {}
        for key, one in value.items():
            code = key if is_theirs or key in FRENCH else _CODE.get(_plain(key), key)
            if code in found:
                line = old.get((*was, key))
                raise YamlFaultError(findings.YAML_TWICE.at(line=line, key=key))
            found[code] = _renamed(one, (*was, key), (*at, code), old, lines)
        return found
    return tuple(_renamed(one, (*was, n), (*at, n), old, lines) for n, one in enumerate(value))
