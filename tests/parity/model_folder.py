"""A model folder, read as docs/files.md describes it, into 64-bit floats."""

import json
import re
import struct
from types import SimpleNamespace

import torch

from random_lots import fnv_1a, shuffled

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


def cell_shapes(name, cell, inputs, hidden, intra=False):
    gates = {"lstm": 4, "gru": 3, "lbr-gru": 3, "rnn": 1}[cell]
    biases = {"lstm": 4, "gru": 3, "lbr-gru": 4, "rnn": 1}[cell]
    shapes = {
        f"{name}.input": [inputs, gates, hidden],
        f"{name}.recurrent": [hidden, gates, hidden],
        f"{name}.bias": [biases, hidden],
    }
    if intra:
        shapes[f"{name}.intra.states"] = [hidden, hidden]
        shapes[f"{name}.intra.input"] = [inputs, hidden]
        shapes[f"{name}.intra.summary"] = [hidden, hidden]
        shapes[f"{name}.intra.v"] = [hidden]
    return shapes


class Folder:
    """What both kinds of folder hold."""

    def __init__(self, path, format):
        self.config = json.loads((path / "config.json").read_text("utf-8"))
        assert self.config["format"] == format and self.config["version"] == 1
        self.options = SimpleNamespace(**self.config["model"])
        self.parameters = read_safetensors(path / "best.safetensors")
        for parameter in self.parameters.values():
            parameter.requires_grad_()


class EncoderFolder(Folder):
    """A folder of a model with an encoder."""

    def add_norm(self, shapes, name, size):
        shapes[f"{name}.norm.gain"] = shapes[f"{name}.norm.bias"] = [size]

    def add_affine(self, shapes, name, inputs, outputs):
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = [inputs, outputs], [outputs]

    def state_size(self):
        """K"""
        o = self.options
        if o.encoder in ["transformer", "convolutional", "bag"]:
            return o.embedding_size
        both = o.encoder == "recurrent" and o.bidirectional
        return (2 if both else 1) * o.encoder_hidden_size

    def add_encoder(self, shapes, features=0):
        """Behind its embedding; `features` are numbers of each word beside its vector."""
        o = self.options
        word = o.embedding_size + features
        if o.encoder == "recurrent":
            self.add_recurrent_encoder(shapes, word, self.state_size())
        elif o.encoder == "window":
            for layer in range(o.encoder_layers):
                inputs = o.encoder_hidden_size if layer else (2 * o.window + 1) * word
                self.add_affine(shapes, f"encoder.layer{layer}", inputs, o.encoder_hidden_size)
        elif o.encoder == "convolutional":
            self.add_convolutions(shapes, "encoder", features=features)
        elif o.encoder == "bag":
            if features:
                self.add_affine(shapes, "encoder.features", features, o.embedding_size)
        else:
            self.add_transformer_layers(shapes, "encoder", features=features)

    def add_recurrent_encoder(self, shapes, word, K, side="encoder"):
        o = self.options
        for layer in range(o.encoder_layers):
            for direction in ["forward", "backward"] if o.bidirectional else ["forward"]:
                name, inputs = f"{side}.layer{layer}.{direction}", K if layer else word
                if 0 < layer <= getattr(o, "subsampling", 0):
                    inputs = 2 * K
                shapes.update(cell_shapes(name, o.cell, inputs, o.encoder_hidden_size, o.intra_attention))
            if o.layer_normalization:
                self.add_norm(shapes, f"{side}.layer{layer}", K)

    def add_normalised(self, shapes, name, inputs, outputs):
        shapes[f"{name}.weight"] = [inputs, outputs]
        shapes[f"{name}.gain"] = shapes[f"{name}.bias"] = [outputs]

    def add_convolutions(self, shapes, side, K=None, features=0):
        """Behind the embedding; K: of the states that a decoder looks at"""
        o = self.options
        E = o.embedding_size
        layers = o.encoder_layers if side == "encoder" else o.decoder_layers
        channels = [int(each) for each in o.channels.split(",")]
        channels += channels[-1:] * (layers - len(channels))
        shapes[f"{side}.positions.weight"] = [o.max_positions, E]
        inputs = channels[0]
        self.add_normalised(shapes, f"{side}.input", E + features, inputs)
        if K is not None and K != E:
            self.add_normalised(shapes, f"{side}.source", K, E)
        for layer, outputs in enumerate(channels[:layers]):
            name = f"{side}.layer{layer}"
            self.add_normalised(shapes, f"{name}.convolution", o.kernel * inputs, 2 * outputs)
            if inputs != outputs:
                self.add_normalised(shapes, f"{name}.residual", inputs, outputs)
            inputs = outputs
            if K is None or (o.decoder_attention == "last" and layer != layers - 1):
                continue
            heads = o.attention_heads
            if heads == 1:
                shapes.update(self.attention_shapes(f"{name}.cross", E, E, o.attention_size))
            else:
                self.add_heads(shapes, f"{name}.cross", heads, (E, E, o.attention_size))
            self.add_normalised(shapes, f"{name}.query", outputs, E)
            self.add_normalised(shapes, f"{name}.context", E if heads == 1 else o.attention_size, outputs)
        self.add_normalised(shapes, f"{side}.output", inputs, E)

    def add_transformer_layers(self, shapes, side, K=None, features=0):
        o = self.options
        d = o.embedding_size
        if o.positions == "learned":
            shapes[f"{side}.positions.weight"] = [o.max_positions, d]
        if features:
            self.add_affine(shapes, f"{side}.features", features, d)
        if o.halting:
            self.add_affine(shapes, f"{side}.halting", d, 1)
        layers = o.encoder_layers if side == "encoder" else o.decoder_layers
        for layer in range(1 if o.universal else layers):
            name = f"{side}.layer{layer}"
            self.add_norm(shapes, f"{name}.self", d)
            for part in ["query", "keys", "values", "output"]:
                self.add_affine(shapes, f"{name}.self.{part}", d, d)
            if o.positions == "relative":
                rows = (2 if side == "encoder" else 1) * o.relative_window + 1
                for part in ["keys", "values"]:
                    shapes[f"{name}.self.relative.{part}"] = [rows, d // o.heads]
                if side == "decoder" and getattr(o, "full_context", False):
                    for part in ["later_keys", "later_values"]:
                        shapes[f"{name}.self.relative.{part}"] = [o.relative_window, d // o.heads]
            self.add_norm(shapes, f"{name}.feed_forward", d)
            self.add_affine(shapes, f"{name}.feed_forward.inner", d, o.feed_forward_size)
            self.add_affine(shapes, f"{name}.feed_forward.outer", o.feed_forward_size, d)
            if side == "decoder" and K is not None:
                self.add_norm(shapes, f"{name}.cross", d)
                self.add_heads(shapes, f"{name}.cross", o.heads, (d, K, d))
                self.add_affine(shapes, f"{name}.cross.output", d, d)
        if o.norm == "pre":
            self.add_norm(shapes, side, d)


class ModelFolder(EncoderFolder):
    def __init__(self, path):
        super().__init__(path, "alinea translation model")
        # In a translation model it is an option of recurrent encoders alone.
        self.options.bidirectional |= self.options.encoder != "recurrent"
        self.tokenizer = self.config["tokenizer"]
        self.open = {}
        has_features = self.options.source_type == "features"
        self.source = [] if has_features else read_vocabulary(path / "source.vocabulary.txt")
        self.target = read_vocabulary(path / "target.vocabulary.txt")

    def ids(self, line, vocabulary):
        """The line's tokens and then </s>; special symbols cannot be spelled."""
        known = {token: id for id, token in enumerate(vocabulary) if id > END}
        if getattr(self.options, "copy", False):
            # Words that are in no vocabulary have numbers behind it, the same on both sides.
            for token in tokens(line, self.tokenizer):
                known.setdefault(token, self.open.setdefault(token, len(vocabulary) + len(self.open)))
        return [known.get(token, UNKNOWN) for token in tokens(line, self.tokenizer)] + [END]

    def shapes(self):
        """Names, shapes and order of the parameters: the table of docs/model.md."""
        o = self.options
        E, K = o.embedding_size, self.state_size()
        shapes = {}
        if o.source_type == "features":
            read = o.frame_stacking * o.source_columns
            if o.front_end == "convolution":
                read = o.front_end_channels << (o.front_end_layers - 1)
            self.add_affine(shapes, "encoder.front_end", read, E)
            for layer in range(o.front_end_layers if o.front_end == "convolution" else 0):
                name, O = f"encoder.front_end.layer{layer}", o.front_end_channels << layer
                I = O // 2 if layer else o.source_columns
                shapes[f"{name}.weight"], shapes[f"{name}.bias"] = [3, 3, I, O], [O]
        else:
            shapes["encoder.embedding.weight"] = [len(self.source), E]
        self.add_encoder(shapes)
        if o.decoder == "transformer":
            if o.tie_embeddings != "all":
                shapes["decoder.embedding.weight"] = [len(self.target), E]
            self.add_transformer_layers(shapes, "decoder", K)
        elif o.decoder == "convolutional":
            if o.tie_embeddings != "all":
                shapes["decoder.embedding.weight"] = [len(self.target), E]
            self.add_convolutions(shapes, "decoder", K)
        elif o.decoder == "feed-forward":
            self.add_feed_forward_decoder(shapes, K)
        else:
            self.add_recurrent_decoder(shapes, K)
        if not o.tie_embeddings:
            R = self.readout_size()
            shapes["output.weight"] = [len(self.target), R]
        shapes["output.bias"] = [len(self.target)]
        if o.ctc_weight:
            self.add_affine(shapes, "ctc", K, len(self.target))
        if o.copy:
            self.add_affine(shapes, "copy.gate", self.readout_size(), 1)
        return shapes

    def unread(self, guide):
        """Tables of full context in layers above the guided one"""
        if not guide or guide["layer"] < 0:
            return []
        layers = range(guide["layer"] + 1, self.options.decoder_layers)
        above = tuple(f"decoder.layer{layer}.self.relative.later" for layer in layers)
        return [name for name in self.parameters if name.startswith(above)]

    def readout_size(self):
        o = self.options
        if o.decoder in ["transformer", "convolutional"]:
            return o.embedding_size
        if o.decoder == "feed-forward":
            return o.hidden_size + (self.state_size() if o.attention_heads == 1 else o.attention_size)
        return o.hidden_size

    def add_feed_forward_decoder(self, shapes, K):
        o = self.options
        E, H, A = o.embedding_size, o.hidden_size, o.attention_size
        if o.tie_embeddings != "all":
            shapes["decoder.embedding.weight"] = [len(self.target), E]
        self.add_affine(shapes, "decoder.hidden", o.context * E, H)
        if o.attention == "none":
            return
        shapes["decoder.query.weight"] = [len(self.target), E]
        if o.attention_heads == 1:
            shapes.update(self.attention_shapes("attention", o.context * E, K, A))
        else:
            self.add_heads(shapes, "attention", o.attention_heads, (o.context * E, K, A))

    def add_recurrent_decoder(self, shapes, K):
        o = self.options
        E, H, A = o.embedding_size, o.hidden_size, o.attention_size
        if o.bridge == "bridge":
            for layer in range(o.decoder_layers):
                for state in ["hidden", "cell"] if o.cell == "lstm" else ["hidden"]:
                    self.add_affine(shapes, f"bridge.layer{layer}.{state}", K, H)
        if o.tie_embeddings != "all":
            shapes["decoder.embedding.weight"] = [len(self.target), E]
        heads = o.attention_heads
        if o.attention != "none" and heads == 1:
            shapes.update(self.attention_shapes("attention", H, K, A))
        elif heads > 1:
            self.add_heads(shapes, "attention", heads, (H, K, A))
        context = 0 if o.attention == "none" else K if heads == 1 else A
        if o.context_gate:
            self.add_affine(shapes, "attention.gate", H, 1)
        feeds = {"bahdanau": context, "luong": H if o.input_feeding else 0}[o.decoder]
        for layer in range(o.decoder_layers):
            inputs = H if layer else E + feeds
            shapes.update(cell_shapes(f"decoder.layer{layer}", o.cell, inputs, H, o.intra_attention))
            if o.layer_normalization:
                self.add_norm(shapes, f"decoder.layer{layer}", H)
        if o.decoder == "bahdanau":
            self.add_affine(shapes, "readout", H + context + E, 2 * H if o.readout == "maxout" else H)
        elif context:
            shapes["readout.weight"] = [context + H, H]

    def add_heads(self, shapes, name, heads, sizes):
        """Heads side by side, and the projections of the query, the keys and the values."""
        Q, K, A = sizes
        for head in range(heads):
            shapes.update(self.attention_shapes(f"{name}.head{head}", *[A // heads] * 3))
        for part, inputs in [("query", Q), ("keys", K), ("values", K)]:
            if part != "keys" or self.options.attention != "location":
                self.add_affine(shapes, f"{name}.project.{part}", inputs, A)

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
        if o.location_aware:
            k = o.location_filters
            shapes[f"{name}.filters.weight"] = [2 * o.location_width + 1, 1, k]
            key = K if o.attention in ["dot", "scaled-dot"] else Q if o.attention == "general" else A
            shapes[f"{name}.filters.key.weight"] = [k, key]
        if o.coverage:
            shapes[f"{name}.coverage.weight"] = [A if o.attention in ["additive", "concat"] else Q]
            shapes[f"{name}.fertility.weight"] = [K, 1]
        return shapes


class LanguageFolder(EncoderFolder):
    ids = ModelFolder.ids

    def __init__(self, path):
        super().__init__(path, "alinea language model")
        self.tokenizer = self.config["tokenizer"]
        self.vocabulary = read_vocabulary(path / "text.vocabulary.txt")
        o = self.options
        o.encoder, o.encoder_layers, o.decoder_layers = o.architecture, o.layers, o.layers
        o.encoder_hidden_size, o.bidirectional = o.hidden_size, True

    def shapes(self):
        """Names, shapes and order of the parameters: the table of docs/model.md."""
        o = self.options
        V, E, H = len(self.vocabulary), o.embedding_size, o.hidden_size
        is_recurrent, is_masked = o.architecture == "recurrent", o.objective == "masked"
        shapes = {f"{'encoder' if is_masked else 'decoder'}.embedding.weight": [V, E]}
        if is_masked:
            self.add_encoder(shapes)
        sides = {"causal": ["decoder"], "bidirectional": ["decoder", "backward"], "masked": []}
        for side in sides[o.objective]:
            if is_recurrent:
                self.add_recurrent_layers(shapes, side)
            elif o.architecture == "convolutional":
                self.add_convolutions(shapes, side)
            else:
                self.add_transformer_layers(shapes, side)
        if not o.tie_embeddings:
            shapes["output.weight"] = [V, E if not is_recurrent else 2 * H if is_masked else H]
        shapes["output.bias"] = [V]
        return shapes

    def add_recurrent_layers(self, shapes, side):
        o = self.options
        for layer in range(o.layers):
            name, inputs = f"{side}.layer{layer}", o.hidden_size if layer else o.embedding_size
            shapes.update(cell_shapes(name, o.cell, inputs, o.hidden_size))
            if o.layer_normalization:
                self.add_norm(shapes, name, o.hidden_size)


class ClassifierFolder(EncoderFolder):
    def __init__(self, path):
        super().__init__(path, "alinea document classifier")
        self.vocabulary = read_vocabulary(path / "vocabulary.txt")
        self.labels = (path / "labels.txt").read_text("utf-8").split("\n")[:-1]
        known = {token: id for id, token in enumerate(self.vocabulary) if id > END}
        self.id = lambda word: known.get(word, UNKNOWN)
        # What an encoder of words calls otherwise than one of a translation model.
        self.options.encoder_layers = self.options.layers
        self.options.encoder_hidden_size = self.options.hidden_size

    def shapes(self):
        """Names, shapes and order of the parameters: the table of docs/model.md."""
        o = self.options
        H, K, C = o.hidden_size, self.state_size(), len(self.labels)
        shapes = {"encoder.embedding.weight": [len(self.vocabulary), o.embedding_size]}
        self.add_encoder(shapes, 2 if o.pairs and o.pair_encoding == "joined" else 0)
        if o.pairs and o.pair_encoding != "joined":
            self.add_affine(shapes, "output", self.add_pairs(shapes, K), C)
            return shapes
        size = self.add_pooling(shapes, "word", K)
        if o.hierarchical and not o.pairs:
            for direction in ["forward", "backward"]:
                name = f"sentence.{direction}"
                shapes.update(cell_shapes(name, o.cell, size, H, o.intra_attention))
            size = self.add_pooling(shapes, "sentence", 2 * H)
        self.add_affine(shapes, "output", size, C)
        return shapes

    def add_pairs(self, shapes, K):
        """Gives the size of v."""
        o = self.options
        if o.pair_encoding == "conditional":
            self.add_recurrent_encoder(shapes, o.embedding_size, K, "hypothesis")
        if o.pair_attention == "compare":
            self.add_affine(shapes, "pair.compare", 4 * K, K)
            self.add_affine(shapes, "pair.combine", 4 * K, K)
            return K
        if o.pair_attention != "none":
            shapes["pair.premise.weight"] = shapes["pair.hypothesis.weight"] = [K, K]
            shapes["pair.v"] = [K]
        if o.pair_attention in ["word-by-word", "two-way"]:
            shapes["pair.recurrent.weight"] = shapes["pair.transition.weight"] = [K, K]
        if o.pair_attention != "none":
            shapes["pair.read.weight"] = [K, K]
        shapes["pair.last.weight"] = [K, K]
        return 2 * K if o.pair_attention == "two-way" else K

    def unread(self):
        """The pooling `first` reads h_1, to which the top layer's forward direction steps from 0 and no other
        state; where it is the only direction so it is in every layer. A Transformer's first position that sees
        none behind it has the weight 1 whatever its query and key are. The pooling `last` reads h_T, to which
        the top layer's backward direction steps from 0."""
        o = self.options
        if o.pooling not in ["first", "last"] or (o.pairs and o.pair_encoding != "joined"):
            return set()
        direction = "forward" if o.pooling == "first" else "backward"
        steps = ["sentence"] if o.hierarchical and not o.pairs else []
        if o.encoder == "recurrent":
            first = o.layers - 1 if o.bidirectional or o.pooling == "last" else 0
            steps += [f"encoder.layer{layer}" for layer in range(first, o.layers)]
        beginnings = [f"{layer}.{direction}.{part}" for layer in steps for part in ["recurrent", "intra."]]
        if o.encoder == "transformer" and not o.bidirectional and o.pooling == "first":
            beginnings += [
                f"encoder.layer{layer}.self.{part}" for layer in range(o.layers) for part in ["query", "keys"]
            ]
        return {name for name in self.parameters if name.startswith(tuple(beginnings))}

    def add_pooling(self, shapes, level, K):
        """Gives the size of what it puts out."""
        o = self.options
        name, A = f"{level}.attention", o.attention_size
        if o.pooling == "attention":
            self.add_affine(shapes, name, K, A)
            shapes[f"{name}.context"] = [A]
        if o.pooling == "self-attentive":
            shapes[f"{name}.inner.weight"] = [K, A]
            shapes[f"{name}.outer.weight"] = [A, o.pooling_rows]
            return o.pooling_rows * K
        return K

class GlimpseFolder(Folder):
    def __init__(self, path):
        super().__init__(path, "alinea picture classifier")
        self.labels = (path / "labels.txt").read_text("utf-8").split("\n")[:-1]

    def shapes(self):
        """Names, shapes and order of the parameters: the table of docs/model.md."""
        o = self.options
        H, half, C = o.glimpse_hidden_size, o.glimpse_hidden_size // 2, len(self.labels)
        seen = o.glimpse_scales * o.glimpse_size**2 * self.config["features"]["picture_channels"]
        shapes = {}
        for name, inputs, outputs in [
            ("glimpse.patch", seen, half),
            ("glimpse.place", 2, half),
            ("glimpse.patch.joint", half, H),
            ("glimpse.place.joint", half, H),
            ("core.glimpse", H, H),
            ("core.state", H, H),
            ("location", H, 2),
            ("baseline", H, 1),
            ("output", H, C),
        ]:
            if name in ["location", "baseline"] and o.glimpse_locations != "learned":
                continue
            shapes[f"{name}.weight"] = [inputs, outputs]
            if name not in ["glimpse.place.joint", "core.state"]:
                shapes[f"{name}.bias"] = [outputs]
        return shapes


class ReaderFolder(EncoderFolder):
    def __init__(self, path):
        super().__init__(path, "alinea reader")
        words = read_vocabulary(path / "vocabulary.txt")
        known = {token: id for id, token in enumerate(words) if id > END}
        self.id = lambda word: known.get(word, UNKNOWN)
        self.size = len(words)
        self.options.encoder_layers = self.options.layers
        self.options.encoder_hidden_size = self.options.hidden_size

    def question(self, line):
        """Document, query with None for the blank, answer, and the markers that candidates are read as"""
        document, query, answer = (tokens(column, "space") for column in line.split("\t")[:3])
        blank = self.config["text"]["blank"]
        query = [None if word == blank else word for word in query]
        candidates = line.split("\t")[3].split("|") if line.count("\t") == 3 else []
        return document, query, answer[0], self.markers(query, candidates)

    def markers(self, query, candidates):
        lots = [f"@entity{i}" for i in range(self.config["text"]["entity_markers"])]
        words = "".join(f"{word or ''}\0" for word in [*query, *candidates])
        return dict(zip(candidates, shuffled(lots, fnv_1a(words.encode()), 0x6D61726B)))

    def shapes(self):
        """Names, shapes and order of the parameters: the table of docs/model.md."""
        o = self.options
        shapes = {"encoder.embedding.weight": [self.size, o.embedding_size]}
        self.add_encoder(shapes)
        if o.encoder == "recurrent":
            self.add_recurrent_encoder(shapes, o.embedding_size, self.state_size(), "query")
        return shapes


class StoryFolder(EncoderFolder):
    MARKS = ".,;:?!"

    def __init__(self, path):
        super().__init__(path, "alinea story reader")
        words = read_vocabulary(path / "vocabulary.txt")
        known = {token: id for id, token in enumerate(words) if id > END}
        self.id = lambda word: known.get(word, UNKNOWN)
        self.size = len(words)
        self.answers = (path / "answers.txt").read_text("utf-8").split("\n")[:-1]
        self.options.encoder_layers = self.options.layers
        self.options.encoder_hidden_size = self.options.hidden_size
        self.options.source_type = "features"

    def sentence(self, text):
        """Words between white space, in lower case; the marks at the end of each are words"""
        words = []
        for word in text.lower().split():
            stem = word.rstrip(self.MARKS)
            words += [stem] * bool(stem) + [*word[len(stem) :]]
        return words

    def questions(self, text):
        """Facts, question and the number of the answer, of each question"""
        questions, facts = [], []
        for line in text.split("\n")[:-1]:
            number, sentence = line.split(" ", 1)
            if number == "1":
                facts = []
            query, *behind = sentence.split("\t")
            if behind:
                questions.append(([*facts], self.sentence(query), self.answers.index(behind[0])))
            else:
                facts.append(self.sentence(sentence))
        return questions

    def shapes(self):
        """Names, shapes and order of the parameters: the table of docs/model.md."""
        o = self.options
        shapes = {
            "encoder.embedding.weight": [self.size, o.embedding_size],
            "encoder.mask.weight": [o.sentence_positions, o.embedding_size],
        }
        self.add_encoder(shapes)
        self.add_affine(shapes, "output", self.state_size(), len(self.answers))
        return shapes


class TaggerFolder(EncoderFolder):
    def __init__(self, path):
        super().__init__(path, "alinea tagger")
        o = self.options
        o.encoder_layers, o.encoder_hidden_size = o.layers, o.hidden_size
        words = read_vocabulary(path / "vocabulary.txt")
        self.known = {word: id for id, word in enumerate(words) if id > END}
        self.tags = read_vocabulary(path / "tags.txt")
        self.classes = read_vocabulary(path / "classes.txt") if o.joint_class else []
        letters = read_vocabulary(path / "characters.txt") if o.character_features else []
        self.letters = {letter: id for id, letter in enumerate(letters) if id > END}
        self.sizes = (len(words), len(letters))

    def read(self, word):
        """The id of the word, and those of its letters."""
        text = self.config["text"]
        if text["zero_digits"]:
            word = re.sub("[0-9]", "0", word)
        looked_up = word.lower() if text["lowercase"] else word
        return self.known.get(looked_up, UNKNOWN), [self.letters.get(l, UNKNOWN) for l in word[:64]]

    def shapes(self):
        """Names, shapes and order of the parameters: the tables of docs/model.md."""
        o, K, C = self.options, self.state_size(), len(self.tags)
        shapes, features = {}, 0
        if o.character_features:
            El, Hl = o.character_embedding_size, o.character_hidden_size
            features = 2 * Hl
            shapes["characters.embedding.weight"] = [self.sizes[1], El]
            for direction in ["forward", "backward"]:
                shapes.update(cell_shapes(f"characters.{direction}", o.cell, El, Hl))
        shapes["encoder.embedding.weight"] = [self.sizes[0], o.embedding_size]
        self.add_encoder(shapes, features)
        shapes["output.weight"], shapes["output.bias"] = [C, K], [C]
        if o.crf:
            shapes["crf.transitions"] = [C, C]
            shapes["crf.start"] = shapes["crf.end"] = [C]
        if o.joint_class:
            if o.pooling == "attention":
                self.add_affine(shapes, "class.attention", K, o.attention_size)
                shapes["class.attention.context"] = [o.attention_size]
            shapes["class.output.weight"] = [len(self.classes), K]
            shapes["class.output.bias"] = [len(self.classes)]
        if o.slot_gate:
            shapes["gate.weight"], shapes["gate.v"] = [K, K], [K]
        return shapes
