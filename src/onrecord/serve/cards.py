"""The side of the page: a card for each statement, and lists of the people, the dates and the figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from onrecord.serve.marks import head, parts
from onrecord.serve.markup import escape, link, place, wikidata
from onrecord.serve.people import People
from onrecord.serve.wording import amount, days, long_days, meaning, post
from onrecord.types import Dated, Figure, Party, Record, Span, Statement


class Cards:
    """What stands beside the text of one record.

    ``linked`` gathers the words that links lead to; the text must have a target for each.
    """

    def __init__(self, record: Record) -> None:
        self.record, self.people = record, People(record)
        self.numbers = {statement.id: number for number, statement in enumerate(record.statements, start=1)}
        self.whens = {when.id: when for when in record.whens}
        self.figures: defaultdict[str | None, list[Figure]] = defaultdict(list)
        for figure in record.figures:
            self.figures[figure.statement].append(figure)
        self.linked: list[Span] = []

    def statements(self) -> str:
        """A card for each statement: its words, and what is seen when it is pointed at, focused or jumped to."""
        return "\n".join(self._card(statement) for statement in self.record.statements)

    def lists(self) -> str:
        """The entities, the time expressions, the figures and the notes, each list folded up."""
        record, texts = self.record, {when.id: when.span.text for when in self.record.whens}
        people = (
            (f"<bdi>{escape(part.entity.name)}</bdi>", self._part(part.entity.id, part.mentions, part.speaks))
            for part in self.people.parts()
        )
        whens = ((self._link(when.span), escape(meaning(when, texts))) for when in record.whens)
        figures = ((self._link(figure.span), self._figure(figure) + self._stated(figure)) for figure in record.figures)
        found = [
            _folded("Who appears", len(record.entities), people),
            _folded("Dates", len(record.whens), whens),
            _folded("Figures", len(record.figures), figures),
        ]
        if record.notes:
            notes = "".join(f'<li dir="auto">{escape(note)}</li>' for note in record.notes)
            found.append(f'<section class="notes"><h2>Notes</h2><ul>{notes}</ul></section>')
        return "\n".join(filter(None, found))

    def _card(self, statement: Statement) -> str:
        number = self.numbers[statement.id]
        parent = self.numbers.get(statement.parent) if statement.parent else None
        within = f'<p class="within">within <a href="#s{parent}">statement {parent}</a></p>' if parent else ""
        words = " … ".join(escape(span.text) for span in statement.content)
        begins = head(statement)
        back = self._target(begins) if begins else "#"
        day = f'<p class="day">{escape(days(statement.said_on))}</p>' if statement.said_on else ""
        return f"""<li class="card{" nested" if parent else ""}" data-on="{number}" data-in="{number}">
<a class="number" href="{back}" aria-label="Statement {number}: show it in the text">{number}</a>
<div class="words">
<h3>{_who(statement)}</h3>{day}{within}
{f'<blockquote dir="auto">{words}</blockquote>' if words else ""}
</div>
<div class="detail" id="s{number}" tabindex="-1" role="group" aria-label="Statement {number}">
<a class="close" href="{back}" aria-label="Back to the text">×</a>
<p class="name"><span class="badge" aria-hidden="true">{number}</span> {_who(statement)}</p>
{_post(statement)}
<dl>{"".join(self._rows(statement))}</dl>
</div>
</li>"""

    def _rows(self, statement: Statement) -> Iterator[str]:
        yield _row("said", self._said_on(statement.said_on))
        yield _row("to", self._parties(statement.addressee))
        yield _row("where", self._parties(statement.venue))
        if chain := self.people.chain(statement):
            steps = ' <span aria-label="that is">→</span> '.join(self._link(span) for span in chain)
            alone = "named here: " if statement.source else "named elsewhere: "
            yield _row("why", steps if len(chain) > 1 else alone + steps)
        yield _row("cue", " … ".join(f'<bdi class="cue">{escape(span.text)}</bdi>' for span in parts(statement, "cue")))
        figures = (f"{self._link(figure.span)} {self._figure(figure)}" for figure in self.figures[statement.id])
        yield _row("figures", "<br>".join(figures))
        yield _row("kind", escape(f"{statement.kind} · {statement.act.replace('-', ' ')}"))
        sure = f"{statement.confidence:.2f}"
        yield _row("confidence", f'<span class="bar" style="--sure:{sure}" aria-hidden="true"></span>{sure}')

    def _said_on(self, said_on: Dated | None) -> str:
        if said_on is None:
            return '<span class="unknown">the article does not settle the day</span>'
        return self._days(said_on)

    def _days(self, dated: Dated) -> str:
        """The days in full, and the expression that they come from."""
        when = self.whens.get(dated.when) if dated.when else None
        told = f"“{self._link(when.span)}”" if when else '<span class="unknown">not told by the text itself</span>'
        return f'<time datetime="{escape(dated.start)}">{escape(long_days(dated))}</time> ({told})'

    def _parties(self, parties: tuple[Party, ...]) -> str:
        """The words, and the name where they are not it."""
        found = []
        for party in parties:
            entity = self.people.by_id.get(party.entity) if party.entity else None
            name = "" if entity is None or entity.name in party.span.text else f" = <bdi>{escape(entity.name)}</bdi>"
            found.append(self._link(party.span) + name)
        return ", ".join(found)

    def _figure(self, figure: Figure) -> str:
        """What is counted, the quantity where the words put it differently, and the days it holds for."""
        told = amount(figure)
        known = ["" if told.replace(" ", "") == figure.span.text.replace(" ", "") else f"= {escape(told)}"]
        known += [f"<bdi>{escape(figure.counted.text)}</bdi>"] if figure.counted else []
        known += [f"as of {self._days(figure.as_of)}"] if figure.as_of else []
        return " ".join(filter(None, known))

    def _stated(self, figure: Figure) -> str:
        number = self.numbers.get(figure.statement) if figure.statement else None
        return f' · <a href="#s{number}">statement {number}</a>' if number else ""

    def _part(self, entity_id: str, mentions: int, speaks: int) -> str:
        entity = self.people.by_id[entity_id]
        known = [escape(entity.type), escape(post(entity)), wikidata(entity)]
        known += [f"says {speaks}"] if speaks else []
        if mentions:
            first = self.people.mentions[entity_id][0].span
            known.append(f'<a href="{self._target(first)}">{mentions} mention{"" if mentions == 1 else "s"}</a>')
        return " · ".join(filter(None, known))

    def _link(self, span: Span) -> str:
        self.linked.append(span)
        return link(span)

    def _target(self, span: Span) -> str:
        self.linked.append(span)
        return f"#at{place(span)}"


def _who(statement: Statement) -> str:
    if statement.speaker:
        return f"<bdi>{escape(statement.speaker.name)}</bdi>"
    if statement.source:
        return f"<bdi>{' … '.join(escape(span.text) for span in statement.source)}</bdi>"
    return '<span class="unknown">source not named</span>'


def _post(statement: Statement) -> str:
    speaker = statement.speaker
    if speaker is None:
        return '<p class="post unknown">the article gives no name</p>' if statement.source else ""
    known = " · ".join(filter(None, [escape(post(speaker)), wikidata(speaker)]))
    return f'<p class="post">{known}</p>' if known else ""


def _row(name: str, value: str) -> str:
    return f"<div><dt>{name}</dt><dd>{value}</dd></div>" if value else ""


def _folded(title: str, count: int, rows: Iterable[tuple[str, str]]) -> str:
    if not count:
        return ""
    items = "".join(f"<li><b>{name}</b> <span>{told}</span></li>" for name, told in rows)
    return f'<details class="list"><summary>{title} <span>{count}</span></summary><ul>{items}</ul></details>'
