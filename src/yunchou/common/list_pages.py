"""The declaration of a list page: one app's rows with their columns, from which page, filters, export and saved views all follow.

Apps declare in ``<app>/lists.py`` and ``lists/`` serves; neither imports the other.
"""

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from yunchou.org.models import User

Kind = Literal["text", "choice", "date", "money", "count"]
Label = Any  # a lazy translation


Changes = Mapping[int, Mapping[str, Any]]
"""What rows shall hold: by the row's id, by the model's attribute."""


class BadValue(ValueError):  # noqa: N818 - a refusal is an answer, not a fault
    """A value that its column cannot hold; the sentence says why, in the reader's language."""


@dataclass(frozen=True, kw_only=True)
class Editor:
    """How a reader changes a column: ``field`` is the model's attribute that holds the value (``owner_id``).

    ``read`` turns what was typed into it, or raises ``BadValue``; without it the column's kind does. ``offers`` are words to be
    completed; without them a column with choices holds one of these. ``is_for_new``: only new rows are asked for it.
    ``may_be_left_out`` of a new row, where the app finds it out by itself.
    """

    field: str
    read: "Callable[[User, datetime, str], Any] | None" = None
    offers: "Callable[[User, datetime], Sequence[str]] | None" = None
    is_required: bool = True
    is_for_new: bool = False
    may_be_left_out: bool = False


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What somebody asks of the rows of a table, all of it one operation.

    ``changes``: new values by row; ``expected``: what the rows are thought to hold, None for anything; ``added``: the values of new rows;
    ``removed``: rows to take away; ``returned``: whole rows, as the audit kept them, to put back.
    """

    changes: Changes = field(default_factory=dict)
    expected: Changes | None = None
    added: Sequence[Mapping[str, Any]] = ()
    removed: Sequence[int] = ()
    returned: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What would become of a batch: what really happens, and a sentence for each refused row; ``same`` rows stay as they are.

    ``added`` and ``refused_new`` are by place in the batch. ``moved``: refused rows that hold something else than was expected of them.
    """

    changed: Changes
    refused: Mapping[int, str]
    same: int = 0
    moved: frozenset[int] = frozenset()
    added: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    refused_new: Mapping[int, str] = field(default_factory=dict)
    removed: tuple[int, ...] = ()

    @property
    def rows(self) -> int:
        """Return how many rows something happens to."""
        return len(self.changed) + len(self.added) + len(self.removed)

    @property
    def refusals(self) -> int:
        """Return how many rows are refused."""
        return len(self.refused) + len(self.refused_new)


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of changes, the number of the operation that made them (None: nothing changed), and the ids of new rows."""

    checked: Checked
    operation_id: int | None
    added: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Editing:
    """How rows of a page are changed; ``key`` is the column by which a file's rows are known.

    ``may(actor)`` names the columns that the actor may change, None for every one that has an editor; ``may_add`` and ``may_remove`` tell
    about whole rows. ``check(actor=, batch=, now=)`` returns a ``Checked`` and writes nothing; ``write(actor=, batch=, action=, undoes=,
    now=)`` returns a ``Written``.
    """

    key: str
    may: "Callable[[User], frozenset[str] | None]"
    may_add: "Callable[[User], bool]"
    may_remove: "Callable[[User], bool]"
    check: Callable[..., Checked]
    write: Callable[..., Written]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: ``name`` in addresses and files, ``path`` where its value stands (an ORM path; the name where empty).

    ``field`` is the model's field whose rights govern it (its name where empty); ``choices`` lists what a choice may be, as
    (value, label); ``value`` is the ORM path that a choice is compared with (``path`` where empty); ``words`` are what stands for the
    values of a choice that is kept as a code. Money is in minor units. ``is_nullable``: it may be empty. ``opens``: the code of the
    list page whose record the cell opens, by ``opens_by`` (an ORM path).
    """

    name: str
    label: Label
    kind: Kind
    path: str = ""
    field: str = ""
    value: str = ""
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    words: Mapping[str, Label] | None = None
    is_nullable: bool = False
    is_sortable: bool = True
    is_default: bool = True
    is_totalled: bool = False
    opens: str = ""
    opens_by: str = ""
    editor: Editor | None = None

    @property
    def source(self) -> str:
        """Return the ORM path of the value."""
        return self.path or self.name

    @property
    def governed_by(self) -> str:
        """Return the field whose rights govern the column."""
        return self.field or self.name

    def worded(self, value: Any) -> Any:
        """Return a value in words where it is kept as a code, else as it is."""
        return value if self.words is None else self.words.get(value, value)


def coded(words: Mapping[str, Label], **told: Any) -> Column:
    """Return the column of a choice that is kept as a code and read in words."""
    return Column(kind="choice", words=words, choices=lambda: [(code, str(word)) for code, word in words.items()], **told)


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that is done on a page of its own: ``address`` is the name of that page; with a record it takes the row's id."""

    label: Label
    icon: str
    address: str
    may: "Callable[[User], bool]"


@dataclass(frozen=True, kw_only=True)
class Related:
    """Rows of a list page that belong to a record: those whose column ``by`` (of that page) holds the record's ``value``.

    ``title`` says what they are to the record (the page's title where empty).
    """

    page: str
    by: str
    value: str
    title: Label = ""


@dataclass(frozen=True, kw_only=True)
class SearchEntry:
    """How the search over everything finds a page's rows.

    ``text`` and ``keys`` are attributes that hold what ``common.search_keys`` makes of a row (null keys: not made yet, such a row is
    compared with ``plain``, ORM paths); without them rows are found by the beginning of ``prefix``. ``beside`` is shown beside the title;
    ``governs``: the columns that must be readable.
    """

    title: str
    beside: str
    text: str = ""
    keys: str = ""
    plain: tuple[str, ...] = ()
    prefix: str = ""
    governs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """One list page, served at ``/<app>/<name>/``.

    ``rows(actor, now)`` returns what the actor may see; ``model`` is the label whose field rights apply; ``title_path`` the ORM path
    of a record's title; ``counted`` a sentence with ``%(count)s``; ``search`` the ORM paths that a quick search looks in;
    ``empty`` says what to do where there is nothing yet; ``sort`` a column's name, with ``-`` for the largest first; ``is_for`` tells
    who has the page at all, where that is not everybody. ``acts`` are done with a record, ``adding`` makes a new one where lists do not.
    """

    app: str
    name: str
    model: str
    title: Label
    counted: Label
    group: Label
    icon: str
    columns: tuple[Column, ...]
    sort: str
    search: tuple[str, ...]
    title_path: str
    empty: Label
    rows: "Callable[[User, datetime], QuerySet[Any]]"
    related: tuple[Related, ...] = field(default=())
    editing: Editing | None = None
    search_entry: SearchEntry | None = None
    acts: tuple[Act, ...] = ()
    adding: Act | None = None
    is_for: "Callable[[User], bool] | None" = None

    @property
    def code(self) -> str:
        """Return the page's name among all: ``customers.accounts``."""
        return f"{self.app}.{self.name}"

    def is_title(self, column: Column) -> bool:
        """Tell whether a column opens the record itself: it is always seen, or nothing could be told apart."""
        return column.opens == self.code and column.opens_by == "pk"

    def column(self, name: str) -> Column | None:
        """Return a column by its name."""
        return next((column for column in self.columns if column.name == name), None)


_pages: dict[str, ListPage] = {}


def register(page: ListPage) -> None:
    """Make a page known; a second of the same code is a fault."""
    if page.code in _pages:
        raise ValueError(f"the list page {page.code} is declared twice")
    _pages[page.code] = page


def pages() -> tuple[ListPage, ...]:
    """Return all pages, in the order they were declared."""
    return tuple(_pages.values())


def page_of(code: str) -> ListPage:
    """Return a page by its code; an unknown one is a fault.

    Raises:
        KeyError: Nobody declared it.
    """
    return _pages[code]


def declares(app: str) -> bool:
    """Tell whether an app has list pages to declare."""
    return importlib.util.find_spec(f"{app}.lists") is not None
