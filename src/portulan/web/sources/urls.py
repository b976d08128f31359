from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.web.finding.gesture import Gesture, Moment
from portulan.web.sources import connecting, views

app_name = "sources"
ONE = "<int:pk>/"
urlpatterns = [
    path("", views.browse, name="browse"),
    path("new/", connecting.make, name="new"),
    path(ONE, views.page, name="source"),
    path(ONE + "edit/", connecting.edit, name="edit"),
    path(ONE + "remove/", connecting.remove, name="remove"),
    path(ONE + "stop/", connecting.stop, name="stop"),
    path(ONE + "resume/", connecting.resume, name="resume"),
    path(ONE + "token/", connecting.token, name="token"),
    path(ONE + "token/close/", connecting.close, name="close-token"),
    path(ONE + "secret/", connecting.secret, name="secret"),
    path(ONE + "read/", connecting.read, name="read"),
    path(ONE + "give/", views.give, name="give"),
    path(ONE + "words/", views.words, name="words"),
    path(ONE + "answer/", views.answer, name="answer"),
    path(ONE + "link/", connecting.link, name="link"),
    path(ONE + "feeds/<int:feed>/remove/", connecting.unlink, name="unlink"),
]

GESTURES = [
    Gesture(
        Moment.EFFECTS,
        _("Brancher une source"),
        "sources:new",
        need=Operation.SOURCE,
        also="glpi inventaire parc outil compteur audit inventory feed tool meter",
    ),
    Gesture(
        Moment.EFFECTS,
        _("Accepter les relevés proposés par une source"),
        "sources:browse",
        also="glpi dépôt fichier nourrir accept reading deposit",
    ),
]
