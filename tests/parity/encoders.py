"""The encoders of docs/model.md, as layers.py says: a list of ids in, the states [S, K] out.

`features` are those of the words of a tagger; of a translation model there are none.
"""

from torch import cat, sqrt, stack, tanh, zeros

from convolutional import ConvolutionalParts


class Encoders(ConvolutionalParts):
    def encode(self, source, features=None):
        """The states [S, K], and of a recurrent encoder each layer's (m, n)."""
        if self.options.encoder == "transformer":
            return self.transformer_encode(source, features), []
        if self.options.encoder == "convolutional":
            return self.convolutional_encode(source, features), []
        e = list(self.parameters["encoder.embedding.weight"][source])
        if features:
            e = [cat([e_s, f_s]) for e_s, f_s in zip(e, features)]
        if self.options.encoder == "window":
            return self.window_encode(e), []
        return self.recurrent_encode(e)

    def recurrent_encode(self, z):
        """z^{L+1}_s = [h⃗_s ; h⃖_s],  m_L = [h⃗_S ; h⃖_1],  n_L = [c⃗_S ; c⃖_1]"""
        final = []
        for layer in range(self.options.encoder_layers):
            outputs, last = self.directions(
                f"encoder.layer{layer}",
                z,
                self.options.encoder_hidden_size,
                self.options.bidirectional,
            )
            name = f"encoder.layer{layer}"
            z = [self.put_out(name, h, below) for h, below in zip(outputs, z)]
            final.append(last)
        return stack(z), final

    def put_out(self, layer, h, below):
        """norm(h) + what the layer below puts out, but for layer 0

        norm(x) = gain ∘ (x - μ) / √(σ² + 10⁻⁵) + bias"""
        if self.options.layer_normalization:
            gain, bias = (self.parameters[f"{layer}.norm.{part}"] for part in ["gain", "bias"])
            centred = h - h.mean()
            h = gain * centred / sqrt((centred**2).mean() + 1e-5) + bias
        return h + below if self.options.residual and not layer.endswith("layer0") else h

    def window_encode(self, x):
        """h_s = tanh([x_{s-w} ; ... ; x_{s+w}] W + b), x = 0 outside; then h_s = tanh(h_s W + b)"""
        w = self.options.window
        outside = [zeros(len(x[0]))] * w
        padded = outside + x + outside
        h = [cat(padded[s : s + 2 * w + 1]) for s in range(len(x))]
        for layer in range(self.options.encoder_layers):
            h = [tanh(self.affine(f"encoder.layer{layer}", h_s)) for h_s in h]
        return stack(h)
