"""What of the credits opened in 2026 is dedicated to NR: 673 k€ on seventeen lines."""

from __future__ import annotations

from decimal import Decimal

from portulan.budget.words import Method
from portulan.demo.budget.ledgers_2024 import (
    DECLARED,
    FLEET_KEY,
    HALF,
    JUSTIFIED,
    ROOMS_KEY,
    SIXTY,
    WHOLE,
)
from portulan.demo.budget.ledgers_2025 import OUTSIDE_CIRCULAR, OUTSIDE_HR, REUSE_LINE
from portulan.demo.shapes import Ledger, Mark

_INSIDE = (
    Mark(
        "Salle Est : climatisation et confinement",
        SIXTY,
        JUSTIFIED,
        ROOMS_KEY,
        action=19,
        evidence="Marché 2025-DSI-055 et délibération du 26/06/2025",
        method=Method.KEY,
    ),
    Mark(
        "Salle Est : onduleurs et baies",
        SIXTY,
        JUSTIFIED,
        ROOMS_KEY,
        action=19,
        evidence="Marché 2025-DSI-056 et délibération du 26/06/2025",
        method=Method.KEY,
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
        "Démarches sans matériel récent",
        WHOLE,
        DECLARED,
        "Revue des démarches avec des usagers.",
        action=17,
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
        "Batteries et pièces des portables",
        WHOLE,
        JUSTIFIED,
        "Pièces qui prolongent la vie des portables.",
        action=9,
        evidence="Marché 2024-DSI-036",
    ),
    Mark(
        "Tri et archivage des fichiers",
        WHOLE,
        DECLARED,
        "Tri dans trois directions.",
        action=15,
    ),
    Mark(
        "Audits RGESN",
        WHOLE,
        JUSTIFIED,
        "Audits à 100 %.",
        action=16,
        evidence="Marché 2025-DSI-033",
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
        "Smartphones reconditionnés, surcoût",
        Decimal("0.125"),
        JUSTIFIED,
        "Surcoût seul : stock de secours et contrôle, soit un appareil sur huit.",
        action=12,
        evidence="Bilan DN-2026-006",
        method=Method.ADDITIONAL_COST,
    ),
    Mark(
        REUSE_LINE,
        SIXTY,
        JUSTIFIED,
        "Toute la part informatique de la ligne.",
        action=20,
        evidence="Marché 2024-DSI-042, bordereau de prix",
    ),
    Mark(
        "Clauses NR des marchés",
        WHOLE,
        JUSTIFIED,
        "Mise à jour de la bibliothèque de clauses.",
        action=13,
        evidence="Marché 2025-DSI-036",
    ),
    Mark(
        "Examen d’utilité des projets d’IA",
        WHOLE,
        DECLARED,
        "Essai de la grille dans trois directions.",
        action=4,
    ),
    Mark(
        "Label NR : audit de suivi",
        WHOLE,
        JUSTIFIED,
        "Audit de suivi du label.",
        action=3,
        evidence="Contrat du certificateur, 2025-DSI-015",
    ),
    Mark(
        "Extinction programmée des postes",
        WHOLE,
        DECLARED,
        "Module d’extinction de la supervision.",
        action=14,
    ),
)

_OUTSIDE = tuple(
    Mark(label, WHOLE, DECLARED, reason, action=action, outside_it=True)
    for label, action, reason in (
        ("Sensibilisation au numérique : parcours et atelier", 5, OUTSIDE_HR),
        ("Formation des acheteurs et chefs de projet au NR", 6, OUTSIDE_HR),
        ("Réemploi : amorçage de la filière", 20, OUTSIDE_CIRCULAR),
        ("Réemploi : collecte dans les lycées", 20, OUTSIDE_CIRCULAR),
    )
)

LEDGER_2026 = Ledger(
    year=2026,
    file_name="grand-livre-dsi-2026.csv",
    marks=_INSIDE + _OUTSIDE,
    mixed={REUSE_LINE: SIXTY},
    not_reviewed=frozenset(
        {
            "Messagerie et bureautique en ligne",
            "Visioconférence",
            "Hébergement de secours",
            "Location de copieurs des services",
            "Renouvellement des postes fixes",
            "Écrans",
            "Cœur de réseau",
            "Serveurs de calcul",
        }
    ),
)
