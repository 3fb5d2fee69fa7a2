package ingest

import (
	"strings"
	"testing"
)

// TestMeter: a file taken in has been read to its end, row by row; keeping its bytes afterwards does not turn the meter back.
func TestMeter(t *testing.T) {
	o := newOffice(t)
	o.runner.Meter = &Meter{}
	o.runner.keeper = &keeper{dir: t.TempDir()}
	defer o.runner.Close()
	text := head + strings.Repeat("J,x\n", 5000) + good("J1")
	o.drop("a.csv", []byte(text))
	if at, size, rows := o.runner.Meter.Progress(); at != size || size != int64(len(text)) || rows < 4900 || rows > 5002 {
		t.Errorf("%d of %d bytes, %d rows", at, size, rows)
	}
}
