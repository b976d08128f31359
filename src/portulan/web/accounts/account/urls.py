from django.urls import path

from portulan.web.accounts.account import views

urlpatterns = [
    path("", views.account, name="account"),
    path("sessions/close/", views.close, name="account-close"),
    path("address/prove/", views.prove, name="account-prove"),
    path("address/", views.address, name="account-address"),
]
