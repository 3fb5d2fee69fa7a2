package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tongbao/internal/warehouse"
)

// TestReadersThroughPublishes lets readers, each a process of its own, query without pause while versions are published and old ones
// pruned below them: no reader meets an error, none waits, and none sees one version's name with another's rows.
func TestReadersThroughPublishes(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	readers, publishes := soaked(t, 3, 20), soaked(t, 2, 20)
	dir := filepath.Join(t.TempDir(), "project")
	must(t, filepath.Dir(dir), "init", dir)
	if err := os.WriteFile(filepath.Join(dir, "tongbao.yaml"), []byte("versions: {keep: 2}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, dir, "demo", "exports", "all", "--enterprises", "40", "--seed", "5")
	must(t, dir, "ingest", "--received", "2020-01-08T09:00:00", "all/2020-01-08")
	must(t, dir, "build", "--as-of", "2020-01-08")
	type reader struct {
		cmd *exec.Cmd
		out *bytes.Buffer
	}
	var all []reader
	for i := range readers {
		r := reader{exec.Command("reader", dir, filepath.Join(dir, fmt.Sprint("reading-", i)), strconv.Itoa(100*readers)), new(bytes.Buffer)}
		r.cmd.Stdout, r.cmd.Stderr = r.out, r.out
		if err := r.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.cmd.Process.Kill() })
		all = append(all, r)
	}
	for i := range all {
		eventually(t, fmt.Sprintf("reader %d to read", i), func() bool {
			_, err := os.Stat(filepath.Join(dir, fmt.Sprint("reading-", i)))
			return err == nil
		})
	}
	for day := range publishes {
		must(t, dir, "build", "--as-of", fmt.Sprintf("2020-01-%02d", 9+day))
	}
	if err := os.WriteFile(filepath.Join(dir, "stop"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for i, r := range all {
		if err := r.cmd.Wait(); err != nil {
			t.Errorf("reader %d: %v\n%s", i, err, r.out)
		}
		reads, versions := 0, 0
		if _, err := fmt.Sscanf(r.out.String(), "%d reads of %d versions", &reads, &versions); err != nil {
			t.Errorf("reader %d said %q", i, r.out)
		}
		t.Logf("reader %d: %s", i, r.out)
		if versions < 2 {
			t.Errorf("reader %d did not read through a publish", i)
		}
	}
}

// readerMain reads until a file `stop` appears, and once more. After the first time it makes a file that says so.
func readerMain() {
	dir, ready, reads, versions, last := os.Args[1], os.Args[2], 0, 0, ""
	pause, err := strconv.Atoi(os.Args[3])
	if err != nil {
		panic(err)
	}
	for stopping := false; !stopping; {
		_, err := os.Stat(filepath.Join(dir, "stop"))
		stopping = err == nil
		version, err := readOnce(dir)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		if reads++; reads == 1 {
			if err := os.WriteFile(ready, nil, 0o644); err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
		}
		if version != last {
			versions++
			last = version
		}
		time.Sleep(time.Duration(pause) * time.Millisecond) // together they leave the builder most of two cores
	}
	fmt.Printf("%d reads of %d versions\n", reads, versions)
}

// readOnce is what every reader does: find the current version, open it, ask it.
func readOnce(dir string) (version string, err error) {
	ctx := context.Background()
	p := Project{Dir: dir}
	p.Config.Engine.Threads, p.Config.Engine.MemoryMB = 1, 200
	db, found, err := p.openPublished(ctx, "")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	cutOff, err := warehouse.One[string](ctx, db, "select cast(cut_off_date as varchar) from run.parameter")
	if err != nil {
		return "", err
	}
	if found.Version[:len(cutOff)] != cutOff {
		return "", fmt.Errorf("version %s holds the data of %s", found.Version, cutOff)
	}
	var counts []string
	for _, table := range found.Tables {
		counts = append(counts, "select '"+table.Table+"' as name, count(*) as n from "+table.Table)
	}
	type counted struct {
		Name string `db:"name"`
		Rows int64  `db:"n"`
	}
	all, err := warehouse.Select[counted](ctx, db, strings.Join(counts, " union all "))
	if err != nil {
		return "", err
	}
	rows := map[string]int64{}
	for _, c := range all {
		rows[c.Name] = c.Rows
	}
	for _, table := range found.Tables {
		if rows[table.Table] != table.Rows {
			return "", fmt.Errorf("%s of %s has %d rows, its manifest says %d", table.Table, found.Version, rows[table.Table], table.Rows)
		}
	}
	return found.Version, nil
}
