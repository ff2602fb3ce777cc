"""PyTorch rival of the decode and training benchmarks: the same Llama shapes, float32, one thread, written for speed within eager PyTorch:
query/key/value and gate/up fused, keys and values in a preallocated cache, inference_mode, rotary tables made once.
Reads one command a line, answers one number a line:
  decode <batch> <prompt> <steps>   tokens per second over the steps
  train <sequences> <length> <steps> tokens per second of forward, backward, clip and Adam
Arguments: hidden layers heads inner vocabulary."""
import math
import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
C, L, H, I, V = (int(a) for a in sys.argv[1:6])
D = C // H
MAX = 512


def weight(*shape):
    return torch.nn.Parameter(torch.randn(*shape) * 0.05)


def rms(x, g):
    return g * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))


angles = torch.arange(MAX)[:, None] * (10000.0 ** (-torch.arange(0, D, 2) / D))[None]
COS, SIN = torch.cat([angles.cos()] * 2, -1), torch.cat([angles.sin()] * 2, -1)


def rope(x, cos, sin):
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat([-b, a], -1) * sin


class Layer:
    def __init__(self):
        self.n1, self.n2 = torch.nn.Parameter(torch.ones(C)), torch.nn.Parameter(torch.ones(C))
        self.qkv, self.o, self.gu, self.down = weight(3 * C, C), weight(C, C), weight(2 * I, C), weight(C, I)

    def parameters(self):
        return [self.n1, self.n2, self.qkv, self.o, self.gu, self.down]

    def forward(self, x, pos, mask, cache):
        b, t, _ = x.shape
        q, k, v = F.linear(rms(x, self.n1), self.qkv).view(b, t, 3, H, D).unbind(2)
        q, k, v = q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)
        cos, sin = COS[pos : pos + t], SIN[pos : pos + t]
        q, k = rope(q, cos, sin), rope(k, cos, sin)
        if cache is not None:
            cache[0][:, :, pos : pos + t] = k
            cache[1][:, :, pos : pos + t] = v
            k, v = cache[0][:, :, : pos + t], cache[1][:, :, : pos + t]
        s = q @ k.transpose(-1, -2) * (1 / math.sqrt(D))
        if mask is not None:
            s = s + mask
        x = x + F.linear((s.softmax(-1) @ v).transpose(1, 2).reshape(b, t, C), self.o)
        gate, up = F.linear(rms(x, self.n2), self.gu).chunk(2, -1)
        return x + F.linear(F.silu(gate) * up, self.down)


embedding, head, norm = weight(V, C), weight(V, C), torch.nn.Parameter(torch.ones(C))
layers = [Layer() for _ in range(L)]
parameters = [embedding, head, norm] + [p for l in layers for p in l.parameters()]
optimizer = torch.optim.Adam(parameters, 1e-4, foreach=True)


def forward(ids, pos, mask, caches):
    x = F.embedding(ids, embedding)
    for i, layer in enumerate(layers):
        x = layer.forward(x, pos, mask, caches[i] if caches else None)
    return rms(x, norm)


def causal(t):
    return torch.full((t, t), -math.inf).triu(1)


def decode(batch, prompt, steps):
    with torch.inference_mode():
        caches = [[torch.empty(batch, H, MAX, D), torch.empty(batch, H, MAX, D)] for _ in range(L)]
        ids = torch.arange(batch * prompt).view(batch, prompt) % V
        token = F.linear(forward(ids, 0, causal(prompt), caches)[:, -1:], head).argmax(-1)
        start = time.perf_counter()
        for i in range(steps):
            token = F.linear(forward(token, prompt + i, None, caches), head).argmax(-1)
        return batch * steps / (time.perf_counter() - start)


def train(sequences, length, steps):
    ids = (torch.arange(sequences * length) * 7 % V).view(sequences, length)
    mask = causal(length)
    start = time.perf_counter()
    for _ in range(steps):
        logits = F.linear(forward(ids, 0, mask, None), head)
        loss = F.cross_entropy(logits[:, :-1].reshape(-1, V), ids[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
    return sequences * length * steps / (time.perf_counter() - start)


for line in sys.stdin:
    name, *numbers = line.split()
    print((decode if name == "decode" else train)(*(int(n) for n in numbers)), flush=True)
