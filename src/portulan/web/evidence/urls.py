from django.urls import path

from portulan.web.evidence import views

app_name = "evidence"
PIECE = "<int:pk>/"
urlpatterns = [
    path("", views.browse, name="browse"),
    path(PIECE, views.piece, name="piece"),
    path(PIECE + "files/<int:number>/", views.download, name="file"),
    path(PIECE + "revise/", views.revise, name="revise"),
    path(PIECE + "edit/", views.edit, name="edit"),
    path(PIECE + "hide/", views.hide, name="hide"),
    path(PIECE + "show/", views.show, name="show"),
    path(PIECE + "delete/", views.delete, name="delete"),
]
