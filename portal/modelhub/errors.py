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


class NotAChallenger(Conflict):
    code = "not_a_challenger"
    message = "Only a model that is not decided about yet can draft in the shadow."


class TooFewInShadow(Conflict):
    code = "too_few_in_shadow"
    message = "The gate plan asks for more cases drafted in the shadow."


class NotEvaluated(Conflict):
    code = "not_evaluated"
    message = "Evaluate this model on a frozen test set first, beside today's champion."


class AlreadyProposed(Conflict):
    code = "already_proposed"
    message = "This model is proposed already; a second person decides."


class DrawsOtherImages(InvalidInput):
    code = "draws_other_images"
    message = (
        "This model draws other images than those that cases are read on. It drafts; it can't be "
        "trained on or evaluated here."
    )


class NotProposed(Conflict):
    code = "not_proposed"
    message = "Nobody has proposed this model, or it is decided already."


class OwnProposal(Conflict):
    code = "own_proposal"
    message = "Another person than the one who proposed it must decide."


class OwnGatePlan(Conflict):
    code = "own_gate_plan"
    message = "Who trains models may not state how they are judged. Ask another person of quality."


class NoEarlierChampion(Conflict):
    code = "no_earlier_champion"
    message = (
        "There is nothing to go back to: this model isn't the champion, or it is the first one."
    )
