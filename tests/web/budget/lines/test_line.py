"""One line: its source, its verdict, its attributions, each change undone or restored."""

from __future__ import annotations

import pytest

from portulan.accounts.access import Role
from portulan.budget.imports.writes import roll_back
from portulan.budget.models import Attribution, LineOverride
from portulan.budget.words import AttributionStatus, Verdict
from portulan.web.templatetags.portulan import undo_url
from tests.web.budget.conftest import D, give, line


def at(label: str, rest: str = "") -> str:
    return f"2026/lines/{line(label).pk}/{rest}"


def filled(**values: object) -> dict[str, object]:
    return {
        "action": "", "quantity": "50", "unit": "percent", "method": "key",
        "status": "declared", "reason": "clé de répartition", "evidence": "",
    } | values  # fmt: skip


def undo_of(response) -> str:
    (message,) = [m for m in response.context["messages"] if undo_url(m)]
    return undo_url(message)


def test_a_line_says_all_that_its_file_says_and_where(desk, ledger):
    page = desk.get(at("Licences"))
    for words in (
        "Compte 2051", "Section Investissement", "Gestionnaire DSI", "Fournisseur Éditeur SA",
        "Marché M-1", "Poste Logiciel", "voté 1 000,00", "1 200,00", "mandaté 800,00",
        "Source grand-livre.csv", "Ligne du fichier 2", f"Sceau du fichier {ledger.sha256[:12]}",
        "Dans (édition 1)", "Logiciels et licences pour l’essentiel",
        "Édition 1, par la table des comptes, aucune règle ni réponse n’ayant parlé avant : dans.",
    ):  # fmt: skip
        assert words in page.words, words
    assert "stade montré" in page.said("//th[@aria-current='true']")
    assert "Rien depuis l’import du" in page.words
    assert "–" in desk.get(at("Mobilier")).said("//table[1]")  # an amount unknown is not 0


def test_a_share_is_given_in_percent_or_in_euros_at_the_stage_shown(desk, ledger, action):
    desk.post(at("Licences", "attribute/"), filled(quantity="12,5 %", action=action.pk))
    desk.post(at("Licences", "attribute/?stage=realised"), filled(quantity="100,00", unit="euros"))
    desk.post(at("Onduleurs", "attribute/"), filled(quantity="1/3", unit="euros"))
    shares = [item.share for item in line("Licences").attributions.order_by("pk")]
    assert shares == [D("0.125"), D("0.125")]  # 100 of the 800 realised
    first = line("Licences").attributions.order_by("pk")[0]
    assert (first.action, first.reason) == (action, "clé de répartition")
    assert not line("Onduleurs").attributions.exists()
    page = desk.get(at("Licences"))
    assert "Compté 300" in page.said("//tfoot")  # 25 % of 1 200 opened
    assert "Inventaire" in page.said("//table[.//th[.='Pour']]")


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"quantity": "abc"}, "quantity", "Écrivez un nombre de pour cent"),
        ({"quantity": "0"}, "quantity", "Une part est supérieure à zéro"),
        ({"quantity": "101"}, "quantity", "entre 0 et 100"),
        ({"quantity": "-5"}, "quantity", "entre 0 et 100"),
        ({"quantity": "1 300", "unit": "euros"}, "quantity", "dépasse celui de la ligne"),
        ({"quantity": "1,2345", "unit": "euros"}, "quantity", "s’arrête aux centimes"),
        ({"quantity": "1.234", "unit": "euros"}, "quantity", "peut se lire 1,234 ou 1\u202f234"),
        ({"quantity": ""}, "quantity", "obligatoire"),
        ({"reason": "  "}, "reason", "obligatoire"),
        ({"status": "justified"}, "evidence", "donne sa preuve"),
        ({"method": "magic"}, "method", "choix valide"),
        ({"action": "999999"}, "action", "choix"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    desk, ledger, values, field, words
):
    response = desk.post(at("Licences", "attribute/"), filled(**values))
    page = desk.page(response)
    assert page.status == 422
    control = page.tree.get_element_by_id(f"id_{field}")
    assert control.get("aria-invalid") == "true"
    notes = [page.tree.get_element_by_id(pk) for pk in control.get("aria-describedby").split()]
    assert words in " ".join(" ".join(note.itertext()) for note in notes)
    if isinstance(values.get("quantity"), str) and values["quantity"]:
        assert page.tree.get_element_by_id("id_quantity").get("value") == values["quantity"]
    assert not Attribution.objects.exists()


def test_a_line_never_gives_more_than_its_it_share(desk, ledger):
    desk.post(at("Licences", "attribute/"), filled(quantity="70"))
    page = desk.page(desk.post(at("Licences", "attribute/"), filled(quantity="30,00001")))
    assert page.status == 422
    assert "Il reste 30 % de cette ligne à flécher" in page.words
    assert "Reste à flécher 30 %" in page.words
    desk.post(at("Licences", "attribute/"), filled(quantity="30"))
    assert "fléchée en entier" in desk.get(at("Licences", "attribute/")).words


def test_a_line_not_decided_is_decided_first(desk, ledger):
    page = desk.get(at("Hébergement"))
    assert "Mixte, à décider" in page.words
    assert "Décidez d’abord, ci-dessous" in page.words
    assert desk.post(at("Hébergement", "attribute/"), filled()).status_code == 422

    url = at("Hébergement", "verdict/")
    refused = desk.page(desk.post(url, {"verdict": "mixed", "share": "", "reason": "clé"}))
    assert refused.status == 422
    assert "dites quelle part est informatique" in refused.words
    assert desk.post(url, {"verdict": "mixed", "share": "60", "reason": ""}).status_code == 422
    assert desk.post(url, {"verdict": "undecided", "reason": "clé"}).status_code == 422
    assert not LineOverride.objects.exists()

    desk.post(url, {"verdict": "mixed", "share": "60", "reason": "clé DSI"})
    page = desk.get(at("Hébergement"))
    assert "Mixte, 60 %" in page.words
    assert "clé DSI" in page.words
    assert "passe avant toute règle" in page.words
    desk.post(at("Hébergement", "attribute/"), filled(quantity="60"))
    smaller = desk.page(desk.post(url, {"verdict": "out", "reason": "erreur"}))
    assert "60 % de cette ligne sont déjà fléchés" in smaller.words
    desk.post(f"2026/attributions/{Attribution.objects.get().pk}/withdraw/")
    desk.post(at("Hébergement", "verdict/clear/"))
    assert line("Hébergement").it_share is None
    assert not line("Hébergement").overridden


def test_effort_outside_the_it_budget_takes_the_other_part(desk, ledger):
    assert not desk.get(at("Licences", "attribute/")).tree.xpath("//*[@name='outside_it']")
    desk.post(at("Mobilier", "verdict/"), {"verdict": "out", "reason": "autre service"})
    desk.post(at("Mobilier", "attribute/"), filled(quantity="100", outside_it="on"))
    given = Attribution.objects.get()
    assert (given.outside_it, given.share) == (True, D(1))
    assert "hors du budget de la DSI" in desk.get(at("Mobilier")).words


def test_an_attribution_is_edited_withdrawn_and_put_back_with_its_status(desk, ledger, town):
    given = give(town, "Licences", "0.4", AttributionStatus.JUSTIFIED)
    page = desk.get(f"2026/attributions/{given.pk}/")
    assert page.tree.get_element_by_id("id_quantity").get("value") == "40"
    desk.post(
        f"2026/attributions/{given.pk}/",
        filled(quantity="45", status="justified", evidence="marché M-1"),
    )
    given.refresh_from_db()
    assert (given.share, given.evidence) == (D("0.45"), "marché M-1")

    response = desk.post(f"2026/attributions/{given.pk}/withdraw/")
    given.refresh_from_db()
    assert given.status == AttributionStatus.WITHDRAWN
    page = desk.page(response)
    assert "Retiré" in page.words
    assert page.said("//tfoot").startswith("Compté 0")
    assert "Examinée, 0 %" in page.words
    desk.clients(Role.FINANCE).post(undo_of(response))
    given.refresh_from_db()
    assert given.status == AttributionStatus.JUSTIFIED

    history = [
        " ".join(" ".join(row.itertext()).split())
        for row in desk.get(at("Licences")).tree.xpath("//table[.//th[.='De, vers']]/tbody/tr")
    ]
    assert len(history) == 4
    assert "fléchage rétabli statut : Retiré → Justifié" in history[0]
    assert "fléchage modifié part : 40 % → 45 % ; preuve : note 12 → marché M-1" in history[2]
    assert "Fonction finance" in history[3]
    assert "part : 40 % ; méthode : Quote-part par une clé" in history[3]


def test_euros_are_shown_and_edited_back_in_euros_at_their_stage(desk, ledger):
    desk.post(at("Licences", "attribute/?stage=realised"), filled(quantity="333,33", unit="euros"))
    given = Attribution.objects.get()
    assert "saisi : 333,33 €, mandaté" in desk.get(at("Licences")).words
    page = desk.get(f"2026/attributions/{given.pk}/?stage=opened")
    assert page.tree.get_element_by_id("id_quantity").get("value") == "333,33"
    (unit,) = page.tree.xpath("//input[@name='unit'][@checked]")
    assert unit.get("value") == "euros"
    assert "€, dépenses mandatées" in page.words
    # Saved as shown, nothing changes; in English neither.
    desk.clients(Role.FINANCE).cookies["language"] = "en"
    for quantity in ("333,33", "333.33"):
        fields = filled(quantity=quantity, unit="euros")
        desk.post(f"2026/attributions/{given.pk}/?stage=opened", fields)
        given.refresh_from_db()
        assert (given.amount, given.stage, given.version) == (D("333.33"), "REALISED", 1)


def test_a_second_attribution_just_like_the_first_is_asked_about(desk, ledger):
    desk.post(at("Licences", "attribute/"), filled(quantity="20"))
    assert not desk.get(at("Licences", "attribute/")).tree.xpath("//*[@name='again']")
    asked = desk.page(desk.post(at("Licences", "attribute/"), filled(quantity="20")))
    assert asked.status == 422
    assert "dites si c’est bien une seconde fois" in asked.words
    assert len(asked.tree.xpath("//*[@name='again']")) == 1
    assert line("Licences").attributions.count() == 1
    desk.post(at("Licences", "attribute/"), filled(quantity="20", again="on"))
    assert line("Licences").attributions.count() == 2


def test_parts_shown_add_up_to_what_is_counted_of_the_line(desk, ledger, town):
    for share in ("0.3333333333", "0.3333333333", "0.3333333334"):
        give(town, "Télécoms", share, again=True)
    page = desk.get(at("Télécoms"))
    rows = page.tree.xpath("//table[.//th[.='Pour']]/tbody/tr/td[2]")
    assert sorted("".join(cell.itertext()).strip() for cell in rows) == ["133", "133", "134"]
    assert "Compté 400" in page.said("//tfoot")


def test_putting_back_asks_for_room_and_for_a_real_status(desk, ledger, town):
    given = give(town, "Licences", "0.8")
    desk.post(f"2026/attributions/{given.pk}/withdraw/")
    give(town, "Licences", "0.5")
    refused = desk.page(desk.post(f"2026/attributions/{given.pk}/restore/declared/"))
    assert "Il reste 50 % de cette ligne à flécher" in refused.words
    for status in ("withdrawn", "nonsense"):
        url = f"2026/attributions/{given.pk}/restore/{status}/"
        assert desk.post(url).status_code == 404


def test_what_was_just_attributed_can_be_undone(desk, ledger):
    response = desk.post(at("Licences", "attribute/"), filled())
    desk.clients(Role.FINANCE).post(undo_of(response))
    assert Attribution.objects.get().status == AttributionStatus.WITHDRAWN


def test_the_stage_shown_is_kept_at_every_step(desk, ledger):
    browser, stage = desk.clients(Role.FINANCE), "?stage=realised"

    def post(path: str, data=None):
        response = browser.post(path, data or {}, follow=True)
        assert response.redirect_chain[-1][0] == desk.url(at("Licences")) + stage, path
        return response

    undo = undo_of(post(desk.url(at("Licences", "attribute/")) + stage, filled()))
    post(undo_of(post(undo)))
    pk = Attribution.objects.get().pk
    post(desk.url(f"2026/attributions/{pk}/") + stage, filled())
    post(undo_of(post(desk.url(f"2026/attributions/{pk}/withdraw/") + stage)))
    Attribution.objects.all().delete()
    post(undo_of(post(desk.url(at("Licences", "review/")) + stage)))
    post(desk.url(at("Licences", "verdict/")) + stage, {"verdict": "in", "reason": "oui"})
    post(desk.url(at("Licences", "verdict/clear/")) + stage)
    assert (
        stage
        in browser.post(
            desk.url(at("Licences", "verdict/")) + stage, {"verdict": "mixed"}
        ).content.decode()
    )


def test_reviewed_at_nothing_is_an_answer_that_can_be_taken_back(desk, ledger, town):
    response = desk.post(at("Licences", "review/"))
    assert line("Licences").reviewed_on is not None
    assert "rien de cette ligne n’est dédié" in desk.page(response).words
    desk.clients(Role.FINANCE).post(undo_of(response))
    assert line("Licences").reviewed_on is None
    # What is attributed is no longer "nothing".
    desk.post(at("Licences", "review/"))
    give(town, "Licences", "0.1")
    assert line("Licences").reviewed_on is None
    assert "0 % dirait le contraire" in desk.page(desk.post(at("Licences", "review/"))).words
    assert line("Licences").reviewed_on is None


def test_a_line_of_an_import_out_of_force_says_so_and_takes_nothing(desk, ledger, town):
    roll_back(town.finance, batch=ledger)
    page = desk.get(at("Licences"))
    assert "n’est plus en vigueur" in page.words
    assert not any("attribute/" in link for link in page.links())
    assert desk.post(at("Licences", "attribute/"), filled()).status_code == 422


def test_the_next_page_asked_for_stays_on_this_site(desk, ledger):
    data = {"verdict": "in", "reason": "DSI", "next": "https://example.org/"}
    response = desk.clients(Role.FINANCE).post(desk.url(at("Hébergement", "verdict/")), data)
    assert response["Location"].startswith(desk.url(at("Hébergement")))
    data["next"] = desk.url("2026/queue/")
    response = desk.clients(Role.FINANCE).post(desk.url(at("Hébergement", "verdict/")), data)
    assert response["Location"] == desk.url("2026/queue/")
    assert line("Hébergement").verdict == Verdict.IN


def test_an_english_page_says_our_reasons_and_its_lists_in_english(desk, ledger, town):
    give(town, "Licences", "0.5")
    client = desk.clients(Role.FINANCE)
    client.post("/language/en/")
    page = desk.get(f"2026/lines/{line('Licences').pk}/")
    assert "Mostly software and licences" in page.words
    year = desk.get("2026/")
    for words in (page.words, year.words):
        assert " ; " not in words
        assert " : " not in words
