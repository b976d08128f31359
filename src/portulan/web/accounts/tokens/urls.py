from django.urls import path

from portulan.web.accounts.tokens import views

urlpatterns = [
    path("", views.browse, name="tokens"),
    path("<slug:place>/", views.make, name="token-make"),
    path("<slug:place>/<int:pk>/", views.revoke_own, name="token-revoke"),
]
