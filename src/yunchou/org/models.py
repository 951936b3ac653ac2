"""Companies, units and their tree through time, people, and who may see what."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


def _days(starts: str = "starts_on", ends: str = "ends_before") -> Func:
    return Func(F(starts), F(ends), Value("[)"), function="daterange")


def _only(key: str) -> Func:
    # A range of one number lets plain GiST compare a key for equality, without the extension btree_gist.
    return Func(F(key), F(key), Value("[]"), function="int8range")


class Company(models.Model):
    """A legal entity that plans its year.

    ``today_on`` stops its calendar on one day, and ``origin`` names the simulation it came from: both are for
    a demo company and empty otherwise.
    """

    name = models.CharField(max_length=200, unique=True)
    currency = models.CharField(max_length=3, default="CNY")
    fiscal_year_starts = models.PositiveSmallIntegerField(default=1)
    today_on = models.DateField(null=True, blank=True)
    origin = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(fiscal_year_starts__range=(1, 12)), name="fiscal_year_starts_in_a_month"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="company_currency_is_three_capitals"),
        )

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of a company. Its place in the tree is the half-open range ``tree_low`` … ``tree_high``.

    A unit lies below another exactly if its ``tree_low`` lies in the other's range. The range follows from
    the newest placements and is renumbered by ``services.renumber_tree``; closed units keep their last place.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="units")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    tree_low = models.IntegerField(default=0)
    tree_high = models.IntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "code"), name="unit_code_is_used_once_in_a_company"),
            models.CheckConstraint(condition=Q(tree_high__gt=F("tree_low")), name="unit_range_holds_at_least_itself"),
        )
        indexes = (models.Index(fields=("company", "tree_low"), name="unit_by_place"),)

    def __str__(self) -> str:
        return self.name


class UnitPlacement(models.Model):
    """Where a unit stood from ``starts_on`` until before ``ends_before``; a move closes one and opens the next."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements_below", null=True, blank=True)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")), name="unit_placement_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=F("unit")), name="unit_is_not_its_own_parent"),
            ExclusionConstraint(
                name="unit_stands_in_one_place_at_a_time",
                expressions=[(_only("unit_id"), RangeOperators.OVERLAPS), (_days(), RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} < {self.parent_id}"


class Person(models.Model):
    """Someone who works for the company; leaving closes the person's period and erases nothing."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="people")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    position = models.CharField(max_length=40)
    hired_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "people"
        constraints = (
            models.UniqueConstraint(fields=("company", "code"), name="person_code_is_used_once_in_a_company"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("hired_on")), name="person_leaves_not_before_being_hired"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in one unit under one manager, from ``starts_on`` until before ``ends_before``."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships_led", null=True, blank=True)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")), name="membership_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(manager__isnull=True) | ~Q(manager=F("person")), name="nobody_manages_himself"),
            ExclusionConstraint(
                name="person_is_in_one_unit_at_a_time",
                expressions=[(_only("person_id"), RangeOperators.OVERLAPS), (_days(), RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.unit_id}"


class Role(models.TextChoices):
    """The chair a user sits in; it chooses the first page, never what may be seen."""

    DIRECTOR = "director", _("销售总监")
    MANAGER = "manager", _("销售经理")
    SALESPERSON = "salesperson", _("销售")
    FINANCE = "finance", _("财务")


class Scope(models.TextChoices):
    """Whose rows a user may see."""

    ALL = "all", _("全公司")
    UNIT_AND_BELOW = "unit_and_below", _("本部门及下级")
    OWN = "own", _("本人")


class User(AbstractUser):
    """Someone who signs in with a username, as the person they are, in one role and one data scope."""

    first_name = None  # type: ignore[assignment]  # a person has one name, on Person
    last_name = None  # type: ignore[assignment]
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user", null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role, default=Role.SALESPERSON)
    scope = models.CharField(max_length=20, choices=Scope, default=Scope.OWN)

    class Meta(AbstractUser.Meta):
        abstract = False
        constraints = (
            models.CheckConstraint(condition=Q(scope="all") | Q(person__isnull=False), name="narrow_scope_belongs_to_a_person"),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="scope_is_a_known_one"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_a_known_one"),
        )

    def __str__(self) -> str:
        return self.username
