package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (app *App) printStatus(p Project, s status) error {
	zone, err := p.Zone()
	if err != nil {
		return err
	}
	out := app.Stdout
	fmt.Fprintf(out, "project    %s (%s), tongbao %s, %s\n", s.Project, s.Province, s.Program, clock(s.At, zone))
	if v := s.Published; s.Lost {
		fmt.Fprintln(out, "published  current is lost: see the lines with !")
	} else if v == nil {
		fmt.Fprintln(out, "published  nothing yet; `tongbao run` builds and renders")
	} else {
		fmt.Fprintf(out, "published  %s, data until %s, on %s; %d versions kept, periods %s\n", v.Version, v.CutOff, clock(v.At.Truncate(time.Minute), zone), v.Kept, fromTo(v.Periods))
	}
	if s.Writer != "" {
		fmt.Fprintln(out, "running    "+s.Writer)
	}
	if d := s.Daemon; d != nil && d.Fresh {
		fmt.Fprintln(out, "daemon     "+d.Holder)
	}
	fmt.Fprintf(out, "inbox      %s\n", s.Inbox.line(zone))
	fmt.Fprintf(out, "ingested   %d files\n", s.Files)
	fmt.Fprintf(out, "disk       %s free of %s; warehouse %s, originals %s, published %s, backups %s, out %s\n", megabytes(s.Disk.Free), megabytes(s.Disk.Total),
		megabytes(s.Disk.Warehouse), megabytes(s.Disk.Originals), megabytes(s.Disk.Published), megabytes(s.Disk.Backups), megabytes(s.Disk.Out))
	if s.Files > 0 {
		if err := app.printCities(s.Cities); err != nil {
			return err
		}
	}
	printDeadlines(app, s.Deadlines)
	if len(s.Runs) > 0 {
		fmt.Fprintln(out, "\nlast scheduled runs")
		if err := app.printRecords(s.Runs, zone); err != nil {
			return err
		}
	}
	if len(s.Commands) > 0 {
		fmt.Fprintln(out, "\nlast commands")
		var rows [][]string
		for _, c := range s.Commands {
			took := (time.Duration(c.Millis) * time.Millisecond).Round(10 * time.Millisecond)
			rows = append(rows, []string{clock(c.At.Truncate(time.Second), zone), c.User, c.Command, c.Result, took.String(), shorten(c.Error, 80)})
		}
		if err := printTable(out, []string{"at", "who", "command", "result", ">took", "error"}, rows); err != nil {
			return err
		}
	}
	for _, warning := range s.Warnings {
		fmt.Fprintln(out, "!", warning)
	}
	return nil
}

func fromTo(periods []string) string {
	if len(periods) == 0 {
		return "none"
	}
	return periods[0] + "–" + periods[len(periods)-1]
}

func (i inboxStatus) line(zone *time.Location) string {
	if i.Waiting == 0 {
		return "nothing waits"
	}
	names := strings.Join(i.Names, ", ")
	if i.Waiting > len(i.Names) {
		names += ", …"
	}
	return fmt.Sprintf("%d files wait (%s), the oldest since %s: %s", i.Waiting, megabytes(i.Bytes), clock(i.Oldest.Truncate(time.Minute), zone), names)
}

func (app *App) printCities(cities []cityStatus) error {
	fmt.Fprintln(app.Stdout)
	var rows [][]string
	count := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	for _, c := range cities {
		received := c.LastReceived
		if received == "" {
			received = "nothing yet"
		}
		rows = append(rows, []string{c.RegionCode, c.Name, received, c.LastInspected, count(c.Inspections), count(c.Pending), count(c.Corrected), count(c.Waived)})
	}
	return printTable(app.Stdout, []string{"region", "name", "last received", "last inspection", ">rows", ">待改", ">已改", ">豁免"}, rows)
}

func printDeadlines(app *App, deadlines []deadline) {
	for i, d := range deadlines {
		if i == 0 {
			fmt.Fprintln(app.Stdout, "\ndeadlines")
		}
		on := d.On
		if d.Rolled != "" {
			on += " (" + d.Rolled + " 顺延)"
		}
		when := fmt.Sprintf("in %d days", d.Days)
		if d.Passed {
			when = fmt.Sprintf("%d days ago", d.Days)
		}
		fmt.Fprintf(app.Stdout, "  %s, %s, %s: %s\n", on, when, d.Subject, d.Rule)
		switch {
		case d.Cities == 0:
			fmt.Fprintln(app.Stdout, "    nobody to ask: no city's agency has been received yet")
		case len(d.Missing) > 1 && len(d.Missing) == d.Cities && sameWhat(d.Missing):
			what := ""
			if d.Missing[0].What != "" {
				what = " (" + d.Missing[0].What + ")"
			}
			fmt.Fprintf(app.Stdout, "    missing from all %d%s\n", d.Cities, what)
		case len(d.Missing) > 0:
			fmt.Fprintln(app.Stdout, "    missing from", names(d.Missing))
		case len(d.Late) == 0:
			fmt.Fprintln(app.Stdout, "    complete")
		}
		if len(d.Late) > 0 {
			fmt.Fprintln(app.Stdout, "    late:", names(d.Late))
		}
	}
}

func sameWhat(from []missingFrom) bool {
	return !slices.ContainsFunc(from, func(m missingFrom) bool { return m.What != from[0].What })
}

func names(from []missingFrom) string {
	var words []string
	for _, m := range from {
		word := m.Name
		if m.What != "" {
			word += " (" + m.What + ")"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}
