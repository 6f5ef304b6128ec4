"""Parquet files to rows: a value is measured before it is unpacked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stance.corpus.lines import FREE_UNPACKED, MAX_RATIO
from stance.errors import InputError, MissingExtraError

Row = tuple[int, "dict[str, Any] | InputError", str]
"""Number, content or what is wrong with it, and how it began."""

_BATCH = 256  # rows that are decoded at once


def parquet_rows(path: str | Path, cap: int) -> Iterator[Row]:
    """The rows of a Parquet file; one with more than ``cap`` bytes of text comes as an error.

    Raises
    ------
    InputError : no Parquet file, or one that unpacks to far more than its size.
    MissingExtraError : pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("pyarrow", "tables", "reading Parquet") from None
    if not Path(path).is_file():
        raise InputError(f"{path}: no such file")
    try:
        with pq.ParquetFile(path) as file:
            _judge_chunks(file.metadata, path)
            text = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
        number = 0
        with pq.ParquetFile(path, read_dictionary=text) as file:  # a text that repeats is held once
            for batch in file.iter_batches(batch_size=_BATCH):
                sizes = _text_bytes(batch)
                for place in range(batch.num_rows):
                    number += 1
                    if sizes[place] > cap:
                        yield number, InputError(f"{path}:{number}: a row of more than {cap:,} bytes"), ""
                    else:
                        yield number, batch.slice(place, 1).to_pylist()[0], ""
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a Parquet file ({str(error).splitlines()[0]})") from None


def _judge_chunks(metadata: Any, path: str | Path) -> None:
    """No column of a row group may unpack to far more than it takes."""
    for group in range(metadata.num_row_groups):
        for column in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(column)
            if chunk.total_uncompressed_size > max(FREE_UNPACKED, MAX_RATIO * chunk.total_compressed_size):
                raise InputError(
                    f"{path}: {chunk.path_in_schema} unpacks to more than {MAX_RATIO} times its size; "
                    "write the file again without compression if you trust it"
                )


def _text_bytes(batch: Any) -> list[int]:
    """(n_rows,) bytes of text of each row, lists of text included, read from lengths alone."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes = np.zeros(batch.num_rows, np.int64)
    for array in batch.columns:
        if pa.types.is_dictionary(array.type):
            lengths = pc.take(pc.binary_length(array.dictionary), array.indices)
        elif pa.types.is_string(array.type) or pa.types.is_binary(array.type) or pa.types.is_large_string(array.type):
            lengths = pc.binary_length(array)
        else:
            sizes += array.nbytes // max(batch.num_rows, 1)
            continue
        sizes += pc.fill_null(lengths, 0).to_numpy(zero_copy_only=False)
    return [int(size) for size in sizes]
