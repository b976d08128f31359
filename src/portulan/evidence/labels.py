"""What may act by itself in a document, in words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActiveContent(models.TextChoices):
    """What acts by itself, with its words."""

    SCRIPT = "script", _("un script")
    PROGRAM = "program", _("un programme lancé")
    FILE = "file", _("un fichier joint")
    LINK = "link", _("un lien suivi à l’ouverture")
    SENDING = "sending", _("un envoi de données")
    FORM = "form", _("un formulaire dynamique")
    MEDIA = "media", _("un contenu animé")
    UNREAD = "unread", _("un contenu qui ne se lit pas")
