"""As much of the ONNX file format as is needed here.

It reads the shapes of a network's linear layers and writes a network of one matrix product, so that the bench needs no
``onnx``. (Protocol buffers, proto2; field numbers are those of onnx.proto.)
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_UINT8, _INT8, _INT32 = 2, 3, 6  # TensorProto.DataType


def multiply_adds(network: bytes) -> int:
    """Multiply-adds a token of the linear layers: every matrix that is an initializer and goes into a product."""
    (graph,) = (value for field, value in _fields(network) if field == 7)
    assert isinstance(graph, bytes)
    sizes: dict[bytes, int] = {}
    used: list[bytes] = []
    for field, value in _fields(graph):
        if not isinstance(value, bytes) or field not in (1, 5):
            continue
        parts = list(_fields(value))
        if field == 5:  # an initializer
            dims = _numbers(parts)
            (name,) = (part for key, part in parts if key == 8)
            if len(dims) == 2 and isinstance(name, bytes):
                sizes[name] = dims[0] * dims[1]
        elif any(key == 4 and isinstance(part, bytes) and b"MatMul" in part for key, part in parts):
            used += [part for key, part in parts if key == 1 and isinstance(part, bytes)]
    return sum(sizes.get(name, 0) for name in used)


def integer_product(rows: int, matrix: NDArray[np.int8]) -> bytes:
    """A network of one MatMulInteger: ``x`` (rows, n) uint8 times a constant (n, m) int8 gives ``y`` int32."""
    n, m = matrix.shape
    node = _text(1, "x") + _text(1, "w") + _text(2, "y") + _text(4, "MatMulInteger")
    weights = _number(1, n) + _number(1, m) + _number(2, _INT8) + _text(8, "w") + _bytes(9, matrix.tobytes())
    graph = _bytes(1, node) + _text(2, "product") + _bytes(5, weights)
    graph += _bytes(11, _value("x", _UINT8, (rows, n))) + _bytes(12, _value("y", _INT32, (rows, m)))
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, 13))


def _value(name: str, kind: int, shape: tuple[int, ...]) -> bytes:
    dims = b"".join(_bytes(1, _number(1, size)) for size in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, dims)))


def _numbers(parts: list[tuple[int, int | bytes]]) -> list[int]:
    """The dims of a tensor, packed or one by one."""
    dims: list[int] = []
    for key, part in parts:
        if key == 1 and isinstance(part, int):
            dims.append(part)
        elif key == 1 and isinstance(part, bytes):
            at = 0
            while at < len(part):
                value, at = _varint(part, at)
                dims.append(value)
    return dims


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(field number, value) of a message: numbers as int, all else as bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        size = {1: 8, 5: 4}.get(kind)
        if size is None:
            size, at = _varint(message, at)
        yield key >> 3, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _write(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _write(field << 3) + _write(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _write(field << 3 | 2) + _write(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())
