# %% [markdown]
# # D3. Pictures in colour: a convolutional network
#
# CIFAR-10 has 60,000 photographs of 32 x 32 pixels in ten classes. The network looks with 6 filters of 5 x 5 pixels,
# takes the largest of each 2 x 2, looks at that with 16 filters, again takes the largest of each 2 x 2, and decides in
# three linear layers, of 120, 84 and 10 units.

# %%
import numpy as np

import autograd_lite as ag
import nn
import optim
from demos import data
from demos.lesson import Lesson
from demos.plots import named, samples

lesson = Lesson("d3", data="", openml=False, epochs=10, batch=32, lr=0.001, seed=0, quick={"epochs": 1})
pictures = data.cifar10(lesson.data, lesson.openml)
print(pictures.said)
# From -1 to 1 instead of 0 to 1: a network learns faster from inputs around 0.
x, x_test = 2 * pictures.x - 1, 2 * pictures.x_test - 1
y, y_test = pictures.y, pictures.y_test

# %% [markdown]
# ## The network
#
# A convolution without padding takes 4 pixels from each side of the picture, and each pooling halves it: 32, 28, 14,
# 10, 5. What is left of a picture are 16 x 5 x 5 = 400 numbers.

# %%
ag.manual_seed(lesson.seed)
model = nn.Sequential(
    nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2, 2),
    nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2, 2),
    nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
)  # fmt: skip
summary = nn.summary(model, (lesson.batch, 3, 32, 32))
print(summary)
loss = nn.CrossEntropyLoss()
flow = ag.draw.flow(loss(model(x[: lesson.batch]), y[: lesson.batch]))
lesson.show(
    flow.picture, "network.svg", "The network, folded to its modules: the shapes that each gives, and what flows back."
)

# %% [markdown]
# ## Training

# %%
optimizer = optim.Adam(model.parameters(), lr=lesson.lr)
history = optim.fit(
    model, loss, optimizer, (x, y), validation=(x_test, y_test), epochs=lesson.epochs, batch_size=lesson.batch,
    metrics=["accuracy"], seed=lesson.seed,
)  # fmt: skip
print("\nepoch    loss  accuracy  test: loss  accuracy")
for row in history:
    print("{epoch:5}  {loss:.4f}  {accuracy:8.1%}      {val_loss:.4f}  {val_accuracy:8.1%}".format(**row))
lesson.show(history.plot(), "curves.svg", "Loss and accuracy, epoch by epoch, in training and on the test pictures.")

# %% [markdown]
# ## What it takes for what

# %%
predicted = optim.predict(model, x_test).argmax(axis=1)
matrix = optim.confusion_matrix(y_test, predicted)
lesson.show(matrix.plot(pictures.labels), "confusion.svg", "Which class is taken for which, on the test pictures.")
chosen = np.argsort(predicted == y_test, kind="stable")[:24]
shown = pictures.x_test[chosen].transpose(0, 2, 3, 1)
made = named(shown, predicted[chosen], y_test[chosen], pictures.labels, columns=6)
lesson.show(
    made, "predictions.png", "Test pictures, the wrong predictions first, in red, with the class that is meant."
)

# %% [markdown]
# ## What it looks for
#
# The filters of the first layer as small pictures, each stretched to the full range of colours, and below each what it
# finds in one picture: dark is where it answers.

# %%
filters = model[0].weight.numpy().transpose(0, 2, 3, 1)
low, high = filters.min((1, 2, 3), keepdims=True), filters.max((1, 2, 3), keepdims=True)
seen = chosen[-1]
found = model[1](model[0](x_test[seen : seen + 1])).numpy()[0]
blank = np.ones((1, 1, 3))
images = [shown[-1], *(filters - low) / (high - low), blank, *found]
titles = ["picture", *(f"filter {i}" for i in range(1, 7)), "", *(f"found by {i}" for i in range(1, 7))]
made = samples(images, titles, [False] * 14, columns=7, size=1.4)
lesson.show(made, "filters.png", "A test picture, the six filters of the first layer, and what each finds in it.")
