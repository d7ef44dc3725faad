"""The document classifier of docs/model.md, a document and a step at a time, as layers.py and
encoders.py say."""

import torch
from torch import eye, exp, log_softmax, stack, tanh, zeros

from encoders import Encoders


class Classified(Encoders):
    """log p(class) of one document, given as ids by sentence, and the α of both levels: of
    self-attentive pooling a list of rows for each word or sentence."""

    def __init__(self, model, document):
        super().__init__(model)
        self.ponder = self.penalty = zeros(())
        self.words, self.sentences = [], []  # α_it, α_i
        if self.options.hierarchical:
            vectors = [self.pool("word", self.states(ids), self.words) for ids in document]
            v = self.pool("sentence", self.sentence_states(vectors), self.sentences)
        else:
            v = self.pool("word", self.states(sum(document, [])), self.words)
            rows = self.options.pooling_rows if self.options.pooling == "self-attentive" else 1
            self.sentences.append(torch.ones(1, rows))
        if self.options.pooling in ["attention", "self-attentive"]:
            (self.sentences,) = self.sentences
        self.log_probabilities = log_softmax(self.affine("output", v), 0)

    def states(self, ids):
        """The states h_1 ... h_T of the words; none where there are none"""
        o = self.options
        if o.encoder == "convolutional" or (o.encoder == "transformer" and o.positions == "learned"):
            ids = ids[: o.max_positions]
        return self.encode(ids)[0] if ids else []

    def sentence_states(self, vectors):
        """[h⃗_i ; h⃖_i] over the sentences' vectors"""
        if not vectors:
            return []
        return stack(self.directions("sentence", vectors, self.options.hidden_size)[0])

    def pool(self, level, h, weights):
        """attention: Σ_t α_t h_t;  self-attentive: the rows of A H one behind the other;  average:
        Σ_t h_t / T;  max: max_t h_t;  first: h_1;  0 where there is nothing to read. Adds the α to
        weights."""
        o = self.options
        rows = o.pooling_rows if o.pooling == "self-attentive" else 1
        if not len(h):
            weights.append(zeros(0, rows))
            name = "sentence.forward.input" if level == "word" and o.hierarchical else "output.weight"
            return zeros(self.parameters[name].shape[0])
        if o.pooling == "average":
            return h.mean(0)
        if o.pooling == "max":
            return h.max(0).values
        if o.pooling == "first":
            return h[0]
        A = self.attend(f"{level}.attention", h)  # [rows, T]
        if o.pooling == "self-attentive":
            self.penalty = self.penalty + o.pooling_penalty * ((A @ A.T - eye(rows)) ** 2).sum()
        weights.append(A.detach().T)
        return (A @ h).flatten()

    def attend(self, name, h):
        """attention: u_t = tanh(h_t W + b),  α_t = exp(u_t · u) / Σ_r exp(u_r · u)
        self-attentive: A = softmax(tanh(H W_1) W_2), of each column over the words"""
        if self.options.pooling == "attention":
            e = (tanh(self.affine(name, h)) @ self.parameters[f"{name}.context"])[:, None]
        else:
            e = tanh(h @ self.parameters[f"{name}.inner.weight"]) @ self.parameters[f"{name}.outer.weight"]
        unscaled = exp(e - e.max(0).values)
        return (unscaled / unscaled.sum(0)).T


def loss(documents, labels, class_weights):
    """-Σ_d w(y_d) log p(y_d) / N over the N documents d of the batch; plus, likewise divided, the
    penalty of self-attentive pooling and the ponder cost"""
    weights = torch.tensor([class_weights[label] for label in labels])
    terms = stack([d.log_probabilities[label] for d, label in zip(documents, labels)])
    added = sum(d.penalty + d.ponder for d in documents)
    return (added - weights @ terms) / len(documents)
