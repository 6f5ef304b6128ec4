"""Where the time of a whole prediction goes: a clock before each stage's function, as long as the process lives."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import stance.corpus.write
import stance.model
import stance.prediction
from stance.heads import LinearHead
from stance.model import Model
from stance.tagger import Tagger

STAGES = ("split", "tokenise", "encode", "heads", "tag", "resolve", "write")


class Stages:
    """Seconds by stage since they were last cleared; where threads work at one stage together, their time is one."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = defaultdict(float)
        self._running: Counter[str] = Counter()
        self._began: dict[str, float] = {}
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Begin anew."""
        self._seconds.clear()

    def seconds(self) -> dict[str, float]:
        """Of each stage, in order."""
        return {stage: self._seconds[stage] for stage in STAGES}

    def watch(self, model: Model) -> None:
        """Put a clock before every stage of this model, and of the functions that all models share."""
        places: tuple[tuple[str, Any, str], ...] = (
            ("split", stance.model, "split"),
            ("heads", LinearHead, "predict_proba"),
            ("tag", Tagger, "tag"),
            ("resolve", stance.model, "link"),
            ("resolve", stance.model, "resolve"),
            ("write", stance.prediction, "output_rows"),
            ("write", stance.corpus.write._TextWriter, "write"),
        )
        for stage, owner, name in places:
            setattr(owner, name, self._timed(stage, getattr(owner, name)))
        encoder: Any = model.encoder
        loaded = encoder._load()
        tokenizer = _Clocked(loaded.tokenizer, "encode_batch", self._timed("tokenise", loaded.tokenizer.encode_batch))
        backend = _Clocked(loaded.backend, "states", self._timed("encode", loaded.backend.states))
        encoder._loaded = replace(loaded, tokenizer=tokenizer, backend=backend)

    def _timed(self, stage: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            with self._lock:
                self._running[stage] += 1
                if self._running[stage] == 1:
                    self._began[stage] = time.perf_counter()
            try:
                return act(*given, **named)
            finally:
                with self._lock:
                    self._running[stage] -= 1
                    if not self._running[stage]:
                        self._seconds[stage] += time.perf_counter() - self._began[stage]

        return timed


class _Clocked:
    """An object of which one method is timed."""

    def __init__(self, own: Any, name: str, timed: Callable[..., Any]) -> None:
        self._own = own
        setattr(self, name, timed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)
