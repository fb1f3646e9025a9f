"""Print one statement a line, of records on standard input: ``onrecord read --jsonl … | python samples/show.py``."""

import json
import sys

import onrecord

for line in sys.stdin:
    record = onrecord.from_dict(json.loads(line))
    for statement in record.statements:
        speaker = statement.speaker.name if statement.speaker else statement.source_text or "not named"
        if statement.speaker and statement.speaker.office:
            speaker += f", {statement.speaker.office}"
        day = statement.said_on.start if statement.said_on else "????-??-??"
        said = f"[{statement.act}, {statement.confidence:.2f}]: {statement.content_text}"
        print(f"{record.article.id}  {day}  {speaker} {said}")
