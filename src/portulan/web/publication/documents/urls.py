from django.urls import path

from portulan.web.publication.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.browse, name="browse"),
    path("kept/<int:kept>/", views.kept, name="kept"),
    path("kept/<int:kept>.<slug:suffix>", views.kept_file, name="kept-file"),
    path("minutes/<slug:plan>/<int:pk>.<slug:suffix>", views.minutes, name="minutes"),
    path("<slug:document>/<int:year>/", views.preview, name="preview"),
    path("<slug:document>/<int:year>/produce/", views.produce, name="produce"),
    path("<slug:document>/<int:year>.<slug:suffix>", views.file, name="file"),
]
