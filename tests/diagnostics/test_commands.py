"""`diagnose` and `triage`, as they are typed."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

BOUNCES = Path(__file__).parent.parent / "bounces"
FIXTURES = str(settings.FIXTURES_DIR)
REPLY = "451 4.3.0 Mail server temporarily rejected message. - gsmtp"
ARTICLE = "gmail-451-4-3-0-mail-server-temporarily-rejected-message"


def run_diagnose(path, *options):
    out = io.StringIO()
    call_command("diagnose", str(path), "--knowledge", FIXTURES, *options, stdout=out)
    return out.getvalue()


def run_triage(tmp_path, *inputs, **options):
    output = tmp_path / "out"
    usual = {"output": output, "knowledge": FIXTURES}
    flags = [f"--{name}={value}" for name, value in {**usual, **options}.items()]
    call_command("triage", *map(str, inputs), *flags, stderr=io.StringIO())
    return output.read_text(encoding="utf-8")


def records(text):
    return [json.loads(line) for line in text.splitlines()]


def test_diagnose_tells_a_person():
    lines = run_diagnose(BOUNCES / "gmail-451-delay-notice.eml").splitlines()

    assert lines[0] == (
        "The message to bob.writer@gmail.com has not got through yet because the receiving server "
        "had a problem of its own."
    )
    assert "Who must act: Nobody: it is retried" in lines
    assert "Lasts:        Temporary" in lines
    assert lines[-1].startswith(f"Read:         {settings.SITE_URL}/articles/{ARTICLE}/ ")


def test_diagnose_gives_json_as_the_contract_says():
    found = json.loads(run_diagnose(BOUNCES / "gmail-451-expired-dsn.eml", "--format", "json"))

    assert {name: found[name] for name in ("format", "is_bounce", "cause", "permanent")} == {
        "format": "dsn",
        "is_bounce": True,
        "cause": "server-error",
        "permanent": False,
    }
    assert (found["provider"], found["service"]) == ("google", "gmail")
    assert found["articles"][0]["slug"] == ARTICLE
    assert found["decided_by"]["text"] == "Mail server temporarily rejected message"


def test_diagnose_reads_a_pipe(monkeypatch):
    pipe = io.TextIOWrapper(io.BytesIO(b"550 5.1.1 user unknown"))
    monkeypatch.setattr("sys.stdin", pipe)

    found = json.loads(run_diagnose("-", "--format", "json"))

    assert (found["id"], found["cause"]) == (None, "recipient-unknown")


def test_diagnose_names_a_file_that_is_not_there():
    with pytest.raises(CommandError, match=r"nowhere\.eml: No such file"):
        run_diagnose("nowhere.eml")


@pytest.mark.django_db
def test_without_knowledge_the_command_says_how_to_get_some():
    with pytest.raises(CommandError, match="install_content"):
        call_command("diagnose", str(BOUNCES / "nonsense.txt"))


@pytest.mark.django_db
def test_the_database_and_the_files_give_the_same_answer(starter_content):
    path = str(BOUNCES / "three-recipients.eml")
    out = io.StringIO()

    call_command("diagnose", path, "--format", "json", stdout=out)

    assert out.getvalue() == run_diagnose(path, "--format", "json")


def test_triage_takes_every_kind_of_input_in_order(tmp_path):
    (tmp_path / "log.txt").write_text(f"{REPLY}\n\n550 5.1.1 user unknown\n")
    (tmp_path / "box.mbox").write_bytes(
        b"From a Mon\n" + (BOUNCES / "complaint.eml").read_bytes() + b"\n"
        b"From b Tue\n" + (BOUNCES / "success-notice.eml").read_bytes()
    )
    maildir = tmp_path / "maildir"
    for name in ("new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True)
    (maildir / "cur" / "1.host:2,S").write_bytes((BOUNCES / "prose-notice.eml").read_bytes())
    listed = [{"id": "x", "text": REPLY}, {"file": str(BOUNCES / "lost-structure.eml")}]
    (tmp_path / "list.jsonl").write_text("\n".join(map(json.dumps, listed)))
    names = ["log.txt", "box.mbox", "maildir", "list.jsonl"]

    found = records(run_triage(tmp_path, *(tmp_path / name for name in names)))

    assert [(r["id"].replace(f"{tmp_path}/", ""), r["cause"]) for r in found] == [
        ("log.txt:1", "server-error"),
        ("log.txt:3", "recipient-unknown"),
        ("box.mbox#1", "not-a-bounce"),
        ("box.mbox#2", "not-a-bounce"),
        ("maildir/cur/1.host:2,S", "mailbox-full"),
        ("x", "server-error"),
        ("list.jsonl:2", "relay-denied"),
    ]


def test_triage_of_a_directory_takes_its_files_by_name(tmp_path):
    found = records(run_triage(tmp_path, BOUNCES))

    ids = [record["id"] for record in found if record["id"].endswith(".eml")]
    assert ids == [str(path) for path in sorted(BOUNCES.glob("*.eml"))]


def test_several_processes_give_the_same_file(tmp_path):
    lines = "".join(f"550 5.1.1 <a{number}@example.com> user unknown\n" for number in range(300))
    (tmp_path / "log.txt").write_text(lines)

    one = run_triage(tmp_path, tmp_path / "log.txt")
    two = run_triage(tmp_path, tmp_path / "log.txt", processes=2)

    assert one == two
    assert one.count("\n") == 300


def test_a_line_that_cannot_be_read_says_why_and_the_others_are_read(tmp_path):
    lines = ["{", "[]", '{"id": "n"}', '{"file": "gone.eml"}', json.dumps({"text": REPLY})]
    (tmp_path / "list.jsonl").write_text("\n".join(lines))

    found = records(run_triage(tmp_path, tmp_path / "list.jsonl"))

    assert [record.get("error") for record in found] == [
        "this line is no JSON",
        "this line is no JSON object",
        "neither text nor file is given",
        "the file cannot be read: FileNotFoundError",
        None,
    ]
    assert found[4]["cause"] == "server-error"


def test_events_tables_and_pasted_mails_are_told_one_by_one(tmp_path):
    (tmp_path / "events.jsonl").write_bytes((BOUNCES / "kumomta-log.json").read_bytes())
    (tmp_path / "log.csv").write_bytes((BOUNCES / "powermta-accounting.csv").read_bytes())
    notice = (BOUNCES / "prose-notice.eml").read_bytes()
    (tmp_path / "mails.txt").write_bytes(notice + b"\n\n" + notice)
    names = ["events.jsonl", "log.csv", "mails.txt"]

    found = records(run_triage(tmp_path, *(tmp_path / name for name in names)))

    assert [(r["id"].replace(f"{tmp_path}/", ""), r["recipients"]) for r in found] == [
        ("events.jsonl:1", ["ann@example.com"]),
        ("events.jsonl:2", ["bob@example.org"]),
        ("events.jsonl:3", []),
        ("log.csv:2", []),
        ("log.csv:3", ["bob@example.com"]),
        ("log.csv:4", ["carl@example.org"]),
        ("log.csv:5", ["dora@example.org"]),
        ("mails.txt#1", ["henry@example.net"]),
        ("mails.txt#2", ["henry@example.net"]),
    ]


def test_csv_has_a_row_a_bounce_and_no_formula(tmp_path):
    (tmp_path / "list.jsonl").write_text(json.dumps({"id": "=cmd()", "text": REPLY}))

    text = run_triage(tmp_path, tmp_path / "list.jsonl", format="csv")

    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["id"], row["cause"], row["article"]) == ("'=cmd()", "server-error", ARTICLE)


@pytest.mark.parametrize(
    ("path", "change", "message"),
    [
        ("nowhere", {}, "There is no nowhere"),
        (BOUNCES, {"processes": 0}, "1 or more"),
        (BOUNCES, {"output": "/nowhere/out"}, "No such file"),
        (BOUNCES, {"knowledge": "nowhere"}, "no directory nowhere"),
    ],
)
def test_triage_says_what_is_wrong_with_its_arguments(tmp_path, path, change, message):
    with pytest.raises(CommandError, match=message):
        run_triage(tmp_path, path, **change)
