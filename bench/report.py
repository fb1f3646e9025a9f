"""The figures as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MEGA = 1e6


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """What ``python -m bench`` prints."""
    yield f"read: {figures['corpus']['name']}, {figures['corpus']['words']:,} words"
    yield from _speed(figures["throughput"])
    yield "share of processor time, one thread: " + ", ".join(
        f"{stage} {share:.0%}" for stage, share in sorted(figures["stages"].items(), key=lambda item: -item[1])
    )
    network = figures["network"]
    yield (
        f"network, one thread: {network['network_gops']:.0f} int8 GOPS of {network['ceiling_gops']:.0f} that a bare "
        f"product reaches here: {network['fraction_of_ceiling']:.0%} ({network['tokens_per_second']:,.0f} tokens/s)"
    )
    fp32 = figures["fp32"]
    yield f"int8 against fp32: {fp32['speedup']:.2f} times as fast" if fp32 else "int8 against fp32: skipped, no --fp32"
    yield f"cold start, onrecord read: {figures['cold_start']['seconds']:.2f} s"
    for name, size in figures["peak_memory"].items():
        yield f"peak memory, {name.replace('_', ' ')}: {size / MEGA:.0f} MB"
    sizes = figures["installed_size"]
    largest = ", ".join(f"{name} {size / MEGA:.0f}" for name, size in list(sizes.items())[:5])
    yield f"installed: {sum(sizes.values()) / MEGA:.0f} MB in {len(sizes)} distributions ({largest} MB …)"
    for name, grown in figures["growth"].items():
        yield f"cost as {'articles grow in number' if name == 'articles' else 'one article grows in length'}:"
        for row in grown["table"]:
            each = row["seconds_per_1000_words"]
            yield f"  {row['times']:>3}×  {row['words']:>7,} words  {each:.3f} s per 1,000 words"
        yield f"  exponent {grown['exponent']:.2f} (1 is linear)"


def _speed(figures: dict[str, float]) -> Iterator[str]:
    for count in (1, 2):
        if f"words_per_second_{count}" in figures:
            words, articles = figures[f"words_per_second_{count}"], figures[f"articles_per_second_{count}"]
            yield f"{count} core{'s' * (count > 1)}: {words:,.0f} words/s, {articles:.1f} articles/s"
    if "speedup_of_two" in figures:
        yield f"two cores against one: {figures['speedup_of_two']:.2f} times as fast"
