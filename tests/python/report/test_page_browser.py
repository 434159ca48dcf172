"""The page in a real browser: nothing hostile runs, nothing is cut off on a phone, every text can be read, tables sort."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from report_samples import EVIL, evil_page
from sojourn._frames.language import in_language
from sojourn._report.acme import acme_request
from sojourn._report.facts.report_facts import report_facts
from sojourn._report.page import Card, Fact, Fold, Grid, Headline, Need, Page, Section, render
from sojourn._report.report import report_page

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")
pytest.importorskip("selenium", reason="selenium is not installed: pip install selenium")
from selenium import webdriver  # noqa: E402
from selenium.common.exceptions import NoAlertPresentException  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs the packages chromium and chromium-driver")

RTL = "\u202eevil \u05d0\u05d1\u05d2 'quoted\""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The made-up company in both languages, and a page of hostile names."""
    folder = tmp_path_factory.mktemp("pages")
    written = {}
    for lang in ("en", "zh"):
        with in_language(lang):
            written[lang] = render(report_page("ACME", report_facts(acme_request(200, 7, margin=0.8))))
    written["evil"] = render(hostile())
    for name, text in written.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in written}


def hostile() -> Page:
    page = evil_page()
    names = [EVIL, RTL, "</style><style>*{display:none}</style>"]
    page.verdict = EVIL
    page.headlines.append(Headline(label=EVIL, value=EVIL, changes=[EVIL], target=EVIL, met="missed", first=True))
    page.needs.append(Need(label=EVIL, value=EVIL, detail=EVIL, anchor="account-1"))
    page.anchors = {name: f"account-{i}" for i, name in enumerate(names, start=1)}
    grid = Grid(columns=[EVIL, RTL], rows=[[name, EVIL] for name in names * 3], caption=EVIL, sortable=True, names=True)
    cards = [Card(anchor=f"account-{i}", title=name, facts=[Fact(label=RTL, value=EVIL)]) for i, name in enumerate(names, 1)]
    page.sections.append(
        Section(anchor="hostile", title=EVIL, grids=[grid], folds=[Fold(summary=EVIL, grid=grid)], cards=cards)
    )
    return page


@pytest.fixture
def show(browser: Any, pages: dict[str, str]) -> Callable[..., Any]:
    def opened(name: str, *, width: int = 1280, scheme: str = "light", script: bool = True, at: str = "") -> Any:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        browser.get("about:blank")
        browser.get(pages[name] + at)
        return browser

    return opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["en", "zh", "evil"])
def test_nothing_is_wider_than_the_screen(show: Callable[..., Any], name: str, width: int, scheme: str) -> None:
    page = show(name, width=width, scheme=scheme)
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    if width == 390:
        assert page.execute_script(CUT_OFF) == []


CUT_OFF = """
return [...document.querySelectorAll('main td, main tbody th, main dd, main dt, main p, main h2, main caption, main svg')]
  .filter(e => { const r = e.getBoundingClientRect(); return r.width && (r.right > innerWidth + 1 || r.left < -1); })
  .map(e => e.tagName + ' ' + e.textContent.slice(0, 40));
"""


def test_nothing_hostile_runs(show: Callable[..., Any]) -> None:
    page = show("evil")
    with pytest.raises(NoAlertPresentException):
        _ = page.switch_to.alert
    assert page.execute_script("return document.images.length") == 0
    assert page.execute_script("return document.querySelectorAll('script').length") == 3
    assert page.execute_script("return document.querySelector('.verdict').textContent") == EVIL
    page.find_element(By.CSS_SELECTOR, "#hostile th button").click()
    field = page.find_element(By.CSS_SELECTOR, "#hostile input")
    field.send_keys("<img src=x")
    with pytest.raises(NoAlertPresentException):
        _ = page.switch_to.alert
    assert [entry for entry in page.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_an_injected_script_is_refused_by_the_policy(show: Callable[..., Any]) -> None:
    page = show("en")
    page.execute_script(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.appendChild(s);"
    )
    assert page.execute_script("return window.ran === undefined")


CONTRAST = """
const lin = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4); };
const lum = c => 0.2126 * lin(c[0]) + 0.7152 * lin(c[1]) + 0.0722 * lin(c[2]);
const rgb = text => text.match(/[\\d.]+/g).map(Number);
const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
  if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
const poor = [];
for (const e of document.body.querySelectorAll('*')) {
  if (e.closest('svg, script')) continue;
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
  const a = lum(rgb(getComputedStyle(e).color)), b = lum(ground(e));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push(e.tagName + '.' + e.className + ' ' + ratio.toFixed(2));
}
for (const e of document.querySelectorAll('svg text')) {
  if (e.closest('.role-mark') || !e.textContent.trim()) continue;
  const a = lum(rgb(getComputedStyle(e).fill)), b = lum(ground(document.body));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push('svg ' + e.textContent + ' ' + ratio.toFixed(2));
}
return [...new Set(poor)];
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_text_stands_out_from_its_ground(show: Callable[..., Any], lang: str, scheme: str) -> None:
    """At least 4.5 to 1; labels of axes and titles in pictures, too."""
    assert show(lang, scheme=scheme).execute_script(CONTRAST) == []


def column(page: Any, index: int) -> list[float]:
    rows = page.find_elements(By.CSS_SELECTOR, "#accounts table:first-of-type tbody tr")
    cells = [row.find_elements(By.CSS_SELECTOR, "th, td")[index].text for row in rows if row.is_displayed()]
    return [float(cell.replace(",", "")) for cell in cells if cell]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tables_sort_and_filter(show: Callable[..., Any], lang: str) -> None:
    page = show(lang)
    table = page.find_element(By.CSS_SELECTOR, "#accounts table")
    scores = table.find_elements(By.CSS_SELECTOR, "thead button")[4]
    before = [row.text for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")]
    scores.click()
    down = [float(cell.text) for cell in table.find_elements(By.CSS_SELECTOR, "tbody td:nth-child(5)")]
    assert down == sorted(down, reverse=True)
    scores.click()
    up = [float(cell.text) for cell in table.find_elements(By.CSS_SELECTOR, "tbody td:nth-child(5)")]
    assert up == sorted(down)
    assert page.find_elements(By.CSS_SELECTOR, "#accounts [aria-sort='ascending']")
    page.find_element(By.CSS_SELECTOR, "#accounts input").send_keys("acme-00001")
    shown = [row.text for row in table.find_elements(By.CSS_SELECTOR, "tbody tr") if row.is_displayed()]
    assert shown and all("acme-00001" in row for row in shown) and len(shown) < len(before)


def test_the_sum_of_a_table_stays_below_when_it_is_sorted(show: Callable[..., Any]) -> None:
    page = show("en")
    table = page.find_element(By.CSS_SELECTOR, "#money-by table")
    table.find_elements(By.CSS_SELECTOR, "thead button")[2].click()
    rows = table.find_elements(By.CSS_SELECTOR, "tbody tr")
    assert rows[-1].text.startswith("All") and "total" in rows[-1].get_attribute("class")


def test_an_account_leads_to_its_own_section(show: Callable[..., Any]) -> None:
    page = show("en")
    link = page.find_element(By.CSS_SELECTOR, "#accounts tbody th a")
    name = link.text
    link.click()
    own = page.find_element(By.CSS_SELECTOR, ":target")
    assert own.tag_name == "details" and own.get_attribute("open") is not None
    assert own.find_element(By.TAG_NAME, "summary").text == name and "MRR" in own.text


def test_the_keyboard_goes_down_the_page(show: Callable[..., Any]) -> None:
    page = show("en")
    page.find_element(By.TAG_NAME, "body").click()
    stops: list[int] = []
    for _ in range(40):
        page.switch_to.active_element.send_keys(Keys.TAB)
        stops.append(page.execute_script("return [...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert stops == sorted(stops) and len(set(stops)) == 40
    assert page.execute_script("return document.querySelectorAll('[tabindex]').length") == 0


def test_everything_can_be_read_without_script(show: Callable[..., Any]) -> None:
    with_script = len(show("en").find_elements(By.CSS_SELECTOR, "tbody tr"))
    page = show("en", script=False)
    assert len(page.find_elements(By.CSS_SELECTOR, "tbody tr")) == with_script
    assert not page.find_elements(By.CSS_SELECTOR, "th button")
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize(("lang", "attribute"), [("en", "en"), ("zh", "zh-CN")])
def test_the_browser_is_told_the_language(show: Callable[..., Any], lang: str, attribute: str) -> None:
    page = show(lang)
    assert page.execute_script("return document.documentElement.lang") == attribute
    assert page.find_element(By.TAG_NAME, "h2").text == {"en": "How are we doing?", "zh": "经营得怎样？"}[lang]


def test_a_picture_says_what_it_shows(show: Callable[..., Any]) -> None:
    labels = [svg.get_attribute("aria-label") for svg in show("en").find_elements(By.CSS_SELECTOR, "#movements svg")]
    assert labels and all("MRR" in label and "the accounts added" in label for label in labels)


def test_what_is_printed_is_open_and_said_once(show: Callable[..., Any]) -> None:
    """Cards of accounts repeat the rows of their table; fold-outs are opened for paper."""
    page = show("en")
    page.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not page.find_element(By.CSS_SELECTOR, ".cards").is_displayed()
    assert all(one.get_attribute("open") is not None for one in page.find_elements(By.CSS_SELECTOR, "section > details"))
    assert not page.find_element(By.CSS_SELECTOR, "#accounts input").is_displayed()
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
