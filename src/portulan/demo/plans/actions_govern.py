"""Actions 1 to 8: governance, training, measurement (themes a, b and c of the guide)."""

from __future__ import annotations

from datetime import date

from portulan.demo.organisation import ARCHIVES, HR, IT, PURCHASING, USERS
from portulan.demo.shapes import (
    COMMITTEE,
    DemoAction,
    Measure,
    UnitShare,
    Value,
    nothing,
    outside,
    step,
    whole,
)
from portulan.indicators.values import Manner
from portulan.indicators.words import Direction, Frequency, Kind, Level, OverUnits
from portulan.plans.commitments.rules import Proposed
from portulan.plans.models import Deliverable
from portulan.plans.words import CommitmentLevel, Guess, Outcome, Progress, Section

ACTIONS = (
    DemoAction(
        number=1,
        title="Donner une gouvernance au numérique responsable",
        short_title="Une gouvernance dans chaque direction",
        description=(
            "Un délégué placé hors de la DSI, un comité deux fois par an et un correspondant dans "
            "chaque direction. Le réseau existait avant le vote : la Région s’engage à le suivre "
            "et à le compléter."
        ),
        axis=0,
        goals=(2,),
        practices=("a.1", "a.4"),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.IN_PROGRESS,
        pilot_function="Direction générale des services",
        pilot="services",
        sponsor_function="Vice-président chargé du numérique",
        contributors=("Toutes les directions",),
        days_per_year=75,
        effort_guess=Guess.MEDIUM,
        measure=Measure(
            name="Directions ayant un correspondant actif",
            unit="%",
            kind=Kind.PERCENTAGE,
            direction=Direction.UP,
            level=Level.STRATEGIC,
            target="100",
            values=(
                Value(date(2024, 12, 13), "35", "Liste des correspondants"),
                Value(date(2025, 12, 15), "62", "Liste des correspondants"),
                Value(date(2026, 10, 15), "88", "Liste des correspondants"),
            ),
        ),
        asks=nothing(),
        last_news_on=date(2026, 10, 16),
        steps=(step("Comité du second semestre 2026", date(2026, 12, 3)),),
    ),
    DemoAction(
        number=2,
        title="Réserver chaque année une part du budget de la DSI et en rendre compte",
        short_title="Réserver une part du budget",
        description=(
            "Dire chaque année, dans le budget de la DSI, ce qui est dédié au numérique "
            "responsable, ligne par ligne, avec le motif et la preuve."
        ),
        axis=0,
        goals=(2,),
        practices=("a.5",),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.IN_PROGRESS,
        pilot_function="Responsable administratif et financier de la DSI",
        pilot="money",
        sponsor_function="Directeur du numérique",
        contributors=("Direction des finances",),
        days_per_year=12,
        effort_guess=Guess.LOW,
        measure=Measure(
            name="Part du budget de la DSI dédiée au numérique responsable",
            unit="%",
            kind=Kind.PERCENTAGE,
            direction=Direction.UP,
            level=Level.STRATEGIC,
            target="4.0",
            computed_by="budget.nr_share",
            description="Fléchages déclarés ou justifiés, sur les dépenses réelles du périmètre.",
            values=(Value(date(2024, 12, 31), "1.5", "Mandaté 2024"),),
        ),
        asks=nothing(),
        last_news_on=date(2026, 11, 2),
    ),
    DemoAction(
        number=3,
        title="Obtenir puis renouveler le label Numérique Responsable",
        short_title="Obtenir puis garder le label",
        description=(
            "Un regard extérieur sur la démarche : niveau 1 d’abord, puis niveau 2 au "
            "renouvellement de la mi-2027."
        ),
        axis=0,
        goals=(2,),
        practices=("a.7",),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.IN_PROGRESS,
        pilot_function="Délégué au numérique responsable",
        pilot="officer",
        sponsor_function="Directrice générale des services",
        follow_up_function="Directrice générale des services",
        days_per_year=30,
        effort_guess=Guess.MEDIUM,
        due_on=date(2027, 6, 30),
        measure=Measure(
            name="Label obtenu",
            unit="",
            kind=Kind.SCALE,
            direction=Direction.UP,
            target="niveau 2",
            description="Échelle : aucun, niveau 1, niveau 2.",
            values=(
                Value(date(2024, 12, 13), "aucun"),
                Value(date(2025, 6, 20), "niveau 1", "Décision du certificateur"),
            ),
        ),
        asks=whole((2025, 15), (2026, 4), (2027, 19), section=Section.OPERATING),
        last_news_on=date(2026, 9, 30),
        steps=(
            step("Audit initial", date(2025, 5, 30), date(2025, 5, 22)),
            step("Audit de renouvellement", date(2027, 5, 14)),
        ),
    ),
    DemoAction(
        number=4,
        title="Passer les projets d’IA au crible de leur utilité avant de les lancer",
        short_title="L’IA au crible de son utilité",
        description=(
            "Une grille d’une page compare chaque projet d’intelligence artificielle à la "
            "solution la plus simple qui rendrait le même service."
        ),
        axis=0,
        goals=(0, 1),
        practices=("a.8",),
        voted_level=CommitmentLevel.STUDY,
        progress=Progress.IN_PROGRESS,
        pilot_function="Responsable innovation et données",
        pilot="innovation",
        sponsor_function="Directeur du numérique",
        contributors=("Affaires juridiques", "Délégué à la protection des données"),
        days_per_year=20,
        impact_guess=Guess.MEDIUM,
        effort_guess=Guess.MEDIUM,
        due_on=date(2027, 6, 30),
        report=Deliverable(
            title="Grille d’utilité des projets d’IA",
            due_on=date(2026, 1, 31),
            delivered_on=date(2026, 1, 15),
            approach="Onze projets passés relus avec la grille, par deux personnes séparément.",
            consulted="Trois directions, le délégué à la protection des données, deux élus.",
            result="Quatre projets sur onze auraient été simplifiés ou abandonnés.",
            reference="Note DN-2026-003",
        ),
        moves=(
            Proposed(
                date(2026, 3, 5),
                Outcome.MOVE,
                CommitmentLevel.EXPERIMENT,
                COMMITTEE,
                "La grille tient en une page et change des décisions : à éprouver avant de "
                "l’imposer.",
                scope="Trois directions : mobilités, formation, agriculture",
            ),
        ),
        measure=Measure(
            name="Projets d’IA examinés avant leur lancement",
            unit="%",
            kind=Kind.PERCENTAGE,
            direction=Direction.UP,
            target="100",
            values=(
                Value(date(2024, 12, 13), "0", "Portefeuille de projets"),
                Value(date(2026, 9, 30), "45", "Portefeuille de projets", fraction=(9, 20)),
            ),
            manner=Manner(frequency=Frequency.QUARTER, over_units=OverUnits.WEIGHTED),
        ),
        asks=whole((2025, 20), (2026, 12), (2027, 40), section=Section.OPERATING),
        last_news_on=date(2026, 10, 5),
    ),
    DemoAction(
        number=5,
        title="Sensibiliser agents et élus par un parcours court et un atelier",
        short_title="Sensibiliser agents et élus",
        description=(
            "Vingt minutes en ligne, puis deux heures à plusieurs sur ses propres usages. La "
            "direction des ressources humaines paie : l’effort compte hors du budget de la DSI."
        ),
        axis=0,
        goals=(0, 1),
        practices=("b.1",),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.IN_PROGRESS,
        pilot_function="Direction des ressources humaines (service formation)",
        pilot="training",
        sponsor_function="Vice-présidente chargée des ressources humaines",
        contributors=("Communication interne",),
        days_per_year=45,
        effort_guess=Guess.MEDIUM,
        measure=Measure(
            name="Agents et élus ayant suivi le parcours",
            unit="%",
            kind=Kind.PERCENTAGE,
            direction=Direction.UP,
            target="70",
            values=(
                Value(date(2024, 12, 31), "6", "Plateforme de formation"),
                Value(date(2025, 12, 31), "24", "Plateforme de formation"),
                Value(date(2026, 6, 26), "38", "Plateforme de formation"),
            ),
            # Weighed by their people; the archives told nothing yet.
            shares=(
                UnitShare(IT, 164, "44", first=151),
                UnitShare(HR, 92, "41"),
                UnitShare(PURCHASING, 41, "30"),
                UnitShare(USERS, 58, "22"),
                UnitShare(ARCHIVES, 27, None),
            ),
        ),
        asks=nothing() | outside((2025, 24), (2026, 16), (2027, 16)),
        # 150 days before the demonstration's own date: the one stale action.
        last_news_on=date(2026, 6, 27),
    ),
    DemoAction(
        number=6,
        title="Former acheteurs et chefs de projet au numérique responsable",
        short_title="Former acheteurs et chefs de projet",
        description=(
            "Deux jours pour ceux qui écrivent les cahiers des charges et conduisent les projets. "
            "En pause depuis le départ de la personne qui la pilotait."
        ),
        axis=0,
        goals=(0,),
        practices=("b.2",),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.PAUSED,
        pilot_function="Chargé du développement des compétences",
        pilot="skills",
        vacant_since=date(2026, 6, 30),
        progress_since=date(2026, 7, 6),
        sponsor_function="Vice-présidente chargée des ressources humaines",
        contributors=("Direction de la commande publique", "Direction du numérique"),
        days_per_year=25,
        effort_guess=Guess.MEDIUM,
        measure=Measure(
            name="Personnes formées, cumul",
            unit="personnes",
            kind=Kind.COUNT,
            direction=Direction.UP,
            target="130",
            values=(
                Value(date(2024, 12, 31), "0", "Plan de formation"),
                Value(date(2025, 12, 31), "27", "Plan de formation"),
                Value(date(2026, 6, 19), "41", "Plan de formation"),
            ),
        ),
        asks=nothing() | outside((2025, 9), (2026, 14), (2027, 14)),
        last_news_on=date(2026, 9, 10),
    ),
    DemoAction(
        number=7,
        title="Fiabiliser l’inventaire des équipements des services",
        short_title="Un inventaire fiable",
        description=(
            "Savoir de chaque appareil son âge, son état et qui s’en sert. L’outil sert aussi à la "
            "sécurité : la moitié de son coût est comptée."
        ),
        axis=0,
        goals=(0, 2),
        practices=("c.1",),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.IN_PROGRESS,
        pilot_function="Responsable du parc et de l’inventaire",
        pilot="fleet",
        sponsor_function="Directeur du numérique",
        contributors=("Sites territoriaux", "Sécurité des systèmes d’information"),
        days_per_year=60,
        effort_guess=Guess.HIGH,
        due_on=date(2026, 3, 31),
        measure=Measure(
            name="Équipements dont l’âge, l’état et l’utilisateur sont connus",
            unit="%",
            kind=Kind.PERCENTAGE,
            direction=Direction.UP,
            target="97",
            values=(
                Value(date(2024, 12, 31), "64", "Outil de parc"),
                Value(
                    date(2025, 12, 31),
                    "73",
                    "Outil de parc",
                    note="Les ports entrent dans l’inventaire",
                    breaks_series=True,
                ),
                Value(date(2024, 12, 31), "57", "Outil de parc", restated_for=date(2025, 12, 31)),
                Value(
                    date(2026, 9, 30),
                    "88",
                    "Console de sécurité",
                    refused="La console compte aussi les appareils personnels.",
                ),
                Value(date(2026, 9, 30), "81", "Outil de parc"),
            ),
            manner=Manner(frequency=Frequency.HALF),
        ),
        asks=whole((2025, 20), (2026, 18), (2027, 18), section=Section.OPERATING)
        | whole((2025, 30), (2026, 48), section=Section.INVESTMENT),
        last_news_on=date(2026, 10, 8),
        steps=(
            step("Siège et antennes inventoriés", date(2025, 10, 31), date(2025, 11, 14)),
            step("Ports et musées inventoriés", date(2027, 2, 26)),
        ),
    ),
    DemoAction(
        number=8,
        title="Mesurer l’empreinte du système d’information tous les deux ans",
        short_title="Mesurer l’empreinte du SI",
        description=(
            "Un bilan des équipements et des salles, hors lycées, en vue amortie. Celui de 2027 "
            "s’appuiera sur l’inventaire de l’action 7 : la rupture de périmètre sera signalée."
        ),
        axis=0,
        goals=(0, 2),
        practices=("c.2",),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.IN_PROGRESS,
        pilot_function="Délégué au numérique responsable",
        pilot="officer",
        sponsor_function="Directeur du numérique",
        follow_up_function="Directrice générale des services",
        contributors=("Parc et inventaire", "Infrastructures"),
        days_per_year=25,
        effort_guess=Guess.MEDIUM,
        measure=Measure(
            name="Empreinte des équipements et des salles, hors lycées, vue amortie",
            unit="tCO₂e/an",
            kind=Kind.QUANTITY,
            direction=Direction.DOWN,
            level=Level.STRATEGIC,
            target="260",
            values=(
                Value(date(2024, 12, 31), "315", "Bilan 2024"),
                Value(date(2025, 12, 31), "288", "Bilan 2025, publié le 12/03/2026"),
            ),
        ),
        asks=whole((2025, 45), (2026, 0), (2027, 46), section=Section.OPERATING),
        last_news_on=date(2026, 9, 15),
        steps=(
            step("Bilan 2025 publié", date(2026, 3, 31), date(2026, 3, 12)),
            step("Bilan 2027 lancé", date(2027, 9, 1)),
        ),
    ),
)
