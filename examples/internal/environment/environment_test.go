package environment

import "testing"

func TestErrNamesEveryMissingVariable(t *testing.T) {
	variables := map[string]string{"HOST": "postgres", "EMPTY": ""}
	reader := NewReader(func(name string) (string, bool) {
		value, found := variables[name]
		return value, found
	})

	if got := reader.Required("HOST"); got != "postgres" {
		t.Errorf("HOST = %q", got)
	}
	if got := reader.Optional("PORT", "5432"); got != "5432" {
		t.Errorf("PORT = %q", got)
	}
	if err := reader.Err(); err != nil {
		t.Errorf("Err() = %v before anything was missing", err)
	}
	reader.Required("EMPTY")
	reader.Required("UNSET")
	want := "these environment variables must be set: EMPTY, UNSET"
	if err := reader.Err(); err == nil || err.Error() != want {
		t.Errorf("Err() = %v, want %q", err, want)
	}
}
