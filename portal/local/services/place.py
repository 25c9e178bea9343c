"""Where the services of one `var` folder keep their data and their sockets."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

DATABASE = "portal"
GRANTED = b"+"  # the keeper's answer to who asks for a lease; anything else says why not


class ServiceError(RuntimeError):
    """A service cannot start; the text is one French line that says what to do."""


@dataclass(frozen=True)
class Place:
    """Where the services of one `var` folder and profile keep their data and their sockets."""

    var: Path
    profile: str
    sockets: Path

    @classmethod
    def of(cls, var_dir: Path, profile: str = "run") -> Place:
        """The same folder and profile always give the same place, in every process."""
        var = Path(var_dir).resolve()
        # A socket's path holds 107 bytes at most, and `var` may be deep: they live in /tmp.
        name = hashlib.sha256(f"{var}\0{profile}".encode()).hexdigest()[:12]
        return cls(var, profile, Path("/tmp") / f"portail-{os.getuid()}-{name}")  # noqa: S108

    def _named(self, name: str) -> Path:
        return self.var / (name if self.profile == "run" else f"{name}-{self.profile}")

    @property
    def data(self) -> Path:
        return self._named("postgres")

    @property
    def valkey_data(self) -> Path:
        return self._named("valkey")

    @property
    def log(self) -> Path:
        return self.var / "log" / f"services-{self.profile}.log"

    @property
    def leases_socket(self) -> Path:
        return self.sockets / "leases.sock"

    @property
    def postgres_sockets(self) -> Path:
        return self.sockets / "pg"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def make_folders(self) -> None:
        """Create the folders; raise `ServiceError` when they cannot be, or are somebody else's."""
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ServiceError(f"Le dossier {self.var} ne s’écrit pas ({error.strerror}).") from error
        with contextlib.suppress(FileExistsError):
            self.sockets.mkdir(mode=0o700)
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise ServiceError(f"Le dossier {self.sockets} appartient à quelqu’un d’autre : supprimez-le.")
