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
    │   ├── BadLine           one line of a JSONL file
    │   └── BadDate           a date that no calendar has
    ├── FetchError            the network: time-out, status, redirects
    │   └── AddressRefused    a private or local address, and ``allow_private`` is off
    ├── ModelError            the model's files are missing, damaged or of another version
    ├── KnowledgeError        facts on office holders are damaged or of another version, or a file holds none to import
    └── SchemaError           what should be a record does not follow the record's schema

Every message names the datum, the measurement and the way out.
"""

from __future__ import annotations


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
    """One line of a JSONL file cannot be used."""


class BadDate(InputError):
    """The date given is not one that ISO 8601 or the calendar knows."""


class FetchError(OnRecordError):
    """The page could not be fetched."""


class AddressRefused(FetchError):
    """The address is private or local, and that was not allowed."""


class ModelError(OnRecordError):
    """The model's files are missing, damaged, or of a version that this code cannot run."""


class KnowledgeError(OnRecordError):
    """A table of facts is damaged, of another version, or a file to import holds none."""


class SchemaError(OnRecordError):
    """What should be a record does not follow the record's schema."""
