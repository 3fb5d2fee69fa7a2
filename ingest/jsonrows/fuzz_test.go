package jsonrows

import (
	"testing"

	"tongbao/ingest/sheet/sheettest"
)

func FuzzRead(f *testing.F) {
	sheettest.Fuzz(f, Format(), sheettest.Seeds(f, "*.json", "*.jsonl")...)
}
