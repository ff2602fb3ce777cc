"""Writes checkpoint.json: logits of a checkpoint directory in float64, from its files alone, with nothing of the program that wrote them:
the safetensors layout (eight bytes of header length, JSON, data), Hugging Face's names, and the equations that llama.py names.
Run: /usr/bin/python3 checkpoint.py ../../models/twenty-questions-base > checkpoint.json  (NumPy only)."""
import json
import struct
import sys

import numpy as np

IDS = [[509, 12, 300, 45, 511, 510], [509, 76, 101, 420, 39, 115, 511, 510, 73, 256, 480, 1, 0, 507, 511, 509, 33, 78]]


def tensors(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    out = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32", entry
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        out[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).astype(np.float64)
    return out


def rms(x, gain, eps):
    return gain * x / np.sqrt((x * x).mean(-1, keepdims=True) + eps)


def rotate(x, theta):
    """x [T, D]: the halves of a head are the two coordinates."""
    half = x.shape[1] // 2
    angle = np.outer(np.arange(x.shape[0]), theta ** (-np.arange(half) / half))
    u, v = x[:, :half], x[:, half:]
    return np.concatenate([u * np.cos(angle) - v * np.sin(angle), v * np.cos(angle) + u * np.sin(angle)], 1)


def attention(c, w, p, x):
    d, count = c["head_dim"], len(x)
    q, k, v = (x @ w.pop(f"{p}self_attn.{name}_proj.weight").T for name in "qkv")
    group = c["num_attention_heads"] // c["num_key_value_heads"]
    heads = []
    for h in range(c["num_attention_heads"]):
        own, shared = slice(h * d, h * d + d), slice(h // group * d, h // group * d + d)
        scores = rotate(q[:, own], c["rope_theta"]) @ rotate(k[:, shared], c["rope_theta"]).T / np.sqrt(d)
        scores[np.triu_indices(count, 1)] = -np.inf
        weights = np.exp(scores - scores.max(1, keepdims=True))
        heads.append(weights / weights.sum(1, keepdims=True) @ v[:, shared])
    return np.concatenate(heads, 1) @ w.pop(p + "self_attn.o_proj.weight").T


def logits(c, w, ids):
    w, eps = dict(w), c["rms_norm_eps"]
    embedding = w.pop("model.embed_tokens.weight")
    assert embedding.shape == (c["vocab_size"], c["hidden_size"])
    x = embedding[ids]
    for layer in range(c["num_hidden_layers"]):
        p = f"model.layers.{layer}."
        x = x + attention(c, w, p, rms(x, w.pop(p + "input_layernorm.weight"), eps))
        y = rms(x, w.pop(p + "post_attention_layernorm.weight"), eps)
        gate, up = (y @ w.pop(f"{p}mlp.{name}_proj.weight").T for name in ("gate", "up"))
        x = x + (gate / (1 + np.exp(-gate)) * up) @ w.pop(p + "mlp.down_proj.weight").T
    x = rms(x, w.pop("model.norm.weight"), eps)
    head = embedding if c["tie_word_embeddings"] else w.pop("lm_head.weight")
    assert not w, f"tensors that a Llama decoder has not: {list(w)}"
    return x @ head.T


folder = sys.argv[1]
config = json.load(open(folder + "/config.json"))
assert config["model_type"] == "llama" and config["architectures"] == ["LlamaForCausalLM"] and config["hidden_act"] == "silu"
weights = tensors(folder + "/model.safetensors")
rows = [logits(config, weights, np.array(ids))[-1] for ids in IDS]
json.dump([{"ids": ids, "logits": [round(float(v), 7) for v in row]} for ids, row in zip(IDS, rows)], sys.stdout)
