package cli

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tongbao/internal/synth"
)

// ingested is a result line of `tongbao ingest --json`.
type ingested struct {
	Path      string         `json:"path"`
	Known     bool           `json:"known"`
	Read      int            `json:"read"`
	Loaded    int            `json:"loaded"`
	Rejected  int            `json:"rejected"`
	Duplicate int            `json:"duplicate"`
	Ignored   int            `json:"ignored"`
	Datasets  map[string]int `json:"datasets"`
}

// TestIngestFindsThePlantedTruth takes a dirty province in, delivery by delivery, and holds every file's account to what was planted.
func TestIngestFindsThePlantedTruth(t *testing.T) {
	t.Parallel()
	options, err := synth.Default()
	if err != nil {
		t.Fatal(err)
	}
	options.Enterprises, options.Seed = 700, 11
	dir := t.TempDir()
	exports, project := filepath.Join(dir, "exports"), filepath.Join(dir, "project")
	truth, err := synth.WriteExports(t.Context(), exports, options, nil)
	if err != nil {
		t.Fatal(err)
	}
	command(t, dir, "init", project)
	for _, wave := range truth.Waves {
		got := ingestWave(t, dir, project, filepath.Join(exports, wave.Folder), wave)
		for _, want := range wave.Files {
			first := want.CopyOf
			if first == "" {
				first = want.Path
			}
			account, other := got[want.Path], got[first]
			if want.CopyOf != "" && !account.Known && other.Known && strings.HasPrefix(want.CopyOf, wave.Folder) {
				continue // of two equal files it does not matter which came first: the other's account is compared
			}
			switch {
			case account.Known:
				if want.CopyOf == "" && !copied(wave, want.Path) {
					t.Errorf("%s was taken for one that came before", want.Path)
				}
			case want.CopyOf != "" && !strings.HasPrefix(want.CopyOf, wave.Folder):
				t.Errorf("%s came before as %s and was taken in again", want.Path, want.CopyOf)
			case account.Loaded != want.Loaded() || account.Rejected != want.Rejected || account.Duplicate != want.Duplicate:
				t.Errorf("%s: %d loaded, %d rejected, %d duplicate; planted %d, %d %v, %d", want.Path,
					account.Loaded, account.Rejected, account.Duplicate, want.Loaded(), want.Rejected, want.Reasons, want.Duplicate)
			case !maps.Equal(account.Datasets, nonzero(want.Datasets)):
				t.Errorf("%s: rows per dataset %v, planted %v", want.Path, account.Datasets, want.Datasets)
			case account.Read != account.Loaded+account.Rejected+account.Duplicate+account.Ignored:
				t.Errorf("%s does not add up: %+v", want.Path, account)
			}
		}
	}
}

// ingestWave ingests a folder and adds the lines of an archive's members up under the archive.
func ingestWave(t *testing.T, dir, project, folder string, wave synth.Wave) map[string]ingested {
	t.Helper()
	var out, log strings.Builder
	received := wave.Received.Format("2006-01-02T15:04:05")
	code := Run(t.Context(), []string{"ingest", "--json", "--project", project, "--received", received, folder}, testEnv(dir, &out, &log))
	if code != exitDone && code != exitWarnings {
		t.Fatalf("exit code %d\n%s", code, log.String())
	}
	sums := map[string]ingested{}
	for line := range strings.Lines(out.String()) {
		var said ingested
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if said.Path == "" {
			continue
		}
		outer, _, _ := strings.Cut(said.Path, "!")
		path := wave.Folder + "/" + filepath.Base(outer)
		sum := sums[path]
		sum.Known = said.Known
		sum.Read, sum.Loaded, sum.Rejected = sum.Read+said.Read, sum.Loaded+said.Loaded, sum.Rejected+said.Rejected
		sum.Duplicate, sum.Ignored = sum.Duplicate+said.Duplicate, sum.Ignored+said.Ignored
		if sum.Datasets == nil {
			sum.Datasets = map[string]int{}
		}
		for dataset, n := range said.Datasets {
			sum.Datasets[dataset] += n
		}
		sums[path] = sum
	}
	return sums
}

func copied(wave synth.Wave, path string) bool {
	return slices.ContainsFunc(wave.Files, func(f synth.FileTruth) bool { return f.CopyOf == path })
}

func nonzero(counts map[string]int) map[string]int {
	kept := maps.Clone(counts)
	maps.DeleteFunc(kept, func(_ string, n int) bool { return n == 0 })
	return kept
}
