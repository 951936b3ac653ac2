"""Refusals: one list of all codes, each with a status and its own sentence."""

import importlib
import pkgutil

import yunchou
from yunchou.common.errors import DomainError

STATUSES = {
    "already_corrected": 409,
    "already_undone": 409,
    "bad_account": 422,
    "bad_dashboard": 422,
    "bad_file": 422,
    "bad_filter": 422,
    "bad_metric": 422,
    "bad_move": 422,
    "bad_question": 422,
    "bad_right": 422,
    "bad_values": 422,
    "bad_view": 422,
    "may_not_change": 403,
    "may_not_correct": 403,
    "may_not_define": 403,
    "may_not_move": 403,
    "no_company": 409,
    "no_history": 409,
    "not_administrator": 403,
    "not_found": 404,
    "row_refused": 409,
    "unit_cycle": 409,
    "unknown_code": 422,
    "version_not_draft": 409,
}


def kinds(parent: type[DomainError]) -> list[type[DomainError]]:
    return [kind for child in parent.__subclasses__() for kind in (child, *kinds(child))]


def test_codes_are_all_known_and_used_once() -> None:
    for module in pkgutil.walk_packages(yunchou.__path__, "yunchou."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)

    found = [(kind.code, kind.status) for kind in kinds(DomainError) if kind.__module__.startswith("yunchou.")]
    assert sorted(found) == sorted(STATUSES.items())


def test_refusal_carries_its_sentence() -> None:
    refusal = DomainError("请先导入历史数据")

    assert (str(refusal), refusal.sentence) == ("请先导入历史数据", "请先导入历史数据")
