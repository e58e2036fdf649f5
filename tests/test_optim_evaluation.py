"""A trained model asked: evaluate, predict, metrics, the confusion matrix; and what fit refuses."""

import io

import numpy as np
import pytest
from sklearn import metrics as reference

import autograd_lite as ag
import nn
import optim
from autograd_lite.errors import (
    ArgumentError,
    ArgumentValueError,
    AutogradError,
    DtypeError,
    GraphError,
    KindError,
    ShapeError,
    StorageError,
)  # fmt: skip

RNG = np.random.default_rng(0)
X = RNG.normal(size=(23, 3)).astype(np.float32)
Y = RNG.integers(0, 4, 23)


def linear(outputs=4):
    ag.manual_seed(2)
    return nn.Linear(3, outputs)


@pytest.mark.parametrize("batch_size", [None, 1, 5, 23, 100])
def test_evaluate_is_the_loss_of_all_samples(batch_size):
    model, loss = linear(), nn.CrossEntropyLoss()
    whole = loss(model(X), Y).item()
    found = optim.evaluate(model, loss, (X, Y), ["accuracy"], batch_size=batch_size)
    assert found["loss"] == pytest.approx(whole, rel=1e-6)
    assert found["accuracy"] == (model(X).data.argmax(axis=1) == Y).mean()
    assert type(found["loss"]) is float


def test_a_metric_sees_all_outputs_at_once():
    """F1 is no mean over batches."""
    model = linear()

    def f1(output, target):
        return reference.f1_score(target, output.argmax(axis=1), average="macro", zero_division=0)

    batches = optim.batches((X, Y), 4)
    found = optim.evaluate(model, nn.CrossEntropyLoss(), batches, {"macro f1": f1})
    assert found["macro f1"] == f1(model(X).data, Y)


def test_evaluate_takes_dictionaries_and_several_outputs():
    def model(a, b):
        return {"sum": a + b, "pair": (a, b)}

    def loss(output, target):
        return ((output["sum"] - target["y"]) ** 2).mean()

    def largest(output, target):
        return np.max(output["pair"][0] * target["y"])

    y = X.sum(axis=1, keepdims=True)
    data = ({"a": X, "b": ag.Tensor(X)}, {"y": y})
    found = optim.evaluate(model, loss, data, [largest], batch_size=7)
    assert found["loss"] == pytest.approx(np.mean((2 * X - y) ** 2), rel=1e-5)
    assert found["largest"] == np.max(X * y)


@pytest.mark.parametrize("batch_size", [None, 1, 5, 23])
def test_predict_is_what_the_model_gives_when_it_does_not_train(batch_size):
    model = nn.Sequential(linear(), nn.Dropout(0.9), nn.BatchNorm1d(4))
    found = optim.predict(model, X, batch_size)
    assert model.training
    assert type(found) is np.ndarray
    assert np.allclose(found, model.eval()(X).data, rtol=1e-6)
    found[:] = 0.0
    several = optim.predict(lambda a, b: (a * 2, {"b": b}), (X, Y), batch_size)
    assert several[0].tolist() == (X * 2).tolist()
    assert several[1]["b"].tolist() == Y.tolist()


# Metrics


def test_accuracy_of_classes_probabilities_and_logits():
    scores = np.array([[0.1, 0.9], [0.8, 0.2], [0.7, 0.3], [0.4, 0.6]])
    assert optim.accuracy(scores, [1, 0, 1, 1]) == 0.75
    assert optim.accuracy(ag.Tensor(scores), ag.Tensor(np.eye(2)[[1, 0, 1, 1]])) == 0.75
    assert optim.accuracy(scores, np.array([[1], [0], [1], [1]])) == 0.75
    assert optim.accuracy(np.array([0.2, 0.6, 0.5]), [0, 1, 1]) == pytest.approx(2 / 3)
    assert optim.accuracy(np.array([[0.2], [0.6]]), [0.0, 1.0]) == 1.0
    assert optim.accuracy(np.array([[-0.2], [0.3]]), np.array([[0], [1]]), threshold=0.0) == 1.0
    images = np.zeros((1, 3, 2, 2))
    images[0, 2] = 1.0
    assert optim.accuracy(images, np.array([[[2, 2], [2, 0]]])) == 0.75


def test_what_is_undefined_is_no_class():
    """The largest of scores with nan among them, or nan above a threshold: neither is class 0."""
    assert optim.accuracy(np.array([[np.nan, 1.0], [np.nan, np.nan], [2.0, 1.0]]), [0, 0, 0]) == pytest.approx(1 / 3)
    assert optim.accuracy(np.array([np.nan, 0.2]), [0, 0]) == 0.5


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (nn.BCEWithLogitsLoss(), 1.0),
        (nn.BCEWithLogitsLoss() + 0.0 * nn.L1Loss(), 1.0),
        (nn.functional.binary_cross_entropy_with_logits, 1.0),
        (nn.MSELoss(), 0.5),
    ],
)
def test_the_loss_tells_where_the_threshold_is(loss, expected):
    # Scores of -0.4 and 0.4: as logits they are on both sides, as probabilities on one.
    x, y = np.array([[-0.4], [0.4]]), np.array([[0.0], [1.0]])
    assert optim.evaluate(nn.Identity(), loss, (x, y), ["accuracy"])["accuracy"] == expected


def test_named_metrics_of_differences():
    x, y = np.array([[1.0], [3.0]]), np.array([[2.0], [0.0]])
    found = optim.evaluate(nn.Identity(), nn.MSELoss(), (x, y), ["mse", "mae"])
    assert found == {"loss": 5.0, "mse": 5.0, "mae": 2.0}


# The confusion matrix


@pytest.mark.parametrize("labels", [None, [3, 2, 1, 0], [0, 1, 2, 3, 7]])
def test_confusion_matrix_is_scikit_learns(labels):
    targets, found = RNG.integers(0, 4, 200), RNG.integers(0, 4, 200)
    matrix = optim.confusion_matrix(targets, found, labels)
    expected = reference.confusion_matrix(targets, found, labels=labels)
    assert np.array_equal(matrix, expected)
    assert matrix.accuracy == reference.accuracy_score(targets, found)
    assert matrix.labels == tuple(labels or range(4))
    assert type(matrix / 2) is np.ndarray
    assert int(matrix.sum()) == 200
    assert type(matrix.sum(axis=0)) is np.ndarray


def test_confusion_matrix_of_scores_words_and_one_hot():
    scores = np.array([[0.1, 0.9, 0.0], [0.8, 0.2, 0.0]])
    assert optim.confusion_matrix([1, 1], ag.Tensor(scores)).tolist() == [[0, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert optim.confusion_matrix(np.eye(3)[[1, 1]], scores).tolist() == [[0, 0, 0], [1, 1, 0], [0, 0, 0]]
    words = optim.confusion_matrix(["cat", "dog", "cat"], ["cat", "cat", "cat"])
    assert words.tolist() == [[2, 0], [1, 0]]
    assert words.labels == ("cat", "dog")
    assert optim.confusion_matrix(np.array([[1.0], [0.0]]), [True, False]).tolist() == [[1, 0], [0, 1]]


def test_confusion_matrix_as_a_figure():
    pytest.importorskip("matplotlib")
    matrix = optim.confusion_matrix([0, 0, 0, 1, 2], [0, 0, 1, 1, 1], labels=[0, 1, 2])
    figure = matrix.plot()
    [axes] = figure.axes
    assert [text.get_text() for text in axes.texts] == ["2", "1", "0", "0", "1", "0", "0", "1", "0"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0", "1", "2"]
    assert axes.get_xlabel() == "prediction"
    assert axes.get_ylabel() == "target"
    shares = axes.images[0].get_array()
    assert np.allclose(shares, [[2 / 3, 1 / 3, 0], [0, 1, 0], [0, 1, 0]])
    figure = matrix.plot(["cats", "dogs", "hedgehogs"])
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["cats", "dogs", "hedgehogs"]
    figure.savefig(io.BytesIO(), format="png")
    # A class that never was meant has a row of zeros.
    optim.confusion_matrix([0], [1], labels=[0, 1]).plot()


def fit(model=None, loss=None, optimizer=None, train=None, **options):
    model = model or linear()
    optimizer = optimizer or optim.SGD((model if isinstance(model, nn.Module) else linear()).parameters(), lr=0.1)
    train = (X, Y) if train is None else train
    return optim.fit(model, loss or nn.CrossEntropyLoss(), optimizer, train, progress=False, **options)


W = ag.Tensor(np.ones((3, 4), np.float32), requires_grad=True, name="W")
BY_W = optim.SGD([W], lr=0.1)
STOPS, KEEPS = optim.EarlyStopping(restore_best_weights=True), optim.Checkpoint("last.npz")


def times_w(x):
    return x @ W


def test_fit_trains_a_function_of_plain_tensors():
    before = W.numpy()
    assert len(fit(model=times_w, optimizer=BY_W, epochs=2, validation=0.5)) == 2
    assert (W.data != before).all()


def evaluate(output, target, metrics=("accuracy",)):
    return optim.evaluate(nn.Identity(), lambda o, t: 0.0, (output, target), metrics)


def once():
    """A loss that is a plain number at its second call."""
    losses = iter([nn.CrossEntropyLoss(), lambda output, target: 0.0])
    return lambda output, target: next(losses)(output, target)


@pytest.mark.parametrize(("fraction", "held_out"), [(0.9, 9), (0.8, 8), (0.7, 7), (0.3, 3), (0.1, 1), (0.25, 3)])
def test_a_fraction_of_the_samples_is_held_out(fraction, held_out):
    sizes = []
    fit(
        train=(X[:10], Y[:10]),
        validation=fraction,
        metrics={"n": lambda output, target: sizes.append(len(target)) or 0},
    )
    assert sizes[-1] == held_out


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda: fit(model=nn.Linear), KindError, "model is type"),
        (lambda: fit(model=3), KindError, "model is int 3"),
        (lambda: fit(loss="mse"), KindError, "loss is str 'mse'"),
        (lambda: fit(optimizer=optim.SGD), KindError, "optimizer is type"),
        (lambda: fit(optimizer="sgd"), KindError, "optimizer is str"),
        (lambda: fit(train=X), KindError, r"train is ndarray .*\(inputs, targets\)"),
        (lambda: fit(train=[X, Y]), KindError, "train is a list of 2"),
        (lambda: fit(train=(X, Y, Y)), KindError, "train is a tuple of 3"),
        (lambda: fit(train=3), KindError, "train is int 3"),
        (lambda: fit(train=(X, Y[:5])), ShapeError, r"data\[0\] has 23, data\[1\] has 5"),
        (lambda: fit(train=optim.batches(X)), KindError, "the data of the batches"),
        (lambda: fit(train=iter([(X, Y)]), epochs=2), KindError, "used up after one epoch"),
        (lambda: fit(train=iter(())), ArgumentValueError, "no batches"),
        (lambda: fit(epochs=0), ArgumentValueError, "epochs is 0"),
        (lambda: fit(epochs=1.5), KindError, "epochs"),
        (lambda: fit(batch_size=0), ArgumentValueError, "batch_size is 0"),
        (
            lambda: fit(batch_size="8", train=optim.batches((X, Y), 5), validation=(X, Y)),
            KindError,
            "batch_size is str",
        ),
        (lambda: fit(batch_size=0, train=optim.batches((X, Y), 5)), ArgumentValueError, "batch_size is 0"),
        (lambda: fit(train=iter([(X, Y, Y)])), KindError, "a batch of train is a tuple of 3"),
        (lambda: fit(train=iter([X, Y])), KindError, r"a batch of train is ndarray .* a pair \(inputs, targets\)"),
        (lambda: fit(optimizer=BY_W), GraphError, "reaches none of the parameters of the optimizer"),
        (lambda: fit(batch_size=5, loss=once()), GraphError, "the loss is float 0.0, to which no parameter leads"),
        (lambda: fit(shuffle="twice"), ArgumentValueError, "'twice'"),
        (lambda: fit(validation=0.0), ArgumentValueError, "above 0 and below 1"),
        (lambda: fit(validation=1.5), ArgumentValueError, "above 0 and below 1"),
        (lambda: fit(validation=True), ArgumentValueError, "fraction"),
        (lambda: fit(validation=0.99), ArgumentValueError, "leaves 0 to train on"),
        (lambda: fit(validation=0.5, train=optim.batches((X, Y), 5)), ArgumentError, "a pair of its own"),
        (lambda: fit(validation=X), KindError, "fit, validation: data is ndarray"),
        (lambda: fit(validation=(X, Y[:2])), ShapeError, "fit, validation"),
        (lambda: fit(callbacks=optim.EarlyStopping()), KindError, "give a list"),
        (lambda: fit(callbacks=[optim.EarlyStopping]), KindError, "a callback is type"),
        (lambda: fit(callbacks=["stop"]), KindError, "a callback is str"),
        (lambda: fit(metrics="accuracy"), KindError, r'\["accuracy"\]'),
        (lambda: fit(metrics=["f1"]), ArgumentValueError, "no metric 'f1'; there are accuracy, mse, mae"),
        (lambda: fit(metrics=[lambda output, target: 1.0]), ArgumentError, "a lambda has no name"),
        (lambda: fit(metrics={"loss": "accuracy"}), ArgumentError, "'loss' is taken"),
        (lambda: fit(metrics=["accuracy", "accuracy"]), ArgumentError, "'accuracy' is taken"),
        (lambda: fit(metrics={3: "accuracy"}), KindError, "called int 3"),
        (lambda: fit(metrics={"a": 3}), KindError, "a metric is int 3"),
        (lambda: fit(metrics={"a": lambda o, t: o}), KindError, "the metric a gave"),
        (lambda: fit(schedule=0.1), KindError, r"no step\(\)"),
        (lambda: fit(seed=-1), ArgumentValueError, "seed"),
        (lambda: fit(seed="0"), KindError, "seed"),
        (lambda: fit(checkpoint=3), KindError, "checkpoint is int 3"),
        (lambda: fit(checkpoint="run.pkl"), StorageError, "must end in"),
        (lambda: fit(checkpoint="nowhere/run.npz"), StorageError, "folder"),
        (lambda: fit(model=times_w, optimizer=BY_W, checkpoint="run.npz"), KindError, "no state_dict.. and load"),
        (
            lambda: fit(optimizer=BY_W, checkpoint="run.npz"),
            ArgumentValueError,
            "Tensor 'W' .* no parameter of the m",
        ),
        (lambda: fit(model=times_w, optimizer=BY_W, callbacks=[STOPS]), KindError, "EarlyStopping: model is function"),
        (lambda: fit(model=times_w, optimizer=BY_W, callbacks=[KEEPS]), KindError, "Checkpoint: model is function"),
        (lambda: fit(resume=1), KindError, "resume"),
        (lambda: optim.predict(linear(), np.ones((0, 3), np.float32)), ArgumentValueError, "no samples"),
        (lambda: fit(loss=nn.CrossEntropyLoss(reduction="none")), KindError, "one number.*reduction='mean'"),
        (lambda: fit(loss=lambda o, t: "low"), KindError, "the loss gave str"),
        (lambda: fit(loss=lambda o, t: 1.0), GraphError, "to which no parameter leads"),
        (lambda: fit(loss=lambda o, t: o.detach().sum()), GraphError, "to which no parameter leads"),
        (lambda: optim.evaluate(linear(), nn.CrossEntropyLoss(), X), KindError, "evaluate: data is ndarray"),
        (lambda: optim.evaluate(3, nn.CrossEntropyLoss(), (X, Y)), KindError, "evaluate: model is int 3"),
        (lambda: optim.evaluate(linear(), "mse", (X, Y)), KindError, "evaluate: loss is str 'mse'"),
        (lambda: optim.predict(3, X), KindError, "predict: model is int 3"),
        (lambda: optim.accuracy("a", [1]), KindError, "accuracy: output is str 'a'"),
        (lambda: optim.accuracy([1.0], None), KindError, "accuracy: target is NoneType None"),
        (lambda: optim.accuracy(np.zeros((0, 2)), []), ArgumentValueError, "accuracy: there are no samples"),
        (lambda: optim.predict(linear(), 3), KindError, "data is int 3"),
        (lambda: optim.predict(linear(), X, 0), ArgumentValueError, "batch_size"),
        (lambda: evaluate(np.ones((3, 2)), np.ones((3, 3))), ShapeError, "accuracy: outputs"),
        (lambda: evaluate(np.ones(3), np.full(3, 2)), ArgumentValueError, "targets are 0 or 1"),
        (lambda: evaluate(np.ones((3, 1)), np.ones(3), ["mse"]), ShapeError, "mse: outputs"),
        (lambda: evaluate(np.ones((3, 1)), np.ones(3), ["mae"]), ShapeError, "mae: outputs"),
        (lambda: optim.confusion_matrix([0, 1], [0]), ShapeError, "2 targets and 1 predictions"),
        (lambda: optim.confusion_matrix([], []), AutogradError, "no samples"),
        (lambda: optim.confusion_matrix([0.5], [0]), DtypeError, "classes"),
        (lambda: optim.confusion_matrix(np.ones((1, 2, 2)), [0]), ShapeError, "one class for each sample"),
        (lambda: optim.confusion_matrix([0, 3], [0, 0], labels=[0, 1]), ArgumentValueError, "3 occurs"),
        (lambda: optim.confusion_matrix([0], [0], labels=1), KindError, "labels is int 1"),
        (lambda: optim.confusion_matrix([[1], [1, 2]], [1, 2]), ShapeError, "targets has rows of different lengths"),
        (lambda: optim.confusion_matrix([0], [0], labels=[0, 0]), ArgumentValueError, "twice"),
        (lambda: optim.confusion_matrix([0, 1], [0, 1]).plot(["a"]), ArgumentValueError, "1 names for 2 classes"),
    ],
)
def test_wrong_uses(wrong, error, said):
    with pytest.raises(error, match=said) as caught:
        wrong()
    assert isinstance(caught.value, AutogradError)
