package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tongbao/internal/calendar"
)

// Calendar is the shipped calendar with the project's own days off over it.
func (p Project) Calendar() (*calendar.Calendar, error) {
	if p.Config.Holidays == "" {
		return calendar.China()
	}
	path := p.Config.Holidays
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.Dir, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, withHint(usageError{fmt.Errorf("holidays: %w", err)}, "correct the key `holidays` in tongbao.yaml or put the file there")
	}
	days, err := calendar.Extend(path, string(text))
	if err != nil {
		return nil, withHint(usageError{err}, "correct that line of the file")
	}
	return days, nil
}

// Zone is the project's time zone.
func (p Project) Zone() (*time.Location, error) { return time.LoadLocation(p.Config.Timezone) }
