// Command lodemark follows an AI system through the Guidelines for secure AI system development and keeps honest evidence.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/deploy"
	"github.com/lodemark/lodemark/design"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/operate"
)

// Exit codes of every command.
const (
	exitOK      = 0 // ran, and its gate, if any was asked for, is met
	exitGate    = 1 // the gate is not met
	exitUsage   = 2 // wrong command line, or a broken file of the operator's
	exitUnknown = 3 // could not find out: target missing, nothing assessed, a malformed file that the verdict needs
)

// version is set by the release build; otherwise the build information is asked.
var version = ""

// exit is an error that knows its exit code and what the user can do.
type exit struct {
	code int
	err  error
	hint string
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

func usage(hint, format string, args ...any) error {
	return &exit{exitUsage, fmt.Errorf(format, args...), hint}
}

func unknown(hint, format string, args ...any) error {
	return &exit{exitUnknown, fmt.Errorf(format, args...), hint}
}

func main() {
	ballast := make([]byte, ballastSize)
	code := run(os.Args[1:], os.Stdout, os.Stderr)
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// ballastSize is memory that nobody touches, so that it costs none, but that counts when the collector decides how much garbage may lie
// about. A run lasts for a second, and collecting what a small heap leaves takes a sixth of it; a large one is collected as ever.
const ballastSize = 20 << 20

// run is main without the process: arguments in, exit code out.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // whoever asks a second time does not want to wait for what is under way
	root := commands()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	var e *exit
	if !errors.As(err, &e) {
		e = &exit{code: exitUsage, err: err}
		if errors.Is(err, context.Canceled) {
			e.code, e.err, e.hint = exitUnknown, errors.New("interrupted"), "nothing was written; run it again"
		}
	}
	if e.err != nil && e.err.Error() != "" {
		fmt.Fprintf(stderr, "lodemark: error: %v\n", e.err)
	}
	if e.hint != "" {
		fmt.Fprintf(stderr, "lodemark: hint: %s\n", e.hint)
	}
	return e.code
}

func commands() *cobra.Command {
	root := &cobra.Command{
		Use:   "lodemark",
		Short: "Make the Guidelines for secure AI system development executable",
		Long: "Lodemark follows an AI system (a repository, its models, its endpoint) through secure design, development,\n" +
			"deployment, and operation, and says where it stands against the 17 guidelines, with evidence.\n\n" + lodemark.Disclaimer,
		Example:       "  lodemark assess .\n  lodemark guide DEV-1\n  lodemark init .",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       toolOf().Version,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("lodemark {{.Version}}\n")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage(fmt.Sprintf("lodemark %s --help lists the flags", c.Name()), "%v", err)
	})
	root.AddCommand(assessCommand(), bomCommand(), lockCommand(), scanCommand(), codeCommand(), secretsCommand(), rulesCommand(), guideCommand(), initCommand(), newCommand(), decideCommand(), briefCommand(), diffCommand(), threatsCommand(), compareCommand(), advisoriesCommand(), schemaCommand(), keysCommand(), exportCommand(), signCommand(), verifyCommand(), verifyReportCommand(), gateCommand(), ledgerCommand(), provenanceCommand())
	return root
}

// practices is the one place where the four stages meet.
func practices() []lodemark.Practice {
	var all []lodemark.Practice
	for _, stage := range [][]lodemark.Practice{design.Practices(), develop.Practices(), deploy.Practices(), operate.Practices()} {
		all = append(all, stage...)
	}
	return all
}

func toolOf() lodemark.Tool {
	v := version
	if v == "" {
		v = "devel"
		if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
			v = info.Main.Version
		}
	}
	return lodemark.Tool{Name: "lodemark", Version: v}
}

// target takes the one optional PATH argument.
func target(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

func atMostOne(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usage(fmt.Sprintf("lodemark %s --help", c.Name()), "%s takes one %s, got %d", c.Name(), what, len(args))
		}
		return nil
	}
}
