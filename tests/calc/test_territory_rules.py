from tests.calc.sample_territories import account, seller
from yunchou.calc.territory_rules import lacks, may_serve, steps_apart

HERE = ("华东", "江苏", "苏州", "昆山")


def test_steps_apart_counts_levels_from_the_same_city_to_elsewhere():
    others = [
        HERE,
        ("华东", "江苏", "苏州", "常熟"),
        ("华东", "江苏", "南京", "玄武"),
        ("华东", "浙江", "杭州", "西湖"),
        ("华北", "北京", "北京", "海淀"),
    ]
    assert steps_apart([HERE], others).tolist() == [[0, 1, 2, 3, 4]]


def test_cities_of_one_name_in_two_provinces_are_two():
    assert steps_apart([("华东", "江苏", "", "鼓楼")], [("华东", "福建", "", "鼓楼")]).tolist() == [[3]]


def test_what_is_not_known_counts_as_elsewhere_and_a_city_is_known_without_its_region():
    assert steps_apart([("", "", "", "")], [("", "", "", "")]).tolist() == [[4]]
    assert steps_apart([("", "江苏", "苏州", "")], [("华东", "江苏", "苏州", "昆山")]).tolist() == [[1]]


def test_may_serve_by_region_language_and_product():
    accounts = [account("甲", place=HERE, languages=("日语", "英语"), products=("云",))]
    people = [
        seller("全"),
        seller("语", languages=("英语", "日语", "法语")),
        seller("半", languages=("英语",)),
        seller("省", languages=("英语", "日语"), regions=("江苏",)),
        seller("外", languages=("英语", "日语"), regions=("华南",)),
        seller("货", languages=("英语", "日语"), products=("硬件",)),
    ]
    assert may_serve(accounts, people).tolist() == [[False, True, False, True, False, False]]
    assert [lacks(accounts[0], one) for one in people] == [("language",), (), ("language",), (), ("region",), ("product",)]


def test_a_lock_leaves_one_person():
    assert may_serve([account("甲", person="李", languages=("日语",))], [seller("王"), seller("李")]).tolist() == [[False, True]]
