"""What is shown of a statement that was found: its words in their sentences, who, when, where, who else carried it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.errors import NotOnRecord
from onrecord.export.fragment import text_fragment
from onrecord.speaker.places import Places
from onrecord.store import copying
from onrecord.store.corrections import stand
from onrecord.store.query import Parsed, Term, encodable, number_forms, words
from onrecord.store.rows import read_record
from onrecord.types import Article, Span

_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")  # with accents that are characters of their own
WIDEST = 600  # characters of context; a longer sentence is cut at a word, the statement's own words never


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement as it is shown among others.

    ``context`` is its sentence, or sentences, as the article has them; ``content`` and ``highlights`` are
    ``[start, end)`` in it, of the statement's words and of the words searched for. ``day`` is when it was said,
    ``published`` when the article was. ``person`` is the key of the speaker across articles. ``link`` leads to the
    passage. ``outlets`` carried it, ``first`` before all others, where that is known.
    """

    id: str
    score: float
    speaker: str | None
    source: str
    office: str | None
    qid: str | None
    person: str | None
    kind: str
    act: str
    day: str | None
    last: str | None
    dated: bool
    confidence: float
    status: str
    corrected: bool
    context: str
    content: tuple[tuple[int, int], ...]
    highlights: tuple[tuple[int, int], ...]
    article: str
    title: str | None
    outlet: str | None
    published: str | None
    link: str | None
    outlets: int
    first: str | None


def hits(
    connection: sqlite3.Connection, rows: Sequence[tuple[int, float]], parsed: Parsed | None, *, links: bool = True
) -> list[Hit]:
    """The hits for these row ids of statements, in their order.

    Without ``links``, a hit's link is the article's address: to find words that lead to a passage alone takes a quarter
    of a millisecond.
    """
    carried = copying.carried(connection, [row for row, _ in rows])
    return [_hit(connection, row, score, parsed, carried[row], links=links) for row, score in rows]


_SELECT = (
    "SELECT statement.key, article.id AS article_id, article.key AS article_key, article.url, outlet.name AS outlet,"
    " article.title, article.published, article.text, standing.kind, standing.act, day, last, dated,"
    " standing.confidence, status, corrected,"
    " profile.qid, coalesce(person.key, profile.key) AS person, entity.label, entity.office AS office, speaker_as"
    " FROM standing JOIN statement ON statement.id = standing.statement JOIN article ON article.id = standing.article"
    " LEFT JOIN outlet ON outlet.id = article.outlet LEFT JOIN profile ON profile.id = standing.profile"
    " LEFT JOIN person ON person.id = profile.person"
    " LEFT JOIN entity ON entity.article = statement.article AND entity.ordinal = statement.speaker"
    " WHERE standing.statement = ?"
)


def _hit(
    connection: sqlite3.Connection,
    row: int,
    score: float,
    parsed: Parsed | None,
    carried: copying.Carried,
    *,
    links: bool,
) -> Hit:
    cursor = connection.execute(_SELECT, (row,))
    names = [column[0] for column in cursor.description]
    fields = dict(zip(names, cursor.fetchone(), strict=True))
    text = fields["text"]
    if fields["corrected"] or fields["speaker_as"]:
        parts, source, speaker, office = _as_it_stands(connection, fields["article_id"], fields["key"])
    else:
        parts, source = _spans(connection, row, text)
        speaker, office = fields["label"], fields["office"]
    start, end = _context(text, parts)
    terms = parsed.terms if parsed else ()
    first = carried.first
    return Hit(
        id=fields["key"], score=score, speaker=speaker, source=source, office=office, qid=fields["qid"],
        person=fields["person"], kind=fields["kind"], act=fields["act"], day=fields["day"] if fields["dated"] else None,
        last=fields["last"] if fields["dated"] else None, dated=bool(fields["dated"]), confidence=fields["confidence"],
        status=fields["status"], corrected=bool(fields["corrected"]), context=text[start:end],
        content=tuple((part.start - start, part.end - start) for part in parts),
        highlights=_highlights(text[start:end], terms), article=fields["article_key"], title=fields["title"],
        outlet=fields["outlet"], published=fields["published"],
        link=_link(fields, parts) if links else fields["url"], outlets=carried.outlets,
        first=first.outlet if first else None,
    )  # fmt: skip


def _spans(connection: sqlite3.Connection, row: int, text: str) -> tuple[list[Span], str]:
    """The parts of the content (of a refusal, of its cue), and the source's words."""
    found: dict[str, list[Span]] = {"source": [], "cue": [], "content": []}
    for role, start, end in connection.execute(
        "SELECT role, start, end FROM span WHERE statement = ? ORDER BY role, part", (row,)
    ):
        found[role].append(Span.of(text, start, end))
    return found["content"] or found["cue"] or found["source"], " … ".join(part.text for part in found["source"])


def _as_it_stands(
    connection: sqlite3.Connection, article: int, key: str
) -> tuple[list[Span], str, str | None, str | None]:
    record, kept = read_record(connection, article)
    standing = stand(connection, record, kept)
    said = next(one for one, own in zip(standing.record.statements, kept, strict=True) if own.key == key)
    parts = list(said.content or said.cue or said.source)
    speaker = said.speaker
    if speaker is None:
        return parts, said.source_text, None, None
    return parts, said.source_text, speaker.name, speaker.office


def _context(text: str, parts: Sequence[Span]) -> tuple[int, int]:
    """From the beginning of the sentence in which the first part lies to the end of that of the last."""
    if not parts:
        return 0, min(len(text), WIDEST)
    first, last = min(part.start for part in parts), max(part.end for part in parts)
    # Only the paragraphs are parted into sentences: an article may be long.
    begin = text.rfind("\n", 0, first) + 1
    stop = text.find("\n", last)
    stop = len(text) if stop < 0 else stop
    places = Places(text[begin:stop])
    start = begin + places.extent(places.sentence(first - begin))[0]
    end = begin + places.extent(places.sentence(last - 1 - begin))[1]
    if first - start > WIDEST:
        start = first - WIDEST + len(re.split(r"\s", text[first - WIDEST : first], maxsplit=1)[0])
    if end - last > WIDEST:
        end = last + len(text[last : last + WIDEST].rsplit(None, 1)[0])
    while start < first and text[start].isspace():
        start += 1
    while end > last and text[end - 1].isspace():
        end -= 1
    return start, end


def _highlights(context: str, terms: Sequence[Term]) -> tuple[tuple[int, int], ...]:
    """Where the words searched for stand; a phrase only where all of it does."""
    if not terms:
        return ()
    places = [(found.start(), found.end(), folded[0]) for found in _WORD.finditer(context)
              if (folded := words(found.group()))]  # fmt: skip
    found: set[tuple[int, int]] = set()
    for term in terms:
        wanted = [{word} if term.exact else set(number_forms(word)) for word in term.words]
        for at in range(len(places) - len(wanted) + 1):
            run = places[at : at + len(wanted)]
            whole = run[:-1] if term.begins else run
            if all(word in forms for (_, _, word), forms in zip(whole, wanted, strict=False)) and (
                not term.begins or run[-1][2].startswith(term.words[-1])
            ):
                found.update((start, end) for start, end, _ in run)
    return tuple(sorted(found))


def _link(fields: dict[str, str], parts: Sequence[Span]) -> str | None:
    if not fields["url"] or not parts:
        return fields["url"]
    article = Article(fields["article_key"], fields["text"], fields["url"], title=fields["title"])
    return text_fragment(article, parts[0]) or fields["url"]


def statement_row(connection: sqlite3.Connection, key: str) -> tuple[int, int]:
    """Row ids of the statement with this key, or the one whose key begins so, and of its article.

    Raises NotOnRecord.
    """
    key = encodable(key)
    rows = (
        connection.execute("SELECT id, article FROM statement WHERE key = ?", (key,)).fetchall()
        or connection.execute(
            "SELECT id, article FROM statement WHERE key >= ?1 AND key < ?1 || '~' LIMIT 2", (key,)
        ).fetchall()
    )
    if len(rows) != 1 or not key:
        problem = "several statements' ids begin so" if rows and key else "no statement has this id"
        raise NotOnRecord(key or "''", problem, "`onrecord search` shows the ids")
    return rows[0][0], rows[0][1]
