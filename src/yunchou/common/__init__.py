"""What every app shares and no app owns; a closed list without models."""
