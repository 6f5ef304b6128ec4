"""Products in pieces are the products, and begin no threads."""

import subprocess
import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from stance.products import narrow_product


@pytest.mark.parametrize("n", [0, 1, 27, 28, 29, 56, 1000])
@pytest.mark.parametrize("m", [1, 3, 27, 300])
def test_it_is_the_product(n: int, m: int) -> None:
    """Whatever the number of rows, also where the weights alone fill more than a piece."""
    rng = np.random.default_rng(n)
    rows, weights = rng.normal(size=(n, 1152)).astype(np.float32), rng.normal(size=(m, 1152)).astype(np.float32)
    found = narrow_product(rows, weights)
    assert found.shape == (n, m)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, rows @ weights.T, rtol=1e-4, atol=1e-3)


@pytest.mark.slow
@pytest.mark.skipif(
    all(library["internal_api"] != "openblas" for library in threadpool_info()), reason="numpy has another BLAS"
)
def test_nothing_computes_beside_it() -> None:
    """A process computes no longer than the clock runs; threads that wait in circles would show there."""
    program = (
        "import sys, time, numpy as np\n"
        "from stance.products import narrow_product\n"
        "rows, weights = np.ones((20_000, 384), np.float32), np.ones((27, 384), np.float32)\n"
        "product = narrow_product if sys.argv[1] == 'narrow' else lambda rows, weights: rows @ weights.T\n"
        "product(rows, weights)\n"
        "began, computed = time.perf_counter(), time.process_time()\n"
        "for _ in range(20):\n"
        "    product(rows, weights)\n"
        "    time.sleep(0.02)\n"
        "asleep = 20 * 0.02\n"
        "print((time.process_time() - computed) / (time.perf_counter() - began - asleep))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, "narrow"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 1.3
