"""Signs and verifies with the cryptography package what the tests of package sign hand over: one JSON object a line."""
import base64
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

CURVES = {"ecdsa-p256": (ec.SECP256R1, hashes.SHA256), "ecdsa-p384": (ec.SECP384R1, hashes.SHA384), "ecdsa-p521": (ec.SECP521R1, hashes.SHA512)}


def make(job):
    if job["algorithm"] == "ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = ec.generate_private_key(CURVES[job["algorithm"]][0]())
    passphrase = job["passphrase"].encode()
    protection = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    message = base64.b64decode(job["message"])
    if job["algorithm"] == "ed25519":
        signature = key.sign(message)
    else:
        signature = key.sign(message, ec.ECDSA(CURVES[job["algorithm"]][1]()))
    return {
        "private": key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection).decode(),
        "public": key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
        "signature": base64.b64encode(signature).decode(),
    }


def check(job):
    key = serialization.load_pem_public_key(job["public"].encode())
    if job["private"]:
        numbers = serialization.load_pem_private_key(job["private"].encode(), None).public_key()
        form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        if numbers.public_bytes(*form) != key.public_bytes(*form):
            return {"good": False}
    message, signature = base64.b64decode(job["message"]), base64.b64decode(job["signature"])
    try:
        if job["algorithm"] == "ed25519":
            key.verify(signature, message)
        else:
            key.verify(signature, message, ec.ECDSA(CURVES[job["algorithm"]][1]()))
    except InvalidSignature:
        return {"good": False}
    return {"good": True}


for line in sys.stdin:
    job = json.loads(line)
    print(json.dumps({"make": make, "check": check}[job["do"]](job)), flush=True)
