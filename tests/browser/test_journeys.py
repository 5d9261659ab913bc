"""What a person does: paste, read, follow the evidence; by mouse, keyboard, and without script."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

BOUNCES = Path(__file__).parent.parent / "bounces"
ARTICLE = "/articles/gmail-451-4-3-0-mail-server-temporarily-rejected-message/"
REPLY = "451 4.3.0 Mail server temporarily rejected message. - gsmtp"
LOG_LINE = (BOUNCES / "postfix-log.txt").read_text(encoding="utf-8").splitlines()[0]
DSN = (BOUNCES / "gmail-451-expired-dsn.eml").read_text(encoding="utf-8")

PAGES = [
    "/",
    "/diagnose/",
    "/articles/",
    ARTICLE,
    "/codes/",
    "/codes/4.3.0/",
    "/codes/451-4.3.0/",
    "/codes/tss04/",
    "/providers/",
    "/providers/google/",
    "/causes/",
    "/causes/server-error/",
    "/sources/",
    "/sources/suped/",
    "/topics/",
    "/topics/rate-limit/",
    "/articles/a-to-z/",
    "/articles/a-to-z/?by=question",
    "/changes/",
    "/search/?q=greylisting",
    "/search/?q=421 4.7.28&permanence=temporary",
    "/search/?q=blaklisted",
    "/articles/?provider=google&sort=evidence",
]


def paste(page, text):
    page.goto("/")
    page.get_by_label("The bounce").first.fill(text)
    page.get_by_role("button", name="Explain this bounce").click()


@pytest.mark.parametrize("text", [DSN, REPLY, LOG_LINE], ids=["dsn", "reply", "log-line"])
def test_a_pasted_bounce_leads_to_the_article_on_451_4_3_0(page, text):
    paste(page, text)

    expect(page.locator("h1")).to_contain_text("because the receiving server had a problem")
    expect(page.locator("mark").first).to_contain_text("temporarily rejected")
    page.locator(f'a[href="{ARTICLE}"]').first.click()
    expect(page).to_have_url(re.compile(f"{ARTICLE}$"))
    expect(page.locator("h1")).to_contain_text("451 4.3.0")
    newest = page.locator(".opinion time").first
    expect(newest).to_have_attribute("datetime", "2026-05-28")


def test_a_paste_of_nonsense_is_answered_honestly_and_kept(page):
    paste(page, "The train leaves at noon.")

    expect(page.locator("h1")).to_have_text("We cannot say for sure why the message came back.")
    expect(page.locator('textarea[name="text"]')).to_have_value("The train leaves at noon.")


def test_an_empty_paste_is_asked_for_again(page):
    paste(page, "")

    expect(page.get_by_role("alert")).to_contain_text("Paste the message that came back")


def test_a_paste_of_300_kb_is_answered(page):
    paste(page, f"{REPLY}\n" + "word " * 60_000)

    expect(page.locator("h1")).to_contain_text("because the receiving server had a problem")


def test_a_paste_above_the_limit_is_refused_and_kept(page, complaints):
    paste(page, REPLY + "x" * 1024 * 1024)

    expect(page.get_by_role("alert")).to_contain_text("longer than 1 MiB")
    assert page.locator('textarea[name="text"]').input_value().startswith(REPLY)
    assert [text for text in complaints if "413" not in text] == []
    complaints.clear()


def test_an_example_runs_with_one_click(page):
    page.goto("/")
    page.get_by_role("button", name="A Gmail deferral").click()

    expect(page.locator("h1")).to_contain_text("has not got through yet")


def test_a_file_is_chosen_instead_of_a_paste(page):
    page.goto("/")
    page.locator('input[type="file"]').set_input_files(BOUNCES / "three-recipients.eml")
    page.get_by_role("button", name="Explain this bounce").click()

    expect(page.locator("h1")).to_contain_text("gone@example.com")
    expect(page.locator("article.recipient")).to_contain_text("full@gmail.com")


def test_the_keyboard_alone_is_enough(page):
    page.goto("/")
    page.locator('textarea[name="text"]').focus()
    page.keyboard.insert_text(REPLY)
    page.keyboard.press("Control+Enter")

    expect(page.locator("h1")).to_contain_text("has not got through yet")


def test_the_reply_is_copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    paste(page, REPLY)
    page.get_by_role("button", name="Copy the reply").click()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Hello,\n\nThe message has not got through yet")


@pytest.fixture
def scriptless(chromium, live_server, starter_content):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_script_a_paste_is_answered(scriptless):
    paste(scriptless, DSN)

    expect(scriptless.locator("h1")).to_contain_text("ann.reader@gmail.com")
    expect(scriptless.get_by_role("button", name="Copy the reply")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(page, scheme):
    page.emulate_media(color_scheme=scheme)
    broken = {}
    for path in PAGES:
        page.goto(path)
        found = Axe().run(page).response["violations"]
        if found:
            broken[path] = [(rule["id"], rule["nodes"][0]["target"]) for rule in found]
    paste(page, DSN)
    found = Axe().run(page).response["violations"]
    broken |= {"answer": [(r["id"], r["nodes"][0]["target"]) for r in found]} if found else {}

    assert broken == {}


def test_no_page_scrolls_sideways_on_a_narrow_screen(page):
    page.set_viewport_size({"width": 320, "height": 640})
    widths = {}
    for path in PAGES:
        page.goto(path)
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    paste(page, f"550 5.1.1 {'x' * 300} <{'y' * 60}@example.com> User unknown")
    page.wait_for_url("**/diagnose/")
    widths["answer"] = page.evaluate("document.documentElement.scrollWidth")

    assert {path: width for path, width in widths.items() if width > 320} == {}


def test_a_page_that_is_not_there_offers_the_way_on(page, complaints):
    page.goto("/articles/never-written/")

    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_role("search")).to_be_visible()
    complaints.clear()


def test_search_engines_are_told_what_a_page_is_within_the_policy(page):
    page.goto(ARTICLE)

    blocks = page.locator('script[type="application/ld+json"]').all_text_contents()
    assert [json.loads(block)["@type"] for block in blocks] == ["BreadcrumbList", "TechArticle"]


def test_breadcrumbs_lead_from_a_service_to_its_family(page):
    page.goto("/providers/gmail/")
    crumbs = page.get_by_role("navigation", name="Breadcrumbs")
    expect(crumbs.get_by_role("listitem")).to_have_count(4)
    crumbs.get_by_role("link", name="Google").click()

    expect(page).to_have_url(re.compile("/providers/google/$"))


def begin(page, words):
    page.goto("/causes/")
    box = page.get_by_role("combobox", name="Search articles and codes")
    box.press_sequentially(words)
    return box


def test_suggestions_are_chosen_with_the_arrow_keys(page):
    box = begin(page, "tss04")

    option = page.locator("[role=option]").first
    expect(option).to_have_text("Token TSS04")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="suggestions")).to_be_attached()
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    box.press("Enter")

    expect(page).to_have_url(re.compile("/codes/tss04/$"))


def test_suggestions_are_chosen_with_the_mouse(page):
    begin(page, "greylis")

    page.locator("[role=option]").filter(has_text="Article").first.click()

    expect(page.locator("h1")).to_contain_text("greylist", ignore_case=True)


def test_suggestions_close_and_the_words_stay_and_search(page):
    box = begin(page, "greylis")
    expect(page.locator("[role=option]").first).to_be_visible()

    box.press("Escape")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    expect(box).to_have_value("greylis")
    box.press("Enter")

    expect(page).to_have_url(re.compile(r"/search/\?q=greylis$"))
    expect(page.locator(".article-row h3").first).to_contain_text("greylist", ignore_case=True)


def test_an_open_list_of_suggestions_breaks_no_accessibility_rule(page):
    begin(page, "google")
    expect(page.locator("[role=option]").first).to_be_visible()

    assert Axe().run(page).response["violations"] == []


def test_a_list_is_narrowed_down_and_widened_again(page):
    page.goto("/search/?q=mailbox full")
    whole = page.locator("#found").inner_text()
    page.get_by_label("Provider", exact=True).select_option("google")
    page.get_by_role("button", name="Narrow down").click()

    expect(page).to_have_url(re.compile("q=mailbox.full.*provider=google"))
    expect(page.locator("#found")).not_to_have_text(whole)
    page.get_by_role("link", name="Remove Provider: Google").click()

    expect(page.locator("#found")).to_have_text(whole)


def test_a_pasted_reply_in_the_search_box_is_answered_and_diagnosed(page):
    page.goto("/search/")
    page.get_by_role("combobox").fill(REPLY)
    page.get_by_role("button", name="Search").click()

    box = page.locator(".looks-like")
    expect(box).to_contain_text("because the receiving server had a problem")
    expect(page.locator(".article-row h3 a").first).to_have_attribute("href", ARTICLE)
    box.get_by_role("button", name="Diagnose it").click()

    expect(page.locator("mark").first).to_contain_text("temporarily rejected")


def test_an_article_is_judged(page):
    page.goto(ARTICLE)
    page.get_by_role("button", name="Yes").click()

    expect(page.locator(".helped")).to_contain_text("Thank you")
