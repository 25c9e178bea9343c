"""A change of the rules: tried on the past decisions, then adopted with a date and a reason, or dropped.

The calculation goes by batches, each promised by the outbox: it survives a worker's death and shows how far it is.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership, Organisation
from core.accounts.queries import active_hats
from core.journal import events
from core.journal.models import OutboxMessage
from core.journal.notices import notify
from core.journal.outbox import enqueue, handles
from core.journal.refusals import Refused
from core.rulebook.enums import LEFT_OUT, ProposalMove, ProposalState
from core.rulebook.models import Acknowledgement, Proposal, ProposalChange, Receipt
from core.rulebook.notices import ProposalReady, RulesChange
from core.rulebook.parameters import read
from core.rulebook.registry import FileKind, Moved, file_kinds, rulesets
from core.rulebook.replay import UNREADABLE, Judge, Stored, fingerprint, latest_of
from core.rulebook.workflow.base import require_keeper
from core.rulebook.workflow.editions import checked_value, is_same, label_of, said, set_value, value_on
from core.rules import Judgement, Mode, Variant, Verdict, default_parameters, rule_texts
from core.ui.french import jour, minuscule, pluriel

BATCH = 1_000
REMIND_EVERY = timedelta(days=7)
TOPIC = "essai.calculer"


def variant_of(name: str, value: str) -> Variant:
    """What the engine judges with under a stored value: another figure, a rule in another mode or left out."""
    label = f"{label_of(name)}\u00a0: {said(name, value)}"
    if name in rule_texts():
        if value == LEFT_OUT:
            return Variant(without=(name,), label=label)
        return Variant(modes={name: Mode(value)}, label=label)
    return Variant(parameters={name: read(value, default_parameters()[name])}, label=label)


def propose(name: str, text: str, *, hat: Membership, why: str) -> Proposal:
    """Open a change and promise its calculation over the decisions that stand.

    Raises Refused: another role, a value of another sort, the value that holds today, a rule that nothing judges.
    """
    require_keeper(hat)
    value = checked_value(name, text)
    now = value_on(name, timezone.localdate())
    if is_same(name, value, now):
        raise Refused(
            f"{label_of(name)}\u00a0: {said(name, now)}, c’est déjà ce qui est en vigueur\u00a0: rien ne changerait. "
            "Essayez une autre valeur."
        )
    if name in rule_texts() and not any(name in ruleset.by_id for ruleset in rulesets().values()):
        raise Refused("Le portail ne vérifie pas cette règle par lui-même\u00a0: la changer ne change aucun verdict.")
    if not why.strip():
        raise Refused("Dites ce que vous cherchez à savoir.")
    with transaction.atomic():
        made = Proposal.objects.create(name=name, value=value, why=why.strip(), author=hat, position=[0, 0])
        made.total = _count()
        made.save()
        label = f"Essai\u00a0: {minuscule(label_of(name))}, {said(name, value)}"
        events.record(made, "essai.ouvert", label[:300], hat=hat)
        _promise(made)
    return made


def _count() -> int:
    """How many decisions stand on the files: see `latest_of`."""
    return (
        Receipt.objects.filter(subject_type__in=file_kinds())
        .order_by()
        .values("subject_type", "subject_id", "judged_as")
        .distinct()
        .count()
    )


def _promise(proposal: Proposal) -> None:
    enqueue(TOPIC, proposal, "-".join(map(str, proposal.position)))


@handles(TOPIC)
def calculate(message: OutboxMessage) -> str:
    """One batch: judge its receipts under the proposal, keep those that change, promise the next batch."""
    held = Proposal.objects.select_for_update(of=("self",)).get(pk=message.subject_id)
    if held.state != ProposalState.EN_CALCUL or message.version != "-".join(map(str, held.position)):
        return "déjà fait"
    kinds = list(file_kinds().values())
    rank, after = held.position
    if rank >= len(kinds):
        _finish(held)
        return "terminé"
    batch = latest_of(kinds[rank].subject_type, after, BATCH)
    _judge_batch(held, kinds[rank], batch)
    held.done += len(batch)
    held.position = [rank, batch[-1].id] if len(batch) == BATCH else [rank + 1, 0]
    held.save()
    _promise(held)
    return f"{len(batch)} dossiers"


def _judge_batch(proposal: Proposal, kind: FileKind, batch: list[Stored]) -> None:
    now, under = Judge(), Judge(variant_of(proposal.name, proposal.value))
    judged = {one.id: before for one in batch if (before := _as_decided(now, one)) is not None}
    moved = _moved(proposal, {name for before in judged.values() for name in kind.stands_on(before.facts)})
    changes = []
    for one in batch:
        before = judged.get(one.id)
        if before is None:
            continue
        found = before.facts
        after = under.judge(one, kind.follow(found, moved))
        if fingerprint(before) != fingerprint(after):
            changes.append(
                ProposalChange(
                    proposal=proposal,
                    receipt_id=one.id,
                    subject_type=one.subject_type,
                    subject_id=one.subject_id,
                    before=before.verdict.value,
                    after=after.verdict.value,
                    flips=before.verdict is not after.verdict,
                    hours=kind.hours(found),
                    reasons=_reasons(before, after),
                    pending=[finding.id for finding in after.to_decide],
                )
            )
    for judged_as in {one.judged_as for one in batch}:  # judged since an earlier batch: the last receipt alone counts
        files = [one.subject_id for one in batch if one.judged_as == judged_as]
        ProposalChange.objects.filter(
            proposal=proposal, subject_type=kind.subject_type, subject_id__in=files, receipt__judged_as=judged_as
        ).delete()
    ProposalChange.objects.bulk_create(changes, ignore_conflicts=True)


def _as_decided(judge: Judge, one: Stored) -> Judgement | None:
    """A receipt judged again; None when its facts or its figures are not read any more: the replay tells of it."""
    try:
        return judge.judge(one)
    except UNREADABLE:
        return None


def _moved(proposal: Proposal, references: set[str]) -> dict[str, Moved]:
    """Among these files, those that the batches before judged otherwise: the files that stand on them follow."""
    moved: dict[str, Moved] = {}
    for subject_type, kind in file_kinds().items() if references else ():
        by_id = {pk: reference for reference, pk in kind.find(references).items()}
        rows = proposal.changes.filter(
            subject_type=subject_type, subject_id__in=by_id, receipt__judged_as=kind.judged_as
        ).order_by("id")
        moved |= {by_id[row.subject_id]: Moved(Verdict(row.after), tuple(row.pending)) for row in rows}
    return moved


def _reasons(before: Judgement, after: Judgement) -> list[list[str]]:
    """[rule, what it says after] for each rule that does not say the same; a rule that falls silent says so."""
    old = {finding.id: (finding.state, finding.mode, finding.granted) for finding in before.findings}
    new = {finding.id: finding for finding in after.findings}
    reasons = [
        [rule, finding.message("region")]
        for rule, finding in new.items()
        if old.get(rule) != (finding.state, finding.mode, finding.granted)
    ]
    return reasons + [[rule, "Elle ne s’appliquerait plus."] for rule in old if rule not in new]


def _finish(proposal: Proposal) -> None:
    proposal.judged_at = timezone.now()
    proposal.finir()
    proposal.save()
    events.record(proposal, "essai.pret", "Essai calculé sur les décisions passées")
    flips = proposal.changes.filter(flips=True).count()
    would = pluriel(flips, "verdict changerait", "verdicts changeraient")
    text = f"Essai prêt\u00a0: {minuscule(label_of(proposal.name))} ({said(proposal.name, proposal.value)}), {would}"
    notify(ProposalReady, [proposal.author], proposal, text, proposal.get_absolute_url())


def adopt(proposal: Proposal, starts_on: date, *, hat: Membership, reason: str, source: str = "") -> Proposal:
    """Date the change, and tell the organisations whose files it touches: those that would flip, those that wait.

    Raises Refused as `editions.set_value` does, or when the proposal is not ready, or closed meanwhile.
    """
    require_keeper(hat)
    with transaction.atomic():
        held = _held(proposal, ProposalMove.ADOPTER.sources, "L’essai n’est pas prêt, ou il est déjà clos.")
        parameter = set_value(held.name, held.value, starts_on, hat=hat, reason=reason, source=source)
        held.parameter, held.starts_on = parameter, starts_on
        _close(held, hat, reason)
        held.adopter()
        held.save()
        events.record(held, "essai.adopte", "Changement adopté par la Région", hat=hat, reason=held.closing_reason)
        _tell(held)
    return held


def drop(proposal: Proposal, *, hat: Membership, reason: str) -> Proposal:
    """Give the change up; what was calculated stays to be read."""
    require_keeper(hat)
    if not reason.strip():
        raise Refused("Dites en quelques mots pourquoi le changement est abandonné.")
    with transaction.atomic():
        held = _held(proposal, ProposalMove.ABANDONNER.sources, "Cet essai est déjà clos.")
        _close(held, hat, reason)
        held.abandonner()
        held.save()
        events.record(held, "essai.abandonne", "Changement abandonné", hat=hat, reason=held.closing_reason)
    return held


def _held(proposal: Proposal, states: Iterable[str], otherwise: str) -> Proposal:
    held = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if held.state not in states:
        raise Refused(otherwise)
    return held


def _close(proposal: Proposal, hat: Membership, reason: str) -> None:
    proposal.closed_at, proposal.closed_by, proposal.closing_reason = timezone.now(), hat, reason.strip()


def _tell(proposal: Proposal) -> None:
    """One acknowledgement to give per organisation concerned; each of its people hears of it once."""
    concerned: set[int] = set()
    for kind in file_kinds().values():
        flipped = proposal.changes.filter(flips=True, subject_type=kind.subject_type).order_by("id")
        for line in kind.describe(list(flipped.values_list("subject_id", flat=True))).values():
            concerned |= line.organisations
        concerned |= kind.live()
    organisations = Organisation.objects.filter(pk__in=concerned, is_active=True).exclude(kind="region").order_by("id")
    Acknowledgement.objects.bulk_create(
        [Acknowledgement(proposal=proposal, organisation=one) for one in organisations], ignore_conflicts=True
    )
    _notify(proposal, "adoptee")


def _notify(proposal: Proposal, key: str) -> int:
    waiting = proposal.acknowledgements.filter(acknowledged_at=None).values("organisation")
    hats = active_hats().filter(organisation__in=waiting).order_by("id")
    assert proposal.starts_on is not None  # noqa: S101 only an adopted change is told
    text = (
        f"À partir du {jour(proposal.starts_on, weekday=False)}, {minuscule(label_of(proposal.name))}\u00a0: "
        f"{said(proposal.name, proposal.value)}"
    )
    return notify(RulesChange, hats, proposal, text, reverse("regle_nouvelle", args=[proposal.pk]), dedupe_key=key)


def acknowledge(proposal: Proposal, *, hat: Membership) -> Acknowledgement:
    """« J’ai pris connaissance », for the hat's whole organisation. Done once; again changes nothing.

    Raises Refused for an organisation that was not told of this change.
    """
    with transaction.atomic():
        row = (
            Acknowledgement.objects.select_for_update(of=("self",))
            .filter(proposal=proposal, organisation=hat.organisation_id)
            .first()
        )
        if row is None:
            raise Refused("Ce changement ne concerne pas les dossiers de votre organisation.")
        if row.acknowledged_at is None:
            row.acknowledged_at, row.acknowledged_by = timezone.now(), hat
            row.save()
            events.record(proposal, "essai.lu", f"{hat.organisation} a pris connaissance", hat=hat, internal=True)
    return row


def unread_by(hat: Membership) -> models.QuerySet[Acknowledgement]:
    """Adopted changes of which the hat's organisation has still to take note, the first to begin first."""
    waiting = Acknowledgement.objects.filter(
        organisation=hat.organisation_id, acknowledged_at=None, proposal__parameter__withdrawn_at=None
    )
    return waiting.select_related("proposal").order_by("proposal__starts_on", "pk")


def remind() -> int:
    """Tell again, once a week until the change begins and four weeks after, whoever has not taken note."""
    today, told = timezone.localdate(), 0
    open_ones = Proposal.objects.filter(
        state=ProposalState.ADOPTEE,
        parameter__withdrawn_at=None,
        starts_on__gte=today - timedelta(days=28),
        closed_at__lte=timezone.now() - REMIND_EVERY,
    )
    for proposal in open_ones.order_by("id"):
        assert proposal.closed_at is not None  # noqa: S101 it is adopted
        weeks = (timezone.now() - proposal.closed_at) // REMIND_EVERY
        told += _notify(proposal, f"rappel-{weeks}")
    return told


def figures(proposal: Proposal) -> dict[str, Any]:
    """How many files change and flip, by verdict before and after, and the heures-stagiaires at stake."""
    flipped = proposal.changes.filter(flips=True)
    ways = flipped.order_by("before", "after").values("before", "after").annotate(n=Count("id"), hours=Sum("hours"))
    return {
        "changed": proposal.changes.count(),
        "flips": flipped.count(),
        "hours": flipped.aggregate(hours=Sum("hours"))["hours"] or 0,
        "ways": list(ways),
    }
