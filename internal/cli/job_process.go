package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"tongbao/schedules"
)

const (
	keptLogs  = 60               // log files per job
	stopGrace = 10 * time.Second // between the request to stop and the kill
)

// jobProcess runs a job as a process of its own: a timeout then really ends the work, and a crash of the engine ends only that run.
func (app *App) jobProcess(p Project) schedules.Runner {
	return func(ctx context.Context, job schedules.Job, due time.Time) (schedules.Result, error) {
		runtime.LockOSThread() // a child told to die with its parent dies with the parent's thread
		defer runtime.UnlockOSThread()
		program, err := os.Executable()
		if err != nil {
			return schedules.Result{}, err
		}
		result := schedules.Result{}
		args := []string{"--project", p.Dir, "--json"}
		switch job.Kind {
		case "ingest":
			args = append(args, "ingest")
		case "quarter":
			result.Period = job.Period(due).String()
			args = append(args, "run", "--period", result.Period)
		case "backup":
			result.Output = p.backupFile(job, app.Now().In(job.Zone))
			args = append(args, "backup", result.Output)
		}
		log, err := newJobLog(p.schedule().logs(), job.Name, app.Now())
		if err != nil {
			return result, err
		}
		err = runJob(ctx, program, args, log, &result)
		if err == nil && job.Kind == "backup" {
			err = pruneBackups(filepath.Dir(result.Output), job)
		}
		return result, errors.Join(err, log.Close())
	}
}

// newJobLog opens the log of one run and removes the oldest of the job's others.
func newJobLog(dir, job string, now time.Time) (*os.File, error) {
	dir = filepath.Join(dir, fileName(job))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := keepNewest(filepath.Join(dir, "*.log"), keptLogs-1); err != nil {
		return nil, err
	}
	return os.Create(filepath.Join(dir, now.UTC().Format("20060102T150405.000Z")+".log"))
}

// keepNewest removes all but the last n files of a pattern, by name.
func keepNewest(pattern string, n int) error {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	slices.Sort(files)
	for len(files) > n {
		if err := os.Remove(files[0]); err != nil {
			return err
		}
		files = files[1:]
	}
	return nil
}

// fileName makes a job's name safe as a file's.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|.`, r) || r < ' ' {
			return '_'
		}
		return r
	}, name)
}

// backupFile is a name not taken: an attempt that was cut short may have left its backup, and is made again.
func (p Project) backupFile(job schedules.Job, now time.Time) string {
	return unusedName(filepath.Join(p.Data(), "backups", fileName(job.Name)+"-"+now.Format("20060102-150405.000")+".tongbao"))
}

func pruneBackups(dir string, job schedules.Job) error {
	return keepNewest(filepath.Join(dir, fileName(job.Name)+"-*.tongbao"), job.Keep)
}

// runJob runs the program to its end or the context's, reads its results and explains its failure in its own last words.
func runJob(ctx context.Context, program string, args []string, log io.Writer, result *schedules.Result) error {
	cmd := exec.CommandContext(ctx, program, args...)
	detach(cmd)
	cmd.Cancel = func() error { return askToStop(cmd.Process) }
	cmd.WaitDelay = stopGrace
	tail := &tailWriter{limit: 4 << 10}
	cmd.Stderr = io.MultiWriter(log, tail)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(io.TeeReader(stdout, log))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		readResult(lines.Bytes(), result)
	}
	_, drainErr := io.Copy(log, stdout)
	err = cmd.Wait()
	killGroup(cmd.Process)
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() == exitWarnings:
		result.Warned = true
		return nil
	case errors.As(err, &exit) && exit.ExitCode() == exitUsage:
		return schedules.Final(errors.New(tail.lastWords(exit)))
	case errors.As(err, &exit):
		return errors.New(tail.lastWords(exit))
	case err != nil:
		return err
	}
	return drainErr
}

// readResult takes from a line of the command's JSON what the ledger keeps.
func readResult(line []byte, result *schedules.Result) {
	var said struct {
		Path    string `json:"path"` // of a file taken in
		Known   bool   `json:"known"`
		Error   string `json:"error"`
		Loaded  int64  `json:"loaded"`
		Version string `json:"version"`
		Out     string `json:"out"`
	}
	if json.Unmarshal(line, &said) != nil {
		return
	}
	if said.Path != "" && !said.Known && said.Error == "" {
		result.Files++
		result.Rows += said.Loaded
	}
	if said.Version != "" {
		result.Version = said.Version
	}
	if said.Out != "" {
		result.Output = said.Out
	}
}

// tailWriter keeps the end of what is written to it.
type tailWriter struct {
	limit int
	kept  []byte
}

func (w *tailWriter) Write(text []byte) (int, error) {
	w.kept = append(w.kept, text...)
	if len(w.kept) > w.limit {
		w.kept = append([]byte(nil), w.kept[len(w.kept)-w.limit:]...)
	}
	return len(text), nil
}

// lastWords is the error the program printed, with its next step, or else its last lines.
func (w *tailWriter) lastWords(exit *exec.ExitError) string {
	text := bytes.TrimSpace(w.kept)
	if at := bytes.LastIndex(text, []byte("tongbao: ")); at >= 0 {
		text = text[at+len("tongbao: "):]
	}
	if len(text) == 0 {
		return "the process ended with " + exit.String()
	}
	words := strings.ReplaceAll(string(text), "\n", " · ")
	if exit.ExitCode() != exitFailed && exit.ExitCode() != exitUsage {
		words += " · the process ended with " + exit.String()
	}
	return shorten(words, 600)
}
