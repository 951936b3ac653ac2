import re
from pathlib import Path

import yunchou.tables
from yunchou.tables.reasons import REASONS


def test_reasons_tells_every_code_that_is_given_and_no_other():
    sources = [path.read_text(encoding="utf-8") for path in Path(yunchou.tables.__file__).parent.glob("*.py") if path.name != "reasons.py"]
    given = set(re.findall(r'"((?:amount|date|error|formula|too)_[a-z_]+)"', "".join(sources)))
    assert given - {"amount_reason", "date_reason", "amount_fault", "date_fault", "amount_text", "date_text"} == set(REASONS)
