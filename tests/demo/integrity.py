"""What holds in every simulated company, whatever is planted; each rule looks at the tables alone."""

import chinese_calendar
import polars as pl

from yunchou.demo.simulate import Company


def broken_rules(company: Company) -> list[str]:
    """Return the names of the rules that some row breaks."""
    rules = (_lines_rules(company), _deal_rules(company), _people_rules(company), _account_rules(company), _unit_rules(company))
    return [name for found in rules for name, offenders in found.items() if offenders.height]


def _open(column: str, today) -> pl.Expr:
    return pl.col(column).fill_null(today)


def _lines_rules(company: Company) -> dict[str, pl.DataFrame]:
    lines, today = company.order_lines, company.today
    sold = (
        lines.join(company.products.select("product_code", "launched_on", "retired_on", "line"), on="product_code", how="left")
        .join(company.people.select("person_code", "hired_on", "left_on", "position"), on="person_code", how="left")
        .join(
            company.accounts.select("account_code", "created_on", "lost_on", owner_region="region", city="division_code"),
            on="account_code",
            how="left",
        )
    )
    there = lines.select("order_code", "line_no", "on", "person_code", "unit_code").join(
        company.memberships.select("person_code", "unit_code", "starts_on", "ends_before"), on=["person_code", "unit_code"]
    )
    valid = there.filter(pl.col("starts_on") <= pl.col("on"), pl.col("ends_before").is_null() | (pl.col("ends_before") > pl.col("on")))
    units = lines.select("order_code", "on", "unit_code").join(
        company.units.select("unit_code", "starts_on", "ends_before"), on="unit_code"
    )
    alive = units.filter(pl.col("starts_on") <= pl.col("on"), pl.col("ends_before").is_null() | (pl.col("ends_before") > pl.col("on")))
    days_off = [day for day in lines["on"].unique().to_list() if not chinese_calendar.is_workday(day)]
    online = company.deals.filter(pl.col("source") == "online").select("account_code", on="closed_on").unique().with_columns(online=True)
    off = lines.filter(pl.col("on").is_in(days_off)).join(online, on=["account_code", "on"], how="left")
    taken = sold.filter(pl.col("quantity") < 0)
    return {
        "a line belongs to a known product, person and account": sold.filter(
            pl.any_horizontal(pl.col("launched_on", "hired_on", "created_on").is_null())
        ),
        "a line is a person's who was employed that day": sold.filter(
            (pl.col("on") < pl.col("hired_on")) | (pl.col("on") > _open("left_on", today))
        ),
        "a line's unit is the person's on that day": lines.join(valid, on=["order_code", "line_no"], how="anti"),
        "a line's unit stood that day": units.join(alive, on=["order_code"], how="anti"),
        "a line's product was on sale that day": sold.filter(
            pl.col("quantity") > 0, (pl.col("on") < pl.col("launched_on")) | (pl.col("on") >= pl.col("retired_on"))
        ),
        "a line's account existed that day": sold.filter(pl.col("on") < pl.col("created_on")),
        "a lost account buys no more": sold.filter(pl.col("quantity") > 0, pl.col("on") > pl.col("lost_on")),
        "a line's region and city are the account's": sold.filter(
            (pl.col("region") != pl.col("owner_region")) | (pl.col("division_code") != pl.col("city"))
        ),
        "only online orders fall on days off": off.filter(pl.col("online").is_null() | (pl.col("quantity") < 0)),
        "a line lies between the data's first day and today": lines.filter((pl.col("on") > today) | (pl.col("on").dt.year() < 2023)),
        "a line's number is used once in its order": lines.filter(pl.struct("order_code", "line_no").is_duplicated()),
        "an order has one day, account and person": lines.group_by("order_code")
        .agg(pl.col("on", "account_code", "person_code").n_unique())
        .filter(pl.max_horizontal("on", "account_code", "person_code") > 1),
        "quantity and amount and cost have one sign": lines.filter(
            (pl.col("quantity").sign() != pl.col("amount_minor").sign()) | (pl.col("quantity").sign() != pl.col("cost_minor").sign())
        ),
        "what comes back is hardware": taken.filter(pl.col("line") != "硬件"),
    }


def _deal_rules(company: Company) -> dict[str, pl.DataFrame]:
    deals = company.deals.join(company.people.select("person_code", "hired_on", "left_on"), on="person_code", how="left")
    return {
        "a deal is worked on after it is opened and closed after that": deals.filter(
            (pl.col("served_on") < pl.col("opened_on")) | (pl.col("closed_on") < pl.coalesce("served_on", "opened_on"))
        ),
        "a closed deal has an outcome": deals.filter(pl.col("closed_on").is_null() != pl.col("outcome").is_null()),
        "a deal is with someone employed to its end": deals.filter(
            pl.coalesce("closed_on", pl.lit(company.today)) > pl.coalesce("left_on", pl.lit(company.today))
        ),
    }


def _people_rules(company: Company) -> dict[str, pl.DataFrame]:
    members = company.memberships.join(company.people, on="person_code", how="left").sort("person_code", "starts_on")
    next_start = pl.col("starts_on").shift(-1).over("person_code")
    return {
        "memberships cover the employment": members.group_by("person_code", "hired_on", "left_on")
        .agg(pl.col("starts_on").min(), pl.col("ends_before").last())
        .filter(
            (pl.col("starts_on") != pl.col("hired_on"))
            | (pl.col("ends_before").is_null() != pl.col("left_on").is_null())
            | (pl.col("ends_before") != pl.col("left_on").dt.offset_by("1d"))
        ),
        "memberships follow each other without gap or overlap": members.filter(
            next_start.is_not_null() & (pl.col("ends_before") != next_start)
        ),
        "everyone but the head of the company has a manager": members.filter(pl.col("manager_code").is_null(), pl.col("unit_code") != "C0"),
        "nobody manages himself": members.filter(pl.col("manager_code") == pl.col("person_code")),
        "a manager is employed all the while": members.join(
            company.people.select(manager_code="person_code", from_on="hired_on", until_on="left_on"), on="manager_code"
        ).filter(
            (pl.col("starts_on") < pl.col("from_on"))
            | (pl.coalesce("ends_before", pl.lit(company.today)) > pl.coalesce("until_on", pl.lit(company.today)).dt.offset_by("1d"))
        ),
        "user names and names are used once": company.people.filter(pl.col("username").is_duplicated() | pl.col("name").is_duplicated()),
    }


def _account_rules(company: Company) -> dict[str, pl.DataFrame]:
    accounts = company.accounts.join(company.people.select(owner_code="person_code", left_on="left_on"), on="owner_code", how="left")
    last = company.account_owners.group_by("account_code", maintain_order=True).agg(pl.col("person_code").last())
    return {
        "an account's owner is employed today": accounts.filter(pl.col("left_on") < company.today),
        "an account's owner is the last of its owners": company.accounts.join(
            last, left_on=["account_code", "owner_code"], right_on=["account_code", "person_code"], how="anti"
        ),
        "an account is lost after it was opened": accounts.filter(pl.col("lost_on") < pl.col("created_on")),
        "accounts bear names of their own": accounts.filter(pl.col("name").is_duplicated()),
        "an account lies in a city served": accounts.join(company.cities, on=["division_code", "region"], how="anti"),
    }


def _unit_rules(company: Company) -> dict[str, pl.DataFrame]:
    units = company.units.sort("unit_code", "starts_on")
    parents = units.select(parent_code="unit_code", from_on="starts_on", until_on="ends_before")
    placed = units.join(parents, on="parent_code").filter(
        pl.col("from_on") <= pl.col("starts_on"), pl.col("until_on").is_null() | (pl.col("until_on") > pl.col("starts_on"))
    )
    return {
        "a unit stands below one that stands": units.filter(pl.col("parent_code").is_not_null()).join(
            placed, on=["unit_code", "starts_on"], how="anti"
        ),
        "a unit stands in one place at a time": units.filter(
            pl.col("starts_on") < pl.col("ends_before").shift(1).over("unit_code").fill_null(pl.col("starts_on"))
        ),
    }
