"""The encoders of docs/model.md, as layers.py says: a list of ids, or rows of features, in, the
states [S, K] out.

`features` are those of the words of a tagger; of a translation model there are none.
"""

import torch
from torch import cat, sqrt, stack, tanh, zeros

from convolutional import ConvolutionalParts


class Encoders(ConvolutionalParts):
    def encode(self, source, features=None):
        """The states [S, K], and of a recurrent encoder each layer's (m, n)."""
        has_features = getattr(self.options, "source_type", "text") == "features"
        vectors = self.front_end(source) if has_features else None
        if self.options.encoder == "transformer":
            return self.transformer_encode(source, features, vectors), []
        if self.options.encoder == "convolutional":
            return self.convolutional_encode(source, features, vectors), []
        e = vectors or list(self.parameters["encoder.embedding.weight"][source])
        if self.options.encoder == "bag":
            if features:
                e = [e_s + self.affine("encoder.features", f_s) for e_s, f_s in zip(e, features)]
            return stack(list(e)), []
        if features:
            e = [cat([e_s, f_s]) for e_s, f_s in zip(e, features)]
        if self.options.encoder == "window":
            return self.window_encode(e), []
        return self.recurrent_encode(e)

    def front_end(self, rows):
        """e_s = [r_{k(s-1)+1} ; ... ; r_{ks}] W + b of k rows, 0 behind the last;
        convolution: e_s = y_s W + b, y the cells of layers max(0, conv(y) + b) in the order of reading"""
        if self.options.front_end == "convolution":
            return list(self.affine("encoder.front_end", self.convolved(rows)))
        k = self.options.frame_stacking
        outside = zeros(-len(rows) % k, rows.shape[1])
        return list(self.affine("encoder.front_end", cat([rows, outside]).reshape(-1, k * rows.shape[1])))

    def convolved(self, rows):
        """y_ij = Σ_{a,b=0..2} x_{2i+a-1,2j+b-1} W_ab, x = 0 outside the picture and behind its last row"""
        H, W = self.options.source_height, self.options.source_width
        rows = cat([rows, zeros(max(0, H * W - len(rows)), rows.shape[1])])[: H * W]
        y = rows.reshape(H, W, -1)
        for layer in range(self.options.front_end_layers):
            name = f"encoder.front_end.layer{layer}"
            weight, bias = (self.parameters[f"{name}.{part}"] for part in ["weight", "bias"])
            H, W = (y.shape[0] + 1) // 2, (y.shape[1] + 1) // 2
            outside = zeros(2 * H + 1, 2 * W + 1, y.shape[2])
            padded = outside.clone()
            padded[1 : 1 + y.shape[0], 1 : 1 + y.shape[1]] = y
            cells = [
                sum(padded[2 * i + a, 2 * j + b] @ weight[a, b] for a in range(3) for b in range(3))
                for i in range(H)
                for j in range(W)
            ]
            y = torch.relu(stack(cells) + bias).reshape(H, W, -1)
        return y.reshape(H * W, -1)

    def recurrent_encode(self, z, side="encoder", initial=None):
        """z^{L+1}_s = [h⃗_s ; h⃖_s],  m_L = [h⃗_S ; h⃖_1],  n_L = [c⃗_S ; c⃖_1];
        layers 1 to `subsampling` read [z^L_{2s-1} ; z^L_{2s}]; layer l starts from 0 or from initial[l],
        such an m_l or (m_l, n_l)"""
        final = []
        for layer in range(self.options.encoder_layers):
            halves = 0 < layer <= getattr(self.options, "subsampling", 0)
            if halves:
                z = [cat(pair) for pair in zip(z[0::2], z[1::2] + [zeros(len(z[0]))])]
            outputs, last = self.directions(
                f"{side}.layer{layer}",
                z,
                self.options.encoder_hidden_size,
                self.options.bidirectional,
                initial[layer] if initial else None,
            )
            name = f"{side}.layer{layer}"
            z = [self.put_out(name, h, 0 if halves else below) for h, below in zip(outputs, z)]
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
