from django.urls import path

from portulan.web.accounts.invitation import views

urlpatterns = [
    path("<str:token>/", views.invitation, name="invitation"),
]
