"""Compares what the library computes for hundreds of models with what docs/model.md says it is, and
its optimizers with PyTorch's.

    compare.py DUMP_MODELS DUMP_LANGUAGE_MODELS DUMP_CLASSIFIERS DUMP_GLIMPSES DUMP_TAGGERS DUMP_OPTIMIZERS
               DUMP_READERS

with the programs that write models and the library's numbers.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import torch
except ImportError:
    print("parity: skipped, PyTorch is missing: apt-get install python3-torch")
    sys.exit(77)

import recompute
import recompute_classifier
import recompute_glimpses
import recompute_language_model
import recompute_reader
import recompute_story
import recompute_tagger
from model_folder import (
    ClassifierFolder,
    GlimpseFolder,
    LanguageFolder,
    ModelFolder,
    ReaderFolder,
    StoryFolder,
    TaggerFolder,
    read_safetensors,
)
from recompute import Recomputed
from recompute_classifier import Classified
from recompute_glimpses import Glimpsed
from recompute_language_model import LanguageLine
from recompute_reader import Answered
from recompute_story import Told
from recompute_tagger import Tagged

# Largest difference allowed: 32-bit floats against 64-bit ones. A gradient's is relative to the
# largest element of the parameter's gradient, or to a hundredth of that of all parameters; an
# optimizer's to the largest parameter.
TOLERANCE = {"log-probability": 1e-4, "weight": 1e-5, "energy": 1e-4, "state": 1e-5, "gradient": 1e-4, "optimizer": 1e-6}
SHOWN = 20


def place(index, shape):
    """The index into the flattened tensor as one into the tensor."""
    axes = []
    for extent in reversed(shape):
        index, axis = divmod(index, extent)
        axes.insert(0, axis)
    return axes


class Comparison:
    def __init__(self):
        self.largest = dict.fromkeys(TOLERANCE, (0.0, "nowhere"))
        self.failures = []

    def fail(self, where, message):
        self.failures.append(f"{where}: {message}")

    def check(self, kind, where, library, recomputed, scale=1.0):
        """|library - recomputed| / scale, element by element."""
        if library.shape != recomputed.shape:
            return self.fail(where, f"shape {[*library.shape]}, expected {[*recomputed.shape]}")
        difference = (library - recomputed).abs().flatten() / scale
        worst = int(difference.argmax())
        value = float(difference[worst])
        if not value <= self.largest[kind][0]:
            self.largest[kind] = (value, where)
        if not value <= TOLERANCE[kind]:
            got, expected = float(library.flatten()[worst]), float(recomputed.flatten()[worst])
            self.fail(
                where,
                f"{place(worst, library.shape)} is {got:.9g}, expected {expected:.9g}: "
                f"off by {value:.2e}, {TOLERANCE[kind]:.0e} is allowed",
            )

    def check_shapes(self, folder, model):
        shapes = {name: [*value.shape] for name, value in model.parameters.items()}
        if [*shapes.items()] != [*model.shapes().items()]:
            self.fail(folder.name, f"parameters {shapes}, expected {model.shapes()}")

    def check_translation(self, folder):
        model = ModelFolder(folder)
        self.check_shapes(folder, model)
        sources, targets = (
            [model.ids(line, words) for line in (folder / file).read_text("utf-8").split("\n")[:-1]]
            for file, words in [("source.txt", model.source), ("target.txt", model.target)]
        )
        if model.options.source_type == "features":
            given = json.loads((folder / "features.json").read_text("utf-8"))
            sources = [torch.tensor(rows, dtype=torch.float64) for rows in given]
        pairs = [Recomputed(model, *pair) for pair in zip(sources, targets)]
        self.check_values(folder, pairs)
        guide = None
        if model.options.full_context:
            guide = json.loads((folder / "guide.json").read_text("utf-8"))
        recompute.loss(pairs, targets, guide).backward()
        self.check_gradients(folder, model.parameters, model.unread(guide))

    def check_language_model(self, folder):
        model = LanguageFolder(folder)
        self.check_shapes(folder, model)
        text = (folder / "text.txt").read_text("utf-8").split("\n")[:-1]
        ids = [model.ids(line, model.vocabulary) for line in text]
        if model.options.objective == "masked":
            given = json.loads((folder / "masked.json").read_text("utf-8"))
            hidden = [*zip(given["places"], given["words"])]
            lines = [LanguageLine(model, *line) for line in zip(given["ids"], hidden)]
            predictions = sum(len(words) for words in given["words"])
        else:
            lines = [LanguageLine(model, line) for line in ids]
            directions = 2 if model.options.objective == "bidirectional" else 1
            predictions = directions * sum(len(line) for line in ids)
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        self.check(
            "log-probability",
            f"{folder.name} log-probability",
            torch.tensor(expected["log_probability"]),
            torch.stack([line.log_probability.detach() for line in lines]),
        )
        recompute_language_model.loss(lines, predictions).backward()
        self.check_gradients(folder, model.parameters)

    def check_classifier(self, folder):
        model = ClassifierFolder(folder)
        self.check_shapes(folder, model)
        given = json.loads((folder / "documents.json").read_text("utf-8"))
        documents = [
            Classified(model, [[model.id(word) for word in sentence] for sentence in document])
            for document in given["words"]
        ]
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        for n, document in enumerate(documents):
            self.check(
                "log-probability",
                f"{folder.name} log-probabilities of document {n}",
                torch.tensor(expected["log_probabilities"][n]),
                document.log_probabilities.detach(),
            )
        if model.options.pairs and model.options.pair_encoding != "joined":
            self.check_looks(folder, documents, expected)
        elif model.options.pooling in ["attention", "self-attentive"]:
            self.check_attention(folder, documents, expected)
        elif expected.keys() != {"log_probabilities"}:
            self.fail(folder.name, f"has weights without attention: {[*expected]}")
        recompute_classifier.loss(documents, given["labels"], given["class_weights"]).backward()
        self.check_gradients(folder, model.parameters, model.unread())

    def check_glimpses(self, folder):
        model = GlimpseFolder(folder)
        self.check_shapes(folder, model)
        given = json.loads((folder / "pictures.json").read_text("utf-8"))
        pictures = [
            Glimpsed(model, *picture) for picture in zip(given["pixels"], given["labels"], zip(*given["places"]))
        ]
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        for n, picture in enumerate(pictures):
            self.check(
                "log-probability",
                f"{folder.name} log-probabilities of picture {n}",
                torch.tensor(expected["log_probabilities"][n]),
                picture.log_probabilities.detach(),
            )
        recompute_glimpses.loss(pictures).backward()
        self.check_gradients(folder, model.parameters)

    def check_tagger(self, folder):
        model = TaggerFolder(folder)
        self.check_shapes(folder, model)
        given = json.loads((folder / "sentences.json").read_text("utf-8"))
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        sentences = [
            Tagged(model, [model.read(word) for word in words], tags)
            for words, tags in zip(given["words"], given["tags"])
        ]
        for n, sentence in enumerate(sentences):
            where = f"{folder.name} sentence {n}"
            library = torch.tensor(expected["log_probability"][n])
            self.check("log-probability", where, library, sentence.log_probability.detach())
            if expected["best"][n] != sentence.best:
                self.fail(where, f"tags {expected['best'][n]}, expected {sentence.best}")
            if model.options.joint_class:
                library = torch.tensor(expected["classes"][n])
                self.check("log-probability", f"{where} class", library, sentence.classes.detach())
        words = sum(len(sentence) for sentence in given["words"])
        recompute_tagger.loss(sentences, given["labels"], words).backward()
        self.check_gradients(folder, model.parameters)

    def check_reader(self, folder):
        model = ReaderFolder(folder)
        self.check_shapes(folder, model)
        lines = (folder / "questions.txt").read_text("utf-8").split("\n")[:-1]
        questions = [Answered(model, *model.question(line)) for line in lines]
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        for n, question in enumerate(questions):
            where = f"{folder.name} question {n}"
            library = torch.tensor(expected["log_probability"][n])
            self.check("log-probability", where, library, question.log_probability.detach())
            for name in ["s", "alpha", "beta"]:
                if (recomputed := getattr(question, name)) is not None:
                    library = torch.tensor(expected[name][n])
                    self.check("weight", f"{where} {name}", library, recomputed.detach().flatten())
        if ("beta" in expected) != (model.options.reader == "attention-over-attention"):
            self.fail(folder.name, f"has {[*expected]}")
        recompute_reader.loss(questions).backward()
        self.check_gradients(folder, model.parameters)

    def check_story(self, folder):
        model = StoryFolder(folder)
        self.check_shapes(folder, model)
        read = model.questions((folder / "stories.txt").read_text("utf-8"))
        questions = [Told(model, facts, query) for facts, query, _ in read]
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        for n, question in enumerate(questions):
            library = torch.tensor(expected["log_probabilities"][n])
            where = f"{folder.name} question {n}"
            self.check("log-probability", where, library, question.log_probabilities.detach())
        recompute_story.loss(questions, [answer for _, _, answer in read]).backward()
        self.check_gradients(folder, model.parameters)

    def check_attention(self, folder, documents, expected):
        for n, document in enumerate(documents):
            where = f"{folder.name} weights of document {n}"
            library = [expected["sentences"][n], *expected["words"][n]]
            weights = [document.sentences, *document.words]
            if [len(row) for row in library] != [row.numel() for row in weights]:
                self.fail(where, f"{library}, expected {weights}")
                continue
            for level, (row, recomputed) in enumerate(zip(library, weights)):
                if row:
                    given = torch.tensor(row)
                    self.check("weight", f"{where}, row {level}", given, recomputed.flatten())

    def check_looks(self, folder, documents, expected):
        """Of each pair what the hypothesis looks at and, two-way, what the premise does."""
        for n, document in enumerate(documents):
            library = expected.get("looks", [[]] * len(documents))[n]
            if len(library) != len(document.looks):
                self.fail(folder.name, f"{len(library)} looks, expected {len(document.looks)}")
                continue
            for way, (rows, recomputed) in enumerate(zip(library, document.looks)):
                given = torch.tensor(rows).reshape(recomputed.shape)
                if given.numel():
                    self.check("weight", f"{folder.name} looks {way} of pair {n}", given, recomputed)

    def check_values(self, folder, pairs):
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        recomputed = torch.stack([pair.log_probability.detach() for pair in pairs])
        where = f"{folder.name} log-probability"
        self.check("log-probability", where, torch.tensor(expected["log_probability"]), recomputed)
        for n, pair in enumerate(pairs):
            where = f"{folder.name} weights of pair {n}"
            library = torch.tensor(expected["weights"][n])
            weights = torch.stack(pair.weights) if pair.weights else torch.zeros(0)
            if weights.numel() or library.numel():
                self.check("weight", where, library, weights)
            if library.shape == weights.shape and bool((library[weights == 0] != 0).any()):
                self.fail(where, "a weight outside the window is not 0")
            if pair.energies:
                energies, library = torch.stack(pair.energies), torch.tensor(expected["energies"][n])
                inside = ~energies.isnan()
                self.check("energy", where, library[inside], energies[inside])
            self.check("state", where, torch.tensor(expected["states"][n]), pair.memory.detach())

    def check_gradients(self, folder, parameters, unread=()):
        gradients = read_safetensors(folder / "gradients.safetensors")
        if [*gradients] != [*parameters]:
            return self.fail(folder.name, f"gradients of {[*gradients]}")
        grads = [p.grad for p in parameters.values() if p.grad is not None]
        largest = max(float(grad.abs().max()) for grad in grads)
        for name, parameter in parameters.items():
            if name in unread:
                if gradients[name].any() or (parameter.grad is not None and parameter.grad.any()):
                    self.fail(folder.name, f"{name} has a gradient, though nothing reads it")
                continue
            # A bias of keys adds the same to all energies of a dot product, and may cancel exactly.
            may_cancel = name.endswith(".keys.bias")
            if parameter.grad is None or not (parameter.grad.any() or may_cancel):
                self.fail(folder.name, f"{name} makes no difference to the recomputed loss")
                continue
            # Where gradients cancel, as those of a bias that adds the same to all energies of a dot
            # product, what is left is rounding of the size of the other parameters' gradients.
            scale = max(float(parameter.grad.abs().max()), 1e-2 * largest)
            self.check("gradient", f"{folder.name} {name}", gradients[name], parameter.grad, scale)

    def check_optimizer(self, folder):
        steps = read_safetensors(folder / "steps.safetensors")
        given = json.loads((folder / "options.json").read_text("utf-8"))
        theta = steps.pop("start").requires_grad_()
        optimizer = torch_optimizer(given, theta)
        for name, gradient in steps.items():
            if name != "end":
                theta.grad = gradient
                optimizer.step()
        scale = float(theta.detach().abs().max())
        self.check("optimizer", folder.name, steps["end"], theta.detach(), scale)

    def report(self, variants):
        for failure in self.failures[:SHOWN]:
            print(failure)
        if len(self.failures) > SHOWN:
            print(f"... and {len(self.failures) - SHOWN} more")
        print(f"parity: {variants} models and optimizers, {len(self.failures)} failures, largest differences:")
        for kind, (value, where) in self.largest.items():
            print(f"  {kind} {value:.2e} ({where})")


def torch_optimizer(given, theta):
    """PyTorch's optimizer of the kind, by PyTorch's names for the same options."""
    kind, lr, epsilon = given["kind"], given["learning_rate"], given["epsilon"]
    if kind == "sgd":
        return torch.optim.SGD([theta], lr, momentum=given["momentum"])
    if kind == "adagrad":
        return torch.optim.Adagrad([theta], lr, eps=epsilon)
    if kind == "adadelta":
        return torch.optim.Adadelta([theta], lr, rho=given["rho"], eps=epsilon)
    if kind == "rmsprop":
        return torch.optim.RMSprop([theta], lr, alpha=given["rho"], eps=epsilon)
    betas = (given["beta1"], given["beta2"])
    if kind == "adam":
        return torch.optim.Adam([theta], lr, betas, epsilon)
    assert kind == "adamw"
    return torch.optim.AdamW([theta], lr, betas, epsilon, weight_decay=given["weight_decay"])


def main():
    comparison = Comparison()
    dumps = [(sys.argv[1], comparison.check_translation, 600)]
    dumps.append((sys.argv[2], comparison.check_language_model, 50))
    dumps.append((sys.argv[3], comparison.check_classifier, 90))
    dumps.append((sys.argv[4], comparison.check_glimpses, 12))
    dumps.append((sys.argv[5], comparison.check_tagger, 36))
    dumps.append((sys.argv[6], comparison.check_optimizer, 6))
    dumps.append((sys.argv[7], comparison.check_reader, 16))
    dumps.append((sys.argv[8], comparison.check_story, 9))
    memory = Path("/dev/shm")  # there are thousands of files, and each is synced
    variants = 0
    for program, check, expected in dumps:
        with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
            subprocess.run([program, folder], check=True)
            found = sorted(Path(folder).iterdir())
            for variant in found:
                try:
                    check(variant)
                except (AssertionError, KeyError, RuntimeError, ValueError) as error:
                    comparison.fail(variant.name, f"{type(error).__name__}: {error}")
            if len(found) < expected:
                comparison.fail(program, f"{len(found)} folders, expected {expected} or more")
            variants += len(found)
    comparison.report(variants)
    return 1 if comparison.failures else 0


if __name__ == "__main__":
    sys.exit(main())
