from django.urls import path

from portulan.web.finding import views

app_name = "finding"
urlpatterns = [
    path("find/", views.find, name="find"),
    path("menu/", views.menu, name="menu"),
    path("go/<slug:entry>/", views.go, name="go"),
]
