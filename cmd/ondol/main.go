// Command ondol asks a person's own documents, runs small language models, and
// serves the page, all on this device.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// command is one verb of the command line. Each file registers its own.
type command struct {
	name, args, about string
	// setup declares flags and returns what runs once they are parsed, with the
	// arguments that are not flags.
	setup func(f *flag.FlagSet) func(args []string) error
}

// commands in the order in which help shows them.
var commands = []command{serveCommand, askCommand, indexCommand, extractCommand, exportCommand, importCommand, searchCommand, marksCommand, generateCommand, chatCommand, embedCommand, rerankCommand, tokenizeCommand, logitsCommand, inspectCommand, benchCommand, evalCommand}

// errUsage marks wrong usage: exit status 2.
var errUsage = errors.New("wrong usage")

func usagef(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errUsage, fmt.Sprintf(format, args...))
}

func main() {
	err := run(os.Args[1:])
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "ondol:", err)
	if errors.Is(err, errUsage) {
		os.Exit(2)
	}
	os.Exit(1)
}

func run(args []string) error {
	if len(args) == 0 {
		help(os.Stderr)
		return usagef("name a command")
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		help(os.Stdout)
		return nil
	}
	at := slices.IndexFunc(commands, func(c command) bool { return c.name == args[0] })
	if at < 0 {
		return usagef("there is no command %q; see ondol help", args[0])
	}
	c := commands[at]
	f := flag.NewFlagSet(c.name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	act := c.setup(f)
	rest, err := parse(f, args[1:])
	if errors.Is(err, flag.ErrHelp) {
		fmt.Printf("ondol %s %s\n\n%s\n\n", c.name, c.args, c.about)
		f.SetOutput(os.Stdout)
		f.PrintDefaults()
		return nil
	}
	if err != nil {
		return usagef("%v; see ondol %s --help", err, c.name)
	}
	return act(rest)
}

// parse lets flags stand before, between and after the other arguments; "--"
// ends them.
func parse(f *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		before := args
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		args = f.Args()
		ended := len(before) > len(args) && before[len(before)-len(args)-1] == "--"
		if ended || len(args) == 0 {
			return append(rest, args...), nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

func help(w io.Writer) {
	fmt.Fprint(w, "Ondol answers questions about your own documents, on your own device.\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  ondol %s %s\n      %s\n", c.name, c.args, c.about)
	}
	fmt.Fprint(w, "\nondol COMMAND --help lists a command's flags. A text that begins with a dash goes behind --.\n")
}

// printJSON writes one value as one line. It is called once, when all is known,
// so that no partial JSON is ever printed.
func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// count is a number of things, in words.
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ", ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// text joins the arguments that are not flags: quoting a question is optional.
func text(args []string, what string) (string, error) {
	s := strings.Join(args, " ")
	if len(args) == 0 {
		return "", usagef("give the %s as the last argument", what)
	}
	return s, nil
}

// given tells whether a flag was set: absent is not zero.
func given(f *flag.FlagSet, name string) (set bool) {
	f.Visit(func(g *flag.Flag) { set = set || g.Name == name })
	return set
}

// optional is a pointer to a flag's value if it was given.
func optional[T any](f *flag.FlagSet, name string, v *T) *T {
	if !given(f, name) {
		return nil
	}
	return v
}
