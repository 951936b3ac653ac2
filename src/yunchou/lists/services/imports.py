"""Files brought to a list: kept for a day, and taken in as one operation."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from yunchou.common.list_pages import ListPage, Written
from yunchou.lists import selectors
from yunchou.lists.errors import BadFile
from yunchou.lists.models import ImportFile
from yunchou.lists.services.operations import write

if TYPE_CHECKING:
    from pathlib import Path

    from yunchou.org.models import User

MOST_BYTES = 30_000_000
_KEPT = timedelta(days=1)


def keep_file(*, actor: "User", page: ListPage, name: str, content: bytes, now: datetime) -> ImportFile:
    """Keep a file until it is taken in, at most for a day; the actor's older ones go.

    Raises:
        MayNotChange: The actor may change nothing here.
        BadFile: It is empty or too large.
    """
    selectors.must_edit(actor=actor, page=page)
    if not content:
        raise BadFile(_("这个文件是空的"))
    if len(content) > MOST_BYTES:
        raise BadFile(_("文件超过 30 MB，请拆成几个再传"))
    ImportFile.objects.filter(owner=actor, kept_at__lt=now - _KEPT).delete()
    return ImportFile.objects.create(owner=actor, page=page.code, name=name[:200], content=content, kept_at=now)


def apply_file(*, actor: "User", page: ListPage, import_id: int, path: "Path", now: datetime) -> Written:
    """Take in the good rows of a file that the actor brought (``path``: where it lies), once.

    Raises:
        NotFound: There is no such file of the actor's, or it was taken in before.
        BadFile: It cannot be read, or has no row to take in.
    """
    # whoever takes it out of the table takes it in: a second press finds nothing
    kept = selectors.import_file(actor=actor, import_id=import_id)
    trial = selectors.try_file(actor=actor, page=page, path=path, now=now)
    if not trial.checked.rows:
        raise BadFile(_("这个文件里没有可以导入的行"))
    with transaction.atomic():
        if not ImportFile.objects.filter(pk=kept.pk).delete()[0]:
            raise BadFile(_("这个文件刚刚已经导入了"))
        return write(actor=actor, page=page, batch=trial.batch, action="import", undoes=None, now=now)
