"""Speaks to the tool services with clients that others wrote. Started by `real-clients`, which says what for."""

import collections
import os
import sys
import time

# oauthlib takes a URL without TLS only when it is told to.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import jwt
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError, InvalidScopeError
from prometheus_client.parser import text_string_to_metric_families
from requests_oauthlib import OAuth2Session

from tool_services import CALLS, NAMES, SCOPES, Services, ask, banks, built, check, register, token

SCOPE = "tools:calculate tools:read"
# The bank that the client is registered for: the largest seed there is, which a number of JSON would not keep.
BANK = str(2**64 - 1)


def works(what, attempt):
    """What `attempt` gives; ends when it raises."""
    try:
        return attempt()
    except Exception as error:
        sys.exit(f"FAILED {what}\n  expected: that it works\n  seen:     {type(error).__name__}: {error}")


def raised(attempt):
    """The error that `attempt` raises, or what it gives instead."""
    try:
        return attempt()
    except Exception as error:
        return error


def authlib(services, metadata, client):
    """Fetching, introspecting and revoking tokens, with credentials in the header and in the body."""
    calculator = services["calculator"].url + "/tools/calculator"

    def opened(method, secret):
        methods = {"token_endpoint_auth_method": method, "revocation_endpoint_auth_method": method}
        return AuthlibSession(client["client_id"], secret, grant_type="client_credentials", **methods, **metadata)

    for method in metadata["token_endpoint_auth_methods_supported"]:
        with opened(method, client["client_secret"]) as session:
            fetched = works(f"Authlib, {method}: fetch_token", session.fetch_token)
            check(f"Authlib, {method}: fetch_token", (fetched["token_type"], fetched["scope"]), ("Bearer", SCOPE))
            left = fetched["expires_at"] - time.time()
            check(f"Authlib, {method}: the token is good for some minutes", 60 < left <= 3600, True)
            answer = session.post(calculator, json={"expression": "45*60"})
            called = (answer.status_code, answer.json().get("result"))
            check(f"Authlib, {method}: a call with the token", called, (200, "2700"))

            def introspected():
                return session.introspect_token(metadata["introspection_endpoint"], fetched["access_token"]).json()

            seen = introspected()
            told = {name: seen.get(name) for name in ("active", "client_id", "sub", "scope", "iss", "bank")}
            expected = {
                "active": True,
                "client_id": client["client_id"],
                "sub": client["client_name"],
                "scope": SCOPE,
                "iss": metadata["issuer"],
                "bank": BANK,
            }
            check(f"Authlib, {method}: introspect_token", told, expected)
            answer = session.revoke_token(metadata["revocation_endpoint"], fetched["access_token"])
            check(f"Authlib, {method}: revoke_token", answer.status_code, 200)
            check(f"Authlib, {method}: a revoked token is not active", introspected(), {"active": False})
        with opened(method, "wrong") as session:
            refusal = raised(session.fetch_token)
            check(f"Authlib, {method}: a wrong secret", getattr(refusal, "error", refusal), "invalid_client")


def oauthlib(services, metadata, client):
    """Tokens with fewer scopes than were registered, and the library's own names for what is refused."""

    def fetch(scope, secret=client["client_secret"]):
        backend = BackendApplicationClient(client_id=client["client_id"], scope=scope)
        session = OAuth2Session(client=backend)
        session.fetch_token(metadata["token_endpoint"], client_id=client["client_id"], client_secret=secret)
        return session

    session = works("oauthlib: fetch_token", lambda: fetch(["tools:calculate"]))
    check("oauthlib: a narrower scope", session.token["scope"], ["tools:calculate"])
    answer = session.post(services["calculator"].url + "/tools/calculator", json={"expression": "45*60"})
    check("oauthlib: a call within the scope", (answer.status_code, answer.json().get("result")), (200, "2700"))
    answer = session.get(services["file-reader"].url + "/files")
    refused = (answer.status_code, answer.json().get("error"))
    check("oauthlib: a call beyond the scope", refused, (403, "insufficient_scope"))
    refusal = raised(lambda: fetch(["tools:calculate", "tools:query"]))
    check("oauthlib: a scope that is not registered", type(refusal), InvalidScopeError)
    refusal = raised(lambda: fetch(["tools:calculate"], "wrong"))
    check("oauthlib: a wrong secret", type(refusal), InvalidClientError)


def pyjwt(services, metadata, client):
    """An access token, verified with the published key."""
    word = token(services["oauth"].url, client)
    head = jwt.get_unverified_header(word)
    check("PyJWT: the token's header", (head["typ"], head["alg"]), ("at+jwt", "EdDSA"))
    keys = jwt.PyJWKClient(metadata["jwks_uri"])
    key = works("PyJWT: the published key", lambda: keys.get_signing_key_from_jwt(word))
    expected = {
        "audience": "heist-tools",
        "issuer": metadata["issuer"],
        "options": {"require": ["iss", "sub", "aud", "client_id", "scope", "iat", "exp", "jti"]},
    }
    claims = works("PyJWT: decode", lambda: jwt.decode(word, key, algorithms=["EdDSA"], **expected))
    named = (claims["sub"], claims["client_id"], claims["scope"], claims["bank"])
    check("PyJWT: signature and claims", named, (client["client_name"], client["client_id"], SCOPE, BANK))
    other = raised(lambda: jwt.decode(word, key, algorithms=["EdDSA"], audience="others"))
    check("PyJWT: not meant for others", type(other), jwt.InvalidAudienceError)


def scraped(name, url):
    """The families of a service's metrics by name."""
    answer = requests.get(url + "/metrics", timeout=10)
    media = answer.headers["Content-Type"].split("; ")[:2]
    check(f"Prometheus, {name}: the media type", media, ["text/plain", "version=0.0.4"])
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def whole(name, families):
    """What makes the exposition of a service's metrics a good one."""
    untold = [family.name for family in families.values() if family.type == "unknown" or not family.documentation]
    check(f"Prometheus, {name}: {', '.join(families)} have a type and a description", untold, [])
    samples = [sample for family in families.values() for sample in family.samples]
    labelled = {(sample.name, *sorted(sample.labels.items())) for sample in samples}
    check(f"Prometheus, {name}: none of {len(samples)} samples stands twice", len(labelled), len(samples))
    for family in families.values():
        if family.type == "histogram":
            check(f"Prometheus, {name}: the histogram {family.name} adds up", broken(family), [])


def broken(histogram):
    """The series whose buckets do not go up to one with everything in it."""
    series = collections.defaultdict(dict)
    for sample in histogram.samples:
        labels = tuple(sorted(label for label in sample.labels.items() if label[0] != "le"))
        series[labels][sample.labels.get("le", sample.name.removeprefix(histogram.name))] = sample.value

    def adds_up(seen):
        bounds = sorted((bound for bound in seen if not bound.startswith("_")), key=float)
        counts = [seen[bound] for bound in bounds]
        return bounds[-1:] == ["+Inf"] and counts == sorted(counts) and counts[-1] == seen["_count"] and "_sum" in seen

    return [seen for seen in series.values() if not adds_up(seen)]


# What is asked for all the time: by the services themselves, and by whoever looks at the metrics.
ALL_THE_TIME = {"/oauth/revoked", "/metrics"}


def total(families, name, label=None):
    """What a counter says, or the count of a histogram; of all its series, or of those with such a label value, without
    what is asked for all the time."""
    samples = families[name].samples if name in families else []
    counts = (sample for sample in samples if sample.name in (f"{name}_total", f"{name}_count"))

    def is_meant(labels):
        return label is None or label in labels.values() and labels.get("route") not in ALL_THE_TIME

    return sum(sample.value for sample in counts if is_meant(sample.labels))


def prometheus(services):
    """The metrics of all five: well-formed, and counting what is done."""
    oauth = services["oauth"].url
    client = register(oauth, services.bootstrap(), "planner", SCOPES)
    other = register(oauth, services.bootstrap(), "nobody", "memory:read")
    good, bad = token(oauth, client), token(oauth, other)

    def call(name, bearer):
        path, arguments = CALLS[name]
        return ask(services[name].url + path, arguments, bearer)[0]

    # At its first call a service fetches the keys, which oauth counts too.
    for name in CALLS:
        check(f"Prometheus, {name}: a first call", call(name, good), 200)
    before = {name: scraped(name, services[name].url) for name in NAMES}
    bearers = [good] * 4 + [bad] * 3 + [None] * 2
    done = {name: collections.Counter(call(name, bearer) for bearer in bearers) for name in CALLS}
    for _ in range(5):
        token(oauth, client)
    nobody = {"grant_type": "client_credentials", "client_id": "nobody", "client_secret": "wrong"}
    done["oauth"] = collections.Counter([200] * 5 + [ask(oauth + "/oauth/token", nobody)[0] for _ in range(3)])
    after = {name: scraped(name, services[name].url) for name in NAMES}

    for name in NAMES:
        expected = {200: 5, 401: 3} if name == "oauth" else {200: 4, 403: 3, 401: 2}
        check(f"Prometheus, {name}: what was done", dict(done[name]), expected)
        whole(name, after[name])

        def rise(family, label=None):
            return total(after[name], family, label) - total(before[name], family, label)

        counted = {status: rise("heist_requests", str(status)) for status in expected}
        check(f"Prometheus, {name}: heist_requests_total rose by it", counted, expected)
        timed = total(after[name], "heist_request_duration_seconds")
        check(f"Prometheus, {name}: as many are timed as counted", timed, total(after[name], "heist_requests"))
        if name != "oauth":
            samples = [sample for family in after[name].values() for sample in family.samples]
            by_reason = {sample.name.removesuffix("_total") for sample in samples if "reason" in sample.labels}
            check(f"Prometheus, {name}: refusals by reason", sum(map(rise, by_reason)), expected[401] + expected[403])


def main(program=None):
    with Services(program or built()) as services:
        oauth = services["oauth"].url
        client = register(oauth, services.bootstrap(), "hacker", SCOPE, BANK)
        found = requests.get(get_well_known_url(oauth, external=True), timeout=10).json()
        metadata = AuthorizationServerMetadata(found)
        check("Authlib: the metadata is valid", raised(metadata.validate), None)
        check("Authlib: the metadata is the issuer's own", metadata["issuer"], oauth)
        methods = {"client_secret_basic", "client_secret_post"}
        check("Authlib: ways to authenticate", set(metadata["token_endpoint_auth_methods_supported"]), methods)
        authlib(services, metadata, client)
        oauthlib(services, metadata, client)
        pyjwt(services, metadata, client)
        prometheus(services)
        banks({name: services[name].url for name in NAMES}, services.bootstrap())


if __name__ == "__main__":
    main(*sys.argv[1:])
