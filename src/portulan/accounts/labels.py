"""What each kind of second factor is called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portulan.accounts.words import FactorKind
from portulan.core.say.text import Text

FACTORS: dict[str, str | Promise] = {
    FactorKind.TOTP: _("application"),
    FactorKind.PASSKEY: _("clé d’accès"),
}

# What texts are written in, by their ISO 639-1 code.
CONTENT_LANGUAGES = {
    "fr": Text("français", "French"),
    "en": Text("anglais", "English"),
    "de": Text("allemand", "German"),
    "es": Text("espagnol", "Spanish"),
    "it": Text("italien", "Italian"),
    "nl": Text("néerlandais", "Dutch"),
    "pt": Text("portugais", "Portuguese"),
}
