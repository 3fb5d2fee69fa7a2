package sheet

import "strings"

// Arena hands out many small strings from few large allocations. The zero value is ready; one goroutine at a time.
type Arena struct{ block strings.Builder }

const arenaBlock = 64 << 10

// String copies b into the arena.
func (a *Arena) String(b []byte) string {
	switch {
	case len(b) == 0:
		return ""
	case len(b) > arenaBlock/8:
		return string(b)
	case a.block.Cap()-a.block.Len() < len(b):
		a.block = strings.Builder{}
		a.block.Grow(arenaBlock)
	}
	from := a.block.Len()
	a.block.Write(b)
	return a.block.String()[from:]
}
