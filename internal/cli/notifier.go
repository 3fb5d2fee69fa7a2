package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"time"

	"tongbao/schedules"
)

// notice is what a webhook receives and a command reads on its standard input.
type notice struct {
	Notice  string `json:"notice"` // failure, published
	Project string `json:"project"`
	schedules.Record
}

// notifier tells the world outside about failures and publications, as tongbao.yaml says under `notify`.
type notifier struct {
	app     *App
	project string
	webhook string
	command []string
	on      []string
	limit   time.Duration
}

func newNotifier(app *App, p Project) *notifier {
	n := &notifier{app: app, project: p.Dir, webhook: p.Config.Notify.Webhook, command: p.Config.Notify.Command, on: p.Config.Notify.On, limit: 30 * time.Second}
	if len(n.on) == 0 {
		n.on = []string{"failure", "published"}
	}
	return n
}

// tell sends a record where it is wanted. A webhook or command that fails is reported and changes nothing else.
func (n *notifier) tell(ctx context.Context, r schedules.Record) {
	kind := "failure"
	if r.Event == schedules.Succeeded {
		kind = "published"
	}
	if !slices.Contains(n.on, kind) || n.webhook == "" && len(n.command) == 0 {
		return
	}
	text, err := json.Marshal(notice{kind, n.project, r})
	if err != nil {
		fmt.Fprintln(n.app.Stderr, "notify:", err)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, n.limit)
	defer cancel()
	if n.webhook != "" {
		if err := n.post(ctx, text); err != nil {
			fmt.Fprintln(n.app.Stderr, "notify: webhook:", err)
		}
	}
	if len(n.command) > 0 {
		cmd := exec.CommandContext(ctx, n.command[0], n.command[1:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Dir = bytes.NewReader(text), n.app.Stderr, n.app.Stderr, n.project
		if err := cmd.Run(); err != nil {
			fmt.Fprintln(n.app.Stderr, "notify: command:", err)
		}
	}
}

func (n *notifier) post(ctx context.Context, text []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.webhook, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if err := response.Body.Close(); err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s answered %s", n.webhook, response.Status)
	}
	return nil
}
