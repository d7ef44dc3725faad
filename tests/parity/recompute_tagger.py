"""The tagger of docs/model.md, a sentence and a step at a time, as layers.py and encoders.py say."""

from itertools import product

import torch
from torch import exp, log_softmax, stack, tanh, zeros

from encoders import Encoders


class Tagged(Encoders):
    """Of one sentence, words given as (id, ids of the letters): log p of given tags and of every class,
    and the best tags."""

    def __init__(self, model, words, tags):
        super().__init__(model)
        o = self.options
        self.ponder = zeros(())
        self.log_probability, self.best, v = zeros(()), [], zeros(self.state_size())
        if words:
            features = [self.letters(ids) for _, ids in words] if o.character_features else None
            h, _ = self.encode([id for id, _ in words], features)
            if o.joint_class:
                v = self.pool(h)
            if o.slot_gate:
                u = tanh(h + v @ self.parameters["gate.weight"])
                h = h + (u @ self.parameters["gate.v"])[:, None] * h
            e = h @ self.parameters["output.weight"].T + self.parameters["output.bias"]
            self.tag(e, tags)
        if o.joint_class:
            output = self.parameters["class.output.weight"]
            self.classes = log_softmax(output @ v + self.parameters["class.output.bias"], 0)

    def state_size(self):
        return self.parameters["output.weight"].shape[1]

    def letters(self, ids):
        """f = [h⃗_n ; h⃖_1]"""
        z = list(self.parameters["characters.embedding.weight"][ids])
        return self.directions("characters", z, self.options.character_hidden_size)[1][0]

    def pool(self, h):
        """attention: Σ_t α_t h_t;  average: Σ_t h_t / T;  max: max_t h_t"""
        if self.options.pooling == "average":
            return h.mean(0)
        if self.options.pooling == "max":
            return h.max(0).values
        assert self.options.pooling == "attention"
        e = tanh(self.affine("class.attention", h)) @ self.parameters["class.attention.context"]
        return exp(e - e.max()) / exp(e - e.max()).sum() @ h

    def tag(self, e, tags):
        """Σ_s log softmax(e_s);  crf: s(y) - log Σ_y' exp s(y') over every sequence y'"""
        if not self.options.crf:
            self.log_probability = log_softmax(e, 1)[range(len(tags)), tags].sum()
            self.best = e.argmax(1).tolist()
            return
        sequences = list(product(range(e.shape[1]), repeat=len(e)))
        scores = stack([self.score(e, y) for y in sequences])
        self.log_probability = self.score(e, tags) - torch.logsumexp(scores, 0)
        self.best = list(sequences[int(scores.argmax())])

    def score(self, e, y):
        """s(y) = b_{y_1} + Σ_s e_{s, y_s} + Σ_{s>1} T_{y_{s-1}, y_s} + f_{y_S}"""
        T, b, f = (self.parameters[f"crf.{part}"] for part in ["transitions", "start", "end"])
        within = sum(T[before, after] for before, after in zip(y, y[1:]))
        return b[y[0]] + e[range(len(y)), list(y)].sum() + within + f[y[-1]]


def loss(sentences, labels, words):
    """-Σ log p of tags and classes over the sentences of a batch, divided by the number of words; plus
    the ponder cost, likewise divided"""
    total = sum(sentence.ponder - sentence.log_probability for sentence in sentences)
    if sentences[0].options.joint_class:
        total = total - sum(s.classes[label] for s, label in zip(sentences, labels))
    return total / words
