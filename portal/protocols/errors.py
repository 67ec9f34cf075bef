from portal.core.errors import Conflict, InvalidInput


class NoProtocol(Conflict):
    code = "no_protocol"
    message = "This project has no protocol yet. An owner makes one on the protocols page."


class NameTaken(Conflict):
    code = "name_taken"
    message = "Another protocol of this project has that name."


class ProtocolChanged(Conflict):
    code = "protocol_changed"
    message = (
        "Somebody has changed this protocol since you opened it. Open it anew, then change it."
    )


class UnknownReadyProtocol(InvalidInput):
    code = "unknown_ready_protocol"
    message = "There is no ready protocol of that name."
