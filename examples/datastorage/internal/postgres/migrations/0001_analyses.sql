-- The document is the analysis as clients see it; the other columns repeat what queries need.
CREATE TABLE analyses (
    id         uuid PRIMARY KEY,
    phase      text        NOT NULL,
    created_at timestamptz NOT NULL,
    document   jsonb       NOT NULL
);

CREATE INDEX analyses_by_age ON analyses (created_at DESC);
CREATE INDEX analyses_unfinished ON analyses (created_at) WHERE phase IN ('Pending', 'Investigating');
