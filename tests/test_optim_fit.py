"""fit: the same steps as by hand, what its history says, who takes part, and what it leaves as it was."""

import pickle

import numpy as np
import pytest

import autograd_lite as ag
import nn
import optim
from autograd_lite.errors import TrainingError
from autograd_lite.generator import default_generator


def points(n=40, seed=0):
    """Points in the plane and whether they are above a line."""
    x = np.random.default_rng(seed).normal(size=(n, 2))
    return x, (x @ [1.0, 2.0] > 0.3).astype(int)


def network(seed=0, *, dropout=0.0):
    ag.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(2, 5, dtype=float), nn.Tanh(), nn.Dropout(dropout), nn.Linear(5, 2, dtype=float)
    )  # fmt: skip


def fitted(model=None, optimizer=None, **options):
    """A history of some training without a word."""
    model = model or network()
    optimizer = optimizer or optim.SGD(model.parameters(), lr=0.1)
    loss, data = options.pop("loss", nn.CrossEntropyLoss()), options.pop("train", points())
    return optim.fit(model, loss, optimizer, data, **{"seed": 0, "progress": False, "batch_size": 8, **options})


def numbers(model):
    return {path: array.tolist() for path, array in model.state_dict().items()}


def test_fit_takes_the_steps_of_a_loop_by_hand():
    x, y = points(38)
    model, twin, loss = network(), network(), nn.CrossEntropyLoss()
    optimizer = optim.Adam(twin.parameters(), lr=0.05)
    generator = np.random.default_rng(7)
    means, hits = [], []
    for _ in range(3):
        order = generator.permutation(38)
        total = found = 0.0
        for start in range(0, 38, 8):
            batch = order[start : start + 8]
            output = twin(x[batch])
            value = loss(output, y[batch])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            total += value.item() * len(batch)
            found += (output.data.argmax(axis=1) == y[batch]).sum()
        means.append(total / 38)
        hits.append(found / 38)
    history = fitted(
        model, optim.Adam(model.parameters(), lr=0.05), train=(x, y), epochs=3, seed=7, metrics=["accuracy"]
    )
    assert numbers(model) == numbers(twin)
    assert history["loss"] == means
    assert np.allclose(history["accuracy"], hits)
    assert history["lr"] == [0.05] * 3
    assert history["epoch"] == [1, 2, 3]


def test_validation_is_not_trained_on_and_counts_samples():
    x, y = points(50)
    model, other = network(), network()
    history = fitted(model, train=(x, y), validation=0.3, epochs=2, metrics=["accuracy"], batch_size=7)
    # The last 15 of 50.
    same = fitted(
        other, train=(x[:35], y[:35]), validation=(x[35:], y[35:]), epochs=2, metrics=["accuracy"], batch_size=7
    )
    assert numbers(model) == numbers(other)
    assert [{**row, "seconds": 0} for row in history] == [{**row, "seconds": 0} for row in same]
    found = optim.evaluate(model, nn.CrossEntropyLoss(), (x[35:], y[35:]), ["accuracy"])
    assert {name: history[f"val_{name}"][-1] for name in found} == found
    assert list(history.rows[0]) == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "lr", "seconds"]


def test_fit_reports_the_mean_over_samples_not_over_batches():
    # Without learning the loss of an epoch is that of the data, whatever the batches.
    model, (x, y) = network(), points(20)
    history = fitted(model, optim.SGD(model.parameters(), lr=0.0), train=(x, y), batch_size=16, metrics=["accuracy"])
    whole = optim.evaluate(model, nn.CrossEntropyLoss(), (x, y), ["accuracy"])
    assert history["loss"][0] == pytest.approx(whole["loss"], rel=1e-12)
    assert history["accuracy"][0] == pytest.approx(whole["accuracy"], rel=1e-12)


@pytest.mark.parametrize(
    "train",
    [
        lambda x, y: optim.batches((x, y), 8, seed=1, shuffle=True),
        lambda x, y: [(x[:8], y[:8]), (x[8:], y[8:])].__iter__(),
        lambda x, y: (ag.Tensor(x), ag.Tensor(y)),
        lambda x, y: (x, y.tolist()),
        lambda x, y: ((x,), y),
        lambda x, y: ({"input": x}, y),
    ],
)
def test_fit_takes_data_of_many_builds(train):
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 2, dtype=float)

        def forward(self, input):
            return self.layer(input)

    x, y = points(20)
    model = Model()
    before = numbers(model)
    history = fitted(model, train=train(x, y), metrics=["accuracy"])
    assert len(history) == 1
    assert numbers(model) != before


def test_the_seed_orders_batches_and_drops_out_and_leaves_the_generator():
    def run(seed):
        model = network(dropout=0.5)
        fitted(model, seed=seed)
        return numbers(model)

    assert run(1) == run(1) != run(2)
    model, state = network(dropout=0.5), default_generator().bit_generator.state
    fitted(model, seed=1)
    assert default_generator().bit_generator.state == state
    # Without a seed the library's own generator is used, and goes on.
    fitted(model, seed=None)
    assert default_generator().bit_generator.state != state


# Modes


class Witness(nn.Module):
    """Notes in which mode it is called."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, x):
        self.seen.append(self.training)
        return x


def test_fit_trains_in_training_mode_and_validates_in_the_other():
    witness = Witness()
    model = nn.Sequential(nn.Linear(2, 2, dtype=float), witness).eval()
    fitted(model, validation=points(4, 1), epochs=2, batch_size=20, callbacks=[lambda run: run.model.eval()])
    assert witness.seen == [True, True, False] * 2
    assert not model.training
    assert not witness.training


def test_every_module_is_in_its_own_mode_again_after_an_error():
    model = network()
    model[2].eval()
    modes = [module.training for module in model.modules()]

    def fails(run):
        assert all(module.training for module in run.model.modules())
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        fitted(model, validation=0.5, callbacks=[fails])
    assert [module.training for module in model.modules()] == modes
    assert ag.is_grad_enabled()
    with pytest.raises(ValueError, match="never"), ag.no_grad():
        optim.evaluate(model, lambda output, target: (_ for _ in ()).throw(ValueError("never")), points())
    assert [module.training for module in model.modules()] == modes


def test_fit_records_inside_no_grad_and_evaluation_never_does():
    model = network()
    before = numbers(model)
    with ag.no_grad():
        fitted(model)
    assert numbers(model) != before
    tracked = []
    optim.evaluate(model, lambda output, target: tracked.append(output.requires_grad) or 1.0, points())
    assert tracked == [False]


# Callbacks


class Each(optim.Callback):
    def __init__(self):
        self.said = []

    def on_train_begin(self, run):
        self.said.append(("begin", run.epoch, run.step, len(run.history)))

    def on_epoch_begin(self, run):
        self.said.append(("epoch", run.epoch))

    def on_gradients(self, run):
        assert all(p.grad is not None for p in run.model.parameters())
        self.said.append(("gradients", run.step))

    def on_step_end(self, run):
        self.said.append(("step", run.step))

    def on_epoch_end(self, run):
        assert run.row == run.history.rows[-1]
        self.said.append(("epoch end", run.epoch))

    def on_train_end(self, run):
        self.said.append(("end", run.epoch))


def test_callbacks_are_called_in_their_order():
    each = Each()
    fitted(callbacks=[each], epochs=2, batch_size=20)
    steps = [("gradients", 1), ("step", 1), ("gradients", 2), ("step", 2)]
    assert each.said == [
        ("begin", 0, 0, 0),
        *(("epoch", 1), *steps, ("epoch end", 1)),
        *(("epoch", 2), *steps, ("epoch end", 2)),
        ("end", 2),
    ]


def test_gradients_can_be_changed_before_the_step():
    class Zeros(optim.Callback):
        def on_gradients(self, run):
            for p in run.model.parameters():
                p.grad = p.grad * 0.0

    model = network()
    before = numbers(model)
    fitted(model, callbacks=[Zeros()])
    assert numbers(model) == before


def test_a_function_may_stop_training():
    history = fitted(callbacks=[lambda run: run.stop("enough") if run.epoch == 2 else None], epochs=5)
    assert len(history) == 2
    assert history.stopped == "enough"
    assert "2 epochs" in repr(history)
    assert "enough" in repr(history)


def test_the_row_is_in_the_history_when_a_callback_fails():
    rows = []

    def fails(run):
        rows.extend(run.history.rows)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fitted(callbacks=[fails])
    assert [row["epoch"] for row in rows] == [1]


# No number


def test_a_loss_that_turns_nan_stops_with_the_first_node():
    class Logs(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer, self.softmax = nn.Linear(2, 2, dtype=float), nn.Softmax(1)

        def forward(self, x):
            return np.log(self.softmax(self.layer(x)))

    x, y = points(16)
    x[11] = [1e6, 1e6]
    model = Logs()
    model.load_state_dict({"layer.weight": [[1.0, 1.0], [-1.0, -1.0]], "layer.bias": [0.0, 0.0]})
    optimizer = optim.SGD(model.parameters(), lr=0.0, momentum=0.9)

    def loss(output, target):
        return -(output * np.exp(output)).mean()

    before, rows = numbers(model), []
    with pytest.raises(TrainingError) as caught:
        fitted(model, optimizer, train=(x, y), loss=loss, shuffle=False, callbacks=[lambda run: rows.append(run.row)])
    error = caught.value
    assert (error.epoch, error.step) == (1, 2)
    assert error.node.op.name == "log"
    said = str(error)
    assert "the loss is nan in epoch 1, step 2; the parameters are those before this step." in said
    assert "The first nan comes from multiply" in said
    assert "Its infinity comes from log in Logs" in said
    assert "at [3, 1], where it is given 0." in said
    assert "Keep its argument positive" in said
    assert numbers(model) == before
    assert len(error.history) == 0
    # What went to another process says the same, without the graph.
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.epoch, again.step, again.node, len(again.history)) == (said, 1, 2, None, 0)


def test_a_nan_in_the_data_is_told_from_one_that_was_computed():
    x, y = points(16)
    x[3, 1] = np.nan
    with pytest.raises(TrainingError, match=r"from linear.*\(8, 2\).* has such numbers already: look at"):
        fitted(train=(x, y), shuffle=False)


def test_a_parameter_that_is_no_number_is_named():
    model = network()
    model[0].bias.data = np.array([0.0, np.nan, 0.0, 0.0, 0.0])
    with pytest.raises(TrainingError, match=r"stands in Parameter '0.bias' .* itself, at \[1\]"):
        fitted(model)


def test_a_divergence_keeps_the_history_and_the_last_numbers():
    model, seen = nn.Linear(2, 1, dtype=float), []
    x = points(8)[0]
    optimizer = optim.SGD(model.parameters(), lr=1e30)
    with pytest.raises(TrainingError, match=r"the loss is infinite in epoch .* try a smaller learning rate") as caught:
        fitted(
            model, optimizer, loss=nn.MSELoss(), train=(x, x[:, :1]), epochs=99,
            callbacks=[lambda run: seen.append(numbers(run.model))],
        )  # fmt: skip
    history = caught.value.history
    assert len(history) == caught.value.epoch - 1 >= 1
    assert numbers(model) == seen[-1]
    assert np.isfinite(history["loss"]).all()


def test_a_gradient_without_a_number_is_found_before_the_step():
    model = nn.Linear(2, 1, dtype=float)
    x = np.zeros((4, 2))
    model.bias.data = np.zeros(1)
    before = numbers(model)
    with pytest.raises(TrainingError, match=r"gradient of Parameter 'weight' .* is nan or infinite in epoch 1, step 1"):
        fitted(model, loss=lambda output, target: np.sqrt(output).sum(), train=(x, x))
    assert numbers(model) == before
    # One that only is large is none.
    model.bias.data = np.full(1, 1e-300)
    fitted(model, optim.SGD(model.parameters(), lr=0.0), loss=lambda o, t: (o * 1e200).sum(), train=(x + 1.0, x))


def test_fit_trains_a_graph_of_numbers():
    """Values, as lectures draw them, and a metric that gives a Tensor of one number."""
    w, b = ag.Value(0.0), ag.Value(0.0)
    x = np.linspace(-1, 1, 16)
    history = optim.fit(
        lambda some: [w * float(v) + b for v in some],
        lambda output, target: sum((output[i] - float(target[i])) ** 2 for i in range(4)) * 0.25,
        optim.SGD([w, b], lr=0.3), (x, 3 * x - 1), epochs=30, batch_size=4, seed=0, progress=False,
        metrics={"first": lambda output, target: ag.Tensor([output[0]])},
    )  # fmt: skip
    assert (w.data, b.data) == (pytest.approx(3.0, abs=1e-3), pytest.approx(-1.0, abs=1e-3))
    assert history["loss"][-1] < 1e-5
    assert -4.0 < history["first"][-1] < 2.0
