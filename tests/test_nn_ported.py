"""Programs as they are written for PyTorch: with the imports changed, and arrays made by NumPy, they train."""

import numpy as np
import pytest

import autograd_lite as ag
import nn
import nn.functional as F
import optim


def stripes(n: int = 96) -> tuple[np.ndarray, np.ndarray]:
    """Images of 8 by 8 with noise: rows (0), columns (1) or a diagonal (2) are bright."""
    rng = np.random.default_rng(0)
    images, labels = 0.3 * rng.normal(size=(n, 1, 8, 8)).astype(np.float32), np.arange(n) % 3
    for image, label in zip(images[:, 0], labels, strict=True):
        place = rng.integers(8)
        image[(place, slice(None)) if label == 0 else (slice(None), place) if label == 1 else np.diag_indices(8)] += 2.0
    return images, labels


class MLP(nn.Module):
    def __init__(self, hidden=32):
        super(MLP, self).__init__()  # noqa: UP008
        self.fc1 = nn.Linear(64, hidden)
        self.bn = nn.BatchNorm1d(hidden)
        self.drop = nn.Dropout(p=0.2)
        self.fc2 = nn.Linear(hidden, 3)

    def forward(self, x):
        x = x.view(x.shape[0], -1)
        x = F.relu(self.bn(self.fc1(x)), inplace=True)
        return self.fc2(self.drop(x))


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=3, padding=1),
            nn.BatchNorm2d(6),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 8, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d((2, 2)),
        )
        self.classifier = nn.Linear(in_features=8 * 4, out_features=3)

    def forward(self, x):
        x = self.features(x)
        x = x.flatten(1)
        return F.log_softmax(self.classifier(x), dim=1)


def init_weights(m):
    if isinstance(m, nn.Conv2d):
        nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
        if m.bias is not None:
            nn.init.zeros_(m.bias)


@pytest.mark.parametrize(("build", "criterion"), [(MLP, nn.CrossEntropyLoss()), (CNN, F.nll_loss)])
def test_a_classifier(build, criterion):
    ag.manual_seed(0)
    images, labels = stripes()
    inputs, targets = ag.tensor(images), ag.tensor(labels)
    device = "cpu"
    model = build().to(device)
    model.apply(init_weights)
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=15, gamma=0.5)
    for _ in range(25):
        model.train()
        for i in range(0, len(inputs), 32):
            xb, yb = inputs[i : i + 32], targets[i : i + 32]
            optimizer.zero_grad()
            loss = criterion(model(xb), yb)
            loss.backward()
            optim.clip_grad_norm_(model.parameters(), max_norm=5.0)
            optimizer.step()
        scheduler.step()
    model.eval()
    with ag.no_grad():
        predicted = model(inputs).argmax(1)
        accuracy = (predicted == targets).mean().item()
    assert accuracy > 0.9
    assert sum(p.size for p in model.parameters() if p.requires_grad) > 400


class CharLSTM(nn.Module):
    def __init__(self, vocab, emb=8, hidden=24, layers=2):
        super().__init__()
        self.embed = nn.Embedding(vocab, emb)
        self.lstm = nn.LSTM(emb, hidden, layers, batch_first=True, dropout=0.1)
        self.fc = nn.Linear(hidden, vocab)

    def forward(self, x, state=None):
        out, state = self.lstm(self.embed(x), state)
        return self.fc(out), state


def test_a_character_model():
    ag.manual_seed(0)
    text = "abcdbcda" * 12
    chars = sorted(set(text))
    data = ag.tensor([chars.index(c) for c in text])
    model = CharLSTM(len(chars))
    opt = optim.Adam(model.parameters(), lr=0.02)
    crit = nn.CrossEntropyLoss()
    steps, batch = 12, 4
    h, c = np.zeros((2, batch, 24), np.float32), np.zeros((2, batch, 24), np.float32)
    for step in range(40):
        starts = [(5 * step + 17 * b) % (len(data) - steps - 1) for b in range(batch)]
        x = ag.stack([data[s : s + steps] for s in starts])
        t = ag.stack([data[s + 1 : s + steps + 1] for s in starts])
        logits, _ = model(x, (h, c))
        loss = crit(logits.reshape(-1, len(chars)), t.reshape(-1))
        opt.zero_grad()
        loss.backward()
        optim.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
    assert loss.item() < 0.7
    model.eval()
    with ag.no_grad():
        state, char, said = None, ag.tensor([[0]]), []
        for _ in range(7):
            logits, state = model(char, state)
            char = F.softmax(logits[:, -1], dim=-1).argmax(-1).unsqueeze(1)
            said.append(chars[char.item()])
    assert set(said) <= set(chars)
