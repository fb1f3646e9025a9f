"""A value of the input together with the path to it, so that every complaint can say where."""

from __future__ import annotations

import re
from datetime import date
from typing import TypeVar

from onrecord.errors import SchemaError

T = TypeVar("T")

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
"""The one form of a day that a record uses; ``date.fromisoformat`` knows others as well ("2031W144")."""

FIELDS = "docs/schema.md describes the fields"


class Node:
    """A value and its path: ``Node(data, "record")["article"]["text"]``. Whatever is amiss raises SchemaError."""

    def __init__(self, value: object, path: str) -> None:
        self.value, self.path = value, path

    def __getitem__(self, key: str) -> Node:
        fields = self.a(dict)
        if key not in fields:
            raise SchemaError(self.path, f"has no {key!r}", "docs/schema.md lists the fields")
        return Node(fields[key], f"{self.path}.{key}")

    @property
    def is_null(self) -> bool:
        """Whether the value is null."""
        return self.value is None

    def a(self, wanted: type[T]) -> T:
        """The value, which must be of this type. A bool is no number; an int is a float."""
        value: object = self.value
        if wanted is float and type(value) is int:
            try:
                value = float(value)
            except OverflowError:
                raise self.wrong("a number that no float holds") from None
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise self.wrong(f"{type(value).__name__}, not {wanted.__name__}")
        return value

    def or_none(self, wanted: type[T]) -> T | None:
        """The value, which must be of this type or null."""
        return None if self.is_null else self.a(wanted)

    def one_of(self, choices: tuple[T, ...]) -> T:
        """The value, which must be one of these."""
        for choice in choices:
            if self.value == choice:
                return choice
        raise self.wrong(f"{self.value!r} is not one of {', '.join(map(str, choices))}")

    def day(self) -> str:
        """The value, which must be a day of the calendar, as in "2031-04-02"."""
        day = self.a(str)
        try:
            if not DAY.fullmatch(day):
                raise ValueError
            date.fromisoformat(day)
        except ValueError:
            raise self.wrong(f"{day!r} is no day; days are written YYYY-MM-DD") from None
        return day

    def items(self) -> list[Node]:
        """The elements of the value, which must be a list."""
        return [Node(value, f"{self.path}[{at}]") for at, value in enumerate(self.a(list))]

    def wrong(self, problem: str) -> SchemaError:
        """The complaint about this value."""
        return SchemaError(self.path, problem, FIELDS)
