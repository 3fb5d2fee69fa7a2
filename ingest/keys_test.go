package ingest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestKeyRuns: however the keys are cut into runs, one that came twice is found, and no file is left behind.
func TestKeyRuns(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.Int64Range(0, 400), 0, 60).Draw(t, "keys")
		most := rapid.IntRange(1, 80).Draw(t, "run")
		k := newKeyRuns(dir)
		want, seen := false, map[int64]bool{}
		for _, n := range numbers {
			want, seen[n] = want || seen[n], true
			k.add([]slot{{number: n, filled: true}, {text: "other"}}, []int{0})
			if err := k.relieve(most); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := k.twice(); err != nil || got != want {
			t.Fatalf("%v in runs of %d: twice %t (%v), want %t", numbers, most, got, err, want)
		}
		if err := k.close(); err != nil {
			t.Fatal(err)
		}
	})
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestFirsts: a subject is known again at its first row, until no more are remembered.
func TestFirsts(t *testing.T) {
	var f firsts
	for key := uint64(1); key <= 5000; key++ {
		entry := f.find(key * 0x9E3779B97F4A7C15)
		if entry == nil || entry.key != 0 {
			t.Fatalf("key %d is known already: %+v", key, entry)
		}
		*entry = first{key: key * 0x9E3779B97F4A7C15, row: int32(key)}
		f.used++
	}
	for key := uint64(1); key <= 5000; key++ {
		if entry := f.find(key * 0x9E3779B97F4A7C15); entry.row != int32(key) {
			t.Fatalf("key %d stands at %+v", key, entry)
		}
	}
	f.used = mostFirsts
	if entry := f.find(7); entry != nil {
		t.Errorf("a full memory takes more: %+v", entry)
	}
}

// TestOneKeyForAll: a column mistaken for the key costs no more than its rows, and each names a few of the others.
func TestOneKeyForAll(t *testing.T) {
	o := newOffice(t)
	var text strings.Builder
	text.WriteString(head)
	for i := range 12_000 {
		fmt.Fprintf(&text, "J1,91230100MA18TE2H9K,A%d,计划检查,2020-03-05\n", i)
	}
	if result := o.drop("a.csv", []byte(text.String())); result.Rejected != 12_000 || result.Loaded != 0 {
		t.Errorf("%+v", result)
	}
	want := "同一文件中编号相同而内容不同(另见第2行、第3行、第4行、第5行、第6行)"
	got := o.ask("select (reasons->>'$[0].reason') || row_number from raw.rejected where row_number in (3, 12001) order by row_number")
	if own := strings.NewReplacer("第3行、", "", "第6行", "第6行、第7行").Replace(want); got != own+"3 "+want+"12001" {
		t.Errorf("reasons %s", got)
	}
}
