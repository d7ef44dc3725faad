"""The convolutions of docs/model.md in 64-bit floats, one position at a time.

Written from that page alone, as layers.py. Positions count from 0, as there.
"""

import math

import torch
from torch import cat, sigmoid, stack

from transformer import TransformerParts


class ConvolutionalParts(TransformerParts):
    """The blocks of encoder and decoder: lists of vectors in, one for each position, and out."""

    def normalised(self, name, x):
        """x W + b,  W_io = g_o v_io / √(Σ_j v_jo²)"""
        v, g, b = (self.parameters[f"{name}.{part}"] for part in ["weight", "gain", "bias"])
        return x @ (g * v / torch.sqrt((v**2).sum(0))) + b

    def convolutional_input(self, side, embedding, words, vectors=None):
        """e_t = E w_t + P_t, the last P for all positions beyond"""
        P = self.parameters[f"{side}.positions.weight"]
        vectors = vectors or [embedding[word] for word in words]
        return [e_t + P[min(t, len(P) - 1)] for t, e_t in enumerate(vectors)]

    def block(self, name, x, before):
        """[a ; b] = convolution([x_{t-f} ; ... ; x_{t-f+k-1}]),  h_t = √½ (a ∘ σ(b) + residual(x_t))"""
        k = self.options.kernel
        outside = torch.zeros(len(x[0]))
        padded = [outside] * before + x + [outside] * (k - 1 - before)
        h = []
        for t, x_t in enumerate(x):
            a, b = self.normalised(f"{name}.convolution", cat(padded[t : t + k])).chunk(2)
            if f"{name}.residual.weight" in self.parameters:
                x_t = self.normalised(f"{name}.residual", x_t)
            h.append((a * sigmoid(b) + x_t) / math.sqrt(2))
        return h

    def convolutional_encode(self, source, features=None, vectors=None):
        """The states z [S, E]; remembers e. The vectors of a front end take the place of words'"""
        table = self.parameters["encoder.embedding.weight"] if vectors is None else None
        self.e = self.convolutional_input("encoder", table, source, vectors)
        read = [cat([e_t, f_t]) for e_t, f_t in zip(self.e, features)] if features else self.e
        x = [self.normalised("encoder.input", e_t) for e_t in read]
        k = self.options.kernel
        before = (k - 1) // 2 if self.options.bidirectional else k - 1
        for layer in range(self.options.encoder_layers):
            x = self.block(f"encoder.layer{layer}", x, before)
        return stack([self.normalised("encoder.output", h) for h in x])

    def convolutional_decode(self, memory, words, side="decoder"):
        """o_{t+1} = output(h_t) of the last block"""
        g = self.convolutional_input(side, self.target_embedding, words)
        x = [self.normalised(f"{side}.input", g_t) for g_t in g]
        seen = None if memory is None else self.seen(memory)
        for layer in range(self.options.decoder_layers):
            name = f"{side}.layer{layer}"
            x = self.block(name, x, self.options.kernel - 1)
            if seen is not None and self.attends(layer):
                x = [self.multi_step(name, h, g_t, t, seen) for t, (h, g_t) in enumerate(zip(x, g), 1)]
        return [self.normalised(f"{side}.output", h) for h in x]

    def attends(self, layer):
        """Whether the block looks at the source"""
        return self.options.decoder_attention == "all" or layer == self.options.decoder_layers - 1

    def seen(self, memory):
        """z and z + e, the gradient by z divided by the number of attentions"""
        z = memory
        if "decoder.source.weight" in self.parameters:
            z = self.normalised("decoder.source", z)
        if self.options.scale_gradients:
            share = 1 / sum(self.attends(layer) for layer in range(self.options.decoder_layers))
            z = share * z + ((1 - share) * z).detach()
        return z, z + stack(self.e) if self.options.encoder == "convolutional" else z

    def multi_step(self, name, h, g, t, seen):
        """√½ (h + context(√S c)),  c = Σ_s α_s (z_s + e_s) of the query d = query(h) + g"""
        z, values = seen
        d = self.normalised(f"{name}.query", h) + g
        c = self.attend(f"{name}.cross", d, z, t, values)
        return (h + self.normalised(f"{name}.context", math.sqrt(len(z)) * c)) / math.sqrt(2)
