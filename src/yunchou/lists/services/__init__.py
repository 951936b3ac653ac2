"""Every write of lists: views kept of them, and rows changed through them."""

from yunchou.lists.services.rows import restore, undo, write_rows
from yunchou.lists.services.views import change_view, delete_view, save_view

__all__ = ["change_view", "delete_view", "restore", "save_view", "undo", "write_rows"]
