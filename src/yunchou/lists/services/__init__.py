"""Every write of lists: views kept of them, rows changed through them, files read into them."""

from yunchou.lists.services.imports import MOST_BYTES, apply_file, keep_file
from yunchou.lists.services.operations import put_back, remove, restore, undo, write
from yunchou.lists.services.rows import write_batch, write_rows
from yunchou.lists.services.views import change_view, delete_view, save_view

__all__ = [
    "MOST_BYTES",
    "apply_file",
    "change_view",
    "delete_view",
    "keep_file",
    "put_back",
    "remove",
    "restore",
    "save_view",
    "undo",
    "write",
    "write_batch",
    "write_rows",
]
