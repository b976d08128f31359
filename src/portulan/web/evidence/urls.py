from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.web.evidence import views
from portulan.web.finding.gesture import Gesture, Moment

app_name = "evidence"
PIECE = "<int:pk>/"
urlpatterns = [
    path("", views.browse, name="browse"),
    path(PIECE, views.piece, name="piece"),
    path(PIECE + "files/<int:number>/", views.download, name="file"),
    path(PIECE + "revise/", views.revise, name="revise"),
    path(PIECE + "edit/", views.edit, name="edit"),
    path(PIECE + "hide/", views.hide, name="hide"),
    path(PIECE + "show/", views.show, name="show"),
    path(PIECE + "delete/", views.delete, name="delete"),
]

GESTURES = [
    Gesture(
        Moment.WEEKLY,
        _("Joindre une preuve ou une facture"),
        "evidence:browse",
        need=Operation.GIVE_EVIDENCE,
        also="justificatif pièce document proof attach",
    ),
]
