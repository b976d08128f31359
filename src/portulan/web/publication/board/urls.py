from django.urls import path

from portulan.web.publication.board import views

app_name = "dashboard"
urlpatterns = [
    path("", views.home, name="page"),
    path("own/", views.page, name="own"),
]
