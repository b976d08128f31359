from django.urls import path

from portulan.web.accounts.signin import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/<str:token>/", views.link, name="sign-in-link"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
