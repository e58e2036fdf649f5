# %% [markdown]
# # D1. Handwritten digits: a loss of three terms, and a search for the best network
#
# MNIST, 784-20(ReLU)-20(ReLU)-10, and a softmax in the loss. That is the cross-entropy, plus α times the entropy
# −Σ p ln p of the prediction p, which makes the network decide, plus β times the max-margin loss, which asks the right
# class to lead by 1. Five sixths of the images to train are learned from, the rest validates (MNIST: 50,000, 10,000).

# %%
import numpy as np
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from tqdm import tqdm

import autograd_lite as ag
import nn
import optim
from demos import data
from demos.lesson import Lesson
from demos.plots import curves, figure, heatmap, named
from optim.sklearn import NeuralClassifier

lesson = Lesson(
    "d1", data="", openml=False, alpha=0.5, beta=0.5, epochs=40, batch=64, lr=0.05, search_epochs=40, seed=0,
    quick={"epochs": 8, "search_epochs": 4},
)  # fmt: skip
digits = data.mnist(lesson.data, lesson.openml)
cut = len(digits.x) * 5 // 6
train, validation = (digits.x[:cut], digits.y[:cut]), (digits.x[cut:], digits.y[cut:])
test = digits.x_test, digits.y_test
print(f"{digits.said}\nOf those to train, {cut:,} are learned from and {len(digits.x) - cut:,} are for validation.")

# %% [markdown]
# ## Losses add up
#
# A loss plus a number times another is a loss, and back-propagation takes the sum as it takes anything else.

# %%
cross_entropy, entropy, margin = nn.CrossEntropyLoss(), nn.Entropy(), nn.MultiMarginLoss()
losses = {
    "cross-entropy": cross_entropy,
    "+ α entropy": cross_entropy + lesson.alpha * entropy,
    "+ α entropy + β max-margin": cross_entropy + lesson.alpha * entropy + lesson.beta * margin,
}
z = ag.Tensor(np.random.default_rng(lesson.seed).normal(size=(64, 10)), requires_grad=True, name="z")
summed = losses["+ α entropy + β max-margin"](z, digits.y[:64])
lesson.show(ag.draw(summed, depth=1, legend=False), "loss.svg", "The three terms of the loss, of 64 outputs z.")

# %% [markdown]
# ## Training
#
# SGD on batches of 64. The lecture's rate is 0.001, for 50,000 images, of which an epoch makes 782 steps. The images
# that scikit-learn carries make 20, so the rate here is larger; `--lr 0.001 --epochs 2000` takes the lecture's rate and
# as many steps as 50 epochs of MNIST. Below, what each term does; the last network is the one that is looked at.

# %%
print(f"\n{'validation':28}accuracy  cross-entropy  entropy  max-margin")
for name, loss in losses.items():
    ag.manual_seed(lesson.seed)
    model = nn.Sequential(nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 20), nn.ReLU(), nn.Linear(20, 10))
    history = optim.fit(
        model, loss, optim.SGD(model.parameters(), lr=lesson.lr), train, validation=validation, epochs=lesson.epochs,
        batch_size=lesson.batch, metrics=["accuracy"], seed=lesson.seed, progress=name == "+ α entropy + β max-margin",
    )  # fmt: skip
    found = [optim.evaluate(model, part, validation)["loss"] for part in (cross_entropy, entropy, margin)]
    print(f"{name:28}{history['val_accuracy'][-1]:8.1%}  {found[0]:13.4f}  {found[1]:7.4f}  {found[2]:10.4f}")

print("\nepoch    loss  accuracy  validation: loss  accuracy")
for row in history:
    print("{epoch:5}  {loss:.4f}  {accuracy:8.1%}            {val_loss:.4f}  {val_accuracy:8.1%}".format(**row))
found = optim.evaluate(model, loss, test, ["accuracy"])
print(f"\non the {len(digits.x_test):,} test images: loss {found['loss']:.4f}, accuracy {found['accuracy']:.1%}")

# %%
lesson.show(history.plot(), "curves.svg", "The loss of three terms, and the accuracy, epoch by epoch.")
predicted = optim.predict(model, digits.x_test).argmax(axis=1)
matrix = optim.confusion_matrix(digits.y_test, predicted)
lesson.show(matrix.plot(digits.labels), "confusion.svg", "Which digit is taken for which, on the test images.")
chosen = np.argsort(predicted == digits.y_test, kind="stable")[:40]
made = named(digits.x_test[chosen].reshape(-1, 28, 28), predicted[chosen], digits.y_test[chosen], digits.labels)
lesson.show(made, "predictions.png", "Test images with the prediction; the wrong ones first, in red, with the label.")

# %% [markdown]
# ## A grid search
#
# A larger network, 784-20-40-20-10, as an estimator of scikit-learn: three rates with three optimizers, each judged on
# the validation images. The best is trained anew on all images but the test's; a tenth is held out to end in time.

# %%
grid = {"learning_rate": [0.1, 0.01, 0.001], "optimizer": ["Adam", "RMSprop", "SGD"]}
settings = {"batch_size": lesson.batch, "max_epochs": lesson.search_epochs, "early_stopping": True}
estimator = NeuralClassifier((20, 40, 20), random_state=lesson.seed, **settings)
held_out = PredefinedSplit(np.where(np.arange(len(digits.x)) < cut, -1, 0))
bar = tqdm(total=9, desc="grid search")


def accuracy(fitted, x, y):
    bar.update()
    return fitted.score(x, y)


search = GridSearchCV(estimator, grid, scoring=accuracy, cv=held_out).fit(digits.x, digits.y)
bar.close()
best = search.best_estimator_
print("the best:", search.best_params_)
made, (left, right) = figure(1, 2)
nine = search.cv_results_["mean_test_score"].reshape(3, 3)
heatmap(left, nine, *grid.values(), title="validation accuracy, by learning rate")
curves(right, {"train": best.loss_curve_, "held out": best.validation_curve_}, what="loss", title="the best network")
lesson.show(made, "search.svg", "The nine networks of the search, the best framed; and its loss, epoch by epoch.")

# %% [markdown]
# ## The best network, saved, loaded and tested

# %%
best.module_.save(lesson.out / "best.safetensors")
loaded = nn.Sequential(
    nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 40), nn.ReLU(), nn.Linear(40, 20), nn.ReLU(), nn.Linear(20, 10)
)
loaded.load(lesson.out / "best.safetensors")
found = optim.evaluate(loaded, cross_entropy, test, ["accuracy"])
print(f"on the test images: accuracy {best.score(*test):.4%} before it was saved, {found['accuracy']:.4%} when loaded")
