package sheettest

import (
	"os"
	"path/filepath"
	"testing"
)

// maxSeed keeps the fuzzer quick.
const maxSeed = 64 << 10

// Seeds are the files of the corpus (ingest/testdata/corpus) whose names fit one of the patterns; it is found from a folder inside ingest.
func Seeds(t testing.TB, patterns ...string) [][]byte {
	t.Helper()
	var seeds [][]byte
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join("..", "testdata", "corpus", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			seed, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(seed) <= maxSeed {
				seeds = append(seeds, seed)
			}
		}
	}
	if len(seeds) == 0 {
		t.Fatalf("no file of the corpus fits %v", patterns)
	}
	return seeds
}
