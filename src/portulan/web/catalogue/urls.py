from django.urls import path

from portulan.web.catalogue import views, workshop

app_name = "catalogue"
urlpatterns = [
    path("", views.browse, name="browse"),
    path("workshop/<int:version_id>/", workshop.overview, name="workshop"),
    path("workshop/<int:version_id>/<str:code>/", workshop.step, name="step"),
    path("workshop/<int:version_id>/<str:code>/undo/", views.undo_in_workshop, name="undo-step"),
    path("<int:version_id>/<str:code>/", views.practice, name="practice"),
    path("<int:version_id>/<str:code>/undo/", views.undo, name="undo"),
]
