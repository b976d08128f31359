"""Archetypes, their inputs and factors in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portulan.impact.effects import Aside
from portulan.impact.engine.names import device_name
from portulan.impact.words import Origin
from portulan.web.language import page_language

# What an action may do, in groups: each archetype with its title and what it means.
GROUPS: Sequence[tuple[Any, Mapping[str, tuple[Any, Any]]]] = (
    (
        _("Appareils"),
        {
            "device-life": (
                _("Garder des appareils plus longtemps"),
                _("Réparer, prolonger la garantie, changer les batteries : moins d’achats."),
            ),
            "device-removed": (
                _("Retirer des appareils"),
                _("Un écran par poste, moins d’imprimantes : de l’usage, et des achats."),
            ),
            "device-replaced": (
                _("Remplacer un appareil par un autre"),
                _("Au renouvellement, un portable à la place d’un fixe."),
            ),
            "purchases-avoided": (
                _("Renoncer à des achats"),
                _("Des appareils neufs qui ne seront pas achetés."),
            ),
            "refurbished": (
                _("Acheter reconditionné"),
                _("Des appareils d’occasion à la place de neufs."),
            ),
            "reuse": (
                _("Donner ou revendre des appareils"),
                _("Ils servent ailleurs : évité hors de l’organisation, compté à part."),
            ),
            "switch-off": (
                _("Éteindre la nuit et le week-end"),
                _("Des postes, des écrans, des bornes qui ne veillent plus."),
            ),
        },
    ),
    (
        _("Serveurs et nuage"),
        {
            "host-switch-off": (
                _("Éteindre des serveurs"),
                _("Des machines physiques entières, arrêtées pour de bon."),
            ),
            "vm-removal": (
                _("Supprimer des machines virtuelles"),
                _("Compte quand elles libèrent un serveur entier."),
            ),
            "pue": (
                _("Mieux refroidir une salle serveur"),
                _("Un PUE plus bas pour les mêmes machines."),
            ),
            "cloud-region": (
                _("Changer un service en nuage de pays"),
                _("La même consommation, une autre électricité."),
            ),
            "cloud-off": (
                _("Éteindre des services en nuage"),
                _("La nuit, ou parce qu’ils sont trop grands."),
            ),
        },
    ),
    (
        _("Données et papier"),
        {
            "storage": (
                _("Effacer des fichiers"),
                _("Compte si des disques sont retirés, ou ne sont pas achetés."),
            ),
            "web": (
                _("Alléger des pages"),
                _("Indicatif : hors des totaux, le réseau ne suit pas."),
            ),
            "paper": (
                _("Imprimer moins"),
                _("Recto verso, impression sur badge, dématérialisation."),
            ),
        },
    ),
    (
        _("Sans chiffre propre"),
        {
            "enabling": (
                _("Rendre d’autres actions possibles"),
                _("Gouvernance, formation, mesure, label : pas d’effet propre à chiffrer."),
            ),
        },
    ),
)
KINDS = {name: words for _title, kinds in GROUPS for name, words in kinds.items()}
TITLES = {name: title for name, (title, _means) in KINDS.items()}
_LABELS: Mapping[str, Any] = {
    "device": _("Appareil"),
    "count": _("Nombre d’appareils"),
    "life_before": _("Durée d’usage sans l’action (années)"),
    "life_after": _("Durée d’usage avec l’action (années)"),
    "achieved": _("Part des appareils qui suivra vraiment (%)"),
    "parts_kg": _("Pièces ajoutées (kgCO₂e par appareil et par an)"),
    "use_drift": _("Électricité en plus des appareils âgés (%)"),
    "life": _("Durée d’usage (années)"),
    "kwh_year": _("Électricité d’un appareil (kWh par an)"),
    "owned": _("Ce matériel est-il déjà acheté ?"),
    "from": _("Avant"),
    "to": _("Après"),
    "second_life": _("Seconde vie (années)"),
    "replacement_rate": _("Part qui remplace vraiment un achat neuf (%)"),
    "watts": _("Puissance d’un appareil (W)"),
    "hours_per_day": _("Heures par jour"),
    "days": _("Jours par an"),
    "hosts": _("Nombre de serveurs"),
    "pue": _("PUE de la salle"),
    "vms": _("Nombre de machines virtuelles"),
    "vcpu": _("vCPU d’une machine virtuelle"),
    "host_vcpu": _("vCPU d’un serveur"),
    "it_kwh": _("Électricité des machines (kWh par an)"),
    "it_kw": _("ou leur puissance moyenne (kW)"),
    "pue_before": _("PUE sans l’action"),
    "pue_after": _("PUE avec l’action"),
    "kwh": _("Électricité du service (kWh par an)"),
    "share": _("Part éteinte (%)"),
    "sheets": _("Feuilles épargnées par an"),
    "grams": _("Poids d’une feuille (g)"),
    "gb": _("Volume effacé (Go)"),
    "capacity_released": _("Des disques seront-ils retirés, ou leur achat évité ?"),
    "views": _("Pages vues par an"),
    "mb_saved": _("Poids épargné par page (Mo)"),
}
_OTHERWISE: Mapping[tuple[str, str], Any] = {
    ("refurbished", "count"): _("Nombre d’appareils reconditionnés en service"),
    ("reuse", "count"): _("Nombre d’appareils donnés par an"),
    ("purchases-avoided", "count"): _("Nombre d’appareils qui ne seront pas achetés"),
    ("switch-off", "watts"): _("Puissance d’un appareil qui veille (W, mesurée)"),
    ("host-switch-off", "watts"): _("Puissance d’un serveur (W)"),
    ("vm-removal", "watts"): _("Puissance d’un serveur (W)"),
    ("vm-removal", "pue"): _("PUE de la salle"),
}
ASIDES: Mapping[Aside, Any] = {
    Aside.NOT_ASKED: _("pas encore estimée"),
    Aside.NOT_ESTIMATED: _("non estimé"),
    Aside.STUDY: _("une réflexion n’engage sur aucun effet"),
    Aside.DROPPED: _("action abandonnée"),
    Aside.INDICATIVE: _("indicatif, hors total"),
}
ORIGINS: Mapping[Origin, Any] = {
    Origin.SHIPPED: _("livré avec Portulan"),
    Origin.OWN: _("donné par l’organisation"),
    Origin.REQUEST: _("donné dans la demande"),
}
INDICATORS: Mapping[str, Any] = {
    "gwp": _("Carbone"),
    "electricity": _("Électricité"),
    "adpe": _("Minerais"),
    "weee": _("Déchets électroniques"),
}
_OF_DEVICE: Mapping[str, Any] = {
    "gwp.manufacturing": _("carbone de la fabrication"),
    "gwp.distribution": _("carbone du transport"),
    "gwp.end_of_life": _("carbone de la fin de vie"),
    "gwp.embedded": _("carbone hors usage, en tout"),
    "gwp.refurbished": _("carbone épargné par année d’occasion"),
    "adpe.embedded": _("minerais"),
    "kwh_year": _("électricité par an"),
    "life": _("durée d’usage"),
    "weight": _("poids"),
}
_OTHERS: Mapping[str, Any] = {
    "network.gwp": _("Carbone d’un Go transporté"),
    "storage.gwp": _("Carbone d’un Go gardé un an"),
    "paper.gwp": _("Carbone d’un kilogramme de papier"),
}
UNITS: Mapping[str, Any] = {
    "kgCO2e/unit": _("kgCO₂e par appareil"),
    "kgCO2e/year of use": _("kgCO₂e par année d’usage"),
    "kg Sb eq/unit": _("kg Sb eq par appareil"),
    "kWh/year": _("kWh par an"),
    "years": _("années"),
    "kg/unit": _("kg par appareil"),
    "kgCO2e/GB": _("kgCO₂e par Go"),
    "kgCO2e/GB/year": _("kgCO₂e par Go et par an"),
}
STAGES: Mapping[str, Any] = {
    "manufacturing": _("fabrication"),
    "distribution": _("transport"),
    "end_of_life": _("fin de vie"),
    "use": _("usage"),
    "all": _("toutes"),
}
PLACES: Mapping[str, Any] = {
    "FR": _("France"),
    "FRA": _("France"),
    "EU": _("Europe"),
    "world": _("monde"),
    "world-FR": _("fabriqué dans le monde, employé en France"),
}
# A lone fact needs no licence.
LICENCES: Mapping[str, Any] = {"fact quoted": _("fait cité")}


def unit_name(unit: str) -> str:
    """Return a unit in words; one that needs none as it is."""
    return str(UNITS.get(unit, unit))


def input_label(archetype: str, name: str) -> str:
    """Return what an input asks, in the words of its archetype."""
    return str(_OTHERWISE.get((archetype, name)) or _LABELS[name])


def factor_name(factor_id: str) -> str:
    """Return what a factor is: « Ordinateur portable : carbone de la fabrication »."""
    if factor_id in _OTHERS:
        return str(_OTHERS[factor_id])
    head, _dot, rest = factor_id.partition(".")
    if head == "electricity":
        what, _dot, country = rest.partition(".")
        told = {"country": country}
        if what == "gwp":
            return _("Électricité (%(country)s) : carbone d’un kWh") % told
        return _("Électricité (%(country)s) : minerais d’un kWh") % told
    device = device_name(head, page_language())
    return f"{device[:1].upper()}{device[1:]}{_('\u00a0: ')}{_OF_DEVICE.get(rest, rest)}"
