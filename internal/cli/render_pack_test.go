package cli

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tongbao/internal/warehouse"
)

// testPacksKeepApart makes the packs of a city and of a county of it as their office would, and looks in every byte, archives
// inside archives unpacked, for enterprises and agencies of other places.
func testPacksKeepApart(t *testing.T, project string) {
	const city, county = "230100", "230102"
	command(t, project, "render", "--city", county)
	db, err := warehouse.OpenReadOnly(t.Context(), filepath.Join(project, "data", "published", "current", "tongbao.duckdb"), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for code, own := range map[string]struct{ enterprise, agency string }{
		city:   {"city_code = '230100'", "coalesce(city_code, '') in ('', '230100')"},
		county: {"region_code = '230102'", "coalesce(region_code, '') in ('', '230000', '230100', '230102')"},
	} {
		foreign := map[string]bool{}
		for _, query := range []string{
			"select uscc from mart.enterprise where not (" + own.enterprise + ")",
			"select enterprise_name from mart.enterprise group by enterprise_name having not bool_or(" + own.enterprise + ")",
			"select agency_name from mart.agency group by agency_name having not bool_or(" + own.agency + ")",
		} {
			found, err := warehouse.Select[string](t.Context(), db, query)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range found {
				foreign[text] = true
			}
		}
		if len(foreign) < 300 {
			t.Fatalf("%s: only %d foreign names to look for", code, len(foreign))
		}
		content, err := os.ReadFile(filepath.Join(project, "out", "2020Q3", "packs", code+".zip"))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		unpacked(t, code, content, func(name string, content []byte) {
			seen[name] = true
			for text := range foreign {
				if bytes.Contains(content, []byte(text)) {
					t.Errorf("%s holds %s", name, text)
				}
			}
		})
		for _, want := range []string{"自评工作簿.xlsx", "年度执法计划完成情况统计表.xlsx", "网页/index.html"} {
			if !seen[code+"!"+want] {
				t.Errorf("%s: no %s in the pack", code, want)
			}
		}
	}
	var out, log strings.Builder
	if code := Run(t.Context(), []string{"render", "--city", county, "--only", "returns"}, testEnv(project, &out, &log)); code != exitUsage || !strings.Contains(log.String(), city) {
		t.Errorf("returned rows of a county: exit %d, %s", code, log.String())
	}
}

// unpacked shows a file and, of an archive, every file in it.
func unpacked(t *testing.T, name string, content []byte, see func(name string, content []byte)) {
	t.Helper()
	see(name, content)
	if !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		inner, err := io.ReadAll(reader)
		reader.Close()
		if err != nil {
			t.Fatal(err)
		}
		unpacked(t, name+"!"+file.Name, inner, see)
	}
}
