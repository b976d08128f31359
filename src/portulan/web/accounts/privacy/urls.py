from django.urls import path

from portulan.web.accounts.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.notice, name="notice"),
    path("edit/", views.edit, name="edit"),
    path("mine/", views.mine, name="mine"),
    path("<int:pk>/held/", views.held, name="held"),
]
