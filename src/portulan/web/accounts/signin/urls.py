from django.urls import path

from portulan.web.accounts.identities import views as identities
from portulan.web.accounts.passkeys import views as passkeys
from portulan.web.accounts.signin import code, views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/passkey/", passkeys.sign_in, name="sign-in-passkey"),
    path("sign-in/openid/", identities.leave, name="sign-in-openid"),
    path("sign-in/openid/back/", identities.arrive, name="sign-in-openid-back"),
    path("sign-in/code/", code.code, name="sign-in-code"),
    path("sign-in/forgotten/", views.forgotten, name="sign-in-forgotten"),
    path("account/not-me/<str:token>/", views.not_me, name="not-me"),
    path("sign-in/<str:token>/", views.link, name="sign-in-link"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
