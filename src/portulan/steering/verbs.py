"""The verbs of steering in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    SEALED = "plan sealed", _("plan scellé")
    STAMPED = "seal stamped", _("sceau horodaté")
    JUDGED = "commitment judged", _("engagement jugé")
