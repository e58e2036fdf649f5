"""Schedulers: PyTorch's classes by name, which give an optimizer the learning rate of each step.

After each epoch, or each batch, `scheduler.step()` follows `optimizer.step()`.
"""

from optim.lr_scheduler.compose import ChainedScheduler, SequentialLR
from optim.lr_scheduler.cycles import CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR
from optim.lr_scheduler.factors import (
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    PolynomialLR,
    RateLR,
    StepLR,
)
from optim.lr_scheduler.plateau import ReduceLROnPlateau
from optim.lr_scheduler.scheduler import LRScheduler

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "RateLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
