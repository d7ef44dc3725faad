"""The classifier of pictures by glimpses of docs/model.md, along given places."""

from math import floor, log, pi

import torch
from torch import cat, log_softmax, relu, tensor, zeros

from layers import Network


def rounded(x):
    """Halves away from 0."""
    return floor(x + 0.5) if x >= 0 else -floor(0.5 - x)


class Glimpsed(Network):
    """log p of every class of one picture, and what is minimised for it."""

    def __init__(self, model, pixels, label, places):
        super().__init__(model)
        o, features = self.options, model.config["features"]
        self.size = [features[f"picture_{extent}"] for extent in ["height", "width", "channels"]]
        x = tensor(pixels).reshape(self.size)
        weight = lambda name: self.parameters[f"{name}.weight"]
        is_learned = o.glimpse_locations == "learned"
        h = zeros(o.glimpse_hidden_size)
        means, baselines = [], []
        for place in places:
            if is_learned:
                means.append(self.affine("location", h.detach()))
                baselines.append(self.affine("baseline", h.detach())[0])
            l = tensor(place).clamp(-1, 1)
            a = relu(self.affine("glimpse.patch", self.retina(x, l)))
            z = relu(self.affine("glimpse.place", l))
            g = relu(self.affine("glimpse.patch.joint", a) + z @ weight("glimpse.place.joint"))
            h = relu(h @ weight("core.state") + self.affine("core.glimpse", g))
        self.log_probabilities = log_softmax(self.affine("output", h), 0)
        self.objective = -self.log_probabilities[label]
        R = float(int(self.log_probabilities.argmax()) == label)
        for place, mean, baseline in zip(places, means, baselines):
            variance = o.glimpse_deviation**2
            distance = ((tensor(place) - mean) ** 2).sum()
            log_density = -distance / (2 * variance) - log(2 * pi * variance)
            self.objective = self.objective - (R - baseline.detach()) * log_density + (R - baseline) ** 2

    def retina(self, x, l):
        """ρ(x, l): of each scale P × P means of squares of 2^s × 2^s pixels"""
        o = self.options
        P, (Y, X, U) = o.glimpse_size, self.size
        seen = []
        for s in range(o.glimpse_scales):
            step = 2**s
            top, left = (
                rounded((float(l[axis]) + 1) / 2 * extent - step * P / 2) for axis, extent in [(0, Y), (1, X)]
            )
            patch = zeros(P, P, U)
            for y in range(step * P):
                for column in range(step * P):
                    if 0 <= top + y < Y and 0 <= left + column < X:
                        patch[y // step, column // step] += x[top + y, left + column] / step**2
            seen.append(patch.flatten())
        return cat(seen)


def loss(pictures):
    """The mean over the pictures"""
    return sum(picture.objective for picture in pictures) / len(pictures)
