from django.urls import path

from portulan.web.steering import closing
from portulan.web.steering.sealed import views as sealed

app_name = "steering"
SEALED = "<slug:plan>/sealed/<int:number>"
urlpatterns = [
    path("<slug:plan>/sealed/", sealed.browse, name="sealed-plans"),
    path("<slug:plan>/sealed/new/", sealed.seal, name="seal"),
    path("<slug:plan>/sealed/verdicts/", closing.verdicts, name="verdicts"),
    path("<slug:plan>/sealed/close/", closing.close, name="close"),
    path(f"{SEALED}/", sealed.since_then, name="sealed"),
    path(f"{SEALED}/plan/", sealed.read, name="sealed-plan"),
    path(f"{SEALED}/plan/<int:action>/", sealed.action, name="sealed-action"),
    path(f"{SEALED}/stamp/", sealed.stamp, name="stamp"),
    path(f"{SEALED}/differences.txt", sealed.differences_text, name="differences-text"),
    path(f"{SEALED}.json", sealed.file, name="sealed-file"),
]
