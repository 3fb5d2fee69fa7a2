//go:build bench

package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// benchCSV: a GBK CSV of 20 columns, coerced and accounted, against DuckDB reading the same text, already in UTF-8, into a table.
func benchCSV(t *testing.T) {
	var peaks []float64
	for _, millions := range []float64{1, 2, 4} {
		rows := int(millions * 1e6 * scale(t))
		coded := registerCSV(t, rows, true)
		ours := taken(t, coded)
		what := fmt.Sprintf("CSV %.2f M × 20 in GBK / read_csv(all_varchar)", float64(rows)/1e6)
		if millions == 2 {
			plain := registerCSV(t, rows, false)
			text := reference(t, "text", plain, filepath.Join(t.TempDir(), "text.duckdb"))
			compare(t, what, ours.cpu.Seconds(), text.cpu.Seconds(), "s CPU", 1.2, fmt.Sprintf("%.0f MB of text; ours %s; reference %s", size(t, coded), ours, text))
		}
		report(t, fmt.Sprintf("  peak memory at %.2f M rows", float64(rows)/1e6), ours.peakMB, "MB", 600, "")
		peaks = append(peaks, ours.peakMB)
		if err := os.Remove(coded); err != nil {
			t.Fatal(err)
		}
	}
	compare(t, "  peak memory, four times the rows", peaks[2], peaks[0], "MB", 1.1, "flat")
}

// taken ingests a file of the register into a project of its own.
func taken(t *testing.T, path string) cost {
	t.Helper()
	return tongbao(t, "ingest", "--project", registerProject(t), "--received", "2021-01-04T08:00:00", path)
}
