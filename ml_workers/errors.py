"""What can go wrong in a worker, each with the stable code that travels to the portal."""

from cmrkit.quality.finding import Finding


class WorkerError(Exception):
    """Base of every error raised on purpose in ``ml_workers``; the message is for people."""

    code = "internal_error"


class ModelMissing(WorkerError):
    """No installed package has the weights asked for, and no address to fetch them was given."""

    code = "model_missing"


class ModelCorrupt(WorkerError):
    """Weights whose hash differs from the one asked for, or that can't be read."""

    code = "model_corrupt"


class BadInput(WorkerError):
    """Pixels, geometry or labels that can't be worked on."""

    code = "bad_input"


class OutOfScope(WorkerError):
    """Images that the model was not made for. The code is the finding's own: ``not_cine``,
    ``no_heart_found`` and the others of ``cmrkit.quality``."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.code = finding.code


class InputUnavailable(WorkerError):
    """An input could not be fetched from the portal."""

    code = "input_unavailable"


class LeaseLost(WorkerError):
    """The portal no longer counts on this attempt: someone else has the job, or it was ended."""

    code = "lease_lost"


class ResultRefused(WorkerError):
    """The portal has no use for the result as it stands."""

    code = "result_refused"
