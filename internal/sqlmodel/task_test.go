package sqlmodel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tongbao/internal/sqlmodel"
)

// TestTasks: whatever waits for whatever, each task is done once, after all it needs, and never more than so many at a time.
func TestTasks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tasks []sqlmodel.Task
		var mu sync.Mutex
		running, most := 0, 0
		var done []string
		for i := range rapid.IntRange(0, 30).Draw(t, "tasks") {
			task := sqlmodel.Task{Name: fmt.Sprint(i), Needs: []string{"core.elsewhere"}}
			if i > 0 {
				for _, need := range rapid.SliceOfN(rapid.IntRange(0, i-1), 0, 3).Draw(t, "needs") {
					task.Needs = append(task.Needs, fmt.Sprint(need))
				}
			}
			task.Do = func(context.Context) error {
				mu.Lock()
				running++
				most = max(most, running)
				for _, need := range task.Needs[1:] {
					if !slices.Contains(done, need) {
						t.Errorf("%s was begun before %s was done", task.Name, need)
					}
				}
				mu.Unlock()
				mu.Lock()
				defer mu.Unlock()
				running--
				done = append(done, task.Name)
				return nil
			}
			tasks = append(tasks, task)
		}
		atOnce := rapid.IntRange(0, 4).Draw(t, "at once")
		if err := (sqlmodel.Runner{AtOnce: atOnce}).Do(context.Background(), tasks); err != nil {
			t.Fatal(err)
		}
		if len(done) != len(tasks) || most > max(atOnce, 1) {
			t.Errorf("%d of %d tasks done, up to %d at once of %d", len(done), len(tasks), most, atOnce)
		}
	})
}

// TestTasksFail: an error ends what goes on beside it, nothing that waits begins, and the error is the one that was the cause.
func TestTasksFail(t *testing.T) {
	cause := errors.New("no such column")
	started := make(chan struct{})
	tasks := []sqlmodel.Task{
		{Name: "long", Do: func(ctx context.Context) error {
			close(started)
			<-ctx.Done()
			return ctx.Err()
		}},
		{Name: "broken", Do: func(context.Context) error {
			<-started
			return cause
		}},
		{Name: "after", Needs: []string{"broken"}, Do: func(context.Context) error {
			t.Error("a task was begun although what it needs had failed")
			return nil
		}},
	}
	if err := (sqlmodel.Runner{AtOnce: 2}).Do(t.Context(), tasks); !errors.Is(err, cause) {
		t.Errorf("error is %v", err)
	}
	circle := []sqlmodel.Task{{Name: "a", Needs: []string{"b"}}, {Name: "b", Needs: []string{"a"}}}
	if err := (sqlmodel.Runner{}).Do(t.Context(), circle); err == nil || !strings.Contains(err.Error(), "2 tasks wait for each other") {
		t.Errorf("error of a circle: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (sqlmodel.Runner{}).Do(ended, tasks[2:]); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("error of work that was called off: %v", err)
	}
}
