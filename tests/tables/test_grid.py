from yunchou.tables.grid import letters


def test_letters_are_those_above_excels_columns():
    assert [letters(index) for index in (0, 25, 26, 51, 52, 701, 702, 16_383)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]
