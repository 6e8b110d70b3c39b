"""Training on several cores: one process a core, all on the same weights.

Threads inside one matrix product of this size wait for each other more than they work; whole
processes do not. The weights lie in shared memory. In every step each worker computes the gradients
of its own batch; then each worker updates the parameters it owns with the mean over all workers.
"""
import torch
from torch import multiprocessing


class Team:
    """What the workers of one training run share. Made before they start, handed to each."""

    def __init__(self, model, workers):
        model.share_memory()
        self.workers = workers
        self.gradients = [[torch.zeros_like(p).share_memory_() for p in model.parameters()] for _ in range(workers)]
        self.squares = torch.zeros(workers).share_memory_()
        self.losses = torch.zeros(workers).share_memory_()
        self.tokens = torch.zeros(workers).share_memory_()
        self.finished = torch.zeros(1).share_memory_()
        self._barrier = multiprocessing.Barrier(workers)

    def meet(self):
        """Waits until every worker is here."""
        self._barrier.wait()

    def owned(self, model, rank):
        """The parameters one worker updates: shares of about equal work, the dearest dealt first."""
        costs = [0.0] * self.workers
        mine = []
        for parameter in sorted(model.parameters(), key=lambda p: -update_cost(p)):
            owner = costs.index(min(costs))
            costs[owner] += update_cost(parameter)
            if owner == rank:
                mine.append(parameter)
        return mine

    def share_gradients(self, model, rank, owned, limit=1.0):
        """Gives every owned parameter the mean gradient of all workers, clipped to a norm over all of them."""
        for shared, parameter in zip(self.gradients[rank], model.parameters()):
            shared.copy_(parameter.grad)
        self.meet()
        positions = {id(parameter): index for index, parameter in enumerate(model.parameters())}
        square = 0.0
        for parameter in owned:
            index = positions[id(parameter)]
            parameter.grad = sum(gradients[index] for gradients in self.gradients) / self.workers
            square += float(parameter.grad.pow(2).sum())
        self.squares[rank] = square
        self.meet()
        norm = float(self.squares.sum()) ** 0.5
        if norm > limit:
            for parameter in owned:
                parameter.grad.mul_(limit / norm)


def update_cost(parameter):
    """Work of one update: the orthogonalisation of a matrix outweighs everything else."""
    return parameter.numel() * (min(parameter.shape) if parameter.dim() == 2 and parameter.shape[0] <= 1024 else 8)


def run(worker, team, *arguments):
    """Starts the workers, `worker(rank, team, *arguments)`, and waits for them."""
    processes = [multiprocessing.Process(target=worker, args=(rank, team, *arguments)) for rank in range(team.workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a worker failed; its message is above")
