"""What of the 2024 accounts was dedicated to NR: read back after the vote, as a starting point."""

from __future__ import annotations

from decimal import Decimal

from portulan.budget.words import AttributionStatus, Method
from portulan.demo.shapes import Ledger, Mark

WHOLE = Decimal(1)
HALF, SIXTY = Decimal("0.5"), Decimal("0.6")
JUSTIFIED, DECLARED = AttributionStatus.JUSTIFIED, AttributionStatus.DECLARED
FLEET_KEY = "L’outil sert pour moitié à la sécurité : l’autre moitié compte."
ROOMS_KEY = "Travaux comptés à 60 % : le reste sert à la sécurité électrique."

LEDGER_2024 = Ledger(
    year=2024,
    file_name="grand-livre-dsi-2024.csv",
    marks=(
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
            "Bilan de l’empreinte 2024",
            WHOLE,
            JUSTIFIED,
            "Mesure de l’empreinte, entièrement.",
            action=8,
            evidence="Bon de commande 2024-118 et rapport remis",
        ),
        Mark(
            "Bilan de l’empreinte : collecte",
            WHOLE,
            JUSTIFIED,
            "Relevés nécessaires au bilan.",
            action=8,
            evidence="Bon de commande 2024-131",
        ),
        Mark(
            "Batteries et pièces des portables",
            WHOLE,
            JUSTIFIED,
            "Pièces qui prolongent la vie des portables.",
            action=9,
            evidence="Factures du magasin 2024",
        ),
        Mark(
            "Garantie des portables, année 5",
            WHOLE,
            JUSTIFIED,
            "Garantie au-delà de quatre ans, pour faire durer.",
            action=9,
            evidence="Avenant 2 au marché 2024-DSI-007",
        ),
        Mark("Audits RGESN", WHOLE, DECLARED, "Premiers audits d’écoconception.", action=16),
        Mark(
            "Accompagnement RGESN des équipes",
            WHOLE,
            DECLARED,
            "Prise en main du référentiel par les équipes.",
            action=16,
        ),
        Mark(
            "Retrait d’applications : préparation",
            HALF,
            DECLARED,
            "La moitié des jours porte sur le retrait, l’autre sur la recette.",
            action=18,
            method=Method.KEY,
        ),
        Mark(
            "Inventaire des applications peu utilisées",
            WHOLE,
            DECLARED,
            "Repérage des applications à retirer.",
            action=18,
        ),
        Mark(
            "Salle Ouest : confinement des allées",
            SIXTY,
            JUSTIFIED,
            ROOMS_KEY,
            action=19,
            evidence="Procès-verbal de réception du 14/11/2024",
            method=Method.KEY,
        ),
        Mark(
            "Salle Ouest : baies économes",
            SIXTY,
            JUSTIFIED,
            ROOMS_KEY,
            action=19,
            evidence="Procès-verbal de réception du 14/11/2024",
            method=Method.KEY,
        ),
        Mark(
            "Salles serveurs : sondes de mesure",
            WHOLE,
            JUSTIFIED,
            "Sondes posées pour mesurer l’énergie.",
            action=19,
            evidence="Facture 2024-0907",
        ),
        Mark(
            "Clauses NR des marchés",
            WHOLE,
            JUSTIFIED,
            "Rédaction de clauses.",
            action=13,
            evidence="Bibliothèque de clauses, version 0",
        ),
        Mark(
            "Clauses NR : relecture juridique",
            WHOLE,
            JUSTIFIED,
            "Relecture des clauses.",
            action=13,
            evidence="Note juridique 2024-52",
        ),
        Mark(
            "Extinction des postes : mesure des veilles",
            WHOLE,
            DECLARED,
            "Mesures avant extinction.",
            action=14,
        ),
        Mark("Prises mesurantes", WHOLE, DECLARED, "Mesures avant extinction.", action=14),
        Mark(
            "Archivage des serveurs de fichiers",
            WHOLE,
            DECLARED,
            "Premier tri des serveurs de fichiers.",
            action=15,
        ),
        Mark(
            "Durées de conservation : état des lieux",
            WHOLE,
            DECLARED,
            "Préalable au tri des fichiers.",
            action=15,
        ),
        Mark(
            "Diagnostic numérique responsable",
            WHOLE,
            DECLARED,
            "État des lieux avant le plan, sans action encore.",
        ),
        Mark("Atelier d’écriture du plan", WHOLE, DECLARED, "Préparation du plan."),
        Mark("Journée des correspondants", WHOLE, DECLARED, "Animation du réseau."),
    ),
    not_reviewed=frozenset(
        {
            "Messagerie et bureautique en ligne",
            "Serveurs de calcul",
            "Cœur de réseau",
            "Extension du stockage",
        }
    ),
)
