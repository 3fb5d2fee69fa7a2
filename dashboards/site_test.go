package dashboards

import (
	"context"
	"flag"
	"path/filepath"
	"testing"
)

var keep = flag.String("site", "", "keep the rendered fixture in this folder, to look at")

func siteDir(t *testing.T) string {
	if *keep != "" {
		return *keep
	}
	return filepath.Join(t.TempDir(), "site")
}

func TestSite(t *testing.T) {
	result, err := Site(context.Background(), fixture(t), "2020Q2", siteDir(t), SiteOptions{Version: "20200706T235959-1a2b3c", Office: "黑龙江省应急管理厅"})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result, result.LargestPage)
}
