package synth

// The rows of a province, one struct per dataset, before any layout is given to them. A zero day or stamp is empty.

type agency struct {
	code, name, level, region, parent string
	officers                          int
	staff                             []string // numbers of its officers
}

type officer struct {
	id, name, agency string
	professional     bool
	trained          day
}

type claim struct {
	uscc, regulator, name, region, address, industry string
	sector                                           int
	risk, standard                                   string
	key                                              bool
	status                                           string
	listed                                           day
}

type planItem struct {
	id              string
	year            int
	agency, uscc    string
	key             bool
	method          string
	visits, month   int
	added           bool
	approved, filed day
	removed         day // a removal in force from this day
	effectiveMonth  int
	done            int // visits made
	completed       day
}

type planChange struct {
	id, item, action, reason string
	decided, reapproved      day
	month                    int
}

type inspection struct {
	id, uscc, agency, item, kind, joint string
	started, ended                      day
	officers, items                     []string
	filed, entered                      stamp
	disclosed                           day
	continues                           bool // a further row of the visit before it
}

type hazard struct {
	id, inspection, code, clause, category, part, text string
	major                                              bool
	found, due, rectified, reviewed                    day
	passed, failed                                     bool
	closed                                             day
}

type penalty struct {
	id, uscc, agency, inspection string
	decided                      day
	kinds                        []string
	cents                        int64
	clause                       string
	disclosed                    day
}

type accident struct {
	id, uscc         string
	occurred         day
	deaths, injuries int
}

type creditEvent struct {
	id, uscc, kind string
	started, ended day
}

type frequencyCap struct {
	sector, grade, level string
	max                  int
	basis                string
	from                 day
}

type quarterlyReturn struct {
	region, period              string
	submitted                   stamp
	planned, completed, visits  int
	found, rectified, penalties int
	cents                       int64
	isMissingCells              bool
}

// life is everything that happens to one enterprise, in the order it happens.
type life struct {
	number      int
	city        int // index into characters
	claims      []claim
	items       []planItem
	changes     []planChange
	inspections []inspection
	hazards     []hazard
	penalties   []penalty
	accidents   []accident
	credit      []creditEvent
}
