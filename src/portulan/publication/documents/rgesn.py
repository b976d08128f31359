"""The eco-design declaration of digital services, by the criteria of the RGESN 2024.

The regulators publish an example of declaration: its parts are here, its sentences are ours. What
a service answers of itself is its own word: nobody else verified it, and it is said.
"""

from __future__ import annotations

from portulan.accounts.words import LegalForm
from portulan.core.errors import NotFoundError
from portulan.core.say.text import ProblemKind, Text, UnusableInputError
from portulan.core.say.values import Count
from portulan.publication.documents.asking import BY_CHOICE, Asked, Draft, Kind
from portulan.publication.documents.cell import (
    EMPTY,
    NOT_APPLICABLE,
    Cell,
    Prose,
    Quality,
    Section,
    Table,
    Unit,
    amount,
    day,
    text,
)
from portulan.publication.models import DigitalService
from portulan.publication.services.criteria import (
    ANSWERS,
    CRITERIA,
    PRIORITIES,
    THEMES,
    VERSION,
    of_theme,
    score,
)
from portulan.publication.services.reads import (
    Assessment,
    assessment_of,
    get_service,
    services_of,
)

SERVICE = "service"  # the option: the short name of one service
TITLE = Text("Déclaration d’écoconception", "Eco-design declaration (déclaration d’écoconception)")
TITLES = Text(
    "Déclarations d’écoconception", "Eco-design declarations (déclarations d’écoconception)"
)
NO_SERVICE = ProblemKind(
    "no-service",
    "error",
    fr="Aucun service numérique n’est évalué\u00a0: le registre en compte {waiting}.",
    en="No digital service is assessed: the register has {waiting}.",
)
UNKNOWN_SERVICE = ProblemKind(
    "unknown-service",
    "error",
    fr="Aucun service numérique du registre n’a le nom court «\u00a0{slug}\u00a0».",
    en="No digital service of the register has the short name “{slug}”.",
)
NOT_ASSESSED = ProblemKind(
    "service-not-assessed",
    "error",
    fr="Rien n’est encore évalué de «\u00a0{name}\u00a0»\u00a0: ses {count} critères attendent.",
    en="Nothing is assessed yet of “{name}”: its {count} criteria wait.",
)
SOURCE = Text(
    "Critères du référentiel général d’écoconception de services numériques, version {}"
    " (Arcep, Arcom, ADEME\u202f; Licence Ouverte), dits ici en peu de mots\u00a0: le référentiel"
    " fait foi.",
    "Criteria of the référentiel général d’écoconception de services numériques (the French"
    " reference on the eco-design of digital services), version {} (Arcep, Arcom, ADEME; Licence"
    " Ouverte), said here in few words: the reference is what holds.",
)
OWN_WORD = Text(
    "C’est ce que l’organisation répond d’elle-même\u00a0: personne d’autre ne l’a vérifié.",
    "It is what the organisation answers of itself: nobody else verified it.",
)
LEFT = Text(
    "{name}\u00a0: {count:critère reste|critères restent} à finir d’évaluer, le score attend.",
    "{name}: {count:criterion is|criteria are} left to finish assessing, the score waits.",
)
UNDATED = Text(
    "{name}\u00a0: la date de l’évaluation n’est pas dite, le score attend.",
    "{name}: the day of the assessment is not said, the score waits.",
)
AIM = Text(
    "Cette déclaration dit ce que le service fait pour durer sur les équipements d’aujourd’hui,"
    " demander peu de ressources, laisser ses usagers maîtres de leur usage et rendre compte de"
    " son empreinte.",
    "This declaration says what the service does to last on the equipment of today, to ask for few"
    " resources, to leave its users in charge of their use and to account for its footprint.",
)
FACTS = Text("Le service", "The service")
BY_ANSWER = Text("Les critères par réponse", "Criteria by answer")
BY_THEME = Text("Les réponses par thématique", "Answers by theme")
ONE_BY_ONE = Text("{}\u00a0: critère par critère", "{}: criterion by criterion")
NUMBER, CRITERION = Text("N°", "No."), Text("Critère", "Criterion")
PRIORITY = Text("Priorité", "Priority")
ANSWER, COMMENT = Text("Réponse", "Answer"), Text("Ce qui en est dit", "What is said of it")


def build(asked: Asked) -> Draft:
    services = _services(asked)
    alone = len(services) == 1
    title = TITLE if alone else TITLES
    if alone:
        title = Text(f"{TITLE.fr}\u00a0: {services[0].name}", f"{TITLE.en}: {services[0].name}")
    known = [(one, assessment_of(one)) for one in services]
    return asked.document(
        "rgesn",
        title=title,
        notices=(*_binds(asked), asked.say(OWN_WORD), *_waits(known, asked)),
        sections=[part for one, its in known for part in _parts(one, its, asked)],
    )


def _services(asked: Asked) -> list[DigitalService]:
    """Return what is asked for, assessed at least in part. Raises UnusableInputError."""
    if slug := asked.options.get(SERVICE, ""):
        try:
            found = get_service(actor=asked.actor, slug=slug)
        except NotFoundError:
            raise UnusableInputError(UNKNOWN_SERVICE.at(slug=slug)) from None
        if not found.criteria.all():
            problem = NOT_ASSESSED.at(name=found.name, count=str(len(CRITERIA)))
            raise UnusableInputError(problem)
        return [found]
    every = list(services_of(asked.actor))
    begun = [one for one in every if one.criteria.all()]
    if not begun:
        raise UnusableInputError(NO_SERVICE.at(waiting=str(len(every))))
    return begun


def _binds(asked: Asked) -> tuple[str, ...]:
    if asked.organisation.legal_form == LegalForm.STATE:
        return ()
    return (asked.say(BY_CHOICE).format(asked.organisation.name),)


def _waits(known: list[tuple[DigitalService, Assessment]], asked: Asked) -> list[str]:
    """Return why a service has no score yet."""
    said = []
    for one, its in known:
        if its.left:
            said.append(asked.say(LEFT).format(name=one.name, count=Count(its.left)))
        elif one.assessed_on is None:
            said.append(asked.say(UNDATED).format(name=one.name))
    return said


def _parts(one: DigitalService, its: Assessment, asked: Asked) -> list[Section]:
    source = Prose(asked.say(SOURCE).format(VERSION), "small")
    return [
        Section(
            one.name,
            (Prose(asked.say(AIM)), _facts(one, its, asked), _by_answer(its, asked), source),
        ),
        Section(
            asked.say(ONE_BY_ONE).format(one.name),
            (_by_theme(its, asked), *(_theme(at, its, asked) for at in range(1, 10))),
        ),
    ]


def _facts(one: DigitalService, its: Assessment, asked: Asked) -> Table:
    rows = (
        (Text("Adresse", "Address"), text(one.url)),
        (
            Text("Qui en répond (fonction)", "Who answers for it (function)"),
            text(one.owner_function),
        ),
        (Text("Parcours évalués", "Journeys assessed"), text(one.units)),
        (Text("Évalué le", "Assessed on"), day(one.assessed_on)),
        (Text("Évalué par", "Assessed by"), text(one.assessed_by)),
        (Text("Prochaine évaluation", "Next assessment"), day(one.review_on)),
        (Text("Référentiel", "Reference"), Cell(f"RGESN {VERSION}")),
        (Text("Score", "Score"), _score(one, its)),
    )
    heads = (Text("Quoi", "What"), Text("Ce qui en est dit", "What is said of it"))
    said = tuple((Cell(asked.say(name)), cell) for name, cell in rows)
    return Table(asked.say(FACTS), tuple(map(asked.say, heads)), said)


def _score(one: DigitalService, its: Assessment) -> Cell:
    if its.left or one.assessed_on is None:
        return amount(None, Unit.PERCENT)
    if (found := score(its.answers)) is None:
        return NOT_APPLICABLE
    return amount(found, Unit.PERCENT, quality=Quality.DECLARED)


def _by_answer(its: Assessment, asked: Asked) -> Table:
    heads = (ANSWER, Text("Combien", "How many"), Text("Critères", "Criteria"))
    rows = tuple(
        (
            Cell(asked.say(words)),
            amount(len(found), Unit.NUMBER, quality=Quality.DECLARED),
            Cell(", ".join(found)),
        )
        for answer, words in ANSWERS.items()
        for found in [its.numbers(answer)]
        if found
    )
    return Table(asked.say(BY_ANSWER), tuple(map(asked.say, heads)), rows)


def _by_theme(its: Assessment, asked: Asked) -> Table:
    rows = tuple(
        (
            Cell(f"{at}. {asked.say(words)}"),
            *(
                amount(count, Unit.NUMBER, quality=Quality.DECLARED) if count else EMPTY
                for answer in ANSWERS
                for count in [sum(its.answer(one.number) is answer for one in of_theme(at))]
            ),
        )
        for at, words in enumerate(THEMES, 1)
    )
    heads = (Text("Thématique", "Theme"), *ANSWERS.values())
    return Table(asked.say(BY_THEME), tuple(map(asked.say, heads)), rows)


def _theme(at: int, its: Assessment, asked: Asked) -> Table:
    rows = tuple(
        (
            Cell(one.number),
            Cell(asked.say(one.title)),
            Cell(asked.say(PRIORITIES[one.priority])),
            Cell(asked.say(ANSWERS[its.answer(one.number)])),
            Cell(its.comments.get(one.number, "")),
        )
        for one in of_theme(at)
    )
    heads = (NUMBER, CRITERION, PRIORITY, ANSWER, COMMENT)
    caption = f"{at}. {asked.say(THEMES[at - 1])}"
    return Table(caption, tuple(map(asked.say, heads)), rows)


KIND = Kind(
    "rgesn",
    Text("Écoconception des services numériques", "Eco-design of digital services"),
    Text("usagers de vos services", "the users of your services"),
    build,
    french=True,
    options=(SERVICE,),
)
