from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.finding.gesture import Gesture, Moment
from portulan.web.publication.groups import (
    delegations,
    founding,
    many,
    members,
    plans,
    sharing,
    work,
)

app_name = "groups"
urlpatterns = [
    path("", sharing.page, name="page"),
    path("with/<int:group>/", sharing.edit, name="share"),
    path("with/<int:group>/copy/", sharing.own_copy, name="own-copy"),
    path("with/<int:group>/again/", sharing.again, name="share-again"),
    path("with/<int:group>/end/", sharing.end, name="end-sharing"),
    path("with/<int:group>/delegate/", delegations.give, name="delegate"),
    path("delegations/<int:delegation>/accept/", delegations.accept, name="accept-delegation"),
    path("delegations/<int:delegation>/end/", delegations.end, name="end-delegation"),
    path("plans/<int:sent>/", plans.take, name="take-plan"),
    path("plans/<int:sent>/decline/", plans.decline, name="decline-plan"),
    path("members/", members.table, name="members"),
    path("members/table.csv", members.file, name="members-file"),
    path("members/list/", members.say, name="say-members"),
    path("members/found/", founding.found, name="found-members"),
    path("members/tasks/<slug:kind>/", work.work, name="work"),
    path("members/tasks/<slug:kind>/resume/", work.go_on, name="resume-work"),
    path("members/campaign/", many.campaign, name="members-campaign"),
    path("members/silent/", many.silent, name="silent-members"),
    path("members/sheets/", many.sheets, name="members-sheets"),
    path("members/sheets/file.pdf", many.sheets_pdf, name="sheets-file"),
    path("members/waiting/<int:copy>/", members.accept, name="accept-member"),
    path("members/waiting/<int:copy>/decline/", members.decline, name="decline-member"),
    path("members/send/", plans.send, name="send-plan"),
    path("members/<int:copy>/", members.copy, name="copy"),
]

GESTURES = [
    Gesture(
        Moment.PEOPLE,
        _("Partager avec un groupe"),
        "groups:page",
        feature=Feature.GROUPS,
        also="syndicat intercommunalité share",
    ),
    Gesture(
        Moment.PEOPLE,
        _("Ajouter un membre au groupe"),
        "groups:members",
        need=Operation.SHARE,
        feature=Feature.GROUPS,
        also="syndicat commune member",
    ),
]
