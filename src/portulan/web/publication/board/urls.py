from django.urls import path

from portulan.web.publication.board import views

app_name = "dashboard"
urlpatterns = [path("", views.page, name="page")]
