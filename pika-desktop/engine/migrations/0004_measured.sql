-- The records are in a file of their own now (`measured.rs`): they are large and can be measured again, what is
-- here is small and cannot.
DROP TABLE analysis_data;
