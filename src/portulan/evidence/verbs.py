"""The verbs of evidence in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    GIVEN = "evidence given", _("preuve donnée")
    REVISED = "evidence revised", _("preuve révisée")
    EDITED = "edited", _("modification")
    HIDDEN = "evidence hidden", _("preuve masquée")
    SHOWN = "evidence shown", _("preuve remontrée")
    DELETED = "deleted", _("suppression")
    PROVED = "evidence linked", _("preuve rattachée")
    UNPROVED = "evidence unlinked", _("preuve détachée")
    HANDED_OVER = "handed over", _("fichier remis")
