"""READ: bytes or text in, reports out. Plain Python; knows nothing of causes.

Public face: `read`, `split` and the values they return. One family of formats a module:

- `mail`          e-mails: DSN (RFC 3464, RFC 6522), complaints (RFC 5965), auto-replies (RFC 3834);
  `mime` takes them apart, `page` writes what is shown, `kind` says what they are, `dsn` reads the
  fields of a delivery status, `original` the header of what came back
- `notices`       notices in prose, of any mail system; `pasted` reads those without their mail
- `outlook`       files of Outlook (.msg), rewritten as e-mails
- `webhook`       events of sending services as JSON; `webhook_events` says where their facts stand,
  `guesses` finds those of services that nobody describes; `documents` finds the JSON
- `exchange_log`, `powermta`: logs that are tables; `table_unknown`: those that nobody describes
- `postfix`, `exim_log`, `sendmail_log`, `qmail_log`, `other_logs`: logs of lines
- `transcript`    transcripts of SMTP sessions
- `reply`         SMTP replies (RFC 5321 section 4.2), bare or within a sentence

A new family is a module with `MARKS`, of which one stands in every text that it reads, a function
`str -> Bounce | None`, and a place in `recognise.READERS`. A log whose lines each tell one delivery
needs less: a function in `other_logs`. So does a service: a row in `webhook_events`.
"""

from diagnostics.bounce.model import Bounce, Format, Original, Report, Span, Stage
from diagnostics.bounce.recognise import read
from diagnostics.bounce.split import split

__all__ = ["Bounce", "Format", "Original", "Report", "Span", "Stage", "read", "split"]
