"""Writes the goldens of the block formats: random blocks, and the weights that
the reference reads from them. Run: pip install gguf==0.19.0; python3 golden.py"""
import importlib.metadata, json, os
import numpy as np
import gguf

# Where each block has half precision numbers: random bytes there would be NaN.
halves = {"F16": [0], "Q2_K": [80, 82], "Q3_K": [108], "Q6_K": [208],
          "Q4_1": [0, 2], "Q5_1": [0, 2], "Q4_K": [0, 2], "Q5_K": [0, 2]}
names = "F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL IQ4_XS".split()
random = np.random.default_rng(1)
for name in names:
    kind = gguf.GGMLQuantizationType[name]
    block, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (max(2, 64 // block), size), dtype=np.uint8)
    if name == "F32":
        blocks = random.standard_normal((64, 1), dtype=np.float32).view(np.uint8)
    elif name == "BF16":
        blocks = random.standard_normal((64, 1), dtype=np.float32).view(np.uint8)[:, 2:]
    else:
        for at in halves.get(name, [0]):
            blocks[:, at:at + 2] = random.standard_normal((len(blocks), 1)).astype(np.float16).view(np.uint8)
    data = np.ascontiguousarray(blocks).reshape(-1)
    if name == "F32":
        weights = data.view(np.float32)
    elif name == "F16":
        weights = data.view(np.float16).astype(np.float32)
    else:
        weights = gguf.dequantize(data, kind)
    golden = {
        "provenance": "gguf-py " + importlib.metadata.version("gguf") + ", testdata/golden.py",
        "blocks": data.tobytes().hex(),
        "weights": np.ascontiguousarray(weights, dtype="<f4").tobytes().hex(),
    }
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".json"), "w") as f:
        json.dump(golden, f, indent=0)
        f.write("\n")
