"""The verbs of sources in the trail, and their words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.core import trail


class Verb(trail.Verb):
    FED = "indicator fed", _("indicateur nourri")
    FEED_ENDED = "feed ended", _("indicateur plus nourri")
    MEANT = "words explained", _("sens de mots dit")
    PHOTOGRAPHED = "snapshot taken", _("photographie prise")
    READING_ACCEPTED = "reading accepted", _("relevé accepté")
    READING_REFUSED = "reading refused", _("relevé refusé")
    READING_TO_CHECK = "reading to check", _("relevé à vérifier")
    SOURCE_MADE = "source made", _("source branchée")
    SOURCE_EDITED = "source edited", _("source modifiée")
    SOURCE_REMOVED = "source removed", _("source retirée")
    SOURCE_STOPPED = "source stopped", _("source arrêtée")
    SOURCE_RESUMED = "source resumed", _("source remise en service")
    SECRET_GIVEN = "source secret", _("secret de source donné")
    TOKEN_GIVEN = "deposit token", _("jeton de dépôt changé")
    TOKEN_CLOSED = "deposit token closed", _("jeton de dépôt fermé")
