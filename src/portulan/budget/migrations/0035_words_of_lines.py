"""The words of lines, folded as a search compares them, in the index that is searched."""

import unicodedata
from functools import lru_cache

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# As the product folded them when this was written.
APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "`": "'", "´": "'"})
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
TEXTS = ("label", "service", "contract_ref", "order_ref", "supplier")
AT_ONCE = 2000


def bare(text):
    return "".join(char for char in text if not unicodedata.combining(char))


@lru_cache(maxsize=4096)
def sought(text):
    decomposed = unicodedata.normalize("NFKD", bare(text.translate(APOSTROPHES)))
    return " ".join(bare(decomposed).split()).casefold().translate(LIGATURES)


def words_of(first, *others, most):
    return "\n".join([sought(first), *(sought(text) for text in others if text)])[:most]


def fill_words(apps, schema_editor):
    """Write the words of every line, some thousands at a time: memory does not grow."""
    lines = apps.get_model("budget", "BudgetLine")._base_manager.order_by("pk")
    update = "UPDATE budget_budgetline SET words = %s, supplier_words = %s WHERE id = %s"
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while rows := list(lines.filter(pk__gt=last).values_list("pk", *TEXTS)[:AT_ONCE]):
            last = rows[-1][0]
            cursor.executemany(
                update,
                [
                    (words_of(*texts, most=463), words_of(supplier, most=160), pk)
                    for pk, *texts, supplier in rows
                ],
            )


class AddColumn(migrations.AddField):
    """A column whose default the database keeps: SQLite need not make the table again for it."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "sqlite":
            return super().database_forwards(app_label, schema_editor, from_state, to_state)
        model = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)
        return BaseDatabaseSchemaEditor.add_field(schema_editor, model, field)


def words(most):
    return models.CharField(blank=True, db_default="", default="", editable=False, max_length=most)


class Migration(migrations.Migration):
    dependencies = [("budget", "0034_words_of_lines_in_an_index")]

    operations = [
        migrations.RemoveIndex("budgetline", "line_in_words"),
        AddColumn("budgetline", "words", words(463)),
        AddColumn("budgetline", "supplier_words", words(160)),
        migrations.RunPython(fill_words, migrations.RunPython.noop),
        migrations.AddIndex(
            "budgetline",
            models.Index(
                condition=models.Q(("is_carried", False), ("is_expense", True), ("is_real", True)),
                fields=[
                    *("fiscal_year", "nature", "words", "supplier_words", "batch"),
                    *("is_expense", "is_real", "is_carried", "it_share"),
                    *("voted", "opened", "committed", "realised", "id"),
                ],
                name="line_in_words",
            ),
        ),
    ]
