"""What happened in revenue."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class OrderLineCorrected:
    """An order line was reversed and written anew; ``difference_minor`` is by how much its amount changed."""

    company_id: int
    order_line_id: int
    replacement_id: int
    on: date
    difference_minor: int
    at: datetime
