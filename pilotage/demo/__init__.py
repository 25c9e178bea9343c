"""A year of the scheme that never was: invented people, invented files, lived through the real workflow."""

from pilotage.demo.fingerprint import fingerprint
from pilotage.demo.year import Summary, generate, seal_latest

__all__ = ["Summary", "fingerprint", "generate", "seal_latest"]
