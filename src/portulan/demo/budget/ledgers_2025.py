"""What of the 2025 accounts was dedicated to NR: 468 k€ of payments, by action."""

from __future__ import annotations

from decimal import Decimal

from portulan.budget.words import AttributionStatus, Method
from portulan.demo.budget.ledgers_2024 import (
    DECLARED,
    FLEET_KEY,
    HALF,
    JUSTIFIED,
    ROOMS_KEY,
    SIXTY,
    WHOLE,
)
from portulan.demo.shapes import Ledger, Mark

REUSE_LINE = "Réemploi : effacement des données"
HOSTING_LINE = "Informatique en nuage : hébergement sobre"
OUTSIDE_HR = "Payé par la direction des ressources humaines."
OUTSIDE_CIRCULAR = "Payé par l’économie circulaire."

_FIRST = (
    Mark(
        "Label NR : audit initial",
        WHOLE,
        JUSTIFIED,
        "Audit du label.",
        action=3,
        evidence="Rapport d’audit du 22/05/2025",
    ),
    Mark(
        "Label NR : accompagnement",
        WHOLE,
        JUSTIFIED,
        "Préparation de l’audit.",
        action=3,
        evidence="Bon de commande 2025-044",
    ),
    Mark(
        "Grille d’utilité des projets d’IA",
        WHOLE,
        JUSTIFIED,
        "Étude de la grille.",
        action=4,
        evidence="Note DN-2026-003",
    ),
    Mark(
        "Grille d’utilité : ateliers",
        WHOLE,
        JUSTIFIED,
        "Ateliers avec trois directions.",
        action=4,
        evidence="Feuilles d’émargement, octobre 2025",
    ),
    Mark(
        "Outil de gestion du parc",
        HALF,
        JUSTIFIED,
        FLEET_KEY,
        action=7,
        evidence="Note de répartition DN-2024-019",
        method=Method.KEY,
    ),
    Mark(
        "Maintenance de l’outil de parc",
        HALF,
        JUSTIFIED,
        FLEET_KEY,
        action=7,
        evidence="Note de répartition DN-2024-019",
        method=Method.KEY,
    ),
    Mark(
        "Bilan de l’empreinte 2025",
        WHOLE,
        JUSTIFIED,
        "Mesure de l’empreinte, entièrement.",
        action=8,
        evidence="Rapport publié le 12/03/2026",
    ),
    Mark(
        "Bilan de l’empreinte : revue critique",
        WHOLE,
        JUSTIFIED,
        "Relecture du bilan par un tiers.",
        action=8,
        evidence="Avis de revue du 19/02/2026",
    ),
    Mark(
        "Batteries et pièces des portables",
        WHOLE,
        JUSTIFIED,
        "Pièces qui prolongent la vie des portables.",
        action=9,
        evidence="Factures du magasin 2025",
    ),
    Mark(
        "Garantie des portables, années 5 et 6",
        WHOLE,
        JUSTIFIED,
        "Garantie au-delà de quatre ans, pour faire durer.",
        action=9,
        evidence="Avenant 3 au marché 2024-DSI-007",
    ),
    Mark(
        "Étude de la location des postes",
        WHOLE,
        JUSTIFIED,
        "Étude menée pour le plan.",
        action=11,
        evidence="Étude CP-2025-017",
    ),
    Mark(
        "Location des postes : expertise juridique",
        WHOLE,
        JUSTIFIED,
        "Volet juridique de l’étude.",
        action=11,
        evidence="Étude CP-2025-017, annexe 2",
    ),
    Mark(
        "Smartphones reconditionnés, surcoût",
        Decimal("0.125"),
        JUSTIFIED,
        "Surcoût seul : stock de secours, soit un appareil sur huit.",
        action=12,
        evidence="Devis comparés du 04/02/2025",
        method=Method.ADDITIONAL_COST,
    ),
    Mark(
        "Smartphones reconditionnés : contrôle",
        WHOLE,
        JUSTIFIED,
        "Contrôle à réception, propre au reconditionné.",
        action=12,
        evidence="Facture 2025-1183",
        method=Method.ADDITIONAL_COST,
    ),
)

_SECOND = (
    Mark(
        "Clauses NR des marchés",
        WHOLE,
        JUSTIFIED,
        "Bibliothèque de clauses.",
        action=13,
        evidence="Bibliothèque de clauses, version 1",
    ),
    Mark(
        "Clauses NR : relecture juridique",
        WHOLE,
        JUSTIFIED,
        "Relecture des clauses.",
        action=13,
        evidence="Note juridique 2025-31",
    ),
    Mark(
        "Extinction programmée des postes",
        WHOLE,
        JUSTIFIED,
        "Module d’extinction de la supervision.",
        action=14,
        evidence="Bon de commande 2025-067",
    ),
    Mark(
        "Extinction programmée : mise en place",
        WHOLE,
        JUSTIFIED,
        "Réglage des postes fixes.",
        action=14,
        evidence="Procès-verbal de recette du 18/04/2025",
    ),
    Mark(
        "Tri et archivage des fichiers",
        WHOLE,
        JUSTIFIED,
        "Tri dans trois directions.",
        action=15,
        evidence="Bordereaux d’élimination 2025",
    ),
    Mark(
        "Durées de conservation : étude",
        WHOLE,
        JUSTIFIED,
        "Préalable au tri des fichiers.",
        action=15,
        evidence="Tableau de gestion, projet du 30/05/2025",
    ),
    Mark(
        "Audits RGESN",
        WHOLE,
        JUSTIFIED,
        "Audits à 100 %.",
        action=16,
        evidence="Six rapports d’audit 2025",
    ),
    Mark(
        "Refonte de trois services en ligne",
        Decimal("0.3"),
        DECLARED,
        "Développement compté à 30 % : part d’écoconception du cahier des charges.",
        action=16,
        method=Method.KEY,
    ),
    Mark(
        "Démarches sans matériel récent",
        WHOLE,
        DECLARED,
        "Revue des démarches avec des usagers.",
        action=17,
    ),
    Mark(
        "Démarches : panel d’usagers",
        WHOLE,
        DECLARED,
        "Essais au guichet et sur de vieux appareils.",
        action=17,
    ),
    Mark(
        "Retrait d’applications, finances et RH",
        HALF,
        DECLARED,
        "La moitié des jours porte sur le retrait.",
        action=18,
        method=Method.KEY,
    ),
    Mark(
        "Retrait d’applications : extraction des données",
        WHOLE,
        DECLARED,
        "Données à garder avant d’éteindre.",
        action=18,
    ),
    Mark(
        "Étude de regroupement des salles",
        WHOLE,
        JUSTIFIED,
        "Étude menée pour le plan.",
        action=19,
        evidence="Étude DN-2025-011",
    ),
    Mark(
        "Salle Est : climatisation et confinement",
        SIXTY,
        JUSTIFIED,
        ROOMS_KEY,
        action=19,
        evidence="Délibération du 26/06/2025",
        method=Method.KEY,
    ),
    Mark(
        "Salle Est : onduleurs et baies",
        SIXTY,
        JUSTIFIED,
        ROOMS_KEY,
        action=19,
        evidence="Délibération du 26/06/2025",
        method=Method.KEY,
    ),
    Mark(
        REUSE_LINE,
        SIXTY,
        JUSTIFIED,
        "Toute la part informatique de la ligne.",
        action=20,
        evidence="Certificats d’effacement 2025",
    ),
    Mark(
        "Réemploi : certificats d’effacement",
        WHOLE,
        JUSTIFIED,
        "Preuve d’effacement avant don.",
        action=20,
        evidence="Certificats d’effacement 2025",
    ),
    Mark(
        HOSTING_LINE,
        Decimal("0.2"),
        AttributionStatus.PROPOSED,
        "Surcoût d’un hébergement à faible consommation, à démontrer.",
        method=Method.ADDITIONAL_COST,
    ),
)

_OUTSIDE = tuple(
    Mark(label, WHOLE, DECLARED, reason, action=action, outside_it=True)
    for label, action, reason in (
        ("Sensibilisation au numérique : parcours", 5, OUTSIDE_HR),
        ("Sensibilisation au numérique : ateliers", 5, OUTSIDE_HR),
        ("Formation des acheteurs et chefs de projet au NR", 6, OUTSIDE_HR),
        ("Réemploi : amorçage de la filière", 20, OUTSIDE_CIRCULAR),
        ("Réemploi : collecte dans les lycées", 20, OUTSIDE_CIRCULAR),
    )
)

LEDGER_2025 = Ledger(
    year=2025,
    file_name="grand-livre-dsi-2025.csv",
    marks=_FIRST + _SECOND + _OUTSIDE,
    mixed={REUSE_LINE: SIXTY},
    not_reviewed=frozenset(
        {
            "Cœur de réseau",
            "Location de copieurs des services",
            "Visioconférence",
            "Écrans",
        }
    ),
)
