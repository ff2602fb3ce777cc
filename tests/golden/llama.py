"""Writes llama.json: logits, loss and gradients of small Llama decoders in float64, one sequence at a time, written from the
published equations (RMSNorm arXiv 1910.07467, rotary embedding 2104.09864 in the half-split order of Hugging Face, SwiGLU 2002.05202,
grouped heads 2305.13245). Run: /usr/bin/python3 llama.py > llama.json  (PyTorch 1.13 or later, for its autograd only)."""
import json
import math

import torch

torch.set_default_dtype(torch.float64)


def names(c):
    yield "model.embed_tokens.weight", (c["vocab_size"], c["hidden_size"])
    d = c["head_dim"]
    for i in range(c["num_hidden_layers"]):
        p = f"model.layers.{i}."
        yield p + "input_layernorm.weight", (c["hidden_size"],)
        yield p + "self_attn.q_proj.weight", (c["num_attention_heads"] * d, c["hidden_size"])
        yield p + "self_attn.k_proj.weight", (c["num_key_value_heads"] * d, c["hidden_size"])
        yield p + "self_attn.v_proj.weight", (c["num_key_value_heads"] * d, c["hidden_size"])
        yield p + "self_attn.o_proj.weight", (c["hidden_size"], c["num_attention_heads"] * d)
        yield p + "post_attention_layernorm.weight", (c["hidden_size"],)
        yield p + "mlp.gate_proj.weight", (c["intermediate_size"], c["hidden_size"])
        yield p + "mlp.up_proj.weight", (c["intermediate_size"], c["hidden_size"])
        yield p + "mlp.down_proj.weight", (c["hidden_size"], c["intermediate_size"])
    yield "model.norm.weight", (c["hidden_size"],)
    if not c["tie_word_embeddings"]:
        yield "lm_head.weight", (c["vocab_size"], c["hidden_size"])


def weights(c):
    """Number j, element i: 0.3 sin(1.7 i + j), gains 1 + that, rounded to float32."""
    out = {}
    for j, (name, shape) in enumerate(names(c)):
        w = torch.tensor([0.3 * math.sin(1.7 * i + j) for i in range(math.prod(shape))]).reshape(shape)
        if len(shape) == 1:
            w = w + 1
        out[name] = w.float().double().requires_grad_()
    return out


def rms(x, g, eps):
    return g * x / torch.sqrt((x * x).mean(-1, keepdim=True) + eps)


def rotate(x, theta):
    """x [T, D] by position 0 … T-1."""
    t, d = x.shape
    out = []
    for p in range(t):
        a = torch.tensor([p * theta ** (-2 * i / d) for i in range(d // 2)])
        u, v = x[p, : d // 2], x[p, d // 2 :]
        out.append(torch.cat([u * a.cos() - v * a.sin(), v * a.cos() + u * a.sin()]))
    return torch.stack(out)


def forward(c, w, ids):
    x = w["model.embed_tokens.weight"][ids]
    d, t = c["head_dim"], len(ids)
    group = c["num_attention_heads"] // c["num_key_value_heads"]
    for i in range(c["num_hidden_layers"]):
        p = f"model.layers.{i}."
        n = rms(x, w[p + "input_layernorm.weight"], c["rms_norm_eps"])
        q, k, v = (n @ w[p + f"self_attn.{s}_proj.weight"].T for s in "qkv")
        heads = []
        for h in range(c["num_attention_heads"]):
            g = h // group
            qh = rotate(q[:, h * d : (h + 1) * d], c["rope_theta"])
            kh = rotate(k[:, g * d : (g + 1) * d], c["rope_theta"])
            s = qh @ kh.T / math.sqrt(d)
            s = s.masked_fill(torch.ones(t, t).triu(1).bool(), -math.inf)
            heads.append(s.softmax(-1) @ v[:, g * d : (g + 1) * d])
        x = x + torch.cat(heads, -1) @ w[p + "self_attn.o_proj.weight"].T
        n = rms(x, w[p + "post_attention_layernorm.weight"], c["rms_norm_eps"])
        gate, up = n @ w[p + "mlp.gate_proj.weight"].T, n @ w[p + "mlp.up_proj.weight"].T
        x = x + (gate * torch.sigmoid(gate) * up) @ w[p + "mlp.down_proj.weight"].T
    x = rms(x, w["model.norm.weight"], c["rms_norm_eps"])
    return x @ w["model.embed_tokens.weight" if c["tie_word_embeddings"] else "lm_head.weight"].T


def case(c, lengths):
    w = weights(c)
    sequences = [[(7 * s + 3 * i + i * i) % c["vocab_size"] for i in range(n)] for s, n in enumerate(lengths)]
    logits, nll = [], []
    for ids in sequences:
        out = forward(c, w, ids)
        logits.append(out)
        lp = out.log_softmax(-1)
        nll += [-lp[i, ids[i + 1]] for i in range(len(ids) - 1)]
    loss = torch.stack(nll).mean()
    loss.backward()
    grads = {}
    for name, p in w.items():
        g = p.grad.flatten()
        grads[name] = [round_(v) for v in (g.sum(), (g * g).sum(), *g[:3], *g[-3:])]
    rows = torch.cat(logits)
    return {"config": c, "sequences": sequences, "logits": [[round_(v) for v in r] for r in rows], "loss": loss.item(), "gradients": grads}


def round_(v):
    return float(f"{v.item():.9g}")


a = dict(vocab_size=23, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=6,
         max_position_embeddings=64, rms_norm_eps=1e-5, rope_theta=10000.0, tie_word_embeddings=False)
b = dict(vocab_size=19, hidden_size=32, intermediate_size=21, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2, head_dim=16,
         max_position_embeddings=64, rms_norm_eps=1e-6, rope_theta=500.0, tie_word_embeddings=True)
print(json.dumps([case(a, [7, 1, 21]), case(b, [34, 3])], indent=None, separators=(",", ":")).replace("],[", "],\n["))
