package archive

import (
	"testing"

	"tongbao/ingest/sheet/sheettest"
)

func FuzzZip(f *testing.F) {
	sheettest.Fuzz(f, Zip(), sheettest.Seeds(f, "*.zip")...)
}

func FuzzGzip(f *testing.F) {
	sheettest.Fuzz(f, Gzip(), sheettest.Seeds(f, "*.gz")...)
}
