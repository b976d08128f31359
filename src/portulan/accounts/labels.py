"""What each kind of second factor is called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portulan.accounts.words import FactorKind

FACTORS: dict[str, str | Promise] = {
    FactorKind.TOTP: _("application"),
    FactorKind.PASSKEY: _("clé d’accès"),
}
