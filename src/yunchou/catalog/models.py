"""Products."""

from django.db import models
from django.db.models import F, Q


class Product(models.Model):
    """Something sold, from the day it was launched until it is retired; price and cost of one piece today."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    line = models.CharField(max_length=40)
    launched_on = models.DateField()
    retired_on = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    list_price_minor = models.BigIntegerField()
    unit_cost_minor = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("code",), name="product_code_is_used_once"),
            # Plans and tables name products by name.
            models.UniqueConstraint(fields=("name",), name="product_name_is_used_once"),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | Q(retired_on__gt=F("launched_on")), name="product_retires_after_its_launch"
            ),
            models.CheckConstraint(
                condition=Q(list_price_minor__gte=0, unit_cost_minor__gte=0), name="product_price_and_cost_are_not_negative"
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="product_currency_is_three_capitals"),
        )

    def __str__(self) -> str:
        return self.name
