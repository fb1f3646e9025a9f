"""Text → windows of token ids and features, whole paragraphs at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from onrecord.model.wordpiece import Ints, WordPiece
from onrecord.quotation import quotations

WINDOW = 256  # tokens, specials included; all but 14 of 17,353 paragraphs of PolNeAR train fit

# The encoder's token-type slot carries what an uncased vocabulary loses: quotation marks and capitals.
OUTSIDE, OPENING, INSIDE, CLOSING, UNCLOSED = range(5)
LOWER, CAPITALISED, CAPITALS = range(3)
TOKEN_TYPES = 15  # quotation state × 3 + case

_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*\s")


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens of whole paragraphs.

    All arrays have shape (token,). ``start`` and ``end`` are code points of the text, −1 for [CLS] and [SEP];
    ``paragraph`` counts paragraphs from the beginning of the text.
    """

    ids: Ints
    types: Ints
    start: Ints
    end: Ints
    paragraph: Ints


def encode(text: str, tokenizer: WordPiece, window: int = WINDOW, first: int | None = None) -> list[Window]:
    """Cut ``text`` into windows of at most ``window`` tokens, [CLS] at the head and [SEP] after each paragraph.

    ``first`` bounds the first window (training moves the cuts with it). A paragraph longer than a window is cut
    at a sentence's end where there is one in its last third.
    """
    tokens = tokenizer.encode(text)
    ids, start, end = tokens.ids, tokens.start, tokens.end
    if not len(ids):
        return []
    breaks = np.array([match.start() for match in re.finditer(r"\n+", text)], np.int64)
    paragraph = np.searchsorted(breaks, start)
    types = _types(text, start, end)
    sep, cls = tokenizer.ids["[SEP]"], tokenizer.ids["[CLS]"]
    windows = []
    for pieces in _pack(_pieces(text, paragraph, end, window), window, first or window):
        index = np.concatenate([np.append(np.arange(a, b), -1) for a, b in pieces])
        index = np.concatenate(([-1], index))
        special = index < 0
        row = [np.where(special, -1, values[index]) for values in (start, end)]
        token_ids: Ints = ids[index]
        token_ids[special] = sep
        token_ids[0] = cls
        # A separator belongs to the paragraph that it closes.
        owner = np.concatenate([np.full(b - a + 1, paragraph[a]) for a, b in pieces])
        owner = np.concatenate(([owner[0]], owner))
        windows.append(Window(token_ids, np.where(special, 0, types[index]), row[0], row[1], owner))
    return windows


def _pieces(text: str, paragraph: Ints, end: Ints, window: int) -> list[tuple[int, int]]:
    """Token ranges of the paragraphs; those too long for a window are cut."""
    cuts = [0, *(np.flatnonzero(np.diff(paragraph)) + 1).tolist(), len(paragraph)]
    room = window - 2
    pieces = []
    for first, stop in pairwise(cuts):
        begin = first
        while stop - begin > room:
            cut = begin + room
            for candidate in range(cut, begin + room * 2 // 3, -1):
                if _SENTENCE_END.match(text, end[candidate - 1] - 1):
                    cut = candidate
                    break
            pieces.append((begin, cut))
            begin = cut
        pieces.append((begin, stop))
    return pieces


def _pack(pieces: list[tuple[int, int]], window: int, first: int) -> list[list[tuple[int, int]]]:
    packed: list[list[tuple[int, int]]] = []
    room = 0
    for begin, stop in pieces:
        need = stop - begin + 1
        if not packed or need > room:
            room = (window if packed else max(first, need + 1)) - 1
            packed.append([])
        packed[-1].append((begin, stop))
        room -= need
    return packed


def _types(text: str, start: Ints, end: Ints) -> Ints:
    """Quotation state × 3 + case for every token."""
    state = np.zeros(len(text) + 1, np.int8)
    for region in quotations(text):
        state[region.start : region.end] = INSIDE if region.closed else UNCLOSED
        state[region.start] = OPENING
        if region.closed:
            state[region.end - 1] = CLOSING
    # [start, end) of the word around each token decides on capitals; the token's first letter on a capital.
    case = np.zeros(len(start), np.int64)
    for i, (a, b) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        piece = text[a:b]
        if piece[:1].isupper():
            case[i] = CAPITALS if len(piece) > 1 and piece.isupper() else CAPITALISED
    return state[start].astype(np.int64) * 3 + case
