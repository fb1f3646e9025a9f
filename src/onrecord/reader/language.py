"""Is the text English? Judged on its words, not on what the page's ``lang`` attribute claims."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from onrecord.errors import NotEnglish

SAMPLE = 2_000  # characters of the head, and of the tail, that are judged: about 300 words
MIN_LETTERS = 100  # below this the identifier takes a sentence full of foreign names for another language
SURE = 0.95  # probability from which another language is believed; see docs/decisions/002-reading.md

# One word in sixteen of English news is "the" and no other language has the word; with it these make up a fifth.
# The identifier takes most of a second to load, which a text that passes here need not pay.
_ENGLISH = frozenset(
    {"and", "but", "for", "from", "has", "have", "her", "his", "it", "not", "of", "said", "that", "the", "they", "to"}
    | {"was", "were", "which", "with"}
)
_PLAIN_THE, _PLAIN_ALL = 0.02, 0.12  # shares of all words from which a sample is plainly English


def require_english(text: str, name: str) -> None:
    """Raise ``NotEnglish`` when head and tail of ``text`` are both surely in another language.

    A text that is partly English passes: English copy with long foreign quotations is common, and a wrong refusal
    costs more than a page read in vain.
    """
    head = _other_language(text.lstrip()[:SAMPLE])
    if head is None or _other_language(text.rstrip()[-SAMPLE:]) is None:
        return
    language, probability = head
    raise NotEnglish(
        name,
        f"language {language!r} with probability {probability:.2f}, English is needed",
        "pass an article in English, or a translation",
    )


def _other_language(sample: str) -> tuple[str, float] | None:
    """The language and its probability when the sample is surely not English, else ``None``."""
    words = re.findall(r"[^\W\d_]+", sample.lower())
    english = sum(word in _ENGLISH for word in words)
    if words.count("the") > _PLAIN_THE * len(words) and english > _PLAIN_ALL * len(words):
        return None
    letters = sum(map(len, words))
    latin = sum(letter < "\u0250" for word in words for letter in word)  # Basic Latin to Latin Extended-B
    foreign_script = latin * 2 < letters
    if letters < MIN_LETTERS and not foreign_script:
        return None
    language, probability = _identifier().classify(" ".join(words))
    if language == "en" or (probability < SURE and not foreign_script):
        return None
    return str(language), float(probability)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
