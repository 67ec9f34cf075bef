from portal.core.errors import Conflict


class NothingToSegment(Conflict):
    code = "nothing_to_segment"
    message = "This case has no cine stack to pre-annotate."


class DraftHidden(Conflict):
    code = "draft_hidden"
    message = "This protocol does not show AI before a read is submitted."
