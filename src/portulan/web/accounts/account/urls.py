from django.urls import path

from portulan.web.accounts.account import views

urlpatterns = [
    path("", views.account, name="account"),
    path("address/", views.address, name="account-address"),
]
