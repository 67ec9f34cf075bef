"""Pure science for cardiovascular MR: arrays, spacing and contours in; frozen dataclasses out."""
