"""AIS and AES: asked for by the act, made by the worker, sealed; asked for again when what they say has changed."""

from datetime import date

from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.journal import events
from core.journal.models import OutboxMessage
from core.journal.outbox import enqueue, handles
from orders.workflow.people import members_of
from stagiaires.enums import DocumentKind, ExternalKind, ExternalState, ParcoursState, Partner, Sender
from stagiaires.models import ExchangeSender, ExternalEvent, Parcours, ParcoursDocument
from stagiaires.parcours_notices import EntryPaperMade
from stagiaires.parcours_papers import entry_facts
from stagiaires.workflow import acts, documents
from stagiaires.workflow.exchanges.events import chosen_of, sender_on
from stagiaires.workflow.positionings import followers

TOPIC = "parcours.attestation"
PAPER_OF = {ParcoursState.PREVU: DocumentKind.AIS, ParcoursState.EN_COURS: DocumentKind.AES}
BEGINS = {"parcours.admis": DocumentKind.AIS, "parcours.entre": DocumentKind.AES}
MOVES = ("parcours.repris", "parcours.dates")  # acts that may change what was said


def ask(parcours: Parcours, version: str) -> None:
    """Promise the paper that this parcours calls for now, if any. Inside the act's transaction."""
    if parcours.state in PAPER_OF:
        enqueue(TOPIC, parcours, f"{PAPER_OF[ParcoursState(parcours.state)]}:{version}")


def on_act(*, parcours: Parcours) -> None:
    """The admission calls for an AIS, the entry for an AES, and whatever moves the dates for the next version."""
    ask(parcours, timezone.now().isoformat())


for _news in (*BEGINS, *MOVES):
    events.subscribe(_news)(on_act)


@handles(TOPIC)
def make(message: OutboxMessage) -> str:
    """Make the paper, unless the last one says the same; France Travail is to be told of it. Done again, it is done."""
    held = acts.hold(Parcours(pk=message.subject_id))
    kind = PAPER_OF.get(ParcoursState(held.state))
    if kind is None:
        return "Le parcours ne l’appelle plus."
    if not changed(held, kind):
        return "La dernière version dit la même chose."
    made = documents.keep(held, kind, None)
    _tell(held, made)
    return f"{kind.label}, version {made.version}"


def changed(parcours: Parcours, kind: DocumentKind) -> bool:
    """Whether the last paper of this kind no longer says what the parcours is, or is not made. One query."""
    last = parcours.documents.filter(kind=kind).defer("pdf").order_by("-version").first()
    if last is None:
        return True
    now = entry_facts(parcours)
    said = ("starts_on", "ends_on", "rate", "hours_training", "hours_company", "funder")
    return any(last.content.get(name) != now[name] for name in said)


def _tell(held: Parcours, made: ParcoursDocument) -> None:
    kind = DocumentKind(made.kind)
    partner = Partner.FRANCE_TRAVAIL
    sender = chosen_of(held.pk, partner) or sender_on(ExchangeSender.objects.all(), partner, held)
    ExternalEvent.objects.create(
        key=f"{partner}:{made.kind}:parcours-{held.pk}:{made.version}",
        partner=partner,
        kind=ExternalKind(made.kind),
        parcours=held,
        version=made.version,
        happened_on=held.starts_on if kind == DocumentKind.AES else timezone.localdate(),
        payload={"document": made.pk, "sha256": made.sha256},
        sender=sender,
        state=ExternalState.A_ENVOYER if sender == Sender.REGION else ExternalState.PAR_AUTRUI,
    )
    people = [*members_of(held.organisme), *followers(held.positioning)]
    again = f", version {made.version}" if made.version > 1 else ""
    text = f"{held.session.title} ({held.session.number}) : {kind.label} prête{again}"
    acts.tell(EntryPaperMade, people, held, text, once=f"{made.kind}:{made.version}")


def back_fill(since: date, until: date | None = None) -> int:
    """Promise the papers that lack, once for each. Returns how many. Inside a transaction.

    `since`, `until`: days of entry, both included.
    """
    made = ParcoursDocument.objects.filter(parcours=OuterRef("pk"))
    promised = OutboxMessage.objects.filter(topic=TOPIC, subject_type="parcours", subject_id=OuterRef("pk"))
    asked = 0
    for state, kind in PAPER_OF.items():
        same = promised.filter(version__startswith=f"{kind}:")
        rows = Parcours.objects.filter(
            ~Exists(made.filter(kind=kind)), ~Exists(same), state=state, starts_on__gte=since
        )
        for one in rows.filter(starts_on__lte=until) if until else rows:
            ask(one, "reprise")
            asked += 1
    return asked
