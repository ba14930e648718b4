"""Makes the files of this folder: what other libraries say of the same numbers.

Made with Python 3.11, cleanlab 2.9.0, scikit-learn 1.9.1 and fairlearn 0.15.0 (`pip install cleanlab scikit-learn fairlearn`).
"""

import csv
import functools
import json
from pathlib import Path

import numpy as np
from cleanlab.count import compute_confident_joint
from cleanlab.filter import find_label_issues
from fairlearn.metrics import (
    demographic_parity_difference,
    demographic_parity_ratio,
    equal_opportunity_difference,
    equalized_odds_difference,
)
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent

# The order in which equal numbers are sorted differs between processors, and with it what cleanlab rounds up.
np.argsort = functools.partial(np.argsort, kind="stable")


def labels(name, data, rows, noise):
    """Out-of-fold probabilities under noisy labels, and which rows cleanlab's default flags."""
    random = np.random.default_rng(7)
    chosen = np.sort(random.permutation(len(data.target))[:rows])
    x, truth = data.data[chosen], data.target[chosen]
    classes = len(data.target_names)
    flipped = random.random(rows) < noise
    given = np.where(flipped, (truth + random.integers(1, classes, rows)) % classes, truth)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    p = cross_val_predict(model, x, given, cv=folds, method="predict_proba").round(5)
    flags = find_label_issues(given, p, n_jobs=1)
    joint = compute_confident_joint(given, p)
    with open(HERE / f"{name}.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["truth", "given", "flagged"] + [f"p{k}" for k in range(classes)])
        for row in range(rows):
            out.writerow([truth[row], given[row], int(flags[row])] + [f"{value:.5f}" for value in p[row]])
    (HERE / f"{name}.joint.json").write_text(json.dumps(joint.tolist()) + "\n")


def groups():
    """The measures of fairlearn on predictions that treat three groups differently."""
    random = np.random.default_rng(3)
    group = random.choice(["a", "b", "c"], 500, p=[0.5, 0.35, 0.15])
    rate = np.vectorize({"a": 0.6, "b": 0.35, "c": 0.45}.get)(group)
    truth = (random.random(500) < rate).astype(int)
    lean = np.vectorize({"a": 0.1, "b": -0.15, "c": 0.0}.get)(group)
    predicted = (0.25 + 0.5 * truth + lean > random.random(500)).astype(int)
    with open(HERE / "groups.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["group", "truth", "predicted"])
        out.writerows(zip(group, truth, predicted))
    measures = [
        demographic_parity_difference,
        demographic_parity_ratio,
        equal_opportunity_difference,
        equalized_odds_difference,
    ]
    said = {m.__name__: m(truth, predicted, sensitive_features=group) for m in measures}
    (HERE / "groups.json").write_text(json.dumps(said, indent=1) + "\n")


labels("breast_cancer", load_breast_cancer(), 569, 0.1)
labels("digits", load_digits(), 600, 0.15)
groups()
