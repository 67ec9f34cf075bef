"""Statistics over pairs, by pingouin, scikit-learn, statsmodels and krippendorff."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import krippendorff
import numpy as np
import pandas as pd
import pingouin
from scipy import stats
from sklearn.metrics import cohen_kappa_score, confusion_matrix
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from tests.independent.pairs import RawPair

FORMS = ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k")
METRICS = ("dice", "jaccard", "hd_mm", "hd95_mm", "mean_mm")
NUMBERS = (
    "edv_ml", "esv_ml", "sv_ml", "ef_percent", "mass_g", "rv_edv_ml", "rv_esv_ml", "rv_ef_percent",
)  # fmt: skip
Flat = dict[str, float]


def statistics(pairs: list[RawPair], comparison: str, protocol: dict[str, Any]) -> Flat:
    """Every figure by a name such as ``edv_ml.bias`` or ``lv_endo.all.ED.dice``."""
    found: Flat = {"n_pairs": len(pairs), "n_cases": len({p.a.case for p in pairs})}
    for name in NUMBERS:
        found |= {f"{name}.{k}": v for k, v in _number(pairs, name, comparison).items()}
    found |= _contours(pairs)
    for question in protocol["questions"]:
        if question["kind"] == "choice":
            found |= _choice(pairs, question, comparison)
    return {key: value for key, value in found.items() if np.isfinite(value)}


def _number(pairs: list[RawPair], name: str, comparison: str) -> Flat:
    known = [p for p in pairs if None not in (p.a.numbers[name], p.b.numbers[name])]
    if len(known) < 2:
        return {}
    a, b = (np.array([getattr(p, side).numbers[name] for p in known], float) for side in "ab")
    d = b - a
    sd, z = float(d.std(ddof=1)), float(stats.norm.ppf(0.975))
    found: Flat = {
        "n_pairs": len(d),
        "mean_absolute": float(np.abs(d).mean()),
        "bias": float(d.mean()),
        "sd": sd,
        "lower": float(d.mean()) - z * sd,
        "upper": float(d.mean()) + z * sd,
        "concordance": float(
            2 * np.cov(a, b, ddof=0)[0, 1] / (a.var() + b.var() + (a.mean() - b.mean()) ** 2)
        ),
    }
    if len({p.a.case for p in known}) == len(known) and sd:
        low, high = stats.t.interval(0.95, len(d) - 1, d.mean(), stats.sem(d))
        found |= {"bias.low": float(low), "bias.high": float(high)}
    return found | _icc(known, name, comparison)


def _icc(pairs: list[RawPair], name: str, comparison: str) -> Flat:
    rows: list[dict[str, float]] = []
    if comparison == "inter":
        cases: dict[str, dict[str, float]] = defaultdict(dict)
        for pair in pairs:
            for read in (pair.a, pair.b):
                cases[pair.a.case][read.key] = read.numbers[name]  # type: ignore[assignment]
        rows = list(cases.values())
    else:
        rows = [{"a": p.a.numbers[name], "b": p.b.numbers[name]} for p in pairs]  # type: ignore[dict-item]
    sizes = Counter(map(len, rows))
    most = max(sizes, key=lambda k: (sizes[k], k))
    whole = [row for row in rows if len(row) == most]
    same = len({tuple(sorted(row)) for row in whole}) == 1
    table = np.array([[row[key] for key in sorted(row)] for row in whole])
    if len(whole) < 3 or np.ptp(table) == 0:  # pingouin wants five numbers
        return {}
    long = [(i, j, v) for i, row in enumerate(table) for j, v in enumerate(row)]
    frame = pd.DataFrame(long, columns=["case", "reader", "value"])
    values = pingouin.intraclass_corr(frame, "case", "reader", "value")["ICC"]
    forms = dict(zip(FORMS, map(float, values), strict=True))
    within = float(np.sqrt(table.var(axis=1, ddof=1).mean()))
    kept = FORMS if same else ("icc1", "icc1k")
    return {form: forms[form] for form in kept} | {"cov": 100 * within / float(table.mean())}


def _contours(pairs: list[RawPair]) -> Flat:
    """Means over cases, each case with the mean of its pairs."""
    by_place: dict[Any, dict[str, dict[str, list[float]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for pair in pairs:
        for place, values in pair.contours.items():
            for metric in METRICS:
                if values[metric] is not None:
                    by_place[place][metric][pair.a.case].append(values[metric])
    return {
        ".".join((*place, metric)): float(np.mean([np.mean(v) for v in cases.values()]))
        for place, metrics in by_place.items()
        for metric, cases in metrics.items()
    }


def _choice(pairs: list[RawPair], question: dict[str, Any], comparison: str) -> Flat:
    code = question["code"]
    options = [row["value"] for row in question["options"]]
    known = [p for p in pairs if {p.a.answers.get(code), p.b.answers.get(code)} <= set(options)]
    if not known:
        return {}
    first, second = ([options.index(getattr(p, s).answers[code]) for p in known] for s in "ab")
    found: Flat = {"same": float(np.sum(np.array(first) == np.array(second)))}
    table = confusion_matrix(first, second, labels=range(len(options)))
    found |= {f"confusion.{i}.{j}": float(n) for (i, j), n in np.ndenumerate(table)}
    varied = len({*first, *second}) > 1
    if varied and len({p.a.case for p in known}) == len(known):
        for name, weights in (("nominal", None), ("linear", "linear"), ("quadratic", "quadratic")):
            found[f"cohen_{name}"] = float(
                cohen_kappa_score(first, second, weights=weights, labels=range(len(options)))
            )
        # with one pair to a case the pairs are the cases' readings
        ratings = np.array([first, second])
        counts, _ = aggregate_raters(ratings.T, n_cat=len(options))
        found["fleiss"] = float(fleiss_kappa(counts))
        found["krippendorff_nominal"] = float(
            krippendorff.alpha(ratings, level_of_measurement="nominal")
        )
    return {f"answer.{code}.{key}": value for key, value in found.items()}


def exported_pairs(pairs: Iterable[RawPair], comparison: str) -> dict[tuple[str, ...], Any]:
    """What the table of pairs holds: by comparison, case, readers, measure, structure, level, phase."""
    found: dict[tuple[str, ...], Any] = {}
    for pair in pairs:
        who = (comparison, pair.a.case, pair.a.label, pair.b.label)
        for name in NUMBERS:
            a, b = pair.a.numbers[name], pair.b.numbers[name]
            if a is not None and b is not None:
                found[*who, name, "", "", ""] = b - a
        for place, values in pair.contours.items():
            for metric in METRICS:
                if values[metric] is not None:
                    found[*who, metric, *place] = values[metric]
    return found
