"""What can go wrong, as one tree.

::

    OnRecordError
    ├── InputError            the input cannot be read as an article
    │   ├── NotFound          no such file, or the server has none
    │   ├── NotReadable       a directory, a binary, an unsupported content type, a broken encoding
    │   ├── TooLarge          over the size cap
    │   ├── EmptyInput        no characters at all
    │   ├── NoArticleBody     a page without an article, a paywall stub
    │   ├── NotEnglish        another language
    │   ├── BadLine           one line of a JSONL file or one row of a table
    │   ├── BadArchive        a web archive, feed or table is damaged from some point on
    │   └── BadDate           a date that no calendar has
    ├── FetchError            the network: time-out, status, redirects
    │   ├── AddressRefused    a private or local address, and ``allow_private`` is off
    │   ├── Disallowed        robots.txt asks us to leave the address alone
    │   └── NotNow            a passing hindrance: a server in trouble, or one that asks for fewer requests
    ├── ModelError            the model's files are missing, damaged or of another version
    ├── KnowledgeError        facts on office holders are damaged or of another version, or a file holds none to import
    ├── SchemaError           what should be a record does not follow the record's schema
    ├── LedgerError           the database cannot be used
    │   ├── NotALedger        another kind of file, another program's database, or a damaged one
    │   ├── NewerLedger       made by a later version of On Record
    │   ├── LedgerBusy        another process is writing
    │   ├── LedgerReadOnly    the file or its folder cannot be written
    │   └── LedgerFull        no room is left on the disk
    ├── BadQuery              what was searched for cannot be understood, or a filter names what there is not
    ├── MissingExtra          an optional part is not installed
    ├── NotOnRecord           the ledger holds nothing of that id or name
    └── BadCorrection         a correction that does not fit its statement
        └── Conflict          one that meets a correction made meanwhile

Every message names the datum, the measurement and the way out.
"""

from __future__ import annotations

from datetime import UTC, datetime


class OnRecordError(Exception):
    """Base of every error that On Record raises on purpose."""

    def __init__(self, datum: str, problem: str, way_out: str = "") -> None:
        self.datum, self.problem, self.way_out = datum, problem, way_out
        message = f"{datum}: {problem}"
        super().__init__(f"{message}; {way_out}" if way_out else message)


class InputError(OnRecordError):
    """The input cannot be read as an article."""


class NotFound(InputError):
    """There is no such file."""


class NotReadable(InputError):
    """A directory, a binary file, or a content type that holds no article."""


class TooLarge(InputError):
    """The input is over the size cap."""


class EmptyInput(InputError):
    """The input holds no characters."""


class NoArticleBody(InputError):
    """The page holds no article, or only the stub of one."""


class NotEnglish(InputError):
    """The article is in a language that the model was not trained on."""


class BadLine(InputError):
    """One line of a JSONL file, or one row of a table, cannot be used."""


class BadArchive(InputError):
    """A web archive, feed or table is damaged from some point on; what lies before it is whole."""


class BadDate(InputError):
    """The date given is not one that ISO 8601 or the calendar knows."""


class FetchError(OnRecordError):
    """The page could not be fetched."""


class AddressRefused(FetchError):
    """The address is private or local, and that was not allowed."""


class Disallowed(FetchError):
    """The host's robots.txt asks us to leave this address alone."""


class NotNow(FetchError):
    """A passing hindrance: a time-out, a server in trouble, a request for fewer requests.

    ``again`` is the time before which the host is left alone, in seconds since 1970. ``tried`` tells whether it was
    asked at all, and not left alone still for what was before.
    """

    def __init__(self, datum: str, problem: str, again: float, *, tried: bool = True) -> None:
        self.again, self.tried = again, tried
        moment = datetime.fromtimestamp(min(max(again, 0.0), 4e9), UTC)
        super().__init__(datum, problem, f"try again after {moment:%Y-%m-%d %H:%M} UTC")


class ModelError(OnRecordError):
    """The model's files are missing, damaged, or of a version that this code cannot run."""


class KnowledgeError(OnRecordError):
    """A table of facts is damaged, of another version, or a file to import holds none."""


class MissingExtra(OnRecordError):
    """An optional part is not installed; the message gives the line that installs it."""


class SchemaError(OnRecordError):
    """What should be a record does not follow the record's schema."""


class LedgerError(OnRecordError):
    """The database cannot be used."""


class NotALedger(LedgerError):
    """Another kind of file, the database of another program, or a damaged one."""


class NewerLedger(LedgerError):
    """The database was made by a later version of On Record."""


class LedgerBusy(LedgerError):
    """Another process is writing to the database."""


class LedgerReadOnly(LedgerError):
    """The file, or the folder that it lies in, cannot be written."""


class LedgerFull(LedgerError):
    """No room is left on the disk."""


class BadQuery(OnRecordError):
    """What was searched for cannot be understood, or a filter names what there is not."""


class NotOnRecord(OnRecordError):
    """The ledger holds nothing of that id or name."""


class BadCorrection(OnRecordError):
    """A correction does not fit its statement, or is one that cannot be made."""


class Conflict(BadCorrection):
    """A correction meets one that its maker had not seen: number ``last``, made by ``by`` at ``at`` (UTC)."""

    def __init__(self, statement: str, by: str, at: str, last: int) -> None:
        self.by, self.at, self.last = by, at, last
        problem = f"{by} corrected it at {at} (correction {last})"
        super().__init__(statement, problem, "look at it again, then correct")
