from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.finding.gesture import Gesture, Moment
from portulan.web.observatory import own, rows, views

app_name = "observatory"
urlpatterns = [
    path("", views.page, name="page"),
    path("drop/", views.drop, name="drop"),
    path("commons/", views.commons, name="commons"),
    path("gap/<int:year>/", own.gap, name="gap"),
    path("start/<int:year>/", own.start, name="start"),
    path("<str:siren>/purchases/", rows.purchases, name="purchases"),
    path("<str:siren>/<int:year>/", rows.budgets, name="budgets"),
    path("<str:siren>/<int:year>/peers.csv", rows.peers, name="peers"),
    path("<str:siren>/<int:year>/block/", rows.block, name="block"),
    path("<str:siren>/<int:year>/<str:account>/", rows.account, name="account"),
]

GESTURES = [
    Gesture(
        Moment.BUDGET,
        _("Nous comparer à nos pairs"),
        "observatory:page",
        need=Operation.READ_BUDGET,
        feature=Feature.OBSERVATORY,
        also="comptes publics SIREN strate compare peers",
    ),
]
