CREATE TABLE phase_changes (
    analysis_id uuid        NOT NULL REFERENCES analyses (id) ON DELETE CASCADE,
    position    bigint      GENERATED ALWAYS AS IDENTITY,
    phase       text        NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (analysis_id, position)
);
