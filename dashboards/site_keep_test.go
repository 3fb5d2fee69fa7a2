package dashboards

import (
	"context"
	"flag"
	"testing"
)

var keep = flag.String("site", "", "render the fixture into this folder, to look at")

func TestKeepForLooking(t *testing.T) {
	if *keep == "" {
		t.Skip("no -site folder asked for")
	}
	result, err := Site(context.Background(), fixture(t), "2020Q2", *keep, SiteOptions{Version: "v1", Office: "黑龙江省应急管理厅"})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result)
}
