package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"tongbao/internal/journal"
)

// auditEntry is one line of data/audit.jsonl: who ran what, when, on which inputs, with which result.
type auditEntry struct {
	At      time.Time         `json:"at"`
	User    string            `json:"user"` // of the operating system
	Host    string            `json:"host"`
	Program string            `json:"program"` // version of tongbao
	Command string            `json:"command"`
	Args    []string          `json:"args,omitempty"`
	Name    string            `json:"name,omitempty"`   // who answers for it, where a name is asked for
	Reason  string            `json:"reason,omitempty"` // why, where a reason is asked for
	Inputs  map[string]string `json:"inputs,omitempty"`
	Result  string            `json:"result"` // done, warned or failed; begun: no end is on record, it runs now or was killed
	Detail  map[string]string `json:"detail,omitempty"`
	Error   string            `json:"error,omitempty"`
	Millis  int64             `json:"millis"`
}

// auditLog is the project's journal of who did what.
func (p Project) auditLog() journal.Journal {
	return journal.Open(filepath.Join(p.Data(), "audit.jsonl"))
}

// audit adds an entry to the project's log, filling in what is not given: time, user, host, program. The caller holds the project
// lock. Inputs and Detail carry hashes, versions, periods and counts; never a name of an enterprise or a person.
func (app *App) audit(p Project, entry auditEntry) error {
	if entry.At.IsZero() {
		entry.At = app.Now()
	}
	if entry.User == "" {
		entry.User = app.userName()
	}
	if entry.Host == "" {
		if host, err := os.Hostname(); err == nil {
			entry.Host = host
		}
	}
	entry.Program = Version
	if err := p.auditLog().Append(entry); err != nil {
		return withHint(fmt.Errorf("audit log: %w", err), "nothing was recorded; check data/audit.jsonl, its rights and the disk's free space")
	}
	return nil
}

// clockBehind says that the machine's clock stands before one of the last commands on record, by more than a day: what is received under
// it counts as older than what it corrects. Empty when all is well, or nothing can be read.
func (p Project) clockBehind(now time.Time) string {
	var latest time.Time
	_ = p.auditLog().Tail(2*recentLines, func(_ int64, raw json.RawMessage) error {
		var entry auditEntry
		if json.Unmarshal(raw, &entry) == nil && entry.At.After(latest) {
			latest = entry.At
		}
		return nil
	})
	if latest.Sub(now) < 24*time.Hour {
		return ""
	}
	return fmt.Sprintf("the clock of this machine stands at %s, but a command is on record for %s: it is wrong now or was wrong then; what is received while it is behind counts as older than what came before",
		now.Format("2006-01-02 15:04"), latest.In(now.Location()).Format("2006-01-02 15:04"))
}

// begun is the result of a line written before the work: a kill, or a disk too full for the second line, leaves it alone.
const begun = "begun"

// audited runs work under the project lock and records it, whatever its result: the way for a command that changes the project. It
// writes a line before the work and one after, so that nothing can be changed without a trace. work fills in the entry's inputs and
// detail as it goes.
func (app *App) audited(p Project, entry auditEntry, work func(entry *auditEntry) error) error {
	started := app.Now()
	if behind := p.clockBehind(started); behind != "" {
		fmt.Fprintln(app.Stderr, "warning:", behind)
	}
	entry.At, entry.Result = started, begun
	if err := app.audit(p, entry); err != nil {
		return err
	}
	err := work(&entry)
	entry.Millis = app.Now().Sub(started).Milliseconds()
	switch {
	case err == nil:
		entry.Result = "done"
	case isWarning(err):
		entry.Result = "warned"
	default:
		entry.Result, entry.Error = "failed", err.Error()
	}
	if auditErr := app.audit(p, entry); auditErr != nil {
		if err == nil || isWarning(err) {
			return auditErr
		}
		fmt.Fprintf(app.Stderr, "tongbao: %v\n", auditErr)
	}
	return err
}

// needNameAndReason refuses a signing command without a name and a reason.
func needNameAndReason(command, name, reason string) error {
	if strings.TrimSpace(name) != "" && strings.TrimSpace(reason) != "" {
		return nil
	}
	return withHint(usageError{fmt.Errorf("%s needs --by NAME and --reason TEXT: both go into the audit log", command)},
		"tongbao %s … --by 张三 --reason 厅长办公会同意", command)
}

func (app *App) userName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	for _, key := range []string{"USER", "USERNAME"} {
		if name := app.Getenv(key); name != "" {
			return name
		}
	}
	return "unknown"
}

// settled leaves out the line before the work where the line after it is there.
func settled(entries []auditEntry) []auditEntry {
	var kept []auditEntry
	for i, entry := range entries {
		if entry.Result == begun && i+1 < len(entries) && entries[i+1].ends(entry) {
			continue
		}
		kept = append(kept, entry)
	}
	return kept
}

// ends says whether this line tells the end of what the other began. Both are written under one lock: nothing comes between them.
func (e auditEntry) ends(other auditEntry) bool {
	return e.Result != begun && e.Command == other.Command && e.At.Equal(other.At)
}

// readAudit returns the entries of the log; the error says where the chain of hashes is broken.
func (p Project) readAudit() ([]auditEntry, error) {
	var entries []auditEntry
	err := p.auditLog().Read(func(_ int64, record json.RawMessage) error {
		var entry auditEntry
		if err := json.Unmarshal(record, &entry); err != nil {
			return err
		}
		entries = append(entries, entry)
		return nil
	})
	return settled(entries), err
}
