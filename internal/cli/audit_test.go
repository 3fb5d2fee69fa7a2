package cli

import (
	"testing"
	"time"
)

// TestSettled: a command that ended is one line; one that was killed stays at its beginning.
func TestSettled(t *testing.T) {
	at := time.Date(2020, 4, 6, 8, 0, 0, 0, time.UTC)
	line := func(command, result string, minute int) auditEntry {
		return auditEntry{Command: command, Result: result, At: at.Add(time.Duration(minute) * time.Minute)}
	}
	got := settled([]auditEntry{
		line("ingest", begun, 0), line("ingest", "warned", 0),
		line("build", begun, 1),
		line("build", begun, 2), line("build", "done", 2),
		line("close", begun, 3),
	})
	want := []auditEntry{line("ingest", "warned", 0), line("build", begun, 1), line("build", "done", 2), line("close", begun, 3)}
	if len(got) != len(want) {
		t.Fatalf("%d lines: %v", len(got), got)
	}
	for i := range want {
		if got[i].Command != want[i].Command || got[i].Result != want[i].Result || !got[i].At.Equal(want[i].At) {
			t.Errorf("line %d: %s %s, want %s %s", i, got[i].Command, got[i].Result, want[i].Command, want[i].Result)
		}
	}
}
