from django.urls import path

from portulan.web.plans import views

app_name = "plans"
urlpatterns = [path("", views.current, name="current")]
