package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"sync/atomic"
	"time"

	"tongbao/internal/config"
	"tongbao/schedules"
)

// notice is what a webhook receives and a command reads on its standard input. Its id is the same each time it is sent: a daemon that
// was killed in the middle sends it again.
type notice struct {
	Notice  string `json:"notice"` // failure, published
	Project string `json:"project"`
	schedules.Record
}

// The ways of a notice.
const (
	byWebhook = "webhook"
	byCommand = "command"
)

// notifier tells the world outside about failures and publications, as tongbao.yaml says under `notify`.
type notifier struct {
	app     *App
	project string
	config  atomic.Pointer[config.Notify] // replaced when tongbao.yaml is read again
	limit   time.Duration
}

func newNotifier(app *App, p Project) *notifier {
	n := &notifier{app: app, project: p.Dir, limit: 30 * time.Second}
	n.config.Store(&p.Config.Notify)
	return n
}

// Ways names where notices of a kind go.
func (n *notifier) Ways(kind string) []string {
	to := n.config.Load()
	var ways []string
	if len(to.On) > 0 && !slices.Contains(to.On, kind) {
		return nil
	}
	if to.Webhook != "" {
		ways = append(ways, byWebhook)
	}
	if len(to.Command) > 0 {
		ways = append(ways, byCommand)
	}
	return ways
}

// Send tells of a record on one way.
func (n *notifier) Send(ctx context.Context, way string, r schedules.Record) error {
	if !slices.Contains(n.Ways(r.Notice()), way) {
		return schedules.Final(fmt.Errorf("notify.%s has left tongbao.yaml", way))
	}
	r.Ways = nil
	text, err := json.Marshal(notice{r.Notice(), n.project, r})
	if err != nil {
		return schedules.Final(err)
	}
	ctx, cancel := context.WithTimeout(ctx, n.limit)
	defer cancel()
	if way == byWebhook {
		err = n.post(ctx, text, r.ID)
	} else {
		err = n.run(ctx, text)
	}
	if err != nil {
		fmt.Fprintf(n.app.Stderr, "notify: %s: %v\n", way, err)
	}
	return err
}

func (n *notifier) run(ctx context.Context, text []byte) error {
	command := n.config.Load().Command
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Dir = bytes.NewReader(text), n.app.Stderr, n.app.Stderr, n.project
	cmd.WaitDelay = stopGrace // what it started may hold its streams
	err := cmd.Run()
	if ctx.Err() != nil && err != nil {
		return fmt.Errorf("%s did not end within %v", command[0], n.limit)
	}
	return err
}

func (n *notifier) post(ctx context.Context, text []byte, id string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.config.Load().Webhook, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Idempotency-Key", id)
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	response, err := http.DefaultClient.Do(request)
	var failed *url.Error
	if errors.As(err, &failed) {
		return fmt.Errorf("%s: %w", request.URL.Host, failed.Err) // its path or query may hold a key
	}
	if err != nil {
		return err
	}
	if err := response.Body.Close(); err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s answered %s", request.URL.Host, response.Status)
	}
	return nil
}
