"""Large batches: shards of whole articles to finished parts, on one machine or many, resumable.

    >>> from stance.batch import BatchSettings, predict_batch
    >>> run = predict_batch(["articles.jsonl"], "claims", settings=BatchSettings(jobs=4, resume=True))

``predict_part`` is the one pure function from a shard to a part; joblib's processes and Dask's workers call it, and
``predict_frames`` hands it to Spark and Ray.
"""

from stance.batch.folder import Batch, read_batch
from stance.batch.frames import SPARK_SCHEMA, predict_frame, predict_frames
from stance.batch.merging import Merged, merge
from stance.batch.parts import Part, Task, predict_part
from stance.batch.run import SHARD_SIZE, BatchSettings, Run, predict_batch
from stance.batch.shards import Shard, read_shards
from stance.batch.status import Status, status_of

__all__ = [
    "SHARD_SIZE",
    "SPARK_SCHEMA",
    "Batch",
    "BatchSettings",
    "Merged",
    "Part",
    "Run",
    "Shard",
    "Status",
    "Task",
    "merge",
    "predict_batch",
    "predict_frame",
    "predict_frames",
    "predict_part",
    "read_batch",
    "read_shards",
    "status_of",
]
