from django.urls import path

from portulan.web.catalogue import views

app_name = "catalogue"
urlpatterns = [path("", views.browse, name="list")]
