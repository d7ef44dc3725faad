"""The document classifier of docs/model.md, a document and a step at a time, as layers.py says."""

import torch
from torch import exp, log_softmax, stack, tanh, zeros

from layers import Network


class Classified(Network):
    """log p(class) of one document, given as ids by sentence, and the α of both levels."""

    def __init__(self, model, document):
        super().__init__(model)
        self.words, self.sentences = [], []  # α_it, α_i
        if self.options.hierarchical:
            vectors = [self.level("word", self.embed(ids), self.words) for ids in document]
            v = self.level("sentence", vectors, self.sentences)
        else:
            v = self.level("word", self.embed(sum(document, [])), self.words)
            self.sentences.append(torch.ones(1))
        if self.options.pooling == "attention":
            (self.sentences,) = self.sentences
        self.log_probabilities = log_softmax(self.affine("output", v), 0)

    def embed(self, ids):
        return [self.parameters["embedding.weight"][id] for id in ids]

    def level(self, name, x, weights):
        """h_t = [h⃗_t ; h⃖_t],  attention: Σ_t α_t h_t;  average: Σ_t h_t / T;  max: max_t h_t;
        0 where there is nothing to read. Adds the α to weights."""
        alpha = zeros(0)
        pooled = zeros(2 * self.options.hidden_size)
        if x:
            h = stack(self.directions(name, x, self.options.hidden_size)[0])
            if self.options.pooling == "average":
                return h.mean(0)
            if self.options.pooling == "max":
                return h.max(0).values
            assert self.options.pooling == "attention"
            alpha = self.attend(f"{name}.attention", h)
            pooled = alpha @ h
        weights.append(alpha.detach())
        return pooled

    def attend(self, name, h):
        """u_t = tanh(h_t W + b),  α_t = exp(u_t · u) / Σ_r exp(u_r · u)"""
        e = tanh(self.affine(name, h)) @ self.parameters[f"{name}.context"]
        return exp(e - e.max()) / exp(e - e.max()).sum()


def loss(documents, labels, class_weights):
    """-Σ_d w(y_d) log p(y_d) / N over the N documents d of the batch"""
    weights = torch.tensor([class_weights[label] for label in labels])
    terms = stack([d.log_probabilities[label] for d, label in zip(documents, labels)])
    return -(weights @ terms) / len(documents)
