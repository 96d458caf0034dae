"""Errors in words: the way to Microsoft: connections, certificates, proxies."""

from __future__ import annotations

from emi_installer.core.errors.codes import Code
from emi_installer.wording.error_texts.text import ErrorText

TEXTS = {
    Code.ANSWER_TOO_LARGE: ErrorText(
        "The response from {host} is too large.",
        "It is not what Microsoft sends; something in between may interfere.",
        "Check the proxy or network of this computer and start again.",
    ),
    Code.ANSWER_UNREADABLE: ErrorText(
        "The response from {host} could not be understood.",
        "It was cut off, or it is not what Microsoft sends.",
        "Check the network of this computer and start again: only what is missing is done.",
    ),
    Code.CAPTIVE_PORTAL: ErrorText(
        "Something else answered instead of {host}.",
        "A web page came back: often the sign-in page of a network or proxy.",
        "Open a browser, sign in to the network there, and start again.",
    ),
    Code.CERTIFICATES_UNREADABLE: ErrorText(
        "The certificate file for encrypted connections can't be read.",
        "{variable} names {file}, which is missing, empty, or not a text file with BEGIN CERTIFICATE.",
        (
            "Correct that environment variable or remove it. A certificate exported from Windows must be exported "
            "as Base-64 encoded X.509 (.CER)."
        ),
    ),
    Code.CERTIFICATE_OUT_OF_DATE: ErrorText(
        "The certificate of {host} is not valid on the date of this computer.",
        "It is valid from {first} to {last}; this computer's clock says {today}. It was issued by {issuer}.",
        (
            "Check the date and time of this computer and correct them first. If they are right, your network "
            "administrators have to renew that certificate."
        ),
    ),
    Code.CONNECTION_DROPPED: ErrorText(
        "The connection to {host} broke.",
        "It was cut before the whole answer came.",
        "Check the network and start again: only what is missing is done.",
    ),
    Code.NAME_NOT_FOUND: ErrorText(
        "{host} can't be reached.",
        "Its name could not be looked up: there is no network, no name server, or only a proxy leads out.",
        (
            "Check the network. If your organization uses a proxy, name it in HTTPS_PROXY, such as "
            "http://proxy.example.com:8080."
        ),
    ),
    Code.PROXY_DETECTION_UNUSED: ErrorText(
        "{host} can't be reached.",
        (
            "There is no direct connection. Windows looks for a proxy by itself on this computer, which this "
            "program does not do."
        ),
        (
            "Check the network. If your organization uses a proxy, ask for its address, set HTTPS_PROXY to it, "
            "such as http://proxy.example.com:8080, and start again."
        ),
    ),
    Code.PROXY_IS_SOCKS: ErrorText(
        "The proxy {proxy} is a SOCKS proxy.",
        "It is named in {source}; this program can use HTTP proxies only.",
        "Ask your network administrators for an HTTP proxy and name it in HTTPS_PROXY, or remove the setting.",
    ),
    Code.PROXY_PASSWORD_MISSING: ErrorText(
        "The proxy {proxy} asks for a user name and password.",
        "None is given in {source}.",
        (
            "Ask your network administrators to allow {host} without one, or set HTTPS_PROXY to "
            "http://USER:PASSWORD@ and the address of the proxy."
        ),
    ),
    Code.PROXY_PASSWORD_REFUSED: ErrorText(
        "The proxy {proxy} does not accept the user name and password.",
        "They are given in {source}.",
        "Correct them there. Special characters are written in percent form, such as %40 for @.",
    ),
    Code.PROXY_REFUSED: ErrorText(
        "The proxy {proxy} does not let this program through to {host}.",
        "It answered {status}.",
        "Ask your network administrators to allow {host}.",
    ),
    Code.PROXY_SCRIPT_UNUSED: ErrorText(
        "{host} can't be reached without a proxy.",
        "Windows uses a proxy script ({script}), which this program does not read.",
        (
            "Ask your network administrators for the address of the proxy, set HTTPS_PROXY to it, such as "
            "http://proxy.example.com:8080, and start again."
        ),
    ),
    Code.PROXY_SETTING_INVALID: ErrorText(
        "The address of the proxy in {source} can't be understood.",
        ("It does not have the form http://proxy.example.com:8080 or http://USER:PASSWORD@proxy.example.com:8080."),
        (
            "Correct it. In the user name and password write \\ as %5C, # as %23, @ as %40, / as %2F, : as %3A and "
            "? as %3F."
        ),
    ),
    Code.PROXY_SIGN_IN_UNSUPPORTED: ErrorText(
        "The proxy {proxy} wants a kind of sign-in that this program does not have.",
        ("It asks for {schemes}, which uses the Windows account; a user name and password in HTTPS_PROXY do not help."),
        "Ask your network administrators to allow {host} without sign-in, or use another network.",
    ),
    Code.PROXY_SPEAKS_HTTP: ErrorText(
        "The proxy {proxy} does not answer encrypted.",
        (
            "{source} begins with https://, but the proxy speaks plain HTTP; connections through it are encrypted "
            "all the same."
        ),
        "Write http:// instead of https:// in {source}.",
    ),
    Code.PROXY_UNAVAILABLE: ErrorText(
        "The proxy {proxy} can't reach {host} at the moment.",
        "It answered {status}.",
        (
            "Wait some minutes and start again: only what is missing is done. If it stays like this, ask your "
            "network administrators."
        ),
    ),
    Code.PROXY_UNREACHABLE: ErrorText(
        "The proxy {proxy} can't be reached.",
        "It is named in {source}.",
        "Check that address and the network, or set HTTPS_PROXY to the right one.",
    ),
    Code.TIME_OUT: ErrorText(
        "{host} did not answer in time.",
        "The network or the service is slow.",
        "Try again; if it stays like this, check the network and the proxy.",
    ),
    Code.TLS_UNTRUSTED: ErrorText(
        "The certificate of {host} is not trusted.",
        "It was issued by {issuer}. A company proxy that inspects encrypted traffic looks like this.",
        (
            "Ask your network administrators for its root certificate: install it in the certificate store of "
            "this computer, or name its file in REQUESTS_CA_BUNDLE."
        ),
    ),
    Code.UNREACHABLE: ErrorText(
        "{host} can't be reached.",
        "The connection was refused.",
        (
            "Check the network and the firewall. If your organization uses a proxy, name it in HTTPS_PROXY, such "
            "as http://proxy.example.com:8080."
        ),
    ),
}
