"""The rounds of the loop: choose cases, train on their labels, judge, promote or refuse."""

import logging
import time
from dataclasses import asdict
from typing import Any

from cmrkit.gate import Case, as_json, judge
from cmrkit.selection import Candidate, Strategy, choose
from ml_workers.errors import BadInput
from ml_workers.inference.run import Run
from ml_workers.learning.drafts import look
from ml_workers.learning.measured import case_of, summary
from ml_workers.learning.models import Models
from ml_workers.learning.patients import Patient, Patients, shifted
from ml_workers.learning.setup import Arm, Setup
from ml_workers.learning.signals import Signals, embedding_of, signals_of
from ml_workers.learning.store import Store
from ml_workers.training.loop import train

log = logging.getLogger(__name__)
OPENED = "reporting-opened"
Round = dict[str, Any]


class Loop:
    """One run. Every method that takes long keeps what it found, and finds it again."""

    def __init__(self, patients: Patients, store: Store, setup: Setup) -> None:
        self.patients, self.store, self.setup = patients, store, setup
        needed = setup.rounds * setup.batch
        if len(patients.pool) < needed or not patients.gate or not patients.reporting:
            raise BadInput(
                f"{needed} patients to learn from and some for the gate and the report are needed; "
                f"there are {len(patients.pool)}, {len(patients.gate)}, {len(patients.reporting)}."
            )
        self._seen: dict[str, Run] = {}
        self.models = Models(setup.start, store.weights)
        store.fix("setup", {**setup.to_json(), "start_sha256": self.start, "pool": patients.pool})

    @property
    def start(self) -> str:
        return self.models.start.weights_sha256

    def run_arm(self, arm: Arm) -> list[Round]:
        """All rounds of one simulated project."""
        champion, labelled, rounds = self.start, list[str](), list[Round]()
        for number in range(1, self.setup.rounds + 1):
            name = f"rounds/{arm}-{number}"
            found = self.store.get(name)
            if found is None:
                chosen = [*labelled, *self.next_cases(arm, champion, labelled, number)]
                learnt = [self.patients.named(patient) for patient in chosen]
                found = self._challenge(arm, number, champion, learnt, name)
            labelled, champion = found["labelled"], found["champion"]
            rounds.append(found)
        return rounds

    def run_damaged(self, arm: Arm, of: Round) -> Round:
        """A round of that arm once more: the same patients, recipe and champion, with labels that
        lie elsewhere."""
        name = f"damaged/{arm}-{of['round']}"
        found: Round | None = self.store.get(name)
        if found is not None:
            return found
        learnt = [
            shifted(self.patients.named(patient), self.setup.shift_px) for patient in of["labelled"]
        ]
        return self._challenge(arm, of["round"], of["base"], learnt, name)

    def next_cases(self, arm: Arm, champion: str, labelled: list[str], number: int) -> list[str]:
        seed, left = [arm.seed, number], [p for p in self.patients.pool if p not in labelled]
        if arm.strategy is Strategy.RANDOM:  # nobody has to look at the images
            unseen = [self._unseen(patient) for patient in left]
            return choose(unseen, [], self.setup.batch, arm.strategy, seed=_one(seed))
        return choose(
            [self._candidate(patient, champion) for patient in left],
            [self._placed(patient) for patient in labelled],
            self.setup.batch,
            arm.strategy,
            seed=_one(seed),
        )

    def gate_cases(self, sha256: str) -> list[Case]:
        return self.cases(sha256, "gate", self.patients.gate)

    def cases(self, sha256: str, what: str, names: list[str]) -> list[Case]:
        """That model on those patients."""
        record = f"{what}/{sha256[:16]}"
        found: list[Case] | None = self.store.get(record)
        if found is None:
            model = self.models.open(sha256)
            found = [case_of(model, self.patients.named(name)) for name in names]
            self.store.put(record, found)
        return found

    def _challenge(
        self, arm: Arm, number: int, champion: str, learnt: list[Patient], record: str
    ) -> Round:
        """Train on from the champion, judge the two on the gate's patients, and keep the better
        one as champion."""
        if self.store.get(OPENED) is not None:
            raise BadInput("The reporting patients have been opened: nothing is trained after.")
        began = time.monotonic()
        challenger, loss = self._train(arm, number, champion, learnt)
        trained = time.monotonic()
        old, new = self.gate_cases(champion), self.gate_cases(challenger)
        groups = {name: {"disease": self.patients.group(name)} for name in self.patients.gate}
        checks = judge(old, new, groups, self.setup.rules)
        promoted = all(check.passed for check in checks)
        found = {
            "strategy": str(arm.strategy),
            "seed": arm.seed,
            "round": number,
            "labelled": [patient.name for patient in learnt],
            "base": champion,
            "challenger": challenger,
            "promoted": promoted,
            "refused_for": [check.code for check in checks if not check.passed],
            "champion": challenger if promoted else champion,
            "gate": {"champion": summary(old), "challenger": summary(new)},
            "checks": as_json(checks),
            "train_loss": round(loss, 4),
            "train_seconds": round(trained - began, 1),
            "judge_seconds": round(time.monotonic() - trained, 1),
        }
        self.store.put(record, found)
        log.info("%s: %s", record, _said(found))
        return found

    def _train(
        self, arm: Arm, number: int, champion: str, learnt: list[Patient]
    ) -> tuple[str, float]:
        """As in the portal, the first member is trained on, and is the challenger by itself."""
        base, last = self.models.open(champion), [0.0]
        state = train(
            [found for patient in learnt for found in patient.slices()],
            self.models.architecture,
            self.setup.recipe(arm, number, base.convention.crop),
            start=base.network.state_dict(),
            report=lambda _step, loss, _dice: last.append(loss),
        )
        return self.models.keep(state), last[-1]

    def _candidate(self, name: str, champion: str) -> Candidate:
        record = f"signals/{champion[:16]}-{name}"
        found = self.store.get(record)
        if found is None:
            model, pixels = self.models.open(champion), self.patients.named(name).pixels
            found = asdict(signals_of(model, self._views(name), pixels))
            self.store.put(record, found)
        return Signals(**found).candidate(name, self._embedding(name), self.patients.group(name))

    def _placed(self, name: str) -> Candidate:
        """A labelled patient: where it lies is all that counts."""
        return Signals(0, 0, 0).candidate(name, self._embedding(name), self.patients.group(name))

    def _unseen(self, name: str) -> Candidate:
        return Signals(0, 0, 0).candidate(name, [], self.patients.group(name))

    def _embedding(self, name: str) -> list[float]:
        """By the model that the run starts from, so that places stay where they are."""
        record = f"embeddings/{name}"
        found: list[float] | None = self.store.get(record)
        if found is None:
            found = embedding_of(self._views(name), self.patients.named(name).pixels)
            self.store.put(record, found)
        return found

    def _views(self, name: str) -> Run:
        """Where the model that the run starts from sees the heart: looked for once."""
        if name not in self._seen:
            self._seen[name] = look(self.models.start, self.patients.named(name).pixels)
        return self._seen[name]


def _one(seed: list[int]) -> int:
    return seed[0] * 1000 + seed[1]


def _said(found: Round) -> str:
    old, new = (found["gate"][side]["dice"] for side in ("champion", "challenger"))
    verdict = "promoted" if found["promoted"] else f"refused: {', '.join(found['refused_for'])}"
    return f"{len(found['labelled'])} patients, Dice {new:.3f}, was {old:.3f}, {verdict}"
