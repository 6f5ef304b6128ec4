"""Sentences to vectors: the protocol, and the encoders that keep it."""

from stance.encoder.protocol import Encoder, TokenVectors

__all__ = ["Encoder", "TokenVectors"]
