"""Write and read GGUF, version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md)."""

import struct

import numpy as np

ALIGNMENT = 32
F32, F16, Q4_0, Q8_0 = 0, 1, 2, 8


def string(s):
    b = s.encode() if isinstance(s, str) else s
    return struct.pack("<Q", len(b)) + b


def value(v):
    """A value with its type before it: bool, int, float, str, or a list or array of these."""
    match v:
        case bool():
            return struct.pack("<I?", 7, v)
        case int():
            return struct.pack("<II", 4, v)
        case float():
            return struct.pack("<If", 6, v)
        case str():
            return struct.pack("<I", 8) + string(v)
        case np.ndarray():
            kind = {"uint8": 0, "int32": 5, "float32": 6}[v.dtype.name]
            return struct.pack("<IIQ", 9, kind, v.size) + v.tobytes()
        case list():
            return struct.pack("<IIQ", 9, 8, len(v)) + b"".join(map(string, v))
    raise TypeError(f"GGUF has no type for {type(v)}")


def q8_0(x):
    """Blocks of 32: a half-precision scale, 32 signed bytes."""
    x = x.reshape(-1, 32)
    d = (np.abs(x).max(1, keepdims=True) / 127).astype(np.float32)
    q = np.rint(x / np.where(d == 0, 1, d)).astype(np.int8)
    return np.concatenate([d.astype(np.float16).view(np.uint8), q.view(np.uint8)], 1)


def q4_0(x):
    """Blocks of 32: a half-precision scale, 32 levels of 4 bits, the first 16 low. As
    in ggml the entry of greatest size has the lowest level."""
    x = x.reshape(-1, 32)
    most = np.take_along_axis(x, np.abs(x).argmax(1)[:, None], 1)
    d = (most / -8).astype(np.float32)
    q = np.clip(np.floor(x / np.where(d == 0, 1, d) + 8.5), 0, 15).astype(np.uint8)
    return np.concatenate([d.astype(np.float16).view(np.uint8), q[:, :16] | q[:, 16:] << 4], 1)


PACK = {F32: lambda x: x.astype(np.float32), F16: lambda x: x.astype(np.float16), Q8_0: q8_0, Q4_0: q4_0}


def write(path, metadata, tensors):
    """tensors: name to (array, type). A matrix is (rows, columns)."""
    head = [b"GGUF", struct.pack("<IQQ", 3, len(tensors), len(metadata))]
    head += [string(k) + value(v) for k, v in metadata.items()]
    at, bodies = 0, []
    for name, (x, kind) in tensors.items():
        body = PACK[kind](np.ascontiguousarray(x, np.float32)).tobytes()
        dims = x.shape[::-1]
        head.append(string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, at))
        bodies.append(body + b"\0" * (-len(body) % ALIGNMENT))
        at += len(bodies[-1])
    with open(path, "wb") as f:
        f.write(b"".join(head))
        f.write(b"\0" * (-f.tell() % ALIGNMENT))
        f.writelines(bodies)


def of_q8_0(b):
    b = b.reshape(-1, 34)
    return b[:, :2].copy().view(np.float16).astype(np.float32) * b[:, 2:].view(np.int8)


def of_q4_0(b):
    b = b.reshape(-1, 18)
    levels = np.concatenate([b[:, 2:] & 15, b[:, 2:] >> 4], 1).astype(np.float32) - 8
    return b[:, :2].copy().view(np.float16).astype(np.float32) * levels


# Bytes of so many entries, and what makes floats of them.
UNPACK = {
    F32: (4, 1, lambda b: b.view(np.float32)),
    F16: (2, 1, lambda b: b.view(np.float16).astype(np.float32)),
    Q4_0: (18, 32, of_q4_0),
    Q8_0: (34, 32, of_q8_0),
}


def read(path, at=0):
    """The metadata and the tensors, as floats by name, of a file that we wrote, or of
    the one that begins at a byte of it."""
    data = np.fromfile(path, np.uint8)[at:]
    here = 0

    def take(form):
        nonlocal here
        got = struct.unpack_from("<" + form, data, here)
        here += struct.calcsize("<" + form)
        return got if len(got) > 1 else got[0]

    def text():
        nonlocal here
        n = take("Q")
        here += n
        return data[here - n : here].tobytes().decode()

    def value():
        nonlocal here
        match take("I"):
            case 8:
                return text()
            case 9:
                kind, n = take("IQ")
                if kind == 8:
                    return [text() for _ in range(n)]
                at, kind = here, {0: np.uint8, 5: np.int32, 6: np.float32}[kind]
                here += n * np.dtype(kind).itemsize
                return np.frombuffer(data, kind, n, at)
            case kind:
                return take({4: "I", 6: "f", 7: "?"}[kind])

    magic, _, count, pairs = take("4sIQQ")
    if magic != b"GGUF":
        raise ValueError(f"{path} has {magic} at byte {at}")
    metadata = {text(): value() for _ in range(pairs)}
    infos = []
    for _ in range(count):
        name, n = text(), take("I")
        dims = [take("Q") for _ in range(n)]
        infos.append((name, dims[::-1], *take("IQ")))
    here += -here % ALIGNMENT
    tensors = {}
    for name, dims, kind, offset in infos:
        size, entries, unpack = UNPACK[kind]
        n = int(np.prod(dims)) // entries * size
        tensors[name] = unpack(data[here + offset : here + offset + n]).reshape(dims).copy()
    return metadata, tensors
