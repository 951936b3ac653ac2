"""Why a row was refused: a stable code for programs, a sentence for people."""

from yunchou.calc.text import Text

REASONS = {
    "too_many_cells": Text(
        "这一行的格数比表头多；多半是数字里的逗号没有加引号",
        "this row has more cells than the header; most likely a comma inside a number is not quoted",
    ),
    "error_cell": Text("单元格是公式错误（如 #DIV/0!）", "the cell holds a formula error such as #DIV/0!"),
    "formula_without_value": Text(
        "公式没有算出的值；请用 Excel 打开并保存一次",
        "the formula has no stored value; open the file in Excel and save it once",
    ),
    "date_empty": Text("没有日期", "the date is empty"),
    "date_not_readable": Text("读不出日期", "this is not readable as a date"),
    "date_out_of_range": Text("日期早于 1990 年或在今天之后", "the date is before 1990 or after today"),
    "amount_empty": Text("没有金额", "the amount is empty"),
    "amount_not_a_number": Text("金额不是数字", "the amount is not a number"),
    "amount_is_percentage": Text("金额是百分数", "the amount is a percentage"),
    "amount_other_currency": Text("金额的币种与本列其他行不同", "the amount is in another currency than the rest of the column"),
    "amount_in_other_unit": Text("这一格自带的单位与表里写明的单位不同", "the amount names another unit than the table states"),
    "amount_out_of_range": Text(
        "金额超出可精确保存的范围（整数部分最多 15 位，小数最多 20 位）",
        "the amount cannot be kept exactly (at most 15 digits before the point and 20 after it)",
    ),
}
