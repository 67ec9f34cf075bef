from portal.core.errors import Conflict, InvalidInput, Unavailable


class NothingToSegment(Conflict):
    code = "nothing_to_segment"
    message = "This case has no cine stack to pre-annotate."


class DraftHidden(Conflict):
    code = "draft_hidden"
    message = "This protocol does not show AI before a read is submitted."


class AiHidden(Conflict):
    code = "ai_hidden"
    message = "This read is done without AI."


class FrameMissing(Conflict):
    code = "frame_missing"
    message = "This frame is missing, or its image can't be decoded."


class FrameRefused(InvalidInput):
    code = "frame_refused"
    message = "The AI can't use this frame. Draw it by hand."


class ModelUnknownToService(Conflict):
    code = "model_unknown"
    message = "The model service doesn't have this project's model. Tell the administrator."


class ServiceAway(Unavailable):
    code = "model_service_away"
    message = "AI on this slice isn't running. Tell the administrator; all other tools work."


class ServiceSlow(Unavailable):
    code = "model_service_slow"
    message = "AI on this slice didn't answer in time. Nothing was changed; try again."


class ServiceBusy(Unavailable):
    code = "model_service_busy"
    message = "AI on this slice is busy with other frames. Try again in a moment."
