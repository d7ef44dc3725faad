"""The translation model of docs/model.md, a sentence and a step at a time, as layers.py,
encoders.py and transformer.py say.

s and t count from 1 in formulas.
"""

import torch
from torch import cat, exp, maximum, sigmoid, sqrt, stack, tanh, zeros

from encoders import Encoders
from model_folder import BEGIN, UNKNOWN

# How near a window's border may lie to a word for 32-bit floats to tell on which side. Exactly on a
# word it is where q = 0, so that p = S / 2 without rounding.
BORDER = 1e-5


class Recomputed(Encoders):
    """log p(y | x) and, a row a step, the α of one sentence pair."""

    def __init__(self, model, source, target):
        super().__init__(model)
        self.ponder = self.entropy = zeros(())
        self.alphas = [[] for _ in target]  # of each step, those of a head after the other
        self.energies = [[] for _ in target]  # what these are the softmax of, nan where it is not
        self.looks = [[] for _ in target]  # the same, with their gradients
        side = "encoder" if self.options.tie_embeddings == "all" else "decoder"
        self.target_embedding = self.parameters[f"{side}.embedding.weight"]
        read = lambda ids: [id if id < len(model.target) else UNKNOWN for id in ids]
        words = [BEGIN] + read(target[:-1])
        memory, final = self.encode(read(source) if self.options.copy else source)
        # Σ_{k<t} α_ks of each head; location-aware α_{t-1}, of which α_0 is 1 at the first position
        self.carried = [zeros(len(memory)) for _ in range(self.options.attention_heads)]
        if self.options.location_aware:
            self.carried = [cat([zeros(1) + 1, zeros(len(memory) - 1)]) for _ in self.carried]
        if not final:
            # There are no last states: the mean takes their place.
            final = [(memory.mean(0), memory.mean(0))[: 2 if self.options.cell == "lstm" else 1]]
        if self.options.decoder == "transformer":
            readouts = self.transformer_decode(memory, words)
        elif self.options.decoder == "convolutional":
            readouts = self.convolutional_decode(memory, words)
        elif self.options.decoder == "feed-forward":
            readouts = list(self.feed_forward_decode(memory, words))
        else:
            decode = {"bahdanau": self.bahdanau, "luong": self.luong}[self.options.decoder]
            runs = [([state], zeros(len(state[0]))) for state in self.start(final)]
            readouts = list(decode(memory, runs, words))
        self.memory = memory
        self.ctc = self.ctc_loss(memory, target[:-1]) if self.options.ctc_weight else 0.0
        self.add_coverage_loss()
        steps = enumerate(zip(readouts, target))
        self.log_probability = sum(self.log_p(source, t, readout, word) for t, (readout, word) in steps)
        if self.options.full_context:
            self.alphas, self.energies = ([[] for _ in target] for _ in range(2))
            self.look_in_full_context(memory, words)
            # Of each word the row of the step that reads it; no step reads </s>.
            self.alphas, self.energies = (
                rows[1:] + rows[-1:] for rows in (self.alphas, self.energies)
            )
        self.weights = [stack(heads).detach() for heads in self.alphas if heads]
        self.energies = [stack(heads).detach() for heads in self.energies if heads]

    def guided(self, links, guide):
        """The term of each word but </s>, of the L words that it is linked with: ce: -w Σ log α_ts / L;
        mse: w ½ Σ_s (α_ts - A_ts)²;  mult: -w log Σ α_ts; α is the mean of the guided heads"""
        wanted = lambda own, which: guide[which] in [-1, own]
        heads = self.options.heads
        total = zeros(())
        for t, rows in enumerate(self.alphas[:-1]):
            linked = [s for s, u in links if u == t]
            if links and not linked and guide["to_end"]:
                linked = [len(self.memory) - 1]
            if not linked:
                continue
            own = [i for i in range(len(rows)) if wanted(i // heads, "layer") and wanted(i % heads, "head")]
            alpha = stack([rows[i] for i in own]).mean(0)
            seen = alpha[linked][alpha[linked] > 0]
            if guide["cost"] == "mse":
                A = zeros(len(alpha))
                A[linked] = 1 / len(linked)
                total = total + ((alpha - A) ** 2).sum() / 2
            elif guide["cost"] == "ce":
                total = total - torch.log(seen).sum() / len(linked)
            elif len(seen):
                total = total - torch.log(seen.sum())
        return guide["weight"] * total

    def log_p(self, source, t, readout, word):
        """Of a word that is written: log softmax(o W_vᵀ + b_v)_y; of one that may be copied
        log(p_gen softmax(...)_y + (1 - p_gen) Σ_{s: x_s = y} α_s),  p_gen = σ(o w + b)"""
        written = self.log_softmax(readout)
        if not self.options.copy:
            return written[word]
        gate = sigmoid(self.affine("copy.gate", readout)[0])
        alpha = stack(self.alphas[t]).mean(0)
        p = (1 - gate) * sum((a for a, x in zip(alpha, source) if x == word), zeros(()))
        if word < len(written):
            p = p + gate * exp(written[word])
        return torch.log(torch.clamp(p, min=1e-30))

    def add_coverage_loss(self):
        """λ Σ_t Σ_s min(α_ts, Σ_{u<t} α_us), of the mean over the heads; stands with the ponder cost"""
        if not self.options.coverage_loss:
            return
        covered = 0
        for heads in self.alphas:
            alpha = stack(heads).mean(0)
            if torch.is_tensor(covered):
                self.ponder = self.ponder + self.options.coverage_loss * torch.minimum(alpha, covered).sum()
            covered = covered + alpha

    # Bridge

    def start(self, final):
        """bridge: h_0 = tanh(m W + b), c_0 = n W + b;  last: m_L, n_L;  zero: 0"""
        layers = range(self.options.decoder_layers)
        if self.options.bridge == "zero":
            return [self.zero_state(self.options.hidden_size) for _ in layers]
        if self.options.bridge == "last":
            return [final[layer] for layer in layers]
        return [self.bridged(f"bridge.layer{layer}", *final[-1]) for layer in layers]

    def bridged(self, name, m, n=None):
        h = tanh(self.affine(f"{name}.hidden", m))
        return (h,) if n is None else (h, self.affine(f"{name}.cell", n))

    # Decoder

    def layers(self, x, runs):
        """s^L_t = cell(r^{L-1}_t, s^L_{t-1}),  r^L_t = norm(s^L_t) + r^{L-1}_t

        Of each layer's states so far. Gives these and what the top layer puts out."""
        new = []
        for layer, run in enumerate(runs):
            new.append(self.advance(f"decoder.layer{layer}", x, run))
            x = self.put_out(f"decoder.layer{layer}", new[-1][0][-1][0], x)
        return new, x

    def bahdanau(self, memory, runs, words):
        """c_t = attend(s_{t-1}),  s_t = cell([E y_{t-1} ; c_t], s_{t-1}),
        a_t = [s_t ; c_t ; E y_{t-1}] W + b,  o_t = tanh(a_t), or the larger of two neighbours"""
        for t, word in enumerate(words, 1):
            embedded = self.target_embedding[word]
            query = runs[-1][0][-1][0]  # s_{t-1}
            context = self.gated(query, memory, t)
            runs, s = self.layers(cat([embedded, context]), runs)
            a = self.affine("readout", cat([s, context, embedded]))
            maxout = self.options.readout == "maxout"
            yield maximum(a[0::2], a[1::2]) if maxout else tanh(a)

    def luong(self, memory, runs, words):
        """h_t = cell([E y_{t-1} ; h̃_{t-1}], h_{t-1}),  c_t = attend(h_t),
        o_t = h̃_t = tanh([c_t ; h_t] W),  h̃_0 = 0;  without attention o_t = h_t"""
        readout = zeros(self.options.hidden_size)
        for t, word in enumerate(words, 1):
            x = self.target_embedding[word]
            runs, h = self.layers(cat([x, readout]) if self.options.input_feeding else x, runs)
            readout = h
            if self.options.attention != "none":
                context = self.gated(h, memory, t)
                readout = tanh(cat([context, h]) @ self.parameters["readout.weight"])
            yield readout

    def feed_forward_decode(self, memory, words):
        """h_t = tanh(ỹ_t U + b),  o_t = [h_t ; c_t],  ỹ_t of the last C words; c_t of the query ỹ'_t, of keys h_s
        and of values that are means of h_{s-Q} ... h_{s+Q}; without attention the mean of h_s"""
        o = self.options
        Q = o.smoothing_window
        means = stack([memory[max(s - Q, 0) : s + Q + 1].mean(0) for s in range(len(memory))])
        padded = [BEGIN] * (o.context - 1) + words
        for t in range(len(words)):
            last = padded[t : t + o.context]
            h = tanh(self.affine("decoder.hidden", self.target_embedding[last].flatten()))
            if o.attention == "none":
                yield cat([h, memory.mean(0)])
                continue
            query = self.parameters["decoder.query.weight"][last].flatten()
            yield cat([h, self.attend("attention", query, memory, t + 1, means)])

    # Attention

    def gated(self, q, memory, t):
        """c_t = β_t attend(q, t),  β_t = σ(q w + b)"""
        context = self.attend("attention", q, memory, t)
        if self.options.context_gate:
            context = sigmoid(self.affine("attention.gate", q)) * context
        return context

    def unevenness(self):
        """Σ_s (1 - Σ_t α_ts)², α the mean of the heads"""
        looks = sum(stack(heads).mean(0) for heads in self.looks)
        return ((1 - looks) ** 2).sum()

    def attend(self, prefix, q, memory, t, values=None):
        """One head: attend(q, h, h).  Several, and in a Transformer: c = [c^1 ; ... ; c^n],
        c^i = attend(q^i, k^i, v^i), parts of q W_q + b_q, h W_k + b_k and h W_v + b_v

        Values may be others than h"""
        o = self.options
        values = memory if values is None else values
        if o.attention == "none":
            return zeros(0)
        is_transformer = o.decoder == "transformer"
        heads = o.heads if is_transformer else o.attention_heads
        if heads == 1 and not is_transformer:
            return self.attend_once(prefix, 0, (q, memory, values), t)
        query = self.affine(f"{prefix}.project.query", q)
        values = self.affine(f"{prefix}.project.values", values)
        # Nothing reads keys that are not compared.
        keys = values if o.attention == "location" else self.affine(f"{prefix}.project.keys", memory)
        size = len(query) // heads
        contexts = []
        for i in range(heads):
            own = [x[..., i * size : (i + 1) * size] for x in (query, keys, values)]
            contexts.append(self.attend_once(f"{prefix}.head{i}", i, own, t))
        return cat(contexts)

    def attend_once(self, name, head, question, t):
        """c = Σ_s α_s v_s;  hard: v_s of the largest α_s"""
        q, keys, values = question
        is_carried = self.options.coverage or self.options.location_aware
        carried = self.carried[head] if is_carried else None
        alpha = self.alpha(name, q, keys, t, carried)
        used = alpha
        if self.options.attention_choice == "hard":
            used = torch.eye(len(alpha))[int(alpha.argmax())]
            seen = alpha[alpha > 0]
            self.entropy = self.entropy - (seen * torch.log(seen)).sum()
        if is_carried:
            self.carried[head] = carried + used if self.options.coverage else alpha
        self.alphas[t - 1].append(alpha)
        self.looks[t - 1].append(alpha)
        return used @ values

    def alpha(self, name, q, keys, t, carried):
        """α_s = p_s = exp(β e_s) / Σ_r exp(β e_r) over the window; smoothing: σ in the place of exp

        local-p: α_s = p_s · exp(-(s - p)² / (2 (D/2)²));  location knows the first L positions"""
        known = self.options.source_positions if self.options.attention == "location" else len(keys)
        s = torch.arange(1, min(len(keys), known) + 1)
        centre, inside = self.window(name, q, s, t)
        shifts = self.shifts(name, keys, carried)
        energies = stack([self.score(name, q, keys[i], shifts[i], i) for i in range(len(s))])
        energies = self.options.sharpening * energies
        if self.options.smoothing:
            energies = torch.nn.functional.logsigmoid(energies)
        unknown = torch.full([len(keys) - len(s)], float("nan"))
        self.energies[t - 1].append(cat([torch.where(inside, energies, float("nan")), unknown]))
        unscaled = torch.where(inside, exp(energies - energies[inside].max()), zeros(len(s)))
        weights = unscaled / unscaled.sum()
        if self.options.attention_mode == "local-p":
            D = self.options.attention_window
            weights = weights * exp(-((s - centre) ** 2) / (2 * (D / 2) ** 2))
        return cat([weights, zeros(len(keys) - len(s))])

    def window(self, name, q, s, t):
        """local-m: p = min(t, S);  local-p: p = S · σ(tanh(q W) · v);  p - D ≤ s ≤ p + D"""
        S, D = len(s), self.options.attention_window
        if self.options.attention_mode == "global":
            return None, s > 0
        if self.options.attention_mode == "local-m":
            centre = min(t, S)
            return centre, (s >= centre - D) & (s <= centre + D)
        hidden = tanh(q @ self.parameters[f"{name}.position.weight"])
        centre = S * sigmoid(hidden @ self.parameters[f"{name}.position.v.weight"][:, 0])
        border = ((s - centre).abs() - D).abs().min()
        if 0 < border < BORDER:
            raise ValueError("a window's border is too near to a word: take another seed")
        return centre, (s >= centre - D) & (s <= centre + D)

    def shifts(self, name, keys, carried):
        """C_ts w for each s:  C_ts = Σ_{k<t} α_ks / Φ_s,  Φ_s = 2 σ(k_s · u);
        location-aware: f_ts U,  f_ts = Σ_j α_{t-1,s+j} F_j,  j = -r ... r"""
        if self.options.location_aware:
            r = self.options.location_width
            F = self.parameters[f"{name}.filters.weight"][:, 0]
            padded = cat([zeros(r), carried, zeros(r)])
            f = stack([padded[s : s + 2 * r + 1] @ F for s in range(len(keys))])
            return f @ self.parameters[f"{name}.filters.key.weight"]
        if not self.options.coverage:
            return [0] * len(keys)
        fertility = 2 * sigmoid(keys @ self.parameters[f"{name}.fertility.weight"][:, 0])
        return torch.outer(carried / fertility, self.parameters[f"{name}.coverage.weight"])

    def score(self, name, q, h, shift, s):
        """additive: v · tanh(q W_q + h W_k + b + C w);  dot: q · (h + C w);
        general: q · (h W + C w);  concat: v · tanh([q ; h] W + C w);
        scaled-dot: q · (h + C w) / √Q;  location: (q W)_s"""
        get = lambda parameter: self.parameters[f"{name}.{parameter}"]
        if self.options.attention == "additive":
            return get("v") @ tanh(q @ get("query.weight") + self.affine(f"{name}.key", h) + shift)
        if self.options.attention == "general":
            return q @ (h @ get("key.weight") + shift)
        if self.options.attention == "concat":
            return get("v") @ tanh(cat([q, h]) @ get("concat.weight") + shift)
        if self.options.attention == "scaled-dot":
            return q @ (h + shift) / sqrt(torch.tensor(float(len(q))))
        if self.options.attention == "location":
            return (q @ get("location.weight"))[s]
        assert self.options.attention == "dot"
        return q @ (h + shift)

    # Output layer and probability

    def ctc_loss(self, memory, words):
        """-log Σ_π Π_s p(π_s | h_s) over the paths that are the words, with p = softmax(h_s W + b) and
        the blank <s>; 0 where there is none"""
        log_p = torch.log_softmax(self.affine("ctc", memory), 1)
        states = [BEGIN]
        for word in words:
            states += [word, BEGIN]
        never = torch.tensor(-float("inf"))
        alpha = [log_p[0, u] if i < 2 else never for i, u in enumerate(states)]
        for p in log_p[1:]:
            new = []
            for i, u in enumerate(states):
                reached = alpha[max(0, i - 1) : i + 1]
                if i > 1 and u != BEGIN and u != states[i - 2]:
                    reached = alpha[i - 2 : i + 1]
                finite = [a for a in reached if a > never]
                new.append(p[u] + torch.logsumexp(stack(finite), 0) if finite else never)
            alpha = new
        finite = [a for a in alpha[-2:] if a > never]
        return -torch.logsumexp(stack(finite), 0) if finite else zeros(())

    def log_softmax(self, readout):
        """l = o Wᵀ + b,  log p(v) = l_v - log Σ_w exp(l_w)"""
        tied = self.options.tie_embeddings
        W = self.target_embedding if tied else self.parameters["output.weight"]
        logits = readout @ W.T + self.parameters["output.bias"]
        return logits - torch.logsumexp(logits, 0)


def loss(pairs, targets, guide=None):
    """-Σ log p(y_t | y_<t, x) over all target tokens of the batch, divided by their number; plus, of
    halting models, the ponder cost, of hard attention less λ_e times its entropy, and λ times how
    uneven attention is, likewise divided; with CTC (1 - λ) of the first and λ of its loss; plus what
    links make of attention that is guided"""
    options = pairs[0].options
    share = options.ctc_weight
    total = sum(
        pair.ponder - (1 - share) * pair.log_probability + share * pair.ctc for pair in pairs
    )
    if options.attention_choice == "hard":
        total = total - options.attention_entropy * sum(pair.entropy for pair in pairs)
    if options.doubly_stochastic:
        total = total + options.doubly_stochastic * sum(pair.unevenness() for pair in pairs)
    if guide:
        total = total + sum(pair.guided(links, guide) for pair, links in zip(pairs, guide["links"]))
    return total / sum(len(target) for target in targets)
