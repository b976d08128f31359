"""The verbs of impact in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    ESTIMATE_RESTORED = "estimate restored", _("estimation rétablie")
    ESTIMATE_WITHDRAWN = "estimate withdrawn", _("estimation retirée")
    ESTIMATED = "estimated", _("estimation")
    FACTOR_GIVEN = "factor given", _("facteur donné")
    FACTOR_WITHDRAWN = "factor withdrawn", _("facteur retiré")
    SOCIAL_EFFECT_ADDED = "social effect added", _("effet social ajouté")
    SOCIAL_EFFECT_EDITED = "social effect edited", _("effet social modifié")
    SOCIAL_EFFECT_REMOVED = "social effect removed", _("effet social retiré")
