"""How the words of the budget are shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.budget.words import (
    Act,
    AttributionStatus,
    Axis,
    Costing,
    LegalRatio,
    Lot,
    Method,
    Obstacle,
    Post,
    Procedure,
    ProductOrigin,
    ProgrammeKind,
    Rating,
    Renewal,
    RunBuild,
    SavingKind,
    Sequel,
    SourceQuality,
    Stage,
    Verdict,
    Why,
    YearStatus,
)
from portulan.plans.money.funding import ALLOTTED, ASKED, EXPECTED

STAGES = {
    Stage.VOTED: _("voté"),
    Stage.OPENED: _("ouvert"),
    Stage.COMMITTED: _("engagé"),
    Stage.REALISED: _("mandaté"),
    Stage.CARRIED_OVER: _("restes à réaliser"),
}
# What an amount is before the accounts of its year say more (plans.money.funding).
EXPECTATIONS = {
    ASKED: _("demandé"),
    ALLOTTED: _("doté"),
    EXPECTED: _("doté ou demandé"),
}


def stage_word(stage: str) -> str:
    """Return how the stage of an amount is called, be it of the accounts or of who asks."""
    return str(EXPECTATIONS[stage] if stage in EXPECTATIONS else STAGES[Stage(stage)])


ACTS = {
    Act.PRIMARY: _("budget primitif"),
    Act.AMENDING: _("décision modificative"),
    Act.SUPPLEMENTARY: _("budget supplémentaire"),
    Act.CLOSING: _("compte de l’exercice"),
}
PROGRAMME_KINDS = {
    ProgrammeKind.AP_CP: _("autorisation de programme (AP/CP), investissement"),
    ProgrammeKind.AE_CP: _("autorisation d’engagement (AE/CP), fonctionnement"),
    ProgrammeKind.STATE: _("crédits de l’État (AE, CP)"),
}
YEAR_STATUSES = {
    YearStatus.PREPARATION: _("en préparation"),
    YearStatus.VOTED: _("voté"),
    YearStatus.EXECUTING: _("en exécution"),
    YearStatus.CLOSED: _("clos"),
}
VERDICTS = {
    Verdict.IN: _("Dans"),
    Verdict.MIXED: _("Mixte"),
    Verdict.OUT: _("Hors"),
    Verdict.INTERNAL: _("Refacturation interne"),
    Verdict.UNDECIDED: _("À décider"),
}
POSTS = {
    Post.EQUIPMENT: _("Matériel"),
    Post.SOFTWARE: _("Logiciel"),
    Post.CLOUD: _("Informatique en nuage"),
    Post.TELECOM: _("Télécommunications"),
    Post.SERVICES: _("Prestations"),
    Post.STAFF: _("Personnel"),
    Post.ENERGY: _("Énergie"),
}
RUN_BUILD = {
    RunBuild.RUN: _("Exploitation (run)"),
    RunBuild.BUILD: _("Projet (build)"),
}
METHODS = {
    Method.WHOLE: _("Dépense entièrement dédiée"),
    Method.KEY: _("Quote-part par une clé"),
    Method.ADDITIONAL_COST: _("Surcoût seul"),
}
COSTINGS = {
    Costing.ADDITIONAL: _("surcoût seul"),
    Costing.WHOLE: _("prix entier"),
}
STATUSES = {
    AttributionStatus.PROPOSED: _("Proposé"),
    AttributionStatus.DECLARED: _("Déclaré"),
    AttributionStatus.JUSTIFIED: _("Justifié"),
    AttributionStatus.WITHDRAWN: _("Retiré"),
}
QUALITIES = {
    SourceQuality.LEDGER: _("Grand livre de la DSI"),
    SourceQuality.ACCOUNTS: _("Comptes par nature"),
    SourceQuality.TYPED: _("Chiffres saisis"),
}
SAVINGS = {
    SavingKind.AVOIDED_PURCHASE: _("Achat évité"),
    SavingKind.ENERGY: _("Énergie"),
    SavingKind.LICENCE: _("Licence ou abonnement"),
    SavingKind.RESALE: _("Revente"),
    SavingKind.OTHER: _("Autre"),
}
RATIOS = {
    LegalRatio.AGEC_PURCHASES: _("AGEC : achats issus du réemploi"),
    LegalRatio.REEN_REUSE: _("REEN : réemploi des matériels réformés"),
}
# What differs between two years, or is too little known, in a few words.
OBSTACLES = {
    Obstacle.STAGE: _("le stade"),
    Obstacle.PART_YEAR: _("un exercice encore incomplet"),
    Obstacle.BUDGETS: _("les budgets"),
    Obstacle.PERIMETER: _("le périmètre"),
    Obstacle.VERDICTS: _("les verdicts"),
    Obstacle.SHARES: _("les parts décidées"),
    Obstacle.COSTING: _("la façon de compter un achat"),
    Obstacle.COVERAGE: _("la couverture"),
}
AXES = {
    Axis.MITIGATION: _("Atténuation du changement climatique"),
    Axis.ADAPTATION: _("Adaptation au changement climatique"),
    Axis.WATER: _("Ressource en eau"),
    Axis.CIRCULAR: _("Économie circulaire, déchets, risques"),
    Axis.POLLUTION: _("Pollutions de l’air et des sols"),
    Axis.BIODIVERSITY: _("Biodiversité et espaces"),
}
RATINGS = {
    Rating.FAVOURABLE: _("Favorable"),
    Rating.NEUTRAL: _("Neutre"),
    Rating.UNFAVOURABLE: _("Défavorable"),
}
PRODUCT_ORIGINS = {
    ProductOrigin.NEW: _("Neuf"),
    ProductOrigin.REUSE: _("Réemploi"),
    ProductOrigin.REUTILISATION: _("Réutilisation"),
    ProductOrigin.RECYCLED: _("Matière recyclée"),
}

LOTS = {
    Lot.WORKSTATIONS: _("Postes et écrans"),
    Lot.MOBILES: _("Mobiles"),
    Lot.PRINTING: _("Impression"),
    Lot.HOSTING: _("Hébergement et salles"),
    Lot.NETWORK: _("Réseau"),
    Lot.DEVELOPMENT: _("Développement et web"),
    Lot.LICENCES: _("Licences"),
    Lot.SERVICES: _("Prestations et infogérance"),
    Lot.REMOVAL: _("Reprise du matériel"),
}
PROCEDURES = {
    Procedure.FORMAL: _("Formalisée"),
    Procedure.ADAPTED: _("Adaptée"),
    Procedure.PURCHASING_BODY: _("Centrale d’achat"),
    Procedure.UNKNOWN: _("Inconnue"),
}
RENEWALS = {
    Renewal.NEVER: _("Aucune"),
    Renewal.TACIT: _("Tacite"),
    Renewal.EXPRESS: _("Expresse"),
}
DECISIONS = {
    Sequel.RENEW: _("Reconduire"),
    Sequel.AMEND: _("Le modifier d’un commun accord"),
    Sequel.TENDER: _("Dire non et consulter"),
}
MOTIVES = {
    Why.BEFORE: _("consultation lancée avant le 21/08/2026"),
    Why.RENEWAL: _("reconduction : aucune clause n’y entre"),
    Why.PURCHASING_BODY: _("la centrale d’achat porte les deux"),
    Why.NO_COMPETITION: _("sans mise en concurrence"),
    Why.RESERVED: _("marché réservé"),
    Why.SUBSEQUENT: _("marché subséquent : l’accord-cadre porte les deux"),
    Why.OTHER: _("autre motif, écrit"),
}
