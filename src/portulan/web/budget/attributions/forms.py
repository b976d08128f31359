"""Attributing a share of a line, and judging a line.

A rule of attribution: what it is about, and the share it proposes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from portulan.budget.attributions.rules import ASKED
from portulan.budget.attributions.writes import given_of
from portulan.budget.funding.reads import fundable_actions
from portulan.budget.imports.orders import share_of_order
from portulan.budget.labels import METHODS, STATUSES
from portulan.budget.lines.facts import Criteria
from portulan.budget.models import Attribution, BudgetLine, Order
from portulan.budget.words import AttributionStatus, Method, Stage
from portulan.plans.models import Action
from portulan.web.budget.words import TITLES
from portulan.web.fields import ActionChoice, AmountField, CalendarYearField, ShareField

PERCENT, EUROS, ORDER = "percent", "euros", "order"


_STATUSES = [item for item in STATUSES.items() if item[0] != AttributionStatus.WITHDRAWN]


def _action() -> ActionChoice:
    return ActionChoice(
        label=_("Action"),
        queryset=Action.objects.none(),
        required=False,
        empty_label=_("NR en général, sans action"),
    )


def _method(initial: Method) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Méthode"), choices=METHODS, coerce=Method, initial=initial.value
    )


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Motif"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


def _evidence() -> forms.CharField:
    return forms.CharField(
        label=_("Preuve"),
        max_length=500,
        required=False,
        help_text=_("Une référence ou une adresse : marché, délibération, note."),
    )


class AttributionForm(forms.Form):
    """The share of a line dedicated to NR: in percent, or in euros at the stage shown."""

    action = _action()
    READ_WITH = {"quantity": ["unit"]}

    quantity = forms.CharField(
        label=_("Part dédiée au NR"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("En"), widget=forms.RadioSelect, initial=PERCENT)
    outside_it = forms.BooleanField(
        label=_("Sur la part de la ligne hors du budget de la DSI"),
        required=False,
        help_text=_("Effort NR compté à part, jamais dans le numérateur."),
    )
    method = _method(Method.WHOLE)
    status = forms.TypedChoiceField(
        label=_("Statut"),
        choices=_STATUSES,
        coerce=AttributionStatus,
        initial=AttributionStatus.DECLARED.value,
        help_text=_("Proposé ne compte pas ; justifié a sa preuve."),
    )
    reason = _reason()
    evidence = _evidence()
    # Asked only where the same part goes to the same action already.
    again = forms.BooleanField(label=_("C’est bien un second fléchage identique"), required=False)

    def __init__(
        self,
        line: BudgetLine,
        stage: Stage,
        *args: Any,
        may_edit: bool,
        editing: Attribution | None = None,
        order: Order | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.line, self.stage, self.order = line, stage, order
        self.key: dict[str, str] | None = None
        self._offer_actions(editing)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (PERCENT, _("% de la ligne")),
            (EUROS, _("€, %(stage)s") % {"stage": TITLES[stage]}),
        ]
        if order is not None:
            self._offer_order(order)
        if not may_edit:
            del self.fields["status"]
        if editing is not None or line.it_share == 1:
            del self.fields["outside_it"]
        self._again = self.fields["again"]
        if "again" not in self.data:
            del self.fields["again"]

    def add_error(self, field: str | None, error: Any) -> None:
        """Offer to say that a second attribution is meant, once one is refused as the same."""
        super().add_error(field, error)
        if self.has_error(NON_FIELD_ERRORS, "again"):
            self.fields.setdefault("again", self._again)

    def _offer_order(self, order: Order) -> None:
        """Let the share be that of an order of the line, and say so in what is proposed."""
        name = _("%% de la commande %(order)s") % {"order": order}
        self.fields["unit"].choices = [(ORDER, name), *self.fields["unit"].choices]  # type: ignore[attr-defined]
        proof = " ".join(part for part in (order.contract_ref, order.order_ref) if part)
        self.initial.update(unit=ORDER, method=Method.KEY.value, evidence=proof)

    def _offer_actions(self, editing: Attribution | None) -> None:
        actions = fundable_actions(self.line.organisation_id)
        if editing is not None and editing.action_id:
            actions |= Action.objects.filter(pk=editing.action_id)
        self.fields["action"].queryset = actions  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "quantity" in data and "unit" in data:
            try:
                data["part"] = self._part(data["quantity"], data["unit"])
            except ValidationError as error:
                self.add_error("quantity", error)
        return data

    def _part(self, quantity: str, unit: str) -> dict[str, Any]:
        """Return what was typed as the service takes it: a share, or euros at the stage shown."""
        amount: Decimal | None = None
        share: Decimal | None = None
        if unit == ORDER and self.order is not None:
            asked = ShareField().clean(quantity)
            found = share_of_order(self.line, self.order, asked, stage=self.stage)
            self.key, share = found.key, found.share
        elif unit == PERCENT:
            share = ShareField().clean(quantity)
        else:
            amount = AmountField().clean(quantity)
        if not share and not amount:
            raise ValidationError(
                _("Une part est supérieure à zéro. Pour dire 0 %, marquez la ligne comme examinée.")
            )
        if amount is None:
            return {"share": share}
        given_of(self.line, share=None, amount=amount, stage=self.stage)
        return {"amount": amount, "stage": self.stage}

    def service_values(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        values = {
            "action": data["action"],
            **data["part"],
            "method": data["method"],
            "status": data.get("status", AttributionStatus.PROPOSED),
            "reason": data["reason"],
            "evidence": data["evidence"],
        }
        if self.key is not None:
            values["key"] = self.key
        if "outside_it" in self.fields:
            values["outside_it"] = data["outside_it"]
        if data.get("again"):
            values["again"] = True
        return values


class AttributionRuleForm(forms.Form):
    """“30 % of contract X goes to action 12”, with the reason and the evidence."""

    contract = forms.CharField(label=_("Marché"), max_length=60, required=False)
    supplier = forms.CharField(label=_("Fournisseur contenant"), max_length=160, required=False)
    nature_prefix = forms.CharField(label=_("Compte commençant par"), max_length=12, required=False)
    service = forms.CharField(label=_("Service ou gestionnaire"), max_length=80, required=False)
    label = forms.CharField(
        label=_("Libellé contenant"),
        max_length=300,
        required=False,
        help_text=_("Au moins un critère ; tous ceux donnés doivent être remplis."),
    )
    action = _action()
    share = ShareField(label=_("Part dédiée au NR (%)"))
    method = _method(Method.KEY)
    first_year = CalendarYearField(label=_("À partir de l’exercice"))
    reason = _reason()
    evidence = _evidence()

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].queryset = fundable_actions(organisation_id)  # type: ignore[attr-defined]
        for name in ASKED:
            self.fields[name].conditional = True  # type: ignore[attr-defined]  # one is enough

    def clean_share(self) -> Any:
        share = self.cleaned_data["share"]
        if not share:
            raise ValidationError(_("Une part est supérieure à zéro."))
        return share

    def service_values(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        criteria = Criteria(**{name: data[name].strip() for name in ASKED})
        kept = ("action", "share", "method", "first_year", "reason", "evidence")
        values = {name: data[name] for name in kept}
        return {"criteria": criteria, **values}
