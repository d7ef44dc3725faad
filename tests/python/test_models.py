"""alinea.LanguageModel, alinea.Reader and alinea.PictureClassifier beside the program."""

import struct

import numpy as np

import program
from program import NUMBERS, run

import alinea


class LanguageModelTest(program.WithFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lines = (NUMBERS / "train.en").read_text().splitlines()[:200]
        (cls.folder / "text").write_text("\n".join(lines) + "\n")
        cls.model = cls.folder / "m"
        run("train-language-model", "--train", cls.folder / "text", "--valid", cls.folder / "text", "--model",
            cls.model, "--embedding-size", 12, "--hidden-size", 10, "--updates", 60, "--batch-size", 8,
            "--learning-rate", 0.01, "--threads", 1)  # fmt: skip
        cls.writer = alinea.LanguageModel(cls.model)

    def test_generates_as_the_program_does(self):
        printed = run("generate", "--model", self.model, "--n-best", "--beam-size", 3, "--max-length", 6,
                      text="twenty\n\n")  # fmt: skip
        answers = self.writer.generate(["twenty", ""], n_best=3, beam_size=3, max_length=6)
        found = [f"{i} ||| {t.text} ||| {t.score:.6f}" for i, a in enumerate(answers) for t in a.texts]
        self.assertEqual(found, printed.splitlines())
        self.assertEqual(self.writer.generate("twenty", max_length=6).texts[0].tokens[0], "twenty")
        self.assertIn("line", self.writer.generate("a\nb").fault)
        with self.assertRaises(TypeError):
            self.writer.generate("a", keep_attention=True)

    def test_scores_as_the_program_does(self):
        (self.folder / "scored").write_text("twenty one\n\n")
        printed = run("score", "--model", self.model, "--text", self.folder / "scored").splitlines()
        scores = self.writer.score(["twenty one", ""])
        self.assertEqual([line.split("\t")[0] for line in printed], [f"{s.log_probability:.6f}" for s in scores])
        self.assertEqual([line.split("\t")[3] for line in printed], [f"{s.perplexity:.4f}" for s in scores])
        self.assertAlmostEqual(
            float(scores[0].token_log_probabilities.sum()), scores[0].log_probability, places=3
        )
        self.assertIs(scores[0].token_log_probabilities.base, scores[0])


class ReaderTest(program.WithFolder):
    def train(self, name, text, *options):
        (self.folder / f"{name}.train").write_text(text)
        run("train-reader", "--train", self.folder / f"{name}.train", "--model", self.folder / name,
            "--embedding-size", 8, "--batch-size", 8, "--updates", 6, "--threads", 1, *options)  # fmt: skip
        return alinea.Reader(self.folder / name)

    def printed(self, name, text):
        return run("answer", "--model", self.folder / name, text=text).splitlines()

    @staticmethod
    def lines(replies):
        return ["\t".join([r.answer] + [f"{word}={p:.4f}" for word, p in r.choices]) for r in replies]

    def test_documents(self):
        names = ["Ann", "Bob", "Zoe"]
        questions = [
            f"{a} sleeps but {b} runs .\tXXXXX sleeps\t{a}\t{a}|{b}\n" for a in names for b in names if a != b
        ]
        reader = self.train("documents", "".join(questions * 5), "--hidden-size", 6)
        self.assertFalse(reader.reads_stories)
        self.assertEqual(reader.blank, "XXXXX")
        replies = reader.answer(["Ann sleeps but Bob runs .", ["Zoe sleeps"]], ["XXXXX sleeps", "XXXXX has"],
                                candidates=[["Bob", "Ann"], []], keep_attention=True)  # fmt: skip
        asked = "Ann sleeps but Bob runs .\tXXXXX sleeps\tBob|Ann\nZoe sleeps\tXXXXX has\n"
        self.assertEqual(self.lines(replies), self.printed("documents", asked))
        self.assertEqual(replies[0].attention.shape, (2, 6))
        self.assertIs(replies[0].attention.base, replies[0])
        self.assertAlmostEqual(float(replies[0].word_weights.sum()), 1, places=4)
        self.assertIn("XXXXX", reader.answer("Ann sleeps", "who sleeps").fault)
        with self.assertRaises(ValueError):
            reader.answer(["Ann sleeps"], ["XXXXX sleeps", "XXXXX has"])
        with self.assertRaisesRegex(TypeError, "list with one for each query, got a str"):
            reader.answer("Ann", ["XXXXX sleeps", "XXXXX has", "XXXXX runs"])

    def test_stories(self):
        stories = "".join(
            f"1 {who} went to the {room}.\n2 Where is {who}?\t{room}\t1\n"
            for who in ("Mary", "John") for room in ("hall", "kitchen")
        )  # fmt: skip
        reader = self.train("stories", stories * 10, "--stories", "--encoder", "transformer", "--heads", 2)
        self.assertTrue(reader.reads_stories)
        reply = reader.answer(["Mary went to the hall."], "Where is Mary?", keep_attention=True)
        self.assertEqual(
            self.lines([reply]), self.printed("stories", "1 Mary went to the hall.\n2 Where is Mary?\n")
        )
        np.testing.assert_allclose(reply.attention.sum(axis=1), 1, rtol=1e-4)
        self.assertEqual(reply.columns, ["Mary went to the hall.", "Where is Mary?"])


class PictureTest(program.WithFolder):
    def test_classifies_as_the_program_does(self):
        pixels = np.random.default_rng(1).integers(0, 60, (40, 12, 12)).astype(np.uint8)
        pixels[::2, :6] += 190
        header = struct.pack(">IIII", 0x803, *pixels.shape)
        (self.folder / "pictures-idx3-ubyte").write_bytes(header + pixels.tobytes())
        lines = [f"{'top' if i % 2 == 0 else 'bottom'}\tpictures-idx3-ubyte:{i}" for i in range(40)]
        (self.folder / "list").write_text("\n".join(lines) + "\n")
        model = self.folder / "m"
        run("train-classifier", "--source-type", "features", "--features-folder", self.folder, "--train",
            self.folder / "list", "--valid", self.folder / "list", "--model", model, "--glimpses", 2,
            "--glimpse-size", 4, "--glimpse-hidden-size", 8, "--epochs", 1, "--threads", 1)  # fmt: skip
        classifier = alinea.PictureClassifier(model)
        entries = [f"{self.folder / 'pictures-idx3-ubyte'}:{i}" for i in (0, 1, 2)]
        (self.folder / "entries").write_text("\n".join(entries) + "\n")
        printed = run("classify", "--model", model, "--input", self.folder / "entries").splitlines()
        answers = classifier.classify(entries, keep_paths=True)
        found = [
            "\t".join([a.label] + [f"{l}={p:.4f}" for l, p in zip(classifier.labels, a.probabilities)])
            for a in answers
        ]
        self.assertEqual(found, printed)
        places, probability = answers[0].paths[0]
        self.assertEqual(len(places), 2)
        self.assertTrue(0 < probability <= 1)
        self.assertIn("nowhere", classifier.classify(self.folder / "nowhere.png").fault)


if __name__ == "__main__":
    program.main()
