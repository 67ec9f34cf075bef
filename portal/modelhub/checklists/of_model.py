"""Answers about the model itself: what it is, what it is for, how it was trained."""

from typing import Any

from portal.modelhub.card.purpose import architecture_text, in_words, not_for, scope_text
from portal.modelhub.card.records import Records
from portal.modelhub.checklists.answer import Answer, Answers, joined

MINE = "Accord’s code is under Apache-2.0."


def kind(found: Records) -> Answer | None:
    model = found.model
    about = f"{model.name} {model.version} ({model.title}) is a neural network (deep learning)."
    return Answer(about, found.page)


def purpose(found: Records) -> Answer | None:
    use = found.card.get("intended_use")
    if not use:
        return None
    text = f"{use} Scope: {scope_text(found.card)}. Not for: {not_for(found.card)}."
    return Answer(text, found.page)


def limits(found: Records) -> Answer | None:
    rows = [str(row) for row in found.card.get("limits", [])]
    return Answer(" ".join(rows), found.page) if rows else None


def preprocessing(found: Records) -> Answer | None:
    given = found.card.get("input")
    return Answer(f"Input of the network: {in_words(given)}.", found.page) if given else None


def architecture(found: Records) -> Answer | None:
    if not (found.card.get("architecture") or found.card.get("format")):
        return None
    return Answer(f"{architecture_text(found.card)}.", found.page)


def output(found: Records) -> Answer | None:
    labels = found.card.get("labels")
    if not labels:
        return None
    text = f"The most probable label of every pixel: {in_words(labels)}."
    return Answer(text, found.page)


def members(found: Records) -> Answer | None:
    n = len(found.card.get("weights", []))
    if not n:
        return None
    if n == 1:
        return Answer("No ensemble: one network.", found.page)
    return Answer(f"{n} networks; the mean of their probabilities is the draft.", found.page)


def software(found: Records) -> Answer | None:
    stated = {
        "Accord": found.code_version(),
        "torch": (found.card.get("training") or {}).get("torch", ""),
        "format of the weights": found.card.get("format", ""),
    }
    known = {name: value for name, value in stated.items() if value}
    return Answer(f"{in_words(known)}.", found.page) if known else None


def start(found: Records) -> Answer | None:
    if found.run is None:
        return None
    base = found.run.base_model
    text = (
        f"The weights of {base.name} {base.version} (SHA-256 {base.weights_sha256}) "
        "were trained further."
    )
    return Answer(text, f"{found.home}/models/{base.pk}")


def training(found: Records) -> Answer | None:
    run, stated = found.run, found.card.get("training")
    if run is not None:
        link = f"{found.home}/training/{run.pk}" if found.sees_drift else found.page
        return Answer(f"Recipe: {in_words(_recipe(run.params))}.", link)
    return Answer(f"{in_words(stated)}.", found.page) if stated else None


def _recipe(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name not in ("name", "version")}


def updating(found: Records) -> Answer | None:
    """A model that was trained further is an update of its base."""
    begun = start(found)
    if begun is None:
        return None
    row = found.judged
    judged = "It was not evaluated since." if row is None else "See its evaluation."
    return Answer(f"{begun.text} {judged}", found.page)


def prediction(found: Records) -> Answer | None:
    model = found.model
    text = "Drafts are made by a worker that checks the SHA-256 of the weights before it runs them."
    if model.weights_id is None:
        text += (
            f" Outside the portal: python -m ml_workers predict INPUT OUTPUT --model {model.name}."
        )
    return Answer(text, found.page)


def blind_model(found: Records) -> Answer | None:
    if not found.card.get("input"):
        return None
    text = "The network is given the images alone: no clinical information and no reference."
    return Answer(text, found.page)


def availability(found: Records) -> Answer | None:
    licence = found.card.get("licence")
    if not licence:
        return None
    limits = " ".join(found.restrictions())
    sha256 = f"SHA-256 {found.model.weights_sha256}"
    text = f"Weights ({sha256}) under {licence}. {limits} {MINE}"
    return Answer(" ".join(text.split()), found.page)


def system(found: Records) -> Answer | None:
    return joined(kind(found), architecture(found), preprocessing(found), output(found))


ANSWERS: Answers = {
    "kind": kind,
    "purpose": purpose,
    "limits": limits,
    "preprocessing": preprocessing,
    "architecture": architecture,
    "output": output,
    "members": members,
    "software": software,
    "start": start,
    "training": training,
    "updating": updating,
    "prediction": prediction,
    "blind_model": blind_model,
    "availability": availability,
}
