package parquet

import (
	"testing"

	"tongbao/ingest/sheet/sheettest"
	"tongbao/internal/warehouse"
)

func FuzzRead(f *testing.F) {
	db, err := warehouse.Open(f.Context(), "", warehouse.Options{MemoryMB: 128, Threads: 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	sheettest.Fuzz(f, Format(db), sheettest.Seeds(f, "*.parquet")...)
}
