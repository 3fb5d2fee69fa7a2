package dashboards

import (
	"context"
	"database/sql"
	"flag"
	"testing"
)

var (
	keep      = flag.String("site", "", "render into this folder, to look at")
	published = flag.String("published", "", "with -site: the tongbao.duckdb of a published version to render instead of the fixture")
	keepPacks = flag.String("packs", "", "with -site: make packs in this folder too")
)

func TestKeepForLooking(t *testing.T) {
	if *keep == "" {
		t.Skip("no -site folder asked for")
	}
	db, version, period := fixture(t), "v1", "2020Q2"
	if *published != "" {
		var err error
		if db, err = sql.Open("duckdb", *published+"?access_mode=read_only"); err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		version, period = "published", ""
	}
	o := SiteOptions{Version: version, Office: "黑龙江省应急管理厅"}
	result, err := Site(context.Background(), db, period, *keep, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result, result.LargestPage)
	if *keepPacks != "" {
		packs, err := Packs(context.Background(), db, period, *keepPacks, PackOptions{SiteOptions: o})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(packs)
	}
}
