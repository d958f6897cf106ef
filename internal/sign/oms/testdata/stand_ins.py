"""Runs the reference's own verifier by key, with stand-ins for packages that take no part in it.

Arguments: checkout, model, signature, public key.
"""
import base64
import sys
import types


def module(name, **members):
    m = types.ModuleType(name)
    m.__path__ = []
    m.__dict__.update(members)
    sys.modules[name] = m
    parent, _, last = name.rpartition(".")
    if parent:
        if parent not in sys.modules:
            module(parent)
        setattr(sys.modules[parent], last, m)
    return m


class Hasher:
    """BLAKE3 is imported and not used."""

    AUTO = -1


class Any:
    """Is whatever it is asked for; nothing of it is called when verifying by key."""

    def __getattr__(self, name):
        return Any()


class Record:
    def __init__(self, **members):
        self.__dict__.update(members)


class Bundle:
    """A bundle, as far as verifying by key reads it: members in snake case, base64 decoded."""

    @staticmethod
    def from_dict(d):
        material, envelope = d["verificationMaterial"], d["dsseEnvelope"]
        return Record(
            media_type=d["mediaType"],
            verification_material=Record(public_key=Record(hint=material["publicKey"]["hint"])),
            dsse_envelope=Record(
                payload=base64.b64decode(envelope["payload"], validate=True),
                payload_type=envelope["payloadType"],
                signatures=[Record(sig=base64.b64decode(s["sig"], validate=True)) for s in envelope["signatures"]],
            ),
        )


def main():
    checkout, model, signature, key = sys.argv[1:]
    sys.path.insert(0, checkout + "/src")
    module("blake3", blake3=Hasher)
    module("in_toto_attestation.v1", statement=Any())
    module("sigstore_models.bundle", v1=Record(Bundle=Bundle, VerificationMaterial=object))
    module("sigstore_models.common", v1=Any())
    sys.modules["sigstore_models"].intoto = Any()
    for name in ("dsse", "models", "oidc", "sign", "verify"):
        module("sigstore." + name)
    sys.modules["sigstore.oidc"].Issuer = sys.modules["sigstore.oidc"].IdentityToken = object
    sys.modules["sigstore.models"].Bundle = object
    module("certifi")
    module("OpenSSL", crypto=Any())
    from cryptography.hazmat.primitives.asymmetric import types as kinds

    kinds.PublicKeyTypes = object  # a name that came after Debian 12's version, used in annotations alone
    import model_signing

    model_signing.verifying.Config().use_elliptic_key_verifier(public_key=key).verify(model, signature)
    print("verified")


main()
