package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// hashedCopier copies files and takes their SHA-256 on the way, on another core than the copying. Its buffers serve one file after
// the other.
type hashedCopier struct {
	free chan []byte
}

const (
	copyChunk  = 512 << 10
	copyChunks = 4
)

func newHashedCopier() *hashedCopier {
	c := &hashedCopier{make(chan []byte, copyChunks)}
	for range copyChunks {
		c.free <- nil // made when it is needed
	}
	return c
}

// copy copies in to out; a nil out only hashes.
func (c *hashedCopier) copy(out io.Writer, in io.Reader) (size int64, sum string, err error) {
	hash := sha256.New()
	full := make(chan []byte, copyChunks)
	hashed := make(chan struct{})
	go func() {
		defer close(hashed)
		for chunk := range full {
			hash.Write(chunk)
			c.free <- chunk[:cap(chunk)]
		}
	}()
	for {
		chunk := <-c.free
		if chunk == nil {
			chunk = make([]byte, copyChunk)
		}
		n, readErr := fill(in, chunk)
		full <- chunk[:n]
		size += int64(n)
		if out != nil && n > 0 {
			// The hash only reads the chunk, and nobody asks for another one before this write is over.
			_, err = out.Write(chunk[:n])
		}
		if readErr == io.EOF {
			break
		}
		if err == nil {
			err = readErr
		}
		if err != nil {
			break
		}
	}
	close(full)
	<-hashed
	return size, hex.EncodeToString(hash.Sum(nil)), err
}

// fill reads until the chunk is full; unlike io.ReadFull it hands the reader's own error on: a torn archive ends unexpectedly, a file
// does not.
func fill(in io.Reader, chunk []byte) (n int, err error) {
	for n < len(chunk) && err == nil {
		var read int
		read, err = in.Read(chunk[n:])
		n += read
	}
	return n, err
}
