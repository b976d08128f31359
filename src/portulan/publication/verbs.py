"""The verbs of what goes out, in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    PRODUCED = "produced", _("document produit")
