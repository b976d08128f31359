from django.urls import path

from portulan.web.accounts.people import features, security, siren, views

app_name = "people"
urlpatterns = [
    path("", views.browse, name="browse"),
    path("organisation/", views.organisation, name="organisation"),
    path("siren/", siren.prove, name="siren"),
    path("more/", features.features, name="features"),
    path("more/<str:feature>/", features.turn, name="turn-feature"),
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
