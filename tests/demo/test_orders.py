import polars as pl

from yunchou.demo.orders import account_codes


def test_account_codes_count_from_one():
    assert account_codes(3).to_list() == ["A000001", "A000002", "A000003"]


def test_orders_are_numbered_by_day_and_kind(small):
    parts = small.order_lines.select(
        pl.col("on", "quantity"), kind=pl.col("order_code").str.slice(0, 2), day=pl.col("order_code").str.slice(2, 8)
    )
    assert (parts["day"] == parts["on"].dt.strftime("%Y%m%d")).all()
    assert set(parts.filter(pl.col("quantity") < 0)["kind"]) == {"RT"}
    assert set(parts.filter(pl.col("quantity") > 0)["kind"]) == {"SO"}


def test_lines_are_sorted_by_day_and_count_from_one_in_their_order(small):
    lines = small.order_lines
    assert lines["on"].is_sorted()
    assert (lines.group_by("order_code").agg(pl.col("line_no").max() == pl.len())["line_no"]).all()
    # Parts of an order stand together.
    assert lines["order_code"].rle().len() == lines["order_code"].n_unique()


def test_a_return_takes_back_no_more_than_the_account_bought_of_the_product(small):
    lines, key = small.order_lines, ["account_code", "product_code"]
    back = lines.filter(pl.col("quantity") < 0)
    assert back.height > 100
    found = back.join(lines.filter(pl.col("quantity") > 0), on=key, suffix="_sold").filter(
        pl.col("on_sold") < pl.col("on"),
        pl.col("quantity_sold") >= -pl.col("quantity"),
        # At the price it was sold for.
        pl.col("amount_minor") * pl.col("quantity_sold") == pl.col("amount_minor_sold") * pl.col("quantity"),
    )
    assert set(found["order_code"]) == set(back["order_code"])


def test_prices_lie_below_the_list_and_larger_orders_get_more_off(small):
    sold = small.order_lines.filter(pl.col("quantity") > 0).join(small.products, on="product_code")
    sold = sold.with_columns(share=pl.col("amount_minor") / (pl.col("quantity") * pl.col("list_price_minor")))
    assert 0.61 < sold["share"].min() < sold["share"].max() <= 1.0
    value = pl.col("quantity") * pl.col("list_price_minor")
    large = sold.filter(value > 200_000_00)["share"].mean()
    little = sold.filter(value < 10_000_00)["share"].mean()
    assert large < little - 0.05
