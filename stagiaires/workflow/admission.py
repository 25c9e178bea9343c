"""The only door from « admitted » to a parcours: the organisme admits, on a post of the session or without one (R88).

Everything is done in one transaction, or nothing: the candidacy answered, the parcours on its post, the receipt.
Two who admit at once on the last post: the database keeps one, the other is told in French.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal import events
from core.journal.events import subscribe
from core.journal.refusals import Refused, lost_race
from core.rulebook import receipts
from core.rules import Audience, Judgement
from core.ui.french import jour, liste
from orders.enums import ComposanteKind
from orders.models import Composante
from orders.queries import composantes_of
from sessions.models import Session
from stagiaires.enums import ParcoursState, PositioningMove
from stagiaires.facts import Place, facts_of, for_receipt, judge_admission, lacking
from stagiaires.models import Parcours, Positioning, SensitiveFacts
from stagiaires.notices import CandidateAnswered
from stagiaires.notices import tell as tell_candidacy
from stagiaires.parcours_notices import ParcoursOpened
from stagiaires.queries import parcours as queries
from stagiaires.workflow import acts, links, sensitive
from stagiaires.workflow.positionings import followers

ACT = "admission"
PURPOSE = "Vérifier les conditions d’entrée avant d’admettre"
RACES = {
    "parcours_one_per_post": "Ce poste vient d’être pris : un poste, un stagiaire (R12). Choisissez-en un autre.",
    "parcours_one_per_person": "Cette personne suit déjà un parcours : elle n’en suit qu’un à la fois.",
    "parcours_one_per_positioning": "Cette personne est déjà admise.",
    "parcours_replaced_once": "La personne partie est déjà remplacée.",
    "session_seats": "Toutes les places de la session sont prises.",
    "is not held by session": "Ce poste n’est plus rattaché à la session. Choisissez-en un autre.",
}


def judge(positioning: Positioning, place: Place, hat: Membership) -> Judgement:
    """The verdict on this admission. The sensitive facts are read for it, and the reading is kept: never on a GET."""
    _must_admit(positioning, hat)
    return judge_admission(facts_of(positioning, place, _sensitive(positioning, hat)))


def admit(positioning: Positioning, hat: Membership, place: Place, *, acknowledged: Collection[str] = ()) -> Parcours:
    """Admit a candidate to a place of his session, with the receipt of what was judged.

    `acknowledged`: ids of the warnings that the organisme has read. Raises Refused: another hat, answered meanwhile,
    a rule in the way, a fact that lacks, a warning that nobody has read, a post or a place just taken.
    """
    with transaction.atomic():
        receipts.hold_chain()
        rows = Positioning.objects.select_for_update(of=("self",)).select_related(
            "session__request",
            "session__organisme",
            "session__lot",
            "stagiaire__created_by",
            "valideur",
            "advisor__user",
        )
        held = rows.get(pk=positioning.pk)
        _must_admit(held, hat)
        if held.state not in PositioningMove.ADMETTRE.sources:
            raise Refused(f"Cette candidature est maintenant « {held.get_state_display().lower()} ».")
        _must_fit(held.session, place)
        facts = facts_of(held, place, _sensitive(held, hat))
        _must_be_lawful(judge_admission(facts), acknowledged)
        held.answered_at, held.answered_by, held.answer_due_on, held.waiting_since = timezone.now(), hat, None, None
        held.admettre()
        held.save()
        with lost_race(RACES):
            made = _open(held, place, hat)
        made.receipt = receipts.issue(made, ACT, judge_admission(for_receipt(facts)), hat=hat)
        made.save(update_fields=["receipt"])
        _say(made, held, place, hat)
    return made


def _must_admit(positioning: Positioning, hat: Membership) -> None:
    if hat.kind != OrganisationKind.ORGANISME or positioning.session.organisme_id != hat.organisation_id:
        raise Refused("L’organisme de formation valide, au final, l’intégration (R88).")


def _sensitive(positioning: Positioning, hat: Membership) -> SensitiveFacts:
    return sensitive.read(positioning.stagiaire, hat, PURPOSE)


def _must_fit(session: Session, place: Place) -> None:
    """What no rule says: the session takes people still, and the parcours stays within its days."""
    if session.state not in queries.OPEN_SESSIONS:
        raise Refused(f"La session {session.number} est « {session.get_state_display().lower()} » : on n’y entre pas.")
    if not session.starts_on <= place.starts_on <= place.ends_on <= session.ends_on:
        first, last = jour(session.starts_on, weekday=False), jour(session.ends_on, weekday=False)
        raise Refused(f"L’entrée et la fin du parcours vont du {first} au {last}, comme la session.")
    if place.ends_on < timezone.localdate():
        raise Refused("La fin du parcours est passée.")
    if sum(place.hours.values()) <= 0:
        raise Refused("Dites combien d’heures compte ce parcours.")
    if place.post is not None and not place.funded:
        raise Refused("Une personne que la Région ne finance pas ne prend pas de poste (R73).")
    gone = place.replaces
    if gone is not None and (gone.session_id != session.pk or gone.state not in queries.LEFT):
        raise Refused("On remplace une personne partie de la même session (R74).")


def _must_be_lawful(judgement: Judgement, acknowledged: Collection[str]) -> None:
    in_the_way = [found.message(Audience.ORGANISME) for found in judgement.blocking]
    if in_the_way:
        raise Refused(f"L’admission n’est pas possible ainsi. {' '.join(in_the_way)}")
    if missing := lacking(judgement):
        raise Refused(f"Il manque encore : {liste(missing)}.")
    unread = [found.message(Audience.ORGANISME) for found in judgement.warnings if found.id not in acknowledged]
    if unread:
        raise Refused(f"Lisez d’abord ce qui appelle votre attention. {' '.join(unread)}")


def _open(positioning: Positioning, place: Place, hat: Membership) -> Parcours:
    session = positioning.session
    return Parcours.objects.create(
        stagiaire=positioning.stagiaire,
        session=session,
        positioning=positioning,
        organisme=session.organisme,
        post=place.post,
        composante=composante_for(session) if place.funded else None,
        replaces=place.replaces,
        funded=place.funded,
        starts_on=place.starts_on,
        ends_on=place.ends_on,
        working_rate=place.working_rate,
        progression_certified=place.progression_certified,
        clea=place.clea,
        other_funder=place.other_funder,
        created_by=hat,
        **place.hours,
    )


def composante_for(session: Session) -> Composante | None:
    """The composante of the session that pays this parcours: the first that has a place left (R72), else the first.

    Hours more (R51) pay no entry: they complete the parcours of those who are there.
    """
    bought = [one for one in composantes_of(session) if one.kind != ComposanteKind.SUPPLEMENTAIRE]
    counts = (
        Parcours.objects.filter(composante__in=[one.pk for one in bought], state__in=ParcoursState.holding())
        .order_by()
        .values_list("composante")
        .annotate(n=Count("pk", filter=Q(funded=True)))
    )
    used = dict(counts) if bought else {}
    return next((one for one in bought if used.get(one.pk, 0) < one.places), bought[0] if bought else None)


@subscribe("composante.remplacee")
def on_replaced(before: Composante, after: Composante, **news: object) -> None:
    """Who was admitted before the order was sent is paid by the composante that takes the place of the first."""
    Parcours.objects.filter(composante=before).update(composante=after)


def _say(made: Parcours, positioning: Positioning, place: Place, hat: Membership) -> None:
    entry = jour(place.starts_on, weekday=False)
    label = f"Candidature admise, entrée le {entry}" if place.funded else f"Admise sans financement, entrée le {entry}"
    events.record(positioning, "candidature.admise", label, hat=hat)
    on_post = f", {place.post.intention.employer}, poste {place.post.rank}" if place.post else ""
    acts.note(made, "admis", f"Admission, entrée prévue le {entry}{on_post}", hat)
    links.send_first(made)
    session = made.session
    if positioning.valideur is not None:
        text = f"{session.title} ({session.number}) : votre candidat est admis, entrée le {entry}"
        tell_candidacy(CandidateAnswered, followers(positioning), positioning, text, once=f"admis:{made.pk}")
    if place.post is not None:
        text = f"{session.title} ({session.number}) : un stagiaire est admis sur votre poste, entrée le {entry}"
        acts.tell(ParcoursOpened, acts.employer_people(place.post), made, text)
