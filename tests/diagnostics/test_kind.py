"""What kind of mail it is: a notice of a mail system, an automatic answer, a complaint, or mail."""

import pytest

from diagnostics.bounce import read

DAEMON = "Mail Delivery System <MAILER-DAEMON@mail.example.net>"
PERSON = "Bob <bob@example.net>"
FAILED = "Your message could not be delivered to\nbob@example.net\n"


def format_of(sender: str, subject: str, words: str, *fields: str):
    header = [f"From: {sender}", "To: ann@example.com", f"Subject: {subject}", *fields]
    return read("\n".join([*header, "", words])).format


@pytest.mark.parametrize(
    ("sender", "subject", "words"),
    [
        (DAEMON, "failure notice", "no words that anybody knows\n"),
        (DAEMON, "Minutes", FAILED),
        ("postmaster@example.net", "Undeliverable Mail", "User mailbox is full\n"),
        ("<>", "Mail System Error", FAILED),
        ("no-reply@example.net", "Undelivered Mail Returned to Sender", FAILED),
        ("Postmaster <postmaster@example.net>", "Unzustellbar: Protokoll", "Empfänger unbekannt\n"),
        (DAEMON, "配信不能", "宛先が見つかりません\n"),
        (DAEMON, "退信", "收件人不存在\n"),
    ],
)
def test_a_mail_system_writes_notices(sender, subject, words):
    assert format_of(sender, subject, words) == "ndr"


@pytest.mark.parametrize(
    ("sender", "subject", "words"),
    [
        (PERSON, "Minutes", FAILED),
        (PERSON, "Re: Minutes", f"I got this:\n\n> {FAILED}"),
        (PERSON, "Re: mail delivery", "It could not be delivered to bob@example.net, I hear.\n"),
        ("news@example.org", "Why mail could not be delivered", FAILED),
        ("notifications@example.org", "[code] Bounces are lost", FAILED),
        ("postmaster@example.net", "New rules", "From Monday on, attachments are smaller.\n"),
        ("root@example.net", "Cron <root@mail> backup", "backup done\n"),
        ("shop@example.org", "Your order 550", "The parcel could not be delivered.\n"),
    ],
)
def test_people_and_programs_write_mail(sender, subject, words):
    fields = ["List-Unsubscribe: <mailto:leave@example.org>"] if "@example.org" in sender else []

    assert format_of(sender, subject, words, *fields) == "message"


@pytest.mark.parametrize(
    "subject",
    [
        "Out of Office: Minutes",
        "Automatic reply: Minutes",
        "Autoreply: Minutes",
        "Abwesenheitsnotiz: Protokoll",
        "Automatische Antwort: Protokoll",
        "Réponse automatique : compte rendu",
        "Respuesta automática: acta",
        "Risposta automatica: verbale",
        "Resposta automática: ata",
        "Automatisch antwoord: notulen",
        "Autoodpowiedź: protokół",
        "Автоматический ответ: протокол",
        "自動応答: 議事録",
        "自动回复: 纪要",
        "부재중: 회의록",
    ],
)
def test_who_is_away_says_so_in_many_languages(subject):
    words = "I am away until Monday. Your message was not delivered to anybody else.\n"

    assert format_of(PERSON, subject, words) == "auto-reply"


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner-email=x",
        "X-Autoreply: yes",
        "X-Autorespond: Minutes",
        "Precedence: auto_reply",
    ],
)
def test_a_field_says_that_a_machine_answers(field):
    assert format_of(PERSON, "Re: Minutes", "Thank you.\n", field) == "auto-reply"


def test_a_field_says_that_a_person_writes():
    assert format_of(PERSON, "Re: Minutes", "Thank you.\n", "Auto-Submitted: no") == "message"


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Undeliverable: List awaits approval", "Undeliverable:"),
        ("RE: List awaits approval : non remis", "RE:"),
        ("Non recapitabile: List awaits approval", "Non recapitabile:"),
        ("List awaits approval (returned to sender)", " (returned to sender)"),
        ("Returned mail: User unknown", "Returned mail: User unknown"),
    ],
)
def test_the_subject_of_the_returned_message_is_no_word_of_the_notice(subject, words):
    returned = (
        "----- Original message -----\n\nFrom: ann@example.com\nSubject: List awaits approval\n"
    )

    bounce = read(
        f"From: {DAEMON}\nTo: ann@example.com\nSubject: {subject}\n\n{FAILED}\n{returned}"
    )

    assert bounce.text[slice(*bounce.subject)] == words


def test_fields_of_a_mail_system_need_no_blank():
    mail = f"x-store-info:D6ta\nFrom: {DAEMON}\nSubject: failure notice\n\n{FAILED}"

    assert read(mail).format == "ndr"
