"""What each precision of this machine changes against 32-bit floats: labels, speakers, scores, time of the processor.

Called as: python training/precisions.py LABELLED.jsonl [MODEL]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

import stance
from stance.encoder.precision import chosen
from stance.errors import ConfigError, MissingExtraError
from stance.evaluation import Evaluation


def main(labelled: str, model: str | None = None) -> None:
    """Print a line for each precision that is there, the reference first."""
    reference: Evaluation | None = None
    for asked in ("fp32", "bf16", "int8"):
        try:
            chosen(asked)
        except (ConfigError, MissingExtraError) as error:
            print(f"{asked}: {error}")
            continue
        loaded = stance.load(model, precision=asked)
        loaded.encoder.encode(["What is loaded before is not counted."])
        began = time.process_time()
        found = stance.evaluate(loaded, labelled, resamples=0)
        seconds = time.process_time() - began
        reference = reference or found
        print(f"{asked}: {_changes(reference, found)}; {_scores(found)}; {seconds:.1f} s", flush=True)


def _changes(reference: Evaluation, found: Evaluation) -> str:
    before, now = _labels(reference), _labels(found)
    labels = sum(len(before[key] ^ now[key]) for key in before) / (len(before) * len(found.labels))
    sentences = sum(before[key] != now[key] for key in before) / len(before)
    speakers = sum(reference.found[key].speaker != record.speaker for key, record in found.found.items()) / len(before)
    return f"labels {labels:.2%}, sentences {sentences:.2%}, speakers {speakers:.2%} changed"


def _labels(evaluation: Evaluation) -> Mapping[object, frozenset[str]]:
    return {key: frozenset(record.types or ()) for key, record in evaluation.found.items()}


def _scores(found: Evaluation) -> str:
    rows = {"macro": found.macro, "speaker": found.speaker, "claim": found.claim, "target": found.claim_with_target}
    return "F1 " + ", ".join(f"{name} {row.f1:.2f}" for name, row in rows.items() if row is not None)


if __name__ == "__main__":
    main(*sys.argv[1:])
