import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.demo.streams import Streams

MANY = np.arange(200_000)
whole = st.integers(min_value=-(2**40), max_value=2**40)


@given(st.integers(min_value=0, max_value=2**63), st.text(max_size=20), st.lists(whole, min_size=1, max_size=50))
def test_uniform_lies_strictly_between_0_and_1(seed, topic, keys):
    drawn = Streams(seed).uniform(topic, keys)
    assert ((drawn > 0.0) & (drawn < 1.0)).all()


@given(st.lists(whole, min_size=2, max_size=50, unique=True), st.randoms(use_true_random=False))
def test_uniform_does_not_depend_on_the_order_or_the_company_of_its_keys(keys, shuffler):
    streams = Streams(7)
    alone = {key: streams.uniform("x", key, 5)[0] for key in keys}
    shuffler.shuffle(keys)
    assert streams.uniform("x", keys, 5).tolist() == [alone[key] for key in keys]


def test_uniform_of_one_topic_ignores_what_was_drawn_of_others():
    fresh, used = Streams(1), Streams(1)
    used.uniform("added later", MANY)
    assert fresh.uniform("there before", MANY).tolist() == used.uniform("there before", MANY).tolist()


def test_uniform_differs_by_seed_topic_and_key():
    drawn = [Streams(seed).uniform(topic, key)[0] for seed in (0, 1) for topic in ("a", "b") for key in (0, 1)]
    assert len(set(drawn)) == len(drawn)


def test_uniform_broadcasts_its_keys():
    assert Streams(0).uniform("x", np.arange(3)[:, None], np.arange(4)[None, :]).shape == (3, 4)


def test_uniform_is_even_and_independent_between_neighbours():
    drawn = Streams(0).uniform("x", MANY)
    # Standard errors at 200,000 draws: mean 0.00065, share of a tenth 0.00067, correlation 0.0022; five of each are allowed.
    assert drawn.mean() == pytest.approx(0.5, abs=0.0033)
    assert np.histogram(drawn, bins=10, range=(0, 1))[0] / len(MANY) == pytest.approx(0.1, abs=0.0034)
    assert np.corrcoef(drawn[:-1], drawn[1:])[0, 1] == pytest.approx(0.0, abs=0.012)
    other = Streams(0).uniform("x", MANY, 1)
    assert np.corrcoef(drawn, other)[0, 1] == pytest.approx(0.0, abs=0.012)


def test_uniform_stays_the_same_number_for_ever():
    # Worked by hand in exact integer arithmetic from the documented mixing.
    assert Streams(0).uniform("worked example", 1)[0] == _by_hand(0, "worked example", 1)


def _by_hand(seed: int, topic: str, key: int) -> float:
    from hashlib import blake2b

    mask = 2**64 - 1

    def mix(state: int) -> int:
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & mask
        return state ^ (state >> 31)

    golden = 0x9E3779B97F4A7C15
    state = int.from_bytes(blake2b(f"{seed}:{topic}".encode(), digest_size=8).digest(), "little")
    state = mix(((state ^ (key * golden & mask)) + golden) & mask)
    return (mix((state + golden) & mask) >> 11) * 2.0**-53 + 2.0**-54


def test_normal_has_mean_0_and_spread_1():
    drawn = Streams(0).normal("x", MANY)
    assert drawn.mean() == pytest.approx(0.0, abs=0.012)
    assert drawn.std() == pytest.approx(1.0, abs=0.01)
    assert (np.abs(drawn) > 1.96).mean() == pytest.approx(0.05, abs=0.003)


def test_lognormal_has_mean_1():
    assert Streams(0).lognormal("x", 0.5, MANY).mean() == pytest.approx(1.0, abs=0.006)


@pytest.mark.parametrize("shape", [1, 3, 6])
def test_erlang_has_mean_1_and_grows_regular_with_its_shape(shape):
    drawn = Streams(0).erlang("x", shape, MANY)
    assert drawn.mean() == pytest.approx(1.0, abs=0.012)
    assert drawn.std() == pytest.approx(shape**-0.5, rel=0.03)


@given(st.integers(min_value=1, max_value=1_000), st.lists(whole, min_size=1, max_size=30))
def test_choice_stays_below_its_count(count, keys):
    drawn = Streams(0).choice("x", count, keys)
    assert drawn.dtype == np.int64
    assert ((drawn >= 0) & (drawn < count)).all()


def test_choice_reaches_every_number_about_equally():
    shares = np.bincount(Streams(0).choice("x", 6, MANY), minlength=6) / len(MANY)
    assert shares == pytest.approx(1 / 6, abs=0.005)
