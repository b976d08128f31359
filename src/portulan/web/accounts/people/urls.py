from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.accounts.people import features, security, siren, views
from portulan.web.finding.gesture import Gesture, Moment

app_name = "people"
urlpatterns = [
    path("", views.browse, name="browse"),
    path("organisation/", views.organisation, name="organisation"),
    path("siren/", siren.prove, name="siren"),
    path("more/", features.features, name="features"),
    path("more/<str:feature>/", features.turn, name="turn-feature"),
    path("work/<int:pk>/again/", views.try_again, name="try-again"),
    path("access/", features.access, name="access"),
    path("unit/", views.add_unit, name="add-unit"),
    path("add/", views.add, name="add"),
    path("<int:pk>/", views.edit, name="edit"),
    path("<int:pk>/link/", views.link, name="link"),
    path("<int:pk>/tokens/<int:closed>/", views.revoke_token, name="revoke-token"),
    path("<int:pk>/erase/", views.erase, name="erase"),
    path("journal/", views.journal, name="journal"),
    path("security/", security.security, name="security"),
    path("security/export/", security.export, name="security-export"),
]

GESTURES = [
    Gesture(
        Moment.PEOPLE,
        _("Inviter un collègue"),
        "people:add",
        need=Operation.MANAGE,
        also="personne compte ajouter person user",
    ),
    Gesture(
        Moment.PEOPLE,
        _("Changer le rôle d’une personne, l’effacer"),
        "people:browse",
        need=Operation.MANAGE,
        also="droits départ supprimer effacer rights erase leave",
    ),
    Gesture(
        Moment.PEOPLE,
        _("Ajouter une entité"),
        "people:add-unit",
        need=Operation.MANAGE,
        feature=Feature.UNITS,
        also="direction service unit",
    ),
    Gesture(
        Moment.PEOPLE,
        _("Corriger le nom ou le SIREN"),
        "people:organisation",
        need=Operation.MANAGE,
        also="organisation population SIRET",
    ),
    Gesture(
        Moment.PEOPLE,
        _("Montrer ou ranger des fonctions"),
        "people:features",
        also="simple petite commune options",
    ),
    Gesture(
        Moment.KEEP,
        _("Savoir qui a changé quoi"),
        "people:journal",
        need=Operation.READ_TRAIL,
        also="journal trace historique trail audit",
    ),
    Gesture(
        Moment.KEEP,
        _("Savoir qui est entré"),
        "people:security",
        need=Operation.READ_SECURITY,
        also="journal de sécurité connexion security",
    ),
]
