"""How a file leaves for a partner. The interface of none is known: a folder that he, or a transfer program, reads.

Another way (an API, SFTP) is another `deliver` with the same promise: a file that was delivered twice is one file.
"""

import os
from pathlib import Path

from django.conf import settings


def is_configured() -> bool:
    """Whether files are dropped by themselves; otherwise somebody downloads them and hands them over."""
    return bool(settings.EXCHANGE_DROP_DIR)


def deliver(partner: str, name: str, data: bytes) -> str:
    """Put the file in the partner's folder, whole or not at all. Returns where it stands, in words.

    Raises FileExistsError when another content stands there under the same name, OSError when it cannot be written.
    """
    folder = Path(settings.EXCHANGE_DROP_DIR) / partner
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    if target.exists():
        if target.read_bytes() != data:
            raise FileExistsError(f"{partner}/{name}")
    else:
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_bytes(data)
        draft.replace(target)
    return f"Déposé : {partner}/{name}"
