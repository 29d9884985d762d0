// Says of each case what the engines' own matchers say: the oracle that our ports of them are compared with.
//
// In: on each line of stdin {"ignore": the text of an ignore file, "paths": [path, ...]}.
// Out: on each line {"moby": [is it left out, ...], "buildah": [...]}, null where the matcher refuses the text.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"

	"github.com/containers/storage/pkg/fileutils"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

type question struct {
	Ignore string   `json:"ignore"`
	Paths  []string `json:"paths"`
}

type answer struct {
	Moby    []bool `json:"moby"`
	Buildah []bool `json:"buildah"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if err := out.Encode(answer{Moby: askMoby(asked), Buildah: askBuildah(asked)}); err != nil {
			panic(err)
		}
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}

// askMoby walks down to each path, as fsutil (BuildKit) does.
func askMoby(asked question) []bool {
	patterns, err := ignorefile.ReadAll(strings.NewReader(asked.Ignore))
	if err != nil {
		return nil
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return nil
	}
	verdicts := []bool{}
	for _, path := range asked.Paths {
		ignored := false
		var above patternmatcher.MatchInfo
		segments := strings.Split(path, "/")
		for depth := range segments {
			ignored, above, err = matcher.MatchesUsingParentResults(strings.Join(segments[:depth+1], "/"), above)
			if err != nil {
				return nil
			}
		}
		verdicts = append(verdicts, ignored)
	}
	return verdicts
}

// askBuildah judges each path for itself, as buildah's copier does.
func askBuildah(asked question) []bool {
	matcher, err := fileutils.NewPatternMatcher(parseIgnore(asked.Ignore))
	if err != nil {
		return nil
	}
	verdicts := []bool{}
	for _, path := range asked.Paths {
		result, err := matcher.MatchesResult(path)
		if err != nil {
			return nil
		}
		verdicts = append(verdicts, result.IsMatched())
	}
	return verdicts
}

// parseIgnore is imagebuilder's ParseIgnore (v1.2.4 to v1.2.19), copied: the module would bring docker's client with it.
func parseIgnore(text string) []string {
	var excludes []string
	for _, line := range strings.Split(text, "\n") {
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		line = strings.Trim(line, "/")
		if len(line) > 0 {
			excludes = append(excludes, line)
		}
	}
	return excludes
}
