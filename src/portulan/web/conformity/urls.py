from django.urls import path

from portulan.web.conformity import views

urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("ecodesign/", views.ecodesign, name="ecodesign"),
]
