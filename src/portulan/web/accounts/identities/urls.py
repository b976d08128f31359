from django.urls import path

from portulan.web.accounts.identities import views

urlpatterns = [
    path("", views.link, name="identity-link"),
    path("<int:pk>/unlink/", views.unlink, name="identity-unlink"),
]
