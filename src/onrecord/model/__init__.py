"""Text → windows → scores → attributions in tokens; statements → vectors.

Names are imported when they are first used: who wants vectors alone needs no tagger.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onrecord.model.infer import Model, load

__all__ = ["Model", "load"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'onrecord.model' has no attribute {name!r}")
    from onrecord.model import infer

    return getattr(infer, name)
