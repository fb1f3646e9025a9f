"""Bytes → str, for labels that are missing, wrong or half right."""

from __future__ import annotations

import codecs
import re

from onrecord.errors import NotReadable

_BOMS = (  # UTF-32 before UTF-16: the little-endian mark of the one begins with that of the other
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LABEL = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})""",
    re.IGNORECASE,
)
LABEL_WITHIN = 4_096  # bytes; browsers look in the first 1,024, some publishers write the label later
# Files that are no text whatever their extension says, by their first bytes.
_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive or an Office document",
    b"\x1f\x8b": "gzip-compressed",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "a rich text document",
    b"SQLite format 3": "an SQLite database",
}
MAX_CONTROLS = 0.01  # share of control bytes above which the bytes are no text; real pages have none to a handful
_CONTROL_BYTES = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b") + b"\x7f"


def decode(data: bytes, name: str, label: str | None = None) -> str:
    """Decode ``data``; ``label`` is the charset that the server named, if any.

    In order: byte order mark; UTF-16 by its zero bytes; UTF-8 when every byte is valid; the labels of server and page;
    UTF-8 with some stray Windows-1252 bytes; Windows-1252; what charset-normalizer finds. Raises ``NotReadable`` when
    the bytes are no text.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data.decode(codec, "replace").removeprefix("\ufeff")
    if silent := _silent_utf16(data):
        return data.decode(silent, "replace")
    _require_text(data, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        whole = data[: error.start]
        if error.end == len(data) and error.reason == "unexpected end of data" and not whole.isascii():
            return whole.decode("utf-8")  # cut off within a character
    for codec in _labels(data, label):
        if codec != "utf-8" and (text := _strictly(data, codec)) is not None:
            return text
    return _unlabelled(data)


def _silent_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: in Latin script every second byte is zero."""
    head = data[:2_000]
    if len(head) < 4 or b"\0" not in head:
        return None
    zeros_even, zeros_odd = head[0::2].count(0), head[1::2].count(0)
    if zeros_odd > 0.7 * len(head) / 2 and zeros_even * 10 < zeros_odd:
        return "utf-16-le"
    if zeros_even > 0.7 * len(head) / 2 and zeros_odd * 10 < zeros_even:
        return "utf-16-be"
    return None


def _require_text(data: bytes, name: str) -> None:
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise NotReadable(name, f"the bytes are {kind}", "pass the article as HTML, plain text or Markdown")
    controls = len(data) - len(data.translate(None, _CONTROL_BYTES))
    if controls > MAX_CONTROLS * len(data):
        share = f"{controls:,} of {len(data):,} bytes are control characters"
        raise NotReadable(name, f"not a text: {share}", "pass the article as HTML, plain text or Markdown")


def _labels(data: bytes, label: str | None) -> list[str]:
    """Python's names of the charsets that server and page claim, the server's first, unknown ones left out."""
    match = _LABEL.search(data[:LABEL_WITHIN])
    inside = (match[1] or match[2]).decode("ascii", "replace") if match else None
    known = []
    for claim in (label, inside):
        try:
            codec = codecs.lookup(claim.strip("\"' ")).name if claim else None
        except (LookupError, ValueError):
            continue
        if codec and not codec.startswith(("utf-16", "utf-32")):  # a label that can be read in ASCII is not UTF-16
            known.append("cp1252" if codec in ("iso8859-1", "ascii") else codec)  # as browsers do
    return known


def _strictly(data: bytes, codec: str) -> str | None:
    if codec == "cp1252":  # five of its bytes are unassigned; browsers pass them on as controls
        return data.decode(codec, "replace") if _valid_sequences(data) == 0 else None
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _unlabelled(data: bytes) -> str:
    """Neither valid UTF-8 nor rightly labelled: mixed, Windows-1252, or another charset by statistics."""
    if _valid_sequences(data) > 0:
        codecs.register_error("onrecord.cp1252", _stray_byte)
        return data.decode("utf-8", "onrecord.cp1252")
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    if high > 0.1 * len(data):  # English has accents and quotation marks in far fewer bytes than one in ten
        from charset_normalizer import from_bytes

        if best := from_bytes(data[:200_000]).best():
            return data.decode(best.encoding, "replace")
    return data.decode("cp1252", "replace")


def _valid_sequences(data: bytes) -> int:
    """How many UTF-8 sequences of several bytes there are beyond the broken ones; 0 when the broken ones prevail."""
    good = len(re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", data))
    rest = re.sub(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", b"", data)
    bad = len(rest) - len(rest.translate(None, bytes(range(128, 256))))
    return max(0, good - bad // 2)


def _stray_byte(error: UnicodeError) -> tuple[str, int]:
    """Error handler: the offending bytes read as Windows-1252; a sequence cut off at the very end is dropped."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.end == len(error.object) and error.reason == "unexpected end of data":
        return "", error.end
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end
