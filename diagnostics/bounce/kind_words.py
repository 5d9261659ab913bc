"""Words by which kinds of mail are told apart, in small letters, parted by |, English first.

They say what a mail is, never why it was refused: causes are the engine's.
"""

from __future__ import annotations

import re


def listed(words: str) -> tuple[str, ...]:
    """Return the words of a table."""
    return tuple(word for line in words.split("\n") for word in line.split("|") if word)


# A message was not delivered, or not yet: in the first words of a notice.
FAILURE = listed(
    """
couldn't be delivered|can't be delivered|was not delivered|wasn't delivered|were not delivered
not been delivered|not be delivered|not deliver |undeliverable|undelivered|unable to deliver
not able to deliver|wasn't able to deliver|could not deliver|couldn't deliver
delivery has failed|delivery failed|delivery failure|delivery to the following
failed to deliver|failed delivery|delivery to these recipients|did not reach
delivery status notification|delivery report|non-delivery|had permanent fatal errors
had transient non-fatal errors|attempting to deliver|trying to deliver|final delivery userid
mailbox exceeds
failed addresses|following response|delivery attempt |no valid recipients
have delivery notifications|error delivering|trouble delivering|problem delivering
could not be sent|failed to send|could not send|unable to send|error sending your
message returned|returned to you|mail failed|transcript of session|transcript of the session
permanent error|transcript of the attempts|not accepting mail|delivery of email
has been postponed|been delayed|has not yet been|not yet been delivered|delivery attempts
has not delivered the|could not be reached|error: invalid user|generated response
delivery error|delivery of the
following recipients|is not a valid|no such user|user unknown|could not be forwarded
was rejected|has been rejected|been returned|returned mail|mail delivery system
address not found|message not delivered|message blocked|failure reasons|automatically rejected
mail is rejected|not member article|duplicated message-id|has been blocked|was blocked
were not relayed|was not relayed|diagnostic information for admin|generating server
couldn't be found|address(es) failed|failed recipient|did not receive|delivery problems
unzustellbar|nicht zugestellt|zustellung|diagnoseinformationen|n'a pas pu
informations de diagnostic|información de diagnóstico|informazioni di diagnostica|n'a pu être
n'a pas été|non remis|échec de|non distribu|no se ha podido|no se pudo|no entregado
no ha podido ser|non è stato possibile|impossibile recapitare|mancato recapito|mancata consegna
non è stato consegnato|não foi possível|não pôde ser|não foi entregue|não pode ser
niet worden bezorgd|niet bezorgd|niet afgeleverd|niet worden afgeleverd|kan niet worden
niedostarczon|nie została dostarczon|nie można dostarczyć|nie udało się|nie mogła zostać
не доставлен|невозможно доставить|не удалось|не может быть|создано автоматически|送信できません
配信でき|配送でき|届けられ|お届けでき|宛先不明|配信不能|メールエラー|エラーメール|送信に失敗
退信|无法投递|未能送达|投递失败|无法发送|传输失败|無法送達|传送失败|投遞失敗|无法送达|無法傳送
無法投遞|無法寄送|전송 실패|전송하지|전달하지|반송|전송되지|배달되지|발송 실패
nicht zustellbar|nicht erreicht|nicht ausgeliefert|konnte nicht gesendet|impossible de remettre
non délivr|error de entrega|no pudo ser entregad|no fue entregad|no s'ha pogut|falha na entrega
no ha sido entregad|no se ha entregado|no puede ser entregad|não pode ser entreg|nao foi possivel
falha ao entregar|non è stato recapitato|non è stata recapitata|non può essere
mancata consegna|impossibile consegnare|non consegnat|non recapitat
bezorging is mislukt|kon niet worden|onbestelbaar|nie powiodł|niedoręczon|gick inte att leverera
inte levereras|inte levererat|inte kunnat levereras|ikke leveres|ikke leveret|ikke levert
levering mislykkedes|levering mislyktes|toimitus epäonnistui|ei voitu toimittaa|ei toimitettu
nepodařilo doručit|nelze doručit|nebyla doručena|nebylo možné doručit|nedoručiteln
doručení se nezdařilo|nepodarilo doručiť|možné doručiť|nem sikerült kézbesíteni
nem kézbesíthető|kézbesítése nem sikerült|kézbesítés sikertelen|nu a putut fi livrat
nu s-a putut livra|teslim edilemedi|iletilemedi|ulaştırılamadı|gönderilemedi
δεν ήταν δυνατή|παράδοση απέτυχε|δεν παραδόθηκε|сбой доставки|не было доставлен
не была доставлен|не был доставлен|недоставлен|не вдалося доставити|неможливо доставити
не може да бъде доставен|nije isporučen|nije moguće isporučiti|ni bilo mogoče dostaviti
nepavyko pristatyti|neizdevās piegādāt|ei õnnestunud|לא ניתן היה למסור|המסירה נכשלה|לא נמסרה
تعذر تسليم|فشل التسليم|لم يتم تسليم|ไม่สามารถส่ง|การจัดส่งล้มเหลว|không thể gửi|không gửi được
tidak dapat dikirim|gagal dikirim|tidak terkirim|配信に失敗|届きません|无法将|无法传递|未能传递
無法將|傳遞失敗|배달에 실패|배달하지|보낼 수 없
"""
)

# The same, in the subject of a notice.
SUBJECT = listed(
    """
undeliver|delivery status|delivery fail|delivery has failed|failure notice|returned mail
mail delivery|delivery notification|could not be delivered|non-delivery|non delivery
nondelivery|delivery report|delivery delay|message delayed|delayed mail|failure notification
delivery problem|delivery error|mail failure|failed mail|mail failed|failed delivery
failure delivery|returned message|message status|not delivered|delivery incomplete|unzustellbar
nicht zugestellt|non remis|no entregado|mail system error|warning: message
warning: could not send|delivery warning|returning to sender|returned to sender
postmaster notify|non recapitabile|não entreg|niet bestelbaar|onbestelbaar|niedostarczon
не доставлен|配信不能|エラー|传输失败|投遞失敗|退信|无法投递|未送达|无法送达|반송|전송 실패
error sending your|sending your mail|message could not|returned -|user unknown|report to sender
loop alert|loop back warning|not member article|reject mail|automatically rejected
message blocked|blocked by our|banned contents
nicht zustellbar|mancata consegna|non consegnat|échec de|non délivr|no se puede entregar
falha na entrega|não é possível entregar|kan inte levereras|inte levererat|ikke leveres|ikke levert
ikke leveret|ei voitu toimittaa|nedoručen|nedoručiteln|nedoručiteľn|kézbesíthetetlen
nem kézbesíthető|teslim edilemedi|iletilemedi|недоставлен|недоставлено|не доставлено
nelivrat|netrimis|mail failure
"""
)

# The mail system goes on trying, and says so.
TRYING = listed(
    """
warning message only|this is a warning only|this is just a warning|only a notification about a delay
no action is required|not need to resend|need not resend|delivery attempts will continue
will be retried|will retry|will continue to|continue trying|keep trying|still trying
still undelivered
"""
)

# The same, as long as nothing says that it does not.
DELAY = listed(
    """
delayed|could not send mail for past|could not send message for past|not yet been
has been postponed|still being|transient non-fatal|temporary failure
has not been delivered after|verzöger|retard|retras|ritard|atras
vertraag|opóź|задерж|遅延|延迟|延遲|지연
"""
)

# It does not.
GIVEN_UP = listed(
    """
given up|giving up|not going to try|permanent error|permanent fatal|failed permanently
final failure|could not be delivered after|will not try|not try again|has failed|permanently failed
no longer be retried|message will be deleted from queue|has stopped trying|was aborted
"""
)

# Goods are delivered, too.
GOODS = listed(
    """
parcel|your order|shipment|package|postman|ihre bestellung|paket|lieferung|colis|votre commande
su pedido|il tuo ordine|seu pedido|bestelling|заказ|посылк|ご注文|荷物|订单|包裹
"""
)

# Somebody must show that a person wrote.
CHALLENGE = listed(
    """
confirm that you are|verify that you are|confirm you are|verify you are|you are a person
you are human|you're human|is being held because|has been held because|confirmation required
click the link below to deliver|address has not been verified|awaiting your confirmation
"""
)

# Somebody is away, or a machine answers.
AUTOMATIC = listed(
    """
out of office|out of the office|automatic reply|auto reply|auto-reply|autoreply|auto response
autoresponse|auto-response|vacation|on holiday|away from|abwesenheit|automatische antwort
nicht im haus|réponse automatique|absence du bureau|respuesta automática|fuera de la oficina
risposta automatica|fuori sede|resposta automática|fora do escritório|automatisch antwoord
afwezig|autoodpowiedź|odpowiedź automatyczna|автоматический ответ|автоответ|自動応答|自動返信
不在|自动回复|自動回覆|부재중|자동 회신|i am currently out|i'm currently out
thank you for your e-mail|thank you for your message
"""
)

# Before the subject of the message that a notice is about, in the languages of Exchange and others.
QUOTING = re.compile(
    r"(?:re|aw|sv|fwd?|wg|undeliverable|undelivered|non-?delivery|delayed|not read|read"
    r"|unzustellbar|nicht zugestellt|verzögert|non remis|retardé|non recapitabile|ritardato"
    r"|no se puede entregar|no entregado|retrasado|não é possível entregar|onbestelbaar|vertraagd"
    r"|niedostarczalne|opóźnione|недоставлено|не удалось доставить|无法送达|無法傳遞|配信不能|未達"
    r"|배달되지 않음|kan inte levereras|ikke leveret|kan ikke leveres|ikke levert|ei toimitettu"
    r"|nedoručiteln[áé]|kézbesíthetetlen|teslim edilemedi)[ ]?[:：]",
    re.IGNORECASE,
)
