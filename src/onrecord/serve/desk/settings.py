"""What whoever starts the desk decides."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What whoever starts the desk decides.

    ``by``: the name under which corrections are made where nobody signs in. ``read_only``: nothing can be changed.
    ``tokens``: whoever comes has to show a token; so it is, whatever was given, where others can reach the desk and it
    is not read-only. ``allow_private`` lets addresses of this machine and of local networks be fetched.
    ``largest_upload`` is in bytes, ``changes_a_minute`` how many changes one person may make; 0: any number.
    ``host_names``: names that the desk answers to besides its address. ``proxy``: the address of a proxy before the
    desk, whose word is taken for who asks and whether by https.
    """

    db: Path
    host: str = "127.0.0.1"
    port: int = 8000
    by: str = "desk"
    read_only: bool = False
    tokens: bool = False
    allow_private: bool = False
    largest_upload: int = 32_000_000
    changes_a_minute: int = 120
    host_names: tuple[str, ...] = ()
    proxy: str | None = None

    def __post_init__(self) -> None:
        if self.for_others and not self.read_only:
            object.__setattr__(self, "tokens", True)

    @property
    def for_others(self) -> bool:
        """Whether others than the users of this machine can reach the desk."""
        return self.proxy is not None or not is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens at this address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
