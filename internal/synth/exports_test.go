package synth

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func hashes(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	found := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		relative, _ := filepath.Rel(dir, path)
		found[filepath.ToSlash(relative)] = sha256.Sum256(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func write(t *testing.T, o Options) (string, Truth) {
	t.Helper()
	dir := t.TempDir()
	truth, err := WriteExports(t.Context(), dir, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dir, truth
}

func TestSameSeedSameBytes(t *testing.T) {
	one, truth := write(t, options(t, 400))
	two, _ := write(t, options(t, 400))
	first, second := hashes(t, one), hashes(t, two)
	if len(first) < 100 || len(first) != len(second) {
		t.Fatalf("%d and %d files", len(first), len(second))
	}
	for path, hash := range first {
		if second[path] != hash {
			t.Errorf("%s differs between two runs", path)
		}
	}
	listed := 0
	for _, wave := range truth.Waves {
		for _, file := range wave.Files {
			listed++
			if _, ok := first[file.Path]; !ok {
				t.Errorf("%s is in the truth, not on disk", file.Path)
			}
			if file.CopyOf != "" && first[file.Path] != first[file.CopyOf] {
				t.Errorf("%s is no copy of %s", file.Path, file.CopyOf)
			}
		}
	}
	if listed != len(first) {
		t.Errorf("%d files in the truth, %d on disk", listed, len(first))
	}
	other := options(t, 400)
	other.Seed++
	three, _ := write(t, other)
	same := 0
	for path, hash := range hashes(t, three) {
		if first[path] == hash {
			same++
		}
	}
	if same > 3 { // the caps do not depend on the seed
		t.Errorf("another seed gives %d of the same files", same)
	}
}

// TestTruthOfFiles reads files back with other readers and compares their rows with the truth.
func TestTruthOfFiles(t *testing.T) {
	dir, truth := write(t, options(t, 900))
	reasons, layouts := map[string]int{}, map[string]int{}
	for _, wave := range truth.Waves {
		for _, file := range wave.Files {
			for reason, n := range file.Reasons {
				reasons[reason] += n
			}
			loaded := 0
			for _, n := range file.Datasets {
				loaded += n
			}
			if loaded != file.Loaded() {
				t.Errorf("%s: %d rows by dataset, %d by count", file.Path, loaded, file.Loaded())
			}
			content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file.Path)))
			if err != nil {
				t.Fatal(err)
			}
			rows := -1
			switch filepath.Ext(file.Path) {
			case ".csv":
				rows = csvRows(t, content, file)
				layouts["csv"]++
			case ".xlsx":
				rows = sheetRows(t, content, file)
				layouts["xlsx"]++
			default:
				layouts[filepath.Ext(file.Path)]++
				continue
			}
			if rows != file.Rows {
				t.Errorf("%s: %d rows, the truth says %d", file.Path, rows, file.Rows)
			}
		}
	}
	for _, reason := range []string{"date", "code", "word", "required", "region", "conflict"} {
		if reasons[reason] == 0 {
			t.Errorf("no row is rejected for %s: %v", reason, reasons)
		}
	}
	for _, kind := range []string{"csv", "xlsx", ".zip", ".txt"} {
		if layouts[kind] == 0 {
			t.Errorf("no %s file: %v", kind, layouts)
		}
	}
}

func csvRows(t *testing.T, content []byte, file FileTruth) int {
	t.Helper()
	if !utf8.Valid(content) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
		if err != nil {
			t.Fatal(err)
		}
		content = decoded
	}
	reader := csv.NewReader(bytes.NewReader(content))
	reader.FieldsPerRecord = -1
	reader.LazyQuotes = false
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file.Path, err)
	}
	return len(rows) - 1 - file.Ignored
}

func sheetRows(t *testing.T, content []byte, file FileTruth) int {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("%s: %v", file.Path, err)
	}
	defer book.Close()
	count := 0
	for _, name := range book.GetSheetList() {
		rows, err := book.GetRows(name)
		if err != nil {
			t.Fatalf("%s: %v", file.Path, err)
		}
		for _, row := range rows {
			if len(row) > 1 && row[0] != "" && strings.Trim(row[0], "0123456789") == "" {
				count++
			}
		}
	}
	return count
}

func TestProvinceIsWhole(t *testing.T) {
	o := options(t, 3200)
	w, err := newWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	p := newProvince(w)
	counties := map[string]bool{}
	codes := map[string]bool{}
	for _, l := range p.lives {
		counties[l.claims[0].region] = true
		if codes[l.claims[0].uscc] {
			t.Errorf("%s comes twice", l.claims[0].uscc)
		}
		codes[l.claims[0].uscc] = true
		for _, ids := range [][]string{idsOf(l)} {
			slices.Sort(ids)
			if len(slices.Compact(slices.Clone(ids))) != len(ids) {
				t.Errorf("enterprise %d: an id comes twice", l.number)
			}
		}
	}
	if len(counties) != 124 || counties[emptyCounty] {
		t.Errorf("%d counties with enterprises, want 124: all but the empty one", len(counties))
	}
}

func idsOf(l *life) []string {
	var ids []string
	for _, r := range l.inspections {
		ids = append(ids, r.id)
	}
	for _, r := range l.hazards {
		ids = append(ids, r.id)
	}
	for _, r := range l.items {
		ids = append(ids, r.id)
	}
	for _, r := range l.penalties {
		ids = append(ids, r.id)
	}
	return ids
}
