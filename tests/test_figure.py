"""Figures: sentences with the quantities in them.

A figure is written "text = value unit : counted". The value is ``~`` where approximate, ``low..high`` for a range, with
an open end left out; the unit and what is counted are left out where there are none.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord import data
from onrecord.figure import Found, figures

COUNTS = [
    ("The army has almost 580,000 soldiers.", "almost 580,000 = ~580000 : soldiers"),
    ("It sold 1.5 million books.", "1.5 million = 1500000 : books"),
    ("Police arrested 34 people in Easthaven.", "34 = 34 : people"),
    ("The toll rose to 34.", "34 = 34"),
    ("The storm killed 12 and injured 30 others.", "12 = 12; 30 = 30 : others"),
    ("A dozen boats sank.", "A dozen = 12 : boats"),
    ("They seized two dozen rifles.", "two dozen = 24 : rifles"),
    ("Twelve miners were hurt.", "Twelve = 12 : miners"),
    ("There were twenty-one guests.", "twenty-one = 21 : guests"),
    ("They found three hundred and fifty graves.", "three hundred and fifty = 350 : graves"),
    ("Two thousand and five ballots were spoiled.", "Two thousand and five = 2005 : ballots"),
    ("One million two hundred thousand voters stayed home.", "One million two hundred thousand = 1200000 : voters"),
    ("Half a million people fled.", "Half a million = 500000 : people"),
    ("A quarter of a million homes were dark.", "A quarter of a million = 250000 : homes"),
    ("Half a dozen villages were cut off.", "Half a dozen = 6 : villages"),
    ("A hundred people came.", "A hundred = 100 : people"),
    ("A hundred thousand refugees crossed.", "A hundred thousand = 100000 : refugees"),
    ("Two and a half million voters stayed home.", "Two and a half million = 2500000 : voters"),
    ("Hundreds of Norlandic soldiers left.", "Hundreds = ~100.. : Norlandic soldiers"),
    ("Tens of thousands of Norlandic soldiers left.", "Tens of thousands = ~10000.. : Norlandic soldiers"),
    ("Hundreds of thousands of people marched.", "Hundreds of thousands = ~100000.. : people"),
    ("It will cost millions of crowns.", "millions = ~1000000.. : crowns"),
    ("Dozens of boats sank.", "Dozens = ~12.. : boats"),
    ("Several hundred protesters gathered.", "Several hundred = ~100.. : protesters"),
    ("A few thousand fans came.", "A few thousand = ~1000.. : fans"),
    ("A couple of ferries were late.", "A couple of = ~2 : ferries"),
    ("The union has 27 members.", "27 = 27 : members"),
    ("The 27 members met.", "27 = 27 : members"),
    ("He sent 40 young foreign-born army recruits.", "40 = 40 : young foreign-born army recruits"),
    ("They lost 1,200 United Nations peacekeepers.", "1,200 = 1200 : United Nations peacekeepers"),
    ("The camp holds 5bn people.", "5bn = 5000000000 : people"),
    ("About 12 more people are missing.", "About 12 = ~12 : people"),
    ("It moved 10\u00a0000 troops.", "10\u00a0000 = 10000 : troops"),
    ("The state counted 1,50,000 voters.", "1,50,000 = 150000 : voters"),
    ("Some 5 lakh farmers marched.", "Some 5 lakh = ~500000 : farmers"),
    ("More than 2000 people came.", "More than 2000 = 2000.. : people"),
    ("Nearly 1,200 Norlanders died.", "Nearly 1,200 = ~1200 : Norlanders"),
    ("Officials said Monday 12 people had died.", "12 = 12 : people"),
    ("In all, 9,000 were evacuated.", "9,000 = 9000"),
    ("“We lost 400 houses,” she said.", "400 = 400 : houses"),
    ("Of the 580 pupils, 40 failed.", "580 = 580 : pupils; 40 = 40"),
    ("He owns three sports clubs.", "three = 3 : sports clubs"),
    ("They watch 20,000 of Norland’s 70,000 mosques.", "20,000 = 20000; 70,000 = 70000 : mosques"),
    ("They raised a 100,000-strong force.", "100,000-strong = 100000"),
    ("A half-million people fled.", "A half-million = 500000 : people"),
    ("It suffered 906 attacks.", "906 = 906 : attacks"),
    ("They held a dozen sensitive emails sent to her.", "a dozen = 12 : sensitive emails"),
    ("Only three of 12 boats returned.", "12 = 12 : boats"),
]

MONEY = [
    ("It costs $3.2 billion.", "$3.2 billion = 3200000000 USD"),
    ("It costs €5m.", "€5m = 5000000 EUR"),
    ("It costs £40.", "£40 = 40 GBP"),
    ("It costs 3 billion euros.", "3 billion euros = 3000000000 EUR"),
    ("It costs US$5.", "US$5 = 5 USD"),
    ("It costs A$2 million.", "A$2 million = 2000000 AUD"),
    ("It costs C$7.50 a litre.", "C$7.50 = 7.5 CAD"),
    ("It costs 5 million Norwegian crowns.", "5 million Norwegian crowns = 5000000 NOK"),
    ("It costs 5 million crowns.", "5 million = 5000000 : crowns"),
    ("It costs Rs 500 crore.", "Rs 500 crore = 5000000000 INR"),
    ("It costs ₹12,000.", "₹12,000 = 12000 INR"),
    ("It costs EUR 40 million.", "EUR 40 million = 40000000 EUR"),
    ("It costs 40 million USD.", "40 million USD = 40000000 USD"),
    ("It costs ¥900bn.", "¥900bn = 900000000000 JPY"),
    ("Norland pledged $3.2 billion in aid.", "$3.2 billion = 3200000000 USD : aid"),
    ("Norland pledged $300 million in military aid.", "$300 million = 300000000 USD : military aid"),
    ("It lost $3 million in 2031.", "$3 million = 3000000 USD"),
    ("It lost $3 million in Carrow.", "$3 million = 3000000 USD"),
    ("It made £2 million worth of arms.", "£2 million = 2000000 GBP : arms"),
    ("The fund has 20 million pounds.", "20 million pounds = 20000000 GBP"),
    ("She sent five pounds of sugar.", "five pounds = 5 lb : sugar"),
    ("They pay $5 billion a year.", "$5 billion a year = 5000000000 USD/year"),
    ("They pay 12 euros per month.", "12 euros per month = 12 EUR/month"),
    ("They earn $30,000 annually.", "$30,000 annually = 30000 USD/year"),
    ("It is a $10-million project.", "$10-million = 10000000 USD"),
    ("Hundreds of millions of dollars vanished.", "Hundreds of millions of dollars = ~100000000.. USD"),
    ("He owes 90,000 dollars in taxes.", "90,000 dollars = 90000 USD : taxes"),
    ("It lost 2.2million euros in total.", "2.2million euros = 2200000 EUR"),
    ("It costs USD5m.", "USD5m = 5000000 USD"),
    ("It is a $5-a-day job.", "$5-a-day = 5 USD/day"),
    ("He made a million dollars.", "a million dollars = 1000000 USD"),
]

SHARES = [
    ("Prices rose 12 percent.", "12 percent = 12 %"),
    ("Prices rose 12%.", "12% = 12 %"),
    ("Prices rose 3.5 per cent.", "3.5 per cent = 3.5 %"),
    ("Prices fell by two percentage points.", "two percentage points = 2 percentage point"),
    ("Rates rose 25 basis points.", "25 basis points = 25 basis point"),
    ("Growth was -0.5%.", "-0.5% = -0.5 %"),
    ("About 12% of the workers left.", "About 12% = ~12 % : workers"),
    ("One percent of voters agreed.", "One percent = 1 % : voters"),
    ("A third of voters stayed home.", "A third = 0.3333333333333333 share : voters"),
    ("Two-thirds of its members agreed.", "Two-thirds = 0.6666666666666666 share : members"),
    ("Sales fell by a quarter.", "a quarter = 0.25 share"),
    ("More than half of the houses burned.", "More than half = 0.5.. share : houses"),
    ("Half the houses burned.", "Half = 0.5 share"),
    ("One in five children is hungry.", "One in five = 0.2 share : children"),
    ("One in every 100,000 people has it.", "One in every 100,000 = 1e-05 share : people"),
    ("Nine out of 10 voters agreed.", "Nine out of 10 = 0.9 share : voters"),
    ("It is exact to plus or minus two percent.", "two percent = 2 %"),
    ("Voters backed it 59%-28%.", "59% = 59 %; 28% = 28 %"),
    ("About 12% of likely Norlandic voters left.", "About 12% = ~12 % : likely Norlandic voters"),
    ("It grew 5 percent a year.", "5 percent a year = 5 %/year"),
]

RANGES = [
    ("It costs between 3 and 5 billion euros.", "3 and 5 billion euros = 3000000000..5000000000 EUR"),
    ("It costs 3 to 5 billion.", "3 to 5 billion = 3000000000..5000000000"),
    ("It costs $3 billion to $5 billion.", "$3 billion to $5 billion = 3000000000..5000000000 USD"),
    ("It costs $3-5 million.", "$3-5 million = 3000000..5000000 USD"),
    ("It grew 3–5%.", "3–5% = 3..5 %"),
    ("It grew between 3% and 5%.", "3% and 5% = 3..5 %"),
    ("Rates went from 10 to 15 percent.", "10 = 10 %; 15 percent = 15 %"),
    ("Rates ranging from 10 to 15 percent.", "10 to 15 percent = 10..15 %"),
    ("Around 3,000-4,000 troops left.", "Around 3,000-4,000 = ~3000..4000 : troops"),
    ("Between 20 and 30 people died.", "20 and 30 = 20..30 : people"),
    ("It fell from 45 to 42 seats.", "45 = 45; 42 = 42 : seats"),
    (
        "It is worth less than $1 billion or more than $2 billion.",
        "less than $1 billion = ..1000000000 USD; more than $2 billion = 2000000000.. USD",
    ),
    ("Two or three boats sank.", "Two or three = 2..3 : boats"),
    ("It sank 5-10 boats.", "5-10 = 5..10 : boats"),
    ("At least 30 people died.", "At least 30 = 30.. : people"),
    ("At least one person died.", "At least one = 1.."),
    ("More than 200 people died.", "More than 200 = 200.. : people"),
    ("Up to 1,000 people died.", "Up to 1,000 = ..1000 : people"),
    ("Fewer than 20 people came.", "Fewer than 20 = ..20 : people"),
    ("No more than 20 people came.", "No more than 20 = ..20 : people"),
    ("Less than 5% agreed.", "Less than 5% = ..5 %"),
    ("It grew 5 percent or less.", "5 percent or less = ..5 %"),
    ("Roughly 40 ships left.", "Roughly 40 = ~40 : ships"),
    ("Some 40 ships left.", "Some 40 = ~40 : ships"),
    ("An estimated 40 ships left.", "An estimated 40 = ~40 : ships"),
    ("As many as 40 ships left.", "As many as 40 = ..40 : ships"),
    ("30-odd ships left.", "30-odd = ~30 : ships"),
    ("Forty or so ships left.", "Forty or so = ~40 : ships"),
    ("It has 200+ members.", "200+ = 200.. : members"),
    ("At least about 30 ships left.", "At least about 30 = ~30.. : ships"),
]

MEASURES = [
    ("It was minus 5 degrees.", "minus 5 degrees = -5 degree"),
    ("It was -5°C.", "-5°C = -5 °C"),
    ("It was 30C in Velmark.", "30C = 30 °C"),
    ("It was 86 degrees Fahrenheit.", "86 degrees Fahrenheit = 86 °F"),
    ("It exports 1.2 million tonnes of grain.", "1.2 million tonnes = 1200000 t : grain"),
    (
        "It exports 4 million barrels of crude oil a day.",
        "4 million barrels of crude oil a day = 4000000 barrel/day : crude oil",
    ),
    ("It pumps 4 million barrels per day.", "4 million barrels per day = 4000000 barrel/day"),
    ("A 20-kilometre zone was closed.", "20-kilometre = 20 km"),
    ("It drove at 120 km/h.", "120 km/h = 120 km/h"),
    ("It drove at 90 kilometers an hour.", "90 kilometers an hour = 90 km/h"),
    ("The plant makes 300 MW.", "300 MW = 300 MW"),
    ("It lies 40 miles north of Carrow.", "40 miles = 40 mi"),
    ("They burned 12 square kilometres of forest.", "12 square kilometres = 12 km² : forest"),
    ("It weighs 200 kg.", "200 kg = 200 kg"),
    ("It sees 500 visitors a day.", "500 visitors a day = 500 1/day : visitors"),
]

NONE = [
    "He won 5-1.",
    "The court ruled 5-4.",
    "Voters backed it 52-48.",
    "It came third.",
    "It is the 21st century.",
    "The twenty-first guest came.",
    "The 42-year-old lawmaker left.",
    "Anna Lind, 42, left.",
    "The man, aged 42, left.",
    "An F-16 crashed.",
    "A Boeing 737 landed.",
    "They cited Article 5.",
    "They cited Resolution 1701.",
    "He lives at No. 10.",
    "She sat in Room 12.",
    "He had Covid-19.",
    "The G7 met.",
    "The Group of 20 met.",
    "See page 3.",
    "It ran on Channel 4.",
    "They closed Highway 1.",
    "One of the men left.",
    "No one left.",
    "One said no.",
    "One official said no.",
    "It was a million-dollar error.",
    "The two leaders met.",
    "His two sons left.",
    "These three men left.",
    "She left on March 3.",
    "She left on 3 March.",
    "It opened in 2031.",
    "The 2031 elections were free.",
    "It opens at 5 p.m.",
    "It opens at 10:30.",
    "It lasted three years.",
    "It lasted 10 long days.",
    "Two days later it rained.",
    "Call 555-0123.",
    "Call 020 555 0123.",
    "She lives at 12 Harbour Street.",
    "She lives at 10 Downing Street.",
    "Version 3.11.2 is out.",
    "They met 2,5 in all.",
    "It was on 2031-03-04.",
    "It was 9/11.",
    "It is a 10-point plan.",
    "Several boats sank.",
    "Many boats sank.",
    "She won three times.",
    "It fell in the third quarter.",
    "She said so one day.",
    "In the 1990s it rained.",
    "Apollo 13 flew.",
    "He spoke to Radio 5.",
    "Two of the men left.",
    "5G is coming.",
    "She lived there until the age of 30.",
    "It fell between 2029 and 2031.",
    "They shop at Under 70 Boat Sales.",
    "It began 20 mins later.",
    "He is 5’2”.",
    "It grew from 2029 to 2031.",
    "3. The roof leaks.",
    "Voters under 30 stayed home.",
    "They won by three (45 to 42).",
    "The children are Anna, 34; Orm Lind, Jr., 32; and Vera, 30.",
    "Post 672153025243426816 is gone.",
]


def drawn(text: str, found: Found) -> str:
    low, high = ("" if end is None else str(end) for end in (found.low, found.high))
    value = low if low == high else f"{low}..{high}"
    unit = f" {found.unit}" if found.unit else ""
    counted = f" : {text[slice(*found.counted)]}" if found.counted else ""
    return f"{text[found.start : found.end]} = {'~' * found.approximate}{value}{unit}{counted}"


@pytest.mark.parametrize(("text", "wanted"), COUNTS + MONEY + SHARES + RANGES + MEASURES)
def test_figures(text: str, wanted: str) -> None:
    assert "; ".join(drawn(text, found) for found in figures(text)) == wanted


@pytest.mark.parametrize("text", NONE)
def test_no_figure(text: str) -> None:
    assert [drawn(text, found) for found in figures(text)] == []


def test_taken_is_no_figure() -> None:
    text = "About 40 ships left in 12 shifts."
    assert [drawn(text, one) for one in figures(text, [(23, 32)])] == ["About 40 = ~40 : ships"]
    assert figures(text, [(6, 8), (23, 25)]) == []


@pytest.mark.parametrize("name", ["numbers", "hedges", "units", "currencies", "labels", "times", "plurals"])
def test_lists_are_sound(name: str) -> None:
    words = [row[0] for row in data.rows(f"figure_{name}")]
    assert len(words) == len(set(words))
    assert name in ("units", "currencies", "numbers") or all(word == word.lower() for word in words)


def test_no_unit_has_two_meanings() -> None:
    forms = [form for _, forms in data.table("figure_units", 2) for form in forms.split("|")]
    names = [name for _, _, names in data.table("figure_currencies", 3) for name in names.split("|") if name]
    assert len(forms + names) == len(set(forms + names))


# --- properties -----------------------------------------------------------------------------------------------------

WORDS = """one two twenty hundred thousand million dozen a half third of and to in - – , . $ € 5 12 3,000 1.5 0 05 2031
percent % km euros people between from about at least more than minus m bn “ ” soldiers the per day"""
PIECES = st.sampled_from([*WORDS.split(), "\n", "\u00a0", " - ", "10\u00a0000"])
MANY = st.lists(PIECES, max_size=25)
TEXTS = st.one_of(st.text(max_size=80), MANY.map(" ".join), MANY.map("".join))


@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    at = 0
    for found in figures(text):
        assert at <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == text[found.start : found.end].strip()
        assert found.low is not None or found.high is not None
        assert found.low is None or found.high is None or found.low <= found.high
        if found.counted:
            assert found.start < found.counted[0] < found.counted[1] <= len(text)
        at = found.end


@given(TEXTS, st.lists(st.tuples(st.integers(0, 80), st.integers(1, 9)), max_size=4))
def test_taken_is_never_touched(text: str, spots: list[tuple[int, int]]) -> None:
    taken = [(start, start + length) for start, length in spots]
    for found in figures(text, taken):
        assert all(found.end <= start or end <= found.start for start, end in taken)


def test_time_is_linear() -> None:
    def seconds(copies: int) -> float:
        text = "tens of thousands of 5 to 6 and about 12 more boats, $3 - 4 million a " * copies
        begun = time.process_time()
        assert len(figures(text)) >= copies
        return time.process_time() - begun

    seconds(5)
    # 8 times the text: 8 times the time if linear, 64 if quadratic.
    assert seconds(1_600) < 20 * max(seconds(200), 0.002)
