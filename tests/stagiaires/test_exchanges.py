"""What AGORA and France Travail are told: written with the act, once, without a name; sent, answered, retried."""

import datetime as dt
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.journal.events import history_of
from core.journal.models import Notification, OutboxMessage
from core.journal.outbox import work_all
from core.journal.refusals import Refused
from sessions.models import Session
from stagiaires import exchange_reminders
from stagiaires.enums import Partner, Sender
from stagiaires.exchanges import FORMATS
from stagiaires.exchanges.shape import from_csv
from stagiaires.models import (
    ExchangeDownload,
    ExchangeFile,
    ExternalEvent,
    Parcours,
    ParcoursDocument,
    Stagiaire,
)
from stagiaires.queries.exchanges import events as queries
from stagiaires.workflow import closing, outcomes, parcours
from stagiaires.workflow.exchanges import answers, events, files
from tests.factories.accounts import hat
from tests.factories.sessions import followed, published_session
from tests.factories.stagiaires import member_of, under_way
from tests.factories.stagiaires import parcours as written
from tests.stagiaires.test_parcours import admitted, begun, entered

pytestmark = pytest.mark.django_db


def told(one: Parcours, partner: str = "agora") -> list[tuple[str, int, str]]:
    rows = ExternalEvent.objects.filter(parcours=one, partner=partner).order_by("id")
    return [(row.kind, row.version, row.state) for row in rows]


def heard_of(session: Session | None = None, *, entered: bool = False) -> Parcours:
    """Somebody of whom AGORA is told, written straight in the tables; the Région has its SIRET."""
    if not queries.payer_siret():
        region = hat("region", "administrateur").organisation
        type(region).objects.filter(pk=region.pk).update(siret="23440003400026")
    session = session or published_session()
    one = written(session, starts_on=session.starts_on, ends_on=session.ends_on)
    if entered:
        one = under_way(one, member_of(session.organisme))
    events.tell(Parcours.objects.filter(pk=one.pk))
    return one


def send(partner: Partner, by: Any) -> ExchangeFile:
    """A file prepared and handed over."""
    made = files.prepare(partner, by)
    files.take(made, "tout", by)
    return ExchangeFile.objects.get(pk=made.pk)


def test_each_act_tells_agora_in_its_own_transaction_and_names_nobody():
    session = begun(published_session(), ends=30)
    by = member_of(session.organisme)
    one = entered(session)
    today = timezone.localdate()
    assert told(one) == [("creation", 1, "a_envoyer"), ("entree", 1, "a_envoyer")]
    parcours.suspend(one, by, until=today + dt.timedelta(days=10), reason="Une mission d’intérim")
    parcours.resume(one, by)
    parcours.suspend(one, by, until=today + dt.timedelta(days=12), reason="Une autre mission")
    with transaction.atomic():
        parcours.leave(one, by, on=today, reason="emploi")
        transaction.set_rollback(True)
    assert [kind for kind, _, _ in told(one)] == ["creation", "entree", "interruption", "reprise", "interruption"]
    parcours.leave(one, by, on=today, reason="emploi")
    assert told(one)[4:] == [("interruption", 2, "a_envoyer"), ("sortie", 1, "a_envoyer")]

    person = one.stagiaire
    for event in ExternalEvent.objects.filter(parcours=one):
        text = json.dumps([event.key, event.payload], ensure_ascii=False)
        for secret in (person.last_name, person.first_name, person.ft_identifier, person.email):
            assert secret not in text
    last = ExternalEvent.objects.get(parcours=one, kind="sortie")
    assert last.happened_on == today
    assert last.payload["motif_sortie"] == "emploi"
    assert last.payload["session"]["numero"] == session.number
    first = ExternalEvent.objects.get(parcours=one, kind="interruption", version=1)
    assert first.payload["reprise_prevue"] == (today + dt.timedelta(days=10)).isoformat()

    with pytest.raises(DatabaseError), transaction.atomic():
        ExternalEvent.objects.filter(pk=last.pk).update(payload={})
    with pytest.raises(DatabaseError), transaction.atomic():
        ExternalEvent.objects.filter(pk=last.pk).update(state="accepte")


def test_who_is_not_funded_is_out_of_the_flow_and_an_admission_called_off_is_cancelled():
    apart = admitted(post=None, funded=False)
    assert told(apart) == []
    one = admitted()
    parcours.call_off(one, member_of(one.organisme), "A trouvé un emploi")
    assert [kind for kind, _, _ in told(one)] == ["creation", "annulation"]


def test_the_back_fill_writes_what_lacks_once():
    session = begun(published_session())
    one = written(session, starts_on=session.starts_on, ends_on=session.ends_on)
    late = written(starts_on=timezone.localdate() + dt.timedelta(days=20))
    written(funded=False, post=None)
    since = (session.starts_on - dt.timedelta(days=1)).isoformat()

    def run(**options: Any) -> str:
        said = StringIO()
        call_command("agora", back_fill=True, stdout=said, **options)
        return said.getvalue().replace("\u00a0", " ")

    assert "2 événements seraient écrits" in run(since=since, dry_run=True)
    assert not ExternalEvent.objects.exists()
    assert "2 événements écrits" in run(since=since)
    assert told(one) == [("creation", 1, "a_envoyer")]
    assert told(late) == [("creation", 1, "a_envoyer")]
    before = list(ExternalEvent.objects.values())
    promised = OutboxMessage.objects.count()
    assert "0 événement écrit" in run(since=since)
    assert list(ExternalEvent.objects.values()) == before
    assert OutboxMessage.objects.count() == promised


def test_a_file_joins_the_identity_and_leaves_aside_what_lacks():
    region = hat("region", "gestionnaire")
    one, other = heard_of(), heard_of()
    Stagiaire.objects.filter(pk=other.stagiaire_id).update(birth_on=None)
    with pytest.raises(Refused, match="gestionnaire"):
        files.prepare(Partner.AGORA, hat("region", "decideur"))
    made = files.prepare(Partner.AGORA, region)
    (row,) = from_csv(bytes(made.data))
    assert (row["NUMERO_DOSSIER"], row["TYPE_EVENEMENT"]) == (f"P{one.pk}", "CREATION")
    assert row["NOM_NAISSANCE"] == one.stagiaire.last_name.upper()
    assert row["DATE_NAISSANCE"] == "1994-05-17"
    assert row["SEXE"] == "F"
    assert row["NIR"] == ""
    assert exchange_reminders.remind_senders() == 2, "le gestionnaire et l’administrateur"
    assert exchange_reminders.remind_senders() == 0, "une fois par semaine"
    news = Notification.objects.get(user=region.user, kind="echange.en_attente")
    said = "AGORA : 1 événement à transmettre, dont 1 à compléter et 1 dans un fichier à remettre"
    assert news.text.replace("\u00a0", " ") == said
    waits = ExternalEvent.objects.get(parcours=other)
    assert waits.answer == "Il manque : date de naissance."
    assert told(one) == [("creation", 1, "a_envoyer")], "le fichier n’est pas encore parti"
    with pytest.raises(Refused, match="complétez"):
        files.prepare(Partner.AGORA, region)

    files.take(made, "tout", region)
    assert told(one) == [("creation", 1, "envoye")]
    assert ExchangeDownload.objects.get(file=made).sha256 == made.sha256
    with pytest.raises(DatabaseError), transaction.atomic():
        ExchangeFile.objects.filter(pk=made.pk).update(data=b"autre")
    ExchangeFile.objects.filter(pk=made.pk).update(data=b"", erased_at=timezone.now())
    with pytest.raises(Refused, match="effacé"):
        files.take(made, "tout", region)


def test_a_dropped_file_leaves_by_itself_and_twice_is_once(settings, tmp_path):
    settings.EXCHANGE_DROP_DIR = str(tmp_path)
    region = hat("region", "gestionnaire")
    one = heard_of()
    made = files.prepare(Partner.AGORA, region)
    message = OutboxMessage.objects.get(topic=files.DROP)
    assert files.drop(message) == files.drop(message) == f"Déposé : agora/{made.name}"
    assert (tmp_path / "agora" / made.name).read_bytes() == bytes(made.data)
    assert [path.name for path in (tmp_path / "agora").iterdir()] == [made.name]
    assert told(one) == [("creation", 1, "envoye")]
    (tmp_path / "agora" / made.name).write_bytes(b"autre")
    with pytest.raises(FileExistsError):
        files.drop(message)


def test_an_answer_closes_the_loop_and_a_refusal_is_retried():
    region = hat("region", "gestionnaire")
    one = heard_of(entered=True)
    send(Partner.AGORA, region)
    creation, entry = ExternalEvent.objects.filter(parcours=one, partner="agora").order_by("id")
    text = [
        {"CLE_EVENEMENT": creation.key, "STATUT": "A", "IDENTIFIANT": "AG-000451", "MOTIF": ""},
        {"CLE_EVENEMENT": entry.key, "STATUT": "R", "IDENTIFIANT": "", "MOTIF": "Date de naissance inconnue"},
        {"CLE_EVENEMENT": "agora:rien:parcours-0:1", "STATUT": "A", "IDENTIFIANT": "", "MOTIF": ""},
        {"CLE_EVENEMENT": creation.key, "STATUT": "A", "IDENTIFIANT": "", "MOTIF": ""},
    ]
    done, left = answers.take_answers(text, region)
    assert done == 2
    assert [line for line, _ in left] == [4, 5]
    assert left[-1] == (5, answers.NOTED)
    assert told(one) == [("creation", 1, "accepte"), ("entree", 1, "rejete")]
    by = member_of(one.organisme)
    assert Notification.objects.filter(user=by.user, kind="echange.refuse").exists()

    answers.send_again(ExternalEvent.objects.get(pk=entry.pk), region)
    again = send(Partner.AGORA, region)
    (row,) = from_csv(bytes(again.data))
    assert row["ID_AGORA"] == "AG-000451"
    assert ExternalEvent.objects.get(pk=entry.pk).attempts == 2
    taken_back = answers.take_answers(text, region)
    assert taken_back[0] == 0, "le même fichier repris ne refuse pas ce qui est reparti depuis"
    assert [line for line, why in taken_back[1] if why == answers.NOTED] == [2, 3, 5]
    assert told(one) == [("creation", 1, "accepte"), ("entree", 1, "envoye")]
    assert [line.label for line in history_of(entry)] == ["Refusé par AGORA", "Remis parmi ce qui attend"]


def test_another_may_tell_a_file_and_so_it_is_not_told_twice():
    keeper, region = hat("region", "gestionnaire"), hat("region", "administrateur")
    session = published_session()
    answers.choose_sender(
        region, partner="agora", access_mode=session.access_mode, valid_from=timezone.localdate(),
        sender="france_travail", reason="Délégation par Ouiform",
    )  # fmt: skip
    with pytest.raises(Refused, match="vaut déjà"):
        answers.choose_sender(
            region, partner="agora", access_mode=session.access_mode, valid_from=timezone.localdate(),
            sender="region", reason="Essai",
        )  # fmt: skip
    one = heard_of(session)
    assert told(one) == [("creation", 1, "par_autrui")]
    event = one.external_events.get(partner="agora")
    assert answers.take_back(event, keeper, reason="Fin de la délégation") == 1
    assert told(one) == [("creation", 1, "a_envoyer")]
    parcours.call_off(one, member_of(one.organisme), "Déménage")
    assert told(one)[1] == ("annulation", 1, "a_envoyer"), "un dossier garde qui le transmet"
    assert answers.entrust(event, keeper, sender="organisme", reason="Essai de Kairos") == 2
    assert {state for _, _, state in told(one)} == {"par_autrui"}


def test_who_tells_a_file_is_given_it_once():
    """An organisme takes the file of its own parcours; the Région hands France Travail its own, or drops it."""
    keeper, session = hat("region", "gestionnaire"), published_session()
    one, other, left = heard_of(session), heard_of(), heard_of()
    by = member_of(session.organisme)
    for row, sender in ((one, "organisme"), (other, "organisme"), (left, "france_travail")):
        event = row.external_events.get(partner="agora")
        assert answers.entrust(event, keeper, sender=sender, reason="Convention") == 1
    assert exchange_reminders.remind_senders() == 4, "deux organismes, le gestionnaire et l’administrateur"
    with pytest.raises(Refused, match="Rien n’attend"):
        files.prepare(Partner.AGORA, keeper)
    with pytest.raises(Refused, match="pour ce qu’il transmet"):
        files.prepare(Partner.AGORA, keeper, Sender.ORGANISME)
    made = files.prepare(Partner.AGORA, by, Sender.ORGANISME)
    (row,) = from_csv(bytes(made.data))
    assert (row["NUMERO_DOSSIER"], row["NOM_USAGE"]) == (f"P{one.pk}", one.stagiaire.last_name.upper())
    assert made.organisme == session.organisme
    with pytest.raises(Refused, match="Rien n’attend"):
        files.prepare(Partner.AGORA, by, Sender.ORGANISME)
    with pytest.raises(Refused, match="pour ce qu’il transmet"):
        files.take(made, "tout", keeper)
    entry = one.external_events.get(partner="agora")
    assert answers.take_back(entry, keeper, reason="Fin de la convention") == 0, "ce qui lui est remis n’est pas redit"
    assert told(one) == [("creation", 1, "par_autrui")]
    with pytest.raises(Refused, match="déjà repris"):
        answers.take_back(entry, keeper, reason="Encore")
    parcours.call_off(one, by, "Déménage")
    assert told(one)[1:] == [("annulation", 1, "a_envoyer")], "ce qui suit part de la Région"
    answers.entrust(one.external_events.get(kind="annulation"), keeper, sender="organisme", reason="Convention")
    files.take(made, "tout", by)
    assert ExchangeDownload.objects.get(file=made).hat == by
    assert {state for _, _, state in told(one)} == {"par_autrui"}, "ce que l’organisme en fait ne se dit pas ici"
    handed = files.prepare(Partner.AGORA, keeper, Sender.FRANCE_TRAVAIL)
    assert [row["NUMERO_DOSSIER"] for row in from_csv(bytes(handed.data))] == [f"P{left.pk}"]
    assert len({made.name, handed.name}) == 2
    assert files.take(handed, "tout", keeper)[0] == handed.name


def test_a_session_closes_when_agora_has_heard_of_everything():
    session = begun(published_session())
    by, region = member_of(session.organisme), hat("region", "gestionnaire")
    one = parcours.complete(heard_of(session, entered=True), by)
    outcomes.note_outcome(one, by, result="reussite")
    Session.objects.filter(pk=session.pk).update(state="terminee")
    closing.take_stock(Session.objects.get(pk=session.pk), by)
    assert [kind for kind, _, _ in told(one)] == ["creation", "entree", "sortie", "solde"]
    balance = one.external_events.get(kind="solde")
    assert (balance.payload["resultat"], balance.payload["heures"]["faites"]) == ("reussite", "0")
    assert "AGORA" in " ".join(closing.lacks_for_closing(session))
    send(Partner.AGORA, region)
    assert closing.lacks_for_closing(followed(session)) == []
    answers.refuse(ExternalEvent.objects.get(pk=balance.pk), region, reason="Coût manquant")
    assert queries.untold(Parcours.objects.filter(pk=one.pk)).exists()
    answers.entrust(ExternalEvent.objects.get(pk=balance.pk), region, sender="organisme", reason="Saisi à la main")
    assert closing.close(followed(session), region).state == "close"
    events.on_balance(session=session)
    assert one.external_events.filter(kind="solde").count() == 1, "le même solde n’est pas dit deux fois"


def test_the_entry_papers_are_made_by_the_worker_and_again_when_the_dates_change():
    session = begun(published_session(), ends=60)
    by, region = member_of(session.organisme), hat("region", "gestionnaire")
    one = entered(session)
    work_all()
    kinds = ParcoursDocument.objects.filter(parcours=one, kind__in=["ais", "aes"]).values_list("kind", "version")
    assert list(kinds) == [("aes", 1)], "admise et entrée avant que le travail soit fait : l’AES seule"
    parcours.suspend(one, by, until=timezone.localdate() + dt.timedelta(days=5), reason="Un emploi court")
    parcours.resume(one, by, ends_on=session.ends_on - dt.timedelta(days=10))
    work_all()
    first, second = ParcoursDocument.objects.filter(parcours=one, kind="aes").order_by("version")
    assert second.content["ends_on"] == (session.ends_on - dt.timedelta(days=10)).isoformat()
    assert bytes(second.pdf).startswith(b"%PDF")
    with pytest.raises(DatabaseError), transaction.atomic():
        ParcoursDocument.objects.filter(pk=first.pk).update(content={})
    assert told(one, "france_travail") == [("aes", 1, "a_envoyer"), ("aes", 2, "a_envoyer")]
    assert Notification.objects.filter(kind="parcours.attestation", user=one.positioning.advisor.user).count() == 2
    made = files.prepare(Partner.FRANCE_TRAVAIL, region)
    rows = from_csv(bytes(made.data))
    assert [row["TYPE_ATTESTATION"] for row in rows] == ["AES", "AES"]
    assert rows[1]["DATE_FIN_PREVUE"] == second.content["ends_on"]
    assert rows[0]["NOM"] == one.stagiaire.last_name.upper()
    assert set(FORMATS["aes"].names) <= rows[0].keys()
