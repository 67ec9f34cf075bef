"""What every app may use: base model, clock, errors, permissions are not here."""
