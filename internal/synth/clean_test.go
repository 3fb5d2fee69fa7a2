package synth

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"tongbao/internal/calendar"
)

func options(t testing.TB, enterprises int) Options {
	t.Helper()
	o, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	o.Enterprises = enterprises
	return o
}

// TestCleanShape holds the streamed files to the shares measurements are stated for.
func TestCleanShape(t *testing.T) {
	o := options(t, 4000)
	o.FirstYear, o.LastDay = 2019, calendar.Date(2020, 12, 31)
	counts, err := WriteClean(t.Context(), t.TempDir(), o, "utf-8", nil)
	if err != nil {
		t.Fatal(err)
	}
	perEnterprise := func(dataset string) float64 { return float64(counts[dataset]) / 4000 }
	if got := perEnterprise("inspection"); got < 3.4 || got > 4 {
		t.Errorf("%.2f inspections per enterprise, want about 3.7", got)
	}
	if got := perEnterprise("hazard"); got < 9 || got > 11 {
		t.Errorf("%.2f hazards per enterprise, want about 10", got)
	}
}

func TestCleanEncodings(t *testing.T) {
	o := options(t, 300)
	utf8Dir, gbkDir := t.TempDir(), t.TempDir()
	for dir, encoding := range map[string]string{utf8Dir: "utf-8", gbkDir: "gbk"} {
		if _, err := WriteClean(t.Context(), dir, o, encoding, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range tables() {
		plain, err := os.ReadFile(filepath.Join(utf8Dir, table.name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		coded, err := os.ReadFile(filepath.Join(gbkDir, table.name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(coded)
		if err != nil || string(decoded) != string(plain) {
			t.Errorf("%s: GBK and UTF-8 differ: %v", table.name, err)
		}
	}
	if _, err := WriteClean(t.Context(), t.TempDir(), o, "latin1", nil); err == nil {
		t.Error("an encoding nobody asked for")
	}
}
