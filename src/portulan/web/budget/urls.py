from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.budget import green, invoices, legal, purchases, savings, staff_time
from portulan.web.budget.attributions import evidence, proposals, rules
from portulan.web.budget.attributions import views as attributions_views
from portulan.web.budget.contracts import views as contracts_views
from portulan.web.budget.decisions import views as decisions_views
from portulan.web.budget.funding import forecast, programmes
from portulan.web.budget.funding import views as funding_views
from portulan.web.budget.imports import chain, columns, differences, split, typed, writing
from portulan.web.budget.imports import views as imports_views
from portulan.web.budget.indicator import corrections
from portulan.web.budget.indicator import views as indicator_views
from portulan.web.budget.lines import list as lines_list
from portulan.web.budget.lines import views as lines_views
from portulan.web.budget.perimeter import views as perimeter_views
from portulan.web.budget.provided import views as provided_views
from portulan.web.budget.queue import following
from portulan.web.budget.queue import views as queue_views
from portulan.web.budget.years import views as years_views
from portulan.web.budget.years.closed import of_open_year
from portulan.web.finding.gesture import Gesture, Moment

app_name = "budget"

contracts = [
    path("", contracts_views.browse, name="contracts"),
    path("new/", contracts_views.add, name="add-contract"),
    path("file/", contracts_views.take, name="take-contracts"),
    path("habits/", contracts_views.habits, name="contract-habits"),
    path("<int:pk>/", contracts_views.contract, name="contract"),
    path("<int:pk>/edit/", contracts_views.edit, name="edit-contract"),
    path("<int:pk>/remove/", contracts_views.remove, name="remove-contract"),
    path("<int:pk>/pack.odt", contracts_views.pack_file, name="contract-pack"),
]
line = [
    path("", lines_views.line, name="line"),
    path("orders/", lines_views.orders, name="orders"),
    path("verdict/", of_open_year(lines_views.judge), name="judge"),
    path("verdict/clear/", lines_views.unjudge, name="unjudge"),
    path("review/", lines_views.mark_reviewed, {"reviewed": True}, name="review-line"),
    path("review/undo/", lines_views.mark_reviewed, {"reviewed": False}, name="unreview-line"),
    path("provided/", of_open_year(provided_views.take_share), name="take-share"),
    path("attribute/", of_open_year(attributions_views.attribute), name="attribute"),
]
attribution = [
    path("", of_open_year(attributions_views.edit), name="edit-attribution"),
    path("withdraw/", attributions_views.withdraw, name="withdraw"),
    path("restore/<str:status>/", attributions_views.restore, name="restore"),
    path("accept/", queue_views.accept, name="accept"),
    path("evidence/", of_open_year(evidence.give), name="give-evidence"),
]
batch = [
    path("", imports_views.batch, name="batch"),
    path("not-carried/", imports_views.decisions, name="not-carried"),
    path("differences/", differences.differing_lines, name="differences"),
    path("original/", imports_views.original, name="original"),
    path("confirm/", imports_views.confirm, name="confirm"),
    path("cancel/", writing.cancel, name="cancel-import"),
    path("roll-back/", of_open_year(imports_views.roll_back), name="roll-back"),
    path("discard/", imports_views.discard, name="discard"),
    path("answer/", imports_views.answer, name="answer"),
    path("suppliers/erase/", imports_views.erase_suppliers, name="erase-suppliers"),
    path("split/", split.split_file, name="split"),
    path("split/undo/", split.undo_split, name="unsplit"),
    path("answer/back/", imports_views.take_answer_back, name="take-answer-back"),
    path("document-date/", of_open_year(chain.document_date), name="document-date"),
]
decision_sheet = [
    path("", decisions_views.decision_sheet, name="decision-sheet"),
    path("confirm/", decisions_views.confirm_sheet, name="confirm-sheet"),
    path("take-back/", decisions_views.take_back_sheet, name="take-back-sheet"),
    path("discard/", decisions_views.discard_sheet, name="discard-sheet"),
]
year: list[URLPattern | URLResolver] = [
    path("", indicator_views.year, name="year"),
    path("edit/", of_open_year(years_views.edit_year), name="edit-year"),
    path("whole/", years_views.whole_year, {"whole": True}, name="whole-year"),
    path("not-whole/", years_views.whole_year, {"whole": False}, name="part-year"),
    path("close/", of_open_year(years_views.close_year), name="close-year"),
    path("reopen/", years_views.reopen_year, name="reopen-year"),
    path("publish/", indicator_views.publish, name="publish"),
    path("adjustments/", corrections.adjustments, name="adjustments"),
    path("adjustments/<int:pk>/withdraw/", corrections.withdraw, name="withdraw-adjustment"),
    path("adjustments/<int:pk>/restore/", corrections.restore, name="restore-adjustment"),
    path("on/", corrections.on_day, name="on-day"),
    path("posts/", indicator_views.posts, name="posts"),
    path("runs/", indicator_views.runs, name="runs"),
    path("runs/<int:pk>/", indicator_views.run, name="run"),
    path("lines/", lines_list.lines, name="lines"),
    path("lines.<slug:kind>", lines_list.lines_file, name="lines-file"),
    path("lines/<int:pk>/", include(line)),
    path("attributions/<int:pk>/", include(attribution)),
    path("suggestions/<slug:plan>/<int:number>/", proposals.suggestions, name="suggestions"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/accept/", proposals.answer, {"deed": "accept"}, name="accept-many"),
    path("proposals/refuse/", proposals.answer, {"deed": "refuse"}, name="refuse-many"),
    path("proposals/undo/<str:pks>/", proposals.undo, name="undo-answer"),
    path("decisions/", decisions_views.decisions, name="decisions"),
    path("decisions.<slug:kind>", decisions_views.decisions_file, name="decisions-file"),
    path("decisions/<int:pk>/", include(decision_sheet)),
    path("queue/", queue_views.waiting_lines, name="queue"),
    path("queue/verdicts/", following.follow_verdicts, name="follow-verdicts"),
    path("queue/undo/<int:entry>/", queue_views.take_back, name="take-back"),
    path("queue/review/", queue_views.review_checked, name="review-lines"),
    path("queue/justify/", queue_views.justify_checked, name="justify-attributions"),
    path(
        "queue/justify/undo/<str:pks>/",
        queue_views.declare_again,
        name="declare-attributions",
    ),
    path("queue/review/undo/<str:pks>/", queue_views.unreview_lines, name="unreview-lines"),
    path("imports/", imports_views.imports, name="imports"),
    path("imports/new/", of_open_year(imports_views.upload), name="upload"),
    path("imports/columns/<str:token>/", of_open_year(columns.columns), name="columns"),
    path("imports/tools/<int:pk>/forget/", columns.forget, name="forget-columns"),
    path("imports/<int:pk>/", include(batch)),
    path("chain/", chain.chain, name="chain"),
    path("figures/", of_open_year(typed.type_figures), name="type-figures"),
    path("money/", funding_views.money, name="money"),
    path("landing/", forecast.landing, name="landing"),
    path("allotments/", funding_views.allotments, name="allotments"),
    path("co-funding/", funding_views.co_funding, name="co-funding"),
    path("savings/", savings.savings, name="savings"),
    path("staff-time/", staff_time.staff_time, name="staff-time"),
    path("green/", green.green, name="green"),
    path("purchases/", purchases.purchases, name="purchases"),
    path("purchases.<slug:kind>", purchases.purchases_file, name="purchases-file"),
    path("purchases/sheet/", purchases.purchases_sheet, name="purchases-sheet"),
    path("purchases/sheet/take/", purchases.take_purchases, name="take-purchases"),
    path("purchases/invoices/<int:source>/", invoices.take, name="purchases-invoices"),
    path("gifts/", purchases.gifts, name="gifts"),
    path("provided/", provided_views.provided, name="provided"),
    path("provided/members/", provided_views.say_to_members, name="say-to-members"),
    path("provided/file/", provided_views.share_file, name="share-file"),
]
programme = [
    path("", programmes.programme, name="programme"),
    path("edit/", programmes.edit_programme, name="edit-programme"),
    path("decisions/<int:revision>/remove/", programmes.remove_revision, name="remove-revision"),
]
draft = [
    path("", perimeter_views.draft, name="draft"),
    path("rules/", perimeter_views.add_rule, name="add-rule"),
    path("rules/<int:pk>/", perimeter_views.edit_rule, name="edit-rule"),
    path("rules/<int:pk>/up/", perimeter_views.change_rule, {"deed": "up"}, name="rule-up"),
    path("rules/<int:pk>/down/", perimeter_views.change_rule, {"deed": "down"}, name="rule-down"),
    path(
        "rules/<int:pk>/remove/",
        perimeter_views.change_rule,
        {"deed": "remove"},
        name="rule-remove",
    ),
    path("force/", perimeter_views.bring_into_force, name="bring-into-force"),
]
urlpatterns = [
    path("", years_views.years, name="years"),
    path("open/", years_views.open_year, name="open-year"),
    path("<int:year>/", include(year)),
    path("prices/", corrections.prices, name="prices"),
    path("programmes/", programmes.all_programmes, name="programmes"),
    path("programmes/<int:pk>/", include(programme)),
    path("day-rates/", staff_time.day_rates, name="day-rates"),
    path("legal/", legal.legal, name="legal"),
    path("contracts/", include(contracts)),
    path("forecasts/", funding_views.forecasts, name="forecasts"),
    path("envelopes/<slug:plan>/", funding_views.envelopes, name="envelopes"),
    path("ambitions/<slug:plan>/", funding_views.ambitions, name="ambitions"),
    path("attribution-rules/", rules.browse, name="attribution-rules"),
    path("attribution-rules/<int:pk>/", rules.rule, name="attribution-rule"),
    path("attribution-rules/<int:pk>/withdraw/", rules.withdraw, name="withdraw-rule"),
    path("perimeter/", perimeter_views.perimeter, name="perimeter"),
    path("perimeter/<int:edition>/", perimeter_views.edition, name="edition"),
    path("perimeter/prepare/", perimeter_views.prepare, name="prepare"),
    path("perimeter/draft/", include(draft)),
]

GESTURES = [
    Gesture(
        Moment.BUDGET,
        _("Ouvrir un exercice"),
        "budget:open-year",
        need=Operation.EDIT_BUDGET,
        also="année suivante year",
    ),
    Gesture(
        Moment.BUDGET,
        _("Donner les comptes de l’année"),
        "budget:upload",
        "year",
        Operation.EDIT_BUDGET,
        also="grand livre comptabilité importer fichier import accounts ledger totem",
    ),
    Gesture(
        Moment.BUDGET,
        _("Saisir quelques chiffres"),
        "budget:type-figures",
        "year",
        Operation.EDIT_BUDGET,
        also="montants type",
    ),
    Gesture(
        Moment.BUDGET,
        _("Dire si une ligne compte"),
        "budget:queue",
        "year",
        Operation.EDIT_BUDGET,
        also="fléchage examiner périmètre attribution",
    ),
    Gesture(
        Moment.BUDGET,
        _("Retrouver une ligne des comptes"),
        "budget:lines",
        "year",
        Operation.READ_BUDGET,
        also="dépense facture chercher expense",
    ),
    Gesture(
        Moment.BUDGET,
        _("Voir la part dédiée au numérique responsable"),
        "budget:year",
        "year",
        Operation.READ_BUDGET,
        also="pourcentage share",
    ),
    Gesture(
        Moment.BUDGET,
        _("Publier la part"),
        "budget:year",
        "year",
        Operation.PUBLISH,
        also="chiffre figure",
    ),
    Gesture(
        Moment.BUDGET,
        _("Clore une année"),
        "budget:close-year",
        "year",
        Operation.EDIT_BUDGET,
        also="clôturer fermer close",
    ),
    Gesture(
        Moment.BUDGET,
        _("Fixer l’ambition"),
        "budget:ambitions",
        "plan",
        Operation.EDIT_BUDGET,
        also="cible part target",
    ),
    Gesture(
        Moment.BUDGET,
        _("Noter l’enveloppe votée"),
        "budget:envelopes",
        "plan",
        Operation.EDIT_BUDGET,
        also="plafond ceiling",
    ),
    Gesture(
        Moment.BUDGET,
        _("Réserver de l’argent à une action"),
        "budget:allotments",
        "year",
        Operation.EDIT_BUDGET,
        also="dotation demander allotment money",
    ),
    Gesture(
        Moment.BUDGET,
        _("Noter un cofinancement"),
        "budget:co-funding",
        "year",
        Operation.EDIT_BUDGET,
        also="subvention grant",
    ),
    Gesture(
        Moment.BUDGET,
        _("Noter une économie"),
        "budget:savings",
        "year",
        Operation.EDIT_BUDGET,
        also="saving gain",
    ),
    Gesture(
        Moment.BUDGET,
        _("Noter le temps passé"),
        "budget:staff-time",
        "year",
        Operation.READ_BUDGET,
        also="jours agents days",
    ),
    Gesture(
        Moment.BUDGET,
        _("Suivre un programme pluriannuel"),
        "budget:programmes",
        need=Operation.READ_BUDGET,
        feature=Feature.PROGRAMMES,
        also="autorisations AP AE CP",
    ),
    Gesture(
        Moment.BUDGET,
        _("Régler le périmètre"),
        "budget:perimeter",
        need=Operation.READ_BUDGET,
        also="DSI règles rules",
    ),
    Gesture(
        Moment.PUBLISH,
        _("Vérifier les obligations du budget"),
        "budget:legal",
        need=Operation.READ_BUDGET,
        also="loi ratio law legal",
    ),
    Gesture(
        Moment.BUDGET,
        _("Écrire les clauses d’un marché"),
        "budget:contracts",
        need=Operation.READ_BUDGET,
        also="contrat consultation critère achat DECP GLPI contract clause tender",
    ),
    Gesture(
        Moment.PUBLISH,
        _("Préparer l’annexe verte"),
        "budget:green",
        "year",
        Operation.READ_BUDGET,
        also="budget vert green",
    ),
    Gesture(
        Moment.PUBLISH,
        _("Déclarer les achats (loi AGEC)"),
        "budget:purchases",
        "year",
        Operation.READ_BUDGET,
        also="réemploi reconditionné purchases",
    ),
]
