"""Where the dateline ends, drawn on the head of the text: <…> is the span."""

import pytest

from onrecord.reader.dateline import dateline

WITH = [
    "<KYIV, April 2 (Agency)> — Rescuers said",
    "<WASHINGTON (AP)> — The senator said",
    "<WASHINGTON (AP)> -- The senator said",
    "<BRUSSELS> — Ministers met",
    "<LONDON> - The ministry said",
    "<London, 3 March> - The ministry said",
    "<LONDON, Tuesday> – The ministry said",
    "<PARIS/BERLIN, Nov 22 (Reuters)> - The two leaders",
    "<GAZA/CAIRO, Sept. 3, 2031 (Reuters)> - Mediators",
    "<MOSCOW, April 2. /TASS/>. The ministry said",
    "<RIO DE JANEIRO, 2 April 2031 (Xinhua)> -- The mayor",
    "<ANKARA (Reuters), April 3> — A court",
    "<KYIV, Ukraine (AP)> — A drone",
    "<NEW YORK, N.Y., Jan. 3 (UPI)> -- A judge",
    "<ST. LOUIS> — The council",
    "<WINSTON-SALEM, N.C. (AP)> — A judge",
    "<TALLAHASSEE, Fla.> —The governor",
    "<UNITED NATIONS (AP)> — The council",
    "<ALONG THE U.S.-MEXICO BORDER (AP)> — Migrants",
    "<ABOARD AIR FORCE ONE> — The president",
    "<SÃO PAULO, Tuesday> – The bank",
    "<Paris (AFP)> - The minister",
    "<Washington (CNN)> — The senator",
    "<Nairobi, 2 April 2031 (UN News)> – Aid agencies",
    "<NEW DELHI>: The prime minister said",
    "<New Delhi, April 2 (PTI)>: The prime minister said",
    "<KYIV, April 2 (Agency)> — missiles hit the port",
    "<WASHINGTON> —\n\nThe senator said",
    "By Ida Quill\n\n<PORTMERE> — The wall will hold",
    "\n  <PORTMERE> — The wall will hold",
    "<BRUSSELS> — “No,” said the minister",
    "<BRUSSELS> — 27 ministers met",
    "<April 2 (Reuters)> - The company said",
    "<BOSTON> —Standing before",
    "<CHARLESTON, S.C.>\xa0— In the fall",
    "Harbour wall will hold, engineer says\nBy Ida Quill\n\n<PORTMERE (Islands Press)> — The wall",
    "<KARACHI>: The court said",
    "Harbour wall will hold.\n\n<PORTMERE> — The wall will",
    "Harbour wall will hold.\nIt was in doubt.\n\n<PORTMERE (Islands Press)> — The wall will",
]
WITHOUT = [
    "",
    "—",
    "The mayor said on Tuesday — not for the first time — that",
    "BRUSSELS-based firms — there are many — said",
    "BREAKING — The mayor has resigned",
    "UPDATE: The mayor has resigned",
    "EXCLUSIVE - The mayor has resigned",
    "NATO — Europe's shield — met",
    "NASA — the agency — said",
    "Jane Roe (D-Ohio) — The senator from",
    "Jane Roe (manager) — She runs",
    "John Smith — who resigned — said",
    "On Tuesday, April 2 — The day of the vote",
    "Yesterday — A day to forget",
    "THE KING IS DEAD — Long live the king",
    "COOPER: Welcome back.\n\nROE: Thank you.",
    "(Reuters) - The company said",
    "“WE WON” — The crowd cheered",
    "2031 — The year in review",
    "PARIS is lovely — The mayor said so",
    "A — The letter",
    "He said - “no”",
    "The mayor resigned.\n\nHere is what to know.\n\nWEATHER — Rain is expected.",
    "The mayor resigned\nand went home\nand slept\nall day\nPARIS — The minister",
    "POLLSTER: The mayor leads",
    "LOOK: The harbour from the air",
    "By — The way",
]


@pytest.mark.parametrize("marked", WITH)
def test_dateline(marked: str) -> None:
    start, end = marked.index("<"), marked.index(">") - 1
    text = marked.replace("<", "", 1).replace(">", "", 1)
    span = dateline(text)
    assert span is not None
    assert (span.start, span.end, span.text) == (start, end, text[start:end])


@pytest.mark.parametrize("text", WITHOUT)
def test_no_dateline(text: str) -> None:
    assert dateline(text) is None
