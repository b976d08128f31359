from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.catalogue.models import CatalogueVersion
from portulan.plans.models import Action, Plan, PracticeChoice
from portulan.plans.words import Choice, CommitmentLevel
from tests.web.catalogue.conftest import Browser, text

OTHERS = [Choice.LATER, Choice.REFUSE, Choice.IN_PLACE, Choice.NOT_APPLICABLE]


def press(browser: Browser, step: str, choice: Choice, **more: object) -> str:
    """Answer as a person does: what the form proposes is sent with the button pressed."""
    tree = browser.get(step)
    (form,) = tree.xpath("//main//form[@class='stack']")
    values = dict(form.form_values())
    assert choice in form.xpath(".//button[@name='choice']/@value")
    return browser.post(step, **(values | {"choice": choice} | more))


def test_an_afternoon_from_fifty_nine_practices_to_twenty_actions(
    guide: CatalogueVersion, plan: Plan, editor: Browser
) -> None:
    root = f"workshop/{guide.pk}/"
    tree = editor.get(root)
    assert text(tree, "//p[@class='lede']")[0].startswith("0 sur 59")
    (start,) = tree.xpath("//a[contains(@class, 'go')]/@href")
    step = start.removeprefix(editor.root)
    seen = []
    while step != root:
        seen.append(step.removeprefix(root).strip("/"))
        kept = len(seen) % 3 == 1
        choice = Choice.KEEP if kept else OTHERS[len(seen) % 4]
        step = press(editor, step, choice, reason="" if kept else f"Motif {len(seen)}")
    ordered = [practice.code for practice in guide.practices.order_by("theme__order", "order")]
    assert seen == ordered
    assert len(seen) == 59

    # Twenty actions, each with a function, a level and one indicator; all reasons are kept.
    actions = list(Action.objects.order_by("number"))
    assert [action.number for action in actions] == list(range(1, 21))
    for action in actions:
        assert action.pilot_function
        assert action.level == CommitmentLevel.STUDY
        assert action.indicators.count() == 1
    others = PracticeChoice.objects.exclude(choice=Choice.KEEP)
    assert others.count() == 39
    assert not others.filter(reason="").exists()

    tree = editor.get(root)
    assert text(tree, "//p[@class='lede']") == ["59 sur 59 décidées, 20 retenues. Tout est décidé."]
    assert not tree.xpath("//a[contains(@class, 'go')]")
    totals = [int(number) for number in text(tree, "//tfoot//td")[1:6]]
    assert totals[0] == 20
    assert sum(totals) == 59
    for column, total in enumerate(totals, 2):
        cells = [int(cell) for cell in text(tree, f"//tbody//td[{column}]")]
        assert sum(cells) == total


def test_it_is_taken_up_where_it_stopped(
    guide: CatalogueVersion, plan: Plan, editor: Browser
) -> None:
    root = f"workshop/{guide.pk}/"
    assert press(editor, f"{root}a.3/", Choice.LATER) == f"{root}a.4/"
    tree = editor.get(root)
    assert text(tree, "//a[contains(@class, 'go')]") == ["Reprendre"]
    assert tree.xpath("//a[contains(@class, 'go')]/@href") == [f"{editor.root}{root}a.1/"]
    assert tree.xpath("//progress/@value") == ["1"]
    # The last one of the guide leads back to what was passed over.
    assert press(editor, f"{root}i.8/", Choice.LATER) == f"{root}a.1/"
    step = editor.get(f"{root}a.2/")
    assert step.xpath("//a[@rel='prev']/@href") == [f"{editor.root}{root}a.1/"]
    assert step.xpath("//a[@rel='next']/@href") == [f"{editor.root}{root}a.3/"]


def test_one_theme_at_a_time(guide: CatalogueVersion, plan: Plan, editor: Browser) -> None:
    root = f"workshop/{guide.pk}/"
    link = editor.get(root).xpath("//tbody/tr[2]//a/@href")[0].removeprefix(editor.root)
    assert link == f"{root}b.1/?theme=b"
    assert press(editor, link, Choice.LATER) == f"{root}b.2/?theme=b"
    assert press(editor, f"{root}b.2/?theme=b", Choice.LATER) == f"{root}b.3/?theme=b"
    assert press(editor, f"{root}b.3/?theme=b", Choice.LATER) == root
    tree = editor.get(root)
    assert "Cette thématique est décidée." in text(tree, "//div[@class='msg']")
    assert text(tree, "//tbody/tr[2]/td")[0] == "3/3"
    # A theme that is not the practice's own is no theme.
    assert press(editor, f"{root}c.1/?theme=zz", Choice.LATER) == f"{root}c.2/"


def test_an_answer_is_undone_and_asked_again(
    guide: CatalogueVersion, plan: Plan, editor: Browser
) -> None:
    root = f"workshop/{guide.pk}/"
    press(editor, f"{root}a.1/", Choice.KEEP)
    assert editor.undo() == f"{root}a.1/"
    assert not Action.objects.exists()
    assert not PracticeChoice.objects.exists()


def test_changing_an_answer_shows_the_one_before(
    guide: CatalogueVersion, plan: Plan, editor: Browser
) -> None:
    root = f"workshop/{guide.pk}/"
    press(editor, f"{root}a.1/", Choice.LATER, reason="En 2028.")
    tree = editor.get(f"{root}a.1/")
    assert text(tree, "//h2")[0] == "Votre réponse : Plus tard"
    assert text(tree, "//textarea") == ["En 2028."]
    assert press(editor, f"{root}a.1/", Choice.KEEP) == f"{root}a.2/"
    assert PracticeChoice.objects.get().reason == "En 2028."


def test_a_refused_answer_stays_on_the_practice(
    guide: CatalogueVersion, plan: Plan, editor: Browser
) -> None:
    tree = editor.post(
        f"workshop/{guide.pk}/a.1/", 422, choice="refuse", pilot_function="Élu", level="3"
    )
    assert text(tree, "//*[@id='id_reason_error']") == [
        "Donnez le motif : on le relira dans un an."
    ]
    # What was typed for another answer is not lost.
    assert tree.xpath("//input[@name='pilot_function']/@value") == ["Élu"]
    assert tree.xpath("//select[@name='level']/option[@selected]/@value") == ["3"]
    editor.post(f"workshop/{guide.pk}/a.1/", 422)
    assert not PracticeChoice.objects.exists()


def test_it_works_by_keyboard_and_enter_keeps_nothing_by_mistake(
    guide: CatalogueVersion, plan: Plan, editor: Browser
) -> None:
    (form,) = editor.get(f"workshop/{guide.pk}/a.1/").xpath("//main//form")
    assert text(form, ".//button") == [
        "Retenir",
        "Plus tard",
        "Écarter",
        "Déjà en place",
        "Sans objet",
    ]
    # Enter in a field of one line presses the first button: only what keeping needs is on one.
    lines = form.xpath(".//input[not(@type) or @type='text']/@name")
    assert lines == ["pilot_function"]
    assert not form.xpath(".//*[@tabindex]")


def test_without_plan_it_offers_one(guide: CatalogueVersion, editor: Browser) -> None:
    assert editor.get(f"workshop/{guide.pk}/").xpath("//p[@class='empty']/a")
    editor.get(f"workshop/{guide.pk}/a.1/", status=404)


def test_its_queries_do_not_grow(plan: Plan, editor: Browser, make_edition) -> None:
    small, big = make_edition("2025", 3), make_edition("2026", 300)
    editor.get()
    for path in ("", "t0.1/"):
        counts = []
        for version in (small, big):
            with CaptureQueriesContext(connection) as queries:
                editor.get(f"workshop/{version.pk}/{path}")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 16


def test_two_who_answer_one_practice_hear_of_each_other(
    guide: CatalogueVersion, plan: Plan, editor: Browser
) -> None:
    step = f"workshop/{guide.pk}/{guide.practices.order_by('theme__order', 'order')[0].code}/"
    (form,) = editor.get(step).xpath("//main//form[@class='stack']")
    mine = dict(form.form_values()) | {"choice": Choice.REFUSE, "reason": "Trop cher"}
    press(editor, step, Choice.LATER, reason="Après le déménagement")
    page = editor.post(step, status=409, **mine)
    assert text(page, "//fieldset[@class='versus']//strong") == [
        "Écartée", "Plus tard", "Trop cher", "Après le déménagement"
    ]  # fmt: skip
    (form,) = page.xpath("//main//form[@class='stack']")
    chosen = {"keep-choice": "mine", "keep-reason": "mine", "choice": Choice.REFUSE}
    editor.post(step, **(dict(form.form_values()) | chosen))
    assert PracticeChoice.objects.get(practice__code=step.split("/")[2]).reason == "Trop cher"
