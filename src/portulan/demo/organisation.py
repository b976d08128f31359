"""Région Armorique: who it is, its units, its people (all invented), its goals and axes."""

from __future__ import annotations

from datetime import date

from portulan.demo.shapes import Someone

SLUG = "region-armorique"
NAME = "Région Armorique"
POPULATION = 2_140_000
SIREN = "239900012"  # no body has it: there is no region 99
SIRET = "23990001200018"
DOMAIN = "armorique.example"

PLAN_SLUG = "plan-2025-2027"
PLAN_TITLE = "Plan d’action 2025-2027"

DGS = "Direction générale des services"
IT = "Direction du numérique"
HR = "Direction des ressources humaines"
PURCHASING = "Direction de la commande publique"
CIRCULAR = "Service de l’économie circulaire"
ARCHIVES = "Archives régionales"
USERS = "Direction de la relation aux usagers"
# The actors of the area, as the work programme names them (all invented): name, is public, role.
STAKEHOLDERS = (
    ("Métropole d’Armor", True, "Commande groupée de matériel reconditionné"),
    ("Académie d’Armorique", True, "Équipement des lycées, reprise des postes"),
    ("Syndicat mixte Armorique Numérique", True, "Réseau à très haut débit, hébergement"),
    ("Ateliers du Réemploi d’Armor", False, "Remise en état et don des équipements réformés"),
    ("Fédération des médiateurs numériques", False, "Accompagnement des habitants"),
)
UNITS = (DGS, IT, HR, PURCHASING, CIRCULAR, ARCHIVES, USERS)

OFFICER = "officer"  # the account that the demonstration opens with
FINANCE = "finance"

PEOPLE = (
    Someone(OFFICER, "Enora Le Bivic", "Déléguée au numérique responsable", DGS),
    Someone(FINANCE, "Gireg Montfort", "Contrôleur de gestion de la DSI", IT),
    Someone("auditor", "Mathurine Quéro", "Auditrice interne", DGS),
    Someone("elected", "Anselme Tréhorel", "Vice-président chargé du numérique", DGS),
    Someone("services", "Philomène Carhaix", "Directrice générale des services", DGS),
    Someone("money", "Tanguy Roc’hello", "Responsable administratif et financier de la DSI", IT),
    Someone("innovation", "Ysé Lamballais", "Responsable innovation et données", IT),
    Someone("training", "Armelle Kerdrain", "Responsable de la formation", HR),
    Someone(
        "skills",
        "Corentine Abgrall-Noz",
        "Chargée du développement des compétences",
        HR,
        left_on=date(2026, 6, 30),
    ),
    Someone("fleet", "Hervé Plouvorn", "Responsable du parc et de l’inventaire", IT),
    Someone("workplace", "Solenn Dréano", "Responsable de l’environnement de travail", IT),
    Someone("support", "Ewen Malhaire", "Responsable du support de proximité", IT),
    Someone("buyer", "Bleuenn Guégan-Roz", "Acheteuse numérique", PURCHASING),
    Someone("phones", "Malo Quintrec", "Responsable de la téléphonie", IT),
    Someone("operations", "Rozenn Pengam", "Responsable de l’exploitation", IT),
    Someone("archives", "Judoc Lesneven", "Responsable des archives", ARCHIVES),
    Someone("quality", "Nolwenn Trévidic", "Responsable qualité des projets", IT),
    Someone("relations", "Alban Kerfourn", "Responsable de la relation aux usagers", USERS),
    Someone("applications", "Katell Bourbriac", "Responsable du patrimoine applicatif", IT),
    Someone("rooms", "Goulven Ménez-Du", "Responsable des infrastructures", IT),
    Someone("reuse", "Perrine Landeleau", "Cheffe du service de l’économie circulaire", CIRCULAR),
)

AXES = (
    "Gouverner, former et mesurer",
    "Acheter moins, acheter mieux, faire durer",
    "Concevoir et exploiter avec mesure",
)
GOALS = (
    "Réduire l’empreinte du numérique de la Région",
    "Garder des services utilisables par tous",
    "Rendre compte de chaque euro et de chaque engagement",
    "Entraîner le territoire",
)
