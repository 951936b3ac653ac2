"""Operations that people asked for, and the changes of rows that they made."""

from django.db import models
from django.db.models.functions import Now


class Operation(models.Model):
    """One thing that somebody asked for: who, what, when. ``undoes`` names the operation that it took back.

    The actor is kept by id and name and not by a foreign key: who did something stays known when the account is gone, and users
    stand in a layer above. ``actor_id`` is None for what commands did.
    """

    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=80)
    at = models.DateTimeField()
    details = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, related_name="undone_by", null=True, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~models.Q(action=""), name="operation_says_what_was_done"),)
        indexes = (models.Index(fields=("actor_id", "-id"), name="operation_by_actor"),)

    def __str__(self) -> str:
        return f"{self.action} ({self.pk})"


class Change(models.Model):
    """What one statement did to one row of a watched table; written by triggers alone and never changed.

    ``kind`` is I, U or D. ``old`` and ``new`` hold the changed columns of an update; ``old`` the whole row of a deletion. Without an
    operation the statement came from outside the product.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="changes", null=True, blank=True, db_index=False)
    table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    kind = models.CharField(max_length=1)
    old = models.JSONField(null=True, blank=True)
    new = models.JSONField(null=True, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=("table", "row_id", "-id"), name="change_by_row"),
            models.Index(fields=("operation", "id"), name="change_by_operation"),
        )
        constraints = (models.CheckConstraint(condition=models.Q(kind__in=("I", "U", "D")), name="change_is_of_a_known_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.table} {self.row_id}"
