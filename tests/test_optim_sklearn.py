"""The estimators are scikit-learn's in full, train what they say, and are told apart by their seeds alone."""

import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import autograd_lite as ag
import nn
import optim
from autograd_lite.errors import ArgumentValueError, KindError, ShapeError
from optim.sklearn import NeuralClassifier, NeuralRegressor

ROOT = Path(__file__).parents[1]


@parametrize_with_checks(
    [
        NeuralClassifier(),
        NeuralRegressor(),
        NeuralClassifier((), early_stopping=True, optimizer=optim.AdamW, learning_rate=0.01, batch_size=None),
        NeuralRegressor(activation="tanh", optimizer="sgd", optimizer_options={"momentum": 0.9}, max_epochs=40),
    ]
)
def test_scikit_learns_own_checks(estimator, check):
    """None of them is expected to fail."""
    check(estimator)


def iris():
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def line(n=40, dtype=np.float64):
    """Points of 3 x_0 - 2 x_1 + 1."""
    X = np.random.default_rng(0).normal(size=(n, 2)).astype(dtype)
    return X, (3 * X[:, 0] - 2 * X[:, 1] + 1).astype(dtype)


# What is trained


def test_a_linear_network_finds_the_least_squares_solution():
    X, y = line()
    model = NeuralRegressor((), learning_rate=0.1, batch_size=None, max_epochs=400, random_state=0).fit(X, y)
    assert np.allclose(model.module_[0].weight.data, [[3.0, -2.0]], atol=1e-3)
    assert np.allclose(model.module_[0].bias.data, [1.0], atol=1e-3)
    assert model.score(X, y) > 0.9999


def test_one_epoch_of_the_whole_batch_is_one_step_by_hand():
    """From zero, the mean of (0 - y)² has the slope -2 mean(y x) by w: the step of SGD is 2 rate mean(y x)."""
    X, y = line()

    def build(inputs, outputs):
        layer = nn.Linear(inputs, outputs)
        nn.init.zeros_(layer.weight), nn.init.zeros_(layer.bias)
        return layer

    model = NeuralRegressor(build=build, optimizer="SGD", learning_rate=0.1, batch_size=None, max_epochs=1).fit(X, y)
    assert np.allclose(model.module_.weight.data, 0.2 * (y[:, None] * X).mean(axis=0), rtol=1e-12)
    assert np.allclose(model.module_.bias.data, 0.2 * y.mean(), rtol=1e-12)
    assert model.loss_curve_ == pytest.approx([np.mean(y**2)], rel=1e-12)
    assert model.n_iter_ == 1


def test_weight_decay_and_options_reach_the_optimizer():
    X, y = line()
    model = NeuralRegressor(optimizer="sgd", optimizer_options={"momentum": 0.9}, weight_decay=0.25, max_epochs=1)
    group = model.fit(X, y)._optimizer.param_groups[0]
    assert (group["momentum"], group["weight_decay"], group["lr"]) == (0.9, 0.25, 1e-3)
    usual = NeuralRegressor(optimizer=optim.AdamW, max_epochs=1).fit(X, y)._optimizer
    assert isinstance(usual, optim.AdamW)
    assert usual.param_groups[0]["weight_decay"] == 1e-2


def test_the_network_is_what_the_parameters_say():
    X, y = iris()
    model = NeuralClassifier((5, np.int64(4)), "tanh", max_epochs=1).fit(X, y)
    assert [type(layer).__name__ for layer in model.module_] == ["Linear", "Tanh", "Linear", "Tanh", "Linear"]
    assert [p.shape for p in model.module_.parameters()] == [(5, 4), (5,), (4, 5), (4,), (3, 4), (3,)]
    assert NeuralClassifier(7, nn.GELU, max_epochs=1).fit(X, y).module_[0].weight.shape == (7, 4)


def test_batches_are_of_equal_sizes_and_hold_every_sample_once():
    sizes, seen = [], []

    class Watched(nn.Linear):
        def forward(self, x):
            if self.training:
                sizes.append(len(x))
                seen.extend(x[:, 0].tolist())
            return super().forward(x)

    X = np.arange(41.0)[:, None]
    NeuralRegressor(build=Watched, batch_size=10, max_epochs=1, learning_rate=0.0, random_state=0).fit(X, X[:, 0])
    assert sizes == [9, 8, 8, 8, 8]
    assert sorted(seen) == X[:, 0].tolist() != seen


def test_early_stopping_takes_the_best_parameters_of_what_was_held_out():
    X, y = line(60)
    y = y + np.random.default_rng(1).normal(size=60)
    model = NeuralRegressor(
        (50,),
        learning_rate=0.03,
        early_stopping=True,
        validation_fraction=0.3,
        patience=3,
        min_delta=0.0,
        random_state=0,
    ).fit(X, y)
    curve = model.validation_curve_
    assert len(curve) == len(model.loss_curve_) == model.n_iter_ < 100
    assert np.argmin(curve) == len(curve) - 1 - 3
    again = clone(model).set_params(max_epochs=int(np.argmin(curve)) + 1).fit(X, y)
    assert again.predict(X).tobytes() == model.predict(X).tobytes()


def test_a_gain_below_min_delta_does_not_make_training_go_on():
    X, y = line()
    model = NeuralRegressor(early_stopping=True, patience=4, min_delta=1e6, random_state=0).fit(X, y)
    # The first epoch always is a gain.
    assert model.n_iter_ == 5
    assert model.validation_curve_[-1] == min(model.validation_curve_)


def test_small_gains_add_up(monkeypatch):
    """Of gains of 0.6, every second is one of more than 1 since the last that counted."""
    losses = iter([10.0, 9.4, 8.8, 8.2, 7.6, 7.6, 7.6, 7.6, 7.6])
    monkeypatch.setattr(NeuralRegressor, "_held_out_loss", lambda self, X, y: next(losses))
    model = NeuralRegressor(early_stopping=True, patience=3, min_delta=1.0).fit(*line())
    assert model.validation_curve_ == [10.0, 9.4, 8.8, 8.2, 7.6, 7.6, 7.6, 7.6]


# Seeds


def dropping(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, outputs))


@pytest.mark.parametrize("build", [None, dropping])
def test_the_same_seed_gives_the_same_bits(build):
    X, y = iris()
    a, b, c = (
        NeuralClassifier(build=build, max_epochs=3, random_state=s).fit(X, y).predict_proba(X) for s in (1, 1, 2)
    )
    assert a.tobytes() == b.tobytes() != c.tobytes()


def test_the_librarys_own_generator_is_left_as_it_was():
    X, y = iris()
    generator = ag.manual_seed(3)
    NeuralClassifier(build=dropping, max_epochs=2).fit(X, y)
    with pytest.raises(KindError):
        NeuralClassifier(build=lambda inputs, outputs: generator.random() and None).fit(X, y)
    drawn = generator.random()
    assert drawn == ag.manual_seed(3).random()


def test_threads_do_not_draw_from_each_others_seeds():
    X, y = iris()
    alone = [
        NeuralClassifier(build=dropping, max_epochs=3, random_state=s).fit(X, y).predict_proba(X) for s in range(4)
    ]
    found = {}

    def work(s):
        found[s] = NeuralClassifier(build=dropping, max_epochs=3, random_state=s).fit(X, y).predict_proba(X)

    threads = [threading.Thread(target=work, args=(s,)) for s in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[s].tobytes() for s in range(4)] == [a.tobytes() for a in alone]


# Prediction


def test_probabilities_sum_to_one_and_the_largest_is_predicted():
    X, y = iris()
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    model = NeuralClassifier(learning_rate=0.01, random_state=0).fit(X, names)
    p = model.predict_proba(X)
    assert np.allclose(p.sum(axis=1), 1.0)
    assert np.allclose(np.log(p), model.predict_log_proba(X))
    assert (model.classes_[p.argmax(axis=1)] == model.predict(X)).all()
    assert np.trace(confusion_matrix(names, model.predict(X))) >= 145


def test_predictions_in_parts_are_those_of_the_whole(monkeypatch):
    X, y = line()
    model = NeuralRegressor(max_epochs=2, random_state=0).fit(X, y)
    whole = model.predict(X)
    monkeypatch.setattr("optim.sklearn.estimator.ROWS", 7)
    assert np.allclose(model.predict(X), whole, rtol=1e-12)


def test_prediction_records_no_graph_and_trains_nothing():
    recording = []

    class Watched(nn.Linear):
        def forward(self, x):
            recording.append((self.training, ag.is_grad_enabled()))
            return super().forward(x)

    X, y = iris()
    NeuralClassifier(build=Watched, max_epochs=1, batch_size=None).fit(X, y).predict(X)
    assert recording == [(True, True), (False, False)]
    model = NeuralClassifier(build=dropping, max_epochs=1, random_state=0).fit(X, y)
    before = model.module_.state_dict()
    assert not model.module_.training
    assert model.predict_proba(X).tobytes() == model.predict_proba(X).tobytes()
    assert all((after == before[path]).all() for path, after in model.module_.state_dict().items())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_data_type_of_the_inputs_is_that_of_the_network(dtype):
    X, y = line(dtype=dtype)
    model = NeuralRegressor(max_epochs=2).fit(X, y)
    assert {p.dtype for p in model.module_.parameters()} == {np.dtype(dtype)}
    assert model.predict(X).dtype == dtype
    other = np.float64 if dtype is np.float32 else np.float32
    assert model.predict(X.astype(other)).dtype == dtype
    assert model.partial_fit(X.astype(other), y.astype(other)).predict(X).dtype == dtype


def test_several_outputs():
    X, y = line()
    Y = np.stack([y, -2 * y], axis=1)
    model = NeuralRegressor((), learning_rate=0.1, max_epochs=200, random_state=0).fit(X, Y)
    assert model.predict(X).shape == (40, 2)
    assert model.score(X, Y) > 0.999


def test_a_trained_estimator_is_pickled_and_goes_on():
    X, y = iris()
    model = NeuralClassifier(build=dropping, random_state=0).partial_fit(X, y)
    copy = pickle.loads(pickle.dumps(model))
    assert copy.partial_fit(X, y).predict_proba(X).tobytes() == model.partial_fit(X, y).predict_proba(X).tobytes()


# Training bit by bit


def test_partial_fits_are_the_epochs_of_a_fit():
    X, y = iris()
    whole = NeuralClassifier(build=dropping, max_epochs=3, random_state=0).fit(X, y)
    parts = NeuralClassifier(build=dropping, random_state=0)
    for _ in range(3):
        parts.partial_fit(X, y, classes=[0, 1, 2])
    assert parts.predict_proba(X).tobytes() == whole.predict_proba(X).tobytes()
    assert parts.loss_curve_ == whole.loss_curve_
    X, y = line()
    assert NeuralRegressor(random_state=0).partial_fit(X, y).n_iter_ == 1


def test_a_partial_fit_knows_classes_that_come_later_and_a_new_rate():
    X, y = iris()
    model = NeuralClassifier(random_state=0).partial_fit(X[:50], y[:50], classes=[2, 1, 0])
    assert model.classes_.tolist() == [0, 1, 2]
    before = model.predict_proba(X)
    model.set_params(learning_rate=0.0).partial_fit(X[50:], y[50:])
    assert (model.predict_proba(X) == before).all()
    with pytest.raises(ArgumentValueError, match=r"when training began"):
        model.partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ArgumentValueError, match=r"y has \[3\], not among the classes \[0, 1, 2\]"):
        model.partial_fit(X, y + 1)


# What is refused


@pytest.mark.parametrize(
    ("parameters", "error", "said"),
    [
        ({"hidden_layer_sizes": (10, 0)}, ArgumentValueError, r"hidden_layer_sizes\[1\] is 0; it must be at least 1"),
        ({"hidden_layer_sizes": 2.5}, KindError, r"hidden_layer_sizes\[0\] is float 2.5"),
        ({"hidden_layer_sizes": "10"}, KindError, "hidden_layer_sizes"),
        ({"activation": "rule"}, ArgumentValueError, "activation is 'rule'; it must be one of elu, gelu"),
        ({"activation": 3}, KindError, "activation is int 3; give a name"),
        ({"optimizer": "adm"}, ArgumentValueError, "one of adabound, adadelta"),
        ({"optimizer": None}, KindError, "optimizer is NoneType"),
        ({"learning_rate": -1.0}, ArgumentValueError, "learning_rate is -1.0; it must be at least 0"),
        ({"weight_decay": -1.0}, ArgumentValueError, "weight_decay is -1.0"),
        ({"optimizer_options": [0.9]}, KindError, "optimizer_options is list"),
        ({"optimizer_options": {"lr": 0.1}}, ArgumentValueError, "optimizer_options has 'lr'"),
        (
            {"optimizer_options": {"weight_decay": 0.1}, "weight_decay": 0.1},
            ArgumentValueError,
            "optimizer_options has 'weight_decay'",
        ),
        ({"batch_size": 0}, ArgumentValueError, "batch_size is 0"),
        ({"max_epochs": 1.5}, KindError, "max_epochs is float 1.5"),
        ({"early_stopping": 1}, KindError, "early_stopping is int 1"),
        (
            {"validation_fraction": 1.0},
            ArgumentValueError,
            "validation_fraction is 1.0; it must be above 0 and below 1",
        ),
        ({"validation_fraction": 0}, ArgumentValueError, "validation_fraction is 0.0; it must be above 0"),
        ({"patience": 0}, ArgumentValueError, "patience is 0"),
        ({"min_delta": "x"}, KindError, "min_delta is str"),
        ({"build": nn.Linear(4, 3)}, KindError, r"build is Linear .*makes a new module for each fit"),
        ({"build": 3}, KindError, "build is int 3; give a function"),
        ({"build": lambda inputs, outputs: None}, KindError, r"build\(4, 3\) gave NoneType None"),
        (
            {"build": lambda inputs, outputs: nn.Linear(inputs, 2)},
            ShapeError,
            r"gave shape \(30, 2\)",
        ),
        ({"learning_rate": 1e200, "optimizer": "sgd"}, ArgumentValueError, r"the loss is (nan|inf) in epoch \d"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_wrong_parameters(parameters, error, said):
    """They are refused by fit, not by the constructor, as in all of scikit-learn."""
    X, y = iris()
    model = NeuralClassifier(**parameters)
    with pytest.raises(error, match=said):
        model.fit(X, y)


def test_targets_that_are_no_numbers_and_outputs_that_change():
    X, y = line()
    with pytest.raises(KindError, match="y is of <U1; it must be of numbers"):
        NeuralRegressor().fit(X, np.array(["a", "b"] * 20))
    model = NeuralRegressor().partial_fit(X, y)
    with pytest.raises(ShapeError, match="y has 2 numbers for each sample, but had 1"):
        model.partial_fit(X, np.stack([y, y], axis=1))
    assert model.predict(X).shape == (40,)


def test_without_scikit_learn_the_error_says_what_to_install():
    program = "import sys; sys.modules['sklearn.utils.validation'] = None\nimport optim.sklearn"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert "MissingLibraryError: optim.sklearn: its estimators are scikit-learn's" in done.stderr
    assert "pip install" in done.stderr


# With the rest of scikit-learn


def test_grid_search_over_a_pipeline_in_two_processes():
    X, y = load_iris(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), NeuralClassifier(20, max_epochs=15, random_state=0))
    grid = {"neuralclassifier__learning_rate": [1e-5, 1e-2], "neuralclassifier__activation": ["relu", "tanh"]}
    search = GridSearchCV(pipeline, grid, cv=KFold(3, shuffle=True, random_state=0), n_jobs=2).fit(X, y)
    assert search.best_params_["neuralclassifier__learning_rate"] == 1e-2
    assert search.best_score_ > 0.9
    alone = clone(search).set_params(n_jobs=1).fit(X, y)
    assert (alone.cv_results_["mean_test_score"] == search.cv_results_["mean_test_score"]).all()


def test_randomized_search_over_what_a_regressor_takes():
    X, y = line()
    space = {"hidden_layer_sizes": [(), (5,), (5, 5)], "learning_rate": [0.1, 0.01], "optimizer": ["adam", "rmsprop"]}
    search = RandomizedSearchCV(NeuralRegressor(max_epochs=30, random_state=0), space, n_iter=4, cv=2, random_state=0)
    assert search.fit(X, y).best_score_ > 0.5


def test_handwritten_digits_are_told_apart():
    X, y = load_digits(return_X_y=True)
    train, test, train_y, test_y = train_test_split(X / 16, y, random_state=0, stratify=y)
    model = NeuralClassifier((32,), learning_rate=5e-3, max_epochs=15, early_stopping=True, random_state=0)
    assert model.fit(train, train_y).score(test, test_y) > 0.95
    assert cross_val_score(clone(model).set_params(max_epochs=5), X / 16, y, cv=3).mean() > 0.9
