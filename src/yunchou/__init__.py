"""Yunchou 运筹: a sales department's whole year, from history to next year's plan."""

__version__ = "0.1.0"
