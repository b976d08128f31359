from django.urls import path

from portulan.web.sources import connecting, views

app_name = "sources"
ONE = "<int:pk>/"
urlpatterns = [
    path("", views.browse, name="browse"),
    path("new/", connecting.make, name="new"),
    path(ONE, views.page, name="source"),
    path(ONE + "edit/", connecting.edit, name="edit"),
    path(ONE + "remove/", connecting.remove, name="remove"),
    path(ONE + "stop/", connecting.stop, name="stop"),
    path(ONE + "resume/", connecting.resume, name="resume"),
    path(ONE + "token/", connecting.token, name="token"),
    path(ONE + "token/close/", connecting.close, name="close-token"),
    path(ONE + "give/", views.give, name="give"),
    path(ONE + "words/", views.words, name="words"),
    path(ONE + "answer/", views.answer, name="answer"),
    path(ONE + "link/", connecting.link, name="link"),
    path(ONE + "feeds/<int:feed>/remove/", connecting.unlink, name="unlink"),
]
