from django.urls import path

from portulan.web.budget import views

app_name = "budget"
urlpatterns = [path("", views.years, name="years")]
