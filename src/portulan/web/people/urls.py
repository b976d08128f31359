from django.urls import path

from portulan.web.people import views

app_name = "people"
urlpatterns = [path("", views.browse, name="list")]
