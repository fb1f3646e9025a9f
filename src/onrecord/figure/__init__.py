"""Figures: how much and how many, with unit, range and what is counted."""

from onrecord.figure.find import Found, figures

__all__ = ["Found", "figures"]
