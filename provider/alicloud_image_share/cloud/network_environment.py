"""What the environment says of the way out: proxies (HTTPS_PROXY, NO_PROXY …) and certificate authorities."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import certifi

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
NO_HOST = "another address"
_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


class UnusableVariableError(ValueError):
    """A variable of the environment has a value that cannot be used, however often it is tried."""


def is_called_directly(url: str) -> bool:
    """Tell whether NO_PROXY names the host of an address in a spelling that other tools know.

    requests knows suffixes, IPv4 networks and `*` alone; Go, and so pulumi-alicloud, knows `*.suffix`, ports
    and IPv6, too.
    """
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    entries = re.split(r"[\s,]+", os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or "")
    return any(_names(entry.lower(), parts.hostname or "", port) for entry in entries if entry)


def _names(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:
        pass  # one of them is a name, or has a port
    try:
        named, its_port = urlsplit(f"//{entry}").hostname or "", urlsplit(f"//{entry}").port
    except ValueError:
        return False
    name = named.removeprefix("*").strip(".")
    return bool(name) and its_port in (None, port) and f".{host}".endswith(f".{name}")


def called_through(url: str, proxies: Mapping[str, str]) -> dict[str, str]:
    """Return the proxies that a call to an address may use, all with a scheme: without one, HTTP is meant."""
    if is_called_directly(url):
        return {}
    return {scheme: proxy if "://" in proxy else f"http://{proxy}" for scheme, proxy in proxies.items()}


def check_proxy(proxy: str | None) -> None:
    """Raise UnusableVariableError where the proxy that a request needs has no usable address."""
    if proxy is not None and not _is_usable(proxy):
        raise UnusableVariableError(
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names a proxy that has no usable address; write the"
            " proxy as http://HOST:PORT"
        )


def _is_usable(proxy: str) -> bool:
    try:
        parts = urlsplit(proxy)
        has_address = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
    return has_address and parts.scheme in _SCHEMES and not any(map(str.isspace, proxy))


def authorities_file() -> str | None:
    """Return the file, or the folder, with the certificate authorities that the environment names."""
    return next(filter(None, map(os.environ.get, CA_VARIABLES)), None)


def trusted_authorities() -> ssl.SSLContext:
    """Return which authorities to trust: those of the variables alone, else those of the system and certifi.

    Raise UnusableVariableError where a variable names a file without certificates.
    """
    file = authorities_file()
    if file is None:
        context = ssl.create_default_context()  # reads SSL_CERT_FILE and SSL_CERT_DIR
        context.load_verify_locations(certifi.where())
        return context
    if os.path.isdir(file):
        return ssl.create_default_context(capath=file)
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as exc:
        names = " or ".join(name for name in CA_VARIABLES if os.environ.get(name) == file)
        raise UnusableVariableError(f"{names}: no certificates can be read from {file}") from exc


def host_and_port(address: str) -> str:
    """Return the host of an address with its port, and no password; of a malformed one, that it has none."""
    return _part(address, lambda parts: parts.netloc.rpartition("@")[2]) or NO_HOST


def host_of(address: str, otherwise: str = NO_HOST) -> str:
    """Return the host of an address alone; `otherwise` where it has none."""
    return _part(address, lambda parts: parts.hostname) or otherwise


def _part(address: str, part: Callable[[SplitResult], str | None]) -> str:
    try:
        return part(urlsplit(address)) or ""
    except ValueError:
        return ""
