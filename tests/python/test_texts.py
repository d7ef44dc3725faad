"""alinea.Classifier and alinea.Tagger beside `alinea classify` and `alinea tag`."""

import numpy as np

import program
from program import run

import alinea

DOCUMENTS = ["a good film. It was good!", "bad", ""]


class ClassifierTest(program.WithFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lines = ["good\ta good film", "bad\ta bad film", "good\tvery good. good!", "bad\tso bad"] * 8
        (cls.folder / "train.tsv").write_text("\n".join(lines) + "\n")
        cls.model = cls.folder / "c"
        run("train-classifier", "--train", cls.folder / "train.tsv", "--model", cls.model,
            "--embedding-size", 7, "--hidden-size", 6, "--batch-size", 8, "--updates", 10,
            "--threads", 1)  # fmt: skip
        cls.classifier = alinea.Classifier(cls.model)

    def test_classifies_as_the_program_does(self):
        printed = run("classify", "--model", self.model, text="\n".join(DOCUMENTS) + "\n")
        found = [
            "\t".join([c.label] + [f"{l}={p:.4f}" for l, p in zip(self.classifier.labels, c.probabilities)])
            for c in self.classifier.classify(DOCUMENTS)
        ]
        self.assertEqual(found, printed.splitlines())

    def test_weights_belong_to_words(self):
        self.assertTrue(self.classifier.has_attention)
        answer = self.classifier.classify(DOCUMENTS[0], keep_attention=True)
        self.assertEqual([s.words for s in answer.sentences],
                         [["a", "good", "film", "."], ["it", "was", "good", "!"]])  # fmt: skip
        sentences = answer.sentences
        del answer
        for sentence in sentences:
            self.assertEqual(len(sentence.weights), len(sentence.words))
            self.assertAlmostEqual(float(sentence.weights.sum()), 1, places=5)
        self.assertEqual(self.classifier.classify(DOCUMENTS[0]).sentences, [])

    def test_a_fault_is_of_its_text_alone(self):
        answers = self.classifier.classify(["good", "a\nb"])
        self.assertEqual([bool(a.fault) for a in answers], [False, True])
        with self.assertRaises(ValueError):
            self.classifier.classify("a", batch_size=0)


class TaggerTest(program.WithFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "tagged").write_text("the\tD\ndog\tN\nplays\tV\n\nplay\tV\nnow\tA\n\n" * 20)
        cls.model = cls.folder / "t"
        run("train-tagger", "--train", cls.folder / "tagged", "--valid", cls.folder / "tagged",
            "--model", cls.model, "--encoder", "transformer", "--embedding-size", 8, "--heads", 2,
            "--updates", 60, "--learning-rate", 0.01, "--threads", 1)  # fmt: skip
        cls.tagger = alinea.Tagger(cls.model)

    def test_tags_as_the_program_does(self):
        sentences = [["the", "dog", "plays"], ["play", "now"]]
        printed = run("tag", "--model", self.model, text="the\ndog\nplays\n\nplay\nnow\n\n")
        found = "".join(
            "".join(f"{w}\t{t}\n" for w, t in zip(words, answer.tags)) + "\n"
            for words, answer in zip(sentences, self.tagger.tag(sentences))
        )
        self.assertEqual(found, printed)
        self.assertEqual(self.tagger.tag("the dog plays").tags, self.tagger.tag(sentences)[0].tags)
        self.assertIn("N", self.tagger.tags)

    def test_attention_of_words(self):
        tags = self.tagger.tag("the dog plays", keep_attention=True)
        self.assertEqual(tags.attention.shape, (3, 3))
        self.assertEqual(tags.heads.shape[1:], (3, 3))
        np.testing.assert_allclose(tags.heads.mean(axis=0), tags.attention, atol=1e-6)
        self.assertIn("empty", self.tagger.tag([["the", ""]])[0].fault)


if __name__ == "__main__":
    program.main()
