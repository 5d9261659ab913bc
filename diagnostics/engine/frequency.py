"""How often words stand in answers, so that expressions are started by those that seldom do."""

from __future__ import annotations

import re
from functools import cache

EDGE = "\0"  # a word boundary within a literal

# In how many of a thousand answers a word stands, for those in seven and more (measured on the
# examples of all signatures, where log lines and addresses take part).
FREQUENT = {
    word: int(often)
    for word, often in re.findall(
        r"(\w+):(\d+)",
        """
        example:232 com:212 mail:134 not:129 user:126 to:122 is:92 the:90 in:82 host:75 message:73
        de:72 smtp:68 mx:66 address:61 relay:56 a:55 this:52 for:51 domain:49 from:47 no:47
        status:46 dsn:46 command:46 delay:46 rejected:45 of:44 your:44 said:42 server:40 error:40
        recipient:40 reply:39 sender:39 ip:39 has:37 mailbox:36 too:35 bounced:32 by:30 blocked:29
        refused:29 rcpt:28 dns:27 please:24 was:23 spam:23 found:22 failed:22 service:21
        exceeded:19 connection:19 policy:19 try:18 or:18 email:18 you:18 many:18 on:18 account:18
        limit:18 deferred:17 unknown:17 be:17 https:17 messages:17 been:17 our:17 invalid:16
        does:16 due:16 name:15 list:15 allowed:15 failure:15 local:14 again:14 later:14 aup:14
        non:14 see:13 are:13 delivery:13 tls:12 system:12 at:12 unavailable:12 accepted:12 send:12
        client:12 e:12 quota:12 do:11 could:11 sending:11 size:11 an:11 la:11 cannot:10 data:10
        that:10 www:10 denied:10 with:9 http:9 si:9 lookup:9 we:9 connections:9 temporarily:9
        spf:9 unable:9 here:9 authentication:8 accept:8 bad:8 file:8 el:8 record:8 header:8 as:8
        rate:8 have:8 because:8 listed:8 content:8 exist:8 postmaster:8 remote:8 dmarc:7
        detected:7 maximum:7 die:7 exceeds:7 sorry:7 connect:7
        """,
    )
}
SELDOM = 1.0  # of a thousand, for any other word
ONE_WORD_MORE = 0.4  # how often the next word of a phrase follows


def in_vain(words: frozenset[str]) -> float:
    """Return how often a set of words stands in a thousand answers, as an estimate."""
    return sum(map(frequency, words))


@cache
def frequency(text: str) -> float:
    """Return how often a literal stands in a thousand answers, by its rarest word."""
    words = text.split()
    if not words:
        return 1000.0
    last = len(words) - 1
    often = min(
        word_frequency(
            word.replace(EDGE, ""),
            starts=number > 0 or text.startswith((EDGE, " ")),
            ends=number < last or text.endswith((EDGE, " ")),
        )
        for number, word in enumerate(words)
    )
    return often * ONE_WORD_MORE**last


@cache
def word_frequency(word: str, *, starts: bool, ends: bool) -> float:
    """Return how often a word stands in a thousand answers, or words that hold such a piece."""
    if starts and ends:
        return FREQUENT.get(word, SELDOM)
    holding = sum(
        often
        for known, often in FREQUENT.items()
        if word in known
        and (not starts or known.startswith(word))
        and (not ends or known.endswith(word))
    )
    # A short piece stands in many a word that is no frequent one.
    return SELDOM + holding + 100.0 * 0.25 ** len(word)
