from django.urls import path

from portulan.web.accounts.factors import views
from portulan.web.accounts.passkeys import views as passkeys

urlpatterns = [
    path("", views.browse, name="factors"),
    path("confirm/", views.confirm, name="factor-confirm"),
    path("application/", views.application, name="factor-application"),
    path("passkey/", passkeys.make, name="factor-passkey"),
    path("recovery/", views.recovery, name="factor-recovery"),
    path("<int:pk>/remove/", views.remove, name="factor-remove"),
]
