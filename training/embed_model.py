"""A BERT-type text encoder in PyTorch, with Hugging Face's parameter names, mean pooling and normalisation."""
import dataclasses

import torch
from torch import nn
from torch.nn import functional as F


@dataclasses.dataclass
class Config:
    vocab_size: int = 6144
    hidden_size: int = 192
    num_hidden_layers: int = 3
    num_attention_heads: int = 3
    intermediate_size: int = 512
    max_position_embeddings: int = 256
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12


class Embeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, config.layer_norm_eps)

    def forward(self, ids):
        fixed = self.position_embeddings.weight[:ids.shape[1]] + self.token_type_embeddings.weight[0]
        return self.LayerNorm(self.word_embeddings(ids) + fixed)


class SelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads = config.num_attention_heads
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, x, mask):
        batch, length, size = x.shape
        q, k, v = (part(x).view(batch, length, self.heads, -1).transpose(1, 2) for part in (self.query, self.key, self.value))
        scores = q @ k.transpose(2, 3) * q.shape[-1] ** -0.5 + mask
        return (F.softmax(scores, dim=-1) @ v).transpose(1, 2).reshape(batch, length, size)


class Projection(nn.Module):
    """A matrix back into the hidden size, then the residual sum and its normalisation."""

    def __init__(self, inputs, config):
        super().__init__()
        self.dense = nn.Linear(inputs, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, config.layer_norm_eps)

    def forward(self, x, residual):
        return self.LayerNorm(self.dense(x) + residual)


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention = nn.ModuleDict({"self": SelfAttention(config), "output": Projection(config.hidden_size, config)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(config.hidden_size, config.intermediate_size)})
        self.output = Projection(config.intermediate_size, config)

    def forward(self, x, mask):
        x = self.attention["output"](self.attention["self"](x, mask), x)
        return self.output(F.gelu(self.intermediate["dense"](x)), x)


class Encoder(nn.Module):
    """Token ids to one vector of length 1 a text."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))})
        self._initialise()

    def _initialise(self):
        """Words start large and everything added to them small: an untrained word still stands for itself."""
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif "word_embeddings" in name:
                nn.init.normal_(parameter, std=0.1)
            elif "_embeddings" in name:
                nn.init.normal_(parameter, std=0.01)
            elif parameter.dim() == 2:
                scale = 0.3 if "output" in name else 1.0
                nn.init.normal_(parameter, std=scale * parameter.shape[1] ** -0.5)

    def forward(self, ids, lengths):
        """Unit vectors [texts, hidden] of padded ids [texts, longest]."""
        present = torch.arange(ids.shape[1])[None, :] < lengths[:, None]
        mask = torch.zeros(present.shape).masked_fill_(~present, -1e9)[:, None, None, :]
        x = self.embeddings(ids)
        for layer in self.encoder["layer"]:
            x = layer(x, mask)
        return F.normalize((x * present[:, :, None]).sum(1) / lengths[:, None], dim=-1)

    def embed(self, rows, chunk=64):
        """Unit vectors of lists of ids. Texts of about the same length go together, so that little is padded."""
        order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
        vectors = [self(*padded([rows[index] for index in order[start:start + chunk]])) for start in range(0, len(rows), chunk)]
        places = torch.empty(len(rows), dtype=torch.long)
        places[torch.tensor(order)] = torch.arange(len(rows))
        return torch.cat(vectors)[places]


def padded(rows):
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.zeros(len(rows), int(lengths.max()), dtype=torch.long)
    for index, row in enumerate(rows):
        ids[index, :len(row)] = torch.tensor(row)
    return ids, lengths
