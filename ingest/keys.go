package ingest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
)

// runKeys is how many keys are held in memory before they are sorted and put aside.
const runKeys = 1 << 20

// keyRuns finds out whether a file shows a key twice, in eight bytes per key, those beyond a million on disk: memory does not grow
// with the file. It may say "twice" of keys that only share a hash: whoever asks checks exactly afterwards.
type keyRuns struct {
	seed   maphash.Seed
	hashes []uint64
	dir    string // of the temporary file; empty: the system's
	spill  *os.File
	runs   []int // lengths of the sorted runs in spill
	buf    []byte
}

func newKeyRuns(dir string) *keyRuns { return &keyRuns{seed: maphash.MakeSeed(), dir: dir} }

// add notes the key made of these slots.
func (k *keyRuns) add(slots []slot, keys []int) { k.hashes = append(k.hashes, k.hash(slots, keys)) }

// hash mixes the slots named, all of them when keys is nil.
func (k *keyRuns) hash(slots []slot, keys []int) uint64 {
	buf := k.buf[:0]
	add := func(s *slot) {
		buf = binary.LittleEndian.AppendUint64(buf, uint64(s.number))
		buf = append(append(buf, s.text...), 0)
		if s.filled {
			buf = append(buf, 1)
		}
	}
	if keys == nil {
		for i := range slots {
			add(&slots[i])
		}
	}
	for _, i := range keys {
		add(&slots[i])
	}
	k.buf = buf
	return maphash.Bytes(k.seed, buf)
}

// relieve puts what is held aside when it is much.
func (k *keyRuns) relieve(most int) (err error) {
	if len(k.hashes) < most {
		return nil
	}
	if k.spill == nil {
		if k.spill, err = os.CreateTemp(k.dir, "tongbao-keys-*"); err != nil {
			return fmt.Errorf("remember the keys: %w", err)
		}
	}
	slices.Sort(k.hashes)
	out := bufio.NewWriterSize(k.spill, 256<<10)
	for _, hash := range k.hashes {
		if _, err := out.Write(binary.LittleEndian.AppendUint64(out.AvailableBuffer(), hash)); err != nil {
			return fmt.Errorf("remember the keys: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("remember the keys: %w", err)
	}
	k.runs, k.hashes = append(k.runs, len(k.hashes)), k.hashes[:0]
	return nil
}

// twice says whether some key was added twice, or may have been.
func (k *keyRuns) twice() (bool, error) {
	slices.Sort(k.hashes)
	if k.spill == nil {
		for i := 1; i < len(k.hashes); i++ {
			if k.hashes[i] == k.hashes[i-1] {
				return true, nil
			}
		}
		return false, nil
	}
	if err := k.relieve(1); err != nil {
		return false, err
	}
	// Merge the runs: the least hash of all, again and again.
	var heads []*runReader
	at := int64(0)
	for _, length := range k.runs {
		run := &runReader{in: bufio.NewReaderSize(io.NewSectionReader(k.spill, at, int64(length)*8), 64<<10), left: length}
		at += int64(length) * 8
		if ok, err := run.next(); err != nil {
			return false, err
		} else if ok {
			heads = append(heads, run)
		}
	}
	last, any := uint64(0), false
	for len(heads) > 0 {
		least := 0
		for i := range heads {
			if heads[i].hash < heads[least].hash {
				least = i
			}
		}
		if any && heads[least].hash == last {
			return true, nil
		}
		last, any = heads[least].hash, true
		ok, err := heads[least].next()
		if err != nil {
			return false, err
		}
		if !ok {
			heads = slices.Delete(heads, least, least+1)
		}
	}
	return false, nil
}

// close removes the temporary file.
func (k *keyRuns) close() error {
	if k.spill == nil {
		return nil
	}
	return errors.Join(k.spill.Close(), os.Remove(k.spill.Name()))
}

// runReader reads a sorted run.
type runReader struct {
	in   *bufio.Reader
	left int
	hash uint64
}

func (r *runReader) next() (bool, error) {
	if r.left == 0 {
		return false, nil
	}
	var word [8]byte
	if _, err := io.ReadFull(r.in, word[:]); err != nil {
		return false, fmt.Errorf("remember the keys: %w", err)
	}
	r.left--
	r.hash = binary.LittleEndian.Uint64(word[:])
	return true, nil
}
