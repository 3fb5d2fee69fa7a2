package ingest

import (
	"encoding/binary"
	"hash/maphash"
)

// keySet remembers which keys a file has shown, in eight bytes each. It may say "seen" of a key that is new (two keys with one
// hash): whoever asks checks such keys exactly afterwards.
type keySet struct {
	seed  maphash.Seed
	table []uint64
	used  int
	buf   []byte
}

func newKeySet() *keySet { return &keySet{seed: maphash.MakeSeed(), table: make([]uint64, 1<<10)} }

// seen adds the key made of these slots and says whether it, or one with its hash, was there before.
func (k *keySet) seen(slots []slot, keys []int) bool {
	hash := k.hash(slots, keys) | 1 // 0 means free
	mask := uint64(len(k.table) - 1)
	for at := (hash >> 1) & mask; ; at = (at + 1) & mask {
		switch k.table[at] {
		case 0:
			k.table[at] = hash
			k.used++
			if k.used*4 > len(k.table)*3 {
				k.grow()
			}
			return false
		case hash:
			return true
		}
	}
}

// hash mixes the slots named, all of them when keys is nil.
func (k *keySet) hash(slots []slot, keys []int) uint64 {
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

func (k *keySet) grow() {
	old := k.table
	k.table = make([]uint64, 2*len(old))
	mask := uint64(len(k.table) - 1)
	for _, hash := range old {
		if hash == 0 {
			continue
		}
		at := (hash >> 1) & mask
		for k.table[at] != 0 {
			at = (at + 1) & mask
		}
		k.table[at] = hash
	}
}
