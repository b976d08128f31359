"""The story of effects: what pilots estimated, what was measured since, what changes for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from portulan.demo.clock import Event
from portulan.demo.draft import Draft
from portulan.impact.engine.factors import Factor, Quality
from portulan.impact.engine.request import DEFAULT_SEED, FORMAT
from portulan.impact.estimates.reads import readings_of
from portulan.impact.estimates.writes import estimate_action
from portulan.impact.factors.writes import give_factor
from portulan.impact.social import save_social_effect
from portulan.impact.words import Moment, Sense, Social

BEFORE_THE_VOTE = date(2024, 11, 18)
ENABLING = "enabling"


@dataclass(frozen=True, slots=True)
class DemoEstimate:
    """An estimate of an action; `measured` says that it rests on the last value read by then."""

    action: int
    archetype: str
    inputs: Mapping[str, object] = field(default_factory=dict)
    assets: tuple[str, ...] = ()
    on: date = BEFORE_THE_VOTE
    moment: Moment = Moment.EX_ANTE
    baseline: str = ""
    note: str = ""
    view: str = "amortised"


@dataclass(frozen=True, slots=True)
class DemoSocial:
    """A social effect of an action, and its evidence."""

    action: int
    kind: Social
    sense: Sense
    statement: str
    evidence: str
    on: date


def between(low: float, mode: float, high: float) -> dict[str, float]:
    return {"min": low, "mode": mode, "max": high}


NIGHT = {"count": 1100, "hours_per_day": 14, "days": 220}
ESTIMATES = (
    DemoEstimate(1, ENABLING),
    DemoEstimate(5, ENABLING),
    DemoEstimate(7, ENABLING, note="Sans inventaire, aucune des autres ne se mesure."),
    DemoEstimate(
        9,
        "device-life",
        {
            "device": "laptop",
            "count": 2300,
            "life_before": between(3.5, 4, 4.5),
            "life_after": between(5.5, 6, 6.5),
            "achieved": between(0.7, 0.8, 0.9),
            "parts_kg": between(1, 2, 3),
            "use_drift": 0.05,
        },
        assets=("portables",),
        baseline="Renouvellement tous les quatre ans, comme de 2019 à 2023.",
    ),
    DemoEstimate(
        10,
        "device-removed",
        {
            "device": "monitor",
            "count": between(550, 600, 650),
            "life": 6,
            "kwh_year": 80,
            "owned": False,
        },
        assets=("seconds écrans",),
        baseline="Les seconds écrans sont renouvelés comme les premiers.",
        note="Si la cible de 1,05 écran par poste est atteinte.",
    ),
    DemoEstimate(
        12,
        "refurbished",
        {"device": "smartphone", "count": 420, "second_life": between(2.5, 3, 3.5)},
        assets=("smartphones",),
        on=date(2026, 3, 2),
        baseline="Des smartphones neufs, gardés trois ans.",
    ),
    DemoEstimate(
        14,
        "switch-off",
        {**NIGHT, "watts": between(6, 12, 20)},
        assets=("postes fixes", "écrans"),
        baseline="Les postes restent en veille la nuit.",
        note="Puissance de veille des fiches techniques, faute de mesure.",
    ),
    DemoEstimate(
        14,
        "switch-off",
        {**NIGHT, "watts": 9},
        assets=("postes fixes", "écrans"),
        on=date(2026, 10, 12),
        moment=Moment.MEASURED,
        baseline="Les postes restent en veille la nuit.",
        note="9 W mesurés au wattmètre sur trente postes.",
    ),
    DemoEstimate(
        15,
        "storage",
        {"gb": 17000, "capacity_released": False},
        on=date(2025, 6, 12),
        note="Gardée pour le droit et la maîtrise des données, pas pour le carbone.",
    ),
    DemoEstimate(16, ENABLING, note="L’ordre de grandeur serait en kilogrammes : non estimé."),
    DemoEstimate(17, ENABLING, on=date(2025, 3, 10)),
    DemoEstimate(
        18,
        "vm-removal",
        {"vms": 96, "vcpu": 4, "host_vcpu": 96, "watts": 400, "pue": 1.85},
        assets=("salle serveur",),
        on=date(2025, 9, 15),
        baseline="Les applications sans usage restent allumées.",
    ),
    DemoEstimate(
        19,
        "pue",
        {"it_kw": between(44, 48, 52), "pue_before": 1.85, "pue_after": between(1.45, 1.5, 1.55)},
        assets=("salle serveur",),
        on=date(2025, 6, 26),
        baseline="Deux salles, refroidies comme en 2024.",
    ),
    DemoEstimate(
        20,
        "purchases-avoided",
        {"device": "laptop", "count": 400},
        view="purchase",
    ),
)
SOCIAL = (
    DemoSocial(
        5,
        Social.SKILLS,
        Sense.GAIN,
        "Agents et élus savent dire pourquoi garder un appareil et alléger un envoi.",
        "Questionnaire avant et après le parcours, juin 2026",
        date(2026, 6, 15),
    ),
    DemoSocial(
        12,
        Social.ETHICS,
        Sense.GAIN,
        "Moins de métaux extraits, et une entreprise d’insertion de la région qui reconditionne.",
        "Marché 2026, clause sociale",
        date(2026, 3, 2),
    ),
    DemoSocial(
        17,
        Social.ACCESS,
        Sense.GAIN,
        "Les habitants sans matériel récent gardent une voie au guichet ou par téléphone.",
        "Revue de 21 démarches sur 34",
        date(2026, 9, 30),
    ),
    DemoSocial(
        20,
        Social.INCLUSION,
        Sense.GAIN,
        "Des ordinateurs remis en état pour des lycéens et des associations.",
        "",
        date(2026, 5, 20),
    ),
)
OWN_FIGURE = Factor(
    id="copieur.gwp.embedded",
    value=1120,
    source="Déclaration environnementale du constructeur, marché d’impression 2025",
    quality=Quality.PUBLISHED,
    year=2025,
    geography="Europe",
    licence="pour usage interne",
)
WHY_OURS = "L’imprimante livrée avec Portulan est un petit modèle domestique."
OWN_FIGURE_ON = date(2026, 2, 3)


def impact_events(draft: Draft) -> Iterator[Event]:
    """Yield the estimates and the social effects of the actions, at their dates."""
    for told in ESTIMATES:
        yield Event(told.on, partial(_estimate, draft, told))
    for effect in SOCIAL:
        yield Event(effect.on, partial(_state, draft, effect))
    yield Event(
        OWN_FIGURE_ON,
        lambda: give_factor(draft.cast.officer, figure=OWN_FIGURE, reason=WHY_OURS),
    )


def _estimate(draft: Draft, told: DemoEstimate) -> None:
    action = draft.actions[told.action]
    is_measured = told.moment is Moment.MEASURED
    estimate_action(
        draft.cast.officer,
        action=action,
        request={
            "format": FORMAT.name,
            "country": "FRA",
            "seed": DEFAULT_SEED,
            "view": told.view,
            "estimates": [
                {
                    "id": f"action-{told.action}",
                    "archetype": told.archetype,
                    "assets": list(told.assets),
                    "inputs": dict(told.inputs),
                }
            ],
        },
        today=told.on,
        moment=told.moment,
        baseline=told.baseline,
        note=told.note,
        measurement=readings_of(action).first() if is_measured else None,
    )


def _state(draft: Draft, told: DemoSocial) -> None:
    save_social_effect(
        draft.cast.officer,
        action=draft.actions[told.action],
        kind=told.kind,
        sense=told.sense,
        statement=told.statement,
        evidence=told.evidence,
        today=told.on,
    )
