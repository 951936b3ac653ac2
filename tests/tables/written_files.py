"""Files as people write them, for the tests of reading."""

import csv
import gzip
import io
import zipfile

import openpyxl


def csv_text(rows, delimiter=",", end="\r\n"):
    """Return rows as CSV text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


def write_csv(path, rows, encoding="utf-8", delimiter=",", end="\r\n"):
    """Write rows as CSV, packed with gzip where the name says so."""
    data = csv_text(rows, delimiter, end).encode(encoding)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_xlsx(path, rows, merged=(), title="订单"):
    """Write rows as a workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(path)
    return path


def rewrite_part(source, target, part, change, stated_size=None):
    """Copy a workbook with one of its parts changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if entry.filename == part else data)
    return target
