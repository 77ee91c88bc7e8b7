"""Who codes what, and under which terms: assignments, draws, models, facts of the study."""
