"""A process that reads: articles out of their inputs, their statements, vectors and signatures."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import TYPE_CHECKING

from onrecord.adding.jobs import Job, Problem, Result, fault
from onrecord.errors import OnRecordError
from onrecord.types import Article, Record

if TYPE_CHECKING:
    from onrecord.intake.polite import Polite
    from onrecord.model import Model


def serve(pipe: Connection, allow_private: bool, spacing: float) -> None:
    """Read batches of jobs from ``pipe`` and send their results back, until the other side sends None.

    ``spacing``: seconds that this process leaves between two requests to one host.

    First comes None, when the models are loaded, or ``(class, datum, problem, way_out)`` of the error that it met; then
    the results of each batch, and None after the last. If the other side goes away, this process ends at once.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends Ctrl-C to all; the one who writes decides
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    batches: SimpleQueue[list[Job] | None] = SimpleQueue()
    threading.Thread(target=_receive, args=(pipe, batches), daemon=True).start()
    try:
        reader = Reader(allow_private=allow_private, spacing=spacing)
        try:
            reader.load()
        except OnRecordError as error:
            pipe.send((type(error), error.datum, error.problem, error.way_out))
            return
        pipe.send(None)
        while (batch := batches.get()) is not None:
            for result in reader.read(batch):
                pipe.send(result)
            pipe.send(None)
    except (BrokenPipeError, ConnectionResetError):
        return  # whoever wrote is gone, by a kill perhaps; what was not committed will be read again


def _receive(pipe: Connection, batches: SimpleQueue[list[Job] | None]) -> None:
    """Take what comes, so that the one who writes never waits with a batch while this process waits with a result."""
    try:
        while True:
            batches.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(0)  # nobody is there to take what is being read


SPACING = 2.0  # seconds between two requests to one host, for links that a feed or a sitemap has brought


class Reader:
    """Reads jobs, with models that are loaded when the first needs them."""

    def __init__(self, *, allow_private: bool, spacing: float = SPACING) -> None:
        self._allow_private = allow_private
        self._spacing = spacing
        self._model: Model | None = None
        self._polite: Polite | None = None

    def load(self) -> None:
        """Load the models now; what is wrong with them is wrong for every article, and shows before the first."""
        from onrecord.model import load
        from onrecord.model.embedding import load_embedder

        self._model = load(threads=1)
        load_embedder()

    def read(self, jobs: list[Job]) -> Iterator[Result]:
        """The result of each job; an error in one costs none of the others."""
        articles: list[tuple[int, Article]] = []
        records: list[tuple[int, Record]] = []
        for job in jobs:
            try:
                made = self._made(job)
            except OnRecordError as error:
                yield Result(job.number, Problem.of(error))
            except Exception as error:  # a fault of ours (or of a parser) in one article stops none of the others
                yield Result(job.number, fault(error))
            else:
                (records if isinstance(made, Record) else articles).append((job.number, made))  # type: ignore[arg-type]
        yield from self._extracted(articles)
        yield from self._prepared_together(records)

    def _made(self, job: Job) -> Article | Record:
        from onrecord.intake import read_item

        if isinstance(job.work, Article):
            return job.work
        if job.work.kind == "record":
            from onrecord.export.record_json import from_dict

            return from_dict(json.loads(job.work.data))
        if job.work.kind == "address" and self._polite is None:
            from onrecord.intake.polite import Manners, Polite

            self._polite = Polite(Manners(spacing=self._spacing), allow_private=self._allow_private)
        return read_item(job.work, allow_private=self._allow_private, polite=self._polite)

    def _extracted(self, articles: list[tuple[int, Article]]) -> Iterator[Result]:
        if not articles:
            return
        from onrecord.model import load
        from onrecord.pipeline import extract_many

        self._model = self._model or load(threads=1)
        read: list[tuple[int, Record]] = []
        left: list[tuple[int, Article]] = []
        try:
            for record in extract_many([article for _, article in articles], self._model):
                read.append((articles[len(read)][0], record))
        except Exception as error:
            if len(articles) == 1:
                yield Result(articles[0][0], fault(error))
                return
            left = articles[len(read) :]
        yield from self._prepared_together(read)
        for one in left:  # one by one, to find out which it is
            yield from self._extracted([one])

    def _prepared_together(self, read: list[tuple[int, Record]]) -> Iterator[Result]:
        """The vectors of all at once, which the embedder then remembers: hundreds of texts take it less time each."""
        from onrecord.store.standing import words_of
        from onrecord.store.vectors import vectors_of

        with contextlib.suppress(Exception):  # whatever it is, it will show for the one record that it concerns
            vectors_of([text for _, record in read for one in record.statements if (text := words_of(one))])
        for number, record in read:
            yield self._prepared(number, record)

    def _prepared(self, number: int, record: Record) -> Result:
        from onrecord.store.vectors import vectors_of
        from onrecord.store.writer import prepare

        try:
            return Result(number, prepare(record, vectors_of))
        except OnRecordError as error:
            return Result(number, Problem.of(error))
        except Exception as error:
            return Result(number, fault(error))
