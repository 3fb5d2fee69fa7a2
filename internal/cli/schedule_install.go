package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
)

func newScheduleInstallCommand(app *App) *cobra.Command {
	var show bool
	system := runtime.GOOS
	cmd := &cobra.Command{
		Use:   "install --print",
		Short: "Print what keeps the daemon running: a systemd unit, or the steps for Windows",
		Long:  "Prints; it changes nothing on the machine. Read it, then save or run it as the system's administrator.",
		Example: `  tongbao schedule install --print | sudo tee /etc/systemd/system/tongbao.service
  tongbao schedule install --print --for windows`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if !show {
				return withHint(usageError{errors.New("installing is left to the administrator")}, "tongbao schedule install --print")
			}
			p, err := app.project()
			if err != nil {
				return err
			}
			program, err := os.Executable()
			if err != nil {
				return err
			}
			if len(p.Config.Schedules) == 0 {
				fmt.Fprintln(app.Stderr, "note: tongbao.yaml has no schedules yet; without one the daemon ends at once")
			}
			switch system {
			case "linux":
				_, err = fmt.Fprint(app.Stdout, systemdUnit(program, p.Dir, app.userName()))
			case "windows":
				_, err = fmt.Fprint(app.Stdout, windowsSteps(program, p.Dir))
			default:
				err = usageError{fmt.Errorf("--for %q: one of linux, windows", system)}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&show, "print", false, "print it")
	cmd.Flags().StringVar(&system, "for", system, "linux or windows")
	return cmd
}

// systemdQuote writes one argument for a unit file: % and $ are special there, as are quotes and spaces.
func systemdQuote(arg string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `%`, `%%`, `$`, `$$`).Replace(arg) + `"`
}

func systemdUnit(program, dir, user string) string {
	path := strings.ReplaceAll(dir, "%", "%%")
	return `# Save as /etc/systemd/system/tongbao.service, then:
#   systemctl daemon-reload
#   systemctl enable --now tongbao
#   systemctl status tongbao; journalctl -u tongbao
[Unit]
Description=tongbao: quarterly notice of ` + path + `
After=network.target local-fs.target time-sync.target
RequiresMountsFor="` + path + `"

[Service]
Type=simple
User=` + user + `
WorkingDirectory=` + path + `
ExecStart=` + systemdQuote(program) + ` --project ` + systemdQuote(dir) + ` schedule run
Restart=always
RestartSec=30
# The daemon stops what runs and records that it will be run again.
KillMode=mixed
KillSignal=SIGTERM
TimeoutStopSec=60
Nice=5
# It needs its project and nothing else of the machine; a notify.command that writes elsewhere needs that folder in ReadWritePaths too.
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
ProtectSystem=strict
ReadWritePaths="` + path + `"

[Install]
WantedBy=multi-user.target
`
}

// windowsQuote writes one argument of a command line: before the closing quote a backslash would take its meaning.
func windowsQuote(arg string) string {
	if strings.HasSuffix(arg, `\`) {
		arg += `\`
	}
	return `"` + arg + `"`
}

func windowsSteps(program, dir string) string {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	arguments := `--project ` + windowsQuote(dir) + ` schedule run`
	// Restarting "on failure" is about a task that cannot start, not a program that ends: the second trigger looks every minute, and
	// starts none while one runs. icacls takes the account by its well-known number: its name differs between languages of Windows.
	return `# Run in PowerShell as administrator (Windows 10, Windows Server 2016 or later): the daemon starts with the machine, and within a
# minute after it ends. Its account must be able to read ` + program + `: not in a user's own folder.
$action    = New-ScheduledTaskAction -Execute ` + quote(program) + ` -Argument ` + quote(arguments) + ` -WorkingDirectory ` + quote(dir) + `
$triggers  = @((New-ScheduledTaskTrigger -AtStartup), (New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Minutes 1)))
$settings  = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -MultipleInstances IgnoreNew -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
$principal = New-ScheduledTaskPrincipal -UserId 'LOCALSERVICE' -LogonType ServiceAccount
Register-ScheduledTask -TaskName 'tongbao' -Action $action -Trigger $triggers -Settings $settings -Principal $principal
# The account needs the right to change ` + dir + `, what lies in it already included:
icacls ` + quote(dir) + ` /grant '*S-1-5-19:(OI)(CI)M' /T
Start-ScheduledTask -TaskName 'tongbao'
# Look:   Get-ScheduledTaskInfo -TaskName 'tongbao'
# Stop:   Disable-ScheduledTask -TaskName 'tongbao'; Stop-ScheduledTask -TaskName 'tongbao'
# Remove: Unregister-ScheduledTask -TaskName 'tongbao'
`
}
