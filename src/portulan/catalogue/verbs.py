"""The verbs of catalogues in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    CREATED = "created", _("création")
    DELETED = "deleted", _("suppression")
    EDITED = "edited", _("modification")
    IMPORTED = "imported", _("import")
    LINK_REMOVED = "link removed", _("lien retiré")
    LINK_RESTORED = "link restored", _("lien rétabli")
    LINKED = "linked", _("lien")
