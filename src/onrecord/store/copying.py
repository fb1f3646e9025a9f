"""Articles that carry the same copy, linked; and in them, the statements that are one utterance."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from onrecord import data
from onrecord.corpus.carried import SAME_WORDS, Copy, first_carried, same_words
from onrecord.corpus.copies import bands, same_article, signature, similarity
from onrecord.corpus.text import words

__all__ = ["Carried", "carried", "link", "linked", "signature", "unlink"]

_TRIED = 5_000  # candidates that are compared; a band that more articles share is of boilerplate


@dataclass(frozen=True, slots=True)
class Carried:
    """Who carried a statement: the keys of the articles, how many outlets, and the first, where that is known."""

    articles: tuple[str, ...]
    outlets: int
    first: Copy | None


def link(connection: sqlite3.Connection, article: int) -> None:
    """Find the current articles that are copies of this one, and the statements that are one utterance with its own."""
    (own,) = connection.execute("SELECT signature FROM article WHERE id = ?", (article,)).fetchone()
    if own is None:
        return
    keys = bands(own)
    marks = ", ".join("?" * len(keys))
    rows = connection.execute(
        f"SELECT id, signature FROM article WHERE current = 1 AND id <> ? AND id IN"
        f" (SELECT article FROM band WHERE band IN ({marks})) ORDER BY id DESC LIMIT {_TRIED}",
        (article, *keys),
    ).fetchall()
    connection.executemany("INSERT INTO band VALUES (?, ?)", ((key, article) for key in dict.fromkeys(keys)))
    # Those of another scheme (the first byte) cannot be compared, until a repair has made them anew.
    comparable = [(other, theirs) for other, theirs in rows if theirs and theirs[0] == own[0]]
    copies = [(other, similarity(own, theirs)) for other, theirs in comparable if same_article(own, theirs)]
    connection.executemany(
        "INSERT OR REPLACE INTO copy VALUES (?, ?, ?)",
        [pair for other, like in copies for pair in ((article, other, like), (other, article, like))],
    )
    if copies:
        _join_utterances(connection, article, [other for other, _ in copies])


def unlink(connection: sqlite3.Connection, article: int) -> None:
    """Forget the copies of an article; what was one utterance only through its statements falls apart."""
    connection.execute("DELETE FROM copy WHERE article = ? OR other = ?", (article, article))
    connection.execute("DELETE FROM band WHERE article = ?", (article,))
    shared = connection.execute(
        "SELECT DISTINCT utterance FROM standing WHERE article = ? AND utterance IS NOT NULL", (article,)
    ).fetchall()
    connection.execute("UPDATE standing SET utterance = NULL WHERE article = ?", (article,))
    for (utterance,) in shared:
        _unite_again(connection, utterance)


def _unite_again(connection: sqlite3.Connection, utterance: int) -> None:
    """Work out anew which of the statements that had this number are one utterance."""
    rows = connection.execute(
        "SELECT statement, article, content FROM standing JOIN wording USING (statement) WHERE utterance = ?"
        " ORDER BY statement",
        (utterance,),
    ).fetchall()
    connection.execute("UPDATE standing SET utterance = NULL WHERE utterance = ?", (utterance,))
    said: dict[int, list[tuple[int, str]]] = {}
    for statement, article, content in rows:
        said.setdefault(article, []).append((statement, content))
    for article, own in said.items():
        others = connection.execute("SELECT other FROM copy WHERE article = ? AND other > ?", (article, article))
        theirs = [one for (other,) in others.fetchall() for one in said.get(other, ())]
        _unite_alike(connection, own, theirs)


def _join_utterances(connection: sqlite3.Connection, article: int, copies: Sequence[int]) -> None:
    marks = ", ".join("?" * len(copies))
    select = "SELECT statement, content FROM standing JOIN wording USING (statement) WHERE content <> '' AND article"
    own = connection.execute(f"{select} = ?", (article,)).fetchall()
    theirs = connection.execute(f"{select} IN ({marks})", copies).fetchall()
    _unite_alike(connection, own, theirs)


def _unite_alike(
    connection: sqlite3.Connection, own: Sequence[tuple[int, str]], theirs: Sequence[tuple[int, str]]
) -> None:
    """Unite each of these statements, given with their contents, with those of the others that are the same words."""
    spoken: dict[str, list[int]] = {}
    for statement, content in theirs:
        spoken.setdefault(content, []).append(statement)
    weighty = {content: _weighty(content) for content in spoken}
    for statement, content in own:
        mine = _weighty(content)
        same = [
            other
            for words, others in spoken.items()
            if words == content or (_may_be(mine, weighty[words]) and same_words(content, words) >= SAME_WORDS)
            for other in others
        ]
        if same:
            _unite(connection, [statement, *same])


@lru_cache(maxsize=4096)
def _weighty(content: str) -> frozenset[str]:
    return frozenset(words(content)) - data.words("copy_light_words")


def _may_be(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether it is worth comparing them: half of the words of the one with fewer are the other's."""
    return 2 * len(one & other) >= min(len(one), len(other))


def _unite(connection: sqlite3.Connection, statements: Iterable[int]) -> None:
    """Give these, and all that they were one with, the smallest number among them."""
    ids = sorted(set(statements))
    marks = ", ".join("?" * len(ids))
    rows = connection.execute(f"SELECT statement, utterance FROM standing WHERE statement IN ({marks})", ids).fetchall()
    numbers = {utterance for _, utterance in rows if utterance is not None}
    number = min(numbers | set(ids))
    connection.executemany(
        "UPDATE standing SET utterance = ? WHERE utterance = ?", ((number, old) for old in numbers if old != number)
    )
    connection.execute(f"UPDATE standing SET utterance = ? WHERE statement IN ({marks})", (number, *ids))


def linked(connection: sqlite3.Connection, article: int) -> list[tuple[str, float]]:
    """The copies of an article: their keys, and how like it they are, the likest first."""
    return connection.execute(
        "SELECT key, similarity FROM copy JOIN article ON article.id = copy.other WHERE copy.article = ?"
        " ORDER BY 2 DESC, 1",
        (article,),
    ).fetchall()


def carried(connection: sqlite3.Connection, statements: Sequence[int]) -> dict[int, Carried]:
    """Who carried each of these statements, itself included."""
    found: dict[int, Carried] = {}
    for statement in statements:
        rows = connection.execute(
            "SELECT DISTINCT article.key, outlet.name, article.published FROM standing"
            " JOIN article ON article.id = standing.article LEFT JOIN outlet ON outlet.id = article.outlet "
            " WHERE statement = ?1 OR utterance ="
            " (SELECT utterance FROM standing WHERE statement = ?1) ORDER BY article.key",
            (statement,),
        ).fetchall()
        copies = [Copy(*row) for row in rows]
        outlets = len({copy.outlet or copy.article for copy in copies})
        first = first_carried(copies) if len(copies) > 1 else (copies[0] if copies else None)
        found[statement] = Carried(tuple(copy.article for copy in copies), outlets, first)
    return found
