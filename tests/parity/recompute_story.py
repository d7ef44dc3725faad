"""The reader of stories of docs/model.md, a question at a time, as layers.py and encoders.py say."""

from torch import log_softmax, stack, zeros

from encoders import Encoders


class Told(Encoders):
    """log P of every answer to a question about facts"""

    def __init__(self, model, facts, question):
        super().__init__(model)
        self.ponder = zeros(())
        h, last = self.encode([[model.id(word) for word in sentence] for sentence in [*facts, question]])
        if last:
            q = last[-1][0]
        elif self.options.encoder == "transformer":
            q = h[-1]
        else:
            q = h.mean(0)
        self.log_probabilities = log_softmax(self.affine("output", q), 0)

    def front_end(self, sentences):
        """v_i = Σ_j f_min(j, M) ∘ E w_ij"""
        masks = self.parameters["encoder.mask.weight"]
        table = self.parameters["encoder.embedding.weight"]
        f = lambda j: masks[min(j, len(masks) - 1)]
        return [stack([f(j) * table[id] for j, id in enumerate(sentence)]).sum(0) for sentence in sentences]


def loss(questions, answers):
    """-Σ log P(answer), divided by the number of questions; plus the ponder cost, likewise divided"""
    return stack([q.ponder - q.log_probabilities[a] for q, a in zip(questions, answers)]).sum() / len(questions)
