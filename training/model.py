"""A Qwen2-type decoder in PyTorch, with Hugging Face's parameter names."""
import dataclasses

import torch
from torch import nn
from torch.nn import functional as F


@dataclasses.dataclass
class Config:
    vocab_size: int = 4096
    hidden_size: int = 256
    intermediate_size: int = 512
    num_hidden_layers: int = 6
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    head_dim: int = 64
    max_position_embeddings: int = 1024
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-6


class RmsNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        return x * (x.pow(2).mean(-1, keepdim=True) + self.eps).rsqrt() * self.weight


def rope_tables(config):
    """Cosines and sines for every position, halves repeated as in Hugging Face's `rotate_half`."""
    frequencies = config.rope_theta ** (-torch.arange(0, config.head_dim, 2).float() / config.head_dim)
    angles = torch.arange(config.max_position_embeddings).float()[:, None] * frequencies[None, :]
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos(), angles.sin()


def rotate(x, cos, sin):
    low, high = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-high, low], dim=-1) * sin


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads, self.kv_heads, self.dim = (config.num_attention_heads, config.num_key_value_heads,
                                               config.head_dim)
        self.q_proj = nn.Linear(config.hidden_size, self.heads * self.dim)
        self.k_proj = nn.Linear(config.hidden_size, self.kv_heads * self.dim)
        self.v_proj = nn.Linear(config.hidden_size, self.kv_heads * self.dim)
        self.o_proj = nn.Linear(self.heads * self.dim, config.hidden_size, bias=False)

    def forward(self, x, cos, sin, mask, cache):
        batch, length, _ = x.shape
        q = rotate(self.q_proj(x).view(batch, length, self.heads, self.dim).transpose(1, 2), cos, sin)
        k = rotate(self.k_proj(x).view(batch, length, self.kv_heads, self.dim).transpose(1, 2), cos, sin)
        v = self.v_proj(x).view(batch, length, self.kv_heads, self.dim).transpose(1, 2)
        if cache is not None:
            if cache:
                k, v = torch.cat([cache["k"], k], dim=2), torch.cat([cache["v"], v], dim=2)
            cache["k"], cache["v"] = k, v
        # Query heads of one group stand under each other, so each key head is multiplied once.
        group = self.heads // self.kv_heads
        q = q.reshape(batch, self.kv_heads, group * length, self.dim)
        scores = (q @ k.transpose(2, 3)).view(batch, self.kv_heads, group, length, -1) * self.dim ** -0.5
        weights = F.softmax(scores + mask, dim=-1).view(batch, self.kv_heads, group * length, -1)
        mixed = (weights @ v).view(batch, self.heads, length, self.dim).transpose(1, 2)
        return self.o_proj(mixed.reshape(batch, length, self.heads * self.dim))


class Mlp(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.self_attn = Attention(config)
        self.mlp = Mlp(config)
        self.input_layernorm = RmsNorm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = RmsNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, x, cos, sin, mask, cache):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, mask, cache)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    """The `model.` part of the checkpoint; the head is the embedding itself."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.norm = RmsNorm(config.hidden_size, config.rms_norm_eps)
        cos, sin = rope_tables(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self._initialise()

    def _initialise(self):
        residual_scale = (2 * self.config.num_hidden_layers) ** -0.5
        nn.init.normal_(self.embed_tokens.weight, std=0.02)
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif parameter.dim() == 2 and "embed" not in name:
                scale = residual_scale if name.endswith(("o_proj.weight", "down_proj.weight")) else 1.0
                nn.init.normal_(parameter, std=scale * parameter.shape[1] ** -0.5)

    def forward(self, ids, caches=None):
        """Final hidden states; `caches` (one dict per layer) carries keys and values between calls."""
        past = caches[0]["k"].shape[2] if caches and caches[0] else 0
        length = ids.shape[1]
        mask = torch.full((length, past + length), float("-inf")).triu(past + 1)
        cos, sin = self.cos[past:past + length], self.sin[past:past + length]
        x = self.embed_tokens(ids)
        for index, layer in enumerate(self.layers):
            x = layer(x, cos, sin, mask, caches[index] if caches is not None else None)
        return self.norm(x)

    def logits(self, hidden):
        return hidden @ self.embed_tokens.weight.t()


@torch.no_grad()
def answer_ids(model, prompt, stop_ids, limit=160):
    """Greedy continuation of one prompt, without the stop token."""
    caches = [{} for _ in model.layers]
    ids, answer = torch.tensor([prompt]), []
    while len(answer) < limit and len(prompt) + len(answer) < model.config.max_position_embeddings:
        token = int(model.logits(model(ids, caches)[:, -1]).argmax())
        if token in stop_ids:
            break
        answer.append(token)
        ids = torch.tensor([[token]])
    return answer
