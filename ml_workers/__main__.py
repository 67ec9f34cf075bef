"""``python -m ml_workers``: predict, train, evaluate without the portal; work, serve for it."""

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

from cmrkit.errors import CmrkitError
from ml_workers.errors import WorkerError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; known errors become one line and exit code 2."""
    parser = _parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    _limit_threads(options.threads)
    try:
        return int(options.run(options))
    except (WorkerError, CmrkitError) as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml_workers", description=__doc__)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: all)")
    commands = parser.add_subparsers(required=True)

    predict = commands.add_parser("predict", help="segment a NIfTI file or a folder of DICOM")
    predict.add_argument("input", type=Path)
    predict.add_argument("output", type=Path, help="a .nii or .nii.gz of labels")
    _with_model(predict)
    predict.add_argument("--contours", type=Path, help="also write the contours, as JSON")
    predict.add_argument("--uncertainty", type=Path, help="also write the entropy, as NIfTI")
    predict.add_argument("--anyway", action="store_true", help="draw on what is refused, too")
    predict.add_argument("--json", type=Path, help="also write the summary, as JSON")
    predict.set_defaults(run=_predict)

    train = commands.add_parser("train", help="train a shipped model")
    train.add_argument("name")
    _with_data(train)
    target = train.add_mutually_exclusive_group(required=True)
    target.add_argument("--out", type=Path, help="the package's folder")
    target.add_argument("--member", type=int, help="a further member of the installed package")
    train.add_argument("--minutes", type=float, help="0: as many steps as the recipe says")
    train.add_argument("--batch", type=int, help="slices in a step, of all processes together")
    train.add_argument("--checkpoint", type=Path, help="kept up to date; taken up if it exists")
    train.add_argument("--curve", type=Path, help="JSON lines of the loss")
    train.add_argument("--start", type=Path, help="weights to go on from")
    train.set_defaults(run=_train)

    kinds = commands.add_parser("train-kind-check", help="fit the check of kinds, from drawings")
    kinds.add_argument("--out", type=Path, required=True, help="its folder, models/kind-check")
    kinds.add_argument("--pictures", type=_at_least_one, help="of each that is drawn")
    kinds.add_argument("--looks", type=_at_least_one, help="at each picture, every time anew")
    kinds.set_defaults(run=_train_kind_check)

    evaluate = commands.add_parser("evaluate", help="measure a model on data kept out of training")
    _with_model(evaluate)
    _with_data(evaluate)
    evaluate.add_argument(
        "--sets", nargs="+", help="acdc, sunnybrook; emidec; drawings (default: all)"
    )
    evaluate.add_argument("--json", type=Path, help="write everything measured there")
    evaluate.add_argument(
        "--into-package", action="store_true", help="put it into model.json and the README"
    )
    evaluate.set_defaults(run=_evaluate)

    calibrate = commands.add_parser("calibrate", help="fit what Dice a package expects")
    _with_model(calibrate, "name of a package")
    _with_data(calibrate)
    calibrate.set_defaults(run=_calibrate)

    loop = commands.add_parser("loop", help="simulate the learning loop on labelled patients")
    _with_data(loop)
    loop.add_argument("--out", type=Path, required=True, help="its folder; a run goes on there")
    loop.add_argument("--start", help="the champion it begins with (default: cine-sax-free)")
    loop.add_argument("--strategies", nargs="+", help="to compare with random (default: combined)")
    loop.add_argument("--seeds", type=int, help="of each strategy (default: 3)")
    loop.add_argument("--rounds", type=int, help="batches of new labels (default: 4)")
    loop.add_argument("--batch", type=int, help="patients in a batch (default: 5)")
    loop.add_argument("--steps", type=int, help="of training in a round (default: 100)")
    loop.add_argument("--plan", type=Path, help="JSON: rules of the gate that differ")
    loop.set_defaults(run=_loop)

    register = commands.add_parser("register", help="make a package of a model from elsewhere")
    register.add_argument("source", type=Path, help="an .onnx file or a MONAI bundle's folder")
    register.add_argument("--about", type=Path, required=True, help="JSON: name, licence, labels …")
    register.add_argument("--out", type=Path, required=True, help="the package's folder")
    register.set_defaults(run=_register)

    work = commands.add_parser("work", help="take jobs from the portal until stopped")
    work.add_argument("--queues", default="", help="such as gpu,io (default: all)")
    work.set_defaults(run=_work)

    serve = commands.add_parser("serve", help="segment single frames while a person waits")
    serve.set_defaults(run=_serve)
    return parser


def _with_model(parser: argparse.ArgumentParser, what: str = "name or weights file") -> None:
    parser.add_argument("--model", default="cine-sax-free", help=what)


def _with_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="the folder of shared data")


def _done(found: Any, *, indent: int | None = None) -> int:
    """What a command found, as JSON."""
    print(json.dumps(found, indent=indent))
    return 0


def _limit_threads(threads: int) -> None:
    if threads:
        import torch

        torch.set_num_threads(threads)


def _predict(options: argparse.Namespace) -> int:
    from ml_workers.commands.predict import predict

    summary = predict(
        options.input,
        options.output,
        options.model,
        contours=options.contours,
        uncertainty=options.uncertainty,
        anyway=options.anyway,
    )
    if options.json is not None:
        options.json.write_text(json.dumps(summary) + "\n")
    return _done(summary)


def _train(options: argparse.Namespace) -> int:
    from ml_workers.commands.train import train_member, train_shipped

    asked = {
        "minutes": options.minutes,
        "batch": options.batch,
        "checkpoint": options.checkpoint,
        "curve": options.curve,
    }
    if options.member is not None:
        made = train_member(options.name, options.member, options.data, **asked)
        return 0 if made is None else _done(made["weights"][-1])
    card = train_shipped(
        options.name,
        options.data,
        options.out,
        start=options.start,
        **asked,
    )
    if card is None:  # the leading process of the team says it
        return 0
    return _done({"weights_sha256": card["weights_sha256"], **card["training"]})


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _train_kind_check(options: argparse.Namespace) -> int:
    from ml_workers.kinds.training import train

    asked = {"count": options.pictures, "looks": options.looks}
    return _done(train(options.out, **{k: n for k, n in asked.items() if n is not None}))


def _evaluate(options: argparse.Namespace) -> int:
    from ml_workers.commands.evaluate import evaluate

    found = evaluate(
        options.model,
        options.data,
        options.sets,
        report=options.json,
        into_package=options.into_package,
    )
    return _done(found["metrics"], indent=2)


def _calibrate(options: argparse.Namespace) -> int:
    from ml_workers.commands.calibrate import calibrate

    return _done(calibrate(options.model, options.data)["about"], indent=2)


def _loop(options: argparse.Namespace) -> int:
    from ml_workers.commands.loop import setup_with, simulate, strategies_named

    names = ("start", "seeds", "rounds", "batch", "steps")
    asked = {name: getattr(options, name) for name in names}
    asked["strategies"] = strategies_named(options.strategies)
    found = simulate(options.data, options.out, setup_with(asked, options.plan))
    return _done({"labels_saved": found["labels_saved"], "reporting": found["reporting"]})


def _register(options: argparse.Namespace) -> int:
    from ml_workers.formats.register import register

    card = register(options.source, options.about, options.out)
    return _done({"name": card["name"], "weights_sha256": card["weights_sha256"]})


def _work(options: argparse.Namespace) -> int:
    from ml_workers.runtime.work import work

    return work(options.queues)


def _serve(options: argparse.Namespace) -> int:
    from ml_workers.serving.serve import serve

    return serve()


if __name__ == "__main__":
    sys.exit(main())
