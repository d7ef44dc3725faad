#!/usr/bin/env python3
"""The models of training_benchmark and decoding_benchmark in PyTorch, as one writes them there.

Modules of torch.nn, packed sequences, a loop over the decoder's steps that holds no more than what a
step needs of the one before: keys, readout and logits are computed outside of it. A search takes as
many steps as the reference has words, because the parameters are random. Prints one line of JSON.

  torch_benchmark.py train  SOURCE TARGET [--updates N] [--threads N] [--batch-size N] [MODEL]
  torch_benchmark.py decode SOURCE TARGET [--beam-size N] [--threads N] [--batch-size N] [--sentences N]
                            [--steps N] [MODEL]

MODEL is nothing (GRU, additive), --lstm-general, --transformer LAYERS SIZE HEADS FEED_FORWARD, or
--convolutional ENCODER_LAYERS DECODER_LAYERS SIZE KERNEL.
"""

import argparse
import collections
import json
import math
import resource
import time

import torch
from torch import nn
from torch.nn.utils import rnn

UNKNOWN, BEGIN, END, PADDING = 0, 1, 2, -100
EMBEDDING, HIDDEN = 256, 512


def read(path):
    """Ids of every line, words that come once unknown; and the number of words."""
    lines = [line.split() for line in open(path, encoding="utf-8")]
    counts = collections.Counter(word for line in lines for word in line)
    ids = {word: 3 + i for i, (word, n) in enumerate(counts.most_common()) if n > 1}
    return [[ids.get(word, UNKNOWN) for word in line] for line in lines], 3 + len(ids)


def pad(sentences, value=0):
    return rnn.pad_sequence([torch.tensor(s) for s in sentences], True, value)


def sinusoids(size):
    rate = torch.exp(torch.arange(0, size, 2) * (-math.log(10000) / size))
    angles = torch.arange(2048)[:, None] * rate
    return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)


class Model(nn.Module):
    def __init__(self, source_words, target_words, lstm_general):
        super().__init__()
        self.lstm = lstm_general
        self.source = nn.Embedding(source_words, EMBEDDING)
        self.target = nn.Embedding(target_words, EMBEDDING)
        layer, cell = (nn.LSTM, nn.LSTMCell) if self.lstm else (nn.GRU, nn.GRUCell)
        self.encoder = layer(EMBEDDING, HIDDEN // 2, batch_first=True, bidirectional=True)
        self.cell = cell(EMBEDDING + HIDDEN, HIDDEN)
        self.bridge = nn.Linear(HIDDEN, HIDDEN)
        self.cell_bridge = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.query = nn.Linear(HIDDEN, HIDDEN, bias=False)
        self.energy = nn.Linear(HIDDEN, 1, bias=False)
        self.read = nn.Linear(2 * HIDDEN + (0 if self.lstm else EMBEDDING), HIDDEN)
        self.output = nn.Linear(HIDDEN, target_words)
        self.dropout = nn.Dropout(0.3)

    def encode(self, source, lengths):
        packed = rnn.pack_padded_sequence(
            self.dropout(self.source(source)), lengths, True, enforce_sorted=False)
        states, last = self.encoder(packed)
        states, _ = rnn.pad_packed_sequence(states, True)
        last = last if self.lstm else (last,)
        joined = [torch.cat([part[0], part[1]], 1) for part in last]
        state = [torch.tanh(self.bridge(joined[0]))]
        if self.lstm:
            state.append(self.cell_bridge(joined[1]))
        outside = torch.arange(states.shape[1])[None] >= lengths[:, None]
        return tuple(state), states, self.key(states), outside

    def attend(self, query, states, keys, outside):
        if self.lstm:
            energies = torch.bmm(keys, query[:, :, None])[:, :, 0]
        else:
            energies = self.energy(torch.tanh(self.query(query)[:, None] + keys))[:, :, 0]
        weights = torch.softmax(energies.masked_fill(outside, float("-inf")), 1)
        return torch.bmm(weights[:, None], states)[:, 0]

    def step(self, embedded, state, feed, memory):
        """The next state, what the readout is made of (additive) or the readout (general)"""
        if self.lstm:
            h, c = self.cell(torch.cat([embedded, feed], 1), state)
            context = self.attend(h, *memory)
            readout = torch.tanh(self.read(torch.cat([context, h], 1)))
            return (h, c), readout
        context = self.attend(state[0], *memory)
        s = self.cell(torch.cat([embedded, context], 1), state[0])
        return (s,), torch.cat([s, context, embedded], 1)

    def loss(self, source, lengths, target_in, target_out):
        state, *memory = self.encode(source, lengths)
        embedded = self.dropout(self.target(target_in))
        feed, read = torch.zeros(len(source), HIDDEN), []
        for t in range(embedded.shape[1]):
            state, feed = self.step(embedded[:, t], state, feed, memory)
            read.append(feed)
        read = torch.stack(read, 1)
        if not self.lstm:
            read = torch.tanh(self.read(read))
        logits = self.output(self.dropout(read))
        return nn.functional.cross_entropy(
            logits.flatten(0, 1), target_out.flatten(), ignore_index=PADDING, reduction="sum")

    def search(self, source, lengths, steps, beam):
        """A beam search of given lengths; sentences that end leave the batch, which is sorted"""
        state, *memory = self.encode(source, lengths)
        count = len(source)
        spread = lambda x: x.repeat_interleave(beam, 0)
        state, memory = tuple(map(spread, state)), list(map(spread, memory))
        feed = torch.zeros(count * beam, HIDDEN)
        scores = torch.zeros(count, beam)
        words = torch.full((count * beam,), BEGIN)
        for t in range(max(steps)):
            left = sum(length > t for length in steps)
            rows = left * beam
            state, memory = tuple(s[:rows] for s in state), [m[:rows] for m in memory]
            state, read = self.step(
                self.target(words[:rows]), state, feed[:rows], memory)
            readout = read if self.lstm else torch.tanh(self.read(read))
            best = torch.log_softmax(self.output(readout), 1)
            total = scores[:left].reshape(rows, 1) + best
            scores, chosen = total.reshape(left, -1).topk(beam, 1)
            parents = (torch.arange(left)[:, None] * beam + chosen // best.shape[1]).flatten()
            words = (chosen % best.shape[1]).flatten()
            state, feed = tuple(s[parents] for s in state), readout[parents]


class Transformer(nn.Module):
    """nn.Transformer; a search keeps keys and values of earlier positions, which nn.Transformer cannot"""

    def __init__(self, source_words, target_words, layers, size, heads, feed_forward):
        super().__init__()
        self.size, self.heads = size, heads
        self.source = nn.Embedding(source_words, size)
        self.target = nn.Embedding(target_words, size)
        self.layers = nn.Transformer(size, heads, layers, layers, feed_forward, 0.1, batch_first=True)
        # The paper has no norm behind the last layer.
        self.layers.encoder.norm = self.layers.decoder.norm = None
        self.output = nn.Linear(size, target_words)
        self.dropout = nn.Dropout(0.1)
        self.register_buffer("positions", sinusoids(size))

    def embed(self, table, words, first=0):
        x = table(words) * math.sqrt(self.size) + self.positions[first:first + words.shape[1]]
        return self.dropout(x)

    def loss(self, source, lengths, target_in, target_out):
        outside = torch.arange(source.shape[1])[None] >= lengths[:, None]
        later = torch.triu(torch.ones(target_in.shape[1], target_in.shape[1], dtype=torch.bool), 1)
        readout = self.layers(self.embed(self.source, source), self.embed(self.target, target_in),
                              tgt_mask=later, src_key_padding_mask=outside,
                              memory_key_padding_mask=outside)
        return nn.functional.cross_entropy(
            self.output(readout).flatten(0, 1), target_out.flatten(), ignore_index=PADDING,
            reduction="sum")

    def projected(self, attention, x, part):
        """Queries (0), keys (1) or values (2) of all heads, [rows, heads, length, size of a head]"""
        rows = slice(part * self.size, (part + 1) * self.size)
        y = nn.functional.linear(x, attention.in_proj_weight[rows], attention.in_proj_bias[rows])
        return y.view(len(x), -1, self.heads, self.size // self.heads).transpose(1, 2)

    def attend(self, attention, query, keys, values, outside=None):
        energies = query @ keys.transpose(2, 3) / math.sqrt(self.size // self.heads)
        if outside is not None:
            energies = energies.masked_fill(outside[:, None, None], float("-inf"))
        context = (torch.softmax(energies, 3) @ values).transpose(1, 2).flatten(2)
        return attention.out_proj(context)

    def search(self, source, lengths, steps, beam):
        outside = torch.arange(source.shape[1])[None] >= lengths[:, None]
        memory = self.layers.encoder(self.embed(self.source, source), src_key_padding_mask=outside)
        decoder = self.layers.decoder.layers
        # Hypotheses of a sentence are its queries: they share keys and values of the source.
        read = [[self.projected(layer.multihead_attn, memory, part) for part in (1, 2)]
                for layer in decoder]
        count = len(source)
        kept = [[torch.zeros(count * beam, self.heads, 0, self.size // self.heads)] * 2
                for _ in decoder]
        scores = torch.zeros(count, beam)
        words = torch.full((count * beam,), BEGIN)
        for t in range(max(steps)):
            left = sum(length > t for length in steps)
            rows = left * beam
            x = self.embed(self.target, words[:rows, None], t)
            for l, layer in enumerate(decoder):
                own = layer.self_attn
                kept[l] = [torch.cat([old[:rows], self.projected(own, x, part)], 2)
                           for part, old in zip((1, 2), kept[l])]
                x = layer.norm1(x + self.attend(own, self.projected(own, x, 0), *kept[l]))
                cross = layer.multihead_attn
                query = self.projected(cross, x.view(left, beam, -1), 0)
                context = self.attend(cross, query, *(r[:left] for r in read[l]), outside[:left])
                x = layer.norm2(x + context.reshape(rows, 1, -1))
                x = layer.norm3(x + layer.linear2(torch.relu(layer.linear1(x))))
            best = torch.log_softmax(self.output(x[:, 0]), 1)
            total = scores[:left].reshape(rows, 1) + best
            scores, chosen = total.reshape(left, -1).topk(beam, 1)
            parents = (torch.arange(left)[:, None] * beam + chosen // best.shape[1]).flatten()
            words = (chosen % best.shape[1]).flatten()
            kept = [[old[parents] for old in pair] for pair in kept]


class Convolutional(nn.Module):
    """Gehring et al. (2017), as fairseq composes it of torch.nn: weights are normalised in every
    forward pass; a search normalises them once and keeps the last inputs of each layer"""

    def __init__(self, source_words, target_words, encoder_layers, decoder_layers, size, kernel):
        super().__init__()
        self.size, self.kernel = size, kernel
        normed = nn.utils.weight_norm
        linear = lambda: normed(nn.Linear(size, size))
        self.source, self.target = nn.Embedding(source_words, size), nn.Embedding(target_words, size)
        self.source_positions, self.target_positions = nn.Embedding(1024, size), nn.Embedding(1024, size)
        self.source_in, self.source_out, self.target_in, self.target_out = (linear() for _ in range(4))
        convolution = lambda before: normed(nn.Conv1d(size, 2 * size, kernel, padding=before))
        self.encoder = nn.ModuleList(convolution(kernel // 2) for _ in range(encoder_layers))
        self.decoder = nn.ModuleList(convolution(kernel - 1) for _ in range(decoder_layers))
        self.query = nn.ModuleList(linear() for _ in range(decoder_layers))
        self.context = nn.ModuleList(linear() for _ in range(decoder_layers))
        self.output = nn.Linear(size, target_words)
        self.dropout = nn.Dropout(0.2)

    def encode(self, source, lengths):
        outside = torch.arange(source.shape[1])[None] >= lengths[:, None]
        embedded = self.dropout(self.source(source) + self.source_positions.weight[:source.shape[1]])
        x = self.source_in(embedded).transpose(1, 2)
        for layer in self.encoder:
            seen = self.dropout(x.masked_fill(outside[:, None], 0))
            x = (nn.functional.glu(layer(seen), 1) + x) * math.sqrt(0.5)
        keys = self.source_out(x.transpose(1, 2))
        keys = GradientScale.apply(keys, 1 / len(self.decoder))
        return keys, keys + embedded, outside, lengths.float().sqrt()[:, None, None]

    def look(self, x, embedded, query, context, memory):
        keys, values, outside, scale = memory
        energies = torch.bmm(query(x) + embedded, keys.transpose(1, 2))
        weights = torch.softmax(energies.masked_fill(outside[:, None], float("-inf")), 2)
        return (context(torch.bmm(weights, values) * scale) + x) * math.sqrt(0.5)

    def loss(self, source, lengths, target_in, target_out):
        memory = self.encode(source, lengths)
        steps = target_in.shape[1]
        embedded = self.dropout(self.target(target_in) + self.target_positions.weight[:steps])
        x = self.target_in(embedded)
        for layer, query, context in zip(self.decoder, self.query, self.context):
            seen = layer(self.dropout(x).transpose(1, 2))[:, :, :steps]
            x = (nn.functional.glu(seen, 1).transpose(1, 2) + x) * math.sqrt(0.5)
            x = self.look(x, embedded, query, context, memory)
        logits = self.output(self.dropout(self.target_out(x)))
        return nn.functional.cross_entropy(
            logits.flatten(0, 1), target_out.flatten(), ignore_index=PADDING, reduction="sum")

    def search(self, source, lengths, steps, beam):
        memory = self.encode(source, lengths)
        fixed = lambda part: lambda x, w=part.weight: nn.functional.linear(x, w, part.bias)
        query, context = ([fixed(part) for part in parts] for parts in (self.query, self.context))
        # [2C, C, k] as a product of the last k inputs
        weights = [layer.weight.transpose(1, 2).flatten(1) for layer in self.decoder]
        count, kept = len(source), (self.kernel - 1) * self.size
        inputs = [torch.zeros(count * beam, kept) for _ in self.decoder]
        scores, words = torch.zeros(count, beam), torch.full((count * beam,), BEGIN)
        for t in range(max(steps)):
            left = sum(length > t for length in steps)
            rows = left * beam
            embedded = self.target(words[:rows]) + self.target_positions.weight[t]
            x = self.target_in(embedded)
            here = tuple(part[:left] for part in memory)
            for l, layer in enumerate(self.decoder):
                seen = torch.cat([inputs[l][:rows], x], 1)
                inputs[l] = seen[:, self.size:]
                gated = nn.functional.glu(nn.functional.linear(seen, weights[l], layer.bias), 1)
                x = (gated + x) * math.sqrt(0.5)
                # Hypotheses of a sentence are its queries: they share keys and values.
                x = self.look(x.view(left, beam, -1), embedded.view(left, beam, -1), query[l],
                              context[l], here).reshape(rows, -1)
            best = torch.log_softmax(self.output(self.target_out(x)), 1)
            total = scores[:left].reshape(rows, 1) + best
            scores, chosen = total.reshape(left, -1).topk(beam, 1)
            parents = (torch.arange(left)[:, None] * beam + chosen // best.shape[1]).flatten()
            words = (chosen % best.shape[1]).flatten()
            inputs = [old[parents] for old in inputs]


class GradientScale(torch.autograd.Function):
    @staticmethod
    def forward(context, x, scale):
        context.scale = scale
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient):
        return gradient * context.scale, None


def train(options, model, sources, targets):
    batches = []
    order = sorted(range(len(sources)), key=lambda i: (len(sources[i]), len(targets[i])))
    for begin in range(0, len(order), options.batch_size):
        batches.append(order[begin:begin + options.batch_size])
    generator = torch.Generator().manual_seed(1)
    batches = [batches[i] for i in torch.randperm(len(batches), generator=generator)]
    adam = torch.optim.Adam(model.parameters())
    seconds = processor_seconds = tokens = 0
    warmup = max(options.updates // 4, 2)
    for batch in batches[:warmup + options.updates]:
        begin, processor_begin = time.perf_counter(), time.process_time()
        source = pad([sources[i] + [END] for i in batch], 0)
        lengths = torch.tensor([len(sources[i]) + 1 for i in batch])
        target_in = pad([[BEGIN] + targets[i] for i in batch], 0)
        target_out = pad([targets[i] + [END] for i in batch], PADDING)
        count = int((target_out != PADDING).sum())
        adam.zero_grad()
        (model.loss(source, lengths, target_in, target_out) / count).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1)
        adam.step()
        warmup -= 1
        if warmup < 0:
            seconds += time.perf_counter() - begin
            processor_seconds += time.process_time() - processor_begin
            tokens += count
    return {"target_tokens_per_second": tokens / seconds,
            "milliseconds_per_update": 1e3 * seconds / options.updates,
            "processor_milliseconds_per_update": 1e3 * processor_seconds / options.updates}


@torch.no_grad()
def decode(options, model, sources, targets):
    model.eval()
    pairs = list(zip(sources, targets))[:options.sentences or None]
    if options.batch_size > 1:
        pairs.sort(key=lambda pair: len(pair[0]), reverse=True)
    def run():
        for begin in range(0, len(pairs), options.batch_size):
            batch = sorted(pairs[begin:begin + options.batch_size], key=lambda pair: -len(pair[1]))
            source = pad([s + [END] for s, _ in batch], 0)
            lengths = torch.tensor([len(s) + 1 for s, _ in batch])
            steps = [options.steps or len(t) + 1 for _, t in batch]
            model.search(source, lengths, steps, options.beam_size)
    run()
    begin = time.perf_counter()
    run()
    seconds = time.perf_counter() - begin
    return {"sentences_per_second": len(pairs) / seconds,
            "tokens_per_second": sum(options.steps or len(t) + 1 for _, t in pairs) / seconds}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["train", "decode"])
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--updates", type=int, default=40)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--beam-size", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--vocabulary-of", nargs=2, help="texts whose words are known")
    parser.add_argument("--steps", type=int, default=0, help="of every search; 0: the reference's")
    parser.add_argument("--lstm-general", action="store_true")
    parser.add_argument("--transformer", nargs=4, type=int,
                        metavar=("LAYERS", "SIZE", "HEADS", "FEED_FORWARD"))
    parser.add_argument("--convolutional", nargs=4, type=int,
                        metavar=("ENCODER_LAYERS", "DECODER_LAYERS", "SIZE", "KERNEL"))
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    sources, source_words = read(options.source)
    targets, target_words = read(options.target)
    if options.vocabulary_of:
        source_words, target_words = (read(path)[1] for path in options.vocabulary_of)
    if options.transformer:
        model = Transformer(source_words, target_words, *options.transformer)
    elif options.convolutional:
        model = Convolutional(source_words, target_words, *options.convolutional)
    else:
        model = Model(source_words, target_words, options.lstm_general)
    run = train if options.what == "train" else decode
    figures = run(options, model, sources, targets)
    figures["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
