from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portulan.catalogue.readers.content import INDICATOR_KINDS
from portulan.catalogue.readers.indicator_kinds import guess_kind


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [
        # the answer is yes or no, however it is written
        ("Plan d’action validé et communiqué dans l’organisation : OUI/NON", "yes_no", ""),
        ("Compétences dans le plan de formation\u00a0: oui/non", "yes_no", ""),
        ("Collecte séparée des consommables ? oui / non", "yes_no", ""),
        ("Le service est-il utilisable sur des terminaux âgés ?", "yes_no", ""),
        ("Présence d’un comité d’éthique dans l’organisation", "yes_no", ""),
        ("Outils de contrôle mis en place : oui / non, si oui, lesquels", "yes_no", ""),
        ("Sourcing réalisé : oui/non et si oui, nombre de fournisseurs", "yes_no", ""),
        ("Nombre de questions, réponses oui/non", "yes_no", ""),
        # "taux" and "%" lead, and what follows does not change them
        ("% des données localisées en France", "percentage", "%"),
        ("taux de complétude des cartographies", "percentage", "%"),
        ("Part des achats intégrant une clause, en montant dépensé", "percentage", "%"),
        ("% de données archivées par an", "percentage", "%"),
        ("% de centre de données ou m² ou kWh gérés par des signataires", "percentage", "%"),
        ("Serveurs virtualisés (%)", "percentage", "%"),
        ("Parc de postes : nombre de postes", "text", ""),
        # counts, and what they are counted by
        ("Nombre d’actions de sensibilisation menées", "count", ""),
        ("Nombre et / ou % de matériels réemployés en interne.", "count", ""),
        ("Nombre d’écrans par utilisateur", "count", "par utilisateur"),
        ("Nombre de courriels par mois et par agent", "count", "par mois et par agent"),
        ("Nombre de matériels par type de matériel", "count", ""),
        ("Nombre d'équipements avec un taux de panne élevé", "count", ""),
        ("Nombre  d’équivalents temps plein / nombre d’agents", "quantity", "ETP/agent"),
        # a weight of mail is no weight
        ("Poids moyen des courriels", "quantity", "Mo"),
        ("Volume moyen utilisé de la boîte mail", "quantity", "Go"),
        ("Poids moyen de papier utilisé par collaborateur", "quantity", "kg/collaborateur"),
        ("Poids ou % des DEEE confiés à des éco-organismes agréés", "quantity", "kg"),
        # physical units
        ("Go téléchargés par mois ramené au nombre d’agents", "quantity", "Go/mois/agent"),
        ("Volume total de données stockées (en To)", "quantity", "To"),
        ("MWh économisés", "quantity", "MWh"),
        ("Empreinte du SI (en kg eqCO2 par collaborateur)", "quantity", "kgCO2e/collaborateur"),
        ("Impacts évités : (T eq CO2) et (kg eq Sb)", "quantity", "tCO2e"),
        ("durée de vie moyenne par type d’équipement (en mois)", "quantity", "mois"),
        ("Durée de vie des postes (en années)", "quantity", "années"),
        ("indice moyen de réparabilité des équipements", "quantity", "/10"),
        ("température de consigne", "quantity", "°C"),
        ("Economies potentielles ou réalisées (financières…)", "quantity", "€"),
        ("Power Usage Effectiveness (PUE)", "quantity", ""),
        ("Water Usage Effectiveness (WUE)", "quantity", "L/kWh"),
        ("Score moyen de conformité des audits", "quantity", ""),
        ("temps moyen utilisateur sur le service numérique", "quantity", "min"),
        # not indicators, or lists
        ("Voir les critères environnementaux dans le texte", "text", ""),
        ("Liste des actions : libellé, niveau d’engagement", "text", ""),
        ("Fréquence des comités de pilotage", "text", ""),
        ("Place dans l'organigramme de cette personne", "text", ""),
        ("", "text", ""),
    ],
)  # fmt: skip
def test_the_wording_suggests_a_kind_and_a_unit(text: str, kind: str, unit: str) -> None:
    guess = guess_kind(text)
    assert (guess.kind, guess.unit) == (kind, unit)


words = st.sampled_from(
    ["nombre de ", "ETP ", "par mois ", "par agent ", "/ total d’usagers ", "%"]
)


@given(st.one_of(st.text(max_size=500), st.lists(words).map("".join)))
def test_any_text_has_a_kind(text: str) -> None:
    guess = guess_kind(text)

    assert guess.kind in INDICATOR_KINDS
    assert len(guess.unit) <= 40
    assert (guess.unit == "%") == (guess.kind == "percentage")
    # Case, accents and no-break spaces change nothing.
    assert guess == guess_kind(text.replace(" ", "\u00a0"))


def test_a_long_text_costs_little() -> None:
    assert guess_kind("poids " * 5_000).kind == "quantity"
    assert guess_kind("volume dimension " * 5_000 + "x").kind == "quantity"
