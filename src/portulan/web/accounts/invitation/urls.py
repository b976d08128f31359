from django.urls import path

from portulan.web.accounts.invitation import views

urlpatterns = [
    path("mine/<int:pk>/", views.mine, name="invitation-mine"),
    path("<str:token>/", views.invitation, name="invitation"),
]
