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


def rewrite_part(source, target, part, change):
    """Copy a workbook with one of its parts changed, or added where it is not there."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {entry.filename: old.read(entry) for entry in old.infolist()}
        parts[part] = change(parts.get(part, b'<?xml version="1.0"?><sst></sst>'))
        for name, data in parts.items():
            new.writestr(name, data)
    return target
