"""What the two estimators share: parameters in scikit-learn's manner, and the loop that trains."""

import math
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

import nn
from autograd_lite.errors import ArgumentValueError, KindError, ShapeError, describe
from autograd_lite.generator import default_generator
from autograd_lite.guard import Array
from autograd_lite.modes import no_grad
from autograd_lite.tensor import Tensor
from optim.sklearn.network import drawing, perceptron
from optim.sklearn.options import Options, checked

#: Rows that are predicted at once.
ROWS = 4096


class NeuralEstimator(BaseEstimator):  # type: ignore[misc]
    """A network that is trained by mini-batches: the parent of `NeuralClassifier` and `NeuralRegressor`."""

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        optimizer: Any = "adam",
        learning_rate: float = 1e-3,
        weight_decay: float | None = None,
        optimizer_options: dict[str, Any] | None = None,
        batch_size: int | None = 32,
        max_epochs: int = 100,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 10,
        min_delta: float = 1e-4,
        build: Callable[[int, int], nn.Module] | None = None,
        random_state: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.optimizer_options = optimizer_options
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.min_delta = min_delta
        self.build = build
        self.random_state = random_state

    # What a subclass defines

    def _targets(self, y: Any, reset: bool) -> Array:
        """The targets as the loss takes them; what they tell of the outputs is remembered."""
        raise NotImplementedError

    def _outputs(self) -> int:
        """How many outputs the network has."""
        raise NotImplementedError

    def _loss(self, outputs: Tensor, targets: Array) -> Tensor:
        """The mean loss of a batch."""
        raise NotImplementedError

    def _strata(self, targets: Array, fraction: float) -> Array | None:
        """What a split for validation has in equal parts on both sides."""
        return None

    # Training

    def fit(self, X: Any, y: Any) -> Self:
        """Train a new network.

        Parameters
        ----------
        X : inputs (samples, features), finite numbers.
        y : a target for each sample.

        Gives the estimator itself. Raises errors that are a `ValueError` or a `TypeError` too, as scikit-learn's
        are, for data and parameters that it cannot work with, and `ArgumentValueError` where the loss becomes
        infinite or nan.
        """
        options = checked(self)
        X, targets = self._validated(X, y, reset=True)
        self._seed()
        with drawing(self._random):
            held_out = None
            if options.early_stopping:
                X, targets, held_out = self._split(X, targets, options.validation_fraction)
            self._start(options, X)
            self._train(options, X, targets, held_out)
        return self

    def _partial_fit(self, X: Any, y: Any) -> Self:
        """One epoch more over these samples; the first call makes the network."""
        options = checked(self)
        new = not hasattr(self, "module_")
        X, targets = self._validated(X, y, reset=new)
        if new:
            self._seed()
        with drawing(self._random):
            if new:
                self._start(options, X)
            # What has been changed by set_params since holds from now on.
            for group in self._optimizer.param_groups:
                group["lr"] = options.learning_rate
            self._epoch(options, X.astype(self._dtype, copy=False), targets)
        return self

    def _seed(self) -> None:
        seed = check_random_state(self.random_state).randint(2**31 - 1)
        self._random = dict(np.random.default_rng(seed).bit_generator.state)

    def _validated(self, X: Any, y: Any, reset: bool) -> tuple[Array, Array]:
        """The inputs as floats and the targets as the loss takes them, both checked."""
        X, y = validate_data(self, X, y, dtype=(np.float64, np.float32), multi_output=True, reset=reset)
        return X, self._targets(y, reset)

    def _split(self, X: Array, targets: Array, fraction: float) -> tuple[Array, Array, tuple[Array, Array]]:
        """What is trained on, and what is held out."""
        seed, strata = int(default_generator().integers(2**31)), self._strata(targets, fraction)
        X, held_X, targets, held_targets = train_test_split(
            X, targets, test_size=fraction, random_state=seed, stratify=strata
        )
        return X, targets, (held_X, held_targets)

    def _start(self, options: Options, X: Array) -> None:
        """A new network of the data type of X, its optimizer, and empty curves."""
        owner, sizes = type(self).__name__, (X.shape[1], self._outputs())
        if options.build is None:
            module: Any = perceptron([sizes[0], *options.hidden_layer_sizes, sizes[1]], options.activation)
        else:
            module = options.build(*sizes)
        if not isinstance(module, nn.Module):
            raise KindError(f"{owner}: build{sizes} gave {describe(module)}; it must give a nn.Module.")
        self.module_ = module.to(X.dtype)
        self._dtype = X.dtype
        self._optimizer = options.optimizer(self.module_.parameters())
        self.n_iter_ = 0
        self.loss_curve_: list[float] = []

    def _train(self, options: Options, X: Array, targets: Array, held_out: tuple[Array, Array] | None) -> None:
        """Epochs until there are enough, or until the loss on what was held out has not improved for some."""
        self.validation_curve_: list[float] = []
        lowest, bar, waited, best = math.inf, math.inf, 0, self.module_.state_dict()
        while self.n_iter_ < options.max_epochs and waited < options.patience:
            self._epoch(options, X, targets)
            if held_out is not None:
                loss = self._held_out_loss(*held_out)
                self.validation_curve_.append(loss)
                # What falls by less than min_delta is kept, but does not make training go on.
                if loss < lowest:
                    lowest, best = loss, self.module_.state_dict()
                waited = 0 if loss < bar - options.min_delta else waited + 1
                bar = bar if waited else loss
        if held_out is not None:
            self.module_.load_state_dict(best)

    def _epoch(self, options: Options, X: Array, targets: Array) -> None:
        """One pass over all samples in a new order. The network is in training mode for it alone."""
        self.module_.train()
        try:
            total = self._steps(options, X, targets)
        finally:
            self.module_.eval()
        self.n_iter_ += 1
        self.loss_curve_.append(total / len(X))

    def _steps(self, options: Options, X: Array, targets: Array) -> float:
        """The sum of the losses of all samples, each from before the step that its batch takes."""
        total = 0.0
        order = default_generator().permutation(len(X))
        # Batches of equal sizes, to one: a last batch of a single sample has no variance to normalize by.
        count = math.ceil(len(X) / (options.batch_size or len(X)))
        for chosen in np.array_split(order, count):
            self._optimizer.zero_grad()
            loss = self._loss(self._forward(X[chosen]), targets[chosen])
            if not math.isfinite(loss.item()):
                raise ArgumentValueError(
                    f"{type(self).__name__}: the loss is {loss.item()} in epoch {self.n_iter_ + 1}. Scale the inputs "
                    f"(sklearn.preprocessing.StandardScaler), or lower learning_rate, which is {self.learning_rate}."
                )
            loss.backward()
            self._optimizer.step()
            total += loss.item() * len(chosen)
        return total

    def _held_out_loss(self, X: Array, targets: Array) -> float:
        return float(self._loss(Tensor(self._in_eval_mode(X)), targets).item())

    # Prediction

    def _forward(self, X: Array) -> Tensor:
        """The outputs of the network, of the shape that the loss and the predictions need."""
        outputs: Tensor = self.module_(X)
        if outputs.shape != (len(X), self._outputs()):
            raise ShapeError(
                f"{type(self).__name__}: the network gave shape {outputs.shape} for {describe(X)}; it must give "
                f"{(len(X), self._outputs())}. build is called with the numbers of inputs and of outputs."
            )
        return outputs

    def _in_eval_mode(self, X: Array) -> Array:
        with no_grad():
            parts = [self._forward(X[i : i + ROWS]).data for i in range(0, len(X), ROWS)]
        return np.concatenate(parts)

    def _predicted(self, X: Any) -> Array:
        """The outputs for new inputs."""
        check_is_fitted(self, "module_")
        X = validate_data(self, X, dtype=(np.float64, np.float32), reset=False)
        return self._in_eval_mode(np.asarray(X, self._dtype))
