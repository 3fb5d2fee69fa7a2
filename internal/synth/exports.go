package synth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tongbao/internal/calendar"
)

// WriteExports writes a province's exports into dir, one folder per delivery, as dirty as in life, and returns the truth
// behind them. progress names what is being written; it may be nil.
func WriteExports(ctx context.Context, dir string, options Options, progress func(what string)) (Truth, error) {
	w, err := newWorld(options)
	if err != nil {
		return Truth{}, err
	}
	p := newProvince(w)
	truth := Truth{
		Seed: options.Seed, Enterprises: options.Enterprises, FirstYear: options.FirstYear, CutOff: options.LastDay.AddDate(0, 0, 2),
		Cities: w.cities, LateCity: lateCity, EmptyCounty: emptyCounty, Totals: Counts{},
	}
	written := map[[sha256.Size]byte]string{}
	for _, on := range w.waves() {
		if err := ctx.Err(); err != nil {
			return Truth{}, err
		}
		if progress != nil {
			progress(on.label)
		}
		wave := Wave{Folder: on.day.time().Format(time.DateOnly), Received: on.day.at(18, 0, 0).time()}
		folder := filepath.Join(dir, wave.Folder)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return Truth{}, err
		}
		for _, file := range p.files(on) {
			if err := os.WriteFile(filepath.Join(folder, file.name), file.bytes, 0o644); err != nil {
				return Truth{}, err
			}
			file.truth.Path = wave.Folder + "/" + file.name
			sum := sha256.Sum256(file.bytes)
			if first, again := written[sum]; again {
				file.truth.CopyOf = first
			} else {
				written[sum] = file.truth.Path
			}
			wave.Files = append(wave.Files, file.truth)
		}
		if p.err != nil {
			return Truth{}, p.err
		}
		truth.Waves = append(truth.Waves, wave)
	}
	for key := range p.known {
		dataset, _, _ := strings.Cut(key, "\x00")
		truth.Totals[dataset]++
	}
	return truth, nil
}

// delivery is one day on which all offices export.
type delivery struct {
	day   day
	label string // of the files: 2018-2019, 2020Q1
	first bool
	last  bool
}

// waves: everything up to the last year at its beginning, then each quarter shortly after its end.
func (w *world) waves() []delivery {
	year := w.last.year()
	var all []delivery
	label := fmt.Sprintf("%d-%d", w.options.FirstYear, year-1)
	if w.options.FirstYear == year-1 {
		label = fmt.Sprint(year - 1)
	}
	if first := dayOf(year, 1, 8); w.options.FirstYear < year && first < w.last {
		all = append(all, delivery{day: first, label: label})
	}
	for q := (calendar.Quarter{Year: year, Number: 1}); dayAt(q.Last()) < w.last; q = q.Next() {
		all = append(all, delivery{day: min(dayAt(q.Last())+8, w.last), label: q.String()})
	}
	if len(all) == 0 || all[len(all)-1].day < w.last-30 {
		all = append(all, delivery{day: w.last, label: calendar.QuarterOf(w.last.time()).String()})
	}
	all[0].first = true
	all[len(all)-1].day, all[len(all)-1].last = w.last, true
	return all
}

// province holds every life, and what each office has exported so far.
type province struct {
	*world
	lives    []*life
	returned []quarterlyReturn
	tables   []table
	exported map[string]string // dataset and key → the row as last exported
	known    map[string]bool   // dataset and key of every row ever exported
	owed     map[string]bool   // dataset and key of rows that went out spoiled
	err      error
}

func newProvince(w *world) *province {
	p := &province{world: w, tables: tables(), exported: map[string]string{}, known: map[string]bool{}, owed: map[string]bool{}}
	sums := w.newLedger()
	for number := range w.options.Enterprises {
		l := &life{}
		w.live(number, l)
		sums.add(l)
		p.lives = append(p.lives, l)
	}
	p.returned = w.returns(sums)
	return p
}

// exportFile is a file about to be written.
type exportFile struct {
	name  string
	bytes []byte
	truth FileTruth
}

func (p *province) files(on delivery) []exportFile {
	var files []exportFile
	register := layouts()["system"]
	for _, name := range []string{"agency", "officer", "frequency_cap", "accident", "credit_event"} {
		files = append(files, p.delimited("黑龙江省", "", register, on, []string{name})...)
	}
	files = append(files, p.delimited("黑龙江省", "", layouts()["province"], on, []string{"enterprise"})...)
	for i, city := range p.cities {
		region, _ := p.options.Regions.Lookup(city.Code)
		l := layouts()[city.Layout]
		datasets := []string{"enterprise", "plan_item", "plan_change", "inspection", "hazard", "penalty"}
		if city.Code == lateCity && on.last {
			datasets = nil
		}
		datasets = append(datasets, "quarterly_return")
		switch {
		case l.format == "csv" || len(datasets) == 1:
			files = append(files, p.delimited(region.Name, city.Code, l, on, datasets)...)
		case l.format == "zip":
			files = append(files, p.archive(region.Name, city.Code, l, on, datasets))
		default:
			files = append(files, p.book(region.Name, city.Code, l, on, datasets))
		}
		if i == 0 && len(files) > 0 {
			files = append(files, again(files[len(files)-4]))
		}
	}
	kept := files[:0]
	for _, file := range files {
		if file.truth.Rows > 0 {
			kept = append(kept, file)
		}
	}
	return kept
}

// again is the same file under another name: a person mailed it twice.
func again(file exportFile) exportFile {
	copied := file
	copied.name = strings.Replace(file.name, ".", " (副本).", 1)
	return copied
}

// rows are what an office exports of a dataset on a day: what is new or changed since, or everything where it always sends all.
func (p *province) rows(t table, city string, l layout, on delivery) [][]cell {
	var rows [][]cell
	p.each(t.name, city, on.day, func(row []cell) {
		key := t.name + "\x00" + keyOf(t, row)
		line := string(appendLine(nil, row, style{}, ','))
		changed := p.exported[key] != line
		p.exported[key], p.known[key] = line, true
		if changed || l.whole || p.owed[key] {
			rows = append(rows, row)
		}
		delete(p.owed, key)
	})
	return rows
}

// each calls add with every row of a dataset and city that an export of the day would hold.
func (p *province) each(dataset, city string, on day, add func([]cell)) {
	switch dataset {
	case "agency":
		for _, r := range p.agencies {
			add(r.cells(nil))
		}
	case "officer":
		for _, r := range p.officers {
			r.trained = r.trained.until(on)
			add(r.cells(nil))
		}
	case "frequency_cap":
		for _, r := range p.caps() {
			add(r.cells(nil))
		}
	case "quarterly_return":
		for _, r := range p.returned {
			if r.region == city && r.submitted.day() <= on {
				add(r.cells(nil))
			}
		}
	}
	for _, l := range p.lives {
		if city == "" || p.cities[l.city].Code == city {
			p.eachOf(l, dataset, city, on, add)
		}
	}
}

func (p *province) eachOf(l *life, dataset, city string, on day, add func([]cell)) {
	switch dataset {
	case "enterprise":
		for _, r := range l.claims {
			if r, ok := r.seen(on, p.last); ok && (r.regulator == provinceOffice) == (city == "") {
				add(p.claimCells(nil, r))
			}
		}
	case "plan_item":
		addSeen(l.items, on, add)
	case "plan_change":
		addSeen(l.changes, on, add)
	case "inspection":
		addSeen(l.inspections, on, add)
	case "hazard":
		hidden := map[string]bool{}
		for _, r := range l.inspections {
			if _, ok := r.seen(on); !ok {
				hidden[r.id] = true
			}
		}
		for _, r := range l.hazards {
			if r, ok := r.seen(on); ok && !hidden[r.inspection] {
				add(r.cells(nil))
			}
		}
	case "penalty":
		addSeen(l.penalties, on, add)
	case "accident":
		addSeen(l.accidents, on, add)
	case "credit_event":
		addSeen(l.credit, on, add)
	}
}

// event is a row that an export of a day shows as it was on that day, or not at all.
type event[T any] interface {
	seen(day) (T, bool)
	cells([]cell) []cell
}

func addSeen[T event[T]](rows []T, on day, add func([]cell)) {
	for _, r := range rows {
		if r, ok := r.seen(on); ok {
			add(r.cells(nil))
		}
	}
}

// spoiled passes rows through the dirt and remembers what is owed.
func (p *province) spoiled(t table, city string, l layout, on delivery, truth *FileTruth) [][]cell {
	rows := p.rows(t, city, l, on)
	sum := sha256.Sum256([]byte(t.name + city + on.label))
	d := dirty{chance: newChance(p.options.Seed, streamDirt, int(sum[0])<<16|int(sum[1])<<8|int(sum[2])), table: t, truth: truth}
	if l.byName {
		p.nameRegions(t, rows)
	}
	rows = d.spoil(rows)
	if city == "" && l.byName && on.first {
		rows = p.ambiguous(&d, rows)
	}
	if !on.last { // what the last delivery spoils stays to be corrected
		for _, key := range d.spoiled {
			p.owed[t.name+"\x00"+key] = true
		}
	}
	return rows
}

// nameRegions writes regions by name, with the city before it where the county's alone would be ambiguous.
func (p *province) nameRegions(t table, rows [][]cell) {
	column := t.index("region_code")
	if column < 0 {
		return
	}
	for _, row := range rows {
		code := row[column].text
		region, ok := p.options.Regions.Lookup(code)
		if !ok {
			p.err = errors.Join(p.err, fmt.Errorf("region %s of a row is not in the tree", code))
			return
		}
		row[column].text = region.Name
		if _, err := p.options.Regions.Resolve(region.Name, "230000"); err != nil {
			city, _ := p.options.Regions.CityOf(code)
			row[column].text = city.Name + region.Name
		}
	}
}

// ambiguous leaves the city off one county's name that needs it: the row cannot be placed and is to be rejected.
func (p *province) ambiguous(d *dirty, rows [][]cell) [][]cell {
	column := d.table.index("region_code")
	for i, row := range rows {
		if _, short, ok := strings.Cut(row[column].text, "市"); ok && short == "向阳区" {
			row[column].text = short
			d.truth.Rejected++
			d.truth.Reasons["region"]++
			d.truth.Datasets[d.table.name]--
			d.spoiled = append(d.spoiled, keyOf(d.table, rows[i]))
			return rows
		}
	}
	return rows
}
