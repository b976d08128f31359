"""The verbs of arbitrations in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    APPLICATION_UNDONE = "application undone", _("application annulée")
    APPLIED = "applied", _("application au plan")
    CANDIDATE_ADDED = "candidate added", _("candidate ajoutée")
    CANDIDATE_EDITED = "candidate edited", _("candidate modifiée")
    CANDIDATE_REMOVED = "candidate removed", _("candidate retirée")
    COMPUTED = "computed", _("calcul")
    CREATED = "created", _("création")
    DELETED = "deleted", _("suppression")
    EDITED = "edited", _("modification")
    ENVELOPE_REMOVED = "envelope removed", _("enveloppe retirée")
    ENVELOPE_SAVED = "envelope saved", _("enveloppe enregistrée")
    FAIRNESS_SET = "fairness set", _("règle d’équité enregistrée")
    LEVEL_REMOVED = "level removed", _("niveau retiré")
    LEVEL_SAVED = "level saved", _("niveau enregistré")
    ROOM_CLOSED = "room choice closed", _("vote de la salle clos")
    ROOM_OPENED = "room choice opened", _("vote de la salle ouvert")
    RULE_ADDED = "rule added", _("règle ajoutée")
    RULE_EDITED = "rule edited", _("règle modifiée")
    TARGETS_SET = "targets set", _("objectifs à atteindre enregistrés")
    RULE_REMOVED = "rule removed", _("règle retirée")
