package transform

import (
	"time"

	"tongbao/internal/calendar"
	"tongbao/internal/config"
	"tongbao/internal/contract"
	"tongbao/internal/region"
)

// Inputs are what a build depends on besides raw and the models.
type Inputs struct {
	CutOff     time.Time // local wall time; only rows received by it count, and nothing after its day has happened
	FirstYear  int       // first year with figures; 0: the first with a plan item or an inspection
	Province   string    // root of the region tree
	Parameters config.Parameters
	Calendar   *calendar.Calendar
	Regions    *region.Tree
	Contracts  *contract.Set
}
