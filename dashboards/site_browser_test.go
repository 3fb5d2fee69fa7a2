package dashboards

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	devtools "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	paging "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"
)

// patience is how long anything the browser does may take on a machine that is slow or busy: only a test that fails takes it.
const patience = 5 * time.Minute

// eventually waits for a condition.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("waited %v for: %s", patience, what)
}

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
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900),
		chromedp.WSURLReadTimeout(patience))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*patience)
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
	eventually(t, expression, func() bool {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		return err == nil && holds
	})
}

// follow clicks a link and waits for something of the page it leads to.
func follow(t *testing.T, ctx context.Context, link, then string) {
	t.Helper()
	until(t, ctx, `document.querySelector('`+link+`') !== null`)
	eventually(t, "a click on "+link, func() bool { return chromedp.Do(ctx, chromedp.Click(link)) == nil }) // the page may still be putting rows in
	until(t, ctx, `document.querySelector('`+then+`') !== null`)
}

// TestSiteInABrowser uses the site as its readers do, in one browser: from disk with scripts, with a keyboard, narrow and
// enlarged, on paper, from a web server, and with scripts off. No request leaves it and no script fails.
func TestSiteInABrowser(t *testing.T) {
	ctx := browser(t)
	dir := filepath.Join(t.TempDir(), "site")
	if _, err := Site(context.Background(), fixture(t), "2020Q2", dir, SiteOptions{Version: "v1", Office: "黑龙江省应急管理厅", Quarters: 5}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	do(t, ctx, chromedp.Navigate("about:blank"))
	var mu sync.Mutex
	var away, faults []string
	if err := chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !strings.HasPrefix(u, "file:") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "about:") && !strings.HasPrefix(u, server.URL) {
				away = append(away, u)
			}
		case *runtime.EventExceptionThrown:
			faults = append(faults, e.ExceptionDetails.Text)
		}
	}); err != nil {
		t.Fatal(err)
	}
	t.Run("ways", func(t *testing.T) { everyWayThrough(t, ctx, dir) })
	t.Run("search", func(t *testing.T) { searchAndPage(t, ctx, dir) })
	t.Run("downloads", func(t *testing.T) { downloads(t, ctx, server.URL) })
	t.Run("access", func(t *testing.T) { accessible(t, ctx, dir) })
	t.Run("keyboard", func(t *testing.T) { keyboard(t, ctx, dir) })
	t.Run("paper", func(t *testing.T) { paper(t, ctx, dir) })
	t.Run("scripts off", func(t *testing.T) { withoutScripts(t, ctx, dir) })
	t.Run("looks", func(t *testing.T) { looks(t, ctx, dir) }) // scripts stay off: nothing changes while the screen is read
	mu.Lock()
	defer mu.Unlock()
	if len(away) > 0 {
		t.Errorf("requests leave the site: %v", away)
	}
	if len(faults) > 0 {
		t.Errorf("scripts fail: %v", faults)
	}
}

// everyWayThrough goes from the start page over the period switch down to one enterprise.
func everyWayThrough(t *testing.T, ctx context.Context, dir string) {
	// The start page leads to the period's first page, where charts come alive.
	do(t, ctx, chromedp.Navigate(at(dir, "index.html")))
	until(t, ctx, `document.querySelectorAll('.live svg').length > 0 && location.pathname.endsWith('/2020Q2/index.html')`)
	follow(t, ctx, `.periods li:nth-child(2) a`, `.periods li:nth-child(2) a[aria-current]`)
	if got := must(t, ctx, chromedp.Location()); !strings.HasSuffix(got, "/2020Q1/index.html") {
		t.Errorf("the period switch leads to %s", got)
	}
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
	shown := `[...document.querySelectorAll('.firm')].filter(x => x.offsetParent !== null).length`
	if n := must(t, ctx, chromedp.Evaluate[int](shown)); n != 1 {
		t.Errorf("a link to one enterprise shows %d", n)
	}
	do(t, ctx, chromedp.Click(`.only a`))
	until(t, ctx, shown+` > 1`)
}

// searchAndPage finds by name, by code and by parts of hostile names, narrows and turns pages.
func searchAndPage(t *testing.T, ctx context.Context, dir string) {
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
	until(t, ctx, `/^检得60家/.test(document.querySelector('.status').textContent)`)
	rows := `document.querySelectorAll('#t-rows tbody tr').length + ' ' + document.querySelector('.pager span').textContent`
	until(t, ctx, rows+` === '50 第1页，共2页'`)
	do(t, ctx, chromedp.Click(`.pager button:last-of-type`))
	until(t, ctx, rows+` === '10 第2页，共2页'`)
	do(t, ctx, chromedp.Click(`.pager button:first-of-type`))
	until(t, ctx, rows+` === '50 第1页，共2页'`)
	do(t, ctx, chromedp.SetValue(`#region`, "230402"))
	must(t, ctx, chromedp.Evaluate[bool](`document.querySelector('#region').dispatchEvent(new Event('change'))`))
	until(t, ctx, `/^检得12家/.test(document.querySelector('.status').textContent)`)
	do(t, ctx, chromedp.Navigate(at(dir, "enterprises.html")), chromedp.WaitVisible(`#q`))
	search("测试企业17号", "测试企业17号有限公司")
	search("9199999900000018", "测试企业18号有限公司")
	search("alert(1) script", "</script><script>alert(1)</script>有限公司")
	search("onerror", "<img src=x onerror=alert(1)>")
}

// downloads clicks tables down from a web server and reads them.
func downloads(t *testing.T, ctx context.Context, url string) {
	into := t.TempDir()
	if _, err := chromedp.CallBrowser(ctx, devtools.SetDownloadBehavior, devtools.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: into}); err != nil {
		t.Fatal(err)
	}
	take := func(page, link, name string) (content []byte) {
		t.Helper()
		do(t, ctx, chromedp.Navigate(url+"/"+page), chromedp.Click(link))
		eventually(t, name+" of "+page, func() bool {
			var err error
			content, err = os.ReadFile(filepath.Join(into, name))
			return err == nil && len(content) > 0
		})
		return content
	}
	if csv := string(take("2020Q2/plan.html", `#pace .under a`, "plan-pace.csv")); !strings.HasPrefix(csv, "\ufeff市（地）,") || !strings.Contains(csv, "哈尔滨市,") || !strings.Contains(csv, "全省,") {
		t.Errorf("the download holds %q", csv)
	}
	if csv := string(take("enterprises.html", `#rows .under a`, "enterprises.csv")); strings.Count(csv, "\n") != 61 || !strings.Contains(csv, "'@SUM(A1),") {
		t.Errorf("the download holds %q", csv)
	}
	book, err := excelize.OpenReader(bytes.NewReader(take("2020Q2/plan.html", `.downloads a`, "plan.xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || len(rows) != 5 || rows[1][0] != "哈尔滨市" {
		t.Errorf("the first sheet holds %v, %v", rows, err)
	}
}

// paper prints a page: A4, nothing of the screen's tools on it.
func paper(t *testing.T, ctx context.Context, dir string) {
	do(t, ctx, chromedp.Navigate(at(dir, "2020Q2/index.html")), chromedp.WaitReady("main"))
	printed, err := chromedp.Call(ctx, paging.PrintToPDF, paging.PrintToPDFParams{PreferCSSPageSize: new(true), PrintBackground: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	boxes := regexp.MustCompile(`/MediaBox ?\[0 0 ([0-9.]+) ([0-9.]+)\]`).FindAllSubmatch(printed.Data, -1)
	if len(boxes) < 2 || len(boxes) > 14 {
		t.Errorf("%d pages", len(boxes))
	}
	for _, box := range boxes {
		wide, _ := strconv.ParseFloat(string(box[1]), 64)
		high, _ := strconv.ParseFloat(string(box[2]), 64)
		if math.Abs(wide-595) > 2 || math.Abs(high-842) > 2 {
			t.Errorf("a page of %v × %v points is not A4", wide, high)
		}
	}
	do(t, ctx, emulated("print"))
	defer do(t, ctx, emulated(""))
	if left := must(t, ctx, chromedp.Evaluate[string](`[...document.querySelectorAll('.pages, .skip, .tools, .pager, .downloads, .index, .live')].filter(x => x.offsetParent !== null).map(x => x.className).join()`)); left != "" {
		t.Errorf("on paper there is still %s", left)
	}
	if wide := must(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll('.still svg').length && [...document.querySelectorAll('.still')].filter(x => x.offsetParent === null).length`)); wide != 0 {
		t.Errorf("%d pictures are not on the paper", wide)
	}
}

func emulated(media string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media})
		return chromedp.Void{}, err
	}
}

// withoutScripts shows every chart, table and history all the same.
func withoutScripts(t *testing.T, ctx context.Context, dir string) {
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
	do(t, ctx, chromedp.Navigate(at(dir, "enterprises.html")), chromedp.WaitVisible(`#rows table .strip12`), chromedp.Click(`.index a[href="enterprise-230400-1.html"]`),
		chromedp.WaitVisible(`.firm .timeline`), chromedp.WaitVisible(`.firm table`))
	do(t, ctx, chromedp.Navigate(at(dir, "2020Q2/list-open_major.html")), chromedp.WaitVisible(`#t-rows tbody td`), chromedp.Click(`#t-rows tbody td a`), chromedp.WaitVisible(`.firm:target .timeline`))
}
