"""A small sound source of every format that is read: what the hostile ones are made from.

A reader added to a registry fails `test_every_reader_has_a_seed` until it has one here; it is then
fuzzed, truncated and mutated as the others are.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import xlsxwriter

from tests.fec import YEAR, fec
from tests.totem import totem

SCDL = (
    "BGT_NATDEC;BGT_ANNEE;BGT_SIRET;BGT_NOM;BGT_NATURE;BGT_CODRD;BGT_OPBUDG;BGT_MTREAL\r\n"
    'CA;2025;21220000000011;Été;6262;"dépense";réel;1 200,50\r\n'
    "CA;2025;21220000000011;Été;2051;D;0;-3\r\n"
)
LEDGER = (
    "Grand livre;;\nCompte;Libellé;Mandaté\n6262;Té; 1 200,50 €\n2051 - Logiciels;x;2\nTotal;;1\n"
)
STATE = (
    "Programme;Sous-action;Titre;CP ouverts;AE consommées;CP consommés\n"
    "129;11-02;3;950,00;800,00;700,50\n"
)
CHORUS = (
    "Centre financier;Domaine fonctionnel;N° pièce de référence;Texte;Montant à contrôler;"
    "Fournisseur;Type de montant;Compte général\n"
    "0129-DNUM;0129-11;14;Lot;1 000,00;SA;100 Original;6156\n"
    "0129-DNUM;0129-11;14;Lot;-9,50;SA;200;6156\n"
)
OPENDATA = (
    "annee,section,sens_flux,chapitre_code,nature_code,fonction_code,montant\n"
    "2025,Investissement,Dépense,900,205,020,8898000.0\n"
)
ORDERS = (
    "Code Gestionnaire;N° commande/ligne;Désignation;Compte ordonnateur;Fournisseur;Etat;"
    "Montant engagé;Engagé non reçu;Mandaté net\n"
    "IT;2025-17/1;Serveurs;H61561;Machines SA;Soldée;12 000,00;0,00;12 000,00\n"
)
ASTRE: list[list[str | int | float]] = [
    ["", "Exercice", 2025],
    ["F - Fonctionnement"],
    ["011 - CHARGES"],
    ["Nature", "Total Budget", "Reste Engagé", "Mandaté/Liquidé"],
    ["6262 - TELECOM", 100, 0, 12.2],
    ["Total", 100, 0, 12.2],
    ["Total", 100, 0, 12.2],
    ["Total", 100, 0, 12.2],
]


def workbook(rows: list[list[str | int | float]]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("DSI")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return data.getvalue()


ACCOUNTS: dict[str, bytes] = {
    "totem": totem(("2051", "1000.00", "800.00"), ("611", "500", "450.5")),
    "scdl": SCDL.encode(),
    "fec": fec(YEAR).encode("iso-8859-15"),
    "balances": (
        b"exer;ident;lbudg;cbudg;nomen;siren;compte;obnetdeb;obnetcre;oobdeb;oobcre\n"
        b"2024;21990001600011;FICTIVE;1;M57;219900016;6262;10.5;2.0;0.0;0.0\n"
    ),
    "astre": workbook(ASTRE),
    "state": STATE.encode(),
    "chorus": CHORUS.encode(),
    "opendata": OPENDATA.encode(),
    "orders": ORDERS.encode("utf-16"),
    "ledger": LEDGER.encode("cp1252"),
}
# The same content under other clothes.
OTHER_ACCOUNTS: dict[str, bytes] = {
    "ledger in a workbook": workbook([["Compte", "Mandaté"], ["6262", 12.5]]),
    "astre as text": (
        "Détail budget\nExercice\t2025\nF - Fonctionnement\n011 - CHARGES\n"
        "Nature\tTotal Budget\tReste Engagé\tMandaté/Liquidé\n\t\t+ Réservé\n"
        "6262 - TELECOM\t10.5\t2\t-3\nTotal\t10.5\t2\t-3\nTotal\t10.5\t2\t-3\n"
    ).encode(),
    "scdl in utf-16": SCDL.encode("utf-16"),
    "totem in utf-16": totem(("2051", "1", "1")).decode().encode("utf-16"),
}

# Figures of impact: what may take the place of a factor.
FIGURES: dict[str, bytes] = {
    "base-carbone": (
        "Type Ligne;Identifiant de l'élément;Statut de l'élément;Nom base français;"
        "Unité français;Total poste non décomposé;Incertitude\n"
        'Elément;1;Valide générique;"Écran; 24""";kgCO2e/unité;1,5;30\nElément;2;Archivé;x;y;z;\n'
    ).encode("cp1252"),
    "impacts": (
        "nom;etapeacv;critere;consoElecMoyenne;localisation;valeur;unite;source\n"
        "laptop-3;FABRICATION;Climate change;26,6;France;2,5E2;Item;Fake data for tests\n"
        "laptop-3;FIN_DE_VIE;Resource use (minerals and metals);;France;1E-6;Item;Étude\n"
        "Electricity Mix FR;FABRICATION;Climate change;;France;0.08;;Base\n"
    ).encode(),
    "impacts, newer": (
        b"criterion;lifecycleStep;name;avgElectricityConsumption;location;source;unit;value\n"
        b"CLIMATE_CHANGE;MANUFACTURING;blade-server-1;3721.0;France;S;Item;2226.09\n"
    ),
    "types": b"type;serveur;dureeVieDefaut;source;refItemParDefaut\nServer;true;7;;b-1\n",
    "matches": b"modeleEquipementSource;refEquipementCible\nDesktop;poste-42\n",
    "mixes": (
        b"pays;raccourcisAnglais;critere;valeur;source\nFrance;FR;Changement climatique;0,06;B\n"
    ),
    "hypotheses": b"cle;valeur;source;description\nPUEParDefaut;1.75;SSG;\n",
}

_EDITION = """\
catalogue: {slug: maison, version: "2026", title: Charte}
themes: [{code: a, title: Acheter}]
practices:
  - {code: a.1, theme: a, title: Réparer, priority: Prioritaire, pilots: [Achats],
     indicators: ["% d’appareils réparés"]}
"""
_CRITERION = {"numero": "1.1", "thematique": "Stratégie", "critere": "Utile ?", "metiers": "A, B"}
_GUIDE = {
    "title": "Guide",
    "version": "v1",
    "thematiques": [
        {
            "id": "a.",
            "titre": "Acheter",
            "bonnesPratiques": [
                {"id": "a.1", "titre": "Réparer", "pilotes": ["Achats"], "indicateurs": ["Nombre"]}
            ],
        }
    ],
}
_HEADING = """---
layout: layouts/numerique-responsable-collectivites.njk
title: "2. Gestion durable"
---
# Indicateurs
- Nombre de dons
"""
_PRACTICE = (
    "---\ntype: bpnr\ntitle: Réparer\nidbp: a.1\nwho: [A]\nindicators: [Nombre]\n---\nTexte.\n"
)

# By format: where the file is, and what it holds. The first part of its path is what is read.
CATALOGUES: dict[str, tuple[str, bytes]] = {
    "portulan-edition": ("x.yaml", _EDITION.encode()),
    "guide-json": ("guide.json", json.dumps(_GUIDE).encode()),
    "rgesn-json": ("rgesn-v2.json", json.dumps([_CRITERION]).encode()),
    "reen-markdown": ("reen/2.md", _HEADING.encode()),
    "guide-markdown": ("guide/theme/a.md", _PRACTICE.encode()),
}


def put(folder: Path, name: str, content: bytes) -> Path:
    """Write a source in an empty folder and return the path to give."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return folder / Path(name).parts[0]
