"""On Record reads news articles and keeps a ledger of who said what.

>>> import onrecord
>>> record = onrecord.read("story.html")
>>> record.statements[0].content_text

Names are imported when they are first used (PEP 562), so that ``import onrecord`` costs next to nothing and reading
a plain text never pays for what only a page or the network needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from onrecord.version import __version__

if TYPE_CHECKING:
    from onrecord.errors import (
        AddressRefused,
        BadArchive,
        BadCorrection,
        BadDate,
        BadLine,
        BadQuery,
        Conflict,
        Disallowed,
        EmptyInput,
        FetchError,
        InputError,
        KnowledgeError,
        LedgerBusy,
        LedgerError,
        LedgerFull,
        LedgerReadOnly,
        MissingExtra,
        ModelError,
        NewerLedger,
        NoArticleBody,
        NotALedger,
        NotEnglish,
        NotFound,
        NotNow,
        NotOnRecord,
        NotReadable,
        OnRecordError,
        SchemaError,
        TooLarge,
    )
    from onrecord.export.record_json import from_dict, to_dict, to_json
    from onrecord.model import load as load_model
    from onrecord.reader import Given, articles
    from onrecord.reading import read, read_many
    from onrecord.store import Ledger
    from onrecord.types import (
        SCHEMA_VERSION,
        Act,
        Article,
        Dated,
        Entity,
        EntityType,
        Figure,
        Interval,
        Kind,
        Mention,
        MentionKind,
        ModelInfo,
        Party,
        Record,
        Span,
        Speaker,
        Statement,
        TimexType,
        When,
    )


__all__ = [
    "SCHEMA_VERSION",
    "Act",
    "AddressRefused",
    "Article",
    "BadArchive",
    "BadCorrection",
    "BadDate",
    "BadLine",
    "BadQuery",
    "Conflict",
    "Dated",
    "Disallowed",
    "EmptyInput",
    "Entity",
    "EntityType",
    "FetchError",
    "Figure",
    "Given",
    "InputError",
    "Interval",
    "Kind",
    "KnowledgeError",
    "Ledger",
    "LedgerBusy",
    "LedgerError",
    "LedgerFull",
    "LedgerReadOnly",
    "Mention",
    "MentionKind",
    "MissingExtra",
    "ModelError",
    "ModelInfo",
    "NewerLedger",
    "NoArticleBody",
    "NotALedger",
    "NotEnglish",
    "NotFound",
    "NotNow",
    "NotOnRecord",
    "NotReadable",
    "OnRecordError",
    "Party",
    "Record",
    "SchemaError",
    "Span",
    "Speaker",
    "Statement",
    "TimexType",
    "TooLarge",
    "When",
    "__version__",
    "articles",
    "from_dict",
    "load_model",
    "read",
    "read_many",
    "to_dict",
    "to_json",
]

_HOMES = {
    "onrecord.reading": ("read", "read_many"),
    "onrecord.reader": ("Given", "articles"),
    "onrecord.model": ("load_model",),
    "onrecord.store": ("Ledger",),
    "onrecord.export.record_json": ("from_dict", "to_dict", "to_json"),
    "onrecord.types": (
        "SCHEMA_VERSION", "Act", "Article", "Dated", "Entity", "EntityType", "Figure", "Interval", "Kind", "Mention",
        "MentionKind", "ModelInfo", "Party", "Record", "Span", "Speaker", "Statement", "TimexType", "When",
    ),
}  # fmt: skip
"""Where each public name lives; the errors, all the others, live in ``onrecord.errors``."""

_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'onrecord' has no attribute {name!r}")
    module = import_module(_HOME.get(name, "onrecord.errors"))
    value = getattr(module, "load" if name == "load_model" else name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
