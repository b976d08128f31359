"""The forms of the register of digital services: what a service is, and its criteria by theme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.publication.models import DigitalService
from portulan.publication.services.criteria import (
    ANSWERS,
    PRIORITIES,
    Answer,
    Criterion,
    of_theme,
)
from portulan.publication.services.reads import Assessment
from portulan.publication.services.writes import Answered
from portulan.web.fields import DayField, field_of
from portulan.web.language import page_language

_FACTS = ("name", "url", "owner_function", "units", "assessed_on", "assessed_by", "review_on")


class ServiceForm(forms.Form):
    """A service, who answers for it, and its last assessment."""

    name = field_of(DigitalService, "name")
    url = forms.URLField(
        label=gettext_lazy("Adresse"), max_length=300, required=False, assume_scheme="https"
    )
    owner_function = field_of(
        DigitalService,
        "owner_function",
        help_text=gettext_lazy("Une fonction, une adresse de service : jamais une personne."),
    )
    units = field_of(
        DigitalService,
        "units",
        help_text=gettext_lazy("Les démarches que l’on a suivies de bout en bout pour répondre."),
    )
    assessed_on = DayField(label=gettext_lazy("Évalué le"), required=False)
    assessed_by = field_of(
        DigitalService,
        "assessed_by",
        help_text=gettext_lazy("Une fonction ou un organisme, pas une personne."),
    )
    review_on = DayField(label=gettext_lazy("Prochaine évaluation"), required=False)

    @staticmethod
    def initial_of(service: DigitalService) -> dict[str, Any]:
        return {name: getattr(service, name) for name in _FACTS}


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion, and the two boxes that answer it."""

    criterion: Criterion
    title: str
    priority: str
    answer: BoundField
    comment: BoundField


class ThemeForm(forms.Form):
    """The criteria of a theme: for each an answer, and what is said of it."""

    def __init__(self, data: Any = None, *, theme: int, its: Assessment) -> None:
        super().__init__(data)
        self.theme, language = theme, page_language()
        words = [(one.value, said.say(language)) for one, said in ANSWERS.items()]
        for one in of_theme(theme):
            number = one.number
            self.fields[f"answer-{number}"] = forms.TypedChoiceField(
                label=_("Réponse au critère %(number)s") % {"number": number},
                choices=words,
                coerce=Answer,
                initial=its.answer(number).value,
            )
            self.fields[f"comment-{number}"] = forms.CharField(
                label=_("Ce que l’on en dit, critère %(number)s") % {"number": number},
                max_length=300,
                required=False,
                initial=its.comments.get(number, ""),
            )

    def lines(self) -> Iterator[Line]:
        language = page_language()
        for one in of_theme(self.theme):
            yield Line(
                one,
                one.title.say(language),
                PRIORITIES[one.priority].say(language),
                self[f"answer-{one.number}"],
                self[f"comment-{one.number}"],
            )

    def answered(self) -> list[Answered]:
        return [
            Answered(
                one.number,
                self.cleaned_data[f"answer-{one.number}"],
                self.cleaned_data[f"comment-{one.number}"],
            )
            for one in of_theme(self.theme)
        ]
