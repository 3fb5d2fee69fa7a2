package dashboards

import (
	"archive/zip"
	"bytes"
	"context"
	"html"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// everyByte gives each file of a pack, archives inside it unpacked.
func everyByte(t *testing.T, name string, content []byte, see func(name string, content []byte)) {
	t.Helper()
	see(name, content)
	if !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		inner, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		everyByte(t, name+"!"+f.Name, inner, see)
	}
}

func TestPackHoldsNothingOfAnotherCity(t *testing.T) {
	db, dir := fixture(t), t.TempDir()
	returns := t.TempDir()
	if err := os.WriteFile(filepath.Join(returns, "230400.xlsx"), []byte("rows to correct"), 0o644); err != nil {
		t.Fatal(err)
	}
	o := PackOptions{SiteOptions: SiteOptions{Version: "v1"}, Returns: returns, Regions: []string{"230400", "230402"}}
	packs, err := Packs(context.Background(), db, "2020Q2", dir, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, pack := range packs {
		var foreign []string
		rows, err := db.Query(`select uscc, enterprise_name from mart.enterprise where case when ? = '230400' then city_code else region_code end <> ?`, pack.Region.Code, pack.Region.Code)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var uscc, name string
			if err := rows.Scan(&uscc, &name); err != nil {
				t.Fatal(err)
			}
			foreign = append(foreign, uscc, name)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		foreign = append(foreign, "230100", "232700", "哈尔滨", "大兴安岭", "道里区", "漠河", "呼玛")
		if pack.Region.Level == LevelCounty {
			foreign = append(foreign, "工农区", "230403")
		}
		content, err := os.ReadFile(pack.Path)
		if err != nil {
			t.Fatal(err)
		}
		seen, pages := map[string]bool{}, map[string]string{}
		everyByte(t, pack.Region.Name, content, func(name string, content []byte) {
			inner := name[strings.LastIndex(name, "!")+1:]
			seen[inner] = true
			if strings.HasSuffix(inner, ".html") {
				pages[inner] = string(content)
			}
			for _, f := range foreign {
				if bytes.Contains(content, []byte(f)) {
					t.Errorf("%s: %q belongs to another place", name, f)
				}
			}
		})
		for _, want := range []string{"自评工作簿.xlsx", "说明.txt", "网页/index.html", "网页/2020Q2/list-open_major.html", "网页/enterprises.html"} {
			if !seen[want] {
				t.Errorf("%s: no %s", pack.Path, want)
			}
		}
		for name, page := range pages {
			for _, m := range regexp.MustCompile(`(?:href|src)="([^"#]+)[^"]*"`).FindAllStringSubmatch(page, -1) {
				if target := path.Join(path.Dir(name), html.UnescapeString(m[1])); !seen[target] {
					t.Errorf("%s: %s: %s leads nowhere", pack.Region.Name, name, m[1])
				}
			}
		}
		if got := seen["退回单.xlsx"]; got != (pack.Region.Code == "230400") {
			t.Errorf("%s: 退回单 %v", pack.Path, got)
		}
	}
	again := t.TempDir()
	if _, err := Packs(context.Background(), db, "2020Q2", again, o); err != nil {
		t.Fatal(err)
	}
	for _, pack := range packs {
		first, _ := os.ReadFile(pack.Path)
		second, _ := os.ReadFile(filepath.Join(again, filepath.Base(pack.Path)))
		if !bytes.Equal(first, second) || len(first) == 0 {
			t.Errorf("%s: made twice, the bytes differ", pack.Path)
		}
	}
	if _, err := Packs(context.Background(), db, "2020Q2", dir, PackOptions{Regions: []string{"999999"}}); err == nil {
		t.Error("a pack for an unknown region was made")
	}
}
