"""The Transformer of docs/model.md in 64-bit floats, one query at a time.

Written from that page alone, as layers.py. Positions count from 0, as there.
"""

import math

import torch
from torch import cat, sigmoid, stack

from layers import Network


def sinusoids(t, d):
    """P_{t,2i} = sin(t / 10000^{2i/d}),  P_{t,2i+1} = cos(t / 10000^{2i/d})"""
    angles = [t / 10000 ** ((c - c % 2) / d) for c in range(d)]
    return torch.tensor([math.cos(a) if c % 2 else math.sin(a) for c, a in enumerate(angles)])


def gelu(x):
    """½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))"""
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


ACTIVATIONS = {"relu": lambda x: torch.where(x > 0, x, torch.zeros_like(x)), "gelu": gelu}


class TransformerParts(Network):
    """The layers of encoder and decoder: lists of vectors in, one for each position, and out."""

    def norm(self, name, x):
        """gain ∘ (x - μ) / √(σ² + 10⁻⁵) + bias"""
        gain, bias = (self.parameters[f"{name}.norm.{part}"] for part in ["gain", "bias"])
        centred = x - x.mean()
        return gain * centred / torch.sqrt((centred**2).mean() + 1e-5) + bias

    def position(self, side, t):
        """P_t: sinusoids, or a row of `side`.positions.weight, the last one for all beyond"""
        d = self.options.embedding_size
        if self.options.positions == "sinusoidal":
            return sinusoids(t, d)
        if self.options.positions == "learned":
            return self.parameters[f"{side}.positions.weight"][min(t, self.options.max_positions - 1)]
        return torch.zeros(d)

    def transformer_input(self, side, embedding, words, vectors=None):
        """x_t = √d E y_t + P_t, of a Universal Transformer without P_t"""
        d = self.options.embedding_size
        x = vectors or [math.sqrt(d) * embedding[word] for word in words]
        if self.options.universal:
            return x
        return [x_t + self.position(side, t) for t, x_t in enumerate(x)]

    def layer_input(self, side, x, layer):
        """Universal: x_t + P_t + the sinusoids of the layer's number; else x_t"""
        if not self.options.universal:
            return x
        number = sinusoids(layer, self.options.embedding_size)
        return [x_t + self.position(side, t) + number for t, x_t in enumerate(x)]

    def sublayer(self, name, x, f):
        """post: norm(x_t + f(x)_t);  pre: x_t + f(norm(x))_t"""
        if self.options.norm == "pre":
            return [a + b for a, b in zip(x, f([self.norm(name, x_t) for x_t in x]))]
        return [self.norm(name, a + b) for a, b in zip(x, f(x))]

    def feed_forward(self, name, x):
        """act(x_t W_1 + b_1) W_2 + b_2"""
        act = ACTIVATIONS[self.options.activation]
        return [self.affine(f"{name}.outer", act(self.affine(f"{name}.inner", x_t))) for x_t in x]

    def self_attention(self, name, x, causal):
        """[c^1_t ; ... ; c^h_t] W + b,  e_ts = q_t · (k_s + a^K_{s-t}) / √(d/h),
        c_t = Σ_s α_ts (v_s + a^V_{s-t}), over s ≤ t where causal"""
        heads = self.options.heads
        size = self.options.embedding_size // heads
        q, k, v = (
            [self.affine(f"{name}.{part}", x_t) for x_t in x] for part in ["query", "keys", "values"]
        )
        outputs = []
        for t in range(len(x)):
            seen = range(t + 1) if causal else range(len(x))
            a_k = stack([self.relative(name, "keys", s - t) for s in seen])
            a_v = stack([self.relative(name, "values", s - t) for s in seen])
            contexts = []
            for i in range(heads):
                own = slice(i * size, (i + 1) * size)
                keys = stack([k[s][own] for s in seen]) + a_k
                values = stack([v[s][own] for s in seen]) + a_v
                alpha = torch.softmax(keys @ q[t][own] / math.sqrt(size), 0)
                contexts.append(alpha @ values)
            outputs.append(self.affine(f"{name}.output", cat(contexts)))
        return outputs

    def relative(self, name, part, distance):
        """Row k + clip(s - t) of the table, clipped to [-k, k]; 0 without relative positions. In full
        context row clip(s - t) - 1 of the decoder's other table where s > t"""
        if self.options.positions != "relative":
            return torch.zeros(self.options.embedding_size // self.options.heads)
        k = self.options.relative_window
        clipped = max(-k, min(k, distance))
        later = f"{name}.relative.later_{part}"
        if clipped > 0 and later in self.parameters:
            return self.parameters[later][clipped - 1]
        return self.parameters[f"{name}.relative.{part}"][k + clipped]

    def transformer_encode(self, source, features=None, vectors=None):
        """The states [S, d]; what is known of words beside their ids is added to the input, and the
        vectors of a front end take the place of √d e_s"""
        table = self.parameters["encoder.embedding.weight"] if vectors is None else None
        x = self.transformer_input("encoder", table, source, vectors)
        if features:
            x = [x_t + self.affine("encoder.features", f_t) for x_t, f_t in zip(x, features)]
        return stack(self.last_norm("encoder", self.steps("encoder", x, self.encoder_layer)))

    def encoder_layer(self, name, x):
        causal = not self.options.bidirectional
        x = self.sublayer(
            f"{name}.self", x, lambda y: self.self_attention(f"{name}.self", y, causal)
        )
        return self.sublayer(
            f"{name}.feed_forward", x, lambda y: self.feed_forward(f"{name}.feed_forward", y)
        )

    def transformer_decode(self, memory, words):
        """The readouts"""
        x = self.transformer_input("decoder", self.target_embedding, words)
        layer = lambda name, y: self.decoder_layer(name, y, memory)
        return self.last_norm("decoder", self.steps("decoder", x, layer))

    def look_in_full_context(self, memory, words):
        """The second pass, where every position sees all of them, and takes all steps"""
        x = self.transformer_input("decoder", self.target_embedding, words)
        for l in range(self.options.decoder_layers):
            name = f"decoder.layer{0 if self.options.universal else l}"
            x = self.decoder_layer(name, self.layer_input("decoder", x, l), memory, causal=False)

    def decoder_layer(self, name, x, memory, causal=True):
        x = self.sublayer(
            f"{name}.self", x, lambda y: self.self_attention(f"{name}.self", y, causal)
        )
        x = self.sublayer(
            f"{name}.cross", x, lambda y: self.cross_attention(f"{name}.cross", y, memory)
        )
        return self.sublayer(
            f"{name}.feed_forward", x, lambda y: self.feed_forward(f"{name}.feed_forward", y)
        )

    def steps(self, side, x, layer):
        """x^L of all layers; halting: y^l_t = u^l_t x^l_t + (1 - u^l_t) y^{l-1}_t, where
        u^l_t = p^l_t = σ(x^{l-1}_t w + b) up to the step n that would make their sum exceed the
        threshold, u^n_t = r_t what is missing to 1, and 0 from there on. Adds τ (n + r_t) to the
        ponder cost, of a position that does not halt τ times all steps"""
        o = self.options
        count = o.encoder_layers if side == "encoder" else o.decoder_layers
        outputs = [torch.zeros(o.embedding_size) for _ in x]
        used = [torch.zeros(()) for _ in x]
        running = [True] * len(x)
        for l in range(count):
            p = [sigmoid(self.affine(f"{side}.halting", x_t)[0]) for x_t in x] if o.halting else []
            name = f"{side}.layer{0 if o.universal else l}"
            x = layer(name, self.layer_input(side, x, l))
            for t, p_t in enumerate(p):
                if not running[t]:
                    continue
                running[t] = bool(used[t] + p_t <= o.halting_threshold)
                if abs(float(used[t] + p_t) - o.halting_threshold) < 1e-5:
                    raise ValueError("a position nearly halts: take another seed")
                u = p_t if running[t] else 1 - used[t]
                outputs[t] = u * x[t] + (1 - u) * outputs[t]
                used[t] = used[t] + u
                self.ponder = self.ponder + o.ponder_cost * (1 if running[t] else 1 + u)
        return outputs if o.halting else x

    def last_norm(self, side, x):
        return [self.norm(side, x_t) for x_t in x] if self.options.norm == "pre" else x

    def cross_attention(self, name, x, memory):
        """attend(x_t, t) W + b; of the weights, those of one layer stand behind the last layer's"""
        return [
            self.affine(f"{name}.output", self.attend(name, x_t, memory, t))
            for t, x_t in enumerate(x, 1)
        ]
