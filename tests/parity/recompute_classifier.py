"""The document classifier of docs/model.md, a document and a step at a time, as layers.py and
encoders.py say."""

import torch
from torch import cat, eye, exp, log_softmax, softmax, stack, tanh, zeros

from encoders import Encoders
from model_folder import BEGIN, END


class Classified(Encoders):
    """log p(class) of one document, given as ids by sentence, and the α of both levels: of
    self-attentive pooling a list of rows for each word or sentence."""

    def __init__(self, model, document):
        super().__init__(model)
        self.ponder = self.penalty = zeros(())
        self.words, self.sentences = [], []  # α_it, α_i
        if self.options.pairs and self.options.pair_encoding != "joined":
            self.log_probabilities = log_softmax(self.affine("output", self.pair(*document)), 0)
            return
        if self.options.pairs:
            v = self.pool("word", self.joined(*document), self.words)
            rows = self.options.pooling_rows if self.options.pooling == "self-attentive" else 1
            self.sentences.append(torch.ones(1, rows))
        elif self.options.hierarchical:
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

    def joined(self, premise, hypothesis):
        """The states of <s> premise </s> hypothesis </s>, with f = [1 ; 0] and [0 ; 1]"""
        first, second = [BEGIN, *premise, END], [*hypothesis, END]
        of_text = eye(2)[[0] * len(first) + [1] * len(second)]
        return self.encode(first + second, list(of_text))[0]

    def pair(self, premise, hypothesis):
        """v = h*, or with two-way [h* ; h*']; keeps the α_t of both in self.looks"""
        self.looks = []
        if self.options.pair_attention == "compare":
            return self.compare(premise, hypothesis)
        v = self.entail(premise, hypothesis)
        return cat([v, self.entail(hypothesis, premise)]) if self.options.pair_attention == "two-way" else v

    def compare(self, premise, hypothesis):
        """h* = tanh([mean_t c_t ; max_t c_t ; mean_s c_s ; max_s c_s] W' + b')"""
        K = self.parameters["pair.combine.bias"].shape[0]
        Y, h, _ = self.both_texts(premise, [END, *hypothesis], K)
        e = h @ Y.T / K**0.5
        return tanh(self.affine("pair.combine", cat([self.compared(h, Y, e), self.compared(Y, h, e.T)])))

    def compared(self, x, other, e):
        """[mean ; max] of c = max(0, [x ; x̃ ; |x - x̃| ; x ∘ x̃] W + b),  x̃_t = Σ_s softmax_s(e_ts) other_s"""
        alpha = softmax(e, 1)
        self.looks.append(alpha.detach())
        if not len(x):
            return zeros(2 * x.shape[1])
        seen = alpha @ other
        c = torch.relu(self.affine("pair.compare", cat([x, seen, abs(x - seen), x * seen], 1)))
        return cat([c.mean(0), c.max(0).values])

    def entail(self, premise, hypothesis):
        """h* = tanh(r_N W_p + h_N W_x);  none: tanh(h_N W_x)"""
        size = self.parameters["pair.last.weight"].shape[0]
        Y, h, h_N = self.both_texts(premise, [END, *hypothesis], size)
        total = h_N @ self.parameters["pair.last.weight"]
        if self.options.pair_attention != "none":
            look = self.look_once if self.options.pair_attention == "last" else self.look_word_by_word
            total = total + look(Y, h, h_N) @ self.parameters["pair.read.weight"]
        return tanh(total)

    def both_texts(self, premise, hypothesis, size):
        """Y, h_0 ... h_M and h_N"""
        o = self.options
        Y, final = self.encode(premise) if premise else (zeros(0, size), [])
        if o.pair_encoding == "separate":
            h, last = self.encode(hypothesis)
            return Y, h, last[-1][0] if last else h.mean(0)
        nothing = (zeros(size),) * (2 if o.cell == "lstm" else 1)
        states = final or [nothing] * o.layers
        initial = [(zeros(size), s[1]) if o.cell == "lstm" else s for s in states]
        e = list(self.parameters["encoder.embedding.weight"][hypothesis])
        h, last = self.recurrent_encode(e, "hypothesis", initial)
        return Y, h, last[-1][0]

    def pair_part(self, name):
        return self.parameters[f"pair.{name}.weight"]

    def look_once(self, Y, h, h_N):
        """M = tanh(Y W_y + h_N W_h),  α = softmax(M w),  r_N = Σ_s α_s Y_s"""
        M = tanh(Y @ self.pair_part("premise") + h_N @ self.pair_part("hypothesis"))
        alpha = softmax(M @ self.parameters["pair.v"], 0)
        self.looks.append(alpha.detach()[None])
        return alpha @ Y

    def look_word_by_word(self, Y, h, h_N):
        """M_t = tanh(Y W_y + h_t W_h + r_{t-1} W_r),  α_t = softmax(M_t w)
        r_t = Σ_s α_ts Y_s + tanh(r_{t-1} W_t)"""
        r, rows = zeros(Y.shape[1]), []
        for h_t in h:
            query = h_t @ self.pair_part("hypothesis") + r @ self.pair_part("recurrent")
            alpha = softmax(tanh(Y @ self.pair_part("premise") + query) @ self.parameters["pair.v"], 0)
            rows.append(alpha.detach())
            r = alpha @ Y + tanh(r @ self.pair_part("transition"))
        self.looks.append(stack(rows))
        return r

    def sentence_states(self, vectors):
        """[h⃗_i ; h⃖_i] over the sentences' vectors"""
        if not vectors:
            return []
        return stack(self.directions("sentence", vectors, self.options.hidden_size)[0])

    def pool(self, level, h, weights):
        """attention: Σ_t α_t h_t;  self-attentive: the rows of A H one behind the other;  average:
        Σ_t h_t / T;  max: max_t h_t;  first: h_1;  last: h_T;  0 where there is nothing to read. Adds the α to
        weights."""
        o = self.options
        rows = o.pooling_rows if o.pooling == "self-attentive" else 1
        if not len(h):
            weights.append(zeros(0, rows))
            inner = level == "word" and o.hierarchical and not o.pairs
            name = "sentence.forward.input" if inner else "output.weight"
            return zeros(self.parameters[name].shape[0])
        if o.pooling == "average":
            return h.mean(0)
        if o.pooling == "max":
            return h.max(0).values
        if o.pooling == "first":
            return h[0]
        if o.pooling == "last":
            return h[-1]
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
