"""How much is on record: counts of a whole ledger."""

from __future__ import annotations

import sqlite3
from typing import Any


def stats(connection: sqlite3.Connection) -> dict[str, Any]:
    """Articles, statements, people, outlets, corrections, failures, and whose and which there are most of."""

    def one(select: str) -> Any:
        return connection.execute(select).fetchone()[0]

    def table(select: str) -> dict[str, int]:
        return dict(connection.execute(select).fetchall())

    standing = "FROM standing WHERE status <> 'rejected'"
    who = "SELECT count(DISTINCT coalesce(person, -id)) FROM profile"
    return {
        "articles": one("SELECT count(*) FROM article WHERE current = 1"),
        "older_versions": one("SELECT count(*) FROM article WHERE current = 0"),
        "statements": one(f"SELECT count(*) {standing}"),
        "direct": one(f"SELECT count(*) {standing} AND kind = 'direct'"),
        "refusals": one(f"SELECT count(*) {standing} AND act = 'refuse-to-comment'"),
        "dated": one(f"SELECT count(*) {standing} AND dated = 1"),
        "people": one(f"{who} WHERE type = 'person'"),
        "organisations": one(f"{who} WHERE type = 'organisation'"),
        "met_in_one_article": one("SELECT count(*) FROM profile WHERE person IS NULL"),
        "outlets": one("SELECT count(DISTINCT outlet) FROM article WHERE current = 1"),
        "copied_articles": one("SELECT count(DISTINCT article) FROM copy"),
        "corrections": one("SELECT count(*) FROM correction"),
        "rejected": one("SELECT count(*) FROM standing WHERE status = 'rejected'"),
        "failed_inputs": one("SELECT count(*) FROM input WHERE article IS NULL"),
        "published_first": one("SELECT min(published) FROM standing"),
        "published_last": one("SELECT max(published) FROM standing"),
        "acts": table(f"SELECT act, count(*) {standing} GROUP BY 1 ORDER BY 2 DESC, 1"),
        "top_speakers": table(
            "SELECT coalesce(person.name, profile.name), count(*) FROM standing JOIN profile ON profile.id = profile"
            " LEFT JOIN person ON person.id = person WHERE status <> 'rejected' GROUP BY coalesce(person, -profile.id)"
            " ORDER BY 2 DESC, 1 LIMIT 10"
        ),
        "top_outlets": table(
            "SELECT outlet.name, count(*) FROM standing JOIN outlet ON outlet.id = outlet"
            " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10"
        ),
        "models": table(
            "SELECT model.name || ' ' || model.version, count(*) FROM article JOIN model ON model.id = model GROUP BY 1"
        ),
        "bytes": one("PRAGMA page_count") * one("PRAGMA page_size"),
    }
