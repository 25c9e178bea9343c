"""Each sort of data: by which delay it goes, counted from when, what is due, how it is erased."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session as SignIn
from django.db.models import QuerySet

from core.accounts.models import Invitation
from core.journal.models import Notification
from stagiaires.models import DataRequest, Hold, OpinionReport, PersonalLink, RefusedSignature, SensitiveReading
from stagiaires.queries import retention as due
from stagiaires.workflow.retention import erasing


@dataclass(frozen=True)
class Step:
    """One sort of data: its name on the page, what is due before a day, how it is erased."""

    what: str
    due: Callable[[date], QuerySet[Any]]
    erase: Callable[[erasing.Keys], None]


@dataclass(frozen=True)
class Category:
    """What one delay (a dated parameter, in months) governs, and from which moment it runs."""

    setting: str
    label: str
    since: str
    steps: tuple[Step, ...]


CATEGORIES = (
    Category(
        "retention_sensitive_months",
        "Situation particulière",
        "la dernière candidature, ou la fin du dernier parcours",
        (Step("handicap, autorisation de travail, allocation", due.sensitive_facts, erasing.sensitive),),
    ),
    Category(
        "retention_candidacy_months",
        "Candidatures",
        "la réponse, ou la fin du parcours qui a suivi",
        (Step("coordonnées, présentation, messages et avis", due.candidacies, erasing.candidacies),),
    ),
    Category(
        "retention_never_admitted_months",
        "Personnes jamais entrées",
        "la dernière candidature",
        (Step("identités", due.people_never_admitted, erasing.people),),
    ),
    Category(
        "retention_parcours_months",
        "Parcours clos",
        "la fin du parcours",
        (
            Step("documents, points d’étape, précisions", due.parcours_files, erasing.parcours),
            Step("identités", due.people_trained, erasing.people),
            Step("suspensions levées", due.lifted_holds, partial(erasing.remove, Hold)),
        ),
    ),
    Category(
        "retention_absence_proofs_months",
        "Justificatifs d’absence",
        "la demi-journée",
        (Step("fichiers et précisions", due.absence_words, erasing.absences),),
    ),
    Category(
        "retention_attendance_months",
        "Preuves d’émargement",
        "la demi-journée",
        (
            Step("tracés des signatures", due.drawings, erasing.drawings),
            Step("signatures refusées", due.refused_signatures, partial(erasing.remove, RefusedSignature)),
            Step("motifs de correction", due.corrections, erasing.corrections),
            Step("feuilles photographiées", due.paper_sheets, erasing.sheets),
            Step("noms des formateurs sur les demi-journées", due.half_days, erasing.half_days),
            Step("noms des formateurs sur leurs liens", due.trainer_links, erasing.trainers),
            Step("observations sur les mois", due.month_words, erasing.months),
        ),
    ),
    Category(
        "retention_surveys_months",
        "Suivi et avis",
        "l’enquête, ou l’avis",
        (
            Step("réponses libres aux enquêtes", due.surveys, erasing.surveys),
            Step("textes des avis", due.opinions, erasing.opinions),
            Step("signalements d’avis", due.opinion_reports, partial(erasing.remove, OpinionReport)),
        ),
    ),
    Category(
        "retention_exchanges_months",
        "Échanges",
        "le mois concerné",
        (
            Step("contenu des fichiers", due.exchange_files, erasing.exchange_files),
            Step("réponses des partenaires", due.external_answers, erasing.external_answers),
        ),
    ),
    Category(
        "retention_readings_months",
        "Traces de consultation",
        "la consultation, ou la réponse",
        (
            Step("consultations de situations particulières", due.readings, partial(erasing.remove, SensitiveReading)),
            Step("demandes des personnes sur leurs données", due.data_requests, partial(erasing.remove, DataRequest)),
        ),
    ),
    Category(
        "retention_notices_months",
        "Messages",
        "l’envoi",
        (
            Step("avis de la page d’accueil", due.notices, partial(erasing.remove, Notification)),
            Step("contenu des messages sortants", due.sent_messages, erasing.sent),
        ),
    ),
    Category(
        "retention_sign_in_months",
        "Connexions",
        "la fin de leur validité",
        (
            Step("connexions closes", due.closed_sign_ins, partial(erasing.remove, SignIn)),
            Step("journal de l’administration", due.admin_log, partial(erasing.remove, LogEntry)),
            Step("invitations jamais acceptées", due.dead_invitations, partial(erasing.remove, Invitation)),
            Step("liens personnels périmés", due.dead_links, partial(erasing.remove, PersonalLink)),
        ),
    ),
)
