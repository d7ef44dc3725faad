"""The cells and layers of docs/model.md in 64-bit floats, a step at a time.

Written from that page alone, in its letters and order: it shares nothing with the program that it
checks. Gradients come from PyTorch. Vectors are rows, as there.
"""

import torch
from torch import cat, sigmoid, tanh, zeros

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


# Cells: parameters W [I, G, Hc], U [Hc, G, Hc], b [B, Hc]; the state is (h,), of an LSTM (h, c).


def lstm(x, state, W, U, b):
    """c' = f ∘ c + i ∘ c̃,  h' = o ∘ tanh(c'),  gates i, f, c̃, o"""
    h, c = state
    i, f, candidate, o = (x @ W[:, g] + h @ U[:, g] + b[g] for g in range(4))
    c = sigmoid(f) * c + sigmoid(i) * tanh(candidate)
    return sigmoid(o) * tanh(c), c


def gru(x, state, W, U, b):
    """o = tanh(x W_2 + (r ∘ h) U_2 + b_2),  h' = u ∘ h + (1 - u) ∘ o,  gates u, r, o"""
    (h,) = state
    u, r = (sigmoid(x @ W[:, g] + h @ U[:, g] + b[g]) for g in range(2))
    o = tanh(x @ W[:, 2] + (r * h) @ U[:, 2] + b[2])
    return (u * h + (1 - u) * o,)


def lbr_gru(x, state, W, U, b):
    """o = tanh(x W_2 + b_2 + r ∘ (h U_2 + b_3)),  h' = u ∘ h + (1 - u) ∘ o,  gates u, r, o"""
    (h,) = state
    u, r = (sigmoid(x @ W[:, g] + h @ U[:, g] + b[g]) for g in range(2))
    o = tanh(x @ W[:, 2] + b[2] + r * (h @ U[:, 2] + b[3]))
    return (u * h + (1 - u) * o,)


def rnn(x, state, W, U, b):
    """h' = tanh(x W_0 + h U_0 + b_0)"""
    (h,) = state
    return (tanh(x @ W[:, 0] + h @ U[:, 0] + b[0]),)


CELLS = {"lstm": lstm, "gru": gru, "lbr-gru": lbr_gru, "rnn": rnn}


class Network:
    """What both models are made of, with the parameters of a model folder."""

    def __init__(self, model):
        self.options, self.parameters = model.options, model.parameters

    def cell(self, name, x, state):
        W, U, b = (self.parameters[f"{name}.{part}"] for part in ["input", "recurrent", "bias"])
        return CELLS[self.options.cell](x, state, W, U, b)

    def zero_state(self, size):
        return tuple(zeros(size) for _ in range(2 if self.options.cell == "lstm" else 1))

    def has_intra_attention(self, name):
        return f"{name}.intra.v" in self.parameters

    def begin(self, name, size):
        """What a layer starts from: its states so far, h_0 = 0; with intra-attention none. And h̃_0"""
        return ([] if self.has_intra_attention(name) else [self.zero_state(size)]), zeros(size)

    def advance(self, name, x, run):
        """cell(x, state before); with intra-attention the state is what it sees in all states before"""
        past, summary = run
        if not self.has_intra_attention(name):
            return past + [self.cell(name, x, past[-1])], summary
        seen = self.look_back(name, x, past, summary)
        return past + [self.cell(name, x, seen)], seen[0]

    def look_back(self, name, x, past, summary):
        """a_i = v · tanh(h_i W_h + x W_x + h̃ W_h̃),  α_i = exp(a_i) / Σ_r exp(a_r),  Σ_i α_i h_i, Σ_i α_i c_i"""
        if not past:
            return self.zero_state(len(summary))
        W_h, W_x, W_s, v = (
            self.parameters[f"{name}.intra.{part}"] for part in ["states", "input", "summary", "v"]
        )
        alpha = torch.softmax(
            torch.stack([tanh(state[0] @ W_h + x @ W_x + summary @ W_s) @ v for state in past]), 0
        )
        return tuple(alpha @ torch.stack(parts) for parts in zip(*past))

    def direction(self, name, inputs, size, initial=None):
        """h_s = cell(z_s, h_{s-1}),  h_0 = 0 or as it is given; the states after each input"""
        run = ([initial], zeros(size)) if initial else self.begin(name, size)
        for x in inputs:
            run = self.advance(name, x, run)
        return run[0][-len(inputs) :]

    def directions(self, name, inputs, size, both=True, initial=None):
        """[h⃗_s ; h⃖_s] for each s, and the last states [h⃗_S ; h⃖_1], of an LSTM also [c⃗_S ; c⃖_1]; each
        direction starts from 0 or its part of such last states"""
        part = lambda i: tuple(x[i * size : (i + 1) * size] for x in initial) if initial else None
        ways = [self.direction(f"{name}.forward", inputs, size, part(0))]
        last = [ways[0][-1]]
        if both:
            backward = self.direction(f"{name}.backward", inputs[::-1], size, part(1))
            ways.append(backward[::-1])
            last.append(backward[-1])
        outputs = [cat([state[0] for state in states]) for states in zip(*ways)]
        return outputs, tuple(cat(parts) for parts in zip(*last))

    def affine(self, name, x):
        return x @ self.parameters[f"{name}.weight"] + self.parameters[f"{name}.bias"]
