from portal.core.errors import Conflict, InvalidInput


class UnknownModel(InvalidInput):
    code = "unknown_model"
    message = "There is no such model. Choose one of those that come with Accord."


class NoChampion(Conflict):
    code = "no_champion"
    message = "This project has no model yet. Ask the owner to choose one."


class GateRefused(Conflict):
    code = "gate_refused"
    message = "The gate refused this model: it is not better than the champion. See its checks."


class NotEvaluated(Conflict):
    code = "not_evaluated"
    message = "Evaluate this model on a frozen test set first, beside today's champion."


class AlreadyProposed(Conflict):
    code = "already_proposed"
    message = "This model is proposed already; a second person decides."


class NotProposed(Conflict):
    code = "not_proposed"
    message = "Nobody has proposed this model, or it is decided already."


class OwnProposal(Conflict):
    code = "own_proposal"
    message = "Another person than the one who proposed it must decide."
