"""Which filière a training belongs to, by its codes (R41: a lot only orders trainings of its own filière)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.reference.models import Certification, Filiere


@dataclass(frozen=True)
class Decider:
    """The table of prefixes, read once and asked many times."""

    filieres: tuple[Filiere, ...]

    @classmethod
    def load(cls) -> Decider:
        return cls(tuple(Filiere.objects.active()))

    @property
    def by_code(self) -> dict[str, Filiere]:
        return {filiere.code: filiere for filiere in self.filieres}

    def all(self, formacodes: Iterable[str] = (), rome: Iterable[str] = (), nsf: Iterable[str] = ()) -> list[Filiere]:
        """Every filière that the codes name, the surest first.

        Formacodes speak before ROME codes, and ROME codes before NSF; the first code of a list is the main one;
        for one code, the longest prefix wins (31827 belongs to 318, not to 31).
        """
        found: dict[str, Filiere] = {}
        families = (("formacode_prefixes", formacodes), ("rome_prefixes", rome), ("nsf_prefixes", nsf))
        for field, codes in families:
            for code in codes:
                winner = self._longest(field, code)
                if winner:
                    found.setdefault(winner.code, winner)
        return list(found.values())

    def first(
        self, formacodes: Iterable[str] = (), rome: Iterable[str] = (), nsf: Iterable[str] = ()
    ) -> Filiere | None:
        return next(iter(self.all(formacodes, rome, nsf)), None)

    def _longest(self, field: str, code: str) -> Filiere | None:
        best: tuple[int, Filiere] | None = None
        for filiere in self.filieres:
            for prefix in getattr(filiere, field):
                if code.startswith(prefix) and (best is None or len(prefix) > best[0]):
                    best = (len(prefix), filiere)
        return best[1] if best else None


def filieres_of(
    certification: Certification | None = None, formacodes: Sequence[str] = (), rome: Sequence[str] | str = ()
) -> list[Filiere]:
    """Every filière that a training may claim, the surest first (one query).

    Args:
        certification: its own filière, when set, comes first; its codes complete the list.
        formacodes: the training's Formacodes, the main one first.
        rome: the ROME code of the métier, or several.
    """
    decider = Decider.load()
    metiers = [rome] if isinstance(rome, str) and rome else list(rome)
    found: dict[str, Filiere] = {}
    if certification is not None and certification.filiere_id:
        own = decider.by_code.get(certification.filiere_id)
        if own:
            found[own.code] = own
    for filiere in decider.all(formacodes, metiers):
        found.setdefault(filiere.code, filiere)
    if certification is not None:
        for filiere in decider.all(certification.formacodes, certification.rome_codes, certification.nsf_codes):
            found.setdefault(filiere.code, filiere)
    return list(found.values())


def filiere_of(
    certification: Certification | None = None, formacodes: Sequence[str] = (), rome: Sequence[str] | str = ()
) -> Filiere | None:
    """The filière of a training, None when no code says (R41, then a person decides)."""
    return next(iter(filieres_of(certification, formacodes, rome)), None)
