"""The language model of docs/model.md, a line and a step at a time, as layers.py and transformer.py
say."""

from torch import zeros

from layers import Network
from model_folder import BEGIN
from recompute import Recomputed


class LanguageLine(Recomputed):
    """log p of one line y_1 ... y_T, T = </s>, given as ids; of a masked model Σ log p of the words
    at `places` of what is read, given both."""

    def __init__(self, model, line, masked=None):
        Network.__init__(self, model)
        self.ponder = zeros(())
        if self.options.objective == "masked":
            self.log_probability = self.masked(line, *masked)
            return
        self.target_embedding = self.parameters["decoder.embedding.weight"]
        self.log_probability = self.causal("decoder", [BEGIN] + line[:-1], line)
        if self.options.objective == "bidirectional":
            self.log_probability += self.causal("backward", line[::-1], line[-2::-1] + [BEGIN])

    def causal(self, side, read, said):
        """Σ_t log softmax(o_t W_vᵀ + b)_{y_t}"""
        layers = getattr(self, self.options.architecture)
        readouts = layers(side, read)
        return sum(self.log_softmax(o)[word] for o, word in zip(readouts, said))

    def recurrent(self, side, read):
        """s^L_t = cell(r^{L-1}_t, s^L_{t-1}),  r^L_t = norm(s^L_t) + r^{L-1}_t,  o_t = r^n_t"""
        states = [self.zero_state(self.options.hidden_size) for _ in range(self.options.layers)]
        for word in read:
            x = self.target_embedding[word]
            for layer, state in enumerate(states):
                name = f"{side}.layer{layer}"
                states[layer] = self.cell(name, x, state)
                x = self.put_out(name, states[layer][0], x)
            yield x

    def transformer(self, side, read):
        """The decoder's layers without cross"""
        x = self.transformer_input(side, self.target_embedding, read)
        return self.last_norm(side, self.steps(side, x, self.causal_layer))

    def convolutional(self, side, read):
        """The decoder without attention"""
        return self.convolutional_decode(None, read, side)

    def causal_layer(self, name, x):
        x = self.sublayer(
            f"{name}.self", x, lambda y: self.self_attention(f"{name}.self", y, causal=True)
        )
        return self.sublayer(
            f"{name}.feed_forward", x, lambda y: self.feed_forward(f"{name}.feed_forward", y)
        )

    def masked(self, read, places, words):
        """Σ log softmax(h_t W_vᵀ + b)_{y_t} over the masked t"""
        self.target_embedding = self.parameters["encoder.embedding.weight"]
        h, _ = self.encode(read)
        return sum(self.log_softmax(h[t])[word] for t, word in zip(places, words))


def loss(lines, predictions):
    """-Σ log p, divided by the number of predictions; plus, of halting models, the ponder cost,
    likewise divided"""
    return sum(line.ponder - line.log_probability for line in lines) / predictions
