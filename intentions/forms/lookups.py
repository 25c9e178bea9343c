"""Where the steps look up communes, métiers and certifications."""

from typing import Any

from django.urls import reverse

from core.reference import search
from core.reference.models import Certification, Commune, Metier
from intentions.forms.references import ReferenceField


def commune_field(**kwargs: Any) -> ReferenceField:
    return ReferenceField(
        Commune, url=lambda: reverse("reference_communes"), find=search.find_commune, what="de commune", **kwargs
    )


def metier_field(**kwargs: Any) -> ReferenceField:
    return ReferenceField(
        Metier, url=lambda: reverse("reference_metiers"), find=search.find_metier, what="de métier", **kwargs
    )


def certification_field(**kwargs: Any) -> ReferenceField:
    return ReferenceField(
        Certification,
        url=lambda: reverse("reference_certifications"),
        find=search.find_certification,
        what="de certification",
        **kwargs,
    )
