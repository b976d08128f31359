"""The verbs of indicators in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    COMPUTED = "computed", _("calcul")
    CREATED = "created", _("création")
    EDITED = "edited", _("modification")
    MEASURED = "measured", _("relevé")
    MEASUREMENT_KEPT = "measurement kept", _("relevé retenu")
    MEASUREMENT_REFUSED = "measurement refused", _("relevé écarté")
    MEASUREMENT_WITHDRAWN = "measurement withdrawn", _("relevé retiré")
    TARGET_JUDGED = "target judged", _("cible jugée")
    TARGET_REMOVED = "target removed", _("cible retirée")
    TARGET_SET = "target set", _("cible")
    UNITS_DESIGNATED = "units designated", _("entités désignées")
