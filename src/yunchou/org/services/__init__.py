"""Every write to the organisation."""

from yunchou.org.services.people import change_people, end_employment, must_move, report_to, transfer
from yunchou.org.services.rights import must_administer, set_administrator, set_field_rights, set_scope
from yunchou.org.services.tokens import end_token, make_token
from yunchou.org.services.units import (
    change_units,
    create_company,
    create_user,
    import_people,
    import_units,
    move_unit,
    must_place,
    place_unit,
    renumber_tree,
)
from yunchou.org.services.users import close_account, make_account, open_account, set_password

__all__ = [
    "change_people",
    "change_units",
    "close_account",
    "create_company",
    "create_user",
    "end_employment",
    "end_token",
    "import_people",
    "import_units",
    "make_account",
    "make_token",
    "move_unit",
    "must_administer",
    "must_move",
    "must_place",
    "open_account",
    "place_unit",
    "renumber_tree",
    "report_to",
    "set_administrator",
    "set_field_rights",
    "set_password",
    "set_scope",
    "transfer",
]
