"""A model of deliberation, true on its day: texts cited, facts of the plan, articles, annexes.

What nobody wrote here is a blank, marked and counted: a model is read again by who signs. It says
what is aimed at and asked, never that credits are there, and gives nothing away.
"""

from __future__ import annotations

from collections.abc import Iterator

from portulan.budget.funding.reads import ambitions_of
from portulan.core.say import numbers
from portulan.core.say.text import Text
from portulan.core.say.values import Count
from portulan.plans.words import OVER, Progress
from portulan.publication.documents.asking import Asked, Draft, Kind
from portulan.publication.documents.cell import Prose, Section, text
from portulan.publication.documents.council import in_force, vote_words
from portulan.publication.documents.dashboard import PLAN
from portulan.publication.documents.visas import Occasion, assembly_of, visas_of
from portulan.steering.committees.reads import past_decisions
from portulan.steering.committees.wording import deed
from portulan.steering.law import delay_of
from portulan.steering.words import DecisionStatus

OCCASION = "occasion"
TITLES = {
    Occasion.ADOPTION: Text("Délibération\u00a0: {}", "Deliberation: {}"),
    Occasion.YEARLY: Text(
        "Délibération\u00a0: rapport annuel, {}", "Deliberation: yearly report, {}"
    ),
    Occasion.AMENDMENT: Text("Délibération\u00a0: modification, {}", "Deliberation: amendment, {}"),
    Occasion.STRATEGY: Text(
        "Délibération\u00a0: stratégie numérique responsable, {}",
        "Deliberation: responsible digital strategy, {}",
    ),
}
BLANK = Text("[à compléter\u00a0: {}]", "[to be filled: {}]")
MODEL = Text(
    "Ceci est un modèle\u00a0: relisez-le, complétez ce qui est entre crochets, puis signez-le"
    " ailleurs.",
    "This is a model: read it again, fill what is between brackets, then sign it elsewhere.",
)
NAMES = {
    Occasion.ADOPTION: Text("Adoption", "Adoption"),
    Occasion.YEARLY: Text("Rapport annuel", "Yearly report"),
    Occasion.AMENDMENT: Text("Modification", "Amendment"),
    Occasion.STRATEGY: Text("Stratégie", "Strategy"),
}
_SITTING = Text("La séance", "The session")
_HELD = Text(
    "{name}, {body}, séance du {day}, sous la présidence de {chair}. Convocation du {convened}."
    " En exercice\u00a0: {seats}. Présents\u00a0: {present}. Pouvoirs\u00a0: {proxies}."
    " Secrétaire de séance\u00a0: {pen}.",
    "{name}, {body}, session of {day}, chaired by {chair}. Convened on {convened}. In office:"
    " {seats}. Present: {present}. Proxies: {proxies}. Secretary: {pen}.",
)
_BLANKS = {
    "day": Text("date", "date"),
    "chair": Text("nom", "name"),
    "convened": Text("date", "date"),
    "seats": Text("nombre", "number"),
    "present": Text("nombre", "number"),
    "proxies": Text("nombre", "number"),
    "pen": Text("nom", "name"),
}
_VISAS = Text("Visas et considérants", "Texts and reasons")
_SEEN = Text("Vu {}\u00a0;", "Having regard to {};")
_COMPETENCE = Text("textes qui fondent la compétence de l’organe", "texts that found its powers")
_WHEREAS = Text("Considérant que {}\u00a0;", "Considering that {};")
_BY_CHOICE = Text(
    "l’article L.\u00a02311-1-1 vise les communes et établissements publics de coopération"
    " intercommunale de plus de 50\u00a0000 habitants, et que ce plan est de sa propre initiative",
    "article L. 2311-1-1 binds towns and groupings above 50,000 inhabitants, and this plan is made"
    " by choice",
)
_PREPARED = Text(
    "{count:action a été préparée|actions ont été préparées}{done}",
    "{count:action was|actions were} prepared{done}",
)
_DONE = Text(", dont {:action finie|actions finies}", ", of which {:action is|actions are} done")
_KNOWN = Text(
    "la part consacrée au numérique responsable est de {value} du budget informatique en {year}",
    "the share dedicated to responsible digital technology is {value} of the IT budget in {year}",
)
_DELIBERATED = Text("Après en avoir délibéré, {body}\u00a0:", "After deliberation, {body}:")
_ARTICLES = Text("Articles", "Articles")
_ARTICLE = Text("Article {rank}. {said}", "Article {rank}. {said}")
_ADOPTS = Text("Adopte le plan «\u00a0{plan}\u00a0», annexé.", "Adopts the plan “{plan}”, annexed.")
_AIMS = Text(
    "Se donne pour objectif de consacrer {value} au moins de son budget informatique en {year}.",
    "Sets itself the aim of dedicating at least {value} of its IT budget in {year}.",
)
_MONEY = Text(
    "Prend acte que les actions demandent {amount} en {year}{unknown}\u00a0; les crédits"
    " seront inscrits au budget primitif {year}.",
    "Takes note that actions ask for {amount} in {year}{unknown}; credits will be entered in the"
    " initial budget of {year}.",
)
_UNCOSTED = Text(", {} non chiffrées à part", ", {} not costed apart")
_NAMES = Text(
    "Désigne {who} pour l’action {number}\u00a0; à défaut d’unanimité pour y renoncer, le scrutin"
    " est secret.",
    "Names {who} for action {number}; unless all agree otherwise, the ballot is secret.",
)
_WHO = Text("nom", "name")
_YEARLY = Text(
    "Prend acte du rapport annuel {year} du plan «\u00a0{plan}\u00a0», annexé.",
    "Takes note of the {year} yearly report of the plan “{plan}”, annexed.",
)
_STRATEGY = Text(
    "Adopte la stratégie numérique responsable, annexée, et ses objectifs.",
    "Adopts the responsible digital strategy, annexed, and its aims.",
)
_DECIDES = Text("Décide {what}.", "Decides {what}.")
_CHANGE = Text("ce qui change, et de combien", "what changes, and by how much")
_REPORTS = Text(
    "Demande que l’avancement du plan lui soit présenté chaque année.",
    "Asks that the progress of the plan be presented each year.",
)
_GIFTS = Text(
    "Donner du matériel est un acte à part\u00a0: il n’est pas dans ce vote.",
    "Giving equipment away is an act of its own: it is not in this vote.",
)
_VOTE = Text("Le vote", "The vote")
_STATED = Text(
    "Transmise au représentant de l’État le {sent}, publiée le {shown}, exécutoire le {when}."
    " Recours devant le tribunal administratif dans les deux mois.",
    "Sent to the State on {sent}, published on {shown}, executory on {when}. May be challenged"
    " before the administrative court within two months.",
)
_DATE = Text("date", "date")
_ANNEXES = Text("Annexes", "Annexes")
_ANNEXED = {
    Occasion.ADOPTION: (
        Text("le plan, pour le vote", "the plan, for the vote"),
        Text("la feuille des élus", "the sheet for members"),
    ),
    Occasion.YEARLY: (Text("le rapport annuel", "the yearly report"),),
    Occasion.AMENDMENT: (Text("la feuille des élus", "the sheet for members"),),
    Occasion.STRATEGY: (Text("la stratégie", "the strategy"),),
}
_SUMMARY = Text(
    "Le plan «\u00a0{plan}\u00a0» réunit {count:action|actions}.{asked} Les pièces partent {days}"
    " jours{clear} avant la séance ({source}).",
    "The plan “{plan}” has {count:action|actions}.{asked} Papers leave {days}{clear} days before"
    " the session ({source}).",
)
_CLEAR = Text(" francs", " clear")


def build(asked: Asked) -> Draft:
    occasion = _occasion(asked)
    plan = asked.plan
    sections = [
        Section(asked.say(_SITTING), (Prose(_session(asked)),)),
        Section(asked.say(_VISAS), tuple(_reasons(asked, occasion))),
        Section(asked.say(_ARTICLES), tuple(_articles(asked, occasion))),
        Section(asked.say(_VOTE), tuple(_voted(asked))),
        *_paper(asked),
        Section(
            asked.say(_ANNEXES),
            tuple(
                Prose(f"{rank}. {asked.say(one)}", "item")
                for rank, one in enumerate(_ANNEXED[occasion], 1)
            ),
        ),
    ]
    title = TITLES[occasion]
    return asked.document(
        "deliberation",
        title=Text(title.fr.format(plan.title), title.en.format(plan.title)),
        notices=(asked.say(MODEL),),
        cover=((PLAN, text(plan.title)),),
        sections=sections,
        draft=in_force(plan) is None,
    )


def _occasion(asked: Asked) -> Occasion:
    said = asked.options.get(OCCASION, "")
    return Occasion(said) if said in set(Occasion) else Occasion.ADOPTION


def _blank(asked: Asked, what: Text) -> str:
    return asked.say(BLANK).format(asked.say(what))


def _session(asked: Asked) -> str:
    blanks = {name: _blank(asked, what) for name, what in _BLANKS.items()}
    place = asked.organisation
    body = asked.say(assembly_of(place.legal_form).body)
    return asked.say(_HELD).format(name=place.name, body=body, **blanks)


def _reasons(asked: Asked, occasion: Occasion) -> Iterator[Prose]:
    place, board = asked.organisation, asked.board()
    seen = list(visas_of(place.legal_form, place.population, occasion, asked.today))
    for one in seen:
        yield Prose(asked.say(_SEEN).format(asked.say(one)))
    if not seen:
        yield Prose(asked.say(_SEEN).format(_blank(asked, _COMPETENCE)))
    bound = place.population is not None and place.population > 50_000
    if occasion is Occasion.ADOPTION and not bound:
        yield Prose(asked.say(_WHEREAS).format(asked.say(_BY_CHOICE)))
    done = sum(row.progress in OVER for row in board.rows)
    over = asked.say(_DONE).format(Count(done)) if done else ""
    prepared = asked.say(_PREPARED).format(count=Count(len(board.rows)), done=over)
    yield Prose(asked.say(_WHEREAS).format(prepared))
    current = board.current
    if current is not None and current.value is not None:
        value = numbers.percent(current.value, asked.language)
        known = asked.say(_KNOWN).format(value=value, year=current.year)
        yield Prose(asked.say(_WHEREAS).format(known))
    body = asked.say(assembly_of(place.legal_form).body)
    yield Prose(asked.say(_DELIBERATED).format(body=body))


def _articles(asked: Asked, occasion: Occasion) -> Iterator[Prose]:
    said = {
        Occasion.ADOPTION: _adoption,
        Occasion.YEARLY: _yearly,
        Occasion.AMENDMENT: _amendment,
        Occasion.STRATEGY: _strategy,
    }[occasion]
    for rank, words in enumerate(said(asked), 1):
        yield Prose(asked.say(_ARTICLE).format(rank=rank, said=words))
    yield Prose(asked.say(_GIFTS), "small")


def _adoption(asked: Asked) -> Iterator[str]:
    yield asked.say(_ADOPTS).format(plan=asked.plan.title)
    yield from _aims(asked)
    yield from _money(asked)
    for row in asked.board().rows:
        if row.action.is_vacant and row.progress is not Progress.DROPPED:
            who = _blank(asked, _WHO)
            yield asked.say(_NAMES).format(who=who, number=row.action.called)
    yield asked.say(_REPORTS)


def _aims(asked: Asked) -> Iterator[str]:
    """Yield what is aimed at in the year to come, if somebody said it."""
    year = asked.today.year + 1
    ambition = ambitions_of(asked.known).get(year)
    if ambition is not None and ambition.percent is not None:
        value = numbers.percent(ambition.percent, asked.language)
        yield asked.say(_AIMS).format(value=value, year=year)


def _money(asked: Asked) -> Iterator[str]:
    """Yield what actions ask for in the year to come, what is not costed being said apart."""
    year = asked.today.year + 1
    rows = [row for row in asked.board().rows if row.progress is not Progress.DROPPED]
    costs = [row.funding.of(year).inside_expected.value for row in rows]
    known = [one for one in costs if one is not None]
    missing = sum(not row.funding.is_costed(year) for row in rows)
    if known:
        unknown = asked.say(_UNCOSTED).format(missing) if missing else ""
        amount = numbers.money(sum(known), asked.language)
        yield asked.say(_MONEY).format(amount=amount, year=year, unknown=unknown)


def _yearly(asked: Asked) -> Iterator[str]:
    yield asked.say(_YEARLY).format(year=asked.year, plan=asked.plan.title)
    yield from _aims(asked)


def _strategy(asked: Asked) -> Iterator[str]:
    yield asked.say(_STRATEGY)
    yield from _aims(asked)
    yield asked.say(_REPORTS)


def _amendment(asked: Asked) -> Iterator[str]:
    """Yield what committees propose and the assembly has not answered; else a blank."""
    waiting = past_decisions(asked.plan).filter(status=DecisionStatus.PROPOSED)
    found = [deed(one, asked.language) for one in waiting]
    for what in found or [_blank(asked, _CHANGE)]:
        yield asked.say(_DECIDES).format(what=what)


def _voted(asked: Asked) -> Iterator[Prose]:
    yield Prose(vote_words(asked, in_force(asked.plan)))
    blank = _blank(asked, _DATE)
    yield Prose(asked.say(_STATED).format(sent=blank, shown=blank, when=blank))


def _paper(asked: Asked) -> Iterator[Section]:
    """Yield the note or the report that the law asks for, with how long before it leaves."""
    place = asked.organisation
    delay = delay_of(place.legal_form, place.population, asked.today)
    if delay is None or delay.paper is None:
        return
    title = asked.say(delay.paper)
    said = asked.say(_SUMMARY).format(
        plan=asked.plan.title,
        count=Count(len(asked.board().rows)),
        asked="".join(f" {one}" for one in [*_aims(asked), *_money(asked)]),
        days=delay.days,
        clear=asked.say(_CLEAR) if delay.clear else "",
        source=delay.source,
    )
    yield Section(f"{title[0].upper()}{title[1:]}", (Prose(said),))


KIND = Kind(
    "deliberation",
    Text("Modèle de délibération", "Model of deliberation"),
    Text("le secrétariat de l’assemblée", "the secretary of the assembly"),
    build,
    formats=("odt", "pdf", "html"),
    french=True,
    options=(OCCASION,),
)
