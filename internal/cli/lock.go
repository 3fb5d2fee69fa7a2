package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"tongbao/internal/inuse"
)

// lockHolder is what the holder of a lock writes beside it, for the message others print while they wait.
type lockHolder struct {
	Command string    `json:"command"`
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
}

func (h lockHolder) String() string {
	return fmt.Sprintf("`tongbao %s` (process %d on %s, since %s)", h.Command, h.PID, h.Host, h.Since.Format("2006-01-02 15:04:05 MST"))
}

// projectLock is the right to write into a project: the warehouse, published versions and outputs.
// The operating system lets go of it when the process ends, however it ends.
type projectLock struct {
	file  *flock.Flock
	note  string // path of the holder's note
	depth int    // commands of one process that run inside each other share one lock
	app   *App
	key   string
}

// errLocked says that another process holds a lock.
var errLocked = errors.New("locked by another process")

// lockProject takes the exclusive write lock of a project for a command, waiting up to --wait while saying for whom.
// Called again inside the same process it returns the lock already held. The caller releases it.
func (app *App) lockProject(ctx context.Context, p Project, command string) (*projectLock, error) {
	return app.lockFile(ctx, p.writeLock(), command, app.wait)
}

func (p Project) writeLock() string { return filepath.Join(p.Data(), "write.lock") }

// lockFile takes one lock file, waiting up to wait.
func (app *App) lockFile(ctx context.Context, path, command string, wait time.Duration) (*projectLock, error) {
	if held := app.locks[path]; held != nil {
		held.depth++
		return held, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, withHint(fmt.Errorf("the project cannot be written to: %w", err), "check the owner, the rights and the free space of the disk")
	}
	lock := &projectLock{file: flock.New(path), note: path + ".json", depth: 1, app: app, key: path}
	deadline := app.Now().Add(wait)
	for told := false; ; {
		got, err := lock.file.TryLock()
		if err != nil {
			return nil, withHint(fmt.Errorf("cannot lock %s: %w", path, err), "check the owner, the rights and the free space of the disk")
		}
		if got {
			break
		}
		if !app.Now().Before(deadline) {
			return nil, withHint(fmt.Errorf("%s holds %s: %w", lock.holder(), path, errLocked),
				"wait for it to end, give it longer with --wait 30m, or stop that process")
		}
		if !told {
			fmt.Fprintf(app.Stderr, "waiting for %s …\n", lock.holder())
			told = true
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	if left, ok := lock.read(); ok {
		fmt.Fprintf(app.Stderr, "note: %s did not end by itself; its lock is taken over\n", left)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	note, err := json.Marshal(lockHolder{Command: command, PID: os.Getpid(), Host: host, Since: app.Now()})
	if err == nil {
		err = os.WriteFile(lock.note, note, 0o644)
	}
	if err != nil {
		return nil, errors.Join(withHint(fmt.Errorf("cannot write beside the lock: %w", err), "check the rights and the free space of the disk"), lock.file.Unlock())
	}
	if app.locks == nil {
		app.locks = map[string]*projectLock{}
	}
	app.locks[path] = lock
	return lock, nil
}

// Release gives the lock back; of locks taken inside each other only the outermost does.
func (l *projectLock) Release() error {
	if l.depth--; l.depth > 0 {
		return nil
	}
	delete(l.app.locks, l.key)
	return errors.Join(inuse.Remove(l.note), l.file.Unlock())
}

// holder says who holds the lock, as far as it is written down.
func (l *projectLock) holder() string {
	if h, ok := l.read(); ok {
		return h.String()
	}
	return "another process"
}

func (l *projectLock) read() (lockHolder, bool) {
	var h lockHolder
	text, err := os.ReadFile(l.note)
	if err != nil || json.Unmarshal(text, &h) != nil {
		return lockHolder{}, false
	}
	return h, true
}

// lockedBy says whether a lock file is held by a living process, and by whom as far as it is written down. It takes nothing.
func lockedBy(path string) (holder string, held bool) {
	if _, err := os.Stat(path); err != nil {
		return "", false
	}
	lock := &projectLock{file: flock.New(path, flock.SetFlag(os.O_RDONLY)), note: path + ".json"}
	got, err := lock.file.TryRLock()
	if err != nil {
		return "", false
	}
	if got {
		_ = lock.file.Unlock()
		return "", false
	}
	return lock.holder(), true
}
