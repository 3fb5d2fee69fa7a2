package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/spf13/cobra"

	"tongbao/ingest"
)

// sizeAndTime is how a file looked last.
type sizeAndTime struct {
	size    int64
	changed time.Time
	since   time.Time // when it was first seen so
	taken   bool
}

// watchInbox stays and takes files whose size and time have not changed for settleTime: copies over a network are written piece by piece.
// It holds the project's lock only while it takes files.
func (app *App) watchInbox(cmd *cobra.Command, p Project, paths []string, flags ingestFlags) (err error) {
	ctx := cmd.Context()
	if len(paths) == 0 {
		paths = []string{p.Inbox()}
	}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return withHint(err, "run `tongbao ingest` from a schedule instead")
	}
	defer func() { err = errors.Join(err, watcher.Close()) }()
	for i := range paths {
		paths[i] = app.path(paths[i])
		if err := watchTree(watcher, paths[i]); err != nil {
			return withHint(usageError{err}, "name a folder that exists")
		}
	}
	fmt.Fprintf(app.Stderr, "watching %v; Ctrl-C ends\n", paths)
	seen := map[string]*sizeAndTime{}
	// Events only make the look sooner: network folders do not always send them.
	tick := time.NewTicker(settleTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case event := <-watcher.Events:
			if info, err := os.Stat(event.Name); err == nil && info.IsDir() {
				_ = watchTree(watcher, event.Name)
			}
			continue
		case err := <-watcher.Errors:
			fmt.Fprintf(app.Stderr, "watch: %v\n", err)
			continue
		case <-tick.C:
		}
		ready, err := app.settled(paths, seen)
		if err != nil {
			return err
		}
		if len(ready) == 0 {
			continue
		}
		err = app.recorded(cmd, ready, func() error { return app.ingest(ctx, p, ready, flags) })
		if err != nil && ctx.Err() == nil {
			app.report(err)
		}
	}
}

// watchTree watches a folder and those inside it.
func watchTree(watcher *fsnotify.Watcher, root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return watcher.Add(path)
	})
}

// settled lists the files that have not changed for settleTime and were not handed out as they are.
func (app *App) settled(paths []string, seen map[string]*sizeAndTime) ([]string, error) {
	files, err := ingest.Collect(paths)
	if err != nil {
		return nil, err
	}
	var ready []string
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			continue // gone again
		}
		old := seen[file]
		if old == nil || old.size != info.Size() || !old.changed.Equal(info.ModTime()) {
			seen[file] = &sizeAndTime{size: info.Size(), changed: info.ModTime(), since: app.Now()}
			continue
		}
		quiet := app.Now().Sub(old.since)
		if !old.taken && quiet >= settleTime && (quiet >= hollowTime || !isHollow(file, info.Size())) {
			old.taken = true
			ready = append(ready, file)
		}
	}
	return ready, nil
}

// hollowTime is how long a file that ends in nothing but zeros must have stayed the same: Windows makes a file as long as it will be before
// it copies into it over a network, and such a copy may stand still for a while.
const hollowTime = 2 * time.Minute

// isHollow says whether the end of a file has not been written yet, or whether it cannot be opened, as while another program holds it.
func isHollow(path string, size int64) bool {
	file, err := os.Open(path)
	if err != nil {
		return true
	}
	defer file.Close()
	end := make([]byte, min(size, 512))
	if _, err := file.ReadAt(end, size-int64(len(end))); err != nil {
		return true
	}
	return size > 0 && len(bytes.Trim(end, "\x00")) == 0
}
