package dashboards

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pageKinds is one page of each kind.
func pageKinds() []string {
	return []string{"2020Q2/index.html", "2020Q2/plan.html", "2020Q2/hazards.html", "2020Q2/duplicates.html", "2020Q2/quality.html", "2020Q2/metrics.html", "2020Q2/lists.html",
		"2020Q2/list-open_major.html", "2020Q2/city-230100.html", "2020Q2/county-230102.html", "enterprises.html", "enterprise-230100-1.html"}
}

// faultsOfAccess looks through a page for what keeps people out: contrast, names, structure of headings, tables and landmarks,
// size of targets, and what does not fit the width.
const faultsOfAccess = `(function () {
  const faults = [], say = (what, node) => faults.push(what + ': ' + node.outerHTML.slice(0, 120));
  const shown = n => n.getClientRects().length > 0 && getComputedStyle(n).visibility !== 'hidden';
  const all = s => [...document.querySelectorAll(s)].filter(shown);
  if (!document.documentElement.lang) faults.push('no language');
  if (!document.title) faults.push('no title');
  for (const one of ['main', 'h1', 'header', 'footer']) if (document.querySelectorAll(one).length !== 1) faults.push(one + ' is not there once');
  let level = 0;
  for (const h of all('h1, h2, h3, h4')) { const n = +h.tagName[1]; if (n > level + 1) say('a level of headings is left out', h); level = n; if (!h.textContent.trim()) say('an empty heading', h); }
  const names = new Set();
  for (const n of document.querySelectorAll('nav')) { const name = n.getAttribute('aria-label'); if (!name || names.has(name)) say('a navigation without a name of its own', n); names.add(name); }
  for (const n of all('a, button')) if (!(n.getAttribute('aria-label') || n.textContent).trim()) say('no name', n);
  for (const n of all('input, select')) if (!n.labels.length) say('no label', n);
  for (const n of document.querySelectorAll('[role=img], section')) {
    const by = n.getAttribute('aria-labelledby'), name = n.getAttribute('aria-label') || (by && document.getElementById(by) && document.getElementById(by).textContent);
    if (!name) say('no name', n);
  }
  for (const t of all('table')) {
    if (!t.caption || !t.caption.textContent.trim()) say('no caption', t);
    for (const h of t.querySelectorAll('th')) if (!h.scope) say('a header cell without scope', h);
    for (const r of t.tBodies[0].rows) if (r.cells[0].tagName !== 'TH' || r.cells.length !== t.tHead.rows[0].cells.length) { say('a row without a header or with other cells', r); break; }
    for (const c of t.querySelectorAll('td.n')) if (getComputedStyle(c).textAlign !== 'right' || !getComputedStyle(c).fontVariantNumeric.includes('tabular-nums')) { say('a number not aligned', c); break; }
  }
  for (const n of all('nav a, button, input, select, summary')) { const b = n.getBoundingClientRect(); if (!n.closest('.crumbs') && (b.height < 24 || b.width < 24)) say('a target of ' + b.width.toFixed() + '×' + b.height.toFixed(), n); }
  const parts = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = n => { for (; n; n = n.parentElement) { const c = parts(getComputedStyle(n).backgroundColor); if (c[3] > .9) return c; } return [255, 255, 255, 1]; };
  const seen = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const n = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !n || n.closest('svg, script, .live') || !shown(n) || n.disabled) continue;
    const style = getComputedStyle(n), front = light(parts(style.color)), back = light(ground(n));
    const ratio = (Math.max(front, back) + .05) / (Math.min(front, back) + .05), key = style.color + ground(n);
    if (ratio < 4.5 && !seen.has(key)) { seen.add(key); say('contrast ' + ratio.toFixed(2), n); }
  }
  for (const n of all('.still svg text')) { // on the ground of the field it lies on
    const b = n.getBBox(), at = [b.x + b.width / 2, b.y + b.height / 2];
    let under = [255, 255, 255];
    if (!n.getAttribute('transform')) for (const r of n.ownerSVGElement.querySelectorAll('rect')) {
      if (r.compareDocumentPosition(n) & Node.DOCUMENT_POSITION_FOLLOWING) { const q = r.getBBox(); if (at[0] >= q.x && at[0] <= q.x + q.width && at[1] >= q.y && at[1] <= q.y + q.height) under = parts(getComputedStyle(r).fill); }
    }
    const front = light(parts(getComputedStyle(n).fill)), back = light(under), ratio = (Math.max(front, back) + .05) / (Math.min(front, back) + .05);
    if (ratio < 4.5) { say('contrast ' + ratio.toFixed(2) + ' in a picture', n); break; }
  }
  for (const svg of all('.still svg')) { // labels that cover each other or leave the picture
    const boxes = [...svg.querySelectorAll('text:not([transform])')].map(n => [n, n.getBBox()]), edge = svg.viewBox.baseVal;
    for (const [n, b] of boxes) if (b.x < -1 || b.x + b.width > edge.width + 2 || b.y < -1 || b.y + b.height > edge.height + 2) { say('a label leaves its picture', n); break; }
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
      const a = boxes[i][1], b = boxes[j][1], wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x), high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      if (wide > 2 && high > 5) { say('labels cover each other (' + boxes[i][0].textContent + ')', boxes[j][0]); i = j = boxes.length; }
    }
  }
  for (const n of all('.chart, .scroll')) if (n.scrollWidth > n.clientWidth && n.tabIndex < 0) say('scrolls, but not with keys', n);
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) faults.push('the page is wider than the window by ' + (document.documentElement.scrollWidth - document.documentElement.clientWidth));
  if (/undefined|NaN|\[object/.test(document.body.innerText)) faults.push('a word of the machine');
  return faults.join('\n');
})()`

// accessible looks at every kind of page on a desk, at 320 pixels and enlarged to 200 % (which halves the window).
func accessible(t *testing.T, ctx context.Context, dir string) {
	defer do(t, ctx, chromedp.ResetViewport())
	for _, size := range [][2]int64{{1280, 900}, {640, 450}, {320, 640}} {
		do(t, ctx, chromedp.EmulateViewport(size[0], size[1]))
		for i, page := range pageKinds() {
			if size[0] == 640 && i%3 > 0 {
				continue // between the two others
			}
			do(t, ctx, chromedp.Navigate(at(dir, page)), chromedp.WaitReady("footer"))
			if faults := must(t, ctx, chromedp.Evaluate[string](faultsOfAccess)); faults != "" {
				t.Errorf("%s at %d pixels:\n%s", page, size[0], faults)
			}
		}
	}
}

// keyboard goes through a page by Tab alone: the first stop leads past the navigation, every stop is seen, the order is the
// page's, and search, paging and the period switch answer to keys.
func keyboard(t *testing.T, ctx context.Context, dir string) {
	press := func(keys string) { t.Helper(); do(t, ctx, chromedp.KeyEvent(keys)) }
	do(t, ctx, chromedp.Navigate(at(dir, "2020Q2/plan.html")), chromedp.WaitReady("footer"))
	press(kb.Tab)
	if got := must(t, ctx, chromedp.Evaluate[string](`document.activeElement.className + ' ' + (document.activeElement.getBoundingClientRect().left >= 0)`)); got != "skip true" {
		t.Errorf("the first stop is %q, not the visible way past the navigation", got)
	}
	press(kb.Enter)
	until(t, ctx, `location.hash === '#main'`)
	press(kb.Tab)
	if !must(t, ctx, chromedp.Evaluate[bool](`document.querySelector('main').contains(document.activeElement)`)) {
		t.Error("past the navigation the next stop is not in the text")
	}
	do(t, ctx, chromedp.Navigate(at(dir, "2020Q2/list-open_major.html")), chromedp.WaitReady(".pager"))
	until(t, ctx, `/^检得/.test(document.querySelector('.status').textContent)`)
	reached := map[string]bool{}
	last := -1
	for range 120 {
		press(kb.Tab)
		var at struct {
			Name    string
			Place   int
			Outline string
			Wide    float64
		}
		at = must(t, ctx, chromedp.Evaluate[struct {
			Name    string
			Place   int
			Outline string
			Wide    float64
		}](`(function () { const n = document.activeElement, s = getComputedStyle(n);
			return { Name: n.id || n.className || n.tagName, Place: [...document.querySelectorAll('*')].indexOf(n), Outline: s.outlineStyle, Wide: parseFloat(s.outlineWidth) } })()`))
		if at.Name == "BODY" || at.Place < last {
			break
		}
		last = at.Place
		reached[strings.Fields(at.Name)[0]] = true
		if at.Outline == "none" || at.Wide < 2 {
			t.Errorf("the focus on %s is not seen (%s %v)", at.Name, at.Outline, at.Wide)
		}
	}
	for _, want := range []string{"skip", "q", "region", "sort", "SUMMARY"} {
		if !reached[want] {
			t.Errorf("Tab never reaches %s: %v", want, reached)
		}
	}
	do(t, ctx, chromedp.Navigate(at(dir, "enterprises.html")), chromedp.WaitReady(".pager"))
	until(t, ctx, `/^检得60家/.test(document.querySelector('.status').textContent)`)
	do(t, ctx, chromedp.Focus(`.pager button:last-of-type`))
	press(kb.Enter)
	until(t, ctx, `document.querySelector('.pager span').textContent === '第2页，共2页'`)
	do(t, ctx, chromedp.Focus(`#t-rows thead th:nth-child(2) button`))
	press(" ")
	until(t, ctx, `document.querySelector('#t-rows thead th:nth-child(2)').getAttribute('aria-sort') === 'ascending'`)
	press(" ")
	until(t, ctx, `document.querySelector('#t-rows thead th:nth-child(2)').getAttribute('aria-sort') === 'descending' && document.querySelector('#t-rows tbody td').textContent === '9199999900000060XX'`)
	do(t, ctx, chromedp.Navigate(at(dir, "2020Q2/plan.html")), chromedp.WaitReady("footer"), chromedp.Focus(`.periods li:nth-child(2) a`))
	press(kb.Enter)
	until(t, ctx, `location.pathname.endsWith('/2020Q1/plan.html')`)
}
