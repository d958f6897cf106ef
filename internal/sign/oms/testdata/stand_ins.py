"""Runs the reference's own verifier, by key or by certificate, with stand-ins for packages that take no part in it (pydantic models of
bundles, BLAKE3, Sigstore's client) and for names that came after Debian 12's version of cryptography.

    stand_ins.py CHECKOUT MODEL SIGNATURE ANCHOR [certificate]
"""
import base64
import datetime
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
    """Is whatever it is asked for; nothing of it is called when verifying."""

    def __getattr__(self, name):
        return Any()


class Record:
    def __init__(self, **members):
        self.__dict__.update(members)


class Bundle:
    """A bundle, as far as verifying reads it: members in snake case, base64 decoded."""

    @staticmethod
    def from_dict(d):
        material, envelope = d["verificationMaterial"], d["dsseEnvelope"]
        signer = Record(public_key=None, x509_certificate_chain=None)
        if "publicKey" in material:
            signer.public_key = Record(hint=material["publicKey"]["hint"])
        if "x509CertificateChain" in material:
            chain = material["x509CertificateChain"]["certificates"]
            signer.x509_certificate_chain = Record(certificates=[Record(raw_bytes=base64.b64decode(c["rawBytes"], validate=True)) for c in chain])
        return Record(
            media_type=d["mediaType"],
            verification_material=signer,
            dsse_envelope=Record(
                payload=base64.b64decode(envelope["payload"], validate=True),
                payload_type=envelope["payloadType"],
                signatures=[Record(sig=base64.b64decode(s["sig"], validate=True)) for s in envelope["signatures"]],
            ),
        )


class Certificate:
    """A certificate with the one name that Debian 12's cryptography does not have."""

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        return getattr(self.real, name)

    @property
    def not_valid_before_utc(self):
        return self.real.not_valid_before.replace(tzinfo=datetime.timezone.utc)


def newer_names():
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import types as kinds
    from OpenSSL import crypto

    if not hasattr(kinds, "PublicKeyTypes"):
        kinds.PublicKeyTypes = object  # used in annotations alone
    if not hasattr(x509, "load_pem_x509_certificates"):
        end = b"-----END CERTIFICATE-----"
        x509.load_pem_x509_certificates = lambda data: [x509.load_pem_x509_certificate(part + end) for part in data.split(end)[:-1]]
    if not hasattr(x509.Certificate, "not_valid_before_utc"):
        load, convert = x509.load_der_x509_certificate, crypto.X509.from_cryptography
        x509.load_der_x509_certificate = lambda data: Certificate(load(data))
        crypto.X509.from_cryptography = lambda c: convert(getattr(c, "real", c))


def main():
    checkout, model, signature, anchor = sys.argv[1:5]
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
    newer_names()
    import model_signing

    config = model_signing.verifying.Config()
    if sys.argv[5:] == ["certificate"]:
        config.use_certificate_verifier(certificate_chain=[anchor])
    else:
        config.use_elliptic_key_verifier(public_key=anchor)
    config.verify(model, signature)
    print("verified")


main()
