package dashboards

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const (
	blockSize  = 20   // pixels of the screen behind one pixel of a golden: small enough to see layout, too large to see a font
	tolerance  = 40.0 // of 255, by which a block may differ
	mayDiffer  = 0.04 // share of blocks
	screenHigh = 1200
)

// looks compares the first screen of the main pages at three widths with stored ones, both averaged over blocks. -update writes
// them anew: look at the differences before committing them.
func looks(t *testing.T, ctx context.Context, dir string) {
	defer do(t, ctx, chromedp.ResetViewport())
	for _, wide := range []int64{390, 768, 1440} {
		do(t, ctx, chromedp.EmulateViewport(wide, screenHigh))
		for _, page := range []string{"2020Q2/index.html", "2020Q2/hazards.html", "2020Q2/duplicates.html", "2020Q2/county-230102.html", "2020Q2/list-open_major.html", "enterprise-230100-1.html"} {
			do(t, ctx, chromedp.Navigate(at(dir, page)), chromedp.WaitReady("footer"))
			shot, err := png.Decode(bytes.NewReader(must(t, ctx, chromedp.CaptureScreenshot())))
			if err != nil {
				t.Fatal(err)
			}
			sameLook(t, fmt.Sprintf("%s-%d", strings.TrimSuffix(filepath.Base(page), ".html"), wide), averaged(shot))
		}
	}
}

// averaged is a picture of the mean grey of each block, every second pixel read.
func averaged(shot image.Image) *image.Gray {
	bounds := shot.Bounds()
	plain := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), bounds.Dy()))
	draw.Draw(plain, plain.Rect, shot, bounds.Min, draw.Src)
	out := image.NewGray(image.Rect(0, 0, bounds.Dx()/blockSize, bounds.Dy()/blockSize))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sum, n := 0, 0
			for dy := 0; dy < blockSize; dy += 2 {
				for dx := 0; dx < blockSize; dx += 2 {
					i := plain.PixOffset(x*blockSize+dx, y*blockSize+dy)
					sum += (299*int(plain.Pix[i]) + 587*int(plain.Pix[i+1]) + 114*int(plain.Pix[i+2])) / 1000
					n++
				}
			}
			out.SetGray(x, y, color.Gray{Y: uint8(sum / n)})
		}
	}
	return out
}

func sameLook(t *testing.T, name string, got *image.Gray) {
	t.Helper()
	path := filepath.Join("testdata", "looks", name+".png")
	if *update {
		var b bytes.Buffer
		if err := png.Encode(&b, got); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	decoded, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	want, ok := decoded.(*image.Gray)
	if !ok || want.Rect != got.Rect {
		t.Errorf("%s: the screen is %v, the golden %v", name, got.Rect, decoded.Bounds())
		return
	}
	differ := 0
	for i := range got.Pix {
		if d := float64(got.Pix[i]) - float64(want.Pix[i]); d > tolerance || d < -tolerance {
			differ++
		}
	}
	if share := float64(differ) / float64(len(got.Pix)); share > mayDiffer {
		t.Errorf("%s looks different in %.1f%% of its blocks", name, 100*share)
	}
}
