"""What is sent to a process that reads, and what comes back; and how an input that failed is kept."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import asdict, dataclass

from onrecord.errors import OnRecordError
from onrecord.export.record_json import SURROGATE
from onrecord.intake import Item
from onrecord.reader import Given
from onrecord.store.writer import Input, Prepared
from onrecord.types import Article

KEPT = 5_000_000  # bytes of a failed input that are kept with it; a larger one has to be read again from its source


@dataclass(frozen=True, slots=True)
class Job:
    """Something to read: an item, or an article that is in the ledger and is to be read anew."""

    number: int
    work: Item | Article

    @property
    def size(self) -> int:
        """Bytes or characters, about as long as it takes to read."""
        return len(self.work.data) if isinstance(self.work, Item) else len(self.work.text)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an article could not be read. ``passing``: another try may go well (the network)."""

    message: str
    passing: bool = False

    @classmethod
    def of(cls, error: OnRecordError) -> Problem:
        """The problem that an error tells of."""
        from onrecord.errors import FetchError

        return cls(str(error), isinstance(error, FetchError))


def fault(error: BaseException) -> Problem:
    """The problem that something went wrong which On Record does not know of."""
    return Problem(f"a fault in On Record ({type(error).__name__}: {error}); please report it with the article")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job."""

    number: int
    outcome: Prepared | Problem


def input_of(item: Item) -> Input:
    """Where an item came from, as the ledger notes it."""
    return Input(item.digest, encodable(item.name), encodable(item.source), item.seen)


def input_of_error(error: OnRecordError, source: str) -> Input:
    """An error that came in an item's place, as an input of its own."""
    message = encodable(str(error))
    return Input(hashlib.blake2b(message.encode(), digest_size=16).digest(), encodable(error.datum), source)


def encodable(text: str) -> str:
    """Half characters, as names of files that are not in UTF-8 have them, as U+FFFD: the ledger cannot hold them."""
    return SURROGATE.sub("\ufffd", text)


def freeze(item: Item) -> bytes | None:
    """An item as bytes that ``thaw`` reads; None where it is too large to keep."""
    if len(item.data) > KEPT:
        return None
    fields = {
        "name": item.name,
        "source": item.source,
        "kind": item.kind,
        "data": base64.b64encode(item.data).decode(),
        "given": asdict(item.given),
        "charset": item.charset,
        "seen": item.seen,
    }
    return zlib.compress(json.dumps(fields).encode())


def thaw(frozen: bytes) -> Item:
    """The item that ``freeze`` kept."""
    fields = json.loads(zlib.decompress(frozen))
    data = base64.b64decode(fields.pop("data"))
    return Item(data=data, given=Given(**fields.pop("given")), **fields)
