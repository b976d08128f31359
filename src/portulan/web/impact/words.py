"""Archetypes, their inputs and factors in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.core.say.text import Language
from portulan.impact.effects import Aside
from portulan.impact.engine.names import device_name
from portulan.impact.words import Origin


@dataclass(frozen=True, slots=True)
class Kind:
    """What an archetype is called, and what it means."""

    title: Any
    means: Any


KINDS: Mapping[str, Kind] = {
    "device-life": Kind(
        gettext_lazy("Garder des appareils plus longtemps"),
        gettext_lazy("Réparer, prolonger la garantie, changer les batteries : moins d’achats."),
    ),
    "device-removed": Kind(
        gettext_lazy("Retirer des appareils"),
        gettext_lazy("Un écran par poste, moins d’imprimantes : de l’usage, et des achats."),
    ),
    "device-replaced": Kind(
        gettext_lazy("Remplacer un appareil par un autre"),
        gettext_lazy("Au renouvellement, un portable à la place d’un fixe."),
    ),
    "purchases-avoided": Kind(
        gettext_lazy("Renoncer à des achats"),
        gettext_lazy("Des appareils neufs qui ne seront pas achetés."),
    ),
    "refurbished": Kind(
        gettext_lazy("Acheter reconditionné"),
        gettext_lazy("Des appareils d’occasion à la place de neufs."),
    ),
    "reuse": Kind(
        gettext_lazy("Donner ou revendre des appareils"),
        gettext_lazy("Ils servent ailleurs : évité hors de l’organisation, compté à part."),
    ),
    "switch-off": Kind(
        gettext_lazy("Éteindre la nuit et le week-end"),
        gettext_lazy("Des postes, des écrans, des bornes qui ne veillent plus."),
    ),
    "host-switch-off": Kind(
        gettext_lazy("Éteindre des serveurs"),
        gettext_lazy("Des machines physiques entières, arrêtées pour de bon."),
    ),
    "vm-removal": Kind(
        gettext_lazy("Supprimer des machines virtuelles"),
        gettext_lazy("Compte quand elles libèrent un serveur entier."),
    ),
    "pue": Kind(
        gettext_lazy("Mieux refroidir une salle serveur"),
        gettext_lazy("Un PUE plus bas pour les mêmes machines."),
    ),
    "cloud-region": Kind(
        gettext_lazy("Changer un service en nuage de pays"),
        gettext_lazy("La même consommation, une autre électricité."),
    ),
    "cloud-off": Kind(
        gettext_lazy("Éteindre des services en nuage"),
        gettext_lazy("La nuit, ou parce qu’ils sont trop grands."),
    ),
    "paper": Kind(
        gettext_lazy("Imprimer moins"),
        gettext_lazy("Recto verso, impression sur badge, dématérialisation."),
    ),
    "storage": Kind(
        gettext_lazy("Effacer des fichiers"),
        gettext_lazy("Compte si des disques sont retirés, ou ne sont pas achetés."),
    ),
    "web": Kind(
        gettext_lazy("Alléger des pages"),
        gettext_lazy("Indicatif : hors des totaux, le réseau ne suit pas."),
    ),
    "enabling": Kind(
        gettext_lazy("Rendre d’autres actions possibles"),
        gettext_lazy("Gouvernance, formation, mesure, label : pas d’effet propre à chiffrer."),
    ),
}
GROUPS = (
    (
        gettext_lazy("Appareils"),
        (
            "device-life",
            "device-removed",
            "device-replaced",
            "purchases-avoided",
            "refurbished",
            "reuse",
            "switch-off",
        ),
    ),
    (
        gettext_lazy("Serveurs et nuage"),
        ("host-switch-off", "vm-removal", "pue", "cloud-region", "cloud-off"),
    ),
    (gettext_lazy("Données et papier"), ("storage", "web", "paper")),
    (gettext_lazy("Sans chiffre propre"), ("enabling",)),
)
_LABELS: Mapping[str, Any] = {
    "device": gettext_lazy("Appareil"),
    "count": gettext_lazy("Nombre d’appareils"),
    "life_before": gettext_lazy("Durée d’usage sans l’action (années)"),
    "life_after": gettext_lazy("Durée d’usage avec l’action (années)"),
    "achieved": gettext_lazy("Part des appareils qui suivra vraiment (%)"),
    "parts_kg": gettext_lazy("Pièces ajoutées (kgCO2e par appareil et par an)"),
    "use_drift": gettext_lazy("Électricité en plus des appareils âgés (%)"),
    "life": gettext_lazy("Durée d’usage (années)"),
    "kwh_year": gettext_lazy("Électricité d’un appareil (kWh par an)"),
    "owned": gettext_lazy("Ce matériel est-il déjà acheté ?"),
    "from": gettext_lazy("Avant"),
    "to": gettext_lazy("Après"),
    "second_life": gettext_lazy("Seconde vie (années)"),
    "replacement_rate": gettext_lazy("Part qui remplace vraiment un achat neuf (%)"),
    "watts": gettext_lazy("Puissance d’un appareil (W)"),
    "hours_per_day": gettext_lazy("Heures par jour"),
    "days": gettext_lazy("Jours par an"),
    "hosts": gettext_lazy("Nombre de serveurs"),
    "pue": gettext_lazy("PUE de la salle"),
    "vms": gettext_lazy("Nombre de machines virtuelles"),
    "vcpu": gettext_lazy("vCPU d’une machine virtuelle"),
    "host_vcpu": gettext_lazy("vCPU d’un serveur"),
    "it_kwh": gettext_lazy("Électricité des machines (kWh par an)"),
    "it_kw": gettext_lazy("ou leur puissance moyenne (kW)"),
    "pue_before": gettext_lazy("PUE sans l’action"),
    "pue_after": gettext_lazy("PUE avec l’action"),
    "kwh": gettext_lazy("Électricité du service (kWh par an)"),
    "share": gettext_lazy("Part éteinte (%)"),
    "sheets": gettext_lazy("Feuilles épargnées par an"),
    "grams": gettext_lazy("Poids d’une feuille (g)"),
    "gb": gettext_lazy("Volume effacé (Go)"),
    "capacity_released": gettext_lazy("Des disques seront-ils retirés, ou leur achat évité ?"),
    "views": gettext_lazy("Pages vues par an"),
    "mb_saved": gettext_lazy("Poids épargné par page (Mo)"),
}
_OTHERWISE: Mapping[tuple[str, str], Any] = {
    ("refurbished", "count"): gettext_lazy("Nombre d’appareils reconditionnés en service"),
    ("reuse", "count"): gettext_lazy("Nombre d’appareils donnés par an"),
    ("purchases-avoided", "count"): gettext_lazy("Nombre d’appareils qui ne seront pas achetés"),
    ("switch-off", "watts"): gettext_lazy("Puissance d’un appareil qui veille (W, mesurée)"),
    ("host-switch-off", "watts"): gettext_lazy("Puissance d’un serveur (W)"),
    ("vm-removal", "watts"): gettext_lazy("Puissance d’un serveur (W)"),
    ("vm-removal", "pue"): gettext_lazy("PUE de la salle"),
}
ASIDES: Mapping[Aside, Any] = {
    Aside.NOT_ASKED: gettext_lazy("pas encore estimée"),
    Aside.NOT_ESTIMATED: gettext_lazy("non estimé"),
    Aside.STUDY: gettext_lazy("une réflexion n’engage sur aucun effet"),
    Aside.DROPPED: gettext_lazy("action abandonnée"),
    Aside.INDICATIVE: gettext_lazy("indicatif, hors total"),
}
ORIGINS: Mapping[Origin, Any] = {
    Origin.SHIPPED: gettext_lazy("livré avec Portulan"),
    Origin.OWN: gettext_lazy("donné par l’organisation"),
    Origin.REQUEST: gettext_lazy("donné dans la demande"),
}
INDICATORS: Mapping[str, Any] = {
    "gwp": gettext_lazy("Carbone"),
    "electricity": gettext_lazy("Électricité"),
    "adpe": gettext_lazy("Minerais"),
    "weee": gettext_lazy("Déchets électroniques"),
}
_OF_DEVICE: Mapping[str, Any] = {
    "gwp.manufacturing": gettext_lazy("carbone de la fabrication"),
    "gwp.distribution": gettext_lazy("carbone du transport"),
    "gwp.end_of_life": gettext_lazy("carbone de la fin de vie"),
    "gwp.embedded": gettext_lazy("carbone hors usage, en tout"),
    "gwp.refurbished": gettext_lazy("carbone épargné par année d’occasion"),
    "adpe.embedded": gettext_lazy("minerais"),
    "kwh_year": gettext_lazy("électricité par an"),
    "life": gettext_lazy("durée d’usage"),
    "weight": gettext_lazy("poids"),
}
_OTHERS: Mapping[str, Any] = {
    "network.gwp": gettext_lazy("Carbone d’un Go transporté"),
    "storage.gwp": gettext_lazy("Carbone d’un Go gardé un an"),
    "paper.gwp": gettext_lazy("Carbone d’un kilogramme de papier"),
}
_UNITS: Mapping[str, Any] = {
    "kgCO2e/unit": gettext_lazy("kgCO2e par appareil"),
    "kgCO2e/year of use": gettext_lazy("kgCO2e par année d’usage"),
    "kg Sb eq/unit": gettext_lazy("kg Sb eq par appareil"),
    "kWh/year": gettext_lazy("kWh par an"),
    "years": gettext_lazy("années"),
    "kg/unit": gettext_lazy("kg par appareil"),
    "kgCO2e/GB": gettext_lazy("kgCO2e par Go"),
    "kgCO2e/GB/year": gettext_lazy("kgCO2e par Go et par an"),
}
_STAGES: Mapping[str, Any] = {
    "manufacturing": gettext_lazy("fabrication"),
    "distribution": gettext_lazy("transport"),
    "end_of_life": gettext_lazy("fin de vie"),
    "use": gettext_lazy("usage"),
    "all": gettext_lazy("toutes"),
}
_PLACES: Mapping[str, Any] = {
    "FR": gettext_lazy("France"),
    "FRA": gettext_lazy("France"),
    "EU": gettext_lazy("Europe"),
    "world": gettext_lazy("monde"),
    "world-FR": gettext_lazy("fabriqué dans le monde, employé en France"),
}


def licence_name(licence: str) -> str:
    """Return a licence as it is called; that a lone fact needs none is said in words."""
    return _("fait cité") if licence == "fact quoted" else licence


def unit_name(unit: str) -> str:
    """Return a unit in words; one that needs none as it is."""
    return str(_UNITS.get(unit, unit))


def stage_of_life(stage: str) -> str:
    """Return the stage of life that a figure is about."""
    return str(_STAGES.get(stage, stage))


def place_name(geography: str) -> str:
    """Return where a figure is true."""
    return str(_PLACES.get(geography, geography))


def input_label(archetype: str, name: str) -> str:
    """Return what an input asks, in the words of its archetype."""
    return str(_OTHERWISE.get((archetype, name)) or _LABELS[name])


def factor_name(factor_id: str, language: Language) -> str:
    """Return what a factor is: « Ordinateur portable : carbone de la fabrication »."""
    if factor_id in _OTHERS:
        return str(_OTHERS[factor_id])
    head, _dot, rest = factor_id.partition(".")
    if head == "electricity":
        what, _dot, country = rest.partition(".")
        told = {"country": country}
        if what == "gwp":
            return _("Électricité (%(country)s) : carbone d’un kWh") % told
        return _("Électricité (%(country)s) : minerais d’un kWh") % told
    device = device_name(head, language)
    return f"{device[:1].upper()}{device[1:]}{_('\u00a0: ')}{_OF_DEVICE.get(rest, rest)}"
