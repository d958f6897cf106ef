"""Signs and verifies models in the OpenSSF Model Signing format, written from its description alone and with nothing but hashlib and
cryptography: what it makes and what lodemark makes have to be the same.

    independent.py sign MODEL KEY BUNDLE SHARD_SIZE
    independent.py verify MODEL PUBLIC_KEY BUNDLE
"""
import base64
import hashlib
import json
import os
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TYPE = "application/vnd.in-toto+json"
LEFT_OUT = [".git", ".gitattributes", ".github", ".gitignore", "model.sig"]


def files(model, left_out):
    for folder, folders, names in os.walk(model):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), model)
            parts = path.split("/")
            if not any("/".join(parts[:i]) in left_out for i in range(1, len(parts) + 1)):
                yield path


def resources(model, method):
    shard = int(method.get("shard_size", 0))
    out = []
    for path in files(model, method.get("ignore_paths", [])):
        with open(os.path.join(model, path), "rb") as f:
            data = f.read()
        if not shard:
            out.append(((path.split("/"), 0), path, hashlib.sha256(data).digest()))
        for start in range(0, len(data), shard) if shard else []:
            end = min(start + shard, len(data))
            out.append(((path.split("/"), start), f"{path}:{start}:{end}", hashlib.sha256(data[start:end]).digest()))
    return [(name, digest) for _, name, digest in sorted(out)]


def statement(model, method):
    found = resources(model, method)
    name = "sha256" + (f"-sharded-{method['shard_size']}" if "shard_size" in method else "")
    root = hashlib.sha256(b"".join(digest for _, digest in found)).hexdigest()
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": os.path.basename(model), "digest": {"sha256": root}}],
        "predicateType": "https://model_signing/signature/v1.0",
        "predicate": {
            "serialization": method,
            "resources": [{"name": n, "algorithm": name, "digest": d.hex()} for n, d in found],
        },
    }


def encoded(payload):
    return b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(payload), payload)


def digest_for(key):
    return {256: hashes.SHA256(), 384: hashes.SHA384(), 521: hashes.SHA512()}[key.curve.key_size]


def sign(model, key_file, bundle, shard):
    with open(key_file, "rb") as f:
        key = serialization.load_pem_private_key(f.read(), None)
    method = {"method": "files", "hash_type": "sha256", "allow_symlinks": False, "ignore_paths": LEFT_OUT}
    if int(shard):
        method.update(method="shards", shard_size=int(shard))
    payload = json.dumps(statement(model, method), indent=2).encode()
    sig = key.sign(encoded(payload), ec.ECDSA(digest_for(key)))
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with open(bundle, "w") as f:
        json.dump(
            {
                "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
                "verificationMaterial": {"publicKey": {"hint": hashlib.sha256(pem).hexdigest()}, "tlogEntries": []},
                "dsseEnvelope": {
                    "payload": base64.b64encode(payload).decode(),
                    "payloadType": TYPE,
                    "signatures": [{"sig": base64.b64encode(sig).decode(), "keyid": ""}],
                },
            },
            f,
        )


def verify(model, key_file, bundle):
    with open(key_file, "rb") as f:
        key = serialization.load_pem_public_key(f.read())
    with open(bundle) as f:
        b = json.load(f)
    assert b["mediaType"] == "application/vnd.dev.sigstore.bundle.v0.3+json", b["mediaType"]
    envelope = b["dsseEnvelope"]
    payload = base64.b64decode(envelope["payload"], validate=True)
    assert envelope["payloadType"] == TYPE and len(envelope["signatures"]) == 1
    key.verify(base64.b64decode(envelope["signatures"][0]["sig"], validate=True), encoded(payload), ec.ECDSA(digest_for(key)))
    signed = json.loads(payload)
    here = statement(model, signed["predicate"]["serialization"])
    assert signed == here, f"differs: {signed} {here}"


{"sign": sign, "verify": verify}[sys.argv[1]](*sys.argv[2:])
print("ok")
