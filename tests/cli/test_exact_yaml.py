from decimal import Decimal

import pytest
import yaml

from yunchou.cli.exact_yaml import ExactLoader


def read(text):
    return yaml.load(text, Loader=ExactLoader)  # noqa: S506


def test_numbers_keep_their_digits():
    assert read("{a: 0.10, b: 1e-3, c: 3, d: '0.5'}") == {"a": Decimal("0.10"), "b": "1e-3", "c": 3, "d": "0.5"}


def test_a_key_that_stands_twice_is_an_error():
    with pytest.raises(yaml.YAMLError, match="stands twice"):
        read("a: 1\nb: 2\na: 3")


def test_code_in_yaml_is_not_run():
    with pytest.raises(yaml.YAMLError):
        read("!!python/object/apply:os.getcwd []")
