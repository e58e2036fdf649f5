"""Training that shows itself: fit, what it gives, what takes part in it, and what is asked of a trained model."""

from optim.training.callbacks import Callback, Checkpoint, EarlyStopping
from optim.training.confusion import ConfusionMatrix, confusion_matrix
from optim.training.evaluation import evaluate, predict
from optim.training.fit import fit
from optim.training.history import History
from optim.training.metrics import accuracy
from optim.training.rate import LearningRate
from optim.training.run import Run

__all__ = [
    "Callback",
    "Checkpoint",
    "ConfusionMatrix",
    "EarlyStopping",
    "History",
    "LearningRate",
    "Run",
    "accuracy",
    "confusion_matrix",
    "evaluate",
    "fit",
    "predict",
]
