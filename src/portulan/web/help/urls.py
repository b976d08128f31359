from django.urls import path

from portulan.web.help import views

app_name = "help"
urlpatterns = [
    path("", views.browse, name="list"),
    path("<slug:name>/", views.page, name="page"),
]
