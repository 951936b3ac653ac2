import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunchou.common import charts
from yunchou.common.charts import Bullet, Mark, Month, Step

AMOUNTS = st.integers(min_value=-(10**13), max_value=10**13)


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - our own picture


def steps_of(amounts: list[int]) -> list[Step]:
    """Return a waterfall from the first amount by the others to their sum."""
    made, at = [], 0
    for number, amount in enumerate(amounts):
        whole = number == 0
        made.append(
            Step(
                name=f"s{number}",
                starts=0 if whole else at,
                ends=amount if whole else at + amount,
                told=str(amount),
                kind="past" if whole else "ahead",
                whole=whole,
                address="/x/",
            )
        )
        at = made[-1].ends
    made.append(Step(name="end", starts=0, ends=at, told=str(at), kind="goal", whole=True, address="/x/"))
    return made


@given(st.lists(AMOUNTS, min_size=1, max_size=8))
def test_waterfall_draws_each_step_once_within_the_picture(amounts: list[int]) -> None:
    steps = steps_of(amounts)
    for picture in (charts.waterfall(steps, name="x"), charts.waterfall_lying(steps, name="x")):
        boxes = [child for child in parsed(picture).iter() if child.tag == "rect"]
        reached = [box for box in boxes if box.attrib["class"] == "reach"]
        assert len(reached) == len(boxes) - len(reached) == len(steps)
        assert all(float(box.attrib["x"]) >= -0.1 and float(box.attrib["y"]) >= -0.1 for box in boxes)


def test_waterfall_steps_meet_where_the_one_before_ended() -> None:
    boxes = re.findall(
        r'<rect class="(?:past|ahead|goal)" x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"',
        charts.waterfall(steps_of([100, 20, 30]), name="x"),
    )
    tops = [(float(y), float(y) + float(height)) for y, height in boxes]
    assert tops[1][1] == pytest.approx(tops[0][0], abs=0.2)
    assert tops[2][1] == pytest.approx(tops[1][0], abs=0.2)
    assert tops[3][0] == pytest.approx(tops[2][0], abs=0.2)


def months(last_year: list[int], target: list[int], attained: list[int]) -> list[Month]:
    return [
        Month(
            name=str(at + 1),
            last_year=last_year[at],
            target=target[at],
            attained=attained[at] if at < len(attained) else None,
            address="/x/",
            told="x",
        )
        for at in range(12)
    ]


@pytest.mark.parametrize("width", [640, 326])
@given(done=st.lists(AMOUNTS, max_size=12), year=st.lists(AMOUNTS, min_size=12, max_size=12))
def test_progress_draws_any_year(width: int, done: list[int], year: list[int]) -> None:
    picture = charts.progress(
        months(year, sorted(year), done), name="x", label=str, words=("a", "b", "c"), kind="wide", gap_kind="ahead", width=width, height=268
    )
    assert len([child for child in parsed(picture).iter() if child.tag == "a"]) == 12
    assert "nan" not in picture


def test_progress_of_a_year_without_sales_is_drawn() -> None:
    picture = charts.progress(
        months([0] * 12, [0] * 12, []), name="x", label=str, words=("a", "b", "c"), kind="wide", gap_kind="ahead", width=640, height=268
    )
    assert parsed(picture).tag == "svg"


POINTS = [(amount, 1 - amount / 1000) for amount in range(0, 1001, 50)]


@pytest.mark.parametrize("width", [456, 326])
def test_curve_falls_from_left_to_right(width: int) -> None:
    mark = Mark(amount=400, probability=0.6, told="400", kind="target", address="/x/")
    picture = charts.curve(POINTS, [mark], name="x", label=str, axis="CNY", kind="wide", width=width, height=268)
    run = next(child for child in parsed(picture).iter() if child.attrib.get("class") == "run")
    points = [tuple(map(float, pair.split())) for pair in run.attrib["d"].removeprefix("M").split("L")]
    assert all(after[0] > before[0] and after[1] > before[1] for before, after in pairwise(points))


def test_bullets_cap_the_drawing_and_not_the_words() -> None:
    rows = [
        Bullet(name="a", attained=5.0, expected=0.6, kind="ahead", told="500.0%", gap_told="+733.3%", address="/x/"),
        Bullet(name="b", attained=0.3, expected=0.6, kind="behind", told="30.0%", gap_told="−50.0%", address="/y/"),
    ]
    picture = charts.bullets(rows, name="x", kind="narrow", width=326)
    boxes = [child for child in parsed(picture).iter() if child.attrib.get("class", "").startswith("reached")]
    assert [float(box.attrib["width"]) for box in boxes] == [326.0, pytest.approx(326 * 0.3 / (4 / 3), abs=0.1)]
    assert "500.0%" in picture
