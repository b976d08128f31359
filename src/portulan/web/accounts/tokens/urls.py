from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.accounts.tokens import views
from portulan.web.finding.gesture import Gesture, Moment

urlpatterns = [
    path("", views.browse, name="tokens"),
    path("<slug:place>/", views.make, name="token-make"),
    path("<slug:place>/<int:pk>/", views.revoke_own, name="token-revoke"),
]

GESTURES = [
    Gesture(
        Moment.PEOPLE,
        _("Créer ou révoquer un jeton"),
        "tokens",
        "account",
        Operation.MAKE_TOKEN,
        Feature.TOKENS,
        "API clé token revoke",
    ),
]
