"""What a writer writes, as it is sent: at most a few pieces wait, so that memory does not grow with what is written."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

PIECE = 64 * 1024  # bytes to a piece
WAITING = 4  # pieces that are written before the reader has taken them
PATIENCE = 60.0  # seconds for which a reader may take nothing, before the writing ends


class _Gone(Exception):
    """Nobody reads any more."""


class Sink(io.RawIOBase):
    """What a writer in a thread of its own writes to: text, which becomes UTF-8, or bytes."""

    def __init__(self) -> None:
        self.pieces: queue.Queue[bytes | BaseException | None] = queue.Queue(WAITING)
        self.gone = threading.Event()
        self._held = bytearray()
        self._at = 0

    def write(self, data: Any) -> int:
        """Take this, and wait where the reader is slow. Raises when nobody reads any more."""
        raw = data.encode("utf-8") if isinstance(data, str) else bytes(data)
        self._held += raw
        self._at += len(raw)
        if len(self._held) >= PIECE:
            self._hand_over()
        return len(data)

    def finish(self, error: BaseException | None = None) -> None:
        """Say that all is written, or what came between."""
        try:
            if error is None and self._held:
                self._hand_over()
            self._put(error)
        except _Gone:
            pass

    def _hand_over(self) -> None:
        piece, self._held = bytes(self._held), bytearray()
        self._put(piece)

    def _put(self, piece: bytes | BaseException | None) -> None:
        waited = 0.0
        while not self.gone.is_set() and waited < PATIENCE:
            try:
                self.pieces.put(piece, timeout=0.5)
                return
            except queue.Full:
                waited += 0.5
        self.gone.set()
        raise _Gone

    def take(self) -> bytes | BaseException | None:
        """The next piece; None at the end. Raises TimeoutError where the writing ended because nobody took any."""
        while True:
            try:
                return self.pieces.get(timeout=0.5)
            except queue.Empty:
                if self.gone.is_set():
                    raise TimeoutError("the reader took too long, and the writing was ended") from None

    def writable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """How many bytes were written."""
        return self._at


def streamed(produce: Callable[[Sink], object], done: Callable[[], None]) -> Iterator[bytes]:
    """The pieces of what ``produce`` writes; ``done`` is called when it has ended, however it did.

    The first piece is there when this returns: what goes wrong before it is raised here, while there is still another
    answer to give. What goes wrong later is raised by the iterator, which breaks the connection off: half a table must
    not pass for a whole one.
    """
    sink = Sink()

    def work() -> None:
        error: BaseException | None = None
        try:
            produce(sink)
        except _Gone:
            pass
        except BaseException as told:
            error = told
        finally:
            done()
            sink.finish(error)

    threading.Thread(target=work, name="export", daemon=True).start()
    first = sink.take()
    if isinstance(first, BaseException):
        raise first
    return _pieces(sink, first)


def _pieces(sink: Sink, first: bytes | None) -> Iterator[bytes]:
    piece: bytes | BaseException | None = first
    try:
        while piece is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
            piece = sink.take()
    finally:
        sink.gone.set()
