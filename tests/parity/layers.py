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

    def direction(self, name, inputs, size):
        """h_s = cell(z_s, h_{s-1}),  h_0 = 0; the states after each input"""
        states = [self.zero_state(size)]
        for x in inputs:
            states.append(self.cell(name, x, states[-1]))
        return states[1:]

    def directions(self, name, inputs, size, both=True):
        """[h⃗_s ; h⃖_s] for each s, and the last states [h⃗_S ; h⃖_1], of an LSTM also [c⃗_S ; c⃖_1]"""
        ways = [self.direction(f"{name}.forward", inputs, size)]
        last = [ways[0][-1]]
        if both:
            backward = self.direction(f"{name}.backward", inputs[::-1], size)
            ways.append(backward[::-1])
            last.append(backward[-1])
        outputs = [cat([state[0] for state in states]) for states in zip(*ways)]
        return outputs, tuple(cat(parts) for parts in zip(*last))

    def affine(self, name, x):
        return x @ self.parameters[f"{name}.weight"] + self.parameters[f"{name}.bias"]
