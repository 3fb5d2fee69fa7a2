package ingest

import (
	"io"
	"sync/atomic"

	"tongbao/ingest/sheet"
)

// Meter says how far the file being taken in has come. It may be read while the runner works.
type Meter struct{ at, size, rows atomic.Int64 }

// Progress returns the bytes of the file (or the member of an archive) the reader has come to, of all it has, and the rows read.
func (m *Meter) Progress() (at, size, rows int64) { return m.at.Load(), m.size.Load(), m.rows.Load() }

// measure begins a file: what is read of the input from now on is counted.
func (m *Meter) measure(in sheet.Input) sheet.Input {
	if m == nil {
		return in
	}
	m.at.Store(0)
	m.size.Store(in.Size)
	m.rows.Store(0)
	in.ReaderAt = metered{in.ReaderAt, m}
	return in
}

func (m *Meter) row() {
	if m != nil {
		m.rows.Add(1)
	}
}

type metered struct {
	io.ReaderAt
	meter *Meter
}

func (r metered) ReadAt(p []byte, at int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(p, at)
	r.meter.at.Store(at + int64(n))
	return n, err
}
