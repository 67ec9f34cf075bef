"""Why the service doesn't answer with contours, each with a stable code and an HTTP status.

These are about the request alone. What speaks against an image, its values, its size and its
spacing among them, is said by ``ml_workers.inference.scope`` as for a whole stack.
"""

from ml_workers.errors import WorkerError


class Refused(WorkerError):
    """Base of what the service says no with."""

    code = "refused"
    status = 422


class BadRequest(Refused):
    """The body isn't what the contract says."""

    code = "bad_request"


class BadShape(Refused):
    """The pixels aren't one frame of the size and type that was named."""

    code = "bad_shape"


class FrameTooLarge(Refused):
    """More pixels than any frame has, or a longer body."""

    code = "too_large"
    status = 413


class BadStrokes(Refused):
    """Clicks, scribbles or a contour to start from that can't be used."""

    code = "bad_strokes"


class UnknownModel(Refused):
    """No package has these weights, and nobody has handed them in."""

    code = "unknown_model"
    status = 404


class WrongToken(Refused):
    """Not the installation's worker token."""

    code = "worker_unknown"
    status = 403


class Busy(Refused):
    """As many frames wait as may."""

    code = "busy"
    status = 503


class NoSuchAddress(Refused):
    """Nothing is served there."""

    code = "not_found"
    status = 404
