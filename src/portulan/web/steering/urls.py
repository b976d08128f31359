from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.finding.gesture import Gesture, Moment
from portulan.web.steering import end_of_plan
from portulan.web.steering.alerts import views as alerts
from portulan.web.steering.calendars import views as calendars
from portulan.web.steering.campaigns import views as campaigns
from portulan.web.steering.committees import sitting
from portulan.web.steering.committees import views as committees
from portulan.web.steering.handover import views as handover
from portulan.web.steering.mail import views as mail
from portulan.web.steering.overview import views as overview
from portulan.web.steering.replies import views as replies
from portulan.web.steering.sealed import views as sealed
from portulan.web.steering.todo import views as todo
from portulan.web.steering.webhooks import views as webhooks

app_name = "steering"
SEALED = "<slug:plan>/sealed/<int:number>"
CAMPAIGN = "<slug:plan>/campaigns/<int:pk>/"
REPLY = CAMPAIGN + "replies/<int:reply>/"
WEBHOOK = "webhooks/<int:pk>/"
COMMITTEE = "<slug:plan>/committees/<int:pk>/"
urlpatterns = [
    path("mail/", mail.browse, name="mail"),
    path("mail/settings/", mail.when, name="mail-settings"),
    path("mail/again/", mail.resume_all_of_them, name="mail-again"),
    path("mail/test/", mail.test, name="mail-test"),
    path("mail/addresses/<int:pk>/", mail.confirm, name="confirm-address"),
    path("mail/<int:pk>/", mail.letter, name="letter"),
    path("mail/<int:pk>/stop/", mail.stop_it, name="stop-letter"),
    path("mail/<int:pk>/resume/", mail.resume_it, name="resume-letter"),
    path("todo/", todo.todo, name="todo"),
    path("alerts/settings/", alerts.thresholds, name="alert-thresholds"),
    path("calendars/", calendars.browse, name="calendars"),
    path("calendars/new/", calendars.make, name="make-calendar"),
    path("calendars/<int:pk>/revoke/", calendars.revoke, name="revoke-calendar"),
    path("webhooks/", webhooks.browse, name="webhooks"),
    path("webhooks/new/", webhooks.edit, name="new-webhook"),
    path(WEBHOOK, webhooks.webhook, name="webhook"),
    path(WEBHOOK + "edit/", webhooks.edit, name="edit-webhook"),
    path(WEBHOOK + "stop/", webhooks.stop, name="stop-webhook"),
    path(WEBHOOK + "resume/", webhooks.resume, name="resume-webhook"),
    path(WEBHOOK + "secret/", webhooks.secret, name="renew-webhook"),
    path(WEBHOOK + "remove/", webhooks.remove, name="remove-webhook"),
    path(WEBHOOK + "test/", webhooks.test, name="test-webhook"),
    path(WEBHOOK + "messages/<int:delivery>/again/", webhooks.again, name="send-again"),
    path("handover/", handover.own, name="own-handover"),
    path("handover/<int:pk>/", handover.handover, name="handover"),
    path("handover/received/<int:pk>/", handover.welcome, name="received"),
    path("handover/received/<int:pk>/<slug:consent>/", handover.answer, name="take-over"),
    path("<slug:plan>/overview/", overview.overview, name="overview"),
    path("<slug:plan>/overview/seen/", overview.looked, name="looked"),
    path("<slug:plan>/committees/", committees.browse, name="committees"),
    path("<slug:plan>/committees/new/", committees.create, name="new-committee"),
    path("<slug:plan>/committees/bodies/", committees.body, name="new-body"),
    path("<slug:plan>/committees/bodies/<int:pk>/", committees.body, name="body"),
    path("<slug:plan>/committees/done/<int:pk>/", committees.done, name="decision-done"),
    path(COMMITTEE, committees.committee, name="committee"),
    path(COMMITTEE + "add/", committees.add, name="add-item"),
    path(COMMITTEE + "refresh/", committees.refresh, name="refresh-agenda"),
    path(COMMITTEE + "open/", committees.start, name="open-session"),
    path(COMMITTEE + "convene/", committees.convene_members, name="convene"),
    path(COMMITTEE + "items/<int:item>/", committees.answer, name="answer"),
    path(COMMITTEE + "play/", committees.play, name="play-day"),
    path(COMMITTEE + "room/", sitting.room, name="session-room"),
    path(COMMITTEE + "minutes/", sitting.write, name="write-minutes"),
    path(COMMITTEE + "close/", sitting.close, name="close-minutes"),
    path(COMMITTEE + "signed/", sitting.signed, name="signed-minutes"),
    path(COMMITTEE + "undo/", sitting.undo, name="undo-session"),
    path(COMMITTEE + "act/", sitting.act, name="attach-act"),
    path("<slug:plan>/campaigns/", campaigns.browse, name="campaigns"),
    path("<slug:plan>/campaigns/new/", campaigns.edit, name="new-campaign"),
    path(CAMPAIGN, campaigns.campaign, name="campaign"),
    path(CAMPAIGN + "edit/", campaigns.edit, name="edit-campaign"),
    path(CAMPAIGN + "open/", campaigns.start, name="open-campaign"),
    path(CAMPAIGN + "now/", campaigns.hasten, name="send-now"),
    path(CAMPAIGN + "close/", campaigns.close, name="close-campaign"),
    path(CAMPAIGN + "remove/", campaigns.take_away, name="remove-campaign"),
    path(CAMPAIGN + "accept/", campaigns.accept_all, name="accept-all"),
    path(CAMPAIGN + "links/", campaigns.links, name="reply-links"),
    path(CAMPAIGN + "sheet/", campaigns.drop, name="drop-sheet"),
    path(REPLY, replies.own, name="own-reply"),
    path(REPLY + "revoke/", campaigns.revoke_link, name="revoke-link"),
    path(REPLY + "renew/", campaigns.renew_link, name="renew-link"),
    path(REPLY + "sheet.<slug:kind>", campaigns.sheet, name="reply-sheet"),
    path("<slug:plan>/sealed/", sealed.browse, name="sealed-plans"),
    path("<slug:plan>/sealed/new/", sealed.seal, name="seal"),
    path("<slug:plan>/sealed/verdicts/", end_of_plan.verdicts, name="verdicts"),
    path("<slug:plan>/sealed/close/", end_of_plan.close, name="close"),
    path(f"{SEALED}/", sealed.since_then, name="sealed"),
    path(f"{SEALED}/plan/", sealed.read, name="sealed-plan"),
    path(f"{SEALED}/plan/<int:action>/", sealed.action, name="sealed-action"),
    path(f"{SEALED}/stamp/", sealed.stamp, name="stamp"),
    path(f"{SEALED}/differences.txt", sealed.differences_text, name="differences-text"),
    path(f"{SEALED}.json", sealed.file, name="sealed-file"),
]

GESTURES = [
    Gesture(
        Moment.WEEKLY,
        _("Voir tout ce qui est à faire"),
        "steering:todo",
        also="à faire tâches rappels échéances todo tasks",
    ),
    Gesture(
        Moment.WEEKLY,
        _("Relancer les pilotes silencieux"),
        "steering:campaigns",
        "plan",
        Operation.RUN_CAMPAIGN,
        Feature.STEERING,
        "campagne rappel remind",
    ),
    Gesture(
        Moment.WEEKLY,
        _("Lire ce qui est parti par message"),
        "steering:mail",
        need=Operation.RUN_CAMPAIGN,
        feature=Feature.STEERING,
        also="courrier courriel mail e-mail",
    ),
    Gesture(
        Moment.WEEKLY,
        _("Régler les alertes"),
        "steering:alert-thresholds",
        need=Operation.RUN_CAMPAIGN,
        feature=Feature.STEERING,
        also="seuils thresholds",
    ),
    Gesture(
        Moment.PLAN,
        _("Lancer une campagne"),
        "steering:new-campaign",
        "plan",
        Operation.RUN_CAMPAIGN,
        Feature.STEERING,
        "interroger les pilotes demander ask",
    ),
    Gesture(
        Moment.COMMITTEE,
        _("Fixer une séance et son ordre du jour"),
        "steering:new-committee",
        "plan",
        Operation.HOLD_COMMITTEE,
        Feature.STEERING,
        "comité réunion agenda meeting convocation",
    ),
    Gesture(
        Moment.COMMITTEE,
        _("Tenir la séance, arrêter le relevé"),
        "steering:committees",
        "plan",
        Operation.HOLD_COMMITTEE,
        Feature.STEERING,
        "comité décisions minutes",
    ),
    Gesture(
        Moment.COMMITTEE,
        _("Dire qui siège"),
        "steering:new-body",
        "plan",
        Operation.HOLD_COMMITTEE,
        Feature.STEERING,
        "organe membres quorum body",
    ),
    Gesture(
        Moment.COMMITTEE,
        _("Figer ce qui a été voté"),
        "steering:seal",
        "plan",
        Operation.SEAL,
        Feature.SEALS,
        "sceller sceau seal",
    ),
    Gesture(
        Moment.COMMITTEE,
        _("Relire une version votée"),
        "steering:sealed-plans",
        "plan",
        feature=Feature.SEALS,
        also="scellé sealed comparer différences",
    ),
    Gesture(
        Moment.PEOPLE,
        _("Partir ou m’absenter : passer la main"),
        "steering:own-handover",
        need=Operation.HANDOVER,
        also="départ absence congé successeur passation leaving handover deputy",
    ),
    Gesture(
        Moment.PEOPLE,
        _("Mettre mes échéances dans mon agenda"),
        "steering:calendars",
        feature=Feature.TOKENS,
        also="calendrier ics calendar",
    ),
    Gesture(
        Moment.PEOPLE,
        _("Prévenir un autre outil"),
        "steering:new-webhook",
        need=Operation.MANAGE,
        feature=Feature.TOKENS,
        also="webhook api",
    ),
    Gesture(
        Moment.KEEP,
        _("Voir ce qui a changé"),
        "steering:overview",
        "plan",
        feature=Feature.STEERING,
        also="nouveautés dernier passage changes",
    ),
]
