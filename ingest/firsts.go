package ingest

// first is where a key came first, and a hash of what it said.
type first struct {
	key, content uint64
	sheet, row   int32
}

// mostFirsts bounds what is remembered of a file (48 MB); what repeats a key beyond is found out by the key check.
const mostFirsts = 3 << 19

// firsts remembers the first row of every subject, where rows of several parts may repeat it.
type firsts struct {
	table []first // key 0 is free
	used  int
}

// find returns the entry of a key, or the free one where it belongs; nil when it is unknown and no more are remembered.
func (f *firsts) find(key uint64) *first {
	if f.used*4 >= len(f.table)*3 && f.used < mostFirsts {
		old := f.table
		f.table = make([]first, max(1<<10, 2*len(old)))
		for i := range old {
			if old[i].key != 0 {
				*f.place(old[i].key) = old[i]
			}
		}
	}
	entry := f.place(key)
	if entry.key == 0 && f.used >= mostFirsts {
		return nil
	}
	return entry
}

func (f *firsts) place(key uint64) *first {
	mask := uint64(len(f.table) - 1)
	for at := key & mask; ; at = (at + 1) & mask {
		if entry := &f.table[at]; entry.key == 0 || entry.key == key {
			return entry
		}
	}
}
