"""A model folder, read as docs/files.md describes it, into 64-bit floats."""

import json
import re
import struct
from types import SimpleNamespace

import torch

UNKNOWN, BEGIN, END = 0, 1, 2


def read_safetensors(path):
    """8 bytes n, n bytes of JSON, then 32-bit floats at data_offsets, without gaps."""
    raw = path.read_bytes()
    (n,) = struct.unpack("<Q", raw[:8])
    data = raw[8 + n :]
    tensors, position = {}, 0
    header = json.loads(raw[8 : 8 + n])
    header.pop("__metadata__", None)
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32" and begin == position, f"{name} in {path}"
        values = struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])
        tensors[name] = torch.tensor(values, dtype=torch.float64).reshape(entry["shape"])
        position = end
    assert n % 8 == 0 and position == len(data), path
    return tensors


def read_vocabulary(path):
    """A token a line; the line's number, from 0, is the token's id."""
    return path.read_text("utf-8").split("\n")[:-1]


def tokens(line, tokenizer):
    """space: runs of characters between spaces and tabs; char: code points, a space is U+2581."""
    if tokenizer == "space":
        return re.findall("[^ \t]+", line)
    if tokenizer == "char":
        return ["\u2581" if character == " " else character for character in line]
    raise ValueError(f"expected the tokenizer space or char, got {tokenizer}")


def cell_shapes(name, cell, inputs, hidden):
    gates = {"lstm": 4, "gru": 3, "lbr-gru": 3, "rnn": 1}[cell]
    biases = {"lstm": 4, "gru": 3, "lbr-gru": 4, "rnn": 1}[cell]
    return {
        f"{name}.input": [inputs, gates, hidden],
        f"{name}.recurrent": [hidden, gates, hidden],
        f"{name}.bias": [biases, hidden],
    }


class Folder:
    """What both kinds of folder hold."""

    def __init__(self, path, format):
        self.config = json.loads((path / "config.json").read_text("utf-8"))
        assert self.config["format"] == format and self.config["version"] == 1
        self.options = SimpleNamespace(**self.config["model"])
        self.parameters = read_safetensors(path / "best.safetensors")
        for parameter in self.parameters.values():
            parameter.requires_grad_()


class ModelFolder(Folder):
    def __init__(self, path):
        super().__init__(path, "alinea translation model")
        self.tokenizer = self.config["tokenizer"]
        self.source = read_vocabulary(path / "source.vocabulary.txt")
        self.target = read_vocabulary(path / "target.vocabulary.txt")

    def ids(self, line, vocabulary):
        """The line's tokens and then </s>; special symbols cannot be spelled."""
        known = {token: id for id, token in enumerate(vocabulary) if id > END}
        return [known.get(token, UNKNOWN) for token in tokens(line, self.tokenizer)] + [END]

    def shapes(self):
        """Names, shapes and order of the parameters: the table of docs/model.md."""
        o = self.options
        E, H, He, A = o.embedding_size, o.hidden_size, o.encoder_hidden_size, o.attention_size
        K = 2 * He if o.bidirectional else He
        Vs, Vt = len(self.source), len(self.target)
        shapes = {"encoder.embedding.weight": [Vs, E]}

        def add_cell(name, inputs, hidden):
            shapes.update(cell_shapes(name, o.cell, inputs, hidden))

        def add_norm(name, size):
            if o.layer_normalization:
                shapes[f"{name}.norm.gain"] = shapes[f"{name}.norm.bias"] = [size]

        for layer in range(o.encoder_layers):
            for direction in ["forward", "backward"] if o.bidirectional else ["forward"]:
                add_cell(f"encoder.layer{layer}.{direction}", K if layer else E, He)
            add_norm(f"encoder.layer{layer}", K)
        if o.bridge == "bridge":
            for layer in range(o.decoder_layers):
                for state in ["hidden", "cell"] if o.cell == "lstm" else ["hidden"]:
                    shapes[f"bridge.layer{layer}.{state}.weight"] = [K, H]
                    shapes[f"bridge.layer{layer}.{state}.bias"] = [H]
        shapes["decoder.embedding.weight"] = [Vt, E]
        heads = o.attention_heads
        if o.attention != "none" and heads == 1:
            shapes.update(self.attention_shapes("attention", H, K, A))
        for head in range(heads if heads > 1 else 0):
            name, size = f"attention.head{head}", A // heads
            for part, inputs in [("query", H), ("keys", K), ("values", K)]:
                shapes[f"{name}.project.{part}.weight"] = [inputs, size]
                shapes[f"{name}.project.{part}.bias"] = [size]
            shapes.update(self.attention_shapes(name, size, size, size))
        context = 0 if o.attention == "none" else K if heads == 1 else A
        feeds = {"bahdanau": context, "luong": H if o.input_feeding else 0}[o.decoder]
        for layer in range(o.decoder_layers):
            add_cell(f"decoder.layer{layer}", H if layer else E + feeds, H)
            add_norm(f"decoder.layer{layer}", H)
        if o.decoder == "bahdanau":
            R = 2 * H if o.readout == "maxout" else H
            shapes["readout.weight"] = [H + context + E, R]
            shapes["readout.bias"] = [R]
        elif context:
            shapes["readout.weight"] = [context + H, H]
        if not o.tie_embeddings:
            shapes["output.weight"] = [Vt, H]
        shapes["output.bias"] = [Vt]
        return shapes


    def attention_shapes(self, name, Q, K, A):
        """Of one head: its score's, its mode's and coverage's."""
        o = self.options
        shapes = {
            "additive": {
                f"{name}.query.weight": [Q, A],
                f"{name}.key.weight": [K, A],
                f"{name}.key.bias": [A],
                f"{name}.v": [A],
            },
            "general": {f"{name}.key.weight": [K, Q]},
            "concat": {f"{name}.concat.weight": [Q + K, A], f"{name}.v": [A]},
            "location": {f"{name}.location.weight": [Q, o.source_positions]},
        }.get(o.attention, {})
        if o.attention_mode == "local-p":
            shapes[f"{name}.position.weight"] = [Q, A]
            shapes[f"{name}.position.v.weight"] = [A, 1]
        if o.coverage:
            shapes[f"{name}.coverage.weight"] = [A if o.attention in ["additive", "concat"] else Q]
            shapes[f"{name}.fertility.weight"] = [K, 1]
        return shapes


class ClassifierFolder(Folder):
    def __init__(self, path):
        super().__init__(path, "alinea document classifier")
        self.vocabulary = read_vocabulary(path / "vocabulary.txt")
        self.labels = (path / "labels.txt").read_text("utf-8").split("\n")[:-1]
        known = {token: id for id, token in enumerate(self.vocabulary) if id > END}
        self.id = lambda word: known.get(word, UNKNOWN)

    def shapes(self):
        """Names, shapes and order of the parameters: the table of docs/model.md."""
        o = self.options
        E, H, A, C = o.embedding_size, o.hidden_size, o.attention_size, len(self.labels)
        shapes = {"embedding.weight": [len(self.vocabulary), E]}
        for level, inputs in [("word", E), ("sentence", 2 * H)][: 2 if o.hierarchical else 1]:
            for direction in ["forward", "backward"]:
                shapes.update(cell_shapes(f"{level}.{direction}", o.cell, inputs, H))
            if o.pooling == "attention":
                shapes[f"{level}.attention.weight"] = [2 * H, A]
                shapes[f"{level}.attention.bias"] = [A]
                shapes[f"{level}.attention.context"] = [A]
        shapes["output.weight"] = [2 * H, C]
        shapes["output.bias"] = [C]
        return shapes
