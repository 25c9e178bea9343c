"""The written intention: what an employer signs online, and which documents may be joined (R02, R03, R06)."""

import magic
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from core.ui.french import a_commune, jour, liste, nombre, pluriel
from intentions.enums import ContractType, Milestone
from intentions.models import Intention

MAX_BYTES = 10 * 1024 * 1024
# Families of documents; what is left out runs or displays active content. No form of writing is imposed (R03).
_DOCUMENTS = (
    "image/",
    "text/plain",
    "text/rtf",
    "text/csv",
    "message/",
    "application/pdf",
    "application/rtf",
    "application/msword",
    "application/CDFV2",
    "application/x-ole-storage",
    "application/encrypted",
    "application/mbox",
    "application/pkcs7",
    "application/x-pkcs7",
    "application/vnd.ms-",
    "application/vnd.oasis.opendocument",
    "application/vnd.openxmlformats-officedocument",
)
_REFUSED = ("image/svg",)


def check_document(upload: UploadedFile) -> None:
    """Accept any free document; refuse what is empty, too big, or a programme, whatever its name says.

    Raises ValidationError with a French sentence. Reads the real content, then rewinds the file.
    """
    if not upload.size:
        raise ValidationError("Ce fichier est vide. Choisissez-en un autre.", code="empty")
    if upload.size > MAX_BYTES:
        raise ValidationError("Ce fichier dépasse 10 Mo. Joignez-en un plus léger.", code="size")
    upload.seek(0)
    content_type = magic.from_buffer(upload.read(8192), mime=True)
    upload.seek(0)
    if content_type.startswith(_REFUSED) or not content_type.startswith(_DOCUMENTS):
        raise ValidationError(
            "Ce fichier n’est pas un document que nous pouvons conserver. Joignez un PDF, une image, un courriel "
            "enregistré ou un document de traitement de texte.",
            code="type",
        )


def declaration_text(intention: Intention) -> str:
    """The statement that the employer signs online, written from his answers; kept as it was signed."""
    employer = intention.employer.name if intention.employer else "l’employeur"
    posts = pluriel(intention.post_count or 1, "personne")
    title = f"« {intention.job_title} »" if intention.job_title else "à préciser"
    sentences = [
        f"{employer} a l’intention de recruter {posts} au poste {title}{_place(intention)}{_contract(intention)}."
    ]
    if intention.hire_on:
        sentences.append(f"L’embauche est souhaitée le {jour(intention.hire_on, weekday=False)}.")
    if intention.training_title or intention.certification:
        training = intention.training_title or str(intention.certification)
        sentences.append(f"Une formation est nécessaire avant l’embauche\u00a0: {training}.")
    if intention.milestones:
        steps = liste(Milestone(m).label.lower() for m in intention.milestones)
        sentences.append(f"Pendant cette formation, l’employeur participera à\u00a0: {steps}.")
    sentences.append("L’employeur s’engage à recruter un ou plusieurs stagiaires à l’issue de la session.")
    sentences.append(
        "Cette intention engage moralement. Elle n’a pas de valeur juridique et ne vaut pas contrat de travail."
    )
    return " ".join(sentences)


def _place(intention: Intention) -> str:
    return f", {a_commune(intention.workplace_commune.name)}" if intention.workplace_commune else ""


def _contract(intention: Intention) -> str:
    if not intention.contract_type:
        return ""
    text = f", en {ContractType(intention.contract_type).label}"
    if intention.contract_type in ContractType.dated() and intention.contract_months:
        text += f" de {nombre(intention.contract_months)}\u00a0mois"
    if intention.weekly_hours:
        text += f", {nombre(intention.weekly_hours)}\u00a0heures par semaine"
    return text
