CREATE TABLE public.announcements (
    session_id bytea NOT NULL,
    id bytea NOT NULL,
    text text NOT NULL,
    at bigint NOT NULL,
    ends_at bigint,
    cancelled_at bigint
);
CREATE TABLE public.answers (
    session_id bytea NOT NULL,
    kind smallint NOT NULL,
    target bytea NOT NULL,
    dancer bytea NOT NULL,
    choice smallint,
    counter bigint NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.dancers (
    session_id bytea NOT NULL,
    dancer bytea NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.dj_actions (
    session_id bytea NOT NULL,
    id bytea NOT NULL
);
CREATE TABLE public.djs (
    id bytea NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    public_profile boolean NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.listener_samples (
    session_id bytea NOT NULL,
    at bigint NOT NULL,
    listeners integer NOT NULL
);
CREATE TABLE public.messages (
    session_id bytea NOT NULL,
    message_offset bigint NOT NULL,
    body text NOT NULL
);
CREATE TABLE public.plays (
    session_id bytea NOT NULL,
    id bytea NOT NULL,
    title text NOT NULL,
    artist text NOT NULL,
    bpm double precision,
    musical_key text,
    camelot text,
    energy smallint,
    danceability smallint,
    brightness smallint,
    duration_ms bigint,
    started_at bigint NOT NULL,
    stopped_at bigint,
    removed boolean NOT NULL
);
CREATE TABLE public.polls (
    session_id bytea NOT NULL,
    id bytea NOT NULL,
    question text NOT NULL,
    options text NOT NULL,
    closes text NOT NULL,
    opened_at bigint NOT NULL,
    closes_at bigint,
    closed_at bigint,
    cancelled boolean NOT NULL
);
CREATE TABLE public.schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    applied_at bigint NOT NULL
);
CREATE TABLE public.secrets (
    name text NOT NULL,
    value bytea NOT NULL
);
CREATE TABLE public.session_events (
    id bigint NOT NULL,
    session_id bytea NOT NULL,
    at bigint NOT NULL,
    kind text NOT NULL,
    role text NOT NULL,
    transport text NOT NULL,
    duration_ms bigint,
    close_code integer,
    client_version text
);
ALTER TABLE public.session_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.session_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.sessions (
    id bytea NOT NULL,
    code text NOT NULL,
    owner bytea NOT NULL,
    dj_name text NOT NULL,
    name text NOT NULL,
    listed boolean NOT NULL,
    pin text,
    device_id bytea NOT NULL,
    device_name text,
    register_action bytea NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint,
    end_reason text,
    epoch bytea NOT NULL,
    last_offset bigint NOT NULL,
    dj_online boolean NOT NULL,
    last_activity_at bigint NOT NULL,
    playing bytea,
    peak_listeners integer NOT NULL
);
CREATE TABLE public.tokens (
    id bytea NOT NULL,
    dj bytea NOT NULL,
    token_hash text NOT NULL,
    name text NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint NOT NULL
);
CREATE TABLE public.web_sessions (
    token_hash text NOT NULL,
    dj bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);
INSERT INTO public.answers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 0, '\x776875341a7b46f6b0fb23df6f08d067', '\x5c1e2e5c02bc31384da1e3a62d28fdf7', 0, 1, 1795258520729);
INSERT INTO public.answers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 0, '\x7bc1b51b08574dafa591725f284bfffa', '\x5c1e2e5c02bc31384da1e3a62d28fdf7', 0, 2, 1795258520743);
INSERT INTO public.answers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 0, '\x7bc1b51b08574dafa591725f284bfffa', '\x94a2bf2777f9d0361024ba1433883611', 0, 1, 1795258520745);
INSERT INTO public.answers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 0, '\x1200862183d14dddb42ab191d17568da', '\x5c1e2e5c02bc31384da1e3a62d28fdf7', 0, 3, 1795258520756);
INSERT INTO public.answers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 0, '\x1200862183d14dddb42ab191d17568da', '\x94a2bf2777f9d0361024ba1433883611', 0, 2, 1795258520760);
INSERT INTO public.answers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 0, '\x1200862183d14dddb42ab191d17568da', '\x34da9d85837ebff00b8c4b9a5582d239', 0, 1, 1795258520763);
INSERT INTO public.answers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 2, '\x847c3fc6092e4e838c525ffd275ad553', '\x5c1e2e5c02bc31384da1e3a62d28fdf7', 1, 4, 1795258520773);
INSERT INTO public.answers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 2, '\x847c3fc6092e4e838c525ffd275ad553', '\x94a2bf2777f9d0361024ba1433883611', 0, 3, 1795258520780);
INSERT INTO public.answers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 2, '\x847c3fc6092e4e838c525ffd275ad553', '\x34da9d85837ebff00b8c4b9a5582d239', 0, 2, 1795258520781);
INSERT INTO public.dancers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x5c1e2e5c02bc31384da1e3a62d28fdf7', 1795258520717);
INSERT INTO public.dancers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x34da9d85837ebff00b8c4b9a5582d239', 1795258520719);
INSERT INTO public.dancers VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x94a2bf2777f9d0361024ba1433883611', 1795258520718);
INSERT INTO public.dj_actions VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\xc7c0a1a3fd4e43a5a3af78a1bd5bd7b8');
INSERT INTO public.dj_actions VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x815130426e4941b79b686b8f2e2bb187');
INSERT INTO public.dj_actions VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\xbec547653b2f45198e517f754b97822c');
INSERT INTO public.dj_actions VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\xd9bd34f4037848e884cb4ebc7c2fa7ee');
INSERT INTO public.dj_actions VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\xc8c2fb8000f24714bfa2a7c2db0d3584');
INSERT INTO public.dj_actions VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x06055ffa3d4948049caed77c0599e919');
INSERT INTO public.dj_actions VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x1034641510ae44ca8e4c92f059b5f8c9');
INSERT INTO public.dj_actions VALUES ('\x9e4a03be60d74fc2adba324cb222f02b', '\xb52ad10fa9664219afd6985f4b08c1f9');
INSERT INTO public.dj_actions VALUES ('\x9e4a03be60d74fc2adba324cb222f02b', '\xe3aeb1d2d3c74cbd8d577938c13dca52');
INSERT INTO public.djs VALUES ('\xc9e6f858332a4d279f482c9e49833cfc', 'ada', 'Ada', 'ada@example.org', 'none', false, 1795258520664);
INSERT INTO public.messages VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 1, '{"type":"NOW_PLAYING","offset":1,"play":{"play_id":"77687534-1a7b-46f6-b0fb-23df6f08d067","track":{"title":"Slow start","artist":"Somebody"},"started_at":1795258520719,"likes":0},"current":true}');
INSERT INTO public.messages VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 2, '{"type":"NOW_PLAYING","offset":2,"play":{"play_id":"7bc1b51b-0857-4daf-a591-725f284bfffa","track":{"title":"Ünïcode – „quotes”, commas; 雪","artist":"Somebody"},"started_at":1795258520739,"likes":0},"current":true}');
INSERT INTO public.messages VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 3, '{"type":"NOW_PLAYING","offset":3,"play":{"play_id":"12008621-83d1-4ddd-b42a-b191d17568da","track":{"title":"The one they loved","artist":"Somebody"},"started_at":1795258520746,"likes":0},"current":true}');
INSERT INTO public.messages VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 4, '{"type":"POLL_STARTED","offset":4,"poll":{"poll_id":"847c3fc6-092e-4e83-8c52-5ffd275ad553","question":"More blues?","options":["Yes","No"],"closes":{"when":"manual"},"opened_at":1795258520764,"votes":[0,0]}}');
INSERT INTO public.messages VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 5, '{"type":"NOW_PLAYING","offset":5,"play":{"play_id":"32cf8f3c-fae2-4c96-97e9-9cc1aecea922","track":{"title":"Never happened","artist":"Somebody"},"started_at":1795258520787,"likes":0},"current":true}');
INSERT INTO public.messages VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 6, '{"type":"PLAY_REMOVED","offset":6,"play_id":"32cf8f3c-fae2-4c96-97e9-9cc1aecea922","playing":"12008621-83d1-4ddd-b42a-b191d17568da"}');
INSERT INTO public.messages VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 7, '{"type":"POLL_ENDED","offset":7,"poll_id":"847c3fc6-092e-4e83-8c52-5ffd275ad553","votes":[2,1],"cancelled":false}');
INSERT INTO public.messages VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 8, '{"type":"SESSION_ENDED","offset":8,"ended_at":1795258520808}');
INSERT INTO public.messages VALUES ('\x9e4a03be60d74fc2adba324cb222f02b', 1, '{"type":"NOW_PLAYING","offset":1,"play":{"play_id":"c78e6fb5-9689-4a37-acd3-83496e5b6521","track":{"title":"For members only","artist":"Somebody"},"started_at":1795258520839,"likes":0},"current":true}');
INSERT INTO public.messages VALUES ('\x9e4a03be60d74fc2adba324cb222f02b', 2, '{"type":"SESSION_ENDED","offset":2,"ended_at":1795258520840}');
INSERT INTO public.plays VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x776875341a7b46f6b0fb23df6f08d067', 'Slow start', 'Somebody', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1795258520719, 1795258520739, false);
INSERT INTO public.plays VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x7bc1b51b08574dafa591725f284bfffa', 'Ünïcode – „quotes”, commas; 雪', 'Somebody', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1795258520739, 1795258520746, false);
INSERT INTO public.plays VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x32cf8f3cfae24c9697e99cc1aecea922', 'Never happened', 'Somebody', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1795258520787, NULL, true);
INSERT INTO public.plays VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x1200862183d14dddb42ab191d17568da', 'The one they loved', 'Somebody', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1795258520746, 1795258520808, false);
INSERT INTO public.plays VALUES ('\x9e4a03be60d74fc2adba324cb222f02b', '\xc78e6fb596894a37acd383496e5b6521', 'For members only', 'Somebody', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1795258520839, 1795258520840, false);
INSERT INTO public.polls VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', '\x847c3fc6092e4e838c525ffd275ad553', 'More blues?', '["Yes","No"]', '{"when":"manual"}', 1795258520764, NULL, 1795258520808, false);
INSERT INTO public.schema_migrations VALUES (1, '0001_sessions', 1795258520602);
INSERT INTO public.schema_migrations VALUES (2, '0002_accounts', 1795258520632);
INSERT INTO public.secrets VALUES ('pass signing key', '\xc1ea95bfee06a308d96d24357fbcd6898814109120225b41fe9556802c93b628');
INSERT INTO public.session_events OVERRIDING SYSTEM VALUE VALUES (1, '\xbb542f7c04b347d4b3832ef1e43705c1', 1795258520808, 'end', 'dj', 'dj', 100, NULL, NULL);
INSERT INTO public.session_events OVERRIDING SYSTEM VALUE VALUES (2, '\x9e4a03be60d74fc2adba324cb222f02b', 1795258520840, 'end', 'dj', 'dj', 5, NULL, NULL);
INSERT INTO public.session_events OVERRIDING SYSTEM VALUE VALUES (3, '\xbb542f7c04b347d4b3832ef1e43705c1', 1795258520716, 'connect', 'dj', 'ws', NULL, NULL, 'test');
INSERT INTO public.session_events OVERRIDING SYSTEM VALUE VALUES (4, '\xbb542f7c04b347d4b3832ef1e43705c1', 1795258520717, 'connect', 'dancer', 'ws', NULL, NULL, NULL);
INSERT INTO public.session_events OVERRIDING SYSTEM VALUE VALUES (5, '\xbb542f7c04b347d4b3832ef1e43705c1', 1795258520718, 'connect', 'dancer', 'ws', NULL, NULL, NULL);
INSERT INTO public.session_events OVERRIDING SYSTEM VALUE VALUES (6, '\xbb542f7c04b347d4b3832ef1e43705c1', 1795258520719, 'connect', 'dancer', 'ws', NULL, NULL, NULL);
INSERT INTO public.session_events OVERRIDING SYSTEM VALUE VALUES (7, '\x9e4a03be60d74fc2adba324cb222f02b', 1795258520837, 'connect', 'dj', 'ws', NULL, NULL, 'test');
INSERT INTO public.sessions VALUES ('\xbb542f7c04b347d4b3832ef1e43705c1', 'AYDB', '\xc9e6f858332a4d279f482c9e49833cfc', 'Ada', 'Friday social', true, NULL, '\xfea918e937f747c49ed0bae1dd386693', 'Laptop', '\x19b63b8774e04625a3304b26fd548f77', 1795258520708, 1795258520808, 'dj', '\x7aaf97c5fcff4b789aa586f2449914ac', 8, true, 1795258520808, NULL, 0);
INSERT INTO public.sessions VALUES ('\x9e4a03be60d74fc2adba324cb222f02b', '7P9S5D4C', '\xc9e6f858332a4d279f482c9e49833cfc', 'Ada', 'Friday social', true, '2468', '\x0d899e680b3f48cd9755df438420b704', 'Laptop', '\x47ca4f30b21245f9b366c2d7632b7adc', 1795258520835, 1795258520840, 'dj', '\x3222ba9a6a6e473ebd59d73d396fe05e', 2, true, 1795258520840, NULL, 0);
INSERT INTO public.tokens VALUES ('\xcdabecad0f5b48dd82c91c9aee86fa16', '\xc9e6f858332a4d279f482c9e49833cfc', 'cc1273041cba2b6675f5174979c042e08cd3035ef9a2c3efe1ff1ba93a4a47fc', 'Laptop', 1795258520665, 4102444800000);
SELECT pg_catalog.setval('public.session_events_id_seq', 7, true);
ALTER TABLE ONLY public.announcements
    ADD CONSTRAINT announcements_pkey PRIMARY KEY (session_id, id);
ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_pkey PRIMARY KEY (session_id, kind, target, dancer);
ALTER TABLE ONLY public.dancers
    ADD CONSTRAINT dancers_pkey PRIMARY KEY (session_id, dancer);
ALTER TABLE ONLY public.dj_actions
    ADD CONSTRAINT dj_actions_pkey PRIMARY KEY (session_id, id);
ALTER TABLE ONLY public.djs
    ADD CONSTRAINT djs_email_key UNIQUE (email);
ALTER TABLE ONLY public.djs
    ADD CONSTRAINT djs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.djs
    ADD CONSTRAINT djs_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.listener_samples
    ADD CONSTRAINT listener_samples_pkey PRIMARY KEY (session_id, at);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (session_id, message_offset);
ALTER TABLE ONLY public.plays
    ADD CONSTRAINT plays_pkey PRIMARY KEY (session_id, id);
ALTER TABLE ONLY public.polls
    ADD CONSTRAINT polls_pkey PRIMARY KEY (session_id, id);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.secrets
    ADD CONSTRAINT secrets_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.session_events
    ADD CONSTRAINT session_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_code_key UNIQUE (code);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.web_sessions
    ADD CONSTRAINT web_sessions_pkey PRIMARY KEY (token_hash);
CREATE INDEX plays_by_start ON public.plays USING btree (session_id, started_at, id);
CREATE INDEX session_events_by_session ON public.session_events USING btree (session_id);
CREATE INDEX session_events_by_time ON public.session_events USING btree (at);
CREATE UNIQUE INDEX sessions_live ON public.sessions USING btree (owner) WHERE (ended_at IS NULL);
CREATE INDEX sessions_of_owner ON public.sessions USING btree (owner, started_at);
CREATE INDEX sessions_recent ON public.sessions USING btree (ended_at) WHERE (listed AND (ended_at IS NOT NULL));
CREATE INDEX tokens_by_use ON public.tokens USING btree (last_used_at);
CREATE INDEX tokens_of_dj ON public.tokens USING btree (dj, created_at);
CREATE INDEX web_sessions_by_end ON public.web_sessions USING btree (expires_at);
CREATE INDEX web_sessions_of_dj ON public.web_sessions USING btree (dj);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_dj_fkey FOREIGN KEY (dj) REFERENCES public.djs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.web_sessions
    ADD CONSTRAINT web_sessions_dj_fkey FOREIGN KEY (dj) REFERENCES public.djs(id) ON DELETE CASCADE;
