from django.urls import include, path, register_converter

from portulan.api.views import Anything, version_1
from portulan.web import health, language, well_known
from portulan.web.plans.plan import all_plans
from portulan.web.plans.rooms import phones
from portulan.web.portfolio.room.phones import ballot
from portulan.web.sources import deposits
from portulan.web.steering.calendars import views as calendars
from portulan.web.steering.mail import no_mail
from portulan.web.steering.replies import views as replies

register_converter(Anything, "anything")
urlpatterns = [
    path("", include("portulan.web.accounts.signin.urls")),
    path(health.PATH.lstrip("/"), health.health, name="health"),
    path("-/", include("portulan.web.conformity.urls")),
    path("account/mail/<str:token>/", no_mail.no_mail, name="no-mail"),
    path("account/calendar/<str:token>.ics", calendars.read, name="calendar"),
    path("account/", include("portulan.web.accounts.account.urls")),
    path("account/factors/", include("portulan.web.accounts.factors.urls")),
    path("account/identities/", include("portulan.web.accounts.identities.urls")),
    path("account/tokens/", include("portulan.web.accounts.tokens.urls")),
    path("deposit/<slug:key>", deposits.receive, name="deposit"),
    path("reply/<str:token>/", replies.reply, name="reply"),
    path("atelier/", phones.enter, name="room-join"),
    path("atelier/choix/<str:token>/", ballot, name="vote-phone"),
    path("atelier/<str:token>/", phones.phone, name="room-phone"),
    path("invitation/", include("portulan.web.accounts.invitation.urls")),
    path("language/<str:code>/", language.switch, name="language"),
    path("api/v1/<anything:rest>", version_1, name="api"),
    path(".well-known/security.txt", well_known.security, name="security-txt"),
    path("public/<slug:body>/", include("portulan.web.publication.public.urls")),
    path("<slug:organisation>/", include("portulan.web.publication.board.urls")),
    path("<slug:organisation>/", include("portulan.web.finding.urls")),
    path("<slug:organisation>/help/", include("portulan.web.help.urls")),
    path("<slug:organisation>/all-plans/", all_plans, name="all-plans"),
    path("<slug:organisation>/catalogue/", include("portulan.web.catalogue.urls")),
    path("<slug:organisation>/plans/", include("portulan.web.plans.urls")),
    path("<slug:organisation>/sources/", include("portulan.web.sources.urls")),
    path("<slug:organisation>/evidence/", include("portulan.web.evidence.urls")),
    path("<slug:organisation>/steering/", include("portulan.web.steering.urls")),
    path("<slug:organisation>/impact/", include("portulan.web.impact.urls")),
    path("<slug:organisation>/budget/", include("portulan.web.budget.urls")),
    path("<slug:organisation>/observatory/", include("portulan.web.observatory.urls")),
    path("<slug:organisation>/portfolio/", include("portulan.web.portfolio.urls")),
    path("<slug:organisation>/privacy/", include("portulan.web.accounts.privacy.urls")),
    path("<slug:organisation>/documents/", include("portulan.web.publication.documents.urls")),
    path("<slug:organisation>/group/", include("portulan.web.publication.groups.urls")),
    path("<slug:organisation>/people/", include("portulan.web.accounts.people.urls")),
]

handler400 = "portulan.web.errors.bad_request"
handler403 = "portulan.web.errors.denied"
handler404 = "portulan.web.errors.not_found"
handler500 = "portulan.web.errors.server_error"
