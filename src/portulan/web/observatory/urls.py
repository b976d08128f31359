from django.urls import path

from portulan.web.observatory import views

app_name = "observatory"
urlpatterns = [
    path("", views.page, name="page"),
    path("drop/", views.drop, name="drop"),
    path("<str:siren>/<int:year>/peers.csv", views.peers, name="peers"),
    path("<str:siren>/<int:year>/<str:account>/", views.account, name="account"),
]
