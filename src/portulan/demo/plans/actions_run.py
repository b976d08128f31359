"""Actions 15 to 20: files, services, server rooms, end of use (themes f to i of the guide)."""

from __future__ import annotations

from datetime import date

from portulan.demo.shapes import (
    COMMITTEE,
    COUNCIL,
    DemoAction,
    Measure,
    Value,
    outside,
    step,
    whole,
)
from portulan.indicators.values import Manner
from portulan.indicators.words import Direction, Frequency, Kind
from portulan.plans.commitments.rules import Proposed
from portulan.plans.models import Deliverable
from portulan.plans.words import CommitmentLevel, Guess, Outcome, Progress, Reach, Section

ACTIONS = (
    DemoAction(
        number=15,
        title="Trier, archiver et supprimer les fichiers bureautiques",
        short_title="Trier les fichiers",
        description=(
            "Gardée pour le droit et la maîtrise des données, pas pour le carbone : supprimer des "
            "fichiers n’éteint aucune baie à lui seul."
        ),
        axis=2,
        goals=(2,),
        practices=("f.4", "f.5"),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.IN_PROGRESS,
        pilot_function="Responsable des archives, avec le délégué à la protection des données",
        pilot="archives",
        sponsor_function="Directrice générale des services",
        contributors=("Délégué à la protection des données", "Exploitation"),
        days_per_year=55,
        impact_guess=Guess.LOW,
        effort_guess=Guess.HIGH,
        moves=(
            Proposed(
                date(2025, 6, 12),
                Outcome.MOVE,
                CommitmentLevel.EXPERIMENT,
                COMMITTEE,
                "Durées de conservation non validées : on éprouve dans trois directions avant de "
                "généraliser.",
                scope="Trois directions : culture, mer, patrimoine bâti",
            ),
        ),
        report=Deliverable(
            title="Bilan du tri dans trois directions",
            due_on=date(2027, 6, 30),
        ),
        measure=Measure(
            name="Fichiers conservés",
            unit="To",
            kind=Kind.QUANTITY,
            direction=Direction.DOWN,
            target="45",
            values=(
                Value(date(2024, 12, 31), "62", "Serveurs de fichiers"),
                Value(date(2025, 12, 31), "61", "Serveurs de fichiers"),
                Value(date(2026, 9, 30), "58", "Serveurs de fichiers"),
            ),
        ),
        asks=whole((2025, 20), (2026, 34), (2027, 28), section=Section.OPERATING),
        last_news_on=date(2026, 10, 9),
    ),
    DemoAction(
        number=16,
        title="Écoconcevoir les services en ligne selon le RGESN",
        short_title="Écoconcevoir les services en ligne",
        description=(
            "Auditer trois services et revoir leur conception avec le référentiel général "
            "d’écoconception. Les audits comptent en entier, le développement à 30 %."
        ),
        axis=2,
        goals=(0, 1),
        practices=("g.3",),
        voted_level=CommitmentLevel.EXPERIMENT,
        progress=Progress.IN_PROGRESS,
        pilot_function="Responsable qualité des projets",
        pilot="quality",
        sponsor_function="Vice-président chargé du numérique",
        contributors=("Transports", "Aides aux entreprises", "Communication"),
        days_per_year=70,
        impact_guess=Guess.LOW,
        effort_guess=Guess.HIGH,
        scope="Transport scolaire, aides en ligne, billetterie",
        protocol="Audit RGESN avant et après, même auditeur, même grille",
        compared_with="Chaque service avec lui-même ; la billetterie, pas refaite, sert de témoin",
        cost_to_extend="410 à 650 k€ sur quatre ans, pour 34 services",
        due_on=date(2027, 12, 15),
        report=Deliverable(
            title="Bilan de la première année d’écoconception",
            due_on=date(2026, 1, 31),
            delivered_on=date(2026, 1, 22),
            approach="Deux audits par service, avant et après correction.",
            consulted="Équipes de trois services, deux prestataires, douze usagers.",
            result="Score moyen de 38 à 52 % ; la billetterie attend sa refonte.",
            reference="Bilan DN-2026-004",
        ),
        moves=(
            Proposed(
                date(2026, 2, 5),
                Outcome.EXTEND,
                CommitmentLevel.EXPERIMENT,
                COMMITTEE,
                "Essai prolongé jusqu’à la refonte de la billetterie, pour juger un service neuf.",
                scope="Transport scolaire, aides en ligne, billetterie",
            ),
        ),
        measure=Measure(
            name="Score RGESN moyen du périmètre",
            unit="%",
            kind=Kind.PERCENTAGE,
            direction=Direction.UP,
            target="75",
            values=(
                Value(date(2024, 12, 31), "38", "Audits"),
                Value(date(2025, 12, 31), "52", "Audits"),
                Value(date(2026, 9, 30), "61", "Audits"),
            ),
        ),
        asks=whole((2025, 20), (2026, 30), (2027, 35), section=Section.OPERATING)
        | whole((2025, 18), (2026, 42), (2027, 60), section=Section.INVESTMENT),
        last_news_on=date(2026, 10, 14),
        steps=(step("Refonte de la billetterie en ligne", date(2027, 5, 31)),),
    ),
    DemoAction(
        number=17,
        title="Garantir des démarches utilisables sans matériel récent et une voie non numérique",
        short_title="Des démarches pour tous",
        description=(
            "Passer en revue les 34 démarches de la Région avec des usagers, sur de vieux "
            "appareils et au guichet. Ce que coûtera la suite n’est pas encore connu."
        ),
        axis=2,
        goals=(1,),
        practices=("g.4", "g.11"),
        voted_level=CommitmentLevel.STUDY,
        progress=Progress.IN_PROGRESS,
        pilot_function="Responsable de la relation aux usagers",
        pilot="relations",
        sponsor_function="Vice-présidente chargée des solidarités",
        contributors=("Médiateur", "Espaces d’accueil"),
        days_per_year=40,
        effort_guess=Guess.MEDIUM,
        due_on=date(2027, 3, 31),
        report=Deliverable(
            title="Revue des 34 démarches et propositions",
            due_on=date(2027, 3, 31),
        ),
        measure=Measure(
            name="Démarches examinées, sur 34",
            unit="démarches",
            kind=Kind.COUNT,
            direction=Direction.UP,
            target="34",
            values=(
                Value(date(2024, 12, 31), "0", "Revue des démarches"),
                Value(date(2025, 12, 31), "9", "Revue des démarches"),
                Value(date(2026, 10, 15), "21", "Revue des démarches"),
            ),
        ),
        asks=whole((2025, 30), (2026, 44), (2027, None), section=Section.OPERATING),
        last_news_on=date(2026, 10, 15),
    ),
    DemoAction(
        number=18,
        title="Retirer les applications sans usage et éteindre leurs serveurs",
        short_title="Retirer les applications sans usage",
        description=(
            "Repérer les applications que plus personne n’ouvre, extraire ce que le droit demande "
            "de garder, puis éteindre pour de bon."
        ),
        axis=2,
        goals=(0,),
        practices=("h.6",),
        voted_level=CommitmentLevel.EXPERIMENT,
        progress=Progress.IN_PROGRESS,
        pilot_function="Responsable du patrimoine applicatif",
        pilot="applications",
        sponsor_function="Directeur du numérique",
        contributors=("Direction des finances", "Direction des ressources humaines"),
        days_per_year=50,
        impact_guess=Guess.LOW,
        effort_guess=Guess.MEDIUM,
        scope="Domaines finances et ressources humaines (46 applications)",
        due_on=date(2027, 6, 30),
        report=Deliverable(
            title="Bilan du retrait dans deux domaines",
            due_on=date(2027, 5, 31),
        ),
        measure=Measure(
            name="Applications retirées, parmi les 46 du périmètre",
            unit="applications",
            kind=Kind.COUNT,
            direction=Direction.UP,
            target="15",
            values=(
                Value(date(2024, 12, 31), "0", "Cartographie des applications"),
                Value(date(2025, 12, 31), "4", "Cartographie des applications"),
                Value(date(2026, 9, 30), "9", "Cartographie des applications"),
            ),
        ),
        asks=whole((2025, 25), (2026, 41), (2027, 33), section=Section.OPERATING),
        last_news_on=date(2026, 10, 6),
    ),
    DemoAction(
        number=19,
        title="N’exploiter plus qu’une salle serveur, mieux refroidie",
        short_title="Une seule salle serveur",
        description=(
            "Vider la salle Est, à moitié vide, dans la salle Ouest, et refaire le froid. Les "
            "travaux servent aussi à la sécurité électrique : ils comptent à 60 %."
        ),
        axis=2,
        goals=(0,),
        practices=("h.3", "h.4", "h.5"),
        voted_level=CommitmentLevel.STUDY,
        progress=Progress.IN_PROGRESS,
        pilot_function="Responsable des infrastructures",
        pilot="rooms",
        sponsor_function="Directeur du numérique",
        contributors=("Exploitation", "Bâtiments"),
        days_per_year=65,
        impact_guess=Guess.MEDIUM,
        effort_guess=Guess.HIGH,
        report=Deliverable(
            title="Étude de regroupement des salles",
            due_on=date(2025, 5, 31),
            delivered_on=date(2025, 5, 22),
            approach="Relevés de charge sur un an, quatre scénarios chiffrés.",
            consulted="Exploitation, bâtiments, deux opérateurs de salles.",
            result="Deux salles, dont une à moitié vide : la salle Ouest peut tout accueillir.",
            reference="Étude DN-2025-011",
        ),
        moves=(
            Proposed(
                date(2025, 6, 26),
                Outcome.MOVE,
                CommitmentLevel.IMPLEMENTATION,
                COUNCIL,
                "Saut direct : rien à éprouver à petite échelle, la salle Ouest a déjà sa réserve.",
            ),
        ),
        measure=Measure(
            name="PUE moyen annuel",
            unit="",
            kind=Kind.QUANTITY,
            direction=Direction.DOWN,
            target="1.50",
            values=(
                Value(date(2024, 5, 31), "1.85", "Campagne de mesure de 2024"),
                Value(date(2025, 12, 31), None, note="Sonde de la salle Ouest en panne"),
                Value(date(2026, 9, 30), "1.71", "Sondes des deux salles"),
            ),
            manner=Manner(frequency=Frequency.YEAR),
        ),
        asks=whole((2025, 30), section=Section.OPERATING)
        | whole((2025, 85), (2026, 240), (2027, 96), section=Section.INVESTMENT),
        last_news_on=date(2026, 10, 2),
    ),
    DemoAction(
        number=20,
        title=(
            "Faire naître une filière régionale de réemploi (services, lycées, collectivités "
            "voisines)"
        ),
        short_title="Une filière de réemploi",
        description=(
            "Un atelier commun remet en état et donne les équipements réformés. La DSI n’en paie "
            "que l’effacement des données ; l’économie circulaire paie le reste."
        ),
        axis=1,
        goals=(0, 3),
        practices=("i.1", "i.2"),
        voted_level=CommitmentLevel.IMPLEMENTATION,
        progress=Progress.IN_PROGRESS,
        pilot_function="Service de l’économie circulaire",
        pilot="reuse",
        sponsor_function="Vice-présidente chargée de l’économie circulaire",
        contributors=("Direction du numérique", "Direction des lycées", "Collectivités voisines"),
        days_per_year=80,
        reach=Reach.TERRITORY,
        impact_guess=Guess.HIGH,
        effort_guess=Guess.HIGH,
        measure=Measure(
            name="Équipements réformés, services et lycées, donnés ou réemployés",
            unit="%",
            kind=Kind.PERCENTAGE,
            direction=Direction.UP,
            target="60",
            legal_threshold="50",
            legal_reference=(
                "Loi n° 2021-1485 (REEN), article 16 ; décret n° 2023-266 du 12 avril 2023"
            ),
            legal_due_on=date(2025, 1, 1),
            values=(
                Value(date(2024, 12, 31), "29", "Registre des sorties"),
                Value(date(2025, 12, 31), "37", "Registre des sorties"),
                Value(date(2026, 9, 30), "44", "Registre des sorties"),
            ),
        ),
        asks=whole((2025, 10), (2026, 18), (2027, 21), section=Section.OPERATING)
        | outside((2025, 110), (2026, 140), (2027, 140)),
        last_news_on=date(2026, 10, 22),
        steps=(
            step("Convention avec quatre agglomérations", date(2026, 5, 29), date(2026, 5, 18)),
            step("Collecte dans tous les lycées", date(2027, 9, 1)),
        ),
    ),
)
