"""Optimizers: from gradients to better parameters, each file its paper in order."""

from optim import lr_scheduler, schedules
from optim.adabound import AdaBound, AMSBound
from optim.adadelta import Adadelta
from optim.adagrad import Adagrad
from optim.adam import Adam, AdamW
from optim.adamax import Adamax
from optim.batches import batches
from optim.nadam import NAdam
from optim.optimizer import Optimizer
from optim.radam import RAdam
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
    "History",
    "LearningRate",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "accuracy",
    "batches",
    "confusion_matrix",
    "evaluate",
    "fit",
    "lr_scheduler",
    "predict",
    "schedules",
]
