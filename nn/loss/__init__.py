"""Losses: how far predictions are from targets. They add up and scale: `CrossEntropyLoss() + 0.1 * Entropy()`."""

from nn.loss.base import Loss, WeightedSum
from nn.loss.binary import BCELoss, BCEWithLogitsLoss, HingeEmbeddingLoss, KLDivLoss
from nn.loss.classification import CrossEntropyLoss, Entropy, MultiMarginLoss, NLLLoss
from nn.loss.regression import HuberLoss, L1Loss, MSELoss, SmoothL1Loss

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "Entropy",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "Loss",
    "MSELoss",
    "MultiMarginLoss",
    "NLLLoss",
    "SmoothL1Loss",
    "WeightedSum",
]
