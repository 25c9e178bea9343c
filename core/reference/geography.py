"""Distances between communes, as the crow flies."""

from __future__ import annotations

import math
from decimal import Decimal

from core.reference.models import Commune

EARTH_RADIUS_KM = 6371.0088


def distance_km(start: Commune, end: Commune) -> Decimal | None:
    """Kilometres between the centres of two communes, to one decimal; None when a centre is not known."""
    if None in (start.latitude, start.longitude, end.latitude, end.longitude):
        return None
    (lat1, lon1), (lat2, lon2) = (
        (math.radians(float(commune.latitude or 0)), math.radians(float(commune.longitude or 0)))
        for commune in (start, end)
    )
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return Decimal(2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))).quantize(Decimal("0.1"))
