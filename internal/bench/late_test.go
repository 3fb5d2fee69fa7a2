//go:build bench

package bench

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// benchLate: one city's late file of 1,000 hazards, corrections and new ones, against a full build of the same version; both must publish
// the same figures under the same manifest.
func benchLate(t *testing.T, dir, exports string) {
	late := filepath.Join(t.TempDir(), "late.csv")
	rows := lateRows(t, filepath.Join(exports, "hazard.csv"), late)
	tongbao(t, "ingest", "--project", dir, "--received", "2021-01-04T09:00:00", late)
	part := tongbao(t, "build", "--project", dir, "--as-of", "2021-01-04", "--from", "2019")
	if !strings.Contains(part.out, "and what came since") {
		t.Fatalf("the late file was not added to the published version: %s", part.out)
	}
	got := manifest(t, dir)
	full := tongbao(t, "build", "--project", dir, "--as-of", "2021-01-04", "--from", "2019", "--force")
	if got != manifest(t, dir) {
		t.Error("a version after a late file is not the one of a full build")
	}
	detail := fmt.Sprintf("%d rows; %s; full %s", rows, part, full)
	compare(t, "build after a late city file / full build", part.cpu.Seconds(), full.cpu.Seconds(), "s CPU", 1.0/3, detail)
	compare(t, "  its time", part.wall.Seconds(), full.wall.Seconds(), "s", 1.0/3, "")
}

// lateRows writes every so-many-th hazard of one city again, in part under a new key, in part with another closing day. It reads the file
// twice rather than keeping it: the memory of this process is the least that a measured one shows.
func lateRows(t *testing.T, from, to string) int {
	t.Helper()
	mine := 0
	header := eachHazard(t, from, func([]string) { mine++ })
	text := strings.Join(header, ",") + "\n"
	every, at, written := max(mine/1000, 1), 0, 0
	eachHazard(t, from, func(r []string) {
		if at++; (at-1)%every != 0 || written == 1000 {
			return
		}
		if written%5 < 2 {
			r[0] += "L"
		} else {
			r[len(r)-1] = "2020-12-30"
		}
		text += strings.Join(r, ",") + "\n"
		written++
	})
	if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return written
}

// eachHazard reads the hazards of one city and returns the header.
func eachHazard(t *testing.T, from string, use func(record []string)) (header []string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	records := csv.NewReader(in)
	if header, err = records.Read(); err != nil {
		t.Fatal(err)
	}
	for {
		record, err := records.Read()
		if err == io.EOF {
			return header
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(record[1], "JC2302") {
			use(record)
		}
	}
}

func manifest(t *testing.T, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "data", "published", "current", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
