from django.urls import path

from portulan.web.dashboard import views

app_name = "dashboard"
urlpatterns = [path("", views.page, name="page")]
