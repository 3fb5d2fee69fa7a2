package dashboards

import (
	"archive/zip"
	"compress/flate"
	"io"
)

// newZip writes archives of many small files: one compressor serves them all, at the speed that suits files made anew each
// quarter. Go's own opens one for each file, which costs more than compressing it.
func newZip(to io.Writer) *zip.Writer {
	z := zip.NewWriter(to)
	var idle *flate.Writer
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		if idle == nil {
			one, err := flate.NewWriter(w, flate.BestSpeed)
			return &lent{one, &idle}, err
		}
		one := idle
		idle = nil
		one.Reset(w)
		return &lent{one, &idle}, nil
	})
	return z
}

// lent is a compressor that goes back to where it was taken from.
type lent struct {
	*flate.Writer
	home **flate.Writer
}

// Close implements io.Closer.
func (l *lent) Close() error {
	err := l.Writer.Close()
	*l.home = l.Writer
	return err
}
