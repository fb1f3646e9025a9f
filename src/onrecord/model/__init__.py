"""Text → windows → scores → attributions in tokens."""

from onrecord.model.infer import Model, load

__all__ = ["Model", "load"]
