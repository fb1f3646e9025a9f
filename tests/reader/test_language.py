"""Which texts are refused as not English."""

import pytest

from onrecord.errors import NotEnglish
from onrecord.reader.language import require_english

ENGLISH = "The mayor said on Tuesday that the wall would hold, and that the council had been told so twice. "
FRENCH = "Le maire a dit mardi que le mur tiendrait, et que le conseil municipal en avait été informé deux fois. "
GERMAN = "Der Bürgermeister sagte am Dienstag, die Mauer werde halten, und der Stadtrat sei zweimal informiert worden. "
DUTCH = "De burgemeester zei dinsdag dat de muur het zou houden en dat de gemeenteraad daarover was ingelicht. "
RUSSIAN = "Мэр города сказал во вторник, что стена выдержит и что совету об этом дважды сообщили. "
CHINESE = "市长星期二说,这堵墙能撑住,市议会已经两次得到通知。"


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH * 3,
        (ENGLISH * 3).upper(),
        "“No,” said Ramón Ibáñez de la Vega.",
        "Zhang Wei, Nguyễn Thị Lan, Björk Guðmundsdóttir.",
        "“Le mur tiendra,” she said.",
        ENGLISH + FRENCH + ENGLISH,
        FRENCH * 30 + ENGLISH * 30,  # mixed: the tail is English
        "Officials said Приве́т means hello.",
        "12 345 678",
        "Profit up 4 pct; shares +2.1; dividend 0.35; outlook unchanged; CEO cites demand; CFO leaves",
    ],
)
def test_english_passes(text: str) -> None:
    require_english(text, "page")


@pytest.mark.parametrize(
    ("text", "language"),
    [(FRENCH * 3, "fr"), (GERMAN * 3, "de"), (DUTCH * 3, "nl"), (RUSSIAN, "ru"), (CHINESE, "zh"), (FRENCH * 60, "fr")],
)
def test_others_are_refused_by_name(text: str, language: str) -> None:
    with pytest.raises(NotEnglish, match=rf"page: language '{language}' with probability \d\.\d\d"):
        require_english(text, "page")
