"""Sales lines as an append-only ledger, and their monthly sums kept by the database itself."""

from django.db import models
from django.db.models import Func, Q

from yunchou.catalog.models import Product
from yunchou.customers.models import Account, City, Region
from yunchou.org.models import Company, Person, Unit, User

# Not now(): later rows of a long transaction are later.
_MOMENT_OF_THE_ROW = Func(function="clock_timestamp", output_field=models.DateTimeField())


class OrderLine(models.Model):
    """One line of an order as a ledger fact: written once, never changed, corrected by a reversal and a new row.

    ``on`` is the business day; the keys (account, product, person, unit, region, city) are those of that day.
    A reversal repeats the row it ``reverses`` with every measure negated, so the rows of an order line always
    sum to its newest version. Returns are lines of their own with negative measures. Amounts are in minor
    units of ``currency``; ``quantity_milli`` is thousandths of a piece.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    order_code = models.CharField(max_length=40)
    line_no = models.IntegerField()
    version = models.IntegerField(default=1)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, related_name="reversals", null=True, blank=True, db_index=False)
    on = models.DateField()
    recorded_at = models.DateTimeField(db_default=_MOMENT_OF_THE_ROW, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="order_lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    quantity_milli = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("company", "order_code", "line_no", "version"),
                condition=Q(reverses__isnull=True),
                name="order_line_version_is_written_once",
            ),
            models.UniqueConstraint(fields=("reverses",), condition=Q(reverses__isnull=False), name="order_line_is_reversed_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="order_line_versions_count_from_one"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="order_line_currency_is_three_capitals"),
        )
        indexes = (models.Index(fields=("company", "on", "id"), name="order_line_by_day"),)

    def __str__(self) -> str:
        return f"{self.order_code}/{self.line_no} v{self.version}"


class MonthlySales(models.Model):
    """The ledger's sums by month, product and region, kept by a trigger in the transaction of each line.

    ``lines`` counts ledger rows (a correction adds two), so it only ever grows: two readings that differ
    by n say that n rows came in between.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    lines = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "month", "product", "region"), name="monthly_sales_have_one_row_a_cell"),
            models.CheckConstraint(condition=Q(month__day=1), name="monthly_sales_month_is_its_first_day"),
            models.CheckConstraint(condition=Q(lines__gte=1), name="monthly_sales_rest_on_lines"),
        )

    def __str__(self) -> str:
        return f"{self.month} {self.product_id}/{self.region_id}"


class MonthlySalesByPerson(models.Model):
    """The ledger's sums by month, unit, person, product and region: what a unit's or a person's page adds up."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField()
    lines = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "month", "unit", "product", "region", "company"), name="monthly_sales_by_person_have_one_row_a_cell"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="monthly_sales_by_person_month_is_its_first_day"),
        )
        indexes = (models.Index(fields=("unit", "month"), name="monthly_sales_by_unit"),)

    def __str__(self) -> str:
        return f"{self.month} {self.person_id}"
