"""History: its columns, its csv, its curves; and the progress that is shown while it grows."""

import io
import math
import re
import sys

import numpy as np
import pytest

import nn
import optim
from autograd_lite.errors import (
    ArgumentError,
    ArgumentValueError,
    AutogradError,
    KindError,
    MissingLibraryError,
    StorageError,
)  # fmt: skip

ROWS = [
    {"epoch": 1, "loss": 0.1 + 0.2, "accuracy": 0.5, "val_loss": 1e-300, "lr": 0.1, "seconds": 1 / 3},
    {"epoch": 2, "loss": math.inf, "accuracy": 1.0, "lr": 0.1, "seconds": 12.0},
    {"epoch": 3, "loss": -2.5, "accuracy": 0.75, "val_loss": 7.0, "lr": 1e-05, "seconds": 0.0},
]


def test_rows_are_plain_data_and_copied():
    rows = [dict(row) for row in ROWS]
    history = optim.History(rows)
    rows[0]["loss"] = 9.0
    assert history.rows == ROWS == list(history)
    assert history.columns == ["epoch", "loss", "accuracy", "val_loss", "lr", "seconds"]
    assert history["val_loss"] == [1e-300, None, 7.0]
    assert len(history) == 3
    assert history == optim.History(ROWS) != optim.History(ROWS[:2])
    assert history.best("loss")["epoch"] == 3
    assert history.best("accuracy")["epoch"] == 2
    assert history.best("lr", mode="max")["epoch"] == 1
    assert repr(history) == "History of 3 epochs: loss -2.5, accuracy 0.75, val_loss 7"
    assert repr(optim.History()) == "History of no epochs"
    assert repr(optim.History(ROWS[:1])).startswith("History of 1 epoch: ")


def test_csv_keeps_every_digit(tmp_path):
    history = optim.History(ROWS)
    path = history.to_csv(tmp_path / "history.csv")
    lines = path.read_text().splitlines()
    assert lines[0] == "epoch,loss,accuracy,val_loss,lr,seconds"
    assert lines[2] == "2,inf,1.0,,0.1,12.0"
    again = optim.History.from_csv(path)
    assert again == history
    assert [type(value) for value in again.rows[2].values()] == [int, float, float, float, float, float]
    history.append({"epoch": 4, "loss": math.nan})
    assert math.isnan(optim.History.from_csv(history.to_csv(path))["loss"][3])
    assert optim.History.from_csv(optim.History().to_csv(path)).rows == []


def test_the_table_is_numpy_s_too(tmp_path):
    """Another reader of csv finds the same numbers."""
    found = np.genfromtxt(optim.History(ROWS).to_csv(tmp_path / "h.csv"), delimiter=",", names=True)
    assert found["loss"].tolist() == [row["loss"] for row in ROWS]


def test_curves_of_training_and_validation():
    pytest.importorskip("matplotlib")
    figure = optim.History(ROWS).plot()
    assert [axes.get_title() for axes in figure.axes] == ["loss", "accuracy"]
    loss, accuracy = figure.axes
    assert [line.get_label() for line in loss.lines] == ["training", "validation"]
    assert [line.get_label() for line in accuracy.lines] == ["training"]
    assert loss.lines[0].get_ydata().tolist() == [row["loss"] for row in ROWS]
    assert loss.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert np.isnan(loss.lines[1].get_ydata()[1])
    figure.savefig(io.BytesIO(), format="png")
    # A point for a single epoch, and a panel for what only the validation has.
    figure = optim.History([{"loss": 1.0, "val_f1": 0.5}]).plot()
    assert [axes.get_title() for axes in figure.axes] == ["loss", "f1"]
    assert figure.axes[0].lines[0].get_marker() == "o"


def test_a_plot_needs_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingLibraryError, match="pip install matplotlib"):
        optim.History(ROWS).plot()
    with pytest.raises(MissingLibraryError, match="pip install matplotlib"):
        optim.confusion_matrix([0, 1], [0, 1]).plot()


def written(path, text):
    path.write_bytes(text)
    return path


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda path: optim.History([3]), KindError, "row is int 3"),
        (lambda path: optim.History([{3: 1.0}]), KindError, "numbers by column"),
        (lambda path: optim.History([{"loss": "low"}]), KindError, "loss is str"),
        (lambda path: optim.History([{"loss": np.ones(2)}]), KindError, "loss is ndarray"),
        (lambda path: optim.History([{"loss": True}]), KindError, "loss is bool"),
        (lambda path: optim.History(ROWS)["f1"], ArgumentValueError, "no column 'f1'; there are epoch, loss"),
        (lambda path: optim.History()["loss"], ArgumentValueError, "there are none"),
        (lambda path: optim.History(ROWS).best("f1", "max"), ArgumentValueError, "no row has a number in 'f1'"),
        (lambda path: optim.History(ROWS).best("lr"), ArgumentError, "mode"),
        (lambda path: optim.History().plot(), ArgumentError, "no rows yet"),
        (lambda path: optim.History(ROWS).to_csv(path / "no" / "h.csv"), StorageError, "cannot be written"),
        (lambda path: optim.History(ROWS).to_csv(5), KindError, "to_csv: path is int 5"),
        (lambda path: optim.History.from_csv(path / "h.csv"), StorageError, "cannot be read"),
        (lambda path: optim.History.from_csv(written(path / "h", b"\xff\xfe\xff")), StorageError, "cannot be read"),
        (
            lambda path: optim.History.from_csv(written(path / "h", b"a,b\n1\n")),
            StorageError,
            "line 2 .* 1 fields",
        ),
        (lambda path: optim.History.from_csv(written(path / "h", b"a\nhello\n")), StorageError, "else than numbers"),
    ],
)
def test_wrong_uses_of_a_history(wrong, error, said, tmp_path):
    with pytest.raises(error, match=said) as caught:
        wrong(tmp_path)
    assert isinstance(caught.value, AutogradError)


# Progress


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self):
        return True


def shown(monkeypatch, stream, interval=0.1, **options):
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr("optim.training.progress.INTERVAL", interval)
    x = np.ones((6, 2), np.float32)
    model = nn.Linear(2, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.01)
    data = options.pop("train", (x, x[:, :1]))
    history = optim.fit(
        model, nn.MSELoss(), optimizer, data, validation=(x, x[:, :1]), batch_size=2, metrics=["mae"], **options
    )
    return stream.getvalue(), history


def test_plain_lines_where_there_is_no_terminal(monkeypatch, tmp_path):
    path = tmp_path / "run.npz"
    text, history = shown(monkeypatch, io.StringIO(), epochs=2, checkpoint=path)
    lines = text.splitlines()
    assert len(lines) == 2
    row = history.rows[1]
    numbers = "  ".join(f"{name} {row[name]:#.4g}" for name in ("loss", "mae", "val_loss", "val_mae"))
    assert re.fullmatch(rf"epoch 2/2  {re.escape(numbers)}  lr 0\.01  \d+\.\d\d s", lines[1])
    assert "\r" not in text
    # And what else there is to say.
    text, _ = shown(monkeypatch, io.StringIO(), epochs=4, checkpoint=path, callbacks=[])
    assert text.startswith(f"resumed from {path} after epoch 2\nepoch 3/4  ")
    text, _ = shown(monkeypatch, io.StringIO(), callbacks=[lambda run: run.stop("that will do")])
    assert text.endswith(" s\nthat will do\n")


def test_one_bar_on_a_terminal(monkeypatch):
    text, history = shown(monkeypatch, Terminal(), interval=0.0, epochs=2)
    pictures = [part for part in text.split("\r") if "step" in part]
    # Every step of both epochs is seen here, and the end of each.
    for epoch, done in [(1, 1), (1, 2), (1, 3), (2, 4), (2, 5), (2, 6)]:
        assert any(f"epoch {epoch}/2" in part and f"{done}/6" in part for part in pictures), (epoch, done)
    last = pictures[-1]
    for name in ("loss", "mae", "val_loss", "val_mae"):
        assert f"{name} {history[name][-1]:#.4g}"[:8] in last or "…" in last
    assert text.count("\n") == 1
    # An eye sees no more than some pictures in a second.
    rare, _ = shown(monkeypatch, Terminal(), interval=60.0, epochs=20)
    assert rare.count("\r") < 20 + 10


def test_what_is_said_on_a_terminal_stands_above_the_bar(monkeypatch):
    text, _ = shown(monkeypatch, Terminal(), epochs=3, callbacks=[lambda run: run.stop("that will do")])
    assert "that will do\n" in text


def test_the_bar_does_without_a_known_number_of_steps(monkeypatch):
    x = np.ones((2, 2), np.float32)

    class Stream:
        def __iter__(self):
            return iter([(x, x[:, :1])] * 3)

    text, history = shown(monkeypatch, Terminal(), interval=0.0, epochs=2, train=Stream())
    assert "epoch 2/2" in text
    assert len(history) == 2


def test_the_bar_is_closed_after_an_error(monkeypatch):
    def fails(run):
        raise OSError("no space")

    stream = Terminal()
    with pytest.raises(OSError, match="no space") as caught:
        shown(monkeypatch, stream, callbacks=[fails])
    # The traceback holds the bar, which else would close when it is freed.
    assert caught.tb is not None
    assert stream.getvalue().endswith("\n")


def test_progress_can_be_silent(monkeypatch):
    for stream in (io.StringIO(), Terminal()):
        assert shown(monkeypatch, stream, progress=False, epochs=2)[0] == ""
