"""Bytes → str under right, wrong, missing and mixed labels."""

import pytest

from onrecord.errors import NotReadable
from onrecord.reader.decode import decode

SAID = "“It isn’t so,” said Zoë Núñez — the café’s owner in Köln, for £5."
LATIN = "Zoë Núñez of the café in Köln paid £5 and left the quay at once, she said."


def meta(label: str) -> str:
    return f'<html><head><meta charset="{label}"></head><body>'


@pytest.mark.parametrize(
    ("data", "label", "expected"),
    [
        (SAID.encode(), None, SAID),
        (SAID.encode("utf-8-sig"), None, SAID),
        (SAID.encode("utf-16"), None, SAID),  # with its mark
        (b"\xfe\xff" + SAID.encode("utf-16-be"), None, SAID),
        (SAID.encode("utf-32"), None, SAID),
        (SAID.encode("utf-16-le"), None, SAID),  # without one
        (SAID.encode("utf-16-be"), None, SAID),
        (SAID.encode("utf-16-le"), "utf-8", SAID),
        (SAID.encode("cp1252"), None, SAID),
        (SAID.encode("cp1252"), "iso-8859-1", SAID),
        (SAID.encode("cp1252"), "utf-8", SAID),  # a wrong label
        (SAID.encode(), "iso-8859-1", SAID),  # the other wrong label
        (SAID.encode(), "utf-16", SAID),
        (SAID.encode("cp1252"), "no-such-charset", SAID),
        (LATIN.encode("latin-1"), "latin1", LATIN),
        ("Łódź said no.".encode("cp1250"), "windows-1250", "Łódź said no."),
        ((meta("iso-8859-2") + "Łódź").encode("iso-8859-2"), None, meta("iso-8859-2") + "Łódź"),
        ((meta("utf-8") + SAID).encode("cp1252"), None, meta("utf-8") + SAID),
        ((meta("utf-16") + SAID).encode(), None, meta("utf-16") + SAID),
        ('<?xml version="1.0" encoding="windows-1250"?>Łódź'.encode("cp1250"), None,
         '<?xml version="1.0" encoding="windows-1250"?>Łódź'),
        ("“Yes,” he said. ".encode() + "“No,” she said.".encode("cp1252"), "utf-8", "“Yes,” he said. “No,” she said."),
        ("He said: “No".encode() + "”".encode()[:2], "utf-8", "He said: “No"),  # cut off within a character
        (b"plain", "utf-8", "plain"),
        (b"", None, ""),
    ],
)  # fmt: skip
def test_decode(data: bytes, label: str | None, expected: str) -> None:
    assert decode(data, "page", label) == expected


def test_other_charsets_are_found_by_statistics() -> None:
    russian = "Президент сказал во вторник, что стена выдержит всю зиму, что бы ни решил городской совет."
    assert decode(russian.encode("cp1251"), "page") == russian


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n1 0 obj", "a PDF"),
        (b"PK\x03\x04\x14\x00", "a zip archive or an Office document"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG image"),
        (b"\x1f\x8b\x08\x00", "gzip-compressed"),
        (bytes(range(256)) * 4, "of 1,024 bytes are control characters"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes, kind: str) -> None:
    with pytest.raises(NotReadable, match=f"story.bin: .*{kind}.*; pass the article"):
        decode(data, "story.bin")
