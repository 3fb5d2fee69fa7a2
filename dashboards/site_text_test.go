package dashboards

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"html"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-golden +now, -update writes it anew):\n%s", name, diff)
	}
}

func rendered(t *testing.T, db *sql.DB, quarters int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "site")
	if _, err := Site(context.Background(), db, "2020Q2", dir, SiteOptions{Version: "v1", Office: "黑龙江省应急管理厅", Quarters: quarters}); err != nil {
		t.Fatal(err)
	}
	return dir
}

var (
	jsonElement = regexp.MustCompile(`(?s)<script type="application/json" id="([^"]+)">(.*?)</script>`)
	dropped     = regexp.MustCompile(`(?s)<(script|svg|style)\b.*?</(?:script|svg|style)>`)
	tag         = regexp.MustCompile(`<[^>]*>`)
	spaces      = regexp.MustCompile(`[ \t]*\n\s*`)
	figureCell  = regexp.MustCompile(`<(?:td|article)[^>]* title="([^"]+)"[^>]*>(?s:(.*?))</(?:td|article)>`)
	sectionOf   = regexp.MustCompile(`(?s)<section class="block[^"]*" id="([^"]+)".*?</section>`)
)

// plain is a page as a reader without pictures gets it.
func plain(page string) string {
	page = dropped.ReplaceAllString(page, "")
	page = strings.NewReplacer("</td>", " | ", "</th>", " | ", "</tr>", "\n", "</li>", " ", "</caption>", "\n").Replace(page)
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(tag.ReplaceAllString(page, "")), "\n")) + "\n"
}

func TestPagesSayWhatTheyShould(t *testing.T) {
	dir := rendered(t, fixture(t), 1)
	for _, name := range []string{"index", "plan", "hazards", "duplicates", "quality", "metrics", "lists", "city-230400", "county-230402", "list-duplicate_pair"} {
		page, err := os.ReadFile(filepath.Join(dir, "2020Q2", name+".html"))
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", plain(string(page)))
		var options strings.Builder
		for _, m := range jsonElement.FindAllStringSubmatch(string(page), -1) {
			var indented bytes.Buffer
			if err := json.Indent(&indented, []byte(m[2]), "", " "); err != nil {
				t.Errorf("%s: the data of %s is not JSON: %v", name, m[1], err)
			}
			options.WriteString(m[1] + "\n" + indented.String() + "\n")
		}
		if options.Len() > 0 {
			golden(t, name+".options.json.txt", options.String())
		}
	}
}

// TestEveryFigureIsTheMarts reads each printed figure back by its id and compares it with the database, and each label of a
// chart, live and static, with the table beside it: in the site and in every page of the packs.
func TestEveryFigureIsTheMarts(t *testing.T) {
	db := fixture(t)
	figures, charts := 0, 0
	pages(t, rendered(t, db, 2), func(name, page string) {
		f, c := holdPage(t, db, name, page)
		figures, charts = figures+f, charts+c
	})
	if figures < 300 || charts < 20 {
		t.Errorf("only %d figures and %d charts of the site were compared", figures, charts)
	}
	figures, charts = 0, 0
	packs, err := Packs(context.Background(), db, "2020Q2", t.TempDir(), PackOptions{SiteOptions: SiteOptions{Version: "v1"}, Regions: []string{"230400", "230402"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, pack := range packs {
		content, err := os.ReadFile(pack.Path)
		if err != nil {
			t.Fatal(err)
		}
		var home, sheets string
		everyByte(t, pack.Region.Name, content, func(name string, content []byte) {
			if strings.HasSuffix(name, ".html") {
				f, c := holdPage(t, db, name, string(content))
				figures, charts = figures+f, charts+c
			}
			switch {
			case strings.HasSuffix(name, "2020Q2/"+pack.Region.Level+"-"+pack.Region.Code+".html"):
				home = string(content)
			case strings.Contains(name, "自评工作簿.xlsx!xl/worksheets/"):
				sheets += string(content)
			}
		})
		for _, m := range figureCell.FindAllStringSubmatch(home, -1) { // the workbook prints what the page prints
			if shown := strings.TrimSpace(plain(m[2])); strings.HasPrefix(m[0], "<td") && !strings.Contains(sheets, ">"+html.EscapeString(shown)+"<") {
				t.Errorf("%s: the page says %q, the workbook does not", pack.Region.Name, shown)
			}
		}
	}
	if figures < 100 || charts < 10 {
		t.Errorf("only %d figures and %d charts of packs were compared", figures, charts)
	}
}

// holdPage holds one page against the database and its charts against their tables.
func holdPage(t *testing.T, db *sql.DB, name, page string) (figures, charts int) {
	t.Helper()
	for _, m := range figureCell.FindAllStringSubmatch(page, -1) {
		id, shown := html.UnescapeString(m[1]), plain(m[2])
		var unit string
		var num, den, value sql.NullFloat64
		if err := db.QueryRow(`select m.unit, cast(f.num as double), f.den, f.value from mart.figure as f join mart.metric as m on m.metric = f.metric where figure_id = ?`, id).Scan(&unit, &num, &den, &value); err != nil {
			t.Fatalf("%s: %s: %v", name, id, err)
		}
		figures++
		number := regexp.MustCompile(`[−+-]?[0-9]+(\.[0-9]+)?`).FindString(dropFirstLine(m[0], shown))
		if strings.Contains(shown, "尚未开展") {
			if num.Float64 != 0 {
				t.Errorf("%s: %s is said not to have begun, but %v are done", name, id, num.Float64)
			}
			continue
		}
		got, err := strconv.ParseFloat(strings.NewReplacer("−", "-", "+", "").Replace(number), 64)
		if err != nil {
			t.Errorf("%s: %s: no number in %q", name, id, shown)
			continue
		}
		want, tolerance := value.Float64, 0.0500001
		switch unit {
		case "ratio":
			want = 100 * num.Float64 / den.Float64
		case "points":
			want *= 100
		case "yuan":
			want, tolerance = num.Float64/10000, 0.0050001
		case "count":
			tolerance = 0
		}
		if math.Abs(got-want) > tolerance {
			t.Errorf("%s: %s is shown as %v, the mart has %v", name, id, got, want)
		}
	}
	for _, section := range sectionOf.FindAllString(page, -1) {
		picture := stillPicture.FindStringSubmatch(section)
		if picture == nil {
			continue
		}
		charts++
		table := plain(section[strings.Index(section, "<table"):])
		said := markText.FindAllStringSubmatch(picture[1], -1)
		var marks []string
		for _, m := range said {
			_, label, _ := strings.Cut(html.UnescapeString(m[1]), ":")
			marks = append(marks, label)
		}
		if m := jsonElement.FindStringSubmatch(section); m != nil {
			marks = append(marks, labels(t, m[2])...)
		}
		for _, label := range marks {
			value, _, _ := strings.Cut(label, " ")
			if i := strings.LastIndex(value, "\n"); i >= 0 {
				value = value[i+1:]
			}
			value = strings.TrimLeft(value, "+−")
			if value != "" && !strings.Contains(table, value) {
				t.Errorf("%s: a chart says %q, its table does not", name, label)
			}
		}
		// The title and the note say no percentage that neither the table nor the picture has.
		heading := plain(section[:strings.Index(section, `<div class="pair">`)])
		for _, number := range regexp.MustCompile(`[0-9]+\.[0-9]%`).FindAllString(heading, -1) {
			if !strings.Contains(table+html.UnescapeString(picture[1]), number) && !strings.Contains(page, ">"+number+"<") {
				t.Errorf("%s: the heading %q says %s, which neither table nor picture has", name, heading, number)
			}
		}
	}
	return figures, charts
}

var (
	stillPicture = regexp.MustCompile(`(?s)<div class="still">(.*?)</div>`)
	markText     = regexp.MustCompile(`<title>([^<]*)</title>`)
)

// dropFirstLine leaves out a tile's own title, which may hold digits.
func dropFirstLine(element, shown string) string {
	if strings.HasPrefix(element, "<article") {
		_, rest, _ := strings.Cut(shown, "\n")
		if i := strings.Index(element, "</h2>"); i >= 0 {
			rest = plain(element[i+5:])
		}
		return rest
	}
	return shown
}

// labels are the texts printed at the marks of a chart.
func labels(t *testing.T, option string) []string {
	var o struct {
		Series []struct {
			Type string
			Data []json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(option), &o); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range o.Series {
		if s.Type == "scatter" || s.Type == "line" {
			continue
		}
		for _, raw := range s.Data {
			var d struct {
				Label struct{ Formatter string }
			}
			if err := json.Unmarshal(raw, &d); err == nil && d.Label.Formatter != "" {
				all = append(all, d.Label.Formatter)
			}
		}
	}
	return all
}

func pages(t *testing.T, dir string, see func(name, page string)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".html") {
			return err
		}
		page, err := os.ReadFile(path)
		if err == nil {
			see(strings.TrimPrefix(path, dir+string(filepath.Separator)), string(page))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSiteIsWhole follows every link of every page to a file, and holds the sizes and the policy.
func TestSiteIsWhole(t *testing.T) {
	dir := rendered(t, fixture(t), 2)
	link := regexp.MustCompile(`(?:href|src)="([^"]*)"`)
	id := regexp.MustCompile(` id="([^"]+)"`)
	pages(t, dir, func(name, page string) {
		if len(page) > 3<<20 {
			t.Errorf("%s: %d bytes", name, len(page))
		}
		if name != "index.html" && !strings.Contains(page, html.EscapeString(policy())) && !strings.Contains(page, policy()) {
			t.Errorf("%s: no content security policy", name)
		}
		for _, banned := range []string{"<script>alert", " style=\"", " onclick", "http://", "https://", "{{", "%!", "ZgotmplZ", "NaN"} {
			if i := strings.Index(strings.ReplaceAll(page, "http://www.w3.org/2000/svg", ""), banned); i >= 0 && !(banned == "http://" && strings.Contains(page, "HYPERLINK")) {
				t.Errorf("%s: holds %q", name, banned)
			}
		}
		seen := map[string]bool{}
		for _, m := range id.FindAllStringSubmatch(page, -1) {
			if seen[m[1]] {
				t.Errorf("%s: the id %q is there twice", name, m[1])
			}
			seen[m[1]] = true
		}
		for _, m := range link.FindAllStringSubmatch(page, -1) {
			target, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
			if target == "" {
				continue
			}
			if _, err := os.Stat(filepath.Join(dir, filepath.Dir(name), filepath.FromSlash(target))); err != nil {
				t.Errorf("%s: %s leads nowhere", name, m[1])
			}
		}
	})
}

// TestSameVersionSameBytes renders twice, and replaces what was there.
func TestSameVersionSameBytes(t *testing.T) {
	db := fixture(t)
	first := contents(t, rendered(t, db, 2))
	dir := filepath.Join(t.TempDir(), "site")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "old.html"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Site(context.Background(), db, "", dir, SiteOptions{Version: "v1", Office: "黑龙江省应急管理厅", Quarters: 2}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, contents(t, dir)); diff != "" {
		t.Errorf("rendered twice, the bytes differ:\n%s", diff)
	}
	if _, err := Site(context.Background(), db, "2031Q1", dir, SiteOptions{}); err == nil || !strings.Contains(err.Error(), "2031Q1") {
		t.Errorf("a period without figures: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "index.html")); err != nil {
		t.Error("a failed rendering took the old site away")
	}
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestDownloadsNeverRunAFormula(t *testing.T) {
	dir := rendered(t, fixture(t), 1)
	for name, content := range contents(t, dir) {
		switch filepath.Ext(name) {
		case ".csv":
			for _, line := range strings.Split(content, "\r\n") {
				for _, field := range strings.Split(line, ",") {
					if field = strings.Trim(field, `"`); strings.HasPrefix(field, "=") || strings.HasPrefix(field, "@") {
						t.Errorf("%s: %q would run", name, field)
					}
				}
			}
		case ".xlsx":
			everyByte(t, name, []byte(content), func(name string, content []byte) {
				if bytes.Contains(content, []byte("<f>")) {
					t.Errorf("%s: holds a formula", name)
				}
			})
		}
	}
}
