"""The words of the engine: causes, who acts, permanence, and what a finding rests on."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Why a message was refused."""

    RECIPIENT_UNKNOWN = "recipient-unknown"
    RECIPIENT_DISABLED = "recipient-disabled"
    RECIPIENT_MOVED = "recipient-moved"
    MAILBOX_FULL = "mailbox-full"
    DOMAIN_NOT_FOUND = "domain-not-found"
    DOMAIN_NOT_ACCEPTING_MAIL = "domain-not-accepting-mail"
    MESSAGE_TOO_LARGE = "message-too-large"
    SPAM_CONTENT = "spam-content"
    MALWARE = "malware"
    IP_BLOCKLISTED = "ip-blocklisted"
    DOMAIN_BLOCKLISTED = "domain-blocklisted"
    POOR_REPUTATION = "poor-reputation"
    AUTHENTICATION_FAILURE = "authentication-failure"
    MISSING_REVERSE_DNS = "missing-reverse-dns"
    RATE_LIMITED = "rate-limited"
    GREYLISTED = "greylisted"
    TOO_MANY_CONNECTIONS = "too-many-connections"
    POLICY_REJECTION = "policy-rejection"
    SENDER_REJECTED = "sender-rejected"
    RELAY_DENIED = "relay-denied"
    SMTP_AUTH_REQUIRED = "smtp-auth-required"
    TLS_FAILURE = "tls-failure"
    PROTOCOL_ERROR = "protocol-error"
    MESSAGE_FORMAT_ERROR = "message-format-error"
    ROUTING_LOOP = "routing-loop"
    CONNECTION_FAILURE = "connection-failure"
    DNS_FAILURE = "dns-failure"
    SERVER_ERROR = "server-error"
    SERVER_STORAGE_FULL = "server-storage-full"
    DELIVERY_EXPIRED = "delivery-expired"
    SUPPRESSED = "suppressed"
    NOT_A_BOUNCE = "not-a-bounce"
    UNKNOWN = "unknown"


class Actor(StrEnum):
    """Who must act."""

    NOBODY = "nobody"
    SENDER = "sender"
    SENDER_ADMIN = "sender-admin"
    LIST_OWNER = "list-owner"
    RECIPIENT = "recipient"
    RECIPIENT_ADMIN = "recipient-admin"
    PROVIDER = "provider"


class Permanence(StrEnum):
    """Whether the same message can get through later."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    EITHER = "either"


class Basis(StrEnum):
    """What a finding rests on, the strongest first."""

    SIGNATURE = "signature"  # words that a curated signature knows
    MEANING = "meaning"  # what the provider means by a token, wording or code
    REGISTRY = "registry"  # what the registries mean by the code
    CLASS = "class"  # no more than the first digit
    GUESS = "guess"  # nearest known wording
