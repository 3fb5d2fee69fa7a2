package dashboards

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser opens a headless chromium; without one the test is skipped, except where a run must be whole.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is missing: install it, the site is tested by clicking")
		}
		t.Skip("chromium is not installed: the site is not tested by clicking")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 15*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func at(dir, page string) string {
	path, fragment, _ := strings.Cut(page, "#")
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, path)), Fragment: fragment}
	return u.String()
}

func must[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	value, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// until waits for an expression to hold, also across a change of page.
func until(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	for range 1200 {
		if holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)); err == nil && holds {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("never so: %s", expression)
}

// follow clicks a link and waits for something of the page it leads to.
func follow(t *testing.T, ctx context.Context, link, then string) {
	t.Helper()
	until(t, ctx, `document.querySelector('`+link+`') !== null`)
	var err error
	for range 100 { // the page may still be putting rows in
		if err = chromedp.Do(ctx, chromedp.Click(link)); err == nil {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	if err != nil {
		t.Fatalf("clicking %s: %v", link, err)
	}
	until(t, ctx, `document.querySelector('`+then+`') !== null`)
}

// TestSiteInABrowser opens the site from disk and uses it: no request leaves it, nothing fails, every way through it works.
func TestSiteInABrowser(t *testing.T) {
	ctx := browser(t)
	dir := filepath.Join(t.TempDir(), "site")
	if _, err := Site(context.Background(), fixture(t), "2020Q2", dir, SiteOptions{Version: "v1", Quarters: 2}); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate("about:blank"))
	var away, faults []string
	if err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !strings.HasPrefix(u, "file:") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "about:") {
				away = append(away, u)
			}
		case *runtime.EventExceptionThrown:
			faults = append(faults, e.ExceptionDetails.Text)
		}
	}); err != nil {
		t.Fatal(err)
	}

	// The start page leads to the period's first page, where charts come alive.
	do(t, ctx, chromedp.Navigate(at(dir, "index.html")))
	until(t, ctx, `document.querySelectorAll('.live svg').length > 0 && location.pathname.endsWith('/2020Q2/index.html')`)

	// Period switch.
	follow(t, ctx, `.periods li:nth-child(2) a`, `.periods li:nth-child(2) a[aria-current]`)
	if got := must(t, ctx, chromedp.Location()); !strings.HasSuffix(got, "/2020Q1/index.html") {
		t.Errorf("the period switch leads to %s", got)
	}

	// Province → city → county → rows → enterprise.
	do(t, ctx, chromedp.Navigate(at(dir, "2020Q2/index.html")))
	follow(t, ctx, `.index a[href="city-230100.html"]`, `.index a[href="county-230102.html"]`)
	follow(t, ctx, `.index a[href="county-230102.html"]`, `#todo a[href^="list-open_major.html"]`)
	follow(t, ctx, `#todo a[href^="list-open_major.html"]`, `#q`)
	until(t, ctx, `/^检得/.test(document.querySelector('.status').textContent)`)
	region := must(t, ctx, chromedp.Evaluate[string](`document.querySelector('#region').value + ':' + [...new Set([...document.querySelectorAll('#t-rows tbody th')].map(x => x.textContent))].join()`))
	if region != "230102:道里区" {
		t.Errorf("the list is not narrowed to the county that led to it: %s", region)
	}
	follow(t, ctx, `#t-rows tbody td a`, `.firm:target table`)
	if n := must(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll('.firm:target svg circle').length`)); n == 0 {
		t.Error("the enterprise's timeline is empty")
	}
	if n := must(t, ctx, chromedp.Evaluate[int](`[...document.querySelectorAll('.firm')].filter(x => x.offsetParent !== null).length`)); n != 1 {
		t.Errorf("a link to one enterprise shows %d", n)
	}

	// Search, by name and by code; hostile names stay text.
	search := func(words, want string) {
		t.Helper()
		must(t, ctx, chromedp.Evaluate[string](`document.querySelector('#q').value = ''`))
		do(t, ctx, chromedp.SendKeys(`#q`, words))
		quoted, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		until(t, ctx, `/^检得1家/.test(document.querySelector('.status').textContent) && document.querySelectorAll('#t-rows tbody tr').length === 1 && document.querySelector('#t-rows tbody th').textContent === `+string(quoted))
	}
	do(t, ctx, chromedp.Navigate(at(dir, "enterprises.html")), chromedp.WaitVisible(`#q`))
	search("测试企业17号", "测试企业17号有限公司")
	search("9199999900000018", "测试企业18号有限公司")
	search("alert(1)", "</script><script>alert(1)</script>有限公司")

	// Keyboard: the first stop is the way past the navigation.
	do(t, ctx, chromedp.Navigate(at(dir, "2020Q2/plan.html")), chromedp.WaitReady("main"))
	first := must(t, ctx, chromedp.Evaluate[string](`document.querySelector('a').className`))
	if first != "skip" {
		t.Errorf("the first link is %q, not the one that skips the navigation", first)
	}

	if len(away) > 0 {
		t.Errorf("requests leave the site: %v", away)
	}
	if len(faults) > 0 {
		t.Errorf("scripts fail: %v", faults)
	}
}

// TestSiteWithScriptsOff shows every chart and table all the same.
func TestSiteWithScriptsOff(t *testing.T) {
	ctx := browser(t)
	dir := filepath.Join(t.TempDir(), "site")
	if _, err := Site(context.Background(), fixture(t), "2020Q2", dir, SiteOptions{Version: "v1", Quarters: 1}); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate("about:blank"))
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate(at(dir, "2020Q2/index.html")), chromedp.WaitVisible(`#pace .still svg`), chromedp.WaitVisible(`#pace table`), chromedp.WaitVisible(`#waterfall .still svg`))
	page, err := chromedp.Run(ctx, chromedp.OuterHTML("html"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page, `class="live"`) || strings.Contains(page, `<html lang="zh-CN" class="js"`) {
		t.Error("scripts ran")
	}
}
