from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.web.accounts.factors import views
from portulan.web.accounts.passkeys import views as passkeys
from portulan.web.finding.gesture import Gesture, Moment

urlpatterns = [
    path("", views.browse, name="factors"),
    path("confirm/", views.confirm, name="factor-confirm"),
    path("application/", views.application, name="factor-application"),
    path("passkey/", passkeys.make, name="factor-passkey"),
    path("recovery/", views.recovery, name="factor-recovery"),
    path("<int:pk>/remove/", views.remove, name="factor-remove"),
]

GESTURES = [
    Gesture(
        Moment.PEOPLE,
        _("Protéger mon compte d’un second facteur"),
        "factors",
        "account",
        also="TOTP passkey clé mot de passe password",
    ),
]
