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

// benchBuild: the whole catalogue, and how its cost grows.
func benchBuild(t *testing.T) {
	var cpu, enterprises []float64
	for _, n := range []int{50_000, 200_000} {
		n = int(float64(n) * scale(t))
		exports, counts := province(t, n, 2019, "utf-8")
		dir, ingest := project(t, exports)
		build := tongbao(t, "build", "--project", dir, "--as-of", "2021-01-04", "--from", "2019")
		cpu, enterprises = append(cpu, build.cpu.Seconds()), append(enterprises, float64(n))
		typed := reference(t, "typed", exports, filepath.Join(t.TempDir(), "typed.duckdb"))
		sizes := fmt.Sprintf("%d enterprises, %d inspections, %d hazards, %.0f MB", n, counts["inspection"], counts["hazard"], size(t, exports))
		compare(t, "ingest + build / typed read_csv load", ingest.plus(build).cpu.Seconds(), typed.cpu.Seconds(), "s CPU", 6.5,
			fmt.Sprintf("%s; ingest %s; build %s; load %s", sizes, ingest, build, typed))
		report(t, "  peak memory of build", build.peakMB, "MB", 3000, "")
		if n == int(200_000*scale(t)) {
			benchAnswers(t, dir)
		}
	}
	exponent := math.Log(cpu[1]/cpu[0]) / math.Log(enterprises[1]/enterprises[0])
	report(t, "cost exponent of build", exponent, "", 1.1, fmt.Sprintf("%.1f s CPU at %.0f, %.1f s at %.0f enterprises", cpu[0], enterprises[0], cpu[1], enterprises[1]))
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
	wait("trace of one figure", time.Second, "trace", "A1.2020Q4.230100")
	wait("all outputs of one quarter", time.Minute, "render", "--period", "2020Q4")
}
