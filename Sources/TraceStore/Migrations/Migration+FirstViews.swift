extension Migration {
    /// The views of version 1: the tables joined as a person asks about them.
    static let views = """
        CREATE VIEW completion_view AS
        SELECT c.key, c.model, c.endpoint, p.prompt, c.reply, c.finish, c.prompt_tokens, c.completion_tokens, c.cost,
            c.duration / 1e6 AS milliseconds, c.created_at
        FROM completions c
        JOIN (
            SELECT v.id, (
                SELECT group_concat(json_extract(m.value, '$.role') || ': ' || json_extract(m.value, '$.content'),
                    char(10) || char(10))
                FROM json_each(v.content, '$.messages') m) AS prompt
            FROM "values" v) p ON p.id = c.request;

        CREATE VIEW node_view AS
        SELECT r.name AS run, r.attempt, t.step, 'c' || k.number AS candidate, t.example, t.split, t.repetition,
            t.id AS trace, n.node, n.name, n.kind, o.name AS operation, v.content AS value, v.kind AS value_kind,
            n.duration / 1e6 AS milliseconds, m.model, c.prompt, c.reply, m.prompt_tokens, m.completion_tokens,
            m.cost, m.cached
        FROM nodes n
        JOIN traces t ON t.id = n.trace
        JOIN candidates k ON k.id = t.candidate
        JOIN "values" v ON v.id = n.value
        LEFT JOIN operations o ON o.id = n.operation
        LEFT JOIN runs r ON r.id = t.run
        LEFT JOIN model_calls m ON m.trace = n.trace AND m.node = n.node
        LEFT JOIN completion_view c ON c.key = m.completion;

        CREATE VIEW candidate_view AS
        SELECT r.name AS run, r.attempt, c.step, 'c' || c.number AS candidate,
            (SELECT group_concat('c' || p.parent, ' ') FROM candidate_parents p WHERE p.candidate = c.id) AS parents,
            c.origin, c.intent, c.rationale, c.fate, c.fate_reason, c.number = r.best AS is_best,
            (SELECT avg(e.score) FROM evaluations e WHERE e.candidate = c.id AND e.split = 'validation')
                AS validation_score,
            (SELECT count(*) FROM evaluations e WHERE e.candidate = c.id) AS evaluations
        FROM candidates c
        JOIN runs r ON r.id = c.run;

        CREATE VIEW change_view AS
        SELECT r.name AS run, r.attempt, c.step, 'c' || c.number AS candidate, 'c' || q.number AS parent,
            new.parameter, before.content AS old_value, after.content AS new_value, c.rationale
        FROM candidates c
        JOIN runs r ON r.id = c.run
        JOIN candidate_parents p ON p.candidate = c.id
        JOIN candidates q ON q.run = c.run AND q.number = p.parent
        JOIN candidate_values new ON new.candidate = c.id
        JOIN "values" after ON after.id = new.value
        LEFT JOIN candidate_values old ON old.candidate = q.id AND old.parameter = new.parameter
        LEFT JOIN "values" before ON before.id = old.value
        WHERE old.value IS NOT new.value;

        CREATE VIEW evaluation_view AS
        SELECT r.name AS run, r.attempt, e.step, 'c' || c.number AS candidate, c.number = r.best AS is_best,
            e.example, e.split, e.repetition, e.score, e.evidence, t.outcome, f.content AS example_fields,
            v.content AS output,
            (SELECT group_concat(s.metric || ': ' || s.feedback, char(10)) FROM evaluation_scores s
                WHERE s.evaluation = e.id AND s.feedback <> '') AS feedback,
            e.trace
        FROM evaluations e
        JOIN candidates c ON c.id = e.candidate
        JOIN "values" f ON f.id = e.example_fields
        LEFT JOIN runs r ON r.id = e.run
        LEFT JOIN traces t ON t.id = e.trace
        LEFT JOIN nodes n ON n.trace = t.id AND n.node = t.result
        LEFT JOIN "values" v ON v.id = n.value;

        CREATE VIEW scoring_view AS
        SELECT r.name AS run, r.attempt, e.step, 'c' || k.number AS candidate, e.example, e.split, e.repetition,
            m.metric, s.score, s.feedback, m.model, c.prompt, c.reply, m.prompt_tokens, m.completion_tokens, m.cost,
            m.cached, e.trace
        FROM evaluation_calls m
        JOIN evaluations e ON e.id = m.evaluation
        JOIN candidates k ON k.id = e.candidate
        LEFT JOIN runs r ON r.id = e.run
        LEFT JOIN evaluation_scores s ON s.evaluation = e.id AND s.metric = m.metric
        LEFT JOIN completion_view c ON c.key = m.completion;

        CREATE VIEW spend_view AS
        SELECT r.name AS run, r.attempt, t.step, 'workflow' AS purpose, m.model, m.completion, m.calls,
            m.prompt_tokens, m.completion_tokens, m.cost, m.cached
        FROM model_calls m
        JOIN traces t ON t.id = m.trace
        LEFT JOIN runs r ON r.id = t.run
        UNION ALL
        SELECT r.name, r.attempt, e.step, 'scoring', m.model, m.completion, m.calls, m.prompt_tokens,
            m.completion_tokens, m.cost, m.cached
        FROM evaluation_calls m
        JOIN evaluations e ON e.id = m.evaluation
        LEFT JOIN runs r ON r.id = e.run
        UNION ALL
        SELECT r.name, r.attempt, o.step, 'optimizer', c.model, o.completion, c.calls, c.prompt_tokens,
            c.completion_tokens, c.cost, NULL
        FROM notes o
        JOIN runs r ON r.id = o.run
        JOIN completions c ON c.key = o.completion
        WHERE o.kind IN ('asked', 'asked_again');

        """
}
