"""The one way a workbook is written: no live formula or link ever comes from data, figures keep one look."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

# A count of paths cannot tell never from hardly ever: no probability is shown as 0 % or 100 %.
CHANCE = '[<0.001]"<0.1%";[>0.999]">99.9%";0.0%'
# A line of text is so many points high, and holds about so many letters for each unit of a column's width.
_LINE, _LETTERS_A_WIDTH = 14, 1.03
TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Book:
    """An open workbook with the few cell formats that every sheet uses.

    Text always goes through ``text``: a name such as ``=1+1`` stays a name. Only ``formula`` writes a live
    formula, and it always carries the value we computed, so that readers without a calculator show it too.
    """

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        font = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
        line = {"bottom": 1, "bottom_color": "#E3E6EB"}
        head = {
            **font,
            "bold": True,
            "font_color": "#566074",
            "bg_color": "#F6F7F9",
            "text_wrap": True,
            "bottom": 1,
            "bottom_color": "#C9CED8",
        }
        made: dict[str, dict[str, Any]] = {
            "title": {**font, "font_size": 16, "bold": True},
            "note": {**font, "font_color": "#566074"},
            "note_indented": {**font, "font_color": "#566074", "indent": 1},
            "paragraph": {**font, "font_color": "#566074", "text_wrap": True, "valign": "top"},
            "wrapped": {**font, "text_wrap": True, "valign": "top"},
            "section": {**font, "bold": True, "font_size": 12},
            "head": head,
            "head_right": {**head, "align": "right"},
            "text": {**font, **line},
            "reason": {**font, **line, "indent": 1, "text_wrap": True, "valign": "vcenter"},
            "head_reason": {**head, "indent": 1},
            "text_bold": {**font, **line, "bold": True},
            "wan": {**font, **line, "align": "right", "num_format": "#,##0.00;−#,##0.00;0"},
            "wan_signed": {**font, **line, "align": "right", "num_format": "+#,##0.00;−#,##0.00;0"},
            "wan_total": {**font, "bold": True, "align": "right", "num_format": "#,##0.00;−#,##0.00;0", "top": 1, "bg_color": "#F6F7F9"},
            "text_total": {**font, "bold": True, "top": 1, "bg_color": "#F6F7F9"},
            "percent": {**font, **line, "align": "right", "num_format": "0.0%;−0.0%;0.0%"},
            "chance": {**font, **line, "align": "right", "num_format": CHANCE},
            "percent_signed": {**font, **line, "align": "right", "num_format": "+0.0%;−0.0%;0.0%"},
            "percent_total": {**font, "bold": True, "align": "right", "num_format": "0.0%;−0.0%;0.0%", "top": 1, "bg_color": "#F6F7F9"},
            "signed_total": {**font, "bold": True, "align": "right", "num_format": "+0.0%;−0.0%;0.0%", "top": 1, "bg_color": "#F6F7F9"},
            "decimal": {**font, **line, "align": "right", "num_format": "#,##0.0"},
            "text_right": {**font, **line, "align": "right"},
            "count": {**font, **line, "align": "right", "num_format": "#,##0"},
            "big": {**font, "font_size": 14, "bold": True, "num_format": "#,##0.00", "align": "left"},
            "big_chance": {**font, "font_size": 14, "bold": True, "num_format": CHANCE, "align": "left"},
            "big_signed": {**font, "font_size": 14, "bold": True, "num_format": "+0.0%;−0.0%;0.0%", "align": "left"},
        }  # fmt: skip
        self.formats = {name: workbook.add_format(look) for name, look in made.items()}

    def sheet(self, name: str, widths: list[float]) -> "Sheet":
        """Add a sheet with the widths of its first columns."""
        page = self.workbook.add_worksheet(name)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        return Sheet(self, page, name, tuple(widths))


def printed_width(value: object) -> int:
    """Return how wide a value prints; a Chinese character takes two places."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in str(value)) if value is not None else 0


class Sheet:
    """One sheet of a book; rows and columns count from 0."""

    def __init__(self, book: Book, page: Any, name: str, widths: tuple[float, ...]) -> None:
        self.book, self.page, self.name, self.widths = book, page, name, widths

    def text(self, row: int, column: int, value: str | None, look: str = "text") -> None:
        """Write words as words."""
        self.page.write_string(row, column, value or "", self.book.formats[look])

    def paragraph(self, row: int, *words: str, first: int = 0, span: int = 1, look: str = "paragraph") -> None:
        """Write texts side by side from a column on, each over ``span`` columns, in a row as high as the longest of them takes.

        A line that runs on beyond the table would make the whole sheet print small.
        """
        lines = 1
        for column, value in enumerate(words):
            start = first + column * span
            if span > 1:
                self.page.merge_range(row, start, row, start + span - 1, "", self.book.formats[look])
            self.text(row, start, value, look)
            lines = max(lines, ceil(printed_width(value) / (sum(self.widths[start : start + span]) * _LETTERS_A_WIDTH)))
        if lines > 1:
            self.page.set_row(row, _LINE * lines + 1)

    def number(self, row: int, column: int, value: float | None, look: str) -> None:
        """Write a figure, or the dash of a missing one."""
        if value is None:
            self.page.write_string(row, column, "–", self.book.formats[look])
        else:
            self.page.write_number(row, column, value, self.book.formats[look])

    def formula(self, row: int, column: int, formula: str, value: float | None, look: str) -> None:
        """Write a live formula of our own with the value it has; without a value the dash is its result."""
        self.page.write_formula(row, column, formula, self.book.formats[look], "–" if value is None else value)

    def heads(self, row: int, heads: list[str], words: int = 1, height: float = 22) -> None:
        """Write a header row whose first ``words`` columns hold text."""
        for column, head in enumerate(heads):
            self.text(row, column, head, "head" if column < words else "head_right")
        self.page.set_row(row, height)


def round_span(low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis that holds both figures, at round ones."""
    step = 10 ** floor(log10(high - low)) / 2 if high > low else 1.0
    return floor(low / step) * step, ceil(high / step) * step


@contextlib.contextmanager
def open_book(path: Path) -> Iterator[Book]:
    """Give a workbook to fill; it is written when the block ends."""
    import xlsxwriter  # noqa: PLC0415 - wanted only where a workbook is made

    workbook = xlsxwriter.Workbook(str(path), TEXT_ONLY)
    # Equal plans give equal bytes: the date of making is not part of a plan.
    workbook.set_properties({"title": "Yunchou 运筹", "created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
    yield Book(workbook)
    close_workbook(workbook)


def close_workbook(workbook: Any) -> None:
    """Write the workbook.

    Raises:
        OSError: What the system said, such as a full disk; the library would hide it in an error of its own.
    """
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - wanted only where a workbook is made

    try:
        workbook.close()
    except FileCreateError as fault:
        raise fault.args[0] from fault
