"""Actions 9 to 14: buying less, buying better, using soberly (themes d, e and f of the guide)."""

from __future__ import annotations

from datetime import date

from portulan.demo.shapes import COMMITTEE, DemoAction, Measure, Value, nothing, step, whole
from portulan.indicators.words import Direction, Kind
from portulan.plans.commitments.rules import Proposed
from portulan.plans.models import Deliverable
from portulan.plans.words import CommitmentLevel, Guess, Outcome, Progress, Section

ACTIONS = (
    DemoAction(
        number=9,
        title="Garder les portables six ans : batteries, pièces, garantie prolongée, atelier",
        short_title="Garder les portables six ans",
        description=(
            "Réparer et faire durer plutôt que renouveler à quatre ans. Les achats évités "
            "s’affichent à côté du budget et n’en sont jamais retranchés."
        ),
        axis=1,
        goals=(0,),
        practices=("d.2",),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.IN_PROGRESS,
        pilot_function="Responsable de l’environnement de travail",
        pilot="workplace",
        sponsor_function="Directeur du numérique",
        contributors=("Support de proximité", "Direction de la commande publique"),
        days_per_year=90,
        impact_guess=Guess.HIGH,
        effort_guess=Guess.MEDIUM,
        measure=Measure(
            name="Durée d’usage des portables à la sortie du parc",
            unit="années",
            kind=Kind.QUANTITY,
            direction=Direction.UP,
            target="6.0",
            values=(
                Value(date(2024, 12, 31), "4.1", "Sorties du parc 2024"),
                Value(date(2025, 12, 31), "4.5", "Sorties du parc 2025"),
                Value(date(2026, 9, 30), "4.9", "Sorties du parc, neuf mois"),
            ),
        ),
        asks=whole((2025, 45), (2026, 58), (2027, 62), section=Section.OPERATING),
        last_news_on=date(2026, 10, 12),
        steps=(
            step("Atelier ouvert au siège", date(2025, 9, 30), date(2025, 9, 22)),
            step("Second atelier à l’antenne de Kerlost", date(2027, 4, 30)),
        ),
    ),
    DemoAction(
        number=10,
        title="Un écran par poste, sauf besoin motivé",
        short_title="Un écran par poste",
        description=(
            "Les écrans en double sont repris au fil des passages du support et redistribués. "
            "Les besoins particuliers (cartographie, santé au travail) sont motivés."
        ),
        axis=1,
        goals=(0,),
        practices=("d.1",),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.DONE,
        pilot_function="Responsable du support de proximité",
        pilot="support",
        sponsor_function="Directeur du numérique",
        contributors=("Médecine de prévention",),
        days_per_year=10,
        impact_guess=Guess.MEDIUM,
        effort_guess=Guess.LOW,
        due_on=date(2026, 6, 30),
        measure=Measure(
            name="Écrans par poste",
            unit="écrans",
            kind=Kind.QUANTITY,
            direction=Direction.DOWN,
            target="1.05",
            values=(
                Value(date(2024, 12, 31), "1.31", "Outil de parc"),
                Value(date(2025, 12, 31), "1.22", "Outil de parc"),
                Value(date(2026, 6, 30), "1.16", "Outil de parc"),
            ),
        ),
        asks=nothing(),
        progress_since=date(2026, 6, 30),
        last_news_on=date(2026, 6, 30),
    ),
    DemoAction(
        number=11,
        title="Étudier la location des postes avec restitution",
        short_title="Étudier la location des postes",
        description=(
            "Comparer le coût complet de la location et de l’achat sur six ans, et ce que "
            "deviennent les appareils rendus."
        ),
        axis=1,
        goals=(0, 2),
        practices=("d.5",),
        voted_level=CommitmentLevel.STUDY,
        progress=Progress.DONE,
        pilot_function="Acheteur numérique",
        pilot="buyer",
        sponsor_function="Directrice de la commande publique",
        contributors=("Environnement de travail", "Direction des finances"),
        days_per_year=15,
        effort_guess=Guess.LOW,
        due_on=date(2025, 11, 30),
        report=Deliverable(
            title="Étude de la location des postes avec restitution",
            due_on=date(2025, 10, 31),
            delivered_on=date(2025, 10, 3),
            approach="Coût complet sur six ans de 2 300 portables, trois formules comparées.",
            consulted="Finances, support, deux collectivités qui louent déjà.",
            result=(
                "19 % plus cher sur six ans, et un renouvellement imposé à trois ans, contraire à "
                "l’action 9."
            ),
            reference="Étude CP-2025-017",
        ),
        moves=(
            Proposed(
                date(2025, 11, 13),
                Outcome.CLOSE,
                CommitmentLevel.STUDY,
                COMMITTEE,
                "Pas de suite : 19 % plus cher sur six ans et contraire à l’action 9. L’engagement "
                "d’étudier est tenu.",
            ),
        ),
        measure=Measure(
            name="Étude remise",
            unit="",
            kind=Kind.YES_NO,
            direction=Direction.UP,
            target="oui",
            values=(
                Value(date(2024, 12, 13), "non"),
                Value(date(2025, 10, 3), "oui", "Étude CP-2025-017"),
            ),
        ),
        asks=whole((2025, 25), (2026, 0), (2027, 0), section=Section.OPERATING),
        last_news_on=date(2025, 11, 13),
    ),
    DemoAction(
        number=12,
        title="Équiper les agents en smartphones reconditionnés",
        short_title="Des smartphones reconditionnés",
        description=(
            "Le reconditionné devient la dotation ordinaire. Seul le surcoût compte (stock de "
            "secours, contrôle à réception), pas le prix des appareils."
        ),
        axis=1,
        goals=(0,),
        practices=("e.1",),
        voted_level=CommitmentLevel.EXPERIMENT,
        progress=Progress.IN_PROGRESS,
        pilot_function="Responsable de la téléphonie",
        pilot="phones",
        sponsor_function="Directeur du numérique",
        contributors=("Direction de la commande publique",),
        days_per_year=18,
        impact_guess=Guess.MEDIUM,
        effort_guess=Guess.MEDIUM,
        scope="90 agents de deux directions",
        report=Deliverable(
            title="Bilan de l’essai des smartphones reconditionnés",
            due_on=date(2026, 2, 28),
            delivered_on=date(2026, 2, 10),
            approach="90 appareils suivis dix mois, à côté de 90 appareils neufs.",
            consulted="Les 90 agents équipés, le support, le fournisseur.",
            result="4 % de pannes contre 3 % pour le neuf ; deux agents sur trois satisfaits.",
            reference="Bilan DN-2026-006",
        ),
        moves=(
            Proposed(
                date(2026, 3, 2),
                Outcome.MOVE,
                CommitmentLevel.IMPLEMENTATION,
                COMMITTEE,
                "Passage à l’échelle : l’écart de pannes est faible et un stock de secours le "
                "couvre.",
            ),
        ),
        measure=Measure(
            name="Smartphones mis en service issus du reconditionné",
            unit="%",
            kind=Kind.PERCENTAGE,
            direction=Direction.UP,
            target="75",
            values=(
                Value(date(2024, 12, 31), "0", "Gestion de la flotte"),
                Value(date(2025, 12, 31), "14", "Gestion de la flotte"),
                Value(date(2026, 9, 30), "41", "Gestion de la flotte"),
            ),
        ),
        asks=whole((2025, 6), (2026, 21), (2027, 24), section=Section.INVESTMENT),
        last_news_on=date(2026, 10, 20),
    ),
    DemoAction(
        number=13,
        title="Mettre un critère numérique responsable dans tous les marchés du numérique",
        short_title="Un critère NR dans tous les marchés",
        description=(
            "Un critère noté, qui pèse au moins 10 %, dans chaque consultation, avec une "
            "bibliothèque de clauses relues par un juriste."
        ),
        axis=1,
        goals=(0, 3),
        practices=("e.2", "e.4"),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.IN_PROGRESS,
        pilot_function="Direction de la commande publique",
        pilot="buyer",
        sponsor_function="Vice-président chargé du numérique",
        contributors=("Chefs de projet de la DSI",),
        days_per_year=35,
        impact_guess=Guess.HIGH,
        effort_guess=Guess.MEDIUM,
        measure=Measure(
            name="Marchés notifiés dans l’année avec un critère NR d’au moins 10 %",
            unit="%",
            kind=Kind.PERCENTAGE,
            direction=Direction.UP,
            target="90",
            values=(
                Value(date(2024, 12, 31), "18", "Suivi des marchés"),
                Value(date(2025, 12, 31), "39", "Suivi des marchés"),
                Value(date(2026, 10, 31), "57", "Suivi des marchés", fraction=(28, 49)),
            ),
        ),
        asks=whole((2025, 15), (2026, 12), (2027, 8), section=Section.OPERATING),
        last_news_on=date(2026, 11, 4),
        steps=(step("Bibliothèque de clauses en ligne", date(2025, 10, 31), date(2025, 10, 17)),),
    ),
    DemoAction(
        number=14,
        title="Éteindre postes fixes et écrans la nuit",
        short_title="Éteindre la nuit",
        description=(
            "Extinction programmée à 20 heures, que chacun peut reporter. Un gain rapide, petit "
            "mais mesuré."
        ),
        axis=2,
        goals=(0,),
        practices=("f.2", "f.8"),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.ONGOING,
        pilot_function="Responsable de l’exploitation",
        pilot="operations",
        sponsor_function="Directeur du numérique",
        contributors=("Support de proximité",),
        days_per_year=8,
        impact_guess=Guess.LOW,
        effort_guess=Guess.LOW,
        measure=Measure(
            name="Appareils éteints ou en veille profonde la nuit",
            unit="%",
            kind=Kind.PERCENTAGE,
            direction=Direction.UP,
            target="95",
            values=(
                Value(date(2024, 12, 31), "22", "Supervision"),
                Value(date(2025, 12, 31), "91", "Supervision"),
                Value(date(2026, 9, 30), "94", "Supervision"),
            ),
        ),
        asks=whole((2025, 8), (2026, 3), (2027, 3), section=Section.OPERATING),
        progress_since=date(2026, 1, 15),
        last_news_on=date(2026, 10, 1),
    ),
)
