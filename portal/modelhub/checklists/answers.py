"""All answers by the name that the data files call them by."""

from portal.modelhub.card.records import Records
from portal.modelhub.checklists import of_data, of_model, of_results, of_use
from portal.modelhub.checklists.answer import Answer, Answers, joined


def system(found: Records) -> Answer | None:
    return joined(of_model.system(found), of_data.sources(found))


def development(found: Records) -> Answer | None:
    return joined(
        of_data.sources(found),
        of_data.partitions(found),
        of_data.numbers(found),
        of_model.training(found),
    )


def devices(found: Records) -> Answer | None:
    return joined(of_data.acquisition(found), of_model.software(found))


def missing(found: Records) -> Answer | None:
    """What became of cases and structures that lacked something."""
    left_out = of_data.eligibility(found)
    if left_out is None and found.judged is None:
        return None
    said = "In evaluations a structure that was missed counts as a Dice of 0."
    return joined(left_out, Answer(said, found.page) if found.judged else None)


ANSWERS: Answers = {
    **of_model.ANSWERS,
    **of_data.ANSWERS,
    **of_results.ANSWERS,
    **of_use.ANSWERS,
    "system": system,
    "development": development,
    "devices": devices,
    "missing": missing,
}
