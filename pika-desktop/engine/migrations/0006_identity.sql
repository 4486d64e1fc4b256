-- With which version of the identity (`library/content.rs`) a track's `content_id` was reckoned. What stands here from
-- before is of the first; a scan brings it up to date, file by file.
ALTER TABLE tracks ADD COLUMN identity INTEGER NOT NULL DEFAULT 1;
