"""READ: bytes or text in, reports out. Plain Python; knows nothing of causes.

Public face: `read`, `split` and the values they return. One family of formats a module:

- `mail`       e-mails: DSN (RFC 3464, RFC 6522), complaints (RFC 5965), auto-replies (RFC 3834)
- `postfix`    log lines of Postfix
- `reply`      SMTP replies (RFC 5321 section 4.2), bare or within a sentence

A new family is a module with a function `str -> Bounce | None` and a place in `recognise.READERS`.
"""

from diagnostics.bounce.model import Bounce, Format, Original, Report, Span, Stage
from diagnostics.bounce.recognise import read
from diagnostics.bounce.split import split

__all__ = ["Bounce", "Format", "Original", "Report", "Span", "Stage", "read", "split"]
