"""Model versions, training runs, evaluations and the gate."""
