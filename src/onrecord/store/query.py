"""What a user typed to search for → an expression of FTS5, and the words to highlight.

::

    ferry contract          both words; a noun in the singular or the plural
    "not there yet"         these words in this order, exactly
    negotiat*               every word that begins so
    ferry OR boat           either
    ferry NOT contract      the first without the second; -contract says the same
    NEAR(ferry safe, 5)     both, with at most five words between them
    (ferry OR boat) safe    brackets group
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from onrecord import data
from onrecord.errors import BadQuery
from onrecord.export.record_json import SURROGATE

LONGEST = 1_000  # characters; of what people type, nearly all has fewer than 100
MOST = 64  # words; FTS5's own limit on the depth of an expression is 256
DEEPEST = 16  # brackets within brackets
NEAR = 10  # words between, where NEAR gives no number (FTS5's own default)

_TOKEN = re.compile(r'(?P<near>NEAR\s*\()|(?P<bracket>[()])|"(?P<phrase>[^"]*)"(?P<begins>\*?)|(?P<word>[^\s()"]+)')
_DISTANCE = re.compile(r"(?P<parts>.*?),\s*(?P<distance>\d{1,4})", re.DOTALL | re.ASCII)
_OTHER_DISTANCE = re.compile(r".*,\s*[-+\d][^\s\"]*", re.DOTALL)
_TOKENS = re.compile(r"[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f]+")
_QUOTES = str.maketrans("“”„«»", '"""""')
WAY_OUT = 'words, "a phrase", begin*, OR, NOT, NEAR(a b, 5) and brackets are understood'


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other in the text; the last is a beginning only where ``begins``."""

    words: tuple[str, ...]
    begins: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """``expression`` for FTS5's MATCH; ``terms`` to highlight; ``plain``: words alone, without any operator."""

    expression: str
    terms: tuple[Term, ...]
    plain: bool


def words(text: str) -> list[str]:
    """The words of a text as FTS5's ``unicode61 remove_diacritics 2`` parts and folds them: "U.S." is two."""
    text = text.lower()
    return _TOKENS.findall(text if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", text)))


def parse(text: str) -> Parsed:
    """Understand a query. Raises BadQuery, which says where it went wrong."""
    require_short(text)
    text = encodable(text).translate(_QUOTES)  # as they come from a page
    if text.count('"') % 2:
        problem = f"the quotation mark at character {text.rindex(chr(34)) + 1} has no other"
        raise BadQuery(f"query {_short(text)}", problem, "close it, or leave it out")
    if "\0" in text:
        raise BadQuery("the query", f"holds a NUL as character {text.index(chr(0)) + 1}", "leave it out")
    parser = _Parser(text)
    expression = parser.either(depth=0)
    if parser.at < len(parser.tokens):
        raise parser.wrong(f"the bracket at character {parser.place()} was never opened")
    if not expression:
        raise BadQuery(f"query {_short(text)}", "no letter or digit in it to search for", WAY_OUT)
    return Parsed(expression, tuple(parser.terms), parser.plain)


def require_short(text: str) -> None:
    """Raises BadQuery where a query is longer than anyone types."""
    if len(text) > LONGEST:
        raise BadQuery("the query", f"{len(text):,} characters, at most {LONGEST:,} are searched for", "leave some out")


def encodable(text: str) -> str:
    """The text with half characters (of a command line that is not in UTF-8) as U+FFFD: SQLite cannot take them."""
    return SURROGATE.sub("\ufffd", text)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")


class _Parser:
    """Recursive descent over the tokens; each method gives an expression, empty where nothing was searched for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_TOKEN.finditer(text))
        self.at = 0
        self.count = 0  # words, those that must not be there too
        self.terms: list[Term] = []
        self.plain = True

    def wrong(self, problem: str) -> BadQuery:
        return BadQuery(f"query {_short(self.text)}", problem, WAY_OUT)

    def next(self) -> re.Match[str] | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def place(self) -> int:
        """The number of the character at which the next token begins."""
        token = self.next()
        return (token.start() if token else len(self.text)) + 1

    def is_word(self, word: str) -> bool:
        token = self.next()
        return token is not None and token["word"] == word

    def either(self, depth: int) -> str:
        """One or the other: parts parted by OR."""
        if depth > DEEPEST:
            raise self.wrong(f"brackets nested more than {DEEPEST} deep, at character {self.place()}")
        parts = [self.both(depth)]
        while self.is_word("OR"):
            place = self.place()
            self.at += 1
            self.plain = False
            parts.append(self.both(depth))
            if not parts[-1] or not parts[0]:
                raise self.wrong(f"the OR at character {place} has nothing on one side of it")
        return parts[0] if len(parts) == 1 else "(" + " OR ".join(parts) + ")"

    def both(self, depth: int) -> str:
        """All of them: parts side by side, and what must not be there."""
        wanted: list[str] = []
        unwanted: list[str] = []
        first = self.place()
        while (token := self.next()) is not None and not (token["bracket"] == ")" or token["word"] == "OR"):
            if token["word"] == "AND":
                self.at += 1
                continue
            refused = token["word"] == "NOT" or self.is_minus()
            self.at += refused
            terms = len(self.terms)
            part = self.one(depth)
            if refused or ((token["word"] or "").startswith("-") and part):
                self.plain = False
                del self.terms[terms:]  # what must not be there is not highlighted
                unwanted += [part] if part else []
            elif part:
                wanted.append(part)
        if unwanted and not wanted:
            raise self.wrong(f"from character {first} on, only says what must not be there")
        expression = " AND ".join(wanted)
        if len(wanted) > 1:
            expression = f"({expression})"
        return f"({expression} NOT ({' OR '.join(unwanted)}))" if unwanted else expression

    def is_minus(self) -> bool:
        """Whether the next token is a minus that stands at a phrase or a bracket; alone it is a dash."""
        token = self.next()
        if token is None or token["word"] != "-" or self.at + 1 == len(self.tokens):
            return False
        return self.tokens[self.at + 1].start() == token.end() and self.tokens[self.at + 1]["bracket"] != ")"

    def one(self, depth: int) -> str:
        """A word, a phrase, a group or a NEAR."""
        token = self.next()
        if token is None or token["bracket"] == ")":
            raise self.wrong(f"NOT with nothing after it, at character {self.place()}")
        place = self.place()
        self.at += 1
        if token["near"]:
            return self.near()
        if token["bracket"]:
            self.plain = False
            inner = self.either(depth + 1)
            closing = self.next()
            if closing is None or closing["bracket"] != ")":
                raise self.wrong(f"the bracket at character {place} is never closed")
            self.at += 1
            return inner
        if token["phrase"] is not None:
            self.plain = False
            return self.term(token["phrase"], begins=bool(token["begins"]), exact=True)
        word = token["word"]
        begins = word.endswith("*")
        self.plain = self.plain and not begins
        return self.term(word, begins=begins, exact=False)

    def near(self) -> str:
        """``NEAR(a b, 5)``: its bracket has been read."""
        place = self.tokens[self.at - 1].start() + 1
        self.plain = False
        first = self.at
        while (token := self.next()) is not None and token["bracket"] != ")":
            if token["near"] or token["bracket"] or token["word"] in ("OR", "NOT", "AND"):
                raise self.wrong(f"NEAR( holds words and phrases alone, not what is at character {self.place()}")
            self.at += 1
        if token is None:
            raise self.wrong(f"the NEAR( at character {place} is never closed")
        inside = self.text[self.tokens[first - 1].end() : token.start()].rstrip()
        self.at += 1
        distance = NEAR
        if found := _DISTANCE.fullmatch(inside):
            distance, inside = int(found["distance"]), found["parts"]
        elif _OTHER_DISTANCE.fullmatch(inside):
            raise self.wrong(f"the NEAR( at character {place} does not end in a number from 0 to 9999")
        parts = [
            self.term(part["phrase"] if part["word"] is None else part["word"],
                      begins=bool(part["begins"]) or (part["word"] or "").endswith("*"), exact=True)
            for part in _TOKEN.finditer(inside)
        ]  # fmt: skip
        phrases = [part for part in parts if part]
        if len(phrases) < 2:
            raise self.wrong(f"NEAR needs two words or more, at character {place} it has {len(phrases)}")
        return f"NEAR({' '.join(phrases)}, {distance})"

    def term(self, text: str, *, begins: bool, exact: bool) -> str:
        """The expression for a word or a phrase; a word that is several in FTS5's eyes ("long-range") is a phrase."""
        found = words(text)
        if not found:
            return ""
        forms = () if exact or begins or len(found) > 1 else number_forms(found[0])
        self.terms.append(Term(tuple(found), begins, exact or begins or len(found) > 1))
        self.count += len(found)
        if self.count > MOST:
            raise BadQuery("the query", f"more than {MOST} words", "leave some out")
        # FTS5 folds letters by its own tables, of an older Unicode than Python's: it gets them as they are.
        literal = " ".join(found) if text.isascii() else text
        if len(forms) > 1:
            return "(" + " OR ".join(f'"{form}"' for form in (literal, *forms[1:])) + ")"
        return f'"{literal}"' + ("*" if begins else "")


def number_forms(word: str) -> tuple[str, ...]:
    """A noun's singular and plural, the word itself first: "missiles" → missiles, missile.

    Made by rule; forms that do not exist do no harm, since no text holds them. Words of fewer than four letters, and
    those in ``data/no_plural.tsv``, have one form.
    """
    if len(word) < 4 or not word.isalpha() or word in data.words("no_plural"):
        return (word,)
    if word.endswith("ies"):
        return word, word[:-3] + "y", word[:-1]
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word, word[:-2]
    if word.endswith("ses"):
        return word, word[:-2], word[:-1]
    if word.endswith("s"):
        return (word, word + "es") if word.endswith(("ss", "us", "is")) else (word, word[:-1])
    if word.endswith("y") and word[-2] not in "aeiou":
        return word, word[:-1] + "ies"
    return (word, word + "es") if word.endswith(("x", "z", "ch", "sh")) else (word, word + "s")
