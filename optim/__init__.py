"""Optimizers: from gradients to better parameters, each file its paper in order."""

from optim import lr_scheduler, schedules
from optim.adabound import AdaBound, AMSBound
from optim.adadelta import Adadelta
from optim.adagrad import Adagrad
from optim.adam import Adam, AdamW
from optim.adamax import Adamax
from optim.batches import batches
from optim.clip import clip_grad_norm_, clip_grad_value_
from optim.ema import EMA
from optim.flat import Flat, flatten
from optim.nadam import NAdam
from optim.optimizer import Optimizer
from optim.radam import RAdam
from optim.rates import FoundRates, SweptRates, lr_find, lr_sweep
from optim.rmsprop import RMSprop
from optim.sgd import SGD
from optim.training import (
    Callback,
    Checkpoint,
    EarlyStopping,
    History,
    LearningRate,
    accuracy,
    confusion_matrix,
    evaluate,
    fit,
    predict,
)

__all__ = [
    "EMA",
    "SGD",
    "AMSBound",
    "AdaBound",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Callback",
    "Checkpoint",
    "EarlyStopping",
    "Flat",
    "FoundRates",
    "History",
    "LearningRate",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "SweptRates",
    "accuracy",
    "batches",
    "clip_grad_norm_",
    "clip_grad_value_",
    "confusion_matrix",
    "evaluate",
    "fit",
    "flatten",
    "lr_find",
    "lr_scheduler",
    "lr_sweep",
    "predict",
    "schedules",
]
