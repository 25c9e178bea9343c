"""Messages to a person in training: his link, the follow-up questions, his opinion. Each carries a link of its own.

The secret of a link exists in the message alone, so it is drawn as the message leaves. A message that leaves twice
(the worker died in between) carries two links that both open.
"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from core.journal.models import OutboxMessage
from core.journal.outbox import handles
from core.ui.french import NBSP
from stagiaires import sms
from stagiaires.followup_terms import REMINDERS
from stagiaires.models import DataRequest, Parcours, Stagiaire, Survey
from stagiaires.reach import Reach, reach_of
from stagiaires.workflow import data_requests, links, surveys, trainee_opinions

NO_WAY = "Aucune adresse : la personne n’est pas écrite."
FOLDER = "stagiaires/espace/email"


@handles(links.SEND, outside=True)
def send_link(message: OutboxMessage) -> str:
    """The way to one's own page."""
    person = Stagiaire.objects.filter(pk=message.subject_id, purged_at=None).first()
    if person is None:
        return "Le dossier est effacé."
    parcours = person.parcours.select_related("session__commune", "organisme", "positioning").order_by(
        "-starts_on", "-pk"
    )
    last = parcours.first()
    first = message.version.startswith(f"{links.ADMITTED}:")
    subject = "Vous êtes admis en formation : votre page personnelle" if first else "Votre page personnelle"
    return _write(
        person,
        reach_of(person, last),
        "lien",
        subject,
        {"parcours": last, "first": first, "link": links.url(links.make(person))},
        short="Votre page de formation",
    )


@handles(surveys.ASK, outside=True)
def ask_follow_up(message: OutboxMessage) -> str:
    """Where the person stands, asked or asked again."""
    rows = Survey.objects.select_related("parcours__stagiaire", "parcours__positioning", "parcours__session")
    survey = rows.filter(pk=message.subject_id).first()
    if survey is None or not surveys.is_awaited(survey):
        return "Une réponse n’est plus attendue."
    person = survey.parcours.stagiaire
    again = message.version != "0"
    subject = f"Que devenez-vous, {survey.term} mois après votre formation{NBSP}?"
    return _write(
        person,
        reach_of(person, survey.parcours),
        "suivi",
        f"Rappel{NBSP}: {subject[0].lower()}{subject[1:]}" if again else subject,
        {
            "survey": survey,
            "again": again,
            "may_opine": trainee_opinions.may_give(survey.parcours),
            "link": links.url(links.make(person), "espace_suivi", survey.pk),
        },
        short=f"Que devenez-vous {survey.term} mois après votre formation ? Une minute",
        by_text_too=message.version == str(REMINDERS),
    )


@handles(trainee_opinions.ASK, outside=True)
def ask_opinion(message: OutboxMessage) -> str:
    """What the person thinks of the training that has just ended."""
    rows = Parcours.objects.select_related("stagiaire", "positioning", "session", "organisme")
    one = rows.filter(pk=message.subject_id).first()
    if one is None or not trainee_opinions.may_give(one):
        return "Un avis n’est plus attendu."
    person = one.stagiaire
    return _write(
        person,
        reach_of(person, one),
        "avis",
        "Votre avis sur votre formation",
        {"parcours": one, "link": links.url(links.make(person), "espace_avis", one.pk)},
        short="Votre avis sur votre formation, cinq notes et un mot",
    )


@handles(data_requests.ERASE, outside=True)
def erase(message: OutboxMessage) -> str:
    """The last message: then nothing says where the person is written to. What stands in the way since the answer is
    looked for before he is told that all is erased; it is tried again later.
    """
    asked = DataRequest.objects.select_related("stagiaire").filter(pk=message.subject_id).first()
    if asked is None or asked.stagiaire.purged_at:
        return "Déjà effacé."
    person = asked.stagiaire
    data_requests.must_be_erasable(person)
    said = _write(
        person,
        Reach(reach_of(person).email, ""),
        "efface",
        "Vos données sont effacées",
        {"asked": asked},
        short="",
    )
    data_requests.erase(person)
    return said


def _write(
    person: Stagiaire,
    reach: Reach,
    name: str,
    subject: str,
    context: dict[str, Any],
    *,
    short: str,
    by_text_too: bool = False,
) -> str:
    """By e-mail; by text message to whom has no address, or as well when asked. Says what left, without any name."""
    text_sender = sms.sender() if reach.mobile and (by_text_too or not reach.email) else None
    if reach.email:
        said = {"person": person, "site_name": settings.SITE_NAME, **context}
        letter = EmailMultiAlternatives(
            subject=subject, body=render_to_string(f"{FOLDER}/{name}.txt", said), to=[reach.email]
        )
        letter.attach_alternative(render_to_string(f"{FOLDER}/{name}.html", said), "text/html")
        letter.send()
    if text_sender:
        text_sender.send(reach.mobile, f"{short} : {context['link']}".replace(NBSP, " "))
    if reach.email:
        return "Envoyé par courriel et par SMS." if text_sender else "Envoyé par courriel."
    return "Envoyé par SMS." if text_sender else NO_WAY
