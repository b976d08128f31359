"""The forms of contracts: one of them, its next consultation, a file, the habits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.budget.contracts.clauses import Choice, fitting
from portulan.budget.contracts.standing import SAID
from portulan.budget.labels import DECISIONS, LOTS, MOTIVES, PROCEDURES, RENEWALS
from portulan.budget.models import Contract
from portulan.budget.words import Lot, Part, Procedure, Renewal, Sequel, Why
from portulan.plans.models import Action
from portulan.web.budget.register import ZERO
from portulan.web.fields import AmountField, DayField, PercentField, WholeField, field_of
from portulan.web.inputs import SeveralField
from portulan.web.language import page_language
from portulan.web.uploads import FilesField

_TELLS = (("", _("pas dit")), ("yes", _("oui")), ("no", _("non")))
_YES = {"yes": True, "no": False}


class SaidField(forms.TypedChoiceField):
    """Yes, no, or nobody said: what is unsaid is no “no”."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=_TELLS, coerce=_YES.__getitem__, empty_value=None, required=False, **options
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class ActionsField(SeveralField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number}. {obj.title}"


class ContractForm(forms.Form):
    """A contract as it stands, or one to come."""

    subject = field_of(Contract, "subject")
    number = field_of(
        Contract, "number", help_text=_("Celui des comptes et des données ouvertes : il les relie.")
    )
    lot = field_of(Contract, "lot")
    buyer = field_of(
        Contract, "buyer", help_text=_("Vide : vous. Dans un groupement, le coordonnateur.")
    )
    holder = field_of(Contract, "holder", help_text=_("Jamais le nom d’une personne."))
    by_supplier = forms.BooleanField(
        label=_("Toutes ses lignes des comptes paient ce marché"), required=False
    )
    buys = forms.TypedChoiceField(
        label=_("Ce qu’il achète"),
        choices=[("", _("pas dit")), *LOTS.items()],
        coerce=Lot,
        empty_value=None,
        required=False,
    )
    procedure = forms.TypedChoiceField(
        label=_("Procédure"),
        choices=PROCEDURES.items(),
        coerce=Procedure,
        initial=Procedure.UNKNOWN,
    )
    consultation_on = DayField(
        label=_("Début de sa consultation"),
        required=False,
        help_text=_("Aucune donnée ouverte ne l’a : lui seul dit si la loi s’applique."),
    )
    notified_on = DayField(label=_("Notifié le"), required=False)
    months = WholeField(
        label=_("Durée en mois, reconductions comprises"), low=1, most=240, required=False
    )
    ceiling_ht = AmountField(label=_("Plafond HT, toute la durée (€)"), low=ZERO, required=False)
    renewal = forms.TypedChoiceField(
        label=_("Reconduction"), choices=RENEWALS.items(), coerce=Renewal, initial=Renewal.NEVER
    )
    renewed_for = WholeField(label=_("Mois d’une reconduction"), most=120, required=False)
    notice = WholeField(label=_("Préavis en mois"), most=60, required=False)
    clause = SaidField(label=_("Une condition d’exécution environnementale"))
    criterion = SaidField(label=_("Un critère environnemental"))
    weight = PercentField(label=_("Poids de ce critère (%)"), required=False)
    actions = ActionsField(
        label=_("Actions qu’il porte"),
        queryset=Action.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, organisation_id: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        own = Action.objects.filter(plan__organisation=organisation_id)
        self.fields["actions"].queryset = own.order_by("plan_id", "number")  # type: ignore[attr-defined]

    def clean_renewed_for(self) -> int:
        return self.cleaned_data["renewed_for"] or 0


class NextForm(forms.Form):
    """What the next consultation of a contract asks; its estimate is asked of few."""

    chosen = forms.MultipleChoiceField(required=False)
    next_weight = PercentField(label=_("Poids du critère (%)"), required=False)
    motive = forms.TypedChoiceField(
        label=_("Ni l’un ni l’autre ? Le motif, écrit au dossier"),
        choices=[("", _("Sans objet")), *((one, MOTIVES[one]) for one in SAID)],
        coerce=Why,
        empty_value=None,
        required=False,
    )
    motive_said = forms.CharField(label=_("Autre motif"), max_length=500, required=False)
    decision = forms.TypedChoiceField(
        label=_("Suite donnée au contrat"),
        choices=[("", _("pas décidée")), *DECISIONS.items()],
        coerce=Sequel,
        empty_value=None,
        required=False,
    )
    next_on = DayField(
        label=_("Début de la consultation, prévu puis réel"),
        required=False,
        help_text=_("C’est lui qui dit si la loi s’applique ; aucune donnée ouverte ne l’a."),
    )
    offers_on = DayField(label=_("Réception des offres"), required=False)
    estimate_ht = AmountField(
        label=_("Montant HT estimé, toute la durée (€)"),
        low=ZERO,
        required=False,
        help_text=_("Lots et reconductions compris. Lu par les finances, l’audit et les admins."),
    )
    reviewed_by = forms.CharField(label=_("Relu par"), max_length=160, required=False)
    reviewed_on = DayField(label=_("Relu le"), required=False)

    def __init__(self, data: Any, contract: Contract, *, estimates: bool, **kwargs: Any) -> None:
        super().__init__(data, initial=initial_of(contract, NextForm), **kwargs)
        self.choices = _fitting(contract)
        language = page_language()
        self.fields["chosen"].choices = [  # type: ignore[attr-defined]
            (one.key, one.clause.subject.say(language)) for one in self.choices
        ]
        if not estimates:
            del self.fields["estimate_ht"]

    def required_texts(self) -> Iterable[Any]:
        """Return the fields under the texts that are due."""
        return [self["next_weight"], self["motive"], self["motive_said"]]

    def review(self) -> Iterable[Any]:
        """Return the fields under all the texts."""
        return [self["reviewed_by"], self["reviewed_on"]]

    def consultation(self) -> Iterable[Any]:
        """Yield the fields that stand beside the texts."""
        others = {"chosen", *(one.name for one in (*self.required_texts(), *self.review()))}
        return (field for field in self if field.name not in others)

    def of(self, part: Part) -> list[tuple[Choice, bool]]:
        """Return the choices of a part, each with whether it is kept."""
        kept = self["chosen"].value() or []
        return [(one, one.key in kept) for one in self.choices if one.part is part]

    @property
    def conditions(self) -> list[tuple[Choice, bool]]:
        return self.of(Part.CONDITION)

    @property
    def criteria(self) -> list[tuple[Choice, bool]]:
        return self.of(Part.CRITERION)

    @property
    def more(self) -> list[tuple[Choice, bool]]:
        return self.of(Part.SPECIFICATION)


def _fitting(contract: Contract) -> list[Choice]:
    """Return what fits, and what was kept already even if it fits no more."""
    lot = Lot(contract.buys) if contract.buys else None
    fits = fitting(lot)
    keys = {one.key for one in fits}
    kept = [one for one in fitting(None) if one.key in contract.chosen and one.key not in keys]
    return [*fits, *kept]


def initial_of(contract: Contract, form: Callable[..., forms.Form]) -> dict[str, Any]:
    """Return what the form of a contract holds first."""
    names = form.base_fields  # type: ignore[attr-defined]
    return {
        name: list(contract.actions.all()) if name == "actions" else getattr(contract, name)
        for name in names
    }


class FileForm(forms.Form):
    given = FilesField(
        label=_("Fichiers"),
        help_text=_("Données essentielles (DECP, JSON), contrats de GLPI, ou un tableau."),
    )


class HabitsForm(forms.Form):
    horizon = WholeField(label=_("Regarder les fins de contrat sur (mois)"), low=1, most=120)
    formal = WholeField(label=_("Procédure formalisée (mois)"), low=1, most=36)
    adapted = WholeField(label=_("Procédure adaptée (mois)"), low=1, most=36)
    purchasing_body = WholeField(label=_("Centrale d’achat (mois)"), low=1, most=36)
    least_weight = PercentField(label=_("Poids de critère demandé par le plan (%)"))
    spaser = SaidField(
        label=_("Vos achats atteignent 50 M€ par an (un SPASER est dû)"),
        help_text=_("Tous les achats, pas ceux de l’informatique seuls : CCP, L. 2111-3."),
    )
