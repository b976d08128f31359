from django.urls import path

from portulan.web.budget import green, legal, savings, staff_time
from portulan.web.budget.attributions import proposals, rules
from portulan.web.budget.attributions import views as attributions_views
from portulan.web.budget.funding import programmes
from portulan.web.budget.funding import views as funding_views
from portulan.web.budget.imports import chain, columns, typed
from portulan.web.budget.imports import views as imports_views
from portulan.web.budget.indicator import corrections
from portulan.web.budget.indicator import views as indicator_views
from portulan.web.budget.lines import list as lines_list
from portulan.web.budget.lines import views as lines_views
from portulan.web.budget.perimeter import views as perimeter_views
from portulan.web.budget.queue import views as queue_views
from portulan.web.budget.years import views as years_views

app_name = "budget"
urlpatterns = [
    path("", years_views.years, name="years"),
    path("open/", years_views.open_year, name="open-year"),
    path("<int:year>/", indicator_views.year, name="year"),
    path("<int:year>/edit/", years_views.edit_year, name="edit-year"),
    path("<int:year>/close/", years_views.close_year, name="close-year"),
    path("<int:year>/reopen/", years_views.reopen_year, name="reopen-year"),
    path("<int:year>/publish/", indicator_views.publish, name="publish"),
    path("<int:year>/adjustments/", corrections.adjustments, name="adjustments"),
    path(
        "<int:year>/adjustments/<int:pk>/withdraw/",
        corrections.withdraw,
        name="withdraw-adjustment",
    ),
    path(
        "<int:year>/adjustments/<int:pk>/restore/",
        corrections.restore,
        name="restore-adjustment",
    ),
    path("<int:year>/on/", corrections.on_day, name="on-day"),
    path("<int:year>/posts/", indicator_views.posts, name="posts"),
    path("<int:year>/runs/", indicator_views.runs, name="runs"),
    path("<int:year>/runs/<int:pk>/", indicator_views.run, name="run"),
    path("<int:year>/lines/", lines_list.lines, name="lines"),
    path("<int:year>/lines.<slug:kind>", lines_list.lines_file, name="lines-file"),
    path("<int:year>/lines/<int:pk>/", lines_views.line, name="line"),
    path("<int:year>/lines/<int:pk>/orders/", lines_views.orders, name="orders"),
    path("<int:year>/lines/<int:pk>/verdict/", lines_views.judge, name="judge"),
    path("<int:year>/lines/<int:pk>/verdict/clear/", lines_views.unjudge, name="unjudge"),
    path(
        "<int:year>/lines/<int:pk>/review/",
        lines_views.mark_reviewed,
        {"reviewed": True},
        name="review-line",
    ),
    path(
        "<int:year>/lines/<int:pk>/review/undo/",
        lines_views.mark_reviewed,
        {"reviewed": False},
        name="unreview-line",
    ),
    path("<int:year>/lines/<int:pk>/attribute/", attributions_views.attribute, name="attribute"),
    path("<int:year>/attributions/<int:pk>/", attributions_views.edit, name="edit-attribution"),
    path(
        "<int:year>/attributions/<int:pk>/withdraw/", attributions_views.withdraw, name="withdraw"
    ),
    path(
        "<int:year>/attributions/<int:pk>/restore/<str:status>/",
        attributions_views.restore,
        name="restore",
    ),
    path("<int:year>/attributions/<int:pk>/accept/", queue_views.accept, name="accept"),
    path(
        "<int:year>/suggestions/<slug:plan>/<int:number>/",
        proposals.suggestions,
        name="suggestions",
    ),
    path("<int:year>/proposals/", proposals.proposals, name="proposals"),
    path("<int:year>/proposals/accept/", proposals.answer, {"deed": "accept"}, name="accept-many"),
    path("<int:year>/proposals/refuse/", proposals.answer, {"deed": "refuse"}, name="refuse-many"),
    path("<int:year>/proposals/undo/<str:pks>/", proposals.undo, name="undo-answer"),
    path("<int:year>/queue/", queue_views.waiting_lines, name="queue"),
    path("<int:year>/queue/undo/<int:entry>/", queue_views.take_back, name="take-back"),
    path("<int:year>/queue/review/", queue_views.review_checked, name="review-lines"),
    path(
        "<int:year>/queue/review/undo/<str:pks>/", queue_views.unreview_lines, name="unreview-lines"
    ),
    path("<int:year>/imports/", imports_views.imports, name="imports"),
    path("<int:year>/imports/new/", imports_views.upload, name="upload"),
    path("<int:year>/imports/columns/<str:token>/", columns.columns, name="columns"),
    path("<int:year>/imports/tools/<int:pk>/forget/", columns.forget, name="forget-columns"),
    path("<int:year>/imports/<int:pk>/", imports_views.batch, name="batch"),
    path("<int:year>/imports/<int:pk>/not-carried/", imports_views.decisions, name="not-carried"),
    path("<int:year>/imports/<int:pk>/original/", imports_views.original, name="original"),
    path("<int:year>/imports/<int:pk>/confirm/", imports_views.confirm, name="confirm"),
    path("<int:year>/imports/<int:pk>/roll-back/", imports_views.roll_back, name="roll-back"),
    path("<int:year>/imports/<int:pk>/discard/", imports_views.discard, name="discard"),
    path("<int:year>/imports/<int:pk>/document-date/", chain.document_date, name="document-date"),
    path("<int:year>/chain/", chain.chain, name="chain"),
    path("<int:year>/figures/", typed.type_figures, name="type-figures"),
    path("<int:year>/money/", funding_views.money, name="money"),
    path("<int:year>/allotments/", funding_views.allotments, name="allotments"),
    path("<int:year>/co-funding/", funding_views.co_funding, name="co-funding"),
    path("prices/", corrections.prices, name="prices"),
    path("programmes/", programmes.all_programmes, name="programmes"),
    path("programmes/<int:pk>/", programmes.programme, name="programme"),
    path("programmes/<int:pk>/edit/", programmes.edit_programme, name="edit-programme"),
    path(
        "programmes/<int:pk>/decisions/<int:revision>/remove/",
        programmes.remove_revision,
        name="remove-revision",
    ),
    path("<int:year>/savings/", savings.savings, name="savings"),
    path("<int:year>/staff-time/", staff_time.staff_time, name="staff-time"),
    path("<int:year>/green/", green.green, name="green"),
    path("day-rates/", staff_time.day_rates, name="day-rates"),
    path("legal/", legal.legal, name="legal"),
    path("forecasts/", funding_views.forecasts, name="forecasts"),
    path("envelopes/<slug:plan>/", funding_views.envelopes, name="envelopes"),
    path("ambitions/<slug:plan>/", funding_views.ambitions, name="ambitions"),
    path("attribution-rules/", rules.browse, name="attribution-rules"),
    path("attribution-rules/<int:pk>/", rules.rule, name="attribution-rule"),
    path("attribution-rules/<int:pk>/withdraw/", rules.withdraw, name="withdraw-rule"),
    path("perimeter/", perimeter_views.perimeter, name="perimeter"),
    path("perimeter/<int:edition>/", perimeter_views.edition, name="edition"),
    path("perimeter/prepare/", perimeter_views.prepare, name="prepare"),
    path("perimeter/draft/", perimeter_views.draft, name="draft"),
    path("perimeter/draft/rules/", perimeter_views.add_rule, name="add-rule"),
    path("perimeter/draft/rules/<int:pk>/", perimeter_views.edit_rule, name="edit-rule"),
    path(
        "perimeter/draft/rules/<int:pk>/up/",
        perimeter_views.change_rule,
        {"deed": "up"},
        name="rule-up",
    ),
    path(
        "perimeter/draft/rules/<int:pk>/down/",
        perimeter_views.change_rule,
        {"deed": "down"},
        name="rule-down",
    ),
    path(
        "perimeter/draft/rules/<int:pk>/remove/",
        perimeter_views.change_rule,
        {"deed": "remove"},
        name="rule-remove",
    ),
    path("perimeter/draft/force/", perimeter_views.bring_into_force, name="bring-into-force"),
]
