//go:build bench

package bench

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"tongbao/internal/calendar"
	"tongbao/internal/synth"
)

// scale shrinks every size for a trial of the harness itself: TONGBAO_BENCH_SCALE=0.05.
func scale(t *testing.T) float64 {
	text := os.Getenv("TONGBAO_BENCH_SCALE")
	if text == "" {
		return 1
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || value <= 0 || value > 10 {
		t.Fatalf("TONGBAO_BENCH_SCALE=%s: a number above 0, at most 10", text)
	}
	return value
}

// province writes clean exports and returns the folder and the rows per dataset.
func province(t *testing.T, enterprises, firstYear int, encoding string) (string, synth.Counts) {
	t.Helper()
	options, err := synth.Default()
	if err != nil {
		t.Fatal(err)
	}
	options.Enterprises, options.FirstYear, options.LastDay = enterprises, firstYear, calendar.Date(2020, 12, 31)
	folder := t.TempDir()
	counts, err := synth.WriteClean(t.Context(), folder, options, encoding, nil)
	if err != nil {
		t.Fatal(err)
	}
	return folder, counts
}

// project makes a project and ingests a folder or file.
func project(t *testing.T, source string) (string, cost) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "project")
	tongbao(t, "init", dir)
	return dir, tongbao(t, "ingest", "--project", dir, "--received", "2021-01-04T08:00:00", source)
}

func size(t *testing.T, paths ...string) float64 {
	t.Helper()
	total := int64(0)
	for _, path := range paths {
		err := filepath.Walk(path, func(_ string, info os.FileInfo, err error) error {
			if err == nil && !info.IsDir() {
				total += info.Size()
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return float64(total) / 1e6
}

func TestBench(t *testing.T) {
	fmt.Println(machine())
	heading()
	t.Run("start", benchStart)
	t.Run("csv", benchCSV)
	t.Run("workbooks", benchWorkbooks)
	t.Run("small files", benchSmallFiles)
	t.Run("hostile files", benchHostile)
	t.Run("build", benchBuild)
}

func benchStart(t *testing.T) {
	var times []float64
	for range 21 {
		times = append(times, float64(tongbao(t, "--help").wall.Microseconds())/1000)
	}
	slices.Sort(times)
	report(t, "start to --help, median of 21", times[10], "ms", 50, fmt.Sprintf("fastest %.0f, slowest %.0f", times[0], times[20]))
}

// benchBuild: the whole catalogue, and how its cost grows. The load it is compared with runs right after it.
func benchBuild(t *testing.T) {
	sizes := []int{50_000, 100_000, 200_000, 800_000}
	cpu := map[int]float64{}
	for _, full := range sizes {
		n := int(float64(full) * scale(t))
		exports, counts := province(t, n, 2019, "utf-8")
		dir, ingest := project(t, exports)
		build := tongbao(t, "build", "--project", dir, "--as-of", "2021-01-04", "--from", "2019")
		cpu[full] = ingest.plus(build).cpu.Seconds()
		fmt.Printf("%d enterprises, %d inspections, %d hazards, %.0f MB: ingest %s; build %s\n", n, counts["inspection"], counts["hazard"], size(t, exports), ingest, build)
		switch full {
		case 200_000:
			typed := reference(t, "typed", exports, filepath.Join(t.TempDir(), "typed.duckdb"))
			compare(t, "ingest + build / typed read_csv load", cpu[full], typed.cpu.Seconds(), "s CPU", 6.5, "load "+typed.String())
			report(t, "peak memory at 200,000 enterprises", ingest.plus(build).peakMB, "MB", 3000, "")
			benchAnswers(t, dir)
			benchLate(t, dir, exports)
		case 800_000:
			report(t, "peak memory at 800,000 enterprises", ingest.plus(build).peakMB, "MB", 4000, "")
		}
		for _, done := range []string{exports, dir} {
			if err := os.RemoveAll(done); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, pair := range []struct {
		from, to int
		goal     float64
	}{{50_000, 200_000, 1.1}, {100_000, 800_000, 1.05}} {
		exponent := math.Log(cpu[pair.to]/cpu[pair.from]) / math.Log(float64(pair.to)/float64(pair.from))
		report(t, fmt.Sprintf("cost exponent, %d to %d enterprises", pair.from, pair.to), exponent, "", pair.goal, fmt.Sprintf("%.1f to %.1f s CPU", cpu[pair.from], cpu[pair.to]))
	}
}

// benchAnswers: what a person waits for on a published version of that size.
func benchAnswers(t *testing.T, dir string) {
	wait := func(what string, goal time.Duration, args ...string) {
		took := tongbao(t, append(args, "--project", dir)...)
		report(t, what, float64(took.wall.Milliseconds()), "ms", float64(goal.Milliseconds()), took.String())
	}
	wait("sql, first answer", 150*time.Millisecond, "sql", "select count(*) from core.visit")
	wait("status", 200*time.Millisecond, "status")
	wait("doctor, every value read", 20*time.Second, "doctor")
	benchBackup(t, dir)
	for _, figure := range []string{"A1.2020Q4.230000", "B7.2020Q4y.230000", "C3.2020Q4y.230000", "D6.2020Q4y.230000", "E3.2020Q4y.230000", "B9.2020Q4.230000", "B5.2020Q4y.230000", "D7.2020Q4y.230000"} {
		wait("trace "+figure, time.Second, "trace", figure)
	}
	wait("all outputs of one quarter", time.Minute, "render", "--period", "2020Q4")
}
