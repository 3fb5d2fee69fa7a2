package notice

import (
	"image"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tongbao/dashboards/document/documenttest"
)

// tool finds a program; without it the test is skipped, on CI it fails.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestLibreOfficeShowsTheNotice opens the Word file in LibreOffice, prints it, and looks at the pages: paper, orientation, margins,
// text, page numbers on their sides.
func TestLibreOfficeShowsTheNotice(t *testing.T) {
	office, toText, toImage := tool(t, "soffice"), tool(t, "pdftotext"), tool(t, "pdftoppm")
	dir := t.TempDir()
	path := filepath.Join(dir, "notice.docx")
	if err := os.WriteFile(path, wordFile(t, testInput(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir, path)
	pdf := filepath.Join(dir, "notice.pdf")
	text := strings.Join(strings.Fields(run(t, toText, pdf, "-")), "")
	for _, want := range []string{"关于2020年第一季度安全生产年度监督检查计划执行情况的通报", "黑应急通报〔2020〕1号", "各市（地）应急管理局：", "全省年度计划134项",
		"表1各市（地）年度监督检查计划完成情况", "七、下一步要求", "2020年4月10日", "抄送：省安委会办公室，省司法厅。", "‹U+202E›", "</script>"} {
		if !strings.Contains(text, strings.Join(strings.Fields(want), "")) {
			t.Errorf("the printed notice lacks %q", want)
		}
	}
	run(t, toImage, "-r", "36", "-png", pdf, filepath.Join(dir, "p"))
	pages, err := filepath.Glob(filepath.Join(dir, "p-*.png"))
	if err != nil || len(pages) < 10 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	// the letterhead, a page of text, the wide table of annex 1
	documenttest.ComparePages(t, filepath.Join("testdata", "pages.txt"), *update, pages[0], pages[1], pages[slices.IndexFunc(pages, isLandscape(t))])
	landscape := 0
	for i, page := range pages {
		file, err := os.Open(page)
		if err != nil {
			t.Fatal(err)
		}
		picture, _, err := image.Decode(file)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		size := picture.Bounds().Size()
		if size.X > size.Y {
			landscape++
			continue
		}
		if size.X < 296 || size.X > 299 || size.Y < 419 || size.Y > 422 {
			t.Errorf("page %d is %v, not A4", i+1, size)
		}
		// the body keeps its margins: left 28 mm, right 26 mm, top 37 mm
		if ink := inked(picture, image.Rect(0, 0, size.X*27/210, size.Y)) + inked(picture, image.Rect(size.X*186/210, 0, size.X, size.Y)) + inked(picture, image.Rect(0, 0, size.X, size.Y*36/297)); ink > 0 {
			t.Errorf("page %d prints %d points into the margins", i+1, ink)
		}
		// page number: right on odd pages, left on even ones
		low := size.Y * 265 / 297
		left, right := inked(picture, image.Rect(0, low, size.X/3, size.Y)), inked(picture, image.Rect(size.X*2/3, low, size.X, size.Y))
		if odd := i%2 == 0; odd && (right == 0 || left > 0) || !odd && (left == 0 || right > 0) {
			t.Errorf("page %d: page number left %d, right %d points", i+1, left, right)
		}
	}
	if landscape < 2 {
		t.Errorf("%d landscape pages", landscape)
	}
}

// isLandscape says whether the picture of a page is wider than high.
func isLandscape(t *testing.T) func(page string) bool {
	return func(page string) bool {
		file, err := os.Open(page)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		config, _, err := image.DecodeConfig(file)
		if err != nil {
			t.Fatal(err)
		}
		return config.Width > config.Height
	}
}

// inked counts dark points.
func inked(picture image.Image, area image.Rectangle) int {
	n := 0
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if r, g, b, _ := picture.At(x, y).RGBA(); r+g+b < 3*0x6000 {
				n++
			}
		}
	}
	return n
}
