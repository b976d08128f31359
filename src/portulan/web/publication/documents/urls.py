from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.finding.gesture import Gesture, Moment
from portulan.web.publication import obligations
from portulan.web.publication.documents import take_away, texts, views
from portulan.web.publication.label import views as label
from portulan.web.publication.public import choosing
from portulan.web.publication.services import views as services

app_name = "documents"
CRITERIA = "criteria/<slug:plan>/"
CRITERION = CRITERIA + "<int:criterion>/"
urlpatterns = [
    path("", views.browse, name="browse"),
    path("kept/<int:kept>/", views.kept, name="kept"),
    path("kept/<int:kept>.<slug:suffix>", views.kept_file, name="kept-file"),
    path("kept/<int:kept>/presentation/", views.present, name="present"),
    path("minutes/<slug:plan>/<int:pk>.<slug:suffix>", views.minutes, name="minutes"),
    path("kept/<int:kept>/public/", choosing.show, name="show"),
    path("services/", services.browse, name="services"),
    path("services/new/", services.add, name="add-service"),
    path("services/<slug:service>/", services.service, name="service"),
    path("services/<slug:service>/edit/", services.edit, name="edit-service"),
    path("services/<slug:service>/remove/", services.remove, name="remove-service"),
    path("services/<slug:service>/<int:theme>/", services.theme, name="service-theme"),
    path(CRITERIA, label.browse, name="criteria"),
    path(CRITERIA + "new/", label.add, name="add-criterion"),
    path(CRITERIA + "paste/", label.paste, name="paste-criteria"),
    path(CRITERIA + "undo/<int:entry>/", label.undo, name="undo-criteria"),
    path(CRITERION, label.criterion, name="criterion"),
    path(CRITERION + "remove/", label.remove, name="remove-criterion"),
    path(CRITERION + "evidence/", label.give, name="give-criterion-evidence"),
    path(
        CRITERION + "evidence/<int:piece>/remove/",
        label.take_back,
        name="take-criterion-evidence",
    ),
    path("obligations/", obligations.browse, name="obligations"),
    path("obligations/<slug:law>/<int:year>/", obligations.note, name="note-obligation"),
    path("everything/", take_away.take_away, name="take-away"),
    path("public/", choosing.overview, name="public"),
    path("public/choice/", choosing.choose, name="choose-public"),
    path("public/publish/", choosing.publish, name="publish"),
    path("public/editions/<int:rank>/", choosing.withdraw_edition, name="withdraw-edition"),
    path("public/documents/<int:shown>/", choosing.withdraw_document, name="withdraw-document"),
    path("public/figures/<slug:seal>.json", choosing.originals, name="originals"),
    path("public/reports/", choosing.reports, name="reports"),
    path("public/reports/<int:report>/", choosing.answer, name="answer-report"),
    path("<slug:document>/<int:year>/", views.preview, name="preview"),
    path("<slug:document>/<int:year>/texts/", texts.texts, name="texts"),
    path("<slug:document>/<int:year>/texts/undo/<int:entry>/", texts.undo, name="undo-texts"),
    path("<slug:document>/<int:year>/produce/", views.produce, name="produce"),
    path("<slug:document>/<int:year>.<slug:suffix>", views.file, name="file"),
]

GESTURES = [
    Gesture(
        Moment.PUBLISH,
        _("Imprimer le plan pour l’assemblée"),
        "documents:browse",
        feature=Feature.DOCUMENTS,
        also="PDF papier document print",
    ),
    Gesture(
        Moment.PUBLISH,
        _("Faire le rapport annuel"),
        "documents:browse",
        feature=Feature.DOCUMENTS,
        also="bilan compte rendu yearly report",
    ),
    Gesture(
        Moment.PUBLISH,
        _("Voir ce que la loi demande"),
        "documents:obligations",
        feature=Feature.DOCUMENTS,
        also="obligations AGEC REEN RGAA RGESN échéances legal duties deadlines",
    ),
    Gesture(
        Moment.PUBLISH,
        _("Mettre le plan en ligne"),
        "documents:choose-public",
        need=Operation.PUBLISH_PLAN,
        also="page publique site données ouvertes open data",
    ),
    Gesture(
        Moment.PUBLISH,
        _("Répondre à une erreur signalée"),
        "documents:reports",
        need=Operation.PUBLISH_PLAN,
        also="correction citoyen",
    ),
    Gesture(
        Moment.PUBLISH,
        _("Préparer le dossier du label"),
        "documents:criteria",
        "plan",
        feature=Feature.DOCUMENTS,
        also="NR critères criteria",
    ),
    Gesture(
        Moment.EFFECTS,
        _("Auditer un service numérique"),
        "documents:services",
        feature=Feature.DOCUMENTS,
        also="RGESN écoconception RGAA site application",
    ),
    Gesture(
        Moment.KEEP,
        _("Tout emporter"),
        "documents:take-away",
        need=Operation.EXPORT_ALL,
        also="export archive ZIP sauvegarde quitter everything backup leave",
    ),
]
