"""A browser for the tests of screens: what it posts comes from a page of this minute."""

from __future__ import annotations

from typing import Any

from django.test import Client
from lxml import html

from portulan.web.form_tokens import FIELD, new_page


class Browser(Client):
    """Django's client, whose forms carry the hidden field that pages give them.

    Each `post` is of another page, on which nothing stood: it counts, and meets no other. `fill`
    posts a form as its page shows it; `post(…, {FIELD: value})` what a test wants to say.
    """

    def post(self, path: Any, data: Any = None, *args: Any, **options: Any) -> Any:
        if data is None or isinstance(data, dict):
            data = {FIELD: f"{'x' * 64}.{new_page().token}.1", **(data or {})}
        return super().post(path, data, *args, **options)

    def fill(self, path: str, data: dict[str, Any], *, form: int = 0, **options: Any) -> Any:
        """Post the form of a page (of its content, by its rank) with those fields changed."""
        return self.post(path, {**self.fields(path, form=form), **data}, **options)

    def fields(self, path: str, *, form: int = 0) -> dict[str, Any]:
        """Return what a form of a page holds, its hidden field with it."""
        return self.fields_of(self.get(path), form=form)

    def fields_of(self, answer: Any, *, form: int = 0) -> dict[str, Any]:
        """Return what a form of an answer holds, several values of one name as a list."""
        found: dict[str, Any] = {}
        forms = self.tree(answer).xpath("//main//form[@method='post']")
        for name, value in forms[form].form_values():
            # The first line break of a text area is not of its text.
            found.setdefault(name, []).append(value.replace("\r\n", "\n").removeprefix("\n"))
        return {name: got[0] if len(got) == 1 else got for name, got in found.items()}

    def tree(self, answer: Any) -> Any:
        return html.document_fromstring(answer.content.decode())
