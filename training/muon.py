"""Muon for the matrices, AdamW for everything else.

Muon replaces each matrix's momentum by its nearest orthogonal matrix, which makes a model of this
size learn in roughly half the steps; on a CPU that is the difference between one hour and two.
"""
import torch


def orthogonalise(matrix, steps=5):
    """Newton-Schulz iteration towards U V^T of `matrix` (the quintic of the Muon paper)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    flip = matrix.shape[0] > matrix.shape[1]
    x = matrix.t() if flip else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.t()
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.t() if flip else x


class Muon(torch.optim.Optimizer):
    def __init__(self, matrices, lr=0.02, momentum=0.95, weight_decay=0.01):
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                buffer = state["momentum"].mul_(group["momentum"]).add_(parameter.grad)
                update = orthogonalise(parameter.grad.add(buffer, alpha=group["momentum"]))
                scale = max(1.0, parameter.shape[0] / parameter.shape[1]) ** 0.5
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update, alpha=-group["lr"] * scale)


def make_optimizers(model, owned):
    """Optimizers over the parameters this worker owns; empty groups are left out."""
    mine = {id(parameter) for parameter in owned}
    matrices, others = [], []
    for name, parameter in model.named_parameters():
        if id(parameter) in mine:
            (matrices if parameter.dim() == 2 and "embed" not in name else others).append(parameter)
    optimizers = [Muon(matrices)] if matrices else []
    if others:
        optimizers.append(torch.optim.AdamW(others, lr=3e-3, betas=(0.9, 0.98), weight_decay=0.0))
    return optimizers
