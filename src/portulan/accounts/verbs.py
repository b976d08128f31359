"""The verbs of organisations and people in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    TRIED_AGAIN = "work tried again", _("travail régulier repris")
    CREATED = "created", _("création")
    EDITED = "edited", _("modification")
    SIREN_PROVED = "siren proved", _("preuve du SIREN")
    SIREN_UNPROVED = "siren unproved", _("preuve du SIREN retirée")
    ERASED = "erased", _("nom effacé")
    ROLES_SET = "roles set", _("rôles")
    ACCEPTED = "invitation accepted", _("invitation acceptée")
    DECLINED = "invitation declined", _("invitation refusée")
    DELEGATED = "delegated", _("délégation donnée")
    DELEGATION_TAKEN = "delegation accepted", _("délégation acceptée")
    DELEGATION_ENDED = "delegation ended", _("délégation terminée")
    ACTED_FOR = "acted for", _("acte par délégation")
    ORGANISATION_RESTORED = "organisation restored", _("organisation remise depuis une copie")
    MOVED = "account moved", _("compte à une autre adresse")
