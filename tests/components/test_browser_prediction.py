"""What the browser makes of logits is what the server makes of them."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from model.inference.confidence import confidence, verdict
from model.inference.logits import softmax

MODULE = Path(__file__).parents[2] / "assets/components/shared/engine/prediction.mjs"
PREDICT = """
import {readFileSync} from "node:fs";
const [module] = process.argv.slice(1);
const {predictionOf} = await import(module);
const {rows, threshold} = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(rows.map((logits) => predictionOf(logits, threshold))));
"""

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="the module runs in Node")


def test_label_verdict_and_probabilities_are_those_of_the_server():
    rng = np.random.default_rng(1)
    scales = rng.choice([0.1, 1, 5, 40], (400, 1))
    logits = (rng.normal(0, 1, (400, 10)) * scales).astype(np.float32)
    threshold = float(np.median(confidence(logits)))

    question = json.dumps({"rows": logits.tolist(), "threshold": threshold})
    command = ["node", "--input-type=module", "-e", PREDICT, MODULE.as_uri()]
    done = subprocess.run(command, input=question, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)

    assert {answer["verdict"] for answer in answers} == {"digit", "unsure"}
    for row, answer in zip(logits, answers, strict=True):
        probabilities = np.clip(softmax(row), 1e-6, 1 - 1e-6)  # what is shown is never certain
        assert answer["label"] == probabilities.argmax()
        assert answer["probability"] == pytest.approx(probabilities.max(), abs=1e-6)
        assert answer["probabilities"] == pytest.approx(probabilities, abs=1e-6)
        if abs(confidence(row) - threshold) > 1e-4:
            assert answer["verdict"] == verdict(row, threshold)
