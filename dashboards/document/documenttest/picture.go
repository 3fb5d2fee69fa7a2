package documenttest

import (
	"fmt"
	"image"
	_ "image/png" // pages come as PNG
	"os"
	"strings"
	"testing"
)

// Blocks of a page that a golden picture is made of: coarse enough that another version of a font changes little, fine enough that
// a table, a line of type or a margin that moved is seen.
const (
	blocksAcross = 24
	blocksDown   = 32
)

// How far a page may lie from its golden, in steps of 0 (white) to 255 (black): one block, and all together.
const (
	farBlock = 50
	farPage  = 5.0
)

// ComparePages holds pictures of pages against a golden file of their ink per block; update writes it.
func ComparePages(t *testing.T, golden string, update bool, pages ...string) {
	t.Helper()
	var got strings.Builder
	for _, page := range pages {
		for _, row := range ink(t, page) {
			for _, block := range row {
				fmt.Fprintf(&got, "%02x", block)
			}
			got.WriteByte('\n')
		}
		got.WriteByte('\n')
	}
	if update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(strings.TrimSpace(string(want)), "\n\n"), strings.Split(strings.TrimSpace(got.String()), "\n\n")
	if len(was) != len(is) {
		t.Fatalf("%d pages, the golden has %d", len(is), len(was))
	}
	for i := range is {
		mean, worst, at := apart(t, was[i], is[i])
		t.Logf("page %d: %.1f apart on average, %d at most", i+1, mean, worst)
		if mean > farPage || worst > farBlock {
			t.Errorf("page %d looks different: %.1f apart on average (at most %.1f), %d at block %s (at most %d); look at %s, and -update the golden if it is right", i+1, mean, farPage, worst, at, farBlock, pages[i])
		}
	}
}

// ink is the mean darkness of each block of a page.
func ink(t *testing.T, page string) [][]int {
	t.Helper()
	file, err := os.Open(page)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, _, err := image.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	size := picture.Bounds().Size()
	rows := make([][]int, blocksDown)
	for r := range rows {
		rows[r] = make([]int, blocksAcross)
		for c := range rows[r] {
			dark, points := 0, 0
			for y := size.Y * r / blocksDown; y < size.Y*(r+1)/blocksDown; y++ {
				for x := size.X * c / blocksAcross; x < size.X*(c+1)/blocksAcross; x++ {
					red, green, blue, _ := picture.At(x, y).RGBA()
					dark += 255 - int((299*red+587*green+114*blue)/1000>>8)
					points++
				}
			}
			rows[r][c] = dark / max(1, points)
		}
	}
	return rows
}

func apart(t *testing.T, was, is string) (mean float64, worst int, at string) {
	t.Helper()
	a, b := strings.Fields(was), strings.Fields(is)
	if len(a) != len(b) {
		t.Fatalf("%d rows of blocks, the golden has %d", len(b), len(a))
	}
	total := 0
	for r := range a {
		for c := 0; c+2 <= len(a[r]) && c+2 <= len(b[r]); c += 2 {
			var x, y int
			if _, err := fmt.Sscanf(a[r][c:c+2]+" "+b[r][c:c+2], "%02x %02x", &x, &y); err != nil {
				t.Fatal(err)
			}
			d := max(x-y, y-x)
			if total += d; d > worst {
				worst, at = d, fmt.Sprintf("%d,%d", c/2, r)
			}
		}
	}
	return float64(total) / float64(blocksAcross*len(a)), worst, at
}
