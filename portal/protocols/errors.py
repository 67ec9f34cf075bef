from portal.core.errors import Conflict, InvalidInput


class NoProtocol(Conflict):
    code = "no_protocol"
    message = "This project has no protocol yet. An owner makes one in the project's settings."


class ReadsPerCase(InvalidInput):
    code = "reads_per_case"
    message = "Two reads per case are compared; other numbers are not supported."
