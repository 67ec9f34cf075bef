"""A whole trial: its people, its hearts, and what they do that the browser test doesn't watch."""
