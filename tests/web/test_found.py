"""Twenty-five tasks of nine kinds of users: the words that one sees lead to the right entry.

Each task is said as its user says it. The words of each entry, and the line that says what is done
there, are all that is read, with the thesaurus of the search: no address, no page opened.
"""

from __future__ import annotations

import re

from portulan.core.folding import sought
from portulan.web.finding.thesaurus import alike
from portulan.web.places import ENTRIES, Entry

SAYS_NOTHING = """
    a au aux avec ce ces chaque comment d dans de des du en est et il j je l la le les leur m ma
    mes mon notre nos on ou où par pour pas qu que quel quelle qui s sa se ses si son sont sur un
    une veux voir y
"""
EMPTY = {sought(one) for one in SAYS_NOTHING.split()}
# By who asks: the référente, a pilot, an elected member, the finance officer, the auditor, the
# administrator, the secretary of a small town, the buyer, the syndicate.
TASKS = {
    "ajouter une action au plan": "actions",
    "voir les actions en frise": "actions",
    "tenir l’atelier des bonnes pratiques": "catalogue",
    "renouveler le plan": "all-plans",
    "demander aux pilotes leur avancement": "campaigns",
    "préparer la séance du comité": "committees",
    "envoyer le rapport aux élus": "documents",
    "donner le chiffre d’un indicateur": "indicators",
    "ce que j’ai à faire": "todo",
    "estimer le carbone d’une action": "footprint",
    "l’écoconception de nos sites": "services",
    "ce que les habitants voient": "public",
    "les dépenses d’autres collectivités": "comparison",
    "choisir sous un plafond": "arbitration",
    "importer le grand livre": "accounting",
    "quels comptes sont de l’informatique": "perimeter",
    "d’où vient la part du numérique responsable": "share",
    "noter une subvention": "years",
    "le plan tel que voté": "sealed",
    "qui a modifié cette action": "changes",
    "retrouver une preuve": "evidence",
    "inviter une collègue": "people",
    "brancher un programme avec un jeton": "access",
    "reprendre notre fichier Excel": "files",
    "les clauses d’un marché": "contracts",
    "inscrire les communes du syndicat": "group",
    "ce que la loi demande": "obligations",
}


def words(text: str) -> set[str]:
    """The folded words of a text, in the singular, without those that say nothing."""
    found = re.findall(r"[a-z]+", sought(text).replace("'", " "))
    return {one.removesuffix("s") for one in found if one not in EMPTY}


def score(task: set[str], entry: Entry) -> float:
    """How many words of a task an entry has, or one like it; its own words weigh twice."""
    title, about = words(str(entry.words)), words(str(entry.about))
    found = 0.0
    for word in task:
        like = {part for one in alike(word) for part in words(one)} | {word}
        found += 2 * bool(like & title) or bool(like & about)
    return found


def test_at_least_twenty_three_tasks_of_twenty_five_are_found_by_their_words() -> None:
    wrong = {}
    for task, wanted in TASKS.items():
        scores = {name: score(words(task), entry) for name, entry in ENTRIES.items()}
        best = max(scores.values())
        leads = [name for name, one in scores.items() if one == best]
        if leads != [wanted]:
            wrong[task] = leads
    assert len(TASKS) >= 25
    assert len(wrong) <= 2, wrong


def test_each_entry_says_what_is_done_there_in_a_few_words() -> None:
    for entry in ENTRIES.values():
        assert 3 <= len(str(entry.about).split()) <= 16, entry.name
