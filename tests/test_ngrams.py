"""Words and pairs of words as sparse features."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.errors import ShapeError
from stance.ngrams import NgramVocabulary, word_ngrams

_SENTENCES = ["the union blamed the ministry", "the union vowed to fight", "the ministry denied it"]


def test_marks_and_apostrophes_are_kept() -> None:
    """Words are lower-cased, an apostrophe stays inside its word, marks are words."""
    assert word_ngrams("“Don't”—STOP, (A.)!", 1) == ["“", "don't", "”", "—", "stop", ",", "(", "a", ".", ")", "!"]


def test_runs_up_to_the_longest() -> None:
    """Every run of up to ``longest`` words is found; begin and end of the sentence stand in runs, never alone."""
    assert word_ngrams("a b c", 3) == ["a", "b", "c", "< a", "a b", "b c", "c >", "< a b", "a b c", "b c >"]
    assert word_ngrams("<>/") == []


def test_vocabulary_keeps_what_is_frequent() -> None:
    """Terms of fewer than ``min_count`` sentences are left out; a cap keeps the most frequent, ties by alphabet."""
    vocabulary = NgramVocabulary.learn(_SENTENCES)
    assert vocabulary.terms == ("< the", "ministry", "the", "the ministry", "the union", "union")
    assert NgramVocabulary.learn(_SENTENCES, max_terms=2).terms == ("< the", "the")


def test_counts_sentences_not_words() -> None:
    """A term that stands twice in one sentence counts once."""
    assert NgramVocabulary.learn(["no no no", "yes"]).terms == ()


def test_agrees_with_scikit_learn() -> None:
    """The values are scikit-learn's sublinear TF-IDF of unit length."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vocabulary = NgramVocabulary.learn(_SENTENCES)
    reference = TfidfVectorizer(sublinear_tf=True, vocabulary=list(vocabulary.terms), analyzer=word_ngrams)
    expected = reference.fit(_SENTENCES).transform(_SENTENCES).toarray()
    np.testing.assert_allclose(vocabulary.matrix(_SENTENCES).toarray(), expected, atol=1e-6)


@given(st.text(max_size=60))
def test_values_have_unit_length_or_are_none(sentence: str) -> None:
    """A row has unit length unless no term is known."""
    matrix = NgramVocabulary.learn(["a b 1 ! ?"] * 2).matrix([sentence])
    assert matrix.shape == (1, 11)
    assert not matrix.nnz or float(np.linalg.norm(matrix.toarray())) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("n_labels", [1, 3])
def test_scores_have_a_row_a_sentence(n_labels: int) -> None:
    """Scores are (n_sentences, n_labels); a sentence of unknown words adds nothing."""
    vocabulary = NgramVocabulary.learn(_SENTENCES)
    coef = np.ones((n_labels, len(vocabulary)), np.float32)
    scores = vocabulary.scores([*_SENTENCES, "zzz"], coef)
    assert scores.shape == (4, n_labels)
    assert (scores[:3] > 0).all()
    assert (scores[3] == 0).all()
    np.testing.assert_allclose(scores, vocabulary.matrix([*_SENTENCES, "zzz"]) @ coef.T, atol=1e-6)


def test_scoring_needs_no_scipy() -> None:
    """What the n-grams add to a score is computed without SciPy and scikit-learn, which are slow to import."""
    program = (
        "import sys, numpy as np\n"
        "from stance.heads import LinearHead\n"
        "from stance.ngrams import NgramVocabulary\n"
        "one = np.ones((1, 1), np.float32)\n"
        "head = LinearHead(('x',), one, one[0], True, NgramVocabulary(('a',), one[0]), one)\n"
        "assert head.predict_proba(one, ['a']).shape == (1, 1)\n"
        "assert not {'sklearn', 'scipy', 'pandas', 'threadpoolctl'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.parametrize("idf", [np.ones(3), np.ones((2, 1)), np.array([1.0, 0.0]), np.array([1.0, np.nan])])
def test_idf_must_fit_the_terms(idf: np.ndarray) -> None:
    """Each term has one positive idf, or the vocabulary cannot be made."""
    with pytest.raises(ShapeError, match="2 n-grams need as many positive idf; got"):
        NgramVocabulary(("a", "b"), idf)
