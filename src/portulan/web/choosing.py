"""A choice among many is searched: some words, a page of what they find, without script.

A form shows a list of up to twenty choices; past that, `offer` puts in its place a search, whose
answer is the same form, with all that was typed, and nothing written. Enter in another field sends
the form as ever; words that were not searched yet are searched, whatever button sent them.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import ErrorDict, flatatt
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from portulan.core.folding import fold

MANY = 20
BUTTON, _WORDS, _FOUND = "search", "-words", "-found"


def offer[F: forms.BaseForm](form: F) -> F:
    """Put a search in the place of each list of a form that is too long."""
    for name, field in form.fields.items():
        widget: Any = field.widget
        if not isinstance(widget, forms.Select) or not isinstance(field, forms.ChoiceField):
            continue
        choices = list(_flat(field.choices))
        few = [one for one in choices if one[0] not in (None, "")]
        if len(few) <= MANY:
            continue
        if widget.allow_multiple_selected:
            form[name].help_text = ""  # it says how several lines of a list are chosen
        key = form.add_prefix(name)
        words = form.data.get(key + _WORDS, "").strip()
        sought = words if words or form.data.get(BUTTON) == key else None
        field.widget = Search(choices, sought, label=str(form[name].label), like=widget)
    return form


def is_searched(form: forms.BaseForm) -> bool:
    """Tell whether what came back asks for what its words find; it is not judged then."""
    keys = [form.add_prefix(name) for name in form.fields]
    if form.data.get(BUTTON) not in keys and not any(
        form.data.get(key + _WORDS, "").strip() != form.data.get(key + _FOUND, "") for key in keys
    ):
        return False
    form._errors = ErrorDict()  # type: ignore[attr-defined] # what Django keeps its errors in
    form.cleaned_data = {}
    return True


def ask_again[F: forms.BaseForm](form: F) -> F:
    """Say beside each file field of a form that comes back that its file is to be chosen again.

    A page can hold all that was typed, but a browser never fills in a file.
    """
    for name, field in form.fields.items():
        given = form.files.getlist(form.add_prefix(name)) if form.files else []
        if isinstance(field, forms.FileField) and given and not form.errors.get(name):
            again = ngettext(
                "«\u00a0%(names)s\u00a0» n’est pas gardé\u00a0: choisissez-le de nouveau.",
                "«\u00a0%(names)s\u00a0» ne sont pas gardés\u00a0: choisissez-les de nouveau.",
                len(given),
            ) % {"names": ", ".join(str(file.name) for file in given)}
            form[name].help_text = format_html("<strong>{}</strong> {}", again, field.help_text)
    return form


def _flat(choices: Any) -> Any:
    for key, word in choices:
        yield from word if isinstance(word, (list, tuple)) else [(key, word)]


class Search(forms.Widget):
    """What is chosen, a field of words, and what they find."""

    def __init__(
        self, choices: list[tuple[Any, Any]], sought: str | None, *, label: str, like: Any
    ) -> None:
        super().__init__()
        self.choices, self.sought, self.label = choices, sought, label
        self.several: bool = like.allow_multiple_selected

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # the words are not the answer

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.getlist(name) if self.several and hasattr(data, "getlist") else data.get(name)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        values = value if isinstance(value, (list, tuple, set)) else [value]
        chosen = {str(one) for one in values if one not in (None, "")}
        options = [(str(key), word, str(key) in chosen) for key, word in self.choices]
        there = [one for one in options if one[2]]
        words = fold(self.sought or "").split()
        apart = [one for one in options if one[0] and not one[2]]
        found = [one for one in apart if all(word in fold(str(one[1])) for word in words)]
        shown = there + (found[:MANY] if self.sought is not None else [])
        nothing = [("", word, not there) for key, word in self.choices if key in (None, "")]
        context = {
            "name": name,
            "attrs": flatatt(self.build_attrs({"autocomplete": "off"}, attrs)),
            "label": self.label,
            "kind": "checkbox" if self.several else "radio",
            "rows": nothing + shown if shown and not self.several else shown,
            "sought": self.sought,
            "count": len(found),
            "more": len(found) > MANY,
            "words": _WORDS,
            "found": _FOUND,
        }
        return render_to_string("partials/searched.html", context)
