"""``python -m ml_workers``: predict, train, evaluate without the portal; work, serve for it."""

import argparse
import json
import logging
import sys
from pathlib import Path

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
    predict.add_argument("--model", default="cine-sax-free", help="name or weights file")
    predict.add_argument("--contours", type=Path, help="also write the contours, as JSON")
    predict.add_argument("--uncertainty", type=Path, help="also write the entropy, as NIfTI")
    predict.add_argument("--anyway", action="store_true", help="draw on what is refused, too")
    predict.add_argument("--json", type=Path, help="also write the summary, as JSON")
    predict.set_defaults(run=_predict)

    train = commands.add_parser("train", help="train a shipped model")
    train.add_argument("name")
    train.add_argument("--data", type=Path, required=True, help="the folder of shared data")
    target = train.add_mutually_exclusive_group(required=True)
    target.add_argument("--out", type=Path, help="the package's folder")
    target.add_argument("--member", type=int, help="a further member of the installed package")
    train.add_argument("--minutes", type=float, help="0: as many steps as the recipe says")
    train.add_argument("--checkpoint", type=Path, help="kept up to date; taken up if it exists")
    train.add_argument("--curve", type=Path, help="JSON lines of the loss")
    train.add_argument("--start", type=Path, help="weights to go on from")
    train.set_defaults(run=_train)

    evaluate = commands.add_parser("evaluate", help="measure a model on data kept out of training")
    evaluate.add_argument("--model", default="cine-sax-free", help="name or weights file")
    evaluate.add_argument("--data", type=Path, required=True, help="the folder of shared data")
    evaluate.add_argument("--sets", nargs="+", default=["acdc", "sunnybrook"])
    evaluate.add_argument("--json", type=Path, help="write everything measured there")
    evaluate.add_argument(
        "--into-package", action="store_true", help="put it into model.json and the README"
    )
    evaluate.set_defaults(run=_evaluate)

    calibrate = commands.add_parser("calibrate", help="fit what Dice a package expects")
    calibrate.add_argument("--model", default="cine-sax-free", help="name of a package")
    calibrate.add_argument("--data", type=Path, required=True, help="the folder of shared data")
    calibrate.set_defaults(run=_calibrate)

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
    print(json.dumps(summary))
    return 0


def _train(options: argparse.Namespace) -> int:
    from ml_workers.commands.train import train_member, train_shipped

    if options.member is not None:
        made = train_member(options.name, options.member, options.data, minutes=options.minutes)
        print(json.dumps(made["weights"][-1]))
        return 0
    card = train_shipped(
        options.name,
        options.data,
        options.out,
        minutes=options.minutes,
        checkpoint=options.checkpoint,
        curve=options.curve,
        start=options.start,
    )
    print(json.dumps({"weights_sha256": card["weights_sha256"], **card["training"]}))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from ml_workers.commands.evaluate import evaluate

    found = evaluate(
        options.model,
        options.data,
        options.sets,
        report=options.json,
        into_package=options.into_package,
    )
    print(json.dumps(found["metrics"], indent=2))
    return 0


def _calibrate(options: argparse.Namespace) -> int:
    from ml_workers.commands.calibrate import calibrate

    print(json.dumps(calibrate(options.model, options.data)["about"], indent=2))
    return 0


def _register(options: argparse.Namespace) -> int:
    from ml_workers.formats.register import register

    card = register(options.source, options.about, options.out)
    print(json.dumps({"name": card["name"], "weights_sha256": card["weights_sha256"]}))
    return 0


def _work(options: argparse.Namespace) -> int:
    from ml_workers.runtime.work import work

    return work(options.queues)


def _serve(options: argparse.Namespace) -> int:
    from ml_workers.serving.serve import serve

    return serve()


if __name__ == "__main__":
    sys.exit(main())
