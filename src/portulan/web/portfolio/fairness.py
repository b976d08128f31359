"""What each unit or theme has beside its people: the rule, its price, who gains and who loses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple
from zlib import crc32

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.portfolio.engine.evaluator import evaluate, of_groups
from portulan.portfolio.engine.problem import Plan
from portulan.portfolio.engine.rules import without
from portulan.portfolio.engine.sentences import amount, unit_of
from portulan.portfolio.engine.why import priced
from portulan.portfolio.facts import FairnessFacts
from portulan.portfolio.fairness import MOST_HEADS, MOST_PERCENT, set_fairness
from portulan.portfolio.models import Scenario
from portulan.portfolio.results.answers import price_sentences
from portulan.portfolio.results.conflicts import passing_sentence
from portulan.portfolio.results.sharing import gains_sentence
from portulan.portfolio.results.targets import after
from portulan.portfolio.scenarios.reads import candidates_of, fairness_of
from portulan.web.fields import WholeField
from portulan.web.pages import Edit, screen
from portulan.web.portfolio.crumbs import EDIT, address, door, tabs, under_scenario
from portulan.web.portfolio.results.page import Shown, shown_or_none
from portulan.web.requests import OrganisationRequest

BY = {"": gettext_lazy("Aucune règle"), "unit": gettext_lazy("Par entité"),
      "theme": gettext_lazy("Par thématique")}  # fmt: skip
OF = {"money": gettext_lazy("La dépense"), "days": gettext_lazy("Les jours des équipes")}
WAYS = {
    "at_most": gettext_lazy("Au plus, en % de la moyenne"),
    "share_at_least": gettext_lazy("Au moins, en % de la part des effectifs"),
}


@screen
def fairness(request: OrganisationRequest, slug: str) -> Edit[FairnessForm, object]:
    """Say the rule of fairness; once computed, what it costs and to whom."""
    scenario = door(request, slug, EDIT)
    return Edit(
        title=_("Équité"),
        submit=_("Enregistrer la règle"),
        trail=under_scenario(request, scenario),
        back=address(request, "fairness", scenario),
        form=partial(FairnessForm, scenario),
        edits=scenario,
        write=lambda form: set_fairness(request.actor, scenario=scenario, fairness=form.asked),
        done=_("Règle d’équité enregistrée. Relancez le calcul pour voir ce qu’elle coûte."),
        template="portfolio/fairness.html",
        context=lambda: {
            "scenario": scenario,
            "tabs": tabs(request, scenario),
            **_priced(shown_or_none(request, slug)[1]),
        },
    )


class Line(NamedTuple):
    """A group: its people, what it has without the rule and with it, and per hundred people."""

    name: str
    heads: int
    before: str
    after: str
    per_hundred: str
    moved: bool


def _priced(shown: Shown | None) -> Mapping[str, object]:
    """Return what the rule costs in the last result, and each group without and with it."""
    if shown is None or not shown.problem.fairness:
        return {}
    found: dict[str, object] = {"shown": shown}
    if shown.result.evaluation is None:
        conflict = shown.conflict
        said = passing_sentence(shown.problem, conflict, shown.language) if conflict else ""
        return found | {"none": True, "passing": said}
    [rule] = (one for one in priced(shown.problem) if one.kind == "fairness")
    told = shown.explained.prices if shown.explained else ()
    price = next((one for one in told if one.rule and one.rule.name == rule.name), None)
    if price is None:
        return found | {"waits": True}
    freed = after(shown.result.plan, price.difference)
    found["rule"], found["price"] = price_sentences(
        shown.problem, shown.scale, price, shown.names, shown.language
    )
    free = evaluate(without(shown.problem, rule), freed)
    euros = free.money - shown.result.evaluation.money
    found["euros"] = shown.money(abs(euros))
    found["saves"], found["costs"] = euros > 0, euros < 0
    asked = shown.problem.fairness[0]
    lines = _lines(shown, freed)
    if any(line.moved for line in lines):
        found["gains"] = gains_sentence(
            shown.problem, asked, freed, shown.result.plan, shown.language
        )
    return found | {"lines": lines, "by_unit": asked.by == "unit"}


def _lines(shown: Shown, freed: Plan) -> list[Line]:
    [rule] = shown.problem.fairness
    before = of_groups(shown.problem, freed, rule)
    kept = of_groups(shown.problem, shown.result.plan, rule)
    unit = unit_of(shown.problem, rule.of)
    groups = shown.problem.units if rule.by == "unit" else shown.problem.themes
    return [
        Line(
            one.id,
            one.heads,
            amount(before[one.id], unit, shown.language),
            amount(kept[one.id], unit, shown.language),
            amount(100 * kept[one.id] // one.heads, unit, shown.language),
            before[one.id] != kept[one.id],
        )
        for one in groups
        if one.heads
    ]


class FairnessForm(forms.Form):
    """A rule, and the people of each unit that bears an action."""

    by = forms.ChoiceField(
        label=gettext_lazy("Entre qui"), choices=list(BY.items()), required=False
    )
    of = forms.ChoiceField(label=gettext_lazy("De quoi"), choices=list(OF.items()), initial="days")
    way = forms.ChoiceField(label=gettext_lazy("Chacun a"), choices=list(WAYS.items()))
    percent = WholeField(
        label=gettext_lazy("Pour cent"),
        low=1,
        most=MOST_PERCENT,
        initial=200,
        help_text=gettext_lazy(
            "200 : deux fois la moyenne par personne, ou par thématique, au plus."
        ),
    )

    def __init__(self, scenario: Scenario, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = fairness_of(scenario)
        if kept is not None:
            for name in ("by", "of", "way", "percent"):
                self.fields[name].initial = getattr(kept, name)
        found = {one.action.unit.name for one in candidates_of(scenario) if one.action.unit}
        self._units = sorted({*found, *(kept.heads if kept else ())})
        for name in self._units:
            self.fields[_field(name)] = WholeField(
                label=_("Effectif : %(unit)s") % {"unit": name},
                most=MOST_HEADS,
                required=False,
                initial=kept.heads.get(name) if kept else None,
            )

    @property
    def asked(self) -> FairnessFacts | None:
        data = self.cleaned_data
        if not data["by"]:
            return None
        heads = {name: data[_field(name)] for name in self._units}
        return FairnessFacts(
            by=data["by"],
            of=data["of"],
            way=data["way"],
            percent=data["percent"],
            heads={name: int(count) for name, count in heads.items() if count},
        )


def _field(unit: str) -> str:
    """Return the field of a unit: of its name, as others may come between two pages."""
    return f"heads:{crc32(unit.encode()):08x}"
