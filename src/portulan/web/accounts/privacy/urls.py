from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.web.accounts.privacy import views
from portulan.web.finding.gesture import Gesture, Moment

app_name = "privacy"
urlpatterns = [
    path("", views.notice, name="notice"),
    path("edit/", views.edit, name="edit"),
    path("mine/", views.mine, name="mine"),
    path("<int:pk>/held/", views.held, name="held"),
]

GESTURES = [
    Gesture(
        Moment.KEEP,
        _("Lire mes données personnelles"),
        "privacy:notice",
        also="RGPD vie privée GDPR",
    ),
]
