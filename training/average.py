"""The mean of checkpoints that continue one another: `python3 training/average.py <out> <folder> <folder> …`.

Late checkpoints of one run lie around the same minimum; their mean lies nearer to it than each of them
(Izmailov et al. 2018, stochastic weight averaging).
"""
import sys

import torch

import export


def average(folders):
    """(model, tokenizer): the first folder's, with the mean weights of all."""
    loaded = [export.load_folder(folder) for folder in folders]
    model, tokenizer = loaded[0]
    with torch.no_grad():
        for parameters in zip(*(other.parameters() for other, _ in loaded)):
            parameters[0].copy_(torch.stack(parameters).mean(dim=0))
    return model, tokenizer


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    export.save_folder(sys.argv[1], *average(sys.argv[2:]))
