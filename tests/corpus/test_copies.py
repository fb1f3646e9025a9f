"""Near-duplicates of invented agency copy: what is linked, what is not, and that signatures stay as they are."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.corpus.copies import (
    CONTAINED,
    SCHEME,
    bands,
    likeness,
    same_article,
    signature,
    similarity,
)
from onrecord.errors import OnRecordError

HERE = Path(__file__).parent
FERRY = (HERE / "ferry.txt").read_text(encoding="utf-8")
BUDGET = (HERE / "budget.txt").read_text(encoding="utf-8")
PARAGRAPHS = FERRY.split("\n\n")
INSERTED = (
    "The islands have no airport, and the mail plane has been out of service since the autumn storms. A petition for a "
    "second runway at Hest has gathered nine thousand names, and the council will take it up after the summer recess."
)
CLOSING = "\n\nReporting by the Tarn newsroom; editing by the night desk. Write to newsroom@coastline.example."


def cut(text: str, share: float) -> str:
    words = text.split(" ")
    return " ".join(words[: int(len(words) * share)])


def every_twentieth(text: str) -> str:
    return " ".join("meanwhile" if at % 20 == 19 else word for at, word in enumerate(text.split(" ")))


COPIES = {
    "as it stands": FERRY,
    "letter case, quotation marks and blanks": FERRY.upper().replace('"', "”").replace("\n\n", "\n"),
    "cut to 60 %": cut(FERRY, 0.6),
    "cut to 40 %": cut(FERRY, 0.4),
    "first four paragraphs": "\n\n".join(PARAGRAPHS[:4]),
    "another dateline": FERRY.replace("TARN, Carrow, April 2 (Coastline News)", "LISSEL (Evening Post)"),
    "another first sentence": "\n\n".join(
        ["Thousands of islanders face weeks without a ferry, the government has announced.", *PARAGRAPHS[1:]]
    ),
    "a paragraph more": "\n\n".join([*PARAGRAPHS[:3], INSERTED, *PARAGRAPHS[3:]]),
    "a closing line": FERRY + CLOSING,
    "one word in twenty": every_twentieth(FERRY),
    "an update": FERRY.replace("six vessels", "seven vessels") + "\n\n" + INSERTED,
    "cut, and another dateline": cut(FERRY, 0.4).replace("TARN, Carrow, April 2 (Coastline News)", "LISSEL"),
}

OTHERS = {
    "another article": BUDGET,
    "one introduction and closing": INSERTED + "\n\n" + BUDGET + CLOSING,
    "one quotation": "\n\n".join([*BUDGET.split("\n\n")[:5], PARAGRAPHS[1], *BUDGET.split("\n\n")[5:]]),
}


def signed(text: str) -> bytes:
    found = signature(text)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_is_found_and_linked(kind: str) -> None:
    original, copy = signed(FERRY), signed(COPIES[kind])
    assert set(bands(original)) & set(bands(copy))
    assert same_article(original, copy)
    assert same_article(copy, original)


@pytest.mark.parametrize("kind", OTHERS)
def test_another_article_is_not_linked(kind: str) -> None:
    first = signed(INSERTED + "\n\n" + FERRY + CLOSING) if "introduction" in kind else signed(FERRY)
    assert not same_article(first, signed(OTHERS[kind]))
    assert likeness(first, signed(OTHERS[kind])).contained < CONTAINED


def test_one_introduction_alone_does_not_link() -> None:
    series = " ".join([INSERTED] * 3)
    first, second = signed(series + "\n\n" + FERRY), signed(series + "\n\n" + BUDGET)
    assert likeness(first, second).lead > 0.9
    assert not same_article(first, second)


def test_a_short_brief_is_linked_by_its_lead() -> None:
    long = "\n\n".join([FERRY, *(f"{BUDGET} {word}" for word in ("spring", "summer"))])
    brief = "\n\n".join(PARAGRAPHS[:2])
    assert similarity(signed(long), signed(brief)) < 0.2
    assert same_article(signed(long), signed(brief))


def test_similarity_is_about_jaccard() -> None:
    half = "\n\n".join(PARAGRAPHS[:5])
    share = (len(half.split()) - 3) / (len(FERRY.split()) - 3)
    assert similarity(signed(FERRY), signed(half)) == pytest.approx(share, abs=0.13)  # three sigma of 128 slots
    assert similarity(signed(FERRY), signed(FERRY)) == 1.0
    assert similarity(signed(FERRY), signed(BUDGET)) < 0.05


def test_a_signature_stays_what_it_is() -> None:
    # If this fails, signatures kept in a ledger no longer compare: raise SCHEME, and say so in CHANGELOG.md.
    assert SCHEME == 1
    assert (
        hashlib.sha256(signed(FERRY)).hexdigest() == "0ec6557876346e206e413e30b8e47d3d38d831ac32b41134bd57391c76847293"
    )
    assert bands(signed(FERRY))[:2] == (-4945784523881590264, 6666104444691006109)


def test_a_signature_is_the_same_in_another_process() -> None:
    code = (
        "import sys; from onrecord.corpus.copies import signature; "
        "print(signature(open(sys.argv[1], encoding='utf-8').read()).hex())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(HERE / "ferry.txt")],
        env={"PYTHONHASHSEED": "31"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert bytes.fromhex(told.stdout.strip()) == signed(FERRY)


def test_keys_fit_a_column_of_sqlite() -> None:
    found = bands(signed(FERRY))
    assert len(found) == len(set(found)) == 16
    assert all(-(2**63) <= one < 2**63 for one in found)
    assert any(one < 0 for one in found)


@pytest.mark.parametrize(("words", "signable"), [(0, False), (29, False), (30, True)])
def test_too_short_a_text_has_no_signature(words: int, signable: bool) -> None:
    assert (signature(" ".join(f"word{at}" for at in range(words))) is not None) == signable


@pytest.mark.parametrize("broken", [b"", b"\x01", signed(FERRY)[:-1], b"\x02" + signed(FERRY)[1:]])
def test_what_is_no_signature_is_refused(broken: bytes) -> None:
    with pytest.raises(OnRecordError, match=r"777 bytes of scheme 1 expected; make the signatures anew"):
        similarity(broken, signed(FERRY))
    with pytest.raises(OnRecordError):
        bands(broken)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=600), st.text(max_size=600))
def test_any_text_can_be_signed_and_compared(a: str, b: str) -> None:
    one, other = signature(a), signature(b)
    if one and other:
        assert similarity(one, other) == similarity(other, one)
        assert 0.0 <= likeness(one, other).contained <= 1.0
        assert same_article(one, one)
