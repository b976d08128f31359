"""How the choices of steering are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.core.words import LetterStatus
from portulan.steering.words import (
    About,
    AlertKind,
    CampaignKind,
    CampaignState,
    ChangeStatus,
    CommitteeState,
    Consent,
    DecisionStatus,
    DeliveryStatus,
    Held,
    Matter,
    Occasion,
    Power,
    Promise,
    Question,
    Stopped,
    Subject,
    Way,
)

OCCASIONS = {
    Occasion.VOTE: _("Vote"),
    Occasion.COMMITTEE: _("Comité"),
    Occasion.BALANCE: _("Bilan d’une année"),
    Occasion.CLOSING: _("Clôture du plan"),
}
PROMISES = {Promise.KEPT: _("Tenu"), Promise.NOT_KEPT: _("Non tenu")}
POWERS = {
    Power.ADVISE: _("Donne un avis"),
    Power.DECIDE: _("Décide des niveaux, des pilotes et des dates"),
    Power.VOTE: _("Vote le plan, les ambitions et l’argent, et décide du reste"),
}
COMMITTEE_STATES = {
    CommitteeState.PREPARING: _("En préparation"),
    CommitteeState.OPEN: _("En séance"),
    CommitteeState.CLOSED: _("Séance close"),
}
MATTERS = {
    Matter.LEVEL: _("Changer ou adopter le niveau"),
    Matter.EXTEND: _("Prolonger l’essai"),
    Matter.CLOSE: _("Clore l’engagement, sans suite"),
    Matter.PILOT: _("Nommer un pilote"),
    Matter.DATE: _("Fixer la fin prévue"),
    Matter.DROP: _("Abandonner l’action"),
    Matter.MONEY: _("Fixer l’argent demandé"),
    Matter.ALLOT: _("Fixer l’enveloppe de l’action"),
    Matter.SCENARIO: _("Retenir un choix calculé"),
    Matter.TASK: _("Demander un travail"),
    Matter.ADOPT: _("Adopter la proposition"),
    Matter.REFUSE: _("Refuser la proposition"),
    Matter.INFORMED: _("Prendre connaissance"),
    Matter.POSTPONED: _("Reporter"),
}
DECISION_STATUSES = {
    DecisionStatus.DRAFT: _("Dite en séance"),
    DecisionStatus.APPLIED: _("Appliquée au plan"),
    DecisionStatus.PROPOSED: _("Proposée"),
    DecisionStatus.VOTED: _("Votée"),
    DecisionStatus.REFUSED: _("Refusée"),
    DecisionStatus.REJECTED: _("Non adoptée"),
    DecisionStatus.TO_DO: _("Pas encore faite"),
    DecisionStatus.DONE: pgettext_lazy("of a decision", "Faite"),
    DecisionStatus.POSTPONED: _("Reportée"),
    DecisionStatus.NOTED: _("Notée"),
}

LETTER_STATUSES = {
    LetterStatus.WAITING: _("Partira"),
    LetterStatus.STOPPED: _("Arrêté"),
    LetterStatus.SENDING: _("En train de partir"),
    LetterStatus.SENT: _("Parti"),
    LetterStatus.DOUBTFUL: _("Peut-être envoyé"),
    LetterStatus.REFUSED: _("Refusé par le serveur"),
}

ALERT_KINDS = {
    AlertKind.SHARE: _("Part"),
    AlertKind.COVERAGE: _("Couverture"),
    AlertKind.LAW: _("Loi"),
    AlertKind.DUE: _("Échéance"),
    AlertKind.EVIDENCE: pgettext_lazy("that proves", "Preuve"),
    AlertKind.SOURCE: _("Source"),
    AlertKind.CONTRACT: pgettext_lazy("of purchases", "Marché"),
    AlertKind.BUDGET: _("Budget"),
    AlertKind.STATE: _("Action"),
    AlertKind.LACK: _("À compléter"),
    AlertKind.REPLY: _("Campagne"),
    AlertKind.CONSENT: _("Campagne"),
    AlertKind.CAMPAIGN: _("Campagne"),
    AlertKind.SESSION: _("Comité"),
    AlertKind.ACCOUNTS: _("Comptes"),
}
SUBJECTS = {
    Subject.ACTION: _("Une action change"),
    Subject.INDICATOR: _("Un indicateur ou un relevé change"),
    Subject.SHARE: _("La part du budget est publiée"),
    Subject.SEAL: _("Le plan est scellé"),
    Subject.COMMITTEE: _("Un relevé de comité est arrêté"),
    Subject.CAMPAIGN: _("Une campagne ouvre ou ferme"),
    Subject.ALERT: _("Une alerte se lève"),
}
DELIVERY_STATUSES = {
    DeliveryStatus.WAITING: _("En attente"),
    DeliveryStatus.SENDING: _("En cours d’envoi"),
    DeliveryStatus.DELIVERED: _("Reçu"),
    DeliveryStatus.FAILED: _("Abandonné"),
}
STOPPED = {
    Stopped.PERSON: _("Arrêté par quelqu’un."),
    Stopped.FAILING: _("Arrêté : il échouait depuis cinq jours."),
    Stopped.GONE: _("Arrêté : le destinataire dit qu’il n’existe plus (410)."),
    Stopped.SECRET: _("Arrêté : son secret ne se lit plus avec la clé de cette machine."),
}

CAMPAIGN_KINDS = {
    CampaignKind.ACCEPTANCE: _("Demander leur accord aux pilotes"),
    CampaignKind.UPDATE: _("Demander où en sont les actions"),
}
CAMPAIGN_STATES = {
    CampaignState.DRAFT: pgettext_lazy("of a campaign", "Préparée"),
    CampaignState.OPEN: pgettext_lazy("of a campaign", "Ouverte"),
    CampaignState.CLOSED: pgettext_lazy("of a campaign", "Fermée"),
}
WAYS = {
    Way.LINK: _("Un lien personnel, sans compte"),
    Way.SIGN_IN: _("Avec le compte de chacun"),
    Way.SHEET: _("Une feuille par pilote, envoyée par vos soins"),
}
QUESTIONS = {
    Question.PROGRESS: _("L’avancement"),
    Question.VALUES: _("Les chiffres des indicateurs"),
    Question.SPENDING: _("Ce qui est dépensé cette année"),
    Question.BLOCKED: _("Ce qui bloque"),
    Question.EVIDENCE: _("Une preuve"),
}
CONSENTS = {
    Consent.ACCEPTED: _("J’accepte"),
    Consent.NOT_ME: _("Ce n’est pas moi"),
    Consent.TALK: _("J’en parle d’abord"),
}
HELD = {
    Held.PILOT: _("Pilote"),
    Held.FOLLOW: _("Suit"),
    Held.CONTRIBUTE: _("Contribue"),
    Held.REPLY: _("Doit répondre"),
    Held.SEAT: _("Siège"),
    Held.SOURCE: _("Répond de la source"),
    Held.VIEW: _("Vue enregistrée"),
    Held.WEBHOOK: _("Envoi à un autre outil"),
}
ABOUTS = {
    About.PROGRESS: pgettext_lazy("of an action", "Avancement"),
    About.VALUE: _("Chiffre"),
    About.SPENT: _("Dépensé dans l’année"),
    About.BLOCKED: pgettext_lazy("of an action", "Bloquée par"),
    About.NOTE: _("Un mot"),
    About.EVIDENCE: pgettext_lazy("that proves", "Preuve"),
    About.DUE_ON: _("Fin prévue"),
    About.TARGET: _("Cible visée"),
    About.BASELINE: _("Valeur de départ"),
    About.PILOT: _("Qui pilote"),
}
CHANGE_STATUSES = {
    ChangeStatus.PROPOSED: pgettext_lazy("of a change", "À relire"),
    ChangeStatus.ACCEPTED: pgettext_lazy("of a change", "Accepté"),
    ChangeStatus.ASKED_AGAIN: pgettext_lazy("of a change", "Redemandé"),
    ChangeStatus.REFUSED: pgettext_lazy("of a change", "Refusé"),
}
