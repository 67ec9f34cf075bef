"""Making the signed page."""
