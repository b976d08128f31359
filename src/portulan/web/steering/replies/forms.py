"""What a pilot fills, on a phone: one action, its figures, a word, a photo; or a consent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.budget.years.reads import year_on
from portulan.core.say import numbers
from portulan.core.say.country import currency
from portulan.indicators.models import Indicator
from portulan.indicators.reads import series_of
from portulan.indicators.series import Reading
from portulan.indicators.words import Kind
from portulan.plans.feeds import starts_of
from portulan.plans.labels import PROGRESSES
from portulan.plans.states.rules import is_late
from portulan.plans.words import CommitmentLevel, Progress
from portulan.steering.campaigns.answering import (
    Asked,
    ConsentSaid,
    Said,
    ValueSaid,
    asked_values,
    main_indicator,
)
from portulan.steering.campaigns.missing import Missing
from portulan.steering.labels import CONSENTS
from portulan.steering.models import ActionReply, Change
from portulan.steering.words import About, ChangeStatus, Consent, Question
from portulan.web.evidence.forms import EvidenceFile, received
from portulan.web.fields import AmountField, DayField, NumberField, text_area
from portulan.web.indicators.typed import value_field
from portulan.web.indicators.values import name_with_unit, with_unit
from portulan.web.language import page_language


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator that is asked: its field, and “I don’t have this figure”."""

    label: str
    value: BoundField
    unknown: BoundField


def proposed(part: ActionReply) -> dict[tuple[str, int | None, int | None], Change]:
    """Return what was answered and waits, by what it is about, from what `parts_of` fetched."""
    waiting = (ChangeStatus.PROPOSED, ChangeStatus.ASKED_AGAIN)
    return {
        (one.about, one.indicator_id, one.unit_id): one
        for one in part.changes.all()
        if one.status in waiting
    }


class AnswerForm(forms.Form):
    """Where an action stands: nothing is needed, and what was answered already is shown."""

    def __init__(
        self,
        part: ActionReply,
        today: date,
        data: Any = None,
        files: Any = None,
        *,
        missing: Missing | None = None,
    ) -> None:
        action, questions = part.action, part.reply.campaign.questions
        said = proposed(part)
        super().__init__(data, files)
        self.part = part
        self.asked = asked_values(part)
        if Question.PROGRESS in questions:
            self._progress(said.get((About.PROGRESS, None, None)))
        for one in self.asked:
            unit = one.unit.pk if one.unit else None
            self._value(one, said.get((About.VALUE, one.indicator.pk, unit)))
        if self.asked:
            self.fields["on"] = DayField(label=_("Date de ces chiffres"), initial=today)
        if Question.SPENDING in questions:
            change = said.get((About.SPENT, None, None))
            year = year_on(action.plan.organisation_id, today)
            told = {"year": year, "currency": currency().symbol}
            self.fields["spent"] = AmountField(
                label=_("Dépensé en %(year)s, en %(currency)s, si vous le savez") % told,
                required=False,
                initial=Decimal(change.after) if change else None,
            )
        if Question.BLOCKED in questions:
            change = said.get((About.BLOCKED, None, None))
            self.fields["blocked_by"] = forms.CharField(
                label=_("Ce qui bloque"),
                max_length=500,
                required=False,
                initial=change.after if change else action.blocked_by,
            )
        self.missing = self._miss(missing, said) if missing and missing.part == part else ""
        change = said.get((About.DUE_ON, None, None))
        if self.missing == "due_on":
            pass
        elif change is not None or is_late(action.due_on, Progress(action.progress), today):
            self.fields["due_on"] = DayField(
                label=_("Fin prévue, passée : une nouvelle date ?"),
                required=False,
                initial=date.fromisoformat(change.after) if change else action.due_on,
            )
        change = said.get((About.NOTE, None, None))
        self.fields["note"] = forms.CharField(
            label=_("Ce qui avance, en une phrase"),
            max_length=1000,
            required=False,
            widget=text_area(2),
            initial=change.after if change else "",
        )
        if Question.EVIDENCE in questions:
            self.fields["file"] = EvidenceFile(
                label=_("Une photo ou un fichier"),
                required=False,
                help_text=_("Gardée privée. Le lieu et l’appareil sont effacés des photos."),
            )

        for field in self.fields.values():
            field.conditional = True  # type: ignore[attr-defined]  # all may be left empty

    def _miss(
        self, missing: Missing, said: dict[tuple[str, int | None, int | None], Change]
    ) -> str:
        """Add the field of what the plan misses; return its name."""
        indicator, plan = missing.indicator, self.part.action.plan
        change = said.get((missing.about, indicator.pk if indicator else None, None))
        options: dict[str, Any] = {
            "required": False,
            "help_text": _("Laissez vide si vous ne le savez pas."),
            "initial": change.after if change else None,
        }
        if indicator is None:
            label = _("Quand cette action doit-elle finir ?")
            options["initial"] = date.fromisoformat(change.after) if change else None
            self.fields["due_on"] = DayField(label=label, **options)
            return "due_on"
        named = {"name": name_with_unit(indicator), "year": plan.first_year}
        if missing.about is About.TARGET:
            label = _("Quelle cible visez-vous pour « %(name)s » ?") % named
            self.fields["target"] = forms.CharField(label=label, max_length=250, **options)
            return "target"
        label = _("Combien valait « %(name)s » au début de %(year)s ?") % named
        options["initial"] = Decimal(change.after) if change else None
        options["help_text"] = " ".join([*_first_said(indicator), str(options["help_text"])])
        self.fields["baseline"] = NumberField(label=label, **options)
        return "baseline"

    def _progress(self, change: Change | None) -> None:
        action = self.part.action
        firm = action.level == CommitmentLevel.IMPLEMENTATION
        left = {Progress.DROPPED} if firm else {Progress.DROPPED, Progress.ONGOING}
        offered = [pair for pair in PROGRESSES.items() if pair[0] not in left]
        if action.progress not in {key.value for key, _label in offered}:
            offered.append((Progress(action.progress), PROGRESSES[Progress(action.progress)]))
        self.fields["progress"] = forms.TypedChoiceField(
            label=_("Avancement"),
            choices=offered,
            coerce=Progress,
            widget=forms.RadioSelect,
            required=False,
            empty_value=None,
            initial=change.after if change else action.progress,
        )

    def _value(self, asked: Asked, change: Change | None) -> None:
        indicator = asked.indicator
        kind = Kind(indicator.kind)
        initial: Any = None
        if change is not None and not change.unknown:
            initial = Decimal(change.after) if kind.is_number else change.after
            if kind is Kind.YES_NO:
                initial = "oui" if change.after == "1" else "non"
        options = {
            "label": _label(asked),
            "required": False,
            "initial": initial,
            "help_text": _stands(asked),
        }
        _name, field = value_field(indicator, options)
        self.fields[f"v{asked.tag}"] = field
        self.fields[f"u{asked.tag}"] = forms.BooleanField(
            label=_("Je ne l’ai pas"),
            required=False,
            initial=change is not None and change.unknown,
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for tag in (one.tag for one in self.asked):
            if data.get(f"u{tag}") and data.get(f"v{tag}") not in (None, ""):
                self.add_error(f"v{tag}", _("Donnez le chiffre, ou dites que vous ne l’avez pas."))
        return data

    @property
    def figures(self) -> Iterator[Figure]:
        for one in self.asked:
            yield Figure(_label(one), self[f"v{one.tag}"], self[f"u{one.tag}"])

    @property
    def words(self) -> list[BoundField]:
        return [self[name] for name in self._words()]

    def _words(self) -> Iterator[str]:
        for name in ("due_on", "blocked_by", "note"):
            if name in self.fields and name != self.missing:
                yield name

    @property
    def question(self) -> BoundField | None:
        """Return the field of what the plan misses, if this page asks it."""
        return self[self.missing] if self.missing else None

    def said(self) -> Said:
        """Return what is answered, the file being kept. Raises as `receive`."""
        data = self.cleaned_data
        values = {}
        for one in self.asked:
            given = data.get(f"v{one.tag}")
            if data.get(f"u{one.tag}"):
                values[one.key] = ValueSaid(unknown=True)
            elif isinstance(given, Decimal):
                values[one.key] = ValueSaid(given)
            elif given:
                values[one.key] = ValueSaid(text=str(given))
        return Said(
            progress=data.get("progress"),
            values=values,
            on=data.get("on"),
            spent=data.get("spent"),
            blocked_by=data.get("blocked_by"),
            due_on=data.get("due_on"),
            target=data.get("target") or "",
            baseline=data.get("baseline"),
            note=data["note"],
            file=received(data.get("file")),
        )


def _first_said(indicator: Indicator) -> Iterator[str]:
    """Yield what sources said first of an indicator, each with its day."""
    language = page_language()
    for start in starts_of(indicator):
        told = {
            "source": start.snapshot.source.name,
            "day": numbers.date(start.on, language),
            "value": with_unit(indicator, Reading(start.on, start.value)),
        }
        yield str(_("%(source)s dit %(value)s au %(day)s.") % told)


def _label(asked: Asked) -> str:
    whose = f", {asked.unit.name}" if asked.unit else ""
    return f"{name_with_unit(asked.indicator)}{whose}"


def _stands(asked: Asked) -> str:
    """Return the last value with its day, and what is aimed at: “1,71 au 30/09/2026, visé 1,50”."""
    language = page_language()
    indicator, series = asked.indicator, asked.series
    parts = []
    if (last := series.last_known) is not None:
        told = {"value": with_unit(indicator, last), "day": numbers.date(last.on, language)}
        parts.append(_("%(value)s au %(day)s") % told)
    if (target := series.target) is not None:
        told = {
            "value": with_unit(indicator, target),
            "day": numbers.date(target.due_on, language),
        }
        parts.append(_("visé %(value)s au %(day)s") % told)
    return ", ".join(parts) or _("pas encore de relevé")


class AllForm(forms.Form):
    """All the actions at once, but those that are set aside, each kept by the tap that does it.

    `answer` is said of all that wait; `but` sets one aside, `back` puts it among them again.
    """

    ASIDE = "aside"  # nothing but the name, of those that are set aside already
    other = forms.CharField(
        label=gettext_lazy("Pour celles que vous cochez, qui voyez-vous ?"),
        max_length=160,
        required=False,
    )

    def __init__(self, parts: Sequence[ActionReply], data: Any = None) -> None:
        names = {_named(one) for one in parts if one.consent == Consent.NOT_ME}
        self.named = names.pop() if len(names) == 1 else ""
        super().__init__(data, initial={"other": self.named})
        self.parts = parts
        self.answer = data.get("answer", "") if data is not None else ""
        asked = {name: data.getlist(name) if data is not None else [] for name in ("but", "back")}
        self.but, self.back = (
            [one for one in parts if str(one.pk) in asked[name]] for name in ("but", "back")
        )

    @property
    def waiting(self) -> list[ActionReply]:
        return [one for one in self.parts if one.answered_at is None]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = self.answer in (Consent.ACCEPTED, Consent.TALK, self.ASIDE)
        if not said and not self.but and not self.back:
            raise forms.ValidationError(_("Dites ce que vous répondez."))
        return data

    def said(self) -> list[tuple[ActionReply, ConsentSaid]]:
        """Return what is answered: of who was set aside already, only if the name is another."""
        other = self.cleaned_data["other"]
        aside = [one for one in self.parts if one.consent == Consent.NOT_ME]
        again = [] if other.strip() == self.named else [o for o in aside if o not in self.back]
        fresh = [one for one in self.but if one not in aside]
        found = [(one, ConsentSaid(Consent.NOT_ME, other=other)) for one in [*again, *fresh]]
        if self.answer in (Consent.ACCEPTED, Consent.TALK):
            left = [one for one in self.waiting if one not in fresh]
            found += [(one, ConsentSaid(Consent(self.answer))) for one in left]
        return found


def _named(part: ActionReply) -> str:
    change = proposed(part).get((About.PILOT, None, None))
    return change.after if change else ""


class GoneForm(forms.Form):
    """“It is not me any more”: who takes over, if one knows, or who answers until a day."""

    KNOWN, UNKNOWN, AWAY = "known", "unknown", "away"
    which = forms.ChoiceField(
        label=gettext_lazy("Qui suit maintenant ?"),
        choices=(
            (KNOWN, gettext_lazy("Je sais qui")),
            (UNKNOWN, gettext_lazy("Je ne sais pas")),
            (AWAY, gettext_lazy("Je m’absente, puis je reviens")),
        ),
        widget=forms.RadioSelect,
    )
    other = forms.CharField(
        label=gettext_lazy("Son nom ou sa fonction"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Sans confirmation, ce nom est effacé dans un mois."),
    )
    until = DayField(label=gettext_lazy("De retour après le"), required=False)
    word = forms.CharField(
        label=gettext_lazy("Un mot pour la suite"),
        max_length=500,
        required=False,
        widget=text_area(2),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name in ("other", "until", "word"):
            self.fields[name].conditional = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        which = data.get("which")
        if which in (self.KNOWN, self.AWAY) and not data.get("other"):
            self.add_error("other", _("Dites qui, ou choisissez « Je ne sais pas »."))
        if which == self.AWAY and data.get("until") is None:
            self.add_error("until", _("Dites jusqu’à quand."))
        return data

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        unknown = data["which"] == self.UNKNOWN
        return {
            "other": "" if unknown else data["other"],
            "until": data["until"] if data["which"] == self.AWAY else None,
            "word": data["word"],
        }


class ConsentForm(forms.Form):
    """Whether a function pilots some actions; the dates and targets that it corrects."""

    def __init__(self, parts: Sequence[ActionReply], data: Any = None) -> None:
        super().__init__(data)
        self.parts = parts
        for part in parts:
            self._ask(part)

    def _ask(self, part: ActionReply) -> None:
        pk, said = part.pk, proposed(part)
        main = main_indicator(part)
        self.fields[f"c{pk}"] = forms.TypedChoiceField(
            label=f"{part.action.called}. {part.action.title}",
            choices=list(CONSENTS.items()),
            coerce=Consent,
            widget=forms.RadioSelect,
            initial=part.consent or None,
        )
        due = said.get((About.DUE_ON, None, None))
        self.fields[f"d{pk}"] = DayField(
            label=gettext_lazy("Fin prévue, à corriger"),
            required=False,
            initial=date.fromisoformat(due.after) if due else part.action.due_on,
        )
        if main is not None:
            change = said.get((About.TARGET, main.pk, None))
            self.fields[f"t{pk}"] = forms.CharField(
                label=gettext_lazy("Cible, à corriger"),
                max_length=250,
                required=False,
                initial=change.after if change else target_shown(main),
            )
        pilot = said.get((About.PILOT, None, None))
        self.fields[f"o{pk}"] = forms.CharField(
            label=gettext_lazy("Si ce n’est pas vous, qui\u202f?"),
            max_length=160,
            required=False,
            initial=pilot.after if pilot else "",
        )

    @property
    def rows(self) -> Iterator[tuple[ActionReply, BoundField, list[BoundField]]]:
        for part in self.parts:
            names = [f"{letter}{part.pk}" for letter in "dto"]
            fields = [self[name] for name in names if name in self.fields]
            yield part, self[f"c{part.pk}"], fields

    def said(self) -> list[tuple[ActionReply, ConsentSaid]]:
        data = self.cleaned_data
        found = []
        for part in self.parts:
            pk, main = part.pk, main_indicator(part)
            target = data.get(f"t{pk}", "").strip()
            if main is not None and target == target_shown(main):
                target = ""  # as it was shown: nothing is corrected
            found.append(
                (
                    part,
                    ConsentSaid(
                        data[f"c{pk}"],
                        other=data[f"o{pk}"],
                        due_on=data.get(f"d{pk}"),
                        target=target,
                    ),
                )
            )
        return found


def target_shown(indicator: Indicator) -> str:
    """Return the final target with its unit, as a pilot may correct it; "" where there is none."""
    target = series_of(indicator).target
    return "" if target is None else with_unit(indicator, target)
