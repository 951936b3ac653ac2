import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from yunchou.demo.deals import Columns


@given(st.lists(st.lists(st.integers(min_value=-(2**31), max_value=2**31 - 1), max_size=900), max_size=8))
def test_columns_keep_every_row_as_they_grow(batches):
    table = Columns(value=np.int64, left_out=np.int8)
    numbers = [table.append(len(batch), value=batch).tolist() for batch in batches]
    everything = [value for batch in batches for value in batch]
    assert table.filled("value").tolist() == everything
    assert [number for part in numbers for number in part] == list(range(len(everything)))
    assert table.filled("left_out").tolist() == [0] * len(everything)
