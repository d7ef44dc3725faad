"""alinea.Translator beside `alinea translate`, `score` and `align`."""

import gc
import inspect
import pathlib
import signal
import subprocess
import sys
import threading
import time

import numpy as np

import program
from program import run

import alinea

LINES = ["zwei", "", "fünf und zwanzig", "weder noch", "ein hundert sieben"]
TEXT = "\n".join(LINES) + "\n"


class TranslatorTest(program.WithFolder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.train_translator("m")
        cls.translator = alinea.Translator(cls.model)

    def program(self, *options):
        return run("translate", "--model", self.model, *options, text=TEXT).splitlines()

    def test_translates_as_the_program_does(self):
        self.assertEqual(self.translator.translate(LINES), self.program())
        self.assertEqual(self.translator.translate(LINES[0]), self.program()[0])
        self.assertEqual(self.translator.translate(iter(LINES)), self.program())
        self.assertEqual(self.translator.translate([]), [])

    def test_options_are_keywords(self):
        for keywords, options in [
            ({"beam_size": 1}, ["--beam-size", 1]),
            ({"length_penalty": 0}, ["--length-penalty", 0]),
            ({"min_length": 6}, ["--min-length", 6]),
            ({"max_target_length": 2}, ["--max-target-length", 2]),
            ({"max_length": 1}, ["--max-length", 1]),
            ({"allow_unknown": False}, ["--no-allow-unk"]),
            ({"sampling": True, "beam_size": 1, "seed": 3}, ["--sampling", "--seed", 3]),
            ({"threads": 1, "batch_size": 2}, ["--threads", 1, "--batch-size", 2]),
        ]:
            with self.subTest(keywords):
                self.assertEqual(self.translator.translate(LINES, **keywords), self.program(*options))
        of_two = alinea.Translator(self.model, beam_size=2)
        self.assertEqual(of_two.translate(LINES), self.program("--beam-size", 2))

    def test_wrong_arguments_raise(self):
        translate = self.translator.translate
        for error, words, call in [
            (TypeError, "beem_size.*beam_size", lambda: translate("a", beem_size=1)),
            (TypeError, "beam_size: .*'many'", lambda: translate("a", beam_size="many")),
            (TypeError, "beam_size: .*True", lambda: translate("a", beam_size=True)),
            (TypeError, "sampling: .*1", lambda: translate("a", sampling=1)),
            (ValueError, "beam size", lambda: translate("a", beam_size=0)),
            (ValueError, "temperature", lambda: translate("a", sampling=True, temperature=-1)),
            (TypeError, "texts", lambda: translate(3)),
            (TypeError, "place 1", lambda: translate(["a", 3])),
            (TypeError, "texts", lambda: translate(b"a")),
            (ValueError, "2 prefixes", lambda: translate(["a", "b"], prefixes=["c"])),
            (TypeError, "constraints", lambda: translate(["a"], constraints="c")),
            (TypeError, "got a str", lambda: translate(["a"], constraints=["c"])),
            (alinea.Error, "text 1: .*single line", lambda: translate(["a", "b\nc"])),
            (alinea.Error, "cannot write", lambda: translate("zwei", constraints=["never-seen"])),
            (alinea.Error, "missing", lambda: alinea.Translator(self.folder / "missing")),
            (ValueError, "at least one", lambda: alinea.Translator([])),
            (ValueError, "precision|f64", lambda: alinea.Translator(self.model, precision="f64")),
            (TypeError, "weights", lambda: alinea.Translator(self.model, weights="much")),
            (alinea.Error, "", lambda: alinea.Classifier(self.model)),
        ]:
            with self.subTest(words):
                with self.assertRaisesRegex(error, words) as caught:
                    call()
                self.assertNotIn("--", str(caught.exception))
        self.assertTrue(issubclass(alinea.Error, RuntimeError))
        self.assertTrue(issubclass(alinea.Cancelled, alinea.Error))

    def test_answers_have_faults_of_their_own(self):
        answers = self.translator.answers(["zwei", "a\nb", ""], prefixes=["one", "", ""])
        self.assertTrue(answers[0].translations[0].text.startswith("one"))
        self.assertIn("single line", answers[1].fault)
        self.assertEqual(answers[1].translations, [])
        self.assertEqual(answers[2].translations[0].text, "")
        held = self.translator.answers("zwei", constraints=["nine", "seven"])
        self.assertTrue(held.holds_constraints)
        self.assertIn("nine", held.translations[0].text)
        self.assertIn("zwei", repr(self.translator.align("zwei", "two").source_tokens))

    def test_n_best_with_scores_are_the_programs(self):
        printed = [
            f"{i} ||| {best.text} ||| {best.score:.6f}"
            for i, answer in enumerate(self.translator.answers(LINES, beam_size=3, n_best=3))
            for best in answer.translations
        ]
        self.assertEqual(printed, self.program("--beam-size", 3, "--n-best"))

    def test_attention_is_shown_where_it_lies(self):
        answer = self.translator.answers("fünf und zwanzig", keep_attention=True)
        best = answer.translations[0]
        attention = best.attention
        self.assertEqual(attention.dtype, np.float32)
        self.assertEqual(attention.shape, (len(best.target_tokens), len(best.source_tokens)))
        np.testing.assert_allclose(attention.sum(axis=1), 1, rtol=1e-5)
        address = attention.__array_interface__["data"][0]
        self.assertEqual(address, best.attention.__array_interface__["data"][0])
        self.assertIs(attention.base, best)
        with self.assertRaises(ValueError):
            attention[0, 0] = 1
        kept = attention.copy()
        del answer, best
        gc.collect()
        [bytearray(100_000) for _ in range(100)]
        np.testing.assert_array_equal(attention, kept)
        self.assertIsNone(self.translator.answers("zwei").translations[0].attention)

    def test_scores_and_alignments_are_the_programs(self):
        sources, targets = self.folder / "valid.de", self.folder / "valid.en"
        files = ["--model", self.model, "--source", sources, "--target", targets]
        sides = sources.read_text().splitlines(), targets.read_text().splitlines()
        printed = [
            f"{s.log_probability:.6f}\t{len(s.target_tokens)}" for s in alinea.score(self.model, *sides)
        ]
        self.assertEqual(printed, run("score", *files).splitlines())
        aligned = alinea.align(self.translator, *sides)
        links = [" ".join(f"{s}-{t}" for s, t in pair.links) for pair in aligned]
        run("align", *files, "--format", "pharaoh", "--output", self.folder / "links")
        self.assertEqual(links, (self.folder / "links").read_text().splitlines())
        for pair in aligned:
            self.assertEqual(pair.attention.shape, (len(pair.rows), len(pair.columns)))
            self.assertAlmostEqual(
                float(pair.token_log_probabilities.sum()), pair.log_probability, places=3
            )

    def test_several_heads_are_a_view_too(self):
        model = self.train_translator("transformer", "--architecture", "transformer", "--heads", 2)
        pair = alinea.align(model, "zwei drei", "two three")
        heads, rows, columns = pair.heads.shape
        self.assertEqual((rows, columns), pair.attention.shape)
        self.assertEqual(heads % 2, 0)
        np.testing.assert_allclose(pair.heads.mean(axis=0), pair.attention, atol=1e-6)
        np.testing.assert_allclose(pair.heads.sum(axis=2), 1, rtol=1e-5)
        self.assertIs(pair.heads.base, pair)

    def test_energies_and_states(self):
        softmax = lambda e: (lambda x: x / x.sum(axis=2, keepdims=True))(np.exp(e - e.max()))
        best = self.translator.answers("zwei drei", keep_attention=True, keep_energies=True).translations[0]
        np.testing.assert_allclose(softmax(best.energies)[0], best.attention, atol=1e-6)
        self.assertIs(best.energies.base, best)
        self.assertIsNone(self.translator.answers("zwei", keep_attention=True).translations[0].energies)
        pair = alinea.align(self.translator, "zwei drei", best.text, keep_energies=True)
        np.testing.assert_allclose(pair.energies[0], best.energies[0], atol=1e-5)
        with self.assertRaises(ValueError):
            self.translator.score("a", "b", keep_energies=True)
        keeping = alinea.Translator(self.model, keep_attention=True, keep_energies=True)
        self.assertEqual(keeping.translate("zwei drei"), best.text)
        encodings = self.translator.encode(["zwei drei", "", "a\nb"])
        self.assertEqual(encodings[0].tokens, pair.columns)
        self.assertEqual(encodings[1].states.shape[0], 1)  # </s>
        self.assertIsNone(encodings[2].states)
        self.assertIn("line", encodings[2].fault)
        states = self.translator.encode("zwei drei").states
        np.testing.assert_allclose(states, encodings[0].states, atol=1e-6)
        sides = {"source": "zwei drei\n", "target": best.text + "\n"}
        for name, text in sides.items():
            (self.folder / name).write_text(text)
        run("align", "--model", self.model, "--source", self.folder / "source", "--target",
            self.folder / "target", "--format", "npz", "--encoder-states", "--energies", "--output",
            self.folder / "arrays.npz")  # fmt: skip
        with np.load(self.folder / "arrays.npz") as arrays:
            np.testing.assert_allclose(arrays["0/states"], states, atol=1e-6)
            np.testing.assert_allclose(arrays["0/energies"], pair.energies, atol=1e-6)

    def test_tokens_are_told_and_calls_cancelled(self):
        told = []
        text = self.translator.translate(
            "ein hundert sieben", beam_size=1, on_token=lambda place, text: told.append((place, text))
        )
        self.assertEqual(told[-1], (0, text))
        self.assertEqual([t.split() for _, t in told], [text.split()[: n + 1] for n in range(len(told))])
        many = LINES * 2000
        with self.assertRaises(alinea.Cancelled):
            self.translator.translate(many, is_cancelled=lambda: True)
        for name in ("on_token", "is_cancelled"):
            with self.subTest(name), self.assertRaises(ZeroDivisionError):
                self.translator.translate(many, **{name: lambda *_: 1 // 0})
        self.assertEqual(self.translator.translate(LINES), self.program())

    def test_the_gil_is_released(self):
        counted, done = 0, threading.Event()

        def translate():
            self.translator.translate(LINES * 1000, threads=1)
            done.set()

        thread = threading.Thread(target=translate)
        thread.start()
        while not done.is_set():
            counted += 1
            time.sleep(0.001)
        thread.join()
        self.assertGreater(counted, 3)

    def test_threads_share_a_translator(self):
        results = [None] * 4
        expected = [self.translator.translate(LINES, beam_size=1 + i) for i in range(4)]

        def work(i):
            for _ in range(5):
                results[i] = self.translator.translate(LINES, beam_size=1 + i, threads=1)

        threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(results, expected)

    def test_ctrl_c_ends_a_call(self):
        code = f"import alinea; t = alinea.Translator({str(self.model)!r}); print('ready', flush=True)\n" \
               f"t.translate(['ein hundert sieben'] * 1_000_000, threads=1)"  # fmt: skip
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as child:  # fmt: skip
            child.stdout.readline()
            time.sleep(2)
            child.send_signal(signal.SIGINT)
            _, err = child.communicate(timeout=120)
        self.assertIn("KeyboardInterrupt", err)

    def test_ensembles(self):
        other = self.train_translator("other", "--seed", 2)
        both = alinea.Translator([self.model, other], weights=[3, 1])
        self.assertEqual(both.translate(LINES), self.program("--model", other, "--weights", "3,1"))
        with self.assertRaises(ValueError):
            both.score("a", "b")

    def test_stubs_and_docstrings_are_complete(self):
        stub = (pathlib.Path(alinea.__file__).parent / "__init__.pyi").read_text()
        for options in alinea.default_options().values():
            for name in options:
                self.assertIn(f"{name}: ", stub)
        for name in alinea.__all__:
            self.assertTrue(f"class {name}" in stub or f"def {name}(" in stub, name)
            value = getattr(alinea, name)
            self.assertTrue(value.__doc__, name)
            if not inspect.isclass(value) or issubclass(value, Exception):
                continue
            for member, of in inspect.getmembers(value):
                if not member.startswith("_"):
                    self.assertIn(f"def {member}(", stub)
                    self.assertTrue(isinstance(of, property) or of.__doc__, f"{name}.{member}")


if __name__ == "__main__":
    program.main()
