from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Role
from portulan.budget.indicator.published import NR_SHARE
from portulan.catalogue.imports.writes import import_catalogue, install_builtin
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.indicators.words import Kind
from portulan.plans.actions.writes import edit_action
from portulan.plans.models import Action, Plan, PracticeChoice
from portulan.plans.plan import create_plan
from portulan.plans.words import Choice, CommitmentLevel, Guess
from tests.people import Town
from tests.web.catalogue.conftest import Browser, edition, text

# The form of the five answers, whose button « Retenir » sends another.
ANSWERS = "//main//form[not(@id)][.//button[@name='choice']]"
OTHERS = [Choice.LATER, Choice.REFUSE, Choice.IN_PLACE, Choice.NOT_APPLICABLE]


@pytest.fixture
def guide(town: Town) -> CatalogueVersion:
    return install_builtin()


@pytest.fixture
def plan(town: Town) -> Plan:
    return create_plan(town.editor, title="Plan NR", first_year=2025, last_year=2100, slug="plan")


@pytest.fixture
def editor(town: Town, signed_in) -> Browser:
    browser = Browser(signed_in(Role.EDITOR), town)
    browser.root = f"/{town.slug}/plans/plan/"
    return browser


@pytest.fixture
def make_edition(town: Town):
    """Import an edition of the town's own, of a given size."""
    return lambda version, size: import_catalogue(town.editor, content=edition(version, size))


@pytest.fixture
def root(guide: CatalogueVersion, plan: Plan) -> str:
    return f"workshop/{guide.pk}/"


def undo(browser: Browser, page: str) -> str:
    """Press the undo of the message that a page shows."""
    (form,) = browser.get(page).xpath("//div[@class='msg']//form")
    return browser.post(form.get("action").removeprefix(browser.root))


def press(browser: Browser, step: str, choice: Choice, **more: object) -> str:
    """Answer as a person does: what the form of the answer proposes is sent with its button."""
    tree = browser.get(step)
    keep, other = tree.xpath("//form[@id='keep']"), tree.xpath(ANSWERS)[0]
    if keep and choice is Choice.KEEP:  # it leads to its questions, under which it is saved
        assert other.xpath(".//a[contains(@class, 'go')]/@href") == ["#keep"]
    else:
        assert choice in other.xpath(".//button[@name='choice']/@value")
    form = keep[0] if keep and choice is Choice.KEEP else other
    values: dict[str, object] = dict(form.form_values())
    return browser.post(step, **(values | {"choice": choice} | more))


def test_an_afternoon_from_fifty_nine_practices_to_twenty_actions(
    guide: CatalogueVersion, plan: Plan, editor: Browser, root: str
) -> None:
    tree = editor.get(root)
    assert text(tree, "//p[@class='lede']")[0].startswith("0 sur 59")
    (start,) = tree.xpath("//a[contains(@class, 'go')]/@href")
    step = start.removeprefix(editor.root)
    seen = []
    while step != f"{root}kept/":
        seen.append(step.removeprefix(f"{root}at/").strip("/"))
        kept = len(seen) % 3 == 1
        choice = Choice.KEEP if kept else OTHERS[len(seen) % 4]
        level = CommitmentLevel(len(seen) // 3 % 3 + 1)
        more: dict[str, object] = {"reason": "" if kept else f"Motif {len(seen)}"}
        if kept:  # one typed field an action at most: where it is tried, or what is aimed at
            more |= {"level": str(level.value), "impact_guess": "3", "effort_guess": "1"}
            more |= {2: {"scope": "Deux services"}, 3: {"target": "60"}}.get(level, {})
        step = press(editor, step, choice, **more)
    ordered = [practice.code for practice in guide.practices.order_by("theme__order", "order")]
    assert seen == ordered

    # Twenty actions, each with a pilot, a level and what it needs, a date, impact and effort.
    actions = list(Action.objects.order_by("number"))
    assert [action.number for action in actions] == list(range(1, 21))
    for action in actions:
        assert action.pilot_function
        assert action.due_on
        assert (action.impact_guess, action.effort_guess) == (Guess.HIGH, Guess.LOW)
        match action.level:
            case CommitmentLevel.STUDY:
                assert action.deliverables.get().due_on == action.due_on
            case CommitmentLevel.EXPERIMENT:
                assert action.scope == "Deux services"
            case CommitmentLevel.IMPLEMENTATION:
                assert action.follow_up_function
                assert action.indicators.get().targets.get().due_on == action.due_on
    others = PracticeChoice.objects.exclude(choice=Choice.KEEP)
    assert others.count() == 39
    assert not others.filter(reason="").exists()

    tree = editor.get(f"{root}kept/")
    assert text(tree, "//h1") == ["20 actions faites"]
    assert text(tree, "//h2") == [
        "De l’impact le plus fort à l’effort le plus léger",
        "Ce que la loi demande",
        "Ce qui permet le reste",
    ]
    tree = editor.get(root)
    assert text(tree, "//p[@class='lede']") == ["59 sur 59 décidées, 20 retenues. Tout est décidé."]
    totals = [int(number) for number in text(tree, "//tfoot//td")[1:6]]
    assert (totals[0], sum(totals)) == (20, 59)
    for column, total in enumerate(totals, 2):
        cells = [int(cell) for cell in text(tree, f"//tbody//td[{column}]")]
        assert sum(cells) == total


def test_it_is_taken_up_where_it_stopped(editor: Browser, root: str) -> None:
    assert press(editor, f"{root}at/a.3/", Choice.LATER) == f"{root}at/a.4/"
    tree = editor.get(root)
    assert text(tree, "//a[contains(@class, 'go')]") == ["Reprendre"]
    assert tree.xpath("//a[contains(@class, 'go')]/@href") == [f"{editor.root}{root}at/a.1/"]
    assert tree.xpath("//progress/@value") == ["1"]
    # The last one of the guide leads back to what was passed over.
    assert press(editor, f"{root}at/i.8/", Choice.LATER) == f"{root}at/a.1/"
    step = editor.get(f"{root}at/a.2/")
    assert step.xpath("//a[@rel='prev']/@href") == [f"{editor.root}{root}at/a.1/"]
    assert step.xpath("//a[@rel='next']/@href") == [f"{editor.root}{root}at/a.3/"]


def test_one_theme_at_a_time(editor: Browser, root: str) -> None:
    link = editor.get(root).xpath("//tbody/tr[2]//a/@href")[0].removeprefix(editor.root)
    assert link == f"{root}at/b.1/?theme=b"
    assert press(editor, link, Choice.LATER) == f"{root}at/b.2/?theme=b"
    assert press(editor, f"{root}at/b.2/?theme=b", Choice.LATER) == f"{root}at/b.3/?theme=b"
    assert press(editor, f"{root}at/b.3/?theme=b", Choice.LATER) == root
    tree = editor.get(root)
    assert "Cette thématique est décidée." in text(tree, "//div[@class='msg']")
    assert text(tree, "//tbody/tr[2]/td")[0] == "3/3"
    # A theme that is not the practice's own is no theme.
    assert press(editor, f"{root}at/c.1/?theme=zz", Choice.LATER) == f"{root}at/c.2/"


def test_an_answer_is_undone_and_asked_again(editor: Browser, root: str) -> None:
    press(editor, f"{root}at/a.1/", Choice.KEEP)
    assert undo(editor, root) == f"{root}at/a.1/"
    assert not Action.objects.exists()
    assert not PracticeChoice.objects.exists()


def test_changing_an_answer_shows_the_one_before(editor: Browser, root: str) -> None:
    press(editor, f"{root}at/a.1/", Choice.LATER, reason="En 2028.")
    tree = editor.get(f"{root}at/a.1/")
    assert text(tree, "//p[@id='given']") == ["Votre réponse : Plus tard"]
    assert text(tree, "//textarea") == ["En 2028."]
    assert press(editor, f"{root}at/a.1/", Choice.KEEP) == f"{root}at/a.2/"
    assert PracticeChoice.objects.get().reason == "En 2028."
    # What never breaks at the end of a line is the level alone: a long title goes to the next one.
    assert text(editor.get(f"{root}at/a.1/"), "//p[@id='given']/span") == ["Réflexion"]


def test_a_refused_answer_stays_on_the_practice(editor: Browser, root: str) -> None:
    step = f"{root}at/a.1/"
    tree = editor.post(step, 422, choice="refuse", pilot_function="Élu", level="3")
    assert text(tree, "//*[@id='id_reason_error']") == [
        "Donnez le motif : on le relira dans un an."
    ]
    # What was typed for another answer is not lost.
    assert tree.xpath("//input[@name='pilot_function']/@value") == ["Élu"]
    assert tree.xpath("//input[@name='level'][@checked]/@value") == ["3"]
    editor.post(step, 422)
    assert not PracticeChoice.objects.exists()


def test_it_works_by_keyboard_and_enter_keeps_nothing_by_mistake(
    editor: Browser, root: str
) -> None:
    tree = editor.get(f"{root}at/a.1/")
    (other,), (keep,) = tree.xpath(ANSWERS), tree.xpath("//form[@id='keep']")
    buttons = other.xpath(".//button[@name='choice']")
    assert [one.get("value") for one in buttons] == [
        *("later", "in_place", "refuse", "not_applicable"),
    ]
    # Enter in a field of one line presses the first button of its form: the reason is on several,
    # and what keeping needs is beside the button that keeps.
    assert not other.xpath(".//input[not(@type) or @type='text']")
    # What keeps stands under the questions alone: they are read before it saves.
    assert [one.get("form") for one in buttons] == [None] * 4
    assert keep.xpath(".//button/@value") == ["keep"]
    assert not tree.xpath("//main//form//*[@tabindex]")
    # A letter alone does nothing (WCAG 2.1.4): each is an access key, and no two are the same.
    keys = tree.xpath("//main//@accesskey")
    assert len(keys) == len(set(keys)) == 5 + 3 + 4 + 4


def test_its_queries_do_not_grow(plan: Plan, editor: Browser, make_edition) -> None:
    small, big = make_edition("2025", 3), make_edition("2026", 300)
    editor.get()
    for path in ("", "at/t0.1/", "room/", "kept/"):
        counts = []
        for version in (small, big):
            with CaptureQueriesContext(connection) as queries:
                editor.get(f"workshop/{version.pk}/{path}")
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 36


def test_two_stations_on_one_practice_hear_of_each_other(editor: Browser, root: str) -> None:
    step = f"{root}at/a.1/"
    form = editor.get(step).xpath("//main//form[@class='stack']")[0]
    mine = dict(form.form_values()) | {"choice": Choice.REFUSE, "reason": "Trop cher"}
    press(editor, step, Choice.LATER, reason="Après le déménagement")
    page = editor.post(step, status=409, **mine)
    assert text(page, "//fieldset[@class='versus']//strong") == [
        "Écartée", "Plus tard", "Trop cher", "Après le déménagement"
    ]  # fmt: skip
    form = page.xpath("//main//form[@class='stack']")[0]
    chosen = {"keep-choice": "mine", "keep-reason": "mine", "choice": Choice.REFUSE}
    editor.post(step, **(dict(form.form_values()) | chosen))
    assert PracticeChoice.objects.get(practice__code="a.1").reason == "Trop cher"


def test_each_level_asks_its_one_question(
    town: Town, guide: CatalogueVersion, editor: Browser, root: str
) -> None:
    tree = editor.get(f"{root}at/g.3/")
    (deliverable,) = tree.xpath("//input[@name='deliverable']/@value")
    assert deliverable.startswith("Étude\u00a0: ")
    # Who must be heard: the functions that the guide cites besides the pilot.
    assert tree.xpath("//input[@name='to_hear']/@value") == [
        *tree.xpath("//datalist[@id='functions']/option/@value")[-1:]
    ]
    press(editor, f"{root}at/g.3/", Choice.KEEP, decided_by="Comité", contributors="DSI, Achats")
    study = Action.objects.get()
    promised = study.deliverables.get()
    assert (promised.title, promised.due_on) == (deliverable, study.due_on)
    assert promised.to_hear
    assert not promised.consulted
    assert (study.decided_by, study.contributors) == ("Comité", ["DSI", "Achats"])
    # What the room said once is proposed to the next practice.
    tree = editor.get(f"{root}at/g.4/")
    assert tree.xpath("//input[@name='decided_by']/@value") == ["Comité"]
    press(editor, f"{root}at/g.4/", Choice.KEEP, level="3", target="tous les projets neufs")
    aim = Action.objects.get(number=2).indicators.get()
    assert (aim.kind, aim.targets.get().text) == (Kind.TEXT, "tous les projets neufs")
    press(editor, f"{root}at/g.5/", Choice.KEEP, level="3", target="80 %", days_per_year="12",
          thousands="7,5")  # fmt: skip
    action = Action.objects.get(number=3)
    assert action.indicators.get().targets.get().value == 80
    assert (action.days_per_year, action.planned_money.get().amount) == (12, Decimal(7500))
    # « On ne sait pas » is an answer, and says nothing.
    press(editor, f"{root}at/g.6/", Choice.KEEP, impact_guess="0", effort_guess="0")
    assert Action.objects.get(number=4).impact_guess is None


def test_the_share_of_the_budget_is_computed_and_never_typed(editor: Browser, root: str) -> None:
    page = editor.get(f"{root}at/a.5/")
    assert "Portulan calcule cet indicateur" in page.text_content()
    editor.post(f"{root}at/a.5/", 422, choice="keep", level="3", target="beaucoup",
                indicator=page.xpath("//input[@name='indicator']/@value")[0])  # fmt: skip
    press(editor, f"{root}at/a.5/", Choice.KEEP, level="3", target="3 %")
    share = Action.objects.get().indicators.get()
    assert share.computed_by == NR_SHARE
    # It is taken back with its answer all the same: what is computed comes again.
    press(editor, f"{root}at/a.5/", Choice.LATER)
    assert not Action.objects.exists()
    assert undo(editor, root) == f"{root}at/a.5/"
    again = Action.objects.get().indicators.get()
    assert (again.computed_by, again.targets.get().value) == (NR_SHARE, 3)


def test_our_own_function_comes_before_the_guide_s(editor: Browser, root: str) -> None:
    path = "//input[@name='pilot_function']/@value"
    assert editor.get(f"{root}at/d.1/").xpath(path) == ["Direction du numérique"]
    press(editor, f"{root}at/d.1/", Choice.KEEP, pilot_function="Service informatique")
    tree = editor.get(f"{root}at/d.2/")
    assert tree.xpath(path) == ["Service informatique"]
    assert tree.xpath("//datalist[@id='functions']/option/@value")[0] == "Service informatique"


def test_practices_are_joined_in_one_action_and_a_theme_answered_at_once(
    guide: CatalogueVersion, editor: Browser, root: str
) -> None:
    codes = {one.code: one.pk for one in Practice.objects.filter(version=guide)}
    then = press(editor, f"{root}at/e.1/", Choice.KEEP, beside=[codes["e.2"], codes["e.4"]])
    assert then == f"{root}at/e.3/"
    action = Action.objects.get()
    assert set(action.practices.values_list("code", flat=True)) == {"e.1", "e.2", "e.4"}
    assert PracticeChoice.objects.filter(choice=Choice.KEEP).count() == 3
    # One of the three does not leave alone; undone, they leave together.
    editor.post(f"{root}at/e.2/", 422, choice="later")
    back = editor.post(f"{root}undo/?code=e.1&code=e.2&code=e.4")
    assert back == f"{root}at/e.1/"
    assert not Action.objects.exists()
    assert not PracticeChoice.objects.exists()
    press(editor, f"{root}at/e.3/", Choice.LATER)
    page = editor.post(f"{root}theme/e/", 422, choice="refuse")
    assert "Donnez le motif" in page.text_content()
    assert editor.post(f"{root}theme/e/", choice="refuse", reason="Marché en cours") == (
        f"{root}at/f.1/"
    )
    refused = PracticeChoice.objects.filter(choice=Choice.REFUSE, reason="Marché en cours")
    assert refused.count() == 4
    assert PracticeChoice.objects.get(practice__code="e.3").choice == Choice.LATER
    assert undo(editor, root) == f"{root}at/e.1/"
    assert PracticeChoice.objects.count() == 1
    editor.post(f"{root}theme/e/", choice="in_place")
    editor.post(f"{root}theme/e/", 422, choice="later")


def test_the_room_takes_some_back_and_not_what_was_worked_on(
    town: Town, editor: Browser, root: str
) -> None:
    for code in ("i.1", "i.2", "i.4"):
        press(editor, f"{root}at/{code}/", Choice.KEEP, impact_guess="1", days_per_year="4")
    press(editor, f"{root}at/i.7/", Choice.KEEP, impact_guess="3")
    tree = editor.get(f"{root}kept/")
    names = text(tree, "//section//tbody//th/a")
    assert names[0].startswith("4. ")  # the strongest first
    assert "12 jours par an" in text(tree, "//dl")[0]
    first, second, *_rest = Action.objects.order_by("number")
    editor.post(f"{root}kept/", actions=[first.pk, second.pk])
    assert Action.objects.count() == 2
    assert PracticeChoice.objects.get(practice__code="i.1").choice == Choice.LATER
    undo(editor, f"{root}kept/")
    assert Action.objects.count() == 4
    again = Action.objects.get(title=first.title)
    assert (again.days_per_year, again.deliverables.count()) == (4, 1)
    edit_action(town.editor, action=again, description="Déjà commencé")
    page = editor.post(f"{root}kept/", 422, actions=[again.pk])
    assert "abandonnez-la, ou détachez-la" in page.text_content()
    assert Action.objects.count() == 4
    editor.post(f"{root}kept/", 422)


def test_a_reader_and_a_stranger_answer_nothing(
    town: Town, elsewhere: Town, signed_in, root: str
) -> None:
    for browser, status in (
        (Browser(signed_in(Role.READER), town), 403),
        (Browser(signed_in(Role.ADMIN, elsewhere), town), 404),
    ):
        browser.root = f"/{town.slug}/plans/plan/"
        for path in ("at/a.1/", "room/", "kept/", "theme/a/"):
            browser.get(f"{root}{path}", status=status)
            if path != "room/":  # it is only read
                browser.post(f"{root}{path}", status, choice="later")
        browser.post(f"{root}undo/?code=a.1", status)
    assert not PracticeChoice.objects.exists()


def test_one_starts_from_the_plan(editor: Browser, root: str) -> None:
    assert root in editor.client.get(f"{editor.root}workshop/")["Location"]
    editor.get(f"{root}at/zz.9/", status=404)
    editor.get(f"{root}theme/zz/", status=404)
