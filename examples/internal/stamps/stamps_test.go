package stamps

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReadSaysUnknownForWhatIsNotThere(t *testing.T) {
	nothing := Stamps{GitCommit: "unknown", BuildDate: "unknown"}
	for name, test := range map[string]struct {
		content string
		want    Stamps
	}{
		"complete":  {`{"gitCommit":"abc","buildDate":"2024-05-01"}`, Stamps{GitCommit: "abc", BuildDate: "2024-05-01"}},
		"half":      {`{"gitCommit":"abc"}`, Stamps{GitCommit: "abc", BuildDate: "unknown"}},
		"malformed": {`{"gitCommit":"abc",`, nothing},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "stamps.json")
			if err := os.WriteFile(path, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := Read(path); got != test.want {
				t.Errorf("Read() = %+v, want %+v", got, test.want)
			}
		})
	}
	if got := Read(filepath.Join(t.TempDir(), "missing.json")); got != nothing {
		t.Errorf("Read() of a missing file = %+v", got)
	}
}
