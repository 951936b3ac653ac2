"""Sales regions, cities and accounts."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from yunchou.org.models import Person, Unit


class Region(models.Model):
    """A sales region such as 华东; ``position`` is its usual place in a list."""

    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name",), name="region_name_is_used_once"),)

    def __str__(self) -> str:
        return self.name


class City(models.Model):
    """A prefecture-level city by its division code (GB/T 2260), and the sales region that covers it."""

    division_code = models.CharField(max_length=6)
    name = models.CharField(max_length=40)
    province = models.CharField(max_length=40)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="cities")

    class Meta:
        verbose_name_plural = "cities"
        constraints = (
            models.UniqueConstraint(fields=("division_code",), name="division_code_is_used_once"),
            models.CheckConstraint(condition=Q(division_code__regex=r"^[0-9]{4,6}$"), name="division_code_is_four_to_six_digits"),
        )

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """A customer, its city, the person who looks after it and that person's unit today.

    ``sold_year_minor`` (the last twelve months), ``sold_this_year_minor`` (since the fiscal year began), ``first_sold_on`` and
    ``last_sold_on`` are
    kept by whoever keeps the sales, through ``services.record_sales``, so that lists sort and filter by them. ``search_text`` and
    ``search_keys`` follow from name and code (``common.search_keys``); keys are null until they are made.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    industry = models.CharField(max_length=40)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="accounts")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="accounts")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts", null=True, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="accounts", null=True, blank=True, db_index=False)
    created_on = models.DateField()
    lost_on = models.DateField(null=True, blank=True)
    sold_year_minor = models.BigIntegerField(default=0, db_default=0)
    sold_this_year_minor = models.BigIntegerField(default=0, db_default=0)
    last_sold_on = models.DateField(null=True, blank=True)
    first_sold_on = models.DateField(null=True, blank=True)
    search_text = models.TextField(default="", db_default="", blank=True)
    search_keys = ArrayField(models.IntegerField(), null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("code",), name="account_code_is_used_once"),
            models.CheckConstraint(
                condition=Q(lost_on__isnull=True) | Q(lost_on__gte=F("created_on")), name="account_is_lost_not_before_it_is_won"
            ),
        )
        indexes = (
            models.Index(fields=("owner", "code"), name="account_by_owner"),
            models.Index(F("sold_year_minor").desc(), F("id").asc(), name="account_by_sales"),
            models.Index(F("unit"), F("sold_year_minor").desc(), F("id").asc(), name="account_by_unit_and_sales"),
            models.Index(
                fields=("industry", "-sold_year_minor", "id"), include=("sold_this_year_minor",), name="account_by_industry_and_sales"
            ),
            models.Index(fields=("name", "id"), name="account_by_name"),
            GinIndex(fields=("search_keys",), name="account_by_search_keys"),
            models.Index(fields=("id",), condition=Q(search_keys__isnull=True), name="account_without_search_keys"),
        )

    def __str__(self) -> str:
        return self.name
