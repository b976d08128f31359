"""The pack for the buyer: what a consultation asks of the environment, as a text to be adapted.

No amount stands in it: it is passed on before the award.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portulan.accounts.models import Organisation
from portulan.budget.contracts.clauses import Choice, chosen
from portulan.budget.models import Contract
from portulan.budget.words import Part
from portulan.core.say import numbers
from portulan.core.say.country import settled
from portulan.core.say.text import Language, Text, labelled
from portulan.publication.documents.cell import Block, Document, Prose, Section
from portulan.publication.documents.odt import write_odt

TITLE = Text("Dossier pour l’acheteur\u00a0: {}", "Pack for the buyer: {}")
DUE = Text(
    "Exigé\u00a0: au moins une condition d’exécution et un critère",
    "Due: at least one condition of execution and one criterion",
)
MORE = Text("Au choix", "By choice")
NOTHING = Text("Rien n’est choisi\u00a0: [à compléter]", "Nothing is chosen: [to be completed]")
LAW = Text(
    "Pour une consultation lancée depuis le 21 août 2026\u00a0: code de la commande publique,"
    " articles L. 2112-2 et L. 2152-7 (loi 2021-1104, article 35\u202f; décret 2022-767).",
    "For a consultation begun since 21 August 2026: code de la commande publique, articles"
    " L. 2112-2 and L. 2152-7 (act 2021-1104, article 35; décret 2022-767).",
)
UNREAD = Text(
    "Ces phrases sont à adapter\u00a0: aucun juriste ne les a relues pour vous.",
    "These sentences are to be adapted: no jurist has read them for you.",
)
READ = Text("Relu par {}, le {}.", "Read by {}, on {}.")
CONDITION = Text("Condition d’exécution", "Condition of execution")
CRITERION = Text("Critère d’attribution", "Award criterion")
SPECIFICATION = Text("Spécification technique", "Technical specification")
KINDS = {
    Part.CONDITION: CONDITION,
    Part.CRITERION: CRITERION,
    Part.SPECIFICATION: SPECIFICATION,
}
SCORING = Text("Notation", "Scoring")
PROOF = Text("Preuve", "Proof")
PENALTY = Text("Pénalité, à fixer", "Penalty, to be set")
SOURCE = Text("Source", "Source")
WEIGHT = Text("Poids du critère", "Weight of the criterion")
FAIR = Text(
    "Un critère est lié à l’objet du marché, égal pour tous, et sa méthode est publiée\u202f; un"
    " label est demandé «\u00a0ou équivalent\u00a0».",
    "A criterion is tied to the object of the contract, equal for all, and its method is"
    " published; a label is asked “or equivalent”.",
)


def pack(contract: Contract, place: Organisation, *, on: date, language: Language) -> bytes:
    """Return the pack of a contract as an OpenDocument text."""
    with settled(place.country, place.currency):
        return write_odt(drafted(contract, place, on=on, language=language))


def drafted(contract: Contract, place: Organisation, *, on: date, language: Language) -> Document:
    """Return the pack of a contract as a document."""
    due = [
        *chosen(contract.chosen, Part.CONDITION),
        *chosen(contract.chosen, Part.CRITERION),
    ]
    blocks = list(_texts(due, language)) or [Prose(NOTHING.say(language))]
    if contract.next_weight is not None:
        weight = numbers.percent(contract.next_weight, language)
        blocks.append(Prose(labelled(WEIGHT.say(language), weight, language)))
    more = chosen(contract.chosen, Part.SPECIFICATION)
    read = (
        READ.say(language).format(
            contract.reviewed_by, numbers.date(contract.reviewed_on, language)
        )
        if contract.reviewed_on
        else UNREAD.say(language)
    )
    return Document(
        kind="contract",
        title=TITLE.say(language).format(contract.subject),
        organisation=place.name,
        year=on.year,
        on=on,
        language=language,
        country=place.country,
        currency=place.currency,
        sections=(
            Section(DUE.say(language), (Prose(LAW.say(language)), *blocks)),
            Section(
                MORE.say(language),
                tuple(_texts(more, language)) or (Prose(NOTHING.say(language)),),
            ),
        ),
        notices=(read, FAIR.say(language)),
        is_draft=True,
    )


def _texts(choices: Iterable[Choice], language: Language) -> Iterable[Block]:
    for one in choices:
        clause, kind = one.clause, KINDS[one.part].say(language)
        subject = clause.subject.say(language)
        yield Prose(labelled(kind, subject, language), style="lede")
        yield Prose(clause.sentence.say(language))
        facts = [(PROOF, clause.proof.say(language))]
        if one.part is Part.CRITERION and clause.scoring:
            facts.insert(0, (SCORING, clause.scoring.say(language)))
        if one.part is Part.CONDITION:
            facts.append((PENALTY, clause.penalty.say(language)))
        facts.append((SOURCE, f"{clause.source} ({numbers.date(clause.since, language)})"))
        for name, said in facts:
            yield Prose(labelled(name.say(language), said, language), style="item")
