"""Reading tabular files into clean frames, with every refused row named."""

from yunchou.tables.lines import Lines, read_lines

__all__ = ["Lines", "read_lines"]
