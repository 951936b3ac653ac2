"""What a role may do with fields."""

from dataclasses import dataclass

from yunchou.org.models import Administrator, FieldRight, Right, User


@dataclass(frozen=True, kw_only=True)
class FieldAccess:
    """The rights of one actor; a field without a row may be read and written."""

    rights: dict[tuple[str, str], str]

    def can_read(self, model: str, field: str) -> bool:
        """Tell whether a field may be read."""
        return self.rights.get((model, field)) != Right.NONE

    def can_write(self, model: str, field: str) -> bool:
        """Tell whether a field may be written, as far as the app lets anybody."""
        return self.rights.get((model, field), Right.WRITE) == Right.WRITE


def field_access(*, actor: User) -> FieldAccess:
    """Return the actor's rights to fields; asked once a request."""
    if not hasattr(actor, "rights_to_fields"):
        found = FieldRight.objects.filter(role=actor.role).order_by("model", "field", "pk").values_list("model", "field", "right")
        actor.rights_to_fields = {(model, field): right for model, field, right in found}
    return FieldAccess(rights=actor.rights_to_fields)


def looks_after_rights(actor: User) -> bool:
    """Tell whether somebody sets rights."""
    return actor.administers == Administrator.SECURITY


def field_rights() -> dict[tuple[str, str, str], str]:
    """Return every right that is set, by role, model and field."""
    found = FieldRight.objects.order_by("role", "model", "field", "pk").values_list("role", "model", "field", "right")
    return {(role, model, field): right for role, model, field, right in found}
